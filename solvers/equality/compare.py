"""The policy of equality: random points in float64 as a filter, fifty digits as the judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from hashlib import sha256
from itertools import product
from typing import Any, Literal

from solvers.equality.exactly import exact_point
from solvers.equality.sample import Plan, Points, constrained, draw, plan
from solvers.formula.context import Context
from solvers.formula.env import Budget, TooMuchWork
from solvers.formula.evaluate import Env, evaluate, whole
from solvers.formula.nodes import Node
from solvers.formula.open_sizes import Open
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.precise import DIGITS, precise_table
from solvers.formula.tables.table import EvaluationError, Pole, ShapeMismatch, written
from solvers.formula.to_plain import to_plain

ROUNDS, POINTS, SMALL_ROUNDS = 4, 8, 6
FILTER = 1e-13
STEPS = 150_000
CERTAIN = 200  # digits: what a difference must survive, since 1 - σ(80) has lost fifteen of fifty
CONFIRMED = 3  # points settled at fifty digits even where float64 sees no difference
SETTLED = 1e-20
ROUNDING = 1e-38  # what fifty digits leave of a sum that is zero
MAX_INDICES = 64
Verdict = Literal["same", "different", "undecided"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict, what it rests on, and for "different" a point with the two values, by name.

    `domain`: they are equal wherever both are defined, and differ in where they are.
    """

    verdict: Verdict
    evidence: str
    counterexample: Mapping[str, Any] | None = None
    domain: bool = False


@dataclass(slots=True)
class _Found:
    """What was seen over all points so far."""

    compared: int = 0
    undefined: int = 0
    lopsided: int = 0
    domain: Comparison | None = None
    rounds: int = 0
    confirmed: int = 0
    index_values: int = 0
    budget: Budget = field(default_factory=lambda: Budget(STEPS))
    kinks: list[Any] = field(default_factory=list)


def compare(a: Node, b: Node, context: Context, seed: int = 0) -> Comparison:
    """Whether `a` and `b` have one value wherever the declared names may lie. The same seed gives the same verdict."""
    if a == b:
        return Comparison("same", "identical form")
    import numpy as np  # 12 times the start of Python

    text = f"{to_plain(a)} | {to_plain(b)} | {seed}"
    generator = np.random.default_rng(int.from_bytes(sha256(text.encode()).digest()[:8], "big"))
    needed = plan(context, (a, b))
    found = _Found()
    for small in (False, True):
        for _ in range(SMALL_ROUNDS if small else ROUNDS):
            points = constrained(draw(needed, generator, POINTS, small), context.constraints)
            if isinstance(points, str):
                return Comparison("undecided", points)
            try:
                verdict = _round(a, b, needed, points, found)
            except TooMuchWork as error:
                return Comparison("undecided", str(error))
            if verdict is not None:
                return _readable(a, b, needed, generator, verdict)
    return _shown_at(a, b, needed, _conclusion(found))


def _conclusion(found: _Found) -> Comparison:
    total = found.compared + found.undefined + found.lopsided
    if found.compared * 8 < total or not found.compared:
        said = f"both sides have a value at {found.compared} of {total} points only: they are not defined at enough"
        return Comparison("undecided", said)
    if found.domain is not None:
        said = f"equal at {found.compared} points where both are defined, but {found.domain.evidence}"
        return Comparison("different", said, found.domain.counterexample, domain=True)
    indices = f", for all {found.index_values} values of the free indices" if found.index_values else ""
    return Comparison("same", f"equal at {found.compared} random points in {found.rounds} choices of sizes{indices}")


def _round(a: Node, b: Node, needed: Plan, points: Points, found: _Found) -> Comparison | None:
    """Compares at some points; a Comparison if they settle it."""
    found.rounds += 1
    assignments = list(_assignments(needed, points.sizes))
    found.index_values = max(found.index_values, len(assignments) if needed.indices else 0)
    for indices in assignments:
        sides = _values(a, b, needed, points, indices, found)
        if isinstance(sides, Comparison):
            return sides
        if sides is None:
            found.undefined += POINTS
            continue
        verdict = _compare_arrays(a, b, sides, needed, points, indices, found)
        if verdict is not None:
            return verdict
    return None


