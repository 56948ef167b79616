"""Integrals over kinks and jumps, in parts: |x - m|, max(0, x) and [x > 1] are smooth on either side of one place.

Each kink is where something affine in the variable vanishes, a x + b with a number a. Places are put in order where
they are numbers; a place that is not, such as m, must be the only one. Limits are infinite, or numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Final

from solvers.formula.domains import constant
from solvers.formula.nodes import Big, Binder, Call, Cases, Chain, Name, Node, Num, map_children, names, walk

ZERO, ONE, INFINITY = Num("0"), Num("1"), Name("infty")
MOST: Final = 8  # places
_TRUE: Final[Mapping[str, Callable[[int], bool]]] = {
    "<": lambda sign: sign < 0, "<=": lambda sign: sign < 0, ">": lambda sign: sign > 0, ">=": lambda sign: sign > 0,
    "=": lambda sign: False, "!=": lambda sign: True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Affine:
    """slope x + rest, with a number and something without x."""

    slope: Fraction
    rest: Node

    @property
    def place(self) -> Node:
        """Where it vanishes."""
        above = constant(self.rest)
        if above is not None:
            return numeral(-above / self.slope)
        turned = self.rest if self.slope < 0 else Call("neg", (self.rest,))
        size = abs(self.slope)
        return turned if size == 1 else Call("div", (turned, numeral(size)))


def in_parts(name: str, body: Node, low: Node, high: Node) -> Node | None:
    """The integral of `body` over `name` from `low` to `high` as a sum of integrals of smooth functions; None where the
    kinks cannot be told, or their order.
    """
    kinks = [_kink(inner, name) for inner in walk(body) if _is_stepped(inner, name)]
    affine = [each for found in kinks if found is not None for each in found]
    if None in kinks or not affine or any(isinstance(n, Big) for n in walk(body)):
        return None
    places = list(dict.fromkeys(each.place for each in affine))
    values = [constant(place) for place in places]
    if len(places) > MOST or (len(places) > 1 and None in values):
        return None
    if None not in values:
        places = [numeral(value) for value in sorted(v for v in values if v is not None)]
    ends = [_clamped(place, low, high) for place in places]
    if any(end is None for end in ends):
        return None
    edges = [low, *(end for end in ends if end is not None), high]
    parts: list[Node] = []
    for number, (start, stop) in enumerate(pairwise(edges)):
        smooth = _between(body, name, places, number)
        if start == stop or _vanishes(smooth):
            continue
        parts.append(Big("int", (Binder(Name(name), None, None, Call("interval", (start, stop))),), smooth))
    return reduce(lambda a, b: Call("add", (a, b)), parts) if parts else ZERO


def _vanishes(node: Node) -> bool:
    """Whether a formula is 0 by its form, max(0, x) p(x) below 0."""
    if not isinstance(node, Call):
        return node == ZERO
    if node.op in {"mul", "dot"}:
        return any(map(_vanishes, node.args))
    return node.op in {"neg", "add", "sub", "div", "pow"} and all(
        map(_vanishes, node.args[: 1 if node.op in {"div", "pow"} else None])
    )


def numeral(value: Fraction) -> Node:
    """A fraction as it is written."""
    size: Node = Num(str(abs(value.numerator)))
    if value.denominator != 1:
        size = Call("div", (size, Num(str(value.denominator))))
    return Call("neg", (size,)) if value < 0 else size


def _infinite(end: Node) -> bool:
    return end == INFINITY or end == Call("neg", (INFINITY,))


def _clamped(place: Node, low: Node, high: Node) -> Node | None:
    """The place, or the limit that it lies beyond; None where a limit is neither a number nor infinite."""
    bottom, top = (None if _infinite(end) else constant(end) for end in (low, high))
    if (bottom is None and low != Call("neg", (INFINITY,))) or (top is None and high != INFINITY):
        return None
    if bottom is not None and top is not None and bottom > top:
        return None
    value = constant(place)
    if value is not None:
        within = value if bottom is None else max(value, bottom)
        kept = within if top is None else min(within, top)
        return place if kept == value else low if kept == bottom else high
    if bottom is not None:
        place = Call("max", (place, low))
    return place if top is None else Call("min", (place, high))


def _is_stepped(node: Node, name: str) -> bool:
    return (isinstance(node, Cases) or (isinstance(node, Call) and node.op in _STEPPED)) and name in names(node)


_STEPPED: Final = frozenset(
    {"abs", "sign", "relu", "max", "min", "indicator", "floor", "ceil", "mod", "and", "or", "leakyrelu"}
)


def _kink(node: Node, name: str) -> list[_Affine] | None:
    """Where a stepped node has its kink, or several of cases; None where that cannot be told."""
    apart = [_affine(each, name) for each in _apart(node)]
    if not apart or any(each is None for each in apart):
        return None
    return [each for each in apart if each is not None and each.slope]


def _apart(node: Node) -> list[Node]:
    """What changes its sign where a stepped node has a kink; empty for those that are not known."""
    if isinstance(node, Cases):
        chains = [condition for _, condition in node.branches if condition is not None]
        found = [_of_relation(chain) for chain in chains]
        return [] if None in found else [each for each in found if each is not None]
    if not isinstance(node, Call):
        return []
    if node.op in {"abs", "sign", "relu"}:
        return [node.args[0]]
    if node.op in {"max", "min"} and len(node.args) == 2:
        return [Call("sub", node.args)]
    relation = _of_relation(node.args[0]) if node.op == "indicator" else None
    return [] if relation is None else [relation]


def _of_relation(chain: Node) -> Node | None:
    """a - b of a > b."""
    if not isinstance(chain, Chain) or len(chain.sides) != 2 or chain.relations[0] not in _TRUE:
        return None
    return Call("sub", chain.sides)


def _affine(node: Node, name: str) -> _Affine | None:
    """A formula as slope x + rest."""
    if name not in names(node):
        return _Affine(Fraction(0), node)
    if node == Name(name):
        return _Affine(Fraction(1), ZERO)
    if not isinstance(node, Call) or node.op not in {"add", "sub", "neg", "mul", "dot", "div"}:
        return None
    parts = [_affine(arg, name) for arg in node.args]
    first, second = parts[0], parts[-1]
    if first is None or second is None:
        return None
    if node.op == "neg":
        return _Affine(-first.slope, Call("neg", (first.rest,)))
    if node.op in {"add", "sub"}:
        slope = first.slope + second.slope * (1 if node.op == "add" else -1)
        return _Affine(slope, _joined(node.op, first.rest, second.rest))
    if node.op == "div":
        return None if not (by := constant(node.args[1])) else _Affine(first.slope / by, _scaled(first.rest, 1 / by))
    factor, other = (first, second) if first.slope == 0 else (second, first)
    by = constant(factor.rest) if factor.slope == 0 else None
    return None if by is None else _Affine(other.slope * by, _scaled(other.rest, by))


def _joined(op: str, a: Node, b: Node) -> Node:
    if b == ZERO:
        return a
    values = constant(a), constant(b)
    if values[0] is not None and values[1] is not None:
        return numeral(values[0] + values[1] if op == "add" else values[0] - values[1])
    return (b if op == "add" else Call("neg", (b,))) if a == ZERO else Call(op, (a, b))


def _scaled(node: Node, by: Fraction) -> Node:
    value = constant(node)
    return Call("mul", (numeral(by), node)) if value is None else numeral(value * by)


def _between(node: Node, name: str, places: list[Node], number: int) -> Node:
    """The formula as it is between the places before and behind number `number`."""

    def sign(apart: Node) -> int:
        affine = _affine(apart, name)
        assert affine is not None, apart
        if not affine.slope:
            return 0
        place = affine.place if constant(affine.place) is None else numeral(constant(affine.place) or Fraction(0))
        behind = places.index(place) < number
        return 1 if (affine.slope > 0) == behind else -1

    def inside(inner: Node) -> Node:
        return _between(inner, name, places, number)

    if not _is_stepped(node, name):
        return map_children(node, inside)
    if isinstance(node, Cases):
        return inside(_chosen(node, sign))
    assert isinstance(node, Call)
    apart = _apart(node)[0]
    if node.op == "indicator":
        chain = node.args[0]
        assert isinstance(chain, Chain)
        return ONE if _TRUE[chain.relations[0]](sign(apart)) else ZERO
    side = sign(apart)
    if node.op == "sign":
        return numeral(Fraction(side))
    if node.op in {"max", "min"}:
        return inside(node.args[0] if (side > 0) == (node.op == "max") else node.args[1])
    if node.op == "relu":
        return inside(apart) if side > 0 else ZERO
    return inside(apart) if side > 0 else Call("neg", (inside(apart),))


def _chosen(node: Cases, sign: Callable[[Node], int]) -> Node:
    """The value of the first case whose condition holds; NaN has no value, where none does."""
    for value, condition in node.branches:
        if condition is None:
            return value
        apart = _of_relation(condition)
        assert apart is not None
        assert isinstance(condition, Chain)
        if _TRUE[condition.relations[0]](sign(apart)):
            return value
    return Call("div", (ONE, ZERO))
