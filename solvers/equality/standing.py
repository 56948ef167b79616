"""How a relation stands at one point: it holds, it is broken, it has no value, or it cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from solvers.equality.approximate import printed_units
from solvers.equality.ground import ORDER, Ground, decimal, difference, flat, rows, said_of
from solvers.equality.sample import Points
from solvers.formula.env import Env
from solvers.formula.nodes import Chain, Node
from solvers.formula.tables.precise import certain_table
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Undefined

EQUALITIES = frozenset({"=", ":="})
KNOWN = EQUALITIES | ORDER | {"!="}
HOLDS, BROKEN, CLEAR = Decimal("1e-20"), Decimal("1e-10"), Decimal("1e-15")
STRICT = 1e-6  # float64's idea of nearly equal
NOISE = Decimal("1e-27")  # what is left of a zero beside a double root
Standing = Literal["held", "broken", "undefined", "unclear", "level"]
"""`unclear` is lost in rounding, `level` is a strict inequality whose sides may be equal."""
_WORST: tuple[Standing, ...] = ("undefined", "unclear", "level")
_ALLOWED = {"=": {0}, ":=": {0}, "<=": {-1, 0}, ">=": {1, 0}, "<": {-1}, ">": {1}, "!=": {-1, 1}}


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a chain."""

    sign: str
    left: Node
    right: Node

    @property
    def gap(self) -> Node:
        return difference(self.left, self.right)


def relations_of(chain: Chain, known: frozenset[str] = KNOWN) -> list[Relation]:
    """The relations between neighbouring sides; EvaluationError for one that is not among the known ones."""
    found = [Relation(s, a, b) for s, a, b in zip(chain.relations, chain.sides, chain.sides[1:], strict=False)]
    for relation in found:
        if relation.sign not in known:
            raise EvaluationError(f"{said_of(chain)} is no equation or inequality, so nothing can be solved for")
    return found


def admitted(ground: Ground, point: Mapping[str, Any], points: Points) -> bool:
    """Whether a point meets the constraints that are inequalities, for all their indices."""
    for chain in ground.context.constraints:
        for relation in relations_of(chain) if set(chain.relations) <= KNOWN - EQUALITIES else ():
            indices = ground.indices_of(Chain((relation.left, relation.right), (relation.sign,)), points)
            if stands(ground, relation, point, points, indices)[0] != "held":
                return False
    return True


def stands(
    ground: Ground, relation: Relation, point: Mapping[str, Any], points: Points,
    assignments: Iterable[dict[str, int]] | None = None,
) -> tuple[Standing, dict[str, int]]:  # fmt: skip
    """How a relation stands for all values of the free indices; if it is broken, at which.

    ShapeMismatch where its sides cannot be compared. Indices that point outside a vector are left out.
    """
    outcomes: list[Standing] = []
    mismatch: ShapeMismatch | None = None
    env = ground.prepared(certain_table(), point, points)
    for indices in ground.assignments(points.sizes) if assignments is None else assignments:
        try:
            outcome = _stands(ground, relation, point, points, indices, env)
        except ShapeMismatch as error:
            mismatch = error
            continue
        if outcome == "broken":
            return "broken", indices
        outcomes.append(outcome)
    if mismatch is not None and not outcomes:
        raise mismatch
    return (worst(outcomes) if outcomes else "undefined"), {}


def doubts(ground: Ground, relations: Sequence[Relation], points: Points) -> Any:
    """By how much some relations fail at each point in float64, beside their sides: where to look exactly first."""
    import numpy as np  # 12 times the start of Python

    count = next(iter(points.values.values())).shape[0]
    found, memo = np.full(count, -1.0), dict[str, Any]()
    for relation in relations:
        for indices in ground.assignments(points.sizes):
            gap, *sides = ground.arrays((relation.gap, relation.left, relation.right), points, indices, memo)
            if not hasattr(gap, "shape"):
                continue
            with np.errstate(all="ignore"):
                size = sum(np.abs(rows(s, count)).max(axis=1) for s in sides if hasattr(s, "shape"))
                apart = _DOUBTS[relation.sign](rows(gap, count)).max(axis=1) / np.maximum(size, 1e-9)
            found = np.maximum(found, np.where(np.isfinite(apart), apart, np.inf))
    return found


