"""Bounds of a formula by its form alone: x^2 >= 0, sigmoid(z) < 1, x - (x - 1) = 1. Of a matrix: of its entries.

What cannot be seen by form has no bounds; nothing here is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from typing import Final

from solvers.formula.domains import numbers_of, whole_bounds
from solvers.formula.env import Definition
from solvers.formula.nodes import Apply, Big, Call, Cases, Chain, Index, Member, Name, Node, Num
from solvers.formula.operators import elementwise
from solvers.formula.tokens import Declaration

DEEP: Final = 12  # definitions and operators looked through


@dataclass(frozen=True, slots=True)
class Bounds:
    """low <= value <= high; with `above` low < value, with `below` value < high."""

    low: float = -inf
    high: float = inf
    above: bool = False
    below: bool = False

    def __neg__(self) -> Bounds:
        return Bounds(-self.high, -self.low, self.below, self.above)

    def __add__(self, other: Bounds) -> Bounds:
        above, below = self.above or other.above, self.below or other.below
        return Bounds(self.low + other.low, self.high + other.high, above, below)

    def times(self, factor: float) -> Bounds:
        """Multiplied by a number."""
        if factor == 0:
            return Bounds(0, 0)
        scaled = Bounds(self.low * abs(factor), self.high * abs(factor), self.above, self.below)
        return scaled if factor > 0 else -scaled

    def united(self, other: Bounds) -> Bounds:
        """What holds of either."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        above = all(b.above or b.low > low for b in (self, other))
        below = all(b.below or b.high < high for b in (self, other))
        return Bounds(low, high, above, below)

    def both(self, other: Bounds) -> Bounds:
        """What holds of both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        above = any(b.above and b.low == low for b in (self, other))
        return Bounds(low, high, above, any(b.below and b.high == high for b in (self, other)))

    def allows(self, relation: str) -> bool:
        """Whether a value within may stand in the relation to zero."""
        positive = self.high > 0
        negative = self.low < 0
        zero = (self.low < 0 or (self.low == 0 and not self.above)) and (
            self.high > 0 or (self.high == 0 and not self.below)
        )
        ways = {">": positive, "<": negative, "=": zero, ">=": positive or zero, "<=": negative or zero}
        return ways.get(relation, positive or negative)


ANY, NOT_NEGATIVE, POSITIVE = Bounds(), Bounds(0), Bounds(0, above=True)
_FUNCTIONS: dict[str, Bounds] = {
    "exp": POSITIVE, "sigmoid": Bounds(0, 1, True, True), "tanh": Bounds(-1, 1, True, True), "relu": NOT_NEGATIVE,
    "abs": NOT_NEGATIVE, "sqrt": NOT_NEGATIVE, "softplus": POSITIVE, "softmax": Bounds(0, 1, True, False),
    "sin": Bounds(-1, 1), "cos": Bounds(-1, 1), "cosh": Bounds(1), "norm": NOT_NEGATIVE, "factorial": Bounds(1),
    "opnorm": NOT_NEGATIVE, "erf": Bounds(-1, 1, True, True),
    "indicator": Bounds(0, 1), "sign": Bounds(-1, 1), "kl": NOT_NEGATIVE, "entropy": NOT_NEGATIVE,
    "gaussian": POSITIVE, "arctan": Bounds(-1.5707963267948968, 1.5707963267948968, True, True),
    "sigmoid'": Bounds(0, 0.25, True, False), "tanh'": Bounds(0, 1, True, False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What bounds are taken from."""

    declared: Mapping[str, Declaration]
    definitions: Mapping[str, tuple[Definition, ...]]
    constraints: Sequence[Chain] = ()

    def facts(self) -> Iterator[tuple[dict[Node | None, float], Bounds]]:
        """Combinations of atoms whose sign a constraint gives: a - b > 0."""
        for chain in self.constraints:
            for (a, b), relation in zip(pairwise(chain.sides), chain.relations, strict=True):
                if relation in _SIGNS:
                    yield _linear(Call("sub", (a, b))), _SIGNS[relation]

    def definite(self, node: Node) -> bool:
        """Whether a constraint says A > 0 of a matrix."""
        return any("succ" in chain.relations and node in chain.sides[:-1] for chain in self.constraints)


