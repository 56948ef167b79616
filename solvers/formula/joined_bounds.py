"""Bounds that are said one after the other: a > 0 and then a < 1 leave 0 < a < 1."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from solvers.formula.domains import numbers_of
from solvers.formula.tokens import Declaration

_Ends: TypeAlias = tuple[
    tuple[Fraction, bool] | None, tuple[Fraction, bool] | None
]  # each with: whether it is left out


def with_bounds_of(before: Declaration, said: Declaration) -> Declaration:
    """What was declared, within the bounds that are said of it as well; within those alone where none of it is left."""
    (low, high), (least, most) = _ends(before), _ends(said)
    low = max((end for end in (low, least) if end is not None), default=None)
    high = min((end for end in (high, most) if end is not None), key=lambda end: (end[0], not end[1]), default=None)
    if before.domain.startswith("{"):
        kept = [number for number in numbers_of(before.domain) if _within(number, low, high)]
        if kept:
            return replace(before, domain="{" + ", ".join(map(str, kept)) + "}")
        return _bounded(replace(before, domain="real"), least, most)
    if low is not None and high is not None and (low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))):
        low, high = least, most
    return _bounded(before, low, high)


def _ends(declared: Declaration) -> _Ends:
    low, high = declared.low, declared.high
    if declared.domain == "unit":
        low, high = Fraction(0) if low is None else low, Fraction(1) if high is None else high
    low = Fraction(0) if low is None and declared.positive else low
    return (
        None if low is None else (low, declared.ends[0] == "("),
        None if high is None else (high, declared.ends[1] == ")"),
    )


def _within(number: Fraction, low: tuple[Fraction, bool] | None, high: tuple[Fraction, bool] | None) -> bool:
    above = low is None or number > low[0] or (number == low[0] and not low[1])
    return above and (high is None or number < high[0] or (number == high[0] and not high[1]))


def _bounded(
    declared: Declaration, low: tuple[Fraction, bool] | None, high: tuple[Fraction, bool] | None
) -> Declaration:
    ends = ("(" if low is None or low[1] else "[") + (")" if high is None or high[1] else "]")
    positive = low is not None and low[0] == 0 and high is None
    return replace(
        declared, domain="real" if declared.domain == "unit" else declared.domain, positive=positive, ends=ends,
        low=None if low is None or positive else low[0], high=None if high is None else high[0],
    )  # fmt: skip


__all__ = ["with_bounds_of"]
