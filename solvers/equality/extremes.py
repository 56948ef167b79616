"""Points where inequalities break: zeros, ones, large and tiny values, equal entries; and points around others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from solvers.equality.ground import COUNT, ORDER, Ground, base_of
from solvers.equality.sample import Points
from solvers.equality.values import bounds
from solvers.formula.nodes import Name, Node, Num, names
from solvers.formula.tokens import Declaration

LARGE, TINY = 50.0, 1e-3
COUNTS, MANY = (1000.0, 100.0), 60
SPREAD = 4  # every so many points, one is at a bound
WIDE = (1e3, -1e3, 1e2, -1e2, 1e1, -1e1, 0.0, 1e-2)
FAR = 30  # numbers beyond it are looked at besides


def movable_keys(ground: Ground, points: Points) -> list[str]:
    """The keys whose values may be moved alone: real, and in no constraint that is an equation."""
    tied = {n for c in ground.context.constraints if not set(c.relations) <= ORDER | {"!="} for n in names(c)}
    return [n for n in points.values if base_of(n) not in tied and _real(ground.plan.declared.get(base_of(n)))]


def _real(declared: Declaration | None) -> bool:
    return declared is None or declared.domain in {"real", "inferred", "unit", "function", "defined"}


def extreme(ground: Ground, points: Points) -> Points:
    """The points with their free names at extremes, each point in its own way; the others as they were drawn."""
    import numpy as np  # 12 times the start of Python

    values = dict(points.values)
    for name in movable_keys(ground, points):
        array = np.array(values[name])
        rank = array.ndim - 1
        array[0], array[1], array[2] = 0.0, 1.0, -1.0
        array[3] *= LARGE
        array[4] *= TINY
        array[5] = array[5].reshape(-1)[0]
        if rank:
            array[6] = np.eye(array[6].size)[0].reshape(array[6].shape)
        if ground.generator.random() < 0.5:
            array[7] = 0.0
        declared = ground.plan.declared.get(base_of(name))
        low, high = bounds(declared)
        if np.isfinite(high - low):
            array[0], array[1], array[2] = (low + high) / 2, low + (high - low) / 1000, high - (high - low) / 1000
        values[name] = _at_ends(inside(array, declared, points.values[name]), declared)
    values |= _large_counts(ground, points)
    for name, array in values.items():
        values[name] = _corners(array, ground.plan.declared.get(base_of(name)))
    return Points(points.sizes, values)


def _large_counts(ground: Ground, points: Points) -> dict[str, Any]:
    """Whole numbers that nothing bounds, large at two of the points: n <= 100 does not hold for every n."""
    import numpy as np  # 12 times the start of Python

    bound = {n for chain in ground.context.constraints for n in names(chain)}
    found = {}
    for name, array in points.values.items():
        declared = ground.plan.declared.get(base_of(name))
        free = array.ndim == 1 and base_of(name) not in bound
        if not free or declared is None or declared.domain not in {"natural", "integer"}:
            continue
        low, high = bounds(declared)
        found[name] = np.array(array)
        found[name][3:5] = np.clip(COUNTS, low + 1, high - 1)
    return found


def at_bounds(ground: Ground, points: Points) -> Points | None:
    """The points with names at what they may be no more (or less) than, a of x <= a, each such end at some of them;
    None where there are no ends.
    """
    import numpy as np  # 12 times the start of Python

    free, changed, place = set(movable_keys(ground, points)), dict(points.values), 0
    for name, other in _ends(ground):
        if name not in free or points.values[name].ndim != 1:
            continue
        (value,) = ground.arrays((other,), Points(points.sizes, changed), {})
        if hasattr(value, "shape") and value.ndim <= 1:
            array = np.array(changed[name])
            array[place::SPREAD] = np.broadcast_to(value, array.shape)[place::SPREAD]
            changed[name], place = array, (place + 1) % SPREAD
    if all(array is points.values[key] for key, array in changed.items()):
        return None
    fits = ground.allowed(Points(points.sizes, changed))
    kept = {
        key: np.where(fits.reshape(-1, *[1] * (array.ndim - 1)), array, points.values[key])
        for key, array in changed.items()
    }
    return Points(points.sizes, kept)


def _ends(ground: Ground) -> Iterator[tuple[str, Node]]:
    """Each name that a constraint or its declaration bounds, with its bound where that belongs to what is allowed."""
    for name, declared in ground.plan.declared.items():
        low, high = bounds(declared)
        ends = zip((low, high), declared.ends, "[]", strict=True)
        whole = (end for end, said, closed in ends if said == closed and isfinite(end) and end == int(end))
        yield from ((name, Num(str(int(end)))) for end in whole if declared.domain == "real" and end >= 0)
    for chain in ground.context.constraints:
        for (a, b), relation in zip(pairwise(chain.sides), chain.relations, strict=True):
            if relation in {"<=", ">="}:
                exact = ((x, y) for x, y in ((a, b), (b, a)) if isinstance(x, Name) and isinstance(y, (Name, Num)))
                yield from ((x.text, y) for x, y in exact if x != y and y != Name("pi"))


def many(ground: Ground, points: Points) -> Points | None:
    """The points with large sizes, where these are no lengths of vectors but how far sums and products go; None where
    there are none.
    """
    numbers = all(array.ndim == 1 and base_of(key) == key for key, array in points.values.items())
    context = ground.context
    said = {n for chain in context.constraints for n in names(chain)} | context.definitions.keys()
    declared = {name: ground.plan.declared.get(name) for name in points.sizes}
    open_ = all(d is None or (d.domain in {"natural", "integer", "real"} and d.high is None) for d in declared.values())
    if not points.sizes or not numbers or not open_ or said & points.sizes.keys():
        return None
    return Points(dict.fromkeys(points.sizes, MANY), points.values)


def _at_ends(array: Any, declared: Declaration | None) -> Any:
    """The array with the bounds that belong to the domain at two of the points: 0 of a >= 0."""
    if declared is None or declared.domain != "real":
        return array
    low, high = bounds(declared)
    if declared.ends[0] == "[" and low > float("-inf"):
        array[0] = low
    if declared.ends[1] == "]" and high < float("inf"):
        array[2] = high
    return array


def speaks_of_far(ground: Ground) -> bool:
    """Whether the formulas speak of a number that no point is near to: 10^6."""
    return any(number > FAR for number in ground.plan.literals)


def wide(ground: Ground, points: Points, keys: Iterable[str]) -> Points:
    """The points with some names far out on both sides, near zero, and beside the large numbers that the formulas
    speak of: starts for roots that lie apart.
    """
    import numpy as np  # 12 times the start of Python

    values = dict(points.values)
    large = [sign * number * 1.003 for number in ground.plan.literals if number > FAR for sign in (1, -1)]
    for key in keys:
        array = values[key]
        far = np.abs(array) * np.array(WIDE).reshape(-1, *[1] * (array.ndim - 1))
        if large:
            beside = np.resize(large, far[::2].shape[0])
            far[::2] = beside.reshape(-1, *[1] * (array.ndim - 1))
        values[key] = inside(far, ground.plan.declared.get(base_of(key)), array)
    return Points(points.sizes, values)


def close(ground: Ground, points: Points, apart: Sequence[float]) -> Points:
    """The points with their free numbers so little apart, in a place that is zero, a number of the formulas or any."""
    import numpy as np  # 12 times the start of Python

    values, draw = dict(points.values), ground.generator
    places = [0.0, float(draw.normal()), *(n for n in ground.plan.literals if n > max(apart))]
    place = np.resize(places, COUNT)
    for key in movable_keys(ground, points):
        if values[key].ndim == 1:
            moved = place + draw.choice(apart, COUNT) * draw.choice((-2.0, -0.5, 0.5, 2.0), COUNT)
            values[key] = inside(moved, ground.plan.declared.get(base_of(key)), values[key])
    return Points(points.sizes, values)


def _corners(array: Any, declared: Declaration | None) -> Any:
    """Probabilities: the uniform ones at the first point, nearly certain ones at the second.

    Never certain ones: that p_i > 0 is often meant and not said.
    """
    import numpy as np  # 12 times the start of Python

    if declared is None or declared.domain not in {"simplex", "distribution"}:
        return array
    array = np.array(array)
    array[0] = 1 / array.shape[-1]
    array[1] = 1e-3 / array.shape[-1]
    array[1, ..., 0] += 1 - 1e-3
    return array


def inside(array: Any, declared: Declaration | None, otherwise: Any) -> Any:
    """The array where it lies in the declared domain, other values where it does not."""
    import numpy as np  # 12 times the start of Python

    low, high = bounds(declared)
    keep = ((array > low) & (array < high)).reshape(array.shape[0], -1).all(axis=1)
    return np.where(keep.reshape(-1, *[1] * (array.ndim - 1)), array, otherwise)


def _off_the_ends(array: Any, declared: Declaration | None) -> Any:
    """The array with what lies at an end of the declared domain, or outside, somewhat within: x > 2 is never 2."""
    import numpy as np  # 12 times the start of Python

    low, high = bounds(declared)
    away = min((high - low) / 1000, 1e-3 * max([1.0, *(abs(end) for end in (low, high) if isfinite(end))]))
    inner = np.clip(array, low + away, high - away)
    return np.where((array > low) & (array < high), array, inner)


def around(ground: Ground, points: Points, places: Iterable[int], scale: float) -> Points:
    """The best points kept, and others near them: each place gives as many as there is room for.

    Half of them move by as much as their own size allows only: what is near 10^{-9} stays so small.
    """
    import numpy as np  # 12 times the start of Python

    kept = np.resize(np.fromiter(places, dtype=int), COUNT)
    fixed = np.arange(COUNT) < len(set(kept.tolist()))
    values = {name: array[kept] for name, array in points.values.items()}
    for name in movable_keys(ground, points):
        array = values[name] = _off_the_ends(values[name], ground.plan.declared.get(base_of(name)))
        shape = array.shape
        sizes = scale * 10.0 ** ground.generator.uniform(-3, 0.5, (COUNT, *[1] * (len(shape) - 1)))
        own = (array != 0) & (np.arange(COUNT) % 2 == 1).reshape(-1, *[1] * (len(shape) - 1))
        size = np.where(own, np.abs(array), np.maximum(np.abs(array), 0.3))
        moved = array + sizes * size * ground.generator.normal(0, 1, shape)
        moved = inside(moved, ground.plan.declared.get(base_of(name)), array)
        values[name] = np.where(fixed.reshape(-1, *[1] * (len(shape) - 1)), array, moved)
    return Points(points.sizes, values)
