"""A point near a solution taken to forty digits, and to small fractions where it is one; roots of any order.

A solution counts when its residuals vanish for certain: beside terms of the size of e^500 nothing is seen to vanish.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from solvers.equality.ground import base_of, decimal, flat
from solvers.equality.sample import Points
from solvers.equality.solve import NEAR, Start, System
from solvers.equality.standing import NOISE
from solvers.formula.domains import numbers_of
from solvers.formula.env import key_of
from solvers.formula.nodes import Call, Member, Name

DIGITS, MORE = 60, 120  # at simple roots, and at those of higher order
CHORDS = 24
SMALLEST, ZERO = Decimal("1e-40"), Decimal("1e-35")  # the last step, and what the residuals may be after it
SLOWLY = Decimal("0.1")  # steps that shorten less show a root of higher order
SLOW, FEW = 80, 6  # steps at such a root, and the most unknowns they are taken for
FINE, STEADY, STALLING = Decimal("1e-30"), Decimal("0.02"), Decimal("0.85")
STALLED = 5  # steps that hardly shorten: a solution at infinity
FAR = 20  # beyond it e^{-x^2} may be lost in two hundred digits
PLAIN_DENOMINATOR = 1000


def as_drawn(system: System, points: Points) -> tuple[Points, list[dict[str, Any]]]:
    """The points that solve the equations as they are, or with names set to what an equation says they are."""
    import numpy as np  # 12 times the start of Python

    points = _assigned(system, points)
    near = np.flatnonzero(np.abs(system.residuals(points, ())).max(axis=1) <= NEAR)
    exact = [system.ground.point(points, int(place)) for place in near]
    return points, [point for point in exact if _vanishes(system, point, points)]


def _vanishes(system: System, point: dict[str, Any], points: Points) -> bool:
    """Whether the residuals may be zero at a point that is known exactly: e^{-x^2} never is."""
    found = system.certainly(point, points, ())
    return found is not None and all(residual.holds_zero() for residual in found)


def _assigned(system: System, points: Points) -> Points:
    """The points with o = floor((n - k)/s) + 1 taken as what o is; for names that are not solved for, as whole ones."""
    import numpy as np  # 12 times the start of Python

    values = dict(points.values)
    for indices in system.ground.assignments(points.sizes):
        for node in system.equations:
            assert isinstance(node, Call)
            for name, formula in (node.args, node.args[::-1]):
                key = key_of(name, {**points.sizes, **indices}) if isinstance(name, (Name, Member)) else None
                if key not in values or base_of(key or "") in system.ground.used((formula,)):
                    continue
                (value,) = system.ground.arrays((formula,), Points(points.sizes, values), indices)
                full = values[key].shape
                if hasattr(value, "shape") and value.shape[1:] == full[1:] and _allowed(system, key, value):
                    values[key] = np.broadcast_to(value, full)
    return Points(points.sizes, values)


def _allowed(system: System, key: str, value: Any) -> Any:
    """Whether all values lie in the declared set of whole numbers, or of those written out."""
    import numpy as np  # 12 times the start of Python

    declared = system.ground.plan.declared.get(base_of(key))
    domain = "real" if declared is None else declared.domain
    if domain.startswith("{"):
        return np.isin(value, [float(number) for number in numbers_of(domain)]).all()
    whole = domain in {"natural", "integer"} and np.isfinite(value).all() and (value == np.floor(value)).all()
    return whole and (domain == "integer" or (value >= 0).all())


def refined(system: System, start: Start, unknown: Sequence[str], patient: bool = True) -> dict[str, Any] | None:
    """The point that solves the equations to forty digits; None if it is none (a minimum, a solution at infinity).

    Not `patient`: a root of higher order, which takes many steps, is given up.
    """
    point = system.ground.point(start.points, start.place)
    matrix = [[Decimal(float(entry)) for entry in row] for row in start.inverse]
    last: Any = None
    for _ in range(CHORDS):
        length = _step(system, point, start.points, unknown, matrix)
        if length is None:
            return None
        if length <= SMALLEST:
            return _snapped(system, point, start.points, unknown, matrix)
        if last is not None and length > SLOWLY * last:
            break
        last = length
    return _of_high_order(system, point, start.points, unknown) if patient and len(matrix) <= FEW else None


def _step(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str], matrix: list[list[Any]],
    digits: int = DIGITS,
) -> Any:  # fmt: skip
    """Moves the point by one step; how long it was, beside the point's size."""
    f = system.exactly(point, points, unknown, digits)
    if f is None:
        return None
    entries = [decimal(e) for key in unknown for e in flat(point[key])]
    step = [sum((m * v for m, v in zip(row, f, strict=True)), Decimal(0)) for row in matrix]
    _put(point, points, unknown, [x - s for x, s in zip(entries, step, strict=True)])
    return max(abs(s) for s in step) / (1 + max(abs(x) for x in entries))


