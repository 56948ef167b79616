"""Points on the solutions of equations: Newton with a pseudoinverse from many starts.

Some names are unknown, the others stay as they were drawn. Where the equations leave the unknowns free, the step of
least length goes to a point nearby, so that every part of the set of solutions is met from random starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Any

from solvers.equality.ground import COUNT, Ground, base_of, decimal, flat, rows
from solvers.equality.sample import Points
from solvers.equality.standing import NOISE
from solvers.equality.values import bounds
from solvers.formula.nodes import Node, names
from solvers.formula.tables.precise import PreciseTable, certain_table, precise_table
from solvers.formula.tables.table import EvaluationError, ShapeMismatch

ITERATIONS, LINES = 30, (1.0, 0.4, 0.1)
STEP = 1e-6
NEAR = 1e-6  # the residual from which the many digits take over
MAX_UNKNOWNS = 80


PROBABILITIES = frozenset({"simplex", "distribution"})  # rows that sum to one


@dataclass(frozen=True, slots=True)
class System:
    """Equations as differences that are zero, and the ground they are evaluated on."""

    equations: tuple[Node, ...]
    ground: Ground

    def residuals(self, points: Points, unknown: Sequence[str]) -> Any:
        """One row a point. Free indices run over all their values; those that point outside a vector are left out."""
        import numpy as np  # 12 times the start of Python

        count = next(iter(points.values.values())).shape[0] if points.values else COUNT
        found, memo = [], dict[str, Any]()
        for node in self.equations:
            found += [rows(value, count) for value in self._each(node, points, memo)]
        for key in unknown:
            if self._domain(key) in PROBABILITIES:
                found.append(points.values[key].sum(axis=-1).reshape(count, -1) - 1)
        return np.concatenate(found, axis=1) if found else np.zeros((count, 1))

    def _each(self, node: Node, points: Points, memo: dict[str, Any]) -> list[Any]:
        values, errors = [], []
        for indices in self.ground.assignments(points.sizes):
            (value,) = self.ground.arrays((node,), points, indices, memo)
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
        """The residuals at one point as Decimals; None where they have no value."""
        return self._at(precise_table(digits), point, points, unknown)

    def certainly(self, point: Mapping[str, Any], points: Points, unknown: Sequence[str]) -> list[Any] | None:
        """The residuals at one point as balls; None where they have no value."""
        return self._at(certain_table(), point, points, unknown)

    def _at(
        self, table: PreciseTable, point: Mapping[str, Any], points: Points, unknown: Sequence[str]
    ) -> list[Any] | None:
        found: list[Any] = []
        env = self.ground.prepared(table, point, points)
        for indices in self.ground.assignments(points.sizes):
            for value in self.ground.values(env, self.equations, indices):
                if isinstance(value, EvaluationError) and not isinstance(value, ShapeMismatch):
                    return None
                if not isinstance(value, EvaluationError) and not hasattr(value, "kind"):
                    found += flat(value)
        for key in unknown:
            if self._domain(key) in PROBABILITIES:
                tables = point[key] if self._domain(key) == "distribution" else (point[key],)
                for row in tables:
                    entries = [table.scalars.make(entry) for entry in flat(row)]
                    found.append(sum(entries, table.scalars.make(-1)))
        return None if self.equations and not found else found  # of unknown size, all of them

    def _domain(self, key: str) -> str:
        declared = self.ground.plan.declared.get(base_of(key))
        return "" if declared is None else declared.domain

    def limits(self, unknown: Sequence[str], points: Points) -> tuple[Any, Any]:
        """The open interval of each unknown entry."""
        import numpy as np  # 12 times the start of Python

        ends = [bounds(self.ground.plan.declared.get(base_of(key))) for key in unknown]
        sizes = [prod(points.values[key].shape[1:]) for key in unknown]
        return tuple(np.repeat([end[side] for end in ends], sizes) for side in (0, 1))  # type: ignore[return-value]


def movable(ground: Ground, equations: Sequence[Node], points: Points) -> list[str]:
    """The keys among the points' of what may be unknown in some equations: real, not defined, not positive definite."""
    used = ground.used(equations)
    fixed = {n for chain in ground.context.constraints if "succ" in chain.relations for n in names(chain)}

    def real(key: str) -> bool:
        declared = ground.plan.declared.get(base_of(key))
        return declared is None or declared.domain in {
            "real",
            "inferred",
            "unit",
            "defined",
            "function",
            *PROBABILITIES,
        }

    return [key for key in points.values if base_of(key) in used - fixed and real(key)]


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
        wanted = -np.einsum("pij,pj->pi", inverse, np.nan_to_num(f))
        step = _inside(x, wanted, low, high)
        far = (np.abs(step) < 0.9 * np.abs(wanted)).any(axis=1)  # it is a long way: 3x = 10^5 from x = 1
        moved, size = _best(system, points, unknown, x, step)
        before = np.abs(f).max(axis=1)
        better = size <= before
        x = np.where(better[:, None], moved, x)
        f, inverse = _linear(system, points, unknown, x)
        now = np.abs(f).max(axis=1)
        if not (better & ((now < 0.9 * before) | (far & (now < before))) & (now > 1e-13)).any():
            break
    near = np.flatnonzero(np.isfinite(f).all(axis=1) & (np.abs(f).max(axis=1) <= NEAR))
    final = _unpacked(points, unknown, x)
    return [Start(final, int(place), inverse[place]) for place in near]


def _packed(points: Points, unknown: Sequence[str]) -> Any:
    import numpy as np  # 12 times the start of Python

    entries = [np.array(points.values[key]).reshape(COUNT, -1) for key in unknown]
    return np.concatenate([np.zeros((COUNT, 0)), *entries], axis=1)


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
