"""What is too much: a term, a factor, a divisor, a number that should be another."""

from __future__ import annotations

from collections.abc import Iterator

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import (
    PRODUCTS,
    Place,
    factors,
    is_sum,
    number,
    product_of,
    signed,
    sum_of,
    terms,
)
from solvers.formula.nodes import Call, Node, Num


def dropping(place: Place, setting: Setting) -> Iterator[Edit]:
    """Leaves out one term of a sum, one factor of a product, the divisor of a fraction."""
    node, parent = place.node, place.parent
    parts = terms(node)
    if len(parts) > 1 and not is_sum(parent):
        for i, (_, term) in enumerate(parts):
            rest = sum_of([part for j, part in enumerate(parts) if j != i])
            yield Edit("extra-term", said_of("the term {} is too much", term), place.put(rest))
    chain = factors(node)
    if len(chain) > 1 and not (isinstance(parent, Call) and parent.op in {"mul", "times"}):
        for i, factor in enumerate(chain):
            rest = product_of([f for j, f in enumerate(chain) if j != i])
            yield Edit(_kind(factor), said_of("the factor {} is too much", factor), place.put(rest))
    if isinstance(node, Call) and node.op in PRODUCTS - {"mul", "times"}:
        for kept, left_out in (node.args, node.args[::-1]):
            yield Edit(_kind(left_out), said_of("the factor {} is too much", left_out), place.put(kept))
    if isinstance(node, Call) and node.op == "div":
        kept, below = node.args
        yield Edit(_kind(below), said_of("the division by {} is too much", below), place.put(kept))


def _kind(factor: Node) -> str:
    return "factor" if isinstance(factor, Num) else "extra-factor"


def numbers(place: Place, setting: Setting) -> Iterator[Edit]:
    """Twice or half a number that is written, one more or one less; never none."""
    node, parent = place.node, place.parent
    if not isinstance(node, Num) or (isinstance(parent, Call) and parent.op in {"pow", "norm"}):
        return
    if not setting.symbols and node.value:
        for other in (node.value * 10, node.value / 10):
            text = f"{float(other):.12g}"
            said = said_of("the number should be {}, not {}: the decimal point", text, node)
            yield Edit("number", said, place.put(Num(text)))
    for other in (node.value * 2, node.value / 2):
        if other.denominator == 1 and other > 1:
            new = number(int(other))
            yield Edit("factor", said_of("the number should be {}, not {} (a factor 2)", new, node), place.put(new))
    for step in (1, -1) if node.value.denominator == 1 else ():
        if node.value + step > 1 or (node.value + step == 1 and is_sum(parent)):
            new = number(int(node.value) + step)
            yield Edit("number", said_of("the number should be {}, not {}", new, node), place.put(new))


def halves(place: Place, setting: Setting) -> Iterator[Edit]:
    """A 2, a 1/2 or a term 1 where none is written."""
    node, parent = place.node, place.parent
    if isinstance(node, Num) or (isinstance(parent, Call) and parent.op in {*PRODUCTS, "div", "transpose"}):
        return
    if setting.shape(node, place.binders) is None:
        return
    two = Call("mul", (Num("2"), node))
    half = Call("mul", (Call("div", (Num("1"), Num("2"))), node))
    yield Edit("factor", said_of("a factor 2 is missing: {}, not {}", two, node), place.put(two))
    if Num("2") not in factors(node):
        yield Edit("factor", said_of("a factor 1/2 is missing: {}, not {}", half, node), place.put(half))
    exponent = isinstance(parent, Call) and parent.op == "pow" and parent.args[1] is node
    if not is_sum(parent) and not exponent:
        for sign in (1, -1):
            if (-sign, Num("1")) in terms(node):
                continue
            new = sum_of([*terms(node), (sign, Num("1"))])
            said = said_of("the term {} is missing: {}, not {}", (signed, sign, Num("1")), new, node)
            yield Edit("missing-term", said, place.put(new))
