"""Where one side is undefined and the other is not, said by the one name whose value decides it, if there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Point = Mapping[str, Any]


def where(undefined: Sequence[Point], defined: Sequence[Point], literals: Sequence[float]) -> str:
    """ " for x < 0", where x is below 0 at all points of the first kind and above it at all of the second; else ""."""
    if not undefined or not defined:
        return ""
    marks = sorted({0.0, *literals, *(-number for number in literals)}, key=abs)
    for name in sorted(undefined[0]):
        here, there = _numbers(name, undefined), _numbers(name, defined)
        if here is None or there is None:
            continue
        for mark in marks:
            if max(here) < mark <= min(there):
                return f" for {name} < {mark:g}"
            if max(there) <= mark < min(here):
                return f" for {name} > {mark:g}"
    return ""


def _numbers(name: str, points: Sequence[Point]) -> list[float] | None:
    """The values of a number at some points; None for vectors, and where it is not known."""
    found = [point.get(name) for point in points]
    if any(value is None or isinstance(value, tuple) for value in found):
        return None
    return [float(value) for value in found if value is not None]
