"""Points on the solutions of equations: Newton with a pseudoinverse from many starts in float64, then in many digits.

Some names are unknown, the others stay as they were drawn. Where the equations leave the unknowns free, the step of
least length goes to a point nearby, so that every part of the set of solutions is met from random starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from solvers.equality.extremes import bounds
from solvers.equality.ground import COUNT, MANY, Ground, base_of, decimal, flat, rows
from solvers.equality.sample import Points
from solvers.formula.env import key_of
from solvers.formula.nodes import Call, Member, Name, Node
from solvers.formula.tables.table import EvaluationError, ShapeMismatch

ITERATIONS, LINES = 30, (1.0, 0.4, 0.1)
STEP = 1e-6
NEAR = 1e-6  # the residual from which the many digits take over
DIGITS, CHORDS = 80, 24
SLOW, FEW = 170, 6  # steps of halving at a double root, and the most unknowns they are taken for
COARSE, FINE = Decimal("1e-3"), Decimal("1e-30")
SHRINKING = Decimal("0.7")
STALLED = 5  # steps that hardly shorten: a solution at infinity, not a double root
MAX_UNKNOWNS, MAX_BATCH = 80, 4000
NOISE = Decimal("1e-27")  # what is left of a zero beside a double root
PLAIN_DENOMINATOR = 1000
ALIKE = Decimal("1e-6")
SMALLEST, ZERO = Decimal("1e-60"), Decimal("1e-45")


@dataclass(frozen=True, slots=True)
class System:
    """Equations as differences that are zero, and the ground they are evaluated on."""

    equations: tuple[Node, ...]
    ground: Ground

    def residuals(self, points: Points, unknown: Sequence[str]) -> Any:
        """One row a point. Free indices run over all their values; those that point outside a vector are left out."""
        import numpy as np  # 12 times the start of Python

        count = next(iter(points.values.values())).shape[0] if points.values else COUNT
        found = []
        for node in self.equations:
            found += [rows(value, count) for value in self._each(node, points)]
        for key in unknown:
            if self._domain(key) == "simplex":
                found.append(points.values[key].reshape(count, -1).sum(axis=1, keepdims=True) - 1)
        return np.concatenate(found, axis=1) if found else np.zeros((count, 1))

    def _each(self, node: Node, points: Points) -> list[Any]:
        values, errors = [], []
        for indices in self.ground.assignments(points.sizes):
            (value,) = self.ground.arrays((node,), points, indices)
            if isinstance(value, EvaluationError):
                errors.append(value)
            elif hasattr(value, "shape"):
                values.append(value)
        if errors and (not values or not all(isinstance(error, ShapeMismatch) for error in errors)):
            raise errors[0]
        return values

    def exactly(
        self, point: Mapping[str, Any], points: Points, unknown: Sequence[str], digits: int
    ) -> list[Any] | None:
        """The residuals at one point in many digits; None where they have no value."""
        found: list[Any] = []
        for node in self.equations:
            for indices in self.ground.assignments(points.sizes):
                (value,) = self.ground.exactly((node,), point, points, indices, digits)
                if isinstance(value, ShapeMismatch):
                    continue
                if isinstance(value, EvaluationError):
                    return None
                if not hasattr(value, "kind"):
                    found += flat(value)
        for key in unknown:
            if self._domain(key) == "simplex":
                found.append(sum(map(decimal, flat(point[key])), Decimal(-1)))
        return found

    def _domain(self, key: str) -> str:
        declared = self.ground.plan.declared.get(base_of(key))
        return "" if declared is None else declared.domain

    def limits(self, unknown: Sequence[str], points: Points) -> tuple[Any, Any]:
        """The open interval of each unknown entry."""
        import numpy as np  # 12 times the start of Python

        ends = [bounds(self.ground.plan.declared.get(base_of(key))) for key in unknown]
        sizes = [prod(points.values[key].shape[1:]) for key in unknown]
        return tuple(np.repeat([end[side] for end in ends], sizes) for side in (0, 1))  # type: ignore[return-value]


def movable(ground: Ground, equations: Sequence[Node]) -> list[str]:
    """The keys of what may be unknown in some equations: real, and not defined."""
    used = ground.used(equations)

    def real(key: str) -> bool:
        declared = ground.plan.declared.get(base_of(key))
        return declared is None or declared.domain in {"real", "inferred", "unit", "simplex", "defined", "function"}

    return [key for key in ground.draw(small=True).values if base_of(key) in used and real(key)]


def within(ground: Ground, point: Mapping[str, Any], keys: Sequence[str]) -> bool:
    """Whether what was solved for lies in the declared domains, and did not run into one of their ends."""
    limits = [(bounds(ground.plan.declared.get(base_of(key))), point[key]) for key in keys]
    ends = [(Decimal(low) + NOISE, Decimal(high) - NOISE, value) for (low, high), value in limits]
    return all(low < decimal(entry) < high for low, high, value in ends for entry in flat(value))


@dataclass(frozen=True, slots=True)
class Start:
    """A point near a solution: its place among the points, and the pseudoinverse of the derivative there."""

    points: Points
    place: int
    inverse: Any


def solved(system: System, points: Points, unknown: Sequence[str]) -> list[Start]:
    """From each of the points Newton's steps in the unknowns; those that came near a solution."""
    import numpy as np  # 12 times the start of Python

    x = _packed(points, unknown)
    if not 0 < x.shape[1] <= MAX_UNKNOWNS:
        return []
    with np.errstate(all="ignore"):
        return _descended(system, points, unknown, x)


