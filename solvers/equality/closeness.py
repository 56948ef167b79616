"""How near two values of many digits are, and how they are shown."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import isfinite
from typing import Any, Final

from solvers.formula.tables.decimals import context
from solvers.formula.tables.precise import CERTAIN, DIGITS

ROUNDING: Final = Decimal("1e-38")  # what fifty digits leave of a sum that is zero


def gap(a: Any, b: Any) -> float:
    """The largest relative difference of two entries, as a float."""
    worst = 0.0
    with localcontext(context(DIGITS)):
        for x, y in zip(_flat(a), _flat(b), strict=True):
            size = max(abs(x), abs(y))
            if abs(x - y) > ROUNDING and size > 0:
                worst = max(worst, float(abs(x - y) / size))
    return worst


HUGE: Final = Decimal("1e20")  # beside it fifty digits say nothing of a 1 that is lost


def hides(a: Any, b: Any) -> bool:
    """Whether numbers are so large that a small difference of them is settled by more digits alone."""
    with localcontext(context(DIGITS)):  # of whatever size
        return any(abs(getattr(entry, "middle", entry)) > HUGE for entry in (*_flat(a), *_flat(b)))


MOVED: Final = Decimal("1e-150")  # of numbers, or of 1: how far a point that was moved may be from its equations


def meet(a: Any, b: Any, moved: bool = False) -> bool:
    """Whether balls may all be the same numbers; at a point that was `moved` onto equations also nearly so."""
    pairs = list(zip(_flat(a), _flat(b), strict=True))
    with localcontext(context(CERTAIN)):
        size = max(Decimal(1), *(abs(x.middle) for pair in pairs for x in pair)) if moved else Decimal(0)
        return all(x.meets(y) or (moved and abs(x.middle - y.middle) <= MOVED * size) for x, y in pairs)


def difference(a: Any, b: Any) -> str:
    """By how much two values differ at most, as it is written."""
    with localcontext(context(CERTAIN)):
        return f"{max(abs(x.middle - y.middle) for x, y in zip(_flat(a), _flat(b), strict=True)):.2g}"


def _flat(value: Any) -> list[Any]:
    return list(value.reshape(-1).tolist())


def plain(value: Any) -> Any:
    """The first instance in nested lists: plain floats, or what is beyond them as it is written."""
    if getattr(value, "ndim", 0):
        return [plain(entry) for entry in value]
    number = 0.0 if abs(value.middle) <= value.radius else float(value.middle)
    return number if isfinite(number) else f"{value.middle:.6e}"
