"""A counterexample as people read it: numbers as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any, Final

from solvers.formula.unknown import MARK

SIGNIFICANT: Final = 15  # digits of a float that mean something
EXACTLY: Final = 1e-200
NOISE: Final = 1e-15  # what rounding the point may leave of a zero, beside the other side


def shown(point: Mapping[str, Any], exact: bool | None = None) -> dict[str, Any]:
    """Whole numbers as such, others as floats, vectors and matrices as lists; no digits that are rounding alone.

    Without `exact` the sides may have rounding in them. Else they have none; at a point of 220 digits that was moved
    onto equations (True) there is what so many digits leave of a zero, beside the numbers that went in.
    """
    if exact is False:
        return {name: _number(value, 0.0) for name, value in point.items() if MARK not in name}
    if exact:
        largest = max([1.0, *(abs(entry) for value in point.values() for entry in _entries(value) if isfinite(entry))])
        left_over = EXACTLY * min(largest * largest, 1e150)
        return {name: _number(value, left_over) for name, value in point.items() if MARK not in name}
    sides = [abs(entry) for name in ("left", "right") for entry in _entries(point.get(name))]
    least = NOISE * max(sides, default=0.0)
    written = {name: value for name, value in point.items() if MARK not in name}  # not what an unknown function is
    return {name: _number(value, least if name in {"left", "right"} else 0.0) for name, value in written.items()}


def _entries(value: Any) -> list[float]:
    if isinstance(value, (tuple, list)):
        return [entry for part in value for entry in _entries(part)]
    return [float(value)] if isinstance(value, (int, float, Fraction)) else []


def _number(value: Any, least: float) -> Any:
    if isinstance(value, (tuple, list)):
        return [_number(entry, least) for entry in value]
    if isinstance(value, Fraction):
        value = int(value) if value.denominator == 1 else float(value)
    if not isinstance(value, float) or not isfinite(value):
        return value
    value = 0.0 if abs(value) < least else float(f"{value:.{SIGNIFICANT}g}")
    return int(value) if value == int(value) and abs(value) < 2**53 else value
