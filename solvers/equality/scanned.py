"""Roots of one equation in one number that Newton misses: the number is taken through a grid, even around zero and by
factors further out; where the equation changes its sign, or comes down to zero, the place is narrowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from solvers.equality.ground import COUNT, base_of
from solvers.equality.sample import Points
from solvers.equality.solve import System
from solvers.equality.standing import Relation, doubts
from solvers.equality.values import bounds
from solvers.formula.nodes import Call, Num
from solvers.formula.tables.table import EvaluationError

EVEN, APART = 50.0, 0.25  # how far out the grid is even, and its step
CLOSEST, FURTHEST, TENFOLD = -13, 18, 8  # tenfolds that it goes to by factors, and how many factors make one
WITHIN = 200  # points between the ends of an interval
BESIDE = (0.999, 1.001)  # of the numbers that the formulas speak of
MOST, SHOWN = 24, 3  # places that are narrowed, and roots that are looked at of each name
PARTS, ROUNDS = 32, 8  # narrowed to 1e-12 of a gap between two points of the grid
EVENLY = 1e-12  # off a line
LOW = 1e-6  # of the values around, what is left at a root
AROUND = 1e-4
DOUBTFUL = 1e-7


def missed(
    system: System, conclusion: Sequence[Relation], points: Points, keys: Sequence[str]
) -> Iterator[tuple[System, Points, tuple[str, ...]]]:
    """Starts at roots of one equation in one of these numbers where float64 doubts the conclusion."""
    for key in keys:
        found = roots(system, points, key)
        apart = [] if found is None else doubts(system.ground, conclusion, found)
        chosen = [place for place, much in enumerate(apart) if much > DOUBTFUL]
        for place in chosen[:SHOWN]:
            assert found is not None
            yield *_start(system, found, place, key), (key,)


def roots(system: System, points: Points, key: str) -> Points | None:
    """The first of the points with one number at each root found; None where there is none, or too much work."""
    try:
        return _on_roots(system, points, key)
    except EvaluationError:
        return None


def _on_roots(system: System, points: Points, key: str) -> Points | None:
    import numpy as np  # 12 times the start of Python

    one = {name: array[:1] for name, array in points.values.items()}
    numbers = len(system.equations) == 1 and one[key].ndim == 1
    if not numbers or system.residuals(Points(points.sizes, one), ()).shape[1] != 1:
        return None

    def at(x: Any) -> Points:
        values = {name: np.broadcast_to(array, (x.size, *array.shape[1:])) for name, array in one.items()}
        return Points(points.sizes, {**values, key: x.reshape(-1)})

    def gap(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return system.residuals(at(x), ()).reshape(x.shape)

    grid = _grid(*bounds(system.ground.plan.declared.get(base_of(key))), system.ground.plan.literals)
    found = _roots(gap, grid)
    inside = at(found)
    kept = system.ground.allowed(inside) if found.size else np.zeros(0, dtype=bool)
    return Points(points.sizes, {name: array[kept] for name, array in inside.values.items()}) if kept.any() else None


def _grid(low: float, high: float, literals: Sequence[float]) -> Any:
    import numpy as np  # 12 times the start of Python

    far = np.geomspace(10.0**CLOSEST, 10.0**FURTHEST, TENFOLD * (FURTHEST - CLOSEST) + 1)
    parts = [np.arange(-EVEN, EVEN + APART, APART), far, -far, *(sign * np.outer(literals, BESIDE).reshape(-1)
             for sign in (1, -1))]  # fmt: skip
    parts += [low + far] if np.isfinite(low) else []
    parts += [high - far] if np.isfinite(high) else []
    parts += [np.linspace(low, high, WITHIN)] if np.isfinite(high - low) else []
    grid = np.unique(np.concatenate(parts))
    return grid[(grid > low) & (grid < high)]


def _roots(gap: Callable[[Any], Any], grid: Any) -> Any:
    """The numbers at which a function of one is zero, as far as its values on a grid show."""
    import numpy as np  # 12 times the start of Python

    if grid.size < 3:  # nothing lies within 1 < y < 1
        return np.zeros(0)
    value = gap(grid)
    if _straight(grid, value):
        return np.zeros(0)
    sizes = np.where(np.isnan(value), np.inf, np.abs(value))
    changes = np.flatnonzero(_changes(value) & ((value[1:] != 0) | (value[:-1] != 0)))
    least = 1 + np.flatnonzero((sizes[1:-1] < sizes[:-2]) & (sizes[1:-1] < sizes[2:]))
    least = least[~np.isin(least, changes) & ~np.isin(least - 1, changes)]
    first, last = np.concatenate([changes, least - 1]), np.concatenate([changes + 1, least + 1])
    if first.size > MOST:
        chosen = np.argsort(np.abs(grid[first]))[np.linspace(0, first.size - 1, MOST).astype(int)]
        first, last = first[chosen], last[chosen]
    if not first.size:
        return np.zeros(0)
    found, left = _narrowed(gap, grid[first], grid[last])
    return np.unique(found[left <= LOW * np.maximum(sizes[first], sizes[last])])


def _straight(grid: Any, value: Any) -> bool:
    """Whether the values lie on a line, around zero and far out: Newton misses nothing there."""
    import numpy as np  # 12 times the start of Python

    def line(chosen: Any) -> bool:
        x, y = grid[chosen], value[chosen]
        apart = y - (y[0] + (y[-1] - y[0]) * ((x - x[0]) / (x[-1] - x[0])))
        return bool(np.abs(apart).max() <= EVENLY * np.abs(y).max())

    near, known = np.abs(grid) <= EVEN, np.isfinite(value)
    return all((chosen & known).sum() > WITHIN / 2 and line(chosen & known) for chosen in (near, known))


def _changes(value: Any) -> Any:
    import numpy as np  # 12 times the start of Python

    sign = np.sign(value)
    return sign[..., :-1] * sign[..., 1:] <= 0


def _narrowed(gap: Callable[[Any], Any], low: Any, high: Any) -> tuple[Any, Any]:
    """In each interval the place where a function changes its sign, or else is least; and its size there."""
    import numpy as np  # 12 times the start of Python

    row = np.arange(low.size)
    for _ in range(ROUNDS):
        x = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, PARTS + 1)
        value = gap(x)
        sizes = np.where(np.isnan(value), np.inf, np.abs(value))
        least, changes = sizes.argmin(axis=1), _changes(value)
        crosses, place = changes.any(axis=1), changes.argmax(axis=1)
        low = x[row, np.where(crosses, place, np.maximum(least - 1, 0))]
        high = x[row, np.where(crosses, place + 1, np.minimum(least + 1, PARTS))]
    return x[row, least], sizes[row, least]


def _start(system: System, found: Points, place: int, key: str) -> tuple[System, Points]:
    """The equation divided by a power of ten, so that it is of moderate size around a root; and the root to start from.

    What is left of e^x - 10^9 in float64 at its root is no small number.
    """
    import numpy as np  # 12 times the start of Python

    values = {name: array[[place] * COUNT] for name, array in found.values.items()}
    root = values[key][0]
    values[key] = root + AROUND * (abs(root) or 1.0) * np.resize([-1.0, 1.0], COUNT)
    with np.errstate(all="ignore"):
        size = np.abs(system.residuals(Points(found.sizes, values), ())).max() / AROUND
        tenfolds = round(float(np.log10(size))) if np.isfinite(size) and size > 0 else 0
    values[key] = np.full(COUNT, root)
    equations = tuple(Call("div", (node, Num(f"1e{tenfolds}"))) for node in system.equations)
    return System(equations, system.ground), Points(found.sizes, values)


__all__ = ["missed", "roots"]