_DOUBTS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("=", ":=", "~="), abs), "<=": lambda gap: gap, "<": lambda gap: gap + STRICT,
    ">=": lambda gap: -gap, ">": lambda gap: STRICT - gap, "!=": lambda gap: STRICT - abs(gap),
}  # fmt: skip


def worst(outcomes: Sequence[Standing | Literal["touching"]]) -> Standing:
    """How several relations stand together, none of which is broken."""
    return next((bad for bad in _WORST if bad in outcomes), "held")


def _stands(
    ground: Ground, relation: Relation, point: Mapping[str, Any], points: Points, indices: Mapping[str, int], env: Env
) -> Standing:
    gap, left, right = ground.gap(env, relation.left, relation.right, indices)
    if isinstance(gap, Undefined):
        return "undefined"
    if isinstance(gap, EvaluationError):
        raise gap
    if hasattr(gap, "kind"):
        return "held"  # zero on both sides, of whatever shape
    if relation.sign == "~=":
        return _to_the_digits(relation, flat(gap))
    size = max((abs(e.middle) for s in (left, right) if not _empty(s) for e in flat(s)), default=Decimal(0))
    outcomes = [_outcome(relation.sign, _sign(ball, size)) for ball in flat(gap)]
    if relation.sign == "!=" and "held" in outcomes:
        return "held"
    if "broken" in outcomes:
        return "broken"
    if {"level", "unclear", "touching"} & set(outcomes):
        return _exactly(ground, relation, point, points, indices) or worst(outcomes)
    return worst(outcomes)


def _empty(side: Any) -> bool:
    return isinstance(side, EvaluationError) or hasattr(side, "kind")


def _sign(ball: Any, size: Decimal) -> int | None:
    """1, -1, 0 (zero up to rounding), or None where it is too small to say."""
    entry = abs(ball.middle)
    if ball.radius > NOISE and ball.radius > HOLDS * entry:
        return None
    if entry <= HOLDS * size or entry <= NOISE:
        return 0
    if entry > BROKEN * size and entry > CLEAR:
        return 1 if ball.middle > 0 else -1
    return None


def _outcome(relation: str, sign: int | None) -> Standing | Literal["touching"]:
    if sign is None:
        return "unclear"
    if sign == 0 and relation in {"<", ">", "!="}:
        return "level"
    if sign == 0 and relation in ORDER:
        return "touching"
    return "held" if sign in _ALLOWED[relation] else "broken"


def _exactly(
    ground: Ground, relation: Relation, point: Mapping[str, Any], points: Points, indices: Mapping[str, int]
) -> Standing | None:
    """A relation whose sides are close: certain only at a point that is known exactly; None where it is not."""
    if not all(isinstance(entry, (int, Fraction)) for value in point.values() for entry in flat(value)):
        return None
    signs = ground.signs(relation.gap, point, points, indices)
    if isinstance(signs, EvaluationError) or None in signs:
        return None
    return "held" if set(signs) <= _ALLOWED[relation.sign] else "broken"


def _to_the_digits(relation: Relation, gap: Sequence[Any]) -> Standing:
    """An approximate conclusion: x = cos x => x ≈ 0.739."""
    units = printed_units(relation.right) or printed_units(relation.left)
    if units is None or len(units) != len(gap):
        raise EvaluationError("no digits are printed that say how close is meant")
    within = all(abs(ball.middle) <= decimal(unit) / 2 for ball, unit in zip(gap, units, strict=True))
    return "held" if within else "broken"
