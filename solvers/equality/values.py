"""Random values inside a declared domain: small ones to recompute by hand, on mixed scales, beside given numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, prod
from typing import Any, Final, Literal

from solvers.formula.domains import numbers_of, whole_bounds
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration

MAX_ENTRIES: Final = 200_000
SCALES: Final = (0.1, 1.0, 1.0, 3.0, 10.0)
FAR: Final = (0.01, 30.0, 3.0, 300.0)
DISTANCES: Final = (0.5, 0.01, 2.0)
PLAIN_DENOMINATOR: Final = 10**6
SCATTERED: Final = 4  # powers of ten
LARGER, MOST_LARGER = 60, 1000  # whole numbers at a few points
PARTS: Final = 8  # a small probability is some eighths
Mode = Literal["small", "wide", "above", "below", "at", "far", "scattered"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How values are drawn: `count` points, the scales of wide ones, the number that each point is beside."""

    mode: Mode
    generator: Any
    count: int
    scales: tuple[float, ...] = SCALES
    anchors: tuple[float, ...] = ()

    def each(self, values: tuple[float, ...], rank: int) -> Any:
        """One of the values a point, every value in its turn, against an array of `rank` more axes."""
        import numpy as np  # 12 times the start of Python

        found = self.generator.permutation(values).tolist()
        return np.array(_repeated(found, self.count)).reshape(-1, *[1] * rank)  # (count, 1, ..., 1)

    def any_of(self, values: Sequence[float], full: tuple[int, ...]) -> Any:
        """One of the values for every entry."""
        import numpy as np  # 12 times the start of Python

        return np.array(values)[self.generator.integers(0, len(values), full)]  # as `choice`, which takes twice as long


def _repeated(values: Sequence[float], count: int) -> list[float]:
    """So many of the values, one after the other and from the first again."""
    return [values[place % len(values)] for place in range(count)]


def entries(declaration: Declaration, shape: tuple[int, ...], drawing: Drawing) -> Any:
    """Values (count, *shape) of a name; raises EvaluationError where they would be too many."""
    full = (drawing.count, *shape)
    if prod(full) > MAX_ENTRIES:
        raise EvaluationError(f"{declaration.name} has more than {MAX_ENTRIES // drawing.count} entries: too many")
    if declaration.domain.startswith("{"):
        return _of_set(declaration.domain, full, drawing)
    if declaration.domain in {"natural", "integer"}:
        return _whole(declaration, full, drawing)
    if declaration.domain in _DOMAINS:
        return _DOMAINS[declaration.domain](full, drawing)
    if declaration.low is not None or declaration.high is not None:
        return _between(declaration.low, declaration.high, full, drawing)
    if declaration.positive and drawing.mode == "wide":
        return _spread(full, drawing)
    values = _REAL[drawing.mode](full, drawing)
    return abs(values) + (values == 0) if declaration.positive else values


def anchors(literals: Sequence[float], generator: Any, count: int) -> tuple[float, ...]:
    """For each point the number that its values are around; every number in its turn, with both signs."""
    signed = sorted({0.0, *(sign * number for number in (1.0, *literals) for sign in (1.0, -1.0))})
    return tuple(_repeated(generator.permutation(signed).tolist(), count))


def probabilities(shape: tuple[int, ...], drawing: Drawing) -> Any:
    """Probabilities along the last axis, none of them zero; far out some points are close to one-hot."""
    weights = drawing.generator.exponential(1.0, (drawing.count, *shape)) + 0.01
    if drawing.mode == "far":
        weights = weights ** drawing.each((1.0, 8.0), len(shape)) + 1e-6
    return weights / weights.sum(axis=-1, keepdims=True)


def bounds(declared: Declaration | None) -> tuple[float, float]:
    """The open interval a name's entries lie in; for whole numbers up to the next ones outside."""
    if declared is None:
        return -inf, inf
    if declared.domain in {"unit", "simplex", "distribution"}:
        return 0.0, 1.0
    if declared.domain in {"natural", "integer"}:
        least, greatest = whole_bounds(declared)
        return -inf if least is None else least - 1.0, inf if greatest is None else greatest + 1.0
    low = 0.0 if declared.positive else declared.low
    return -inf if low is None else float(low), inf if declared.high is None else float(declared.high)


def closed_ends(declared: Declaration) -> tuple[float, ...]:
    """The ends of the interval a name's entries lie in that belong to it."""
    found = zip(bounds(declared), declared.ends, strict=True)
    return tuple(bound for bound, end in found if end in "[]" and abs(bound) < inf)


def written_out(value: float) -> Fraction:
    """A number that is a small fraction, or a short decimal, as that: 0.1 and not the float beside it.

    A fraction that a float lies next to is one of its convergents (Legendre), the last with a small denominator.
    """
    above, below = value.as_integer_ratio()
    before, found = (0, 1), (1, 0)
    while below:
        whole, rest = divmod(above, below)
        following = before[0] + whole * found[0], before[1] + whole * found[1]
        if following[1] > PLAIN_DENOMINATOR:
            break
        before, found = found, following
        above, below = below, rest
    return Fraction(*found) if found[0] / found[1] == value else Fraction(repr(value))