def _descended(system: System, points: Points, unknown: Sequence[str], x: Any) -> list[Start]:
    import numpy as np  # 12 times the start of Python

    low, high = system.limits(unknown, points)
    f, inverse = _linear(system, points, unknown, x)
    for _ in range(ITERATIONS):
        step = _inside(x, -np.einsum("pij,pj->pi", inverse, np.nan_to_num(f)), low, high)
        moved, size = _best(system, points, unknown, x, step)
        before = np.abs(f).max(axis=1)
        better = size <= before
        x = np.where(better[:, None], moved, x)
        f, inverse = _linear(system, points, unknown, x)
        now = np.abs(f).max(axis=1)
        if not (better & (now < 0.9 * before) & (now > 1e-13)).any():
            break
    near = np.flatnonzero(np.isfinite(f).all(axis=1) & (np.abs(f).max(axis=1) <= NEAR))
    final = _unpacked(points, unknown, x)
    return [Start(final, int(place), inverse[place]) for place in near]


def _packed(points: Points, unknown: Sequence[str]) -> Any:
    import numpy as np  # 12 times the start of Python

    return np.concatenate([np.array(points.values[key]).reshape(COUNT, -1) for key in unknown], axis=1)


def _unpacked(points: Points, unknown: Sequence[str], x: Any) -> Points:
    """The points with the unknowns' entries from the rows of x, repeated as often as x has more rows."""
    import numpy as np  # 12 times the start of Python

    times = x.shape[0] // COUNT
    values = {k: np.repeat(a, times, axis=0) if times > 1 else a for k, a in points.values.items()}
    at = 0
    for key in unknown:
        shape = points.values[key].shape[1:]
        values[key] = x[:, at : at + prod(shape)].reshape(x.shape[0], *shape)
        at += prod(shape)
    return Points(points.sizes, values)


def _linear(system: System, points: Points, unknown: Sequence[str], x: Any) -> tuple[Any, Any]:
    """The residuals at each point, and the pseudoinverse of their derivative (by central differences)."""
    import numpy as np  # 12 times the start of Python

    count, size = x.shape
    step = STEP * np.maximum(np.abs(x), 0.1)
    shift = np.eye(size)[None] * step[:, :, None]  # (point, direction, entry)
    spread = np.concatenate([x[:, None], x[:, None] + shift, x[:, None] - shift], axis=1)
    f = system.residuals(_unpacked(points, unknown, spread.reshape(-1, size)), unknown).reshape(count, 2 * size + 1, -1)
    with np.errstate(all="ignore"):
        slope = (f[:, 1 : size + 1] - f[:, size + 1 :]) / (2 * step[:, :, None])
    jacobian = np.nan_to_num(np.swapaxes(slope, 1, 2), posinf=0.0, neginf=0.0)
    return f[:, 0], np.linalg.pinv(jacobian, rcond=1e-8)


