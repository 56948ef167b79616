"""A counterexample as people read it: numbers as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any


def shown(point: Mapping[str, Any]) -> dict[str, Any]:
    """Whole numbers as such, others as floats, vectors and matrices as lists."""
    return {name: _number(value) for name, value in point.items()}


def _number(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_number(entry) for entry in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return int(value) if isinstance(value, float) and value == int(value) and abs(value) < 2**53 else value
