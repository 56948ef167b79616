"""<, <=, >, >= and !=: points refute them; where no point does they are not refuted, and never proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from solvers.equality.compare import compare
from solvers.equality.extremes import around, at_bounds, extreme, many, wide
from solvers.equality.ground import COUNT, Ground, base_of, decimal, difference, flat, readable, rows
from solvers.equality.judgement import Judgement
from solvers.equality.refine import DIGITS, refined
from solvers.equality.sample import Points
from solvers.equality.solve import Start, System, distinct, movable, solved, within
from solvers.formula.context import Context
from solvers.formula.nodes import Node, names
from solvers.formula.tables.table import EvaluationError, OutOfRange, ShapeMismatch

ROUNDS = 4
CLIMB_SCALES = (1.0, 0.5, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3)
CHECKED = 3  # points settled exactly a batch
NEAR = 1e-9
SAME = Decimal("1e-40")  # of the sides, at a root to as many digits
NEAR_BY = 0.1  # how far around a point both sides are apart where they meet at it alone


@dataclass(slots=True)
class _Seen:
    points: int = 0
    undefined: int = 0
    equal: int = 0
    positive: int = 0
    negative: int = 0


@dataclass(frozen=True, slots=True)
class _Claim:
    """The relation as "smaller <= larger", strict or not, and the ground it is judged on."""

    relation: str
    left: Node
    right: Node
    ground: Ground

    @property
    def strict(self) -> bool:
        return self.relation in {"<", ">"}

    @property
    def gap(self) -> Node:
        """What must not be negative."""
        down = self.relation in {">", ">="}
        return difference(self.left, self.right) if down else difference(self.right, self.left)


def judge_order(relation: str, left: Node, right: Node, context: Context, seed: int) -> Judgement:
    """Whether an inequality is refuted at a point; entry by entry for vectors and matrices."""
    claim = _Claim(relation, left, right, Ground(context, (left, right), seed))
    seen = _Seen()
    for points in _batches(claim.ground):
        for indices in claim.ground.assignments(points.sizes):
            verdict = _tried(claim, points, indices, seen)
            if verdict is not None:
                return verdict
    for search in (_climbed, _climbed, _at_the_border):
        verdict = search(claim, seen)
        if verdict is not None:
            return verdict
    if not seen.points:
        return Judgement("undecided", "no point was found where both sides have a value")
    met = f", with equality to two hundred digits at {seen.equal} of them" if seen.equal else ""
    return Judgement("valid", f"not refuted at {seen.points} points{met}")


def _batches(ground: Ground) -> Iterator[Points]:
    """Small whole numbers and extremes first: a point to recompute by hand is the better counterexample."""
    for small in (True, False):
        for _ in range(ROUNDS):
            points = ground.draw(small)
            yield points
            special = extreme(ground, points)
            if not ground.allowed(special).all():
                special = _unbound(ground, points, special)
            if ground.allowed(special).all():
                yield special
    drawn = ground.draw()
    if (ends := at_bounds(ground, drawn)) is not None:
        yield ends
    for points in (drawn, extreme(ground, drawn)):
        if (large := many(ground, points)) is not None and ground.allowed(large).all():
            yield large


def _unbound(ground: Ground, points: Points, special: Points) -> Points:
    """The extremes of what no constraint speaks of, beside the points as they were drawn."""
    bound = {n for chain in ground.context.constraints for n in names(chain)}
    values = {n: points.values[n] if base_of(n) in bound else array for n, array in special.values.items()}
    return Points(points.sizes, values)


def _tried(claim: _Claim, points: Points, indices: Mapping[str, int], seen: _Seen) -> Judgement | None:
    import numpy as np  # 12 times the start of Python

    slack = _slack(claim, points, indices)
    if isinstance(slack, Judgement):
        return slack
    if slack is None:
        return None
    fine = np.isfinite(slack)
    seen.points += int(fine.sum())
    lost = np.flatnonzero(~fine)  # no value, or one too large for float64
    close = np.flatnonzero(fine & (slack <= NEAR))
    tied = 1 if seen.equal >= COUNT else CHECKED  # where ties are the rule, the nearest to a refutation is enough
    for place in (*close[np.argsort(slack[close])][:tied], *lost[:CHECKED]):
        point = claim.ground.point(points, int(place), exact=not slack[place] < -NEAR)
        verdict = None if point is None else _refuted(claim, point, points, indices, seen)
        if verdict is not None:
            return verdict
        seen.undefined += point is None  # what holds to sixteen digits only says nothing of what is as close as that
        seen.points += not fine[place]
    seen.points -= seen.undefined
    seen.undefined = 0
    return None


def _slack(claim: _Claim, points: Points, indices: Mapping[str, int]) -> Any:
    """By how much the relation holds at each point, relative to the sides: the least over the entries; None where the
    indices point outside.
    """
    import numpy as np  # 12 times the start of Python

    gap, left, right = claim.ground.arrays((claim.gap, claim.left, claim.right), points, indices)
    if isinstance(gap, OutOfRange):
        return None
    if isinstance(gap, ShapeMismatch):
        return claim.ground.mismatched(gap, (claim.left, claim.right), points)
    if isinstance(gap, EvaluationError):
        return Judgement("undecided", str(gap))
    if not hasattr(gap, "shape"):
        return Judgement("undecided", "the sides are matrices of unknown size")
    size = sum((np.abs(rows(s, COUNT)).max(axis=1) for s in (left, right) if hasattr(s, "shape")), np.zeros(COUNT))
    with np.errstate(all="ignore"):
        return rows(gap, COUNT).min(axis=1) / np.maximum(size, 1e-300)


def _refuted(
    claim: _Claim, point: Mapping[str, Any], points: Points, indices: Mapping[str, int], seen: _Seen
) -> Judgement | None:
    """A Judgement if the relation is refuted at one point, exactly."""
    ground = claim.ground
    left, right = ground.exactly((claim.left, claim.right), point, points, indices, 50)
    signs = ground.signs(claim.gap, point, points, indices, claim.strict)
    if isinstance(signs, EvaluationError):
        seen.undefined += 1
        return None
    if claim.strict and None in signs:
        seen.undefined += 1  # too close for two hundred digits, as tanh(300) and 1 are: the point says nothing
    else:
        seen.equal += 0 in signs or None in signs
    refuted = -1 in signs or (claim.strict and 0 in signs)
    if not refuted:
        return None
    shown = ground.shown((claim.left, claim.right), point, points, indices, left, right)
    if -1 in signs:
        more = "larger" if claim.relation in {"<", "<="} else "smaller"
        return Judgement("wrong", f"at this point the left side is {more} than the right side", shown)
    return Judgement("wrong", f"at this point the two sides are equal, and {claim.relation} is strict", shown)


def _climbed(claim: _Claim, seen: _Seen) -> Judgement | None:
    """A walk from random points to where the relation holds by least."""
    import numpy as np  # 12 times the start of Python

    points = claim.ground.draw()
    indices = next(claim.ground.assignments(points.sizes), {})
    for scale in CLIMB_SCALES:
        for _ in range(3):
            slack = _slack(claim, points, indices)
            if slack is None or isinstance(slack, Judgement):
                return slack
            slack = np.where(np.isfinite(slack), slack, np.inf)
            points = around(claim.ground, points, np.argsort(slack)[:2], scale)
            if not claim.ground.allowed(points).all():
                return None
    return _tried(claim, points, indices, seen)


def _at_the_border(claim: _Claim, seen: _Seen) -> Judgement | None:
    """Where both sides are equal, found by solving: there, if anywhere, the relation turns over or is not strict."""
    system = System((claim.gap,), claim.ground)
    for small in (True, False):
        points = claim.ground.draw(small)
        keys = movable(claim.ground, (claim.gap,), points)
        if not keys or system.residuals(points, ()).shape[1] > 1 or claim.ground.context.constraints:
            return None
        starts = solved(system, points if small else wide(claim.ground, points, keys), keys)
        for start in distinct(starts, CHECKED) if claim.strict else ():
            exact = refined(system, start, keys)
            if exact is None or not within(claim.ground, exact, keys):
                continue
            if not all(isinstance(e, Fraction) for key in keys for e in flat(exact[key])):
                if _touches(claim, exact, start):
                    return Judgement(
                        "undecided",
                        f"both sides agree to forty digits at a point, and {claim.relation} is strict",
                    )
                continue
            verdict = _refuted(claim, exact, start.points, {}, seen)
            if verdict is not None:
                return verdict
        for scale in (0.3, 0.01) if starts else ():
            near = around(claim.ground, starts[0].points, [start.place for start in distinct(starts, CHECKED)], scale)
            verdict = _tried(claim, near, {}, seen)
            if verdict is not None:
                return verdict
    return None


def _touches(claim: _Claim, exact: Mapping[str, Any], start: Start) -> bool:
    """Whether both sides meet at a point, and not all around it, as tanh(300) and 1 do."""
    import numpy as np  # 12 times the start of Python

    values = claim.ground.exactly((claim.gap, claim.left, claim.right), exact, start.points, {}, 2 * DIGITS)
    if any(hasattr(value, "kind") or isinstance(value, EvaluationError) for value in values):
        return False
    gap, *sides = ([abs(decimal(entry)) for entry in flat(value)] for value in values)
    if min(gap) > SAME * max(Decimal("1e-30"), *(entry for side in sides for entry in side)):
        return False
    near = around(claim.ground, start.points, [start.place], NEAR_BY)
    (apart,) = claim.ground.arrays((claim.gap,), near, {})  # by itself: e^x is small beside 0 only far out
    return hasattr(apart, "shape") and bool((np.nan_to_num(rows(apart, COUNT)).min(axis=1) > NEAR).sum() * 2 > COUNT)


def judge_unequal(left: Node, right: Node, context: Context, seed: int) -> Judgement:
    """`a != b`: wrong if a point is found where they are equal; of arrays it is said in general."""
    same = compare(left, right, context, seed)
    if same.verdict == "same":
        return Judgement("wrong", f"the two sides are equal: {same.evidence}")
    ground = Ground(context, (left, right), seed)
    seen = _Seen()
    gap = difference(left, right)
    arrays = False
    for points in _batches(ground):
        for indices in ground.assignments(points.sizes):
            (value,) = ground.arrays((gap,), points, indices)
            if isinstance(value, OutOfRange):
                continue
            if isinstance(value, ShapeMismatch):
                return Judgement("valid", f"they have different sizes: {value}")
            if isinstance(value, EvaluationError) or not hasattr(value, "shape"):
                return Judgement("undecided", str(value) if isinstance(value, EvaluationError) else "unknown sizes")
            arrays = value.ndim > 1
            verdict = _differing(ground, (left, right), gap, rows(value, COUNT), points, indices, seen)
            if verdict is not None and not arrays:
                return verdict
    if not seen.points:
        return Judgement("undecided", "no point was found where both sides have a value")
    if arrays and seen.equal:
        said = f"they differ at {seen.points - seen.equal} of {seen.points} points"
        return Judgement("valid", said, notes=("they differ in general, and are equal for some values",))
    if seen.positive and seen.negative and not arrays:
        return Judgement("undecided", "neither side is always the larger: they may be equal somewhere between")
    return Judgement("valid", f"not refuted at {seen.points} points")


def _differing(
    ground: Ground, sides: tuple[Node, Node], gap: Node, values: Any, points: Points, indices: Mapping[str, int],
    seen: _Seen,
) -> Judgement | None:  # fmt: skip
    import numpy as np  # 12 times the start of Python

    for place in range(COUNT):
        if not np.isfinite(values[place]).all():
            continue
        seen.points += 1
        seen.positive += bool((values[place] > 0).all())
        seen.negative += bool((values[place] < 0).all())
        if np.abs(values[place]).max() > NEAR:
            continue
        point = ground.point(points, place)
        signs = ground.signs(gap, point, points, indices)
        if not isinstance(signs, EvaluationError) and set(signs) == {0}:
            seen.equal += 1
            left, right = ground.exactly(sides, point, points, indices, 50)
            shown = ground.shown(sides, point, points, indices, left, right)
            return Judgement("wrong", "at this point the two sides are equal", readable_point(shown))
    return None


def readable_point(point: Mapping[str, Any]) -> dict[str, Any]:
    """A point whose numbers are plain."""
    return {name: readable(value) for name, value in point.items()}