def _assignments(needed: Plan, sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Every value of the free indices; over many, those near the start of each range and equal ones."""
    ranges = [range(1, 3) if high is None else range(1, whole(high, sizes) + 1) for _, high in needed.indices]
    for place, chosen in enumerate(product(*ranges)):
        if place >= MAX_INDICES:
            return
        yield {name: value for (name, _), value in zip(needed.indices, chosen, strict=True)}


def _env(
    needed: Plan, table: Any, values: Mapping[str, Any], points: Points, indices: Mapping[str, int], found: _Found
) -> Env:
    declared = needed.declared
    sizes = dict(points.sizes)
    definitions = needed.context.definitions
    return Env(
        table, values, {**sizes, **indices}, definitions, sizes, declared, budget=found.budget, kinks=found.kinks
    )


def _values(
    a: Node, b: Node, needed: Plan, points: Points, indices: Mapping[str, int], found: _Found
) -> tuple[Any, Any] | Comparison | None:
    """Both sides over the points; a verdict if their shapes settle it; None if neither has a value."""
    import numpy as np  # 12 times the start of Python

    table = numpy_table()
    found.kinks.clear()
    env = _env(needed, table, points.values, points, indices, found)
    sides: list[Any] = []
    for node in (a, b):
        try:
            with np.errstate(all="ignore"):
                sides.append(evaluate(node, env))
        except TooMuchWork:
            raise
        except EvaluationError as error:
            sides.append(error)
    sides = _of_one_shape(sides)
    errors = [side for side in sides if isinstance(side, EvaluationError)]
    if len(errors) == 2:
        if all(isinstance(error, ShapeMismatch) for error in errors):
            return Comparison("undecided", f"neither side has a value: {errors[0]}")
        return Comparison("undecided", str(errors[0]))
    if errors:
        if not isinstance(errors[0], ShapeMismatch):
            return Comparison("undecided", str(errors[0]))
        side = "left" if sides[0] is errors[0] else "right"
        return Comparison("different", f"the {side} side has no value: {errors[0]}", _sizes_shown(points))
    shapes = [table.shape(side) for side in sides]
    if shapes[0] != shapes[1]:
        said = f"the left side is {written(shapes[0])}, the right side {written(shapes[1])}"
        return Comparison("different", said, _sizes_shown(points))
    return sides[0], sides[1]


def _of_one_shape(sides: list[Any]) -> list[Any]:
    """Zeros of unknown shape in the shape of the other side."""
    opened = [isinstance(side, Open) for side in sides]
    if opened == [True, True]:
        return [EvaluationError("both sides are zero, of unknown shape")] * 2
    for place in (0, 1):
        other = sides[1 - place]
        if opened[place] and not isinstance(other, EvaluationError):
            zero = sides[place].kind == "zero"
            sides[place] = _times_zero(other) if zero else EvaluationError("a matrix of unknown size")
    return sides


def _times_zero(value: Any) -> Any:
    return tuple(_times_zero(entry) for entry in value) if isinstance(value, tuple) else value * 0


def _sizes_shown(points: Points) -> dict[str, Any]:
    return dict(points.sizes)


def _compare_arrays(
    a: Node, b: Node, sides: tuple[Any, Any], needed: Plan, points: Points, indices: Mapping[str, int], found: _Found
) -> Comparison | None:
    import numpy as np  # 12 times the start of Python

    left, right = (np.broadcast_to(s, (POINTS, *s.shape[1:])).reshape(POINTS, -1) for s in sides)
    fine = [np.isfinite(side).all(axis=1) for side in (left, right)]
    with np.errstate(all="ignore"):
        gap = np.abs(left - right) / np.maximum(np.maximum(np.abs(left), np.abs(right)), 1e-300)
        gap = np.where(left == right, 0.0, gap).max(axis=1)
    order = np.argsort(np.where(fine[0] & fine[1], -gap, 1.0))
    smooth = _smooth(found)
    for place in order:
        if not smooth[place]:
            continue  # sign(0) is a convention, not a value to differ in
        both = bool(fine[0][place] and fine[1][place])
        if both and gap[place] <= FILTER and found.confirmed >= CONFIRMED:
            found.compared += 1
            continue
        found.confirmed += both
        verdict = _settle(a, b, needed, points, indices, int(place), found)
        if verdict is not None:
            return verdict
    return None


def _smooth(found: _Found) -> Any:
    """Which points no sign was taken of zero at."""
    import numpy as np  # 12 times the start of Python

    smooth = np.ones(POINTS, dtype=bool)
    for mask in found.kinks:
        apart = (
            mask.reshape(POINTS, -1)
            if mask.size % POINTS == 0
            else np.broadcast_to(mask.reshape(1, -1), (POINTS, mask.size))
        )
        smooth &= ~apart.any(axis=1)
    found.kinks.clear()
    return smooth


def _settle(
    a: Node, b: Node, needed: Plan, points: Points, indices: Mapping[str, int], place: int, found: _Found
) -> Comparison | None:
    """One point at fifty digits; a difference counts if it is still there at two hundred."""
    verdict = _settle_at(DIGITS, a, b, needed, points, indices, place, found)
    if verdict is None or verdict.verdict != "different":
        return verdict
    return _settle_at(CERTAIN, a, b, needed, points, indices, place, found)


def _settle_at(
    digits: int, a: Node, b: Node, needed: Plan, points: Points, indices: Mapping[str, int], place: int, found: _Found
) -> Comparison | None:
    table = precise_table(digits)
    chosen = {name: _nested(array[place if array.shape[0] > 1 else 0]) for name, array in points.values.items()}
    chosen = exact_point(chosen, needed.declared, needed.context.constraints)
    env = _env(needed, table, {name: table.value(value) for name, value in chosen.items()}, points, indices, found)
    values: list[Any] = []
    for node in (a, b):
        try:
            values.append(evaluate(node, env))
        except TooMuchWork:
            raise
        except EvaluationError as error:
            values.append(error)
    values = _of_one_shape(values)
    errors = [value for value in values if isinstance(value, EvaluationError)]
    if len(errors) == 2:
        found.undefined += 1
        return None
    shown = {**points.sizes, **indices, **chosen}
    if errors and isinstance(errors[0], Pole):
        found.undefined += 1  # an isolated point, or one beyond fifty digits: it says nothing
        return None
    if errors:
        side = "left" if isinstance(values[0], EvaluationError) else "right"
        said = f"the {side} side is undefined where the other is not ({errors[0]})"
        found.lopsided += 1
        found.domain = Comparison("different", said, {**shown, side: None})  # the last: a point of small numbers
        return None
    gap = _precise_gap(table, values[0], values[1])
    if gap > SETTLED:
        return Comparison(
            "different", "the two sides differ at this point",
            {**shown, "left": _plain(table, values[0]), "right": _plain(table, values[1])},
        )  # fmt: skip
    found.compared += 1
    return None


def _precise_gap(table: Any, a: Any, b: Any) -> float:
    flat_a, flat_b = _flat(a), _flat(b)
    worst = 0.0
    for x, y in zip(flat_a, flat_b, strict=True):
        size = max(abs(x), abs(y))
        if abs(x - y) > ROUNDING and size > 0:
            worst = max(worst, float(abs(x - y) / size))
    return worst


def _flat(value: Any) -> list[Any]:
    return [e for entry in value for e in _flat(entry)] if isinstance(value, tuple) else [value]


def _plain(table: Any, value: Any) -> Any:
    return [_plain(table, entry) for entry in value] if isinstance(value, tuple) else float(value)


def _nested(array: Any) -> Any:
    return tuple(_nested(entry) for entry in array) if getattr(array, "ndim", 0) else Fraction(float(array))


def _readable(a: Node, b: Node, needed: Plan, generator: Any, verdict: Comparison) -> Comparison:
    """The same verdict at a point of small whole numbers, if one can be found quickly."""
    if verdict.verdict != "different" or verdict.counterexample is None:
        return verdict
    for _ in range(SMALL_ROUNDS):
        points = constrained(draw(needed, generator, POINTS, small=True), needed.context.constraints)
        if isinstance(points, str):
            break
        try:
            smaller = _round(a, b, needed, points, _Found())
        except TooMuchWork:
            break
        if smaller is not None and smaller.verdict == "different":
            verdict = smaller
            break
    return _shown_at(a, b, needed, verdict)


def _shown_at(a: Node, b: Node, needed: Plan, verdict: Comparison) -> Comparison:
    if verdict.counterexample is None:
        return verdict
    return replace(verdict, counterexample=_shown(a, b, needed, verdict.counterexample))


def _shown(a: Node, b: Node, needed: Plan, point: Mapping[str, Any]) -> dict[str, Any]:
    """The point without the names that neither side depends on; numbers as people write them."""
    from solvers.formula.nodes import names

    used = set(names(a) | names(b))
    for _ in range(len(needed.context.definitions) + 1):
        more = {
            n
            for d in used & needed.context.definitions.keys()
            for x in needed.context.definitions[d]
            for n in names(x.right)
        }
        used |= more
    keep = {
        k: v for k, v in point.items() if k.partition("^(")[0] in used or k in {"left", "right"} or k in needed.sizes
    }
    return {name: _number(value) for name, value in keep.items()}


def _number(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_number(entry) for entry in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return int(value) if isinstance(value, float) and value == int(value) and abs(value) < 2**53 else value
