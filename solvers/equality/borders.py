"""Places where a premise is met but for rounding, beside conclusions that jump: y = 1 if w^T x + b >= 0, else 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from solvers.equality.extremes import close, inside
from solvers.equality.ground import COUNT, Ground, base_of, flat
from solvers.equality.sample import Points
from solvers.equality.scanned import BESIDE, roots
from solvers.equality.solve import System, movable, solved
from solvers.equality.standing import Relation, stands
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.domains import constant
from solvers.formula.nodes import Call, Cases, Node, Num, children, free_names, map_children, walk
from solvers.formula.tables.table import EvaluationError

MANY, SHOWN = 120, 50  # digits
NOTHING = 1e-15  # what two sides are divided by is not so small but where it is zero
TINY = Fraction(1, 10_000)  # numbers so small are looked at on both sides
BATCHES = 4
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


def divides_by_nothing(
    relation: Relation, ground: Ground, point: Mapping[str, Any], points: Points, indices: Mapping[str, int]
) -> bool:
    """Whether a solution is one where what a side is divided by is zero but for rounding: it has no value there."""
    free = free_names(relation.left) | free_names(relation.right)
    below = [
        node.args[1] for side in (relation.left, relation.right) for node in walk(side)
        if isinstance(node, Call) and node.op == "div" and not free_names(node.args[1]) - free
    ]  # fmt: skip
    found = ground.exactly(below, point, points, indices, SHOWN) if below else []
    return any(not hasattr(value, "kind") and _is_nothing(value) for value in found)


def divides_by_zero(relations: Iterable[Relation], ground: Ground, point: Mapping[str, Any], points: Points) -> bool:
    """Whether a side is divided by zero at a point that is known exactly."""
    exact = all(isinstance(entry, (int, Fraction)) for value in point.values() for entry in flat(value))
    return exact and any(divides_by_nothing(relation, ground, point, points, {}) for relation in relations)


def _is_nothing(value: Any) -> bool:
    try:
        return all(abs(float(entry)) < NOTHING for entry in flat(value))
    except (TypeError, ValueError, OverflowError):
        return False


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


def beside_tiny(border: System) -> Iterator[Points]:
    """Points on both sides of a border that tiny numbers draw, |x - y| = 10^{-12}: numbers so close to each other, and
    the border with the tiny numbers halved, and doubled.
    """
    ground = border.ground
    tiny = [float(value) for node in border.equations for value in _tiny(node)]
    for _ in range(BATCHES if tiny else 0):
        yield close(ground, ground.draw(), tiny)
    for factor in ("0.5", "2") if tiny else ():
        moved = System(tuple(_with_tiny(node, factor) for node in border.equations), ground)
        points = ground.draw(small=True)
        starts = solved(moved, points, movable(ground, moved.equations, points))
        if starts:
            yield starts[0].points


def beside_roots(border: System) -> Iterator[Points]:
    """Points on both sides of where a border is met, far out perhaps, in one of its numbers: x^{10} = 10^{50} x."""
    import numpy as np  # 12 times the start of Python

    points = border.ground.draw()
    for key in movable(border.ground, border.equations, points):
        found = roots(border, points, key)
        if found is not None:
            sides = np.outer(found.values[key], BESIDE).reshape(-1)
            chosen = sides[np.linspace(0, sides.size - 1, COUNT).astype(int)]
            same = {name: np.repeat(array[:1], COUNT, axis=0) for name, array in points.values.items()}
            moved = inside(chosen, border.ground.plan.declared.get(base_of(key)), same[key])
            yield Points(points.sizes, {**same, key: moved})


def _tiny(node: Node) -> list[Fraction]:
    value = constant(node)
    if value is None:
        return [found for child in children(node) for found in _tiny(child)]
    return [abs(value)] if 0 < abs(value) < TINY else []


def _with_tiny(node: Node, factor: str) -> Node:
    if constant(node) is None:
        return map_children(node, lambda child: _with_tiny(child, factor))
    return Call("mul", (Num(factor), node)) if _tiny(node) else node


__all__ = [
    "beside_roots",
    "beside_tiny",
    "divides_by_nothing",
    "divides_by_zero",
    "hangs_on_digits",
    "in_whole_numbers",
    "jumps",
    "met_by_rounding",
]
