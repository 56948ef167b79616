"""Places where a premise is met but for rounding, beside conclusions that jump: y = 1 if w^T x + b >= 0, else 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from solvers.equality.ground import Ground, flat
from solvers.equality.sample import Points
from solvers.equality.solve import System, movable
from solvers.equality.standing import Relation, stands
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.nodes import Call, Cases, walk
from solvers.formula.tables.table import EvaluationError

MANY = 120  # digits
LAST_DIGITS = Decimal("1e-37")  # of a root
_STEPS = frozenset({"indicator", "sign", "floor", "ceil", "argmax", "argmin", "mod"})


def jumps(relations: Iterable[Relation], context: Context) -> bool:
    """Whether relations are about what has cases or steps, by its definition perhaps."""
    sides = [side for relation in relations for side in (relation.left, relation.right)]
    about = {name for side in sides for name in reached(side, context.definitions)}
    nodes = [*sides, *(d.right for name in about for d in context.definitions.get(name, ()))]
    return any(
        isinstance(inner, Cases) or (isinstance(inner, Call) and inner.op in _STEPS) for n in nodes for inner in walk(n)
    )


def met_by_rounding(
    premises: Sequence[Relation], relation: Relation, ground: Ground, point: Mapping[str, Any], points: Points
) -> bool:
    """Whether a point that is not known exactly lies on the border of a premise, where a conclusion jumps."""
    if all(isinstance(entry, (int, Fraction)) for value in point.values() for entry in flat(value)):
        return False
    bordering = [replace(premise, sign=premise.sign[0]) for premise in premises if premise.sign in {"<=", ">="}]
    return (
        bool(bordering)
        and jumps((relation,), ground.context)
        and any(stands(ground, strict, point, points)[0] != "held" for strict in bordering)
    )


def hangs_on_digits(
    relation: Relation, ground: Ground, point: Mapping[str, Any], points: Points, indices: Mapping[str, int]
) -> bool:
    """Whether the digits that a root is not known to decide how far apart two sides are: e^x sin x at x = 100 pi."""
    if all(isinstance(entry, (int, Fraction)) for value in point.values() for entry in flat(value)):
        return False
    moved = {name: _moved(value) for name, value in point.items()}
    found = [ground.exactly((relation.gap,), at, points, indices, MANY)[0] for at in (point, moved)]
    if any(isinstance(value, EvaluationError) or hasattr(value, "kind") for value in found):
        return True
    here, there = (flat(value) for value in found)
    return all(abs(a - b) * 2 >= abs(a) for a, b in zip(here, there, strict=True) if a)


def _moved(value: Any) -> Any:
    """A value that is known as a root, in its last digits; what is known exactly stays."""
    if isinstance(value, tuple):
        return tuple(map(_moved, value))
    return value if isinstance(value, (int, Fraction)) else value * (1 + LAST_DIGITS)


def in_whole_numbers(border: System, most: int) -> Iterator[tuple[System, Points, tuple[str, ...]]]:
    """Borders from whole numbers, with one number as the unknown: such points are mostly known exactly."""
    points = border.ground.draw(small=True)
    keys = [key for key in movable(border.ground, border.equations, points) if points.values[key].ndim == 1]
    yield from ((border, points, (key,)) for key in keys[:most])


__all__ = ["in_whole_numbers", "jumps", "met_by_rounding"]
