"""Whole numbers for which conditions hold, 0.95^n <= 0.05, and that solve equations, n^2 = 144."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from solvers.equality.ground import COUNT, Ground
from solvers.equality.sample import Points
from solvers.equality.solve import NEAR, System
from solvers.equality.values import bounds
from solvers.formula.tokens import Declaration

LARGE = 1000  # counts that conditions ask for


def with_large_counts(ground: Ground, asked: Collection[str], points: Points) -> Points | None:
    """The points with whole numbers up to a thousand, of those asked for; None without such."""
    import numpy as np  # 12 times the start of Python

    counts = {n for n, _ in _counts(ground, points)} & set(asked)
    spread = np.round(np.geomspace(1, LARGE, COUNT))
    changed = {n: spread if n in counts else array for n, array in points.values.items()}
    return Points(points.sizes, changed) if counts else None


def whole_solutions(system: System, points: Points) -> Iterator[Points]:
    """Points at which one whole number solves the equations, the others as drawn."""
    import numpy as np  # 12 times the start of Python

    for name, declared in _counts(system.ground, points):
        low, high = (max(-LARGE, min(LARGE, bound)) for bound in bounds(declared))
        spoken = [sign * number for number in system.ground.plan.literals for sign in (1.0, -1.0)]
        tried = np.array(sorted({*np.arange(low + 1, high), *(n for n in spoken if n % 1 == 0 and low < n)}))
        values = {key: np.repeat(array[:1], len(tried), axis=0) for key, array in points.values.items()}
        met = np.abs(system.residuals(Points(points.sizes, {**values, name: tried}), ())).max(axis=1) <= NEAR
        if met.any():
            chosen = np.resize(np.flatnonzero(met), COUNT)
            yield Points(points.sizes, {**{k: array[chosen] for k, array in values.items()}, name: tried[chosen]})


def _counts(ground: Ground, points: Points) -> list[tuple[str, Declaration]]:
    """The names of whole numbers among the points."""
    known = sorted(ground.plan.declared.items())
    whole = [(n, d) for n, d in known if d.domain in {"natural", "integer"} and n in points.values]
    return [(n, d) for n, d in whole if points.values[n].ndim == 1]


__all__ = ["whole_solutions", "with_large_counts"]