def _inside(x: Any, step: Any, low: Any, high: Any) -> Any:
    """The step, shortened where it is out of proportion or would leave the domain."""
    import numpy as np  # 12 times the start of Python

    longest = 10 * (1 + np.abs(x).max(axis=1))
    step = step * np.minimum(1.0, longest / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
    step = np.where(x + step >= high, 0.7 * (high - x), step) if np.isfinite(high).any() else step
    return np.where(x + step <= low, 0.7 * (low - x), step) if np.isfinite(low).any() else step


def _best(system: System, points: Points, unknown: Sequence[str], x: Any, step: Any) -> tuple[Any, Any]:
    """The best of some lengths of the step at each point, and the residual there."""
    import numpy as np  # 12 times the start of Python

    count, size = x.shape
    tried = np.stack([x + t * step for t in LINES], axis=1)
    f = system.residuals(_unpacked(points, unknown, tried.reshape(-1, size)), unknown).reshape(count, len(LINES), -1)
    sizes = np.where(np.isfinite(f).all(axis=2), np.abs(f).max(axis=2), np.inf)
    best = sizes.argmin(axis=1)
    return tried[np.arange(count), best], sizes[np.arange(count), best]


def distinct(starts: Sequence[Start], count: int) -> list[Start]:
    """Some starts that differ: solutions that coincide say nothing new."""
    chosen: dict[tuple[float, ...], Start] = {}
    for start in starts:
        entries = [float(e) for a in start.points.values.values() for e in a[start.place].reshape(-1)]
        chosen.setdefault(tuple(round(e, 6) for e in entries), start)
    return list(chosen.values())[:count]


# ---- many digits


def as_drawn(system: System, points: Points) -> tuple[Points, list[dict[str, Any]]]:
    """The points that solve the equations as they are, or with names set to what an equation says they are."""
    import numpy as np  # 12 times the start of Python

    points = _assigned(system, points)
    near = np.flatnonzero(np.abs(system.residuals(points, ())).max(axis=1) <= NEAR)
    exact = [system.ground.point(points, int(place)) for place in near]
    return points, [point for point in exact if _solves(system, point, points, ())]


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
        return np.isin(value, [float(v.replace("−", "-")) for v in domain.strip("{}").split(",")]).all()
    whole = domain in {"natural", "integer"} and np.isfinite(value).all() and (value == np.floor(value)).all()
    return whole and (domain == "integer" or (value >= 0).all())


def refined(system: System, start: Start, unknown: Sequence[str]) -> dict[str, Any] | None:
    """The point that solves the equations to sixty digits; None if it is none (a minimum, a solution at infinity)."""
    point = system.ground.point(start.points, start.place)
    matrix = [[Decimal(float(entry)) for entry in row] for row in start.inverse]
    last: Any = None
    for _ in range(CHORDS):
        length = _step(system, point, start.points, unknown, matrix)
        if length is None or (last is not None and length > last and length > COARSE):
            return None
        if length <= SMALLEST:
            return point if _solves(system, point, start.points, unknown, matrix) else None
        last = length
    return _halved(system, point, start.points, unknown) if len(matrix) <= FEW else None


def _step(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str], matrix: list[list[Any]]
) -> Any:
    """Moves the point by one step; how long it was, beside the point's size."""
    f = system.exactly(point, points, unknown, DIGITS)
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


def _halved(system: System, point: dict[str, Any], points: Points, unknown: Sequence[str]) -> dict[str, Any] | None:
    """Newton at a double root, where each step halves the distance: the derivative is taken anew each time."""
    last, stalled = Decimal(1), 0
    for _ in range(SLOW):
        matrix = _inverse_at(system, point, points, unknown)
        length = None if matrix is None else _step(system, point, points, unknown, matrix)
        stalled += length is not None and length > SHRINKING * last
        if length is None or stalled > STALLED:
            return None
        if length <= FINE:
            return point if _solves(system, point, points, unknown) else None
        last = length
    return None


def _solves(
    system: System, point: dict[str, Any], points: Points, unknown: Sequence[str],
    matrix: Sequence[Sequence[Any]] | None = None,
) -> bool:  # fmt: skip
    """Whether the residuals vanish. One that no step changes (e^-x far out) must be rounding: other in more digits."""
    f = system.exactly(point, points, unknown, DIGITS)
    if f is None or any(abs(v) > ZERO for v in f):
        return False
    stuck = [j for j, v in enumerate(f) if v and matrix is not None and not any(row[j] for row in matrix)]
    if not stuck:
        return True
    more = system.exactly(point, points, unknown, MANY)
    return more is not None and all(abs(more[j] - f[j]) > abs(more[j]) * ALIKE for j in stuck)


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
            sides.append(system.exactly(moved, points, unknown, DIGITS))
        if sides[0] is None or sides[1] is None:
            return None
        columns.append([(a - b) / (2 * h) for a, b in zip(sides[0], sides[1], strict=True)])
    largest = max((abs(v) for column in columns for v in column), default=Decimal(0))
    if not largest:
        return None
    scaled = np.array([[float(v / largest) for v in column] for column in columns]).T
    return [[Decimal(float(v)) / largest for v in row] for row in np.linalg.pinv(scaled, rcond=1e-10)]


def snapped(system: System, point: dict[str, Any], points: Points, unknown: Sequence[str]) -> dict[str, Any]:
    """The point in exact small fractions, where its unknowns are such up to rounding; else as it was."""
    exact = {key: _rational(point[key]) for key in unknown}
    if any(value is None for value in exact.values()):
        return point
    found: dict[str, Any] = {**point, **exact}
    return found if _solves(system, found, points, unknown) else point


def _rational(value: Any) -> Any:
    if isinstance(value, tuple):
        entries = [_rational(entry) for entry in value]
        return None if any(entry is None for entry in entries) else tuple(entries)
    near = Fraction(str(float(value))).limit_denominator(PLAIN_DENOMINATOR)
    return near if abs(value - decimal(near)) <= NOISE else None