_SIGNS = {">": POSITIVE, ">=": NOT_NEGATIVE, "<": -POSITIVE, "<=": -NOT_NEGATIVE}


def bounds(node: Node, known: Known, depth: int = DEEP) -> Bounds:
    """The bounds of a formula; ANY where its form says nothing."""
    if depth == 0:
        return ANY
    form, total = _linear(node), Bounds(0, 0)
    for atom, factor in form.items():
        part = Bounds(1, 1) if atom is None else _atom(atom, known, depth - 1).both(_said({atom: 1.0}, known))
        total = total + part.times(factor)
    return total.both(_said(form, known))


def _said(form: Mapping[Node | None, float], known: Known) -> Bounds:
    """What the constraints say of a combination of atoms, or of a multiple of it."""
    found = ANY
    for fact, sign in known.facts():
        ratios = {form.get(atom, 0.0) / factor for atom, factor in fact.items() if factor}
        if len(ratios) == 1 and all(fact.get(atom) for atom, factor in form.items() if factor):
            found = found.both(sign.times(ratios.pop()))
    return found


def _linear(node: Node) -> dict[Node | None, float]:
    """A formula as numbers times atoms, of which equal ones are put together; None stands for 1."""
    if isinstance(node, Num):
        return {None: float(node.value)} if abs(node.value) < 1e300 else {node: 1.0}
    if isinstance(node, Call) and node.op in {"add", "sub", "neg"}:
        parts = [_linear(arg) for arg in node.args]
        signs = [-1.0] if node.op == "neg" else [1.0, 1.0 if node.op == "add" else -1.0]
        total: dict[Node | None, float] = {}
        for sign, part in zip(signs, parts, strict=True):
            for atom, factor in part.items():
                total[atom] = total.get(atom, 0.0) + sign * factor
        return total
    if isinstance(node, Call) and node.op in {"mul", "dot", "times", "div"} and len(node.args) == 2:
        number, rest = _number(node)
        if number is not None and rest is not None:
            return {atom: number * factor for atom, factor in _linear(rest).items()}
    return {node: 1.0}


def _number(node: Call) -> tuple[float | None, Node | None]:
    """A product or quotient as a number and the rest."""
    a, b = node.args
    if isinstance(a, Num) and node.op != "div":
        return float(a.value), b
    if isinstance(b, Num) and b.value != 0:
        return (float(b.value) if node.op != "div" else 1 / float(b.value)), a
    return None, None


def _atom(node: Node, known: Known, depth: int) -> Bounds:
    if isinstance(node, Name):
        return _named(node.text, known, depth)
    if isinstance(node, (Index, Member)):
        return bounds(node.base, known, depth)
    if isinstance(node, Apply):
        declared = [d for d in known.declared.values() if d.name == node.name and d.support is not None]
        return Bounds(0, 1) if declared else ANY
    if isinstance(node, Cases):
        found = [bounds(value, known, depth) for value, _ in node.branches]
        return _all(found)
    if isinstance(node, Big):
        body = bounds(node.body, known, depth)
        if node.op in {"max", "min", "E"}:
            return body
        return (
            NOT_NEGATIVE
            if node.op in {"sum", "prod"} and body.low >= 0
            else (Bounds(high=0) if node.op == "sum" and body.high <= 0 else ANY)
        )
    return _called(node, known, depth) if isinstance(node, Call) else ANY


def _named(name: str, known: Known, depth: int) -> Bounds:
    definitions = known.definitions.get(name, ())
    if definitions:
        return bounds(definitions[0].right, known, depth) if len(definitions) == 1 else ANY
    declared = known.declared.get(name)
    if declared is None:
        return {"pi": Bounds(3, 4), "ones": Bounds(1, 1), "I": Bounds(0, 1)}.get(name, ANY)
    if declared.domain in {"natural", "integer"}:
        least, greatest = whole_bounds(declared)
        return Bounds(-inf if least is None else least, inf if greatest is None else greatest)
    if declared.domain in {"simplex", "unit", "distribution"}:
        return Bounds(0, 1)
    if declared.domain.startswith("{"):
        entries = [float(number) for number in numbers_of(declared.domain)]
        return Bounds(min(entries), max(entries))
    low = -inf if declared.low is None else float(declared.low)
    high = inf if declared.high is None else float(declared.high)
    if declared.positive:
        low = max(low, 0.0)
    return Bounds(low, high, low > -inf, high < inf)