def _put(point: dict[str, Any], points: Points, unknown: Sequence[str], entries: list[Any]) -> None:
    at = 0
    for key in unknown:
        shape = points.values[key].shape[1:]
        point[key] = _shaped(entries[at : at + prod(shape)], shape)
        at += prod(shape)


def _shaped(entries: Sequence[Any], shape: Sequence[int]) -> Any:
    """Entries row by row as nested tuples."""
    if not shape:
        return entries[0]
    step = len(entries) // shape[0]
    return tuple(_shaped(entries[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0]))


def _of_high_order(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str]
) -> dict[str, Any] | None:
    """Newton at a root of order m, where a step leaves (m - 1)/m of the distance: once that shows, m steps at once."""
    lengths: list[Decimal] = []
    stalled = 0
    for _ in range(SLOW):
        matrix = _inverse_at(system, point, points, unknown)
        if matrix is None:  # flat all around: the very root, or none
            return _snapped(system, point, points, unknown)
        order = _order(lengths)
        length = _step(system, point, points, unknown, [[order * entry for entry in row] for row in matrix], MORE)
        if length is None:
            return None
        if length <= FINE:
            return _snapped(system, point, points, unknown)
        stalled += bool(lengths) and length > STALLING * lengths[-1]
        if stalled > STALLED:
            return None
        lengths = [*lengths, length] if order == 1 else [length]
    return None


def _order(lengths: Sequence[Decimal]) -> int:
    """The order of a root by how steadily the steps shorten, over pairs of them, since they may go zigzag."""
    if len(lengths) < 4:
        return 1
    ratio, before = (lengths[-1] / lengths[-3]).sqrt(), (lengths[-2] / lengths[-4]).sqrt()
    return round(1 / (1 - ratio)) if abs(ratio - before) < STEADY and ratio < STALLING else 1


def _solves(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str],
    matrix: Sequence[Sequence[Any]] | None = None,
) -> bool:  # fmt: skip
    """Whether the residuals vanish for certain. One that no step changes (e^-x far out) must be rounding."""
    f = system.certainly(point, points, unknown)
    if f is None or any(abs(v.middle) + v.radius > ZERO for v in f):
        return False
    far = any(abs(decimal(entry)) > FAR for key in unknown for entry in flat(point[key]))
    stuck = [v for j, v in enumerate(f) if matrix is not None and not any(row[j] for row in matrix)]
    return all(v.holds_zero() and not (far and v.radius) for v in stuck)


def _inverse_at(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str]
) -> list[list[Any]] | None:
    import numpy as np  # 12 times the start of Python

    entries = [decimal(e) for key in unknown for e in flat(point[key])]
    h = Decimal("1e-38")
    columns = []
    for place in range(len(entries)):
        sides = []
        for sign in (1, -1):
            moved = dict(point)
            _put(moved, points, unknown, [e + sign * h * (k == place) for k, e in enumerate(entries)])
            sides.append(system.exactly(moved, points, unknown, MORE))
        if sides[0] is None or sides[1] is None:
            return None
        columns.append([(a - b) / (2 * h) for a, b in zip(sides[0], sides[1], strict=True)])
    largest = max((abs(v) for column in columns for v in column), default=Decimal(0))
    if not largest:
        return None
    scaled = np.array([[float(v / largest) for v in column] for column in columns]).T
    return [[Decimal(float(v)) / largest for v in row] for row in np.linalg.pinv(scaled, rcond=1e-10)]


def _snapped(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str],
    matrix: Sequence[Sequence[Any]] | None = None,
) -> dict[str, Any] | None:  # fmt: skip
    """The point with those entries made small fractions that are such up to rounding.

    What a root of higher order leaves of a zero would otherwise be divided by. None if that solves nothing: Newton ran
    to infinity, or to the edge of an open set, as from sign(x) = 1 to 0.
    """
    found: dict[str, Any] = {**point, **{key: _rational(point[key]) for key in unknown}}
    return found if _solves(system, found, points, unknown, matrix) else None


def _rational(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_rational(entry) for entry in value)
    near = Fraction(str(float(value))).limit_denominator(PLAIN_DENOMINATOR)
    return near if abs(value - decimal(near)) <= NOISE else value