def _whole(declaration: Declaration, full: tuple[int, ...], drawing: Drawing) -> Any:
    """Whole numbers within the bounds declared, near the one that there is; natural ones from 1 on. A point of wide
    ones has larger numbers: a polynomial of 20 roots is not 0 beyond them.
    """
    most = {"small": 4, "wide": 12}.get(drawing.mode, 40)
    found = _near(declaration, full, drawing, most)
    if drawing.mode == "wide" and drawing.count > 1:
        within = (scale for scale in drawing.scales if scale <= MOST_LARGER)
        larger = int(max(LARGER, *within))
        found[-1:] = _near(declaration, (1, *full[1:]), drawing, larger, larger // 2)
    return found


def _near(declaration: Declaration, full: tuple[int, ...], drawing: Drawing, most: int, away: int = 0) -> Any:
    """Whole numbers that are at most so many from the bound declared, or from 0; at least so far `away` if they can."""
    least, greatest = whole_bounds(declaration)
    if drawing.mode == "scattered" and greatest is None:
        from_least = (10 ** drawing.generator.uniform(0, SCATTERED, full)).astype(int).astype(float)
        return (1 if least is None else least) + from_least - 1
    generator = drawing.generator
    if least is None and greatest is None and away:
        return generator.integers(away, most + 1, full) * drawing.any_of((-1.0, 1.0), full)
    if least is None:
        least, greatest = (-most, most) if greatest is None else (greatest - most, greatest - away)
    else:
        greatest = least + most - 1 if greatest is None else max(least, min(greatest, least + most - 1))
        least = max(least, min(least + away, greatest - 1)) if away else least
    return generator.integers(least, greatest + 1, full).astype(float)


def _of_set(domain: str, full: tuple[int, ...], drawing: Drawing) -> Any:
    import numpy as np  # 12 times the start of Python

    allowed = np.array([float(number) for number in numbers_of(domain)])
    return allowed[drawing.generator.integers(0, len(allowed), full)]


def _simplex(full: tuple[int, ...], drawing: Drawing) -> Any:
    """Small: whole eighths, at least one each."""
    import numpy as np  # 12 times the start of Python

    size = full[-1]
    if drawing.mode != "small" or size > PARTS:
        return probabilities(full[1:], drawing)
    more = drawing.generator.multinomial(PARTS - size, np.full(size, 1 / size), full[:-1])
    return (more + 1) / PARTS


def _permutation(full: tuple[int, ...], drawing: Drawing) -> Any:
    """Square matrices with a single 1 in every row and in every column, which is not the identity if it can be."""
    import numpy as np  # 12 times the start of Python

    *points, rows, columns = full
    if rows != columns:
        raise EvaluationError("a permutation matrix is square")
    orders = [drawing.generator.permutation(rows) for _ in range(prod(points))]
    moved = [np.roll(order, 1) if (order == np.arange(rows)).all() else order for order in orders]
    return np.eye(rows)[np.array(moved)].reshape(full)


def _unit(full: tuple[int, ...], drawing: Drawing) -> Any:
    if drawing.mode == "small":
        return drawing.generator.integers(1, 4, full) / 4
    values = drawing.generator.uniform(0.001, 0.999, full)
    return values if drawing.mode != "far" else values ** drawing.each((1.0, 0.01, 30.0), len(full) - 1)


def _between(low: Fraction | None, high: Fraction | None, full: tuple[int, ...], drawing: Drawing) -> Any:
    """Numbers strictly inside an interval; parts of it, where it is finite, so that they can be recomputed."""
    generator = drawing.generator
    if low is not None and high is not None:
        parts = 4 if drawing.mode == "small" else 64
        return _bound(low) + (_bound(high) - _bound(low)) * generator.integers(1, parts, full) / parts
    if drawing.mode == "small":
        away = generator.integers(1, 5, full).astype(float)
    else:
        scales = FAR if drawing.mode == "far" else (0.1, 1.0, 3.0)
        away = generator.exponential(1.0, full) * drawing.any_of(scales, full) + 2.0**-20
    return _bound(low) + away if low is not None else _bound(high or Fraction(0)) - away


def _bound(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        raise EvaluationError("a bound of a declared interval is too large") from None


def _small(full: tuple[int, ...], drawing: Drawing) -> Any:
    return drawing.generator.integers(1, 4, full) * drawing.any_of((-1.0, 1.0), full)


def _wide(full: tuple[int, ...], drawing: Drawing) -> Any:
    return drawing.generator.normal(0, 1, full) * drawing.each(drawing.scales, len(full) - 1)


def _spread(full: tuple[int, ...], drawing: Drawing) -> Any:
    """Positive numbers of mixed sizes."""
    import numpy as np  # 12 times the start of Python

    return np.exp(drawing.generator.normal(0, 0.8, full)) * drawing.each(drawing.scales, len(full) - 1)


def _beside(sign: float) -> Callable[[tuple[int, ...], Drawing], Any]:
    """Each point somewhat above its anchor, below it, or at it."""

    def drawn(full: tuple[int, ...], drawing: Drawing) -> Any:
        import numpy as np  # 12 times the start of Python

        rest = [1] * (len(full) - 1)
        away = abs(drawing.generator.normal(0, 1, full)) * np.resize(DISTANCES, (drawing.count, *rest))
        return np.array(drawing.anchors).reshape(-1, *rest) + sign * away

    return drawn


def _far(full: tuple[int, ...], drawing: Drawing) -> Any:
    return drawing.generator.normal(0, 1, full) * drawing.each(FAR, len(full) - 1)


def _scattered(full: tuple[int, ...], drawing: Drawing) -> Any:
    return drawing.generator.normal(0, 1, full) * 10 ** drawing.generator.uniform(-2, SCATTERED, full)


_REAL: dict[Mode, Callable[[tuple[int, ...], Drawing], Any]] = {
    "small": _small, "wide": _wide, "above": _beside(1.0), "below": _beside(-1.0), "at": _beside(0.0), "far": _far,
    "scattered": _scattered,
}  # fmt: skip
_DOMAINS: dict[str, Callable[[tuple[int, ...], Drawing], Any]] = {
    "simplex": _simplex, "unit": _unit, "permutation": _permutation,
}  # fmt: skip