def _all(found: list[Bounds]) -> Bounds:
    total = found[0]
    for more in found[1:]:
        total = total.united(more)
    return total


def _called(node: Call, known: Known, depth: int) -> Bounds:
    if node.op in _FUNCTIONS:
        return _FUNCTIONS[node.op]
    if node.op in {"mul", "dot", "times", "star", "hadamard"} and _square(node, known):
        return NOT_NEGATIVE
    if node.op in _BY_ARGUMENTS:
        found = [bounds(arg, known, depth) for arg in node.args]
        return _power(node.args[1], found[0]) if node.op == "pow" else _BY_ARGUMENTS[node.op](*found)
    return ANY


def _square(node: Call, known: Known) -> bool:
    """Whether a product is the square of a number, entry by entry, or the inner product of a vector with itself."""
    a, b = node.args
    factors = _factors(node)
    if len(factors) == 3 and known.definite(factors[1]) and factors[0] == Call("transpose", (factors[2],)):
        return True
    if a == b:
        return node.op == "hadamard" or rank(a, known) == 0 or (node.op == "dot" and rank(a, known) == 1)
    return a == Call("transpose", (b,)) and rank(b, known) in {0, 1}


def _factors(node: Node) -> list[Node]:
    """What a product is of, left to right."""
    if isinstance(node, Call) and node.op == "mul":
        return [factor for arg in node.args for factor in _factors(arg)]
    return [node]


def rank(node: Node, known: Known) -> int | None:
    """0 of a number, 1 of a vector, 2 of a matrix, by its form; None where that is not plain."""
    if isinstance(node, Num):
        return 0
    if isinstance(node, Name):
        declared = known.declared.get(node.text)
        defined = node.text in known.definitions
        return None if defined or declared is None or declared.shape is None else len(declared.shape)
    if isinstance(node, Member):
        return rank(node.base, known)
    if isinstance(node, Index):
        base = rank(node.base, known)
        return 0 if base == len(node.indices) else None
    if isinstance(node, Call) and node.op in {"norm", "opnorm", "tr", "det", "max", "min", "indicator"}:
        return 0
    if isinstance(node, Call) and (elementwise(node.op) or node.op in {"add", "sub", "neg", "mul", "div", "pow"}):
        ranks = {rank(arg, known) for arg in node.args}
        return ranks.pop() if len(ranks) == 1 else None
    return None


def _product(a: Bounds, b: Bounds) -> Bounds:
    """A product of numbers, or of vectors and matrices, or a quotient: only its sign is known."""
    if a.low >= 0 and b.low >= 0:
        return Bounds(0, above=(a.above or a.low > 0) and (b.above or b.low > 0))
    if a.high <= 0 and b.high <= 0:
        return NOT_NEGATIVE
    if (a.low >= 0 and b.high <= 0) or (a.high <= 0 and b.low >= 0):
        return Bounds(high=0)
    return ANY


def _power(exponent: Node, base: Bounds) -> Bounds:
    if base.low >= 0:
        return Bounds(0, above=base.above or base.low > 0)
    even = isinstance(exponent, Num) and exponent.value.denominator == 1 and exponent.value % 2 == 0
    return NOT_NEGATIVE if even else ANY


def _log(x: Bounds) -> Bounds:
    return Bounds(0 if x.low >= 1 else -inf, 0 if x.high <= 1 else inf)


def _same(x: Bounds) -> Bounds:
    return x


_BY_ARGUMENTS: dict[str, Callable[..., Bounds]] = {
    "mul": _product, "dot": _product, "times": _product, "star": _product, "hadamard": _product, "div": _product,
    "pow": _power, "log": _log, "log2": _log, "log10": _log, "transpose": _same,
    "max": lambda *found: Bounds(max(b.low for b in found), max(b.high for b in found)),
    "min": lambda *found: Bounds(min(b.low for b in found), min(b.high for b in found)),
    "diag": lambda x: x.united(Bounds(0, 0)), "tr": lambda x: _product(x, POSITIVE),
    "floor": lambda x: Bounds(x.low // 1 if isfinite(x.low) else x.low, x.high),
    "ceil": lambda x: Bounds(x.low, -(-x.high // 1) if isfinite(x.high) else x.high),
}  # fmt: skip
