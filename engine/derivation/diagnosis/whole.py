"""The side as a whole, and its terms: a factor, a sign, a transpose. By values, not by edits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from engine.derivation.diagnosis.constants import IRRATIONAL, Multiple, constant, multiples, ratio, rational, row_of
from engine.derivation.diagnosis.record import Edit
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.signs import ordinal
from engine.derivation.diagnosis.trees import (
    factors,
    is_sum,
    negative,
    product_of,
    show,
    signed,
    size,
    sum_of,
    terms,
    with_child,
)
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, Num

MAX_BASE, MAX_DIVISOR = 12, 4  # nodes


def whole(setting: Setting) -> Iterator[Edit]:
    """The whole side with its sign turned, transposed, or times something simple."""
    right = setting.right
    yield Edit("sign", "right with the sign turned", negative(right))
    if setting.bench.target[0].ndim > 1:
        yield from _layout(setting)
    values = setting.bench.values(right)
    for multiple in _quotients(setting.bench.target, values, setting):
        if simple(multiple):
            yield times(multiple, right, "", setting, lambda new: new)


def rest(setting: Setting) -> Iterator[Edit]:
    """The whole side times something less simple, or with a number added."""
    right = setting.right
    values = setting.bench.values(right)
    gaps = gap(setting)
    if gaps is not None and all(g.ndim == 1 for g in gaps):
        added = constant(row_of(gaps))
        if added is not None:
            new = sum_of([*terms(right), (1 if added > 0 else -1, rational(abs(added)))])
            yield Edit("missing-term", f"the term {show(rational(added))} is missing", new)
    for multiple in _quotients(setting.bench.target, values, setting):
        if not simple(multiple) and telling(multiple):
            yield times(multiple, right, "", setting, lambda new: new)


def simple(multiple: Multiple) -> bool:
    """Whether it is a number, or a name or its inverse."""
    if multiple.base is None or abs(multiple.power) != 1:
        return multiple.base is None
    normaliser = isinstance(multiple.base, Big) and multiple.power < 0
    return normaliser or isinstance(multiple.base, (Name, Member, Index)) or multiple.base in IRRATIONAL


def telling(multiple: Multiple) -> bool:
    """Whether a multiple that is not simple says something: no quotients, nothing long below a fraction bar."""
    base = multiple.base
    if base is None or (isinstance(base, Call) and base.op in {"div", "max", "min"}):
        return base is None
    return size(base) <= (MAX_BASE if multiple.power > 0 else MAX_DIVISOR)


def _layout(setting: Setting) -> Iterator[Edit]:
    turned = setting.turned(setting.right)
    yield Edit("layout", "right but transposed: in the layout of this derivation it is " + show(turned), turned)
    minus = negative(turned)
    yield Edit("layout", "right but transposed and with the sign turned: " + show(minus), minus)


def _quotients(top: list[Any], below: list[Any], setting: Setting) -> Iterator[Multiple]:
    found = []
    for a, b in zip(top, below, strict=True):
        row = ratio(a, b)
        if row is None:
            return
        found.append(row)
    yield from multiples(found, setting)


def times(multiple: Multiple, node: Node, where: str, setting: Setting, put: Any) -> Edit:
    """The edit that multiplies `node` by what is missing; `put` makes the whole side of it."""
    value = multiple.coefficient
    if multiple.base is None and value == -1:
        said = f"right with the sign turned{where}"
        return Edit("sign", said, put(negative(node)))
    missing = multiple.node
    if multiple.base is None:
        inverse = Num(str(value.denominator))
        if value.numerator == 1 and inverse in factors_deep(node):
            lowered = _raised(node, inverse, -1)
            new = _with(node, missing) if lowered is None else lowered[0]
            return Edit("factor", f"the factor {show(inverse)} is too much{where}", put(new))
        other = _other_number(node, value)
        if other is not None:
            return Edit("number", f"the number should be {show(other[1])}, not {show(other[0])}{where}", put(other[2]))
        return Edit("factor", f"a factor {show(missing)} is missing{where}", put(_with(node, missing)))
    sized = isinstance(multiple.base, Name) and multiple.base.text in setting.sizes
    if value == 1 and abs(multiple.power) == 1:
        raised = _raised(node, multiple.base, int(multiple.power))
        if raised is not None:
            new, old, changed = raised
            return Edit(*_said_of_power(multiple.base, old, changed, where, sized), put(new))
    kind = "factor" if sized else "missing-factor"
    shown = f"({show(missing)})" if is_sum(missing) else show(missing)
    return Edit(kind, f"the factor {shown} is missing{where}", put(_with(node, missing)), missing)


def _said_of_power(base: Node, old: Node, new: Node, where: str, sized: bool) -> tuple[str, str]:
    """The kind and the sentence for an exponent `old` of a factor that should be `new`."""
    shown = show(base)
    if new == Num("0"):
        return "factor" if sized else "extra-factor", f"the factor {shown} is too much{where}"
    if (old, new) == (Num("1"), Num("2")):
        return "power", f"a square is missing: {shown}^2, not {shown}{where}"
    if (old, new) == (Num("2"), Num("1")):
        return "power", f"the square is too much: {shown}, not {shown}^2{where}"
    return "power", f"the exponent of {shown} should be {show(new)}, not {show(old)}{where}"


def _raised(node: Node, base: Node, by: int, sign: int = 1) -> tuple[Node, Node, Node] | None:
    """The product with the exponent of one of its factors changed by `by`, and the old and new exponent as they stand;
    None if the factor does not stand in it, or would change to the other side of a fraction bar.
    """
    if node == base or (isinstance(node, Call) and node.op == "pow" and node.args[0] == base):
        old = node.args[1] if isinstance(node, Call) and node != base else Num("1")
        new = _more(old, by * sign)
        if isinstance(new, Call) and new.op == "neg":
            return None
        power = (
            {Num("0"): Num("1"), Num("1"): base}.get(new, Call("pow", (base, new))) if isinstance(new, Num) else None
        )
        return power or Call("pow", (base, new)), old, new
    if not isinstance(node, Call) or node.op not in {"mul", "times", "dot", "star", "div", "neg"}:
        return None
    for place, arg in enumerate(node.args):
        found = _raised(arg, base, by, -sign if node.op == "div" and place == 1 else sign)
        if found is not None:
            return _tidied(with_child(node, place, found[0])), found[1], found[2]
    return None


def _more(exponent: Node, by: int) -> Node:
    """An exponent one higher or lower: t for t - 1."""
    if isinstance(exponent, Num) and exponent.value.denominator == 1:
        return rational(exponent.value + by)
    undone = "sub" if by > 0 else "add"
    if isinstance(exponent, Call) and exponent.op == undone and exponent.args[1] == Num("1"):
        return exponent.args[0]
    return Call("add" if by > 0 else "sub", (exponent, Num("1")))


def _tidied(node: Node) -> Node:
    """A product or quotient without a factor 1."""
    if isinstance(node, Call) and node.op in {"mul", "times"} and Num("1") in node.args:
        return node.args[0] if node.args[1] == Num("1") else node.args[1]
    return node.args[0] if isinstance(node, Call) and node.op == "div" and node.args[1] == Num("1") else node


def _other_number(node: Node, value: Fraction) -> tuple[Node, Node, Node] | None:
    """The number in front, the one it should be and the product with that: 10, 12, 12 D^2. None if it is no number."""
    chain = factors(node)
    if not isinstance(chain[0], Num) or 1 in {abs(value.numerator), value.denominator}:
        return None
    new = rational(chain[0].value * value)
    return chain[0], new, product_of([new, *chain[1:]])


def factors_deep(node: Node) -> list[Node]:
    """The factors of a product and of its numerator."""
    return [x for f in factors(node) for x in (factors(f.args[0]) if isinstance(f, Call) and f.op == "div" else [f])]


def _with(node: Node, factor: Node) -> Node:
    if isinstance(factor, Call) and factor.op == "neg":
        return negative(_with(node, factor.args[0]))
    parts = factors(node)
    if isinstance(node, Call) and node.op == "neg":
        return negative(_with(node.args[0], factor))
    return product_of([factor, *parts])


def by_terms(setting: Setting, plainly: bool = True) -> Iterator[Edit]:
    """Each term of the side times something, simple or not."""
    parts = terms(setting.right)
    values = setting.bench.values(setting.right)
    if len(parts) < 2 or any(value is None for value in values):
        return
    for number, (sign, term) in enumerate(parts):
        mine = setting.bench.values(term)
        if any(m is None for m in mine) or any(map(_unlike, values, setting.bench.target)):
            continue
        needed = [
            _needed(wanted, found, value, sign)
            for wanted, found, value in zip(setting.bench.target, values, mine, strict=True)
            if value.ndim == found.ndim
        ]
        if len(needed) < len(values):
            continue
        for multiple in _quotients(needed, mine, setting):
            if (multiple.base is None and multiple.coefficient == 1) or simple(multiple) != plainly:
                continue
            if not plainly and (isinstance(term, Num) or not telling(multiple)):
                continue

            def put(new: Node, number: int = number, sign: int = sign) -> Node:
                return sum_of([(sign, new) if i == number else part for i, part in enumerate(parts)])

            where = f" in the {ordinal(number)} term, {signed(sign, term)}"
            edit = times(multiple, term, where, setting, put)
            if edit.kind == "sign":
                turned = ("- " if sign > 0 else "+ ") + show(term)
                edit = Edit("sign", f"right with the sign of the {ordinal(number)} term turned: {turned}", edit.tree)
            yield edit


def _unlike(found: Any, wanted: Any) -> bool:
    return bool(found.shape[1:] != wanted.shape[1:])


def gap(setting: Setting) -> list[Any] | None:
    """What has to be added to the side, by values; None where the sizes do not fit."""
    values = setting.bench.values(setting.right)
    found = []
    for wanted, mine in zip(setting.bench.target, values, strict=True):
        if mine is None or mine.shape[1:] != wanted.shape[1:]:
            return None
        found.append(less(wanted, mine))
    return found


def less(a: Any, b: Any) -> Any:
    """a - b, not a number where either is infinite."""
    import numpy as np  # 12 times the start of Python

    with np.errstate(all="ignore"):
        return a - b


def _needed(wanted: Any, found: Any, value: Any, sign: int) -> Any:
    """What a term of the side would have to be worth."""
    import numpy as np  # 12 times the start of Python

    with np.errstate(all="ignore"):
        return sign * (wanted - found) + value
