"""A line plot: values over a whole-numbered axis, labelled at its corners, in braille or in plain characters."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.draw.braille import cells, segment

GUTTER = 10  # columns for the numbers on the left


def line_plot(
    values: Sequence[float], width: int = 72, height: int = 8, *, first: int = 0, across: str = "", ascii: bool = False
) -> list[str]:
    """Rows of text, `width` wide: `height` of plot, one of axis. What is not finite leaves a gap.

    A plot of more values than there are dot columns draws the least and the largest of each column.
    """
    shown = [value for value in values if math.isfinite(value)]
    if not shown:
        return ["(nothing to plot)"]
    room = max(width - GUTTER - 1, 4)
    low, high = min(shown), max(shown)
    body = _plain(values, room, height, low, high) if ascii else _braille(values, room, height, low, high)
    edge = "|" if ascii else "│"
    labels = {0: number(high), height - 1: number(low)} if high > low else {height // 2: number(low)}
    rows = [f"{labels.get(row, ''):>{GUTTER}}{edge}{line}".rstrip() for row, line in enumerate(body)]
    last = str(first + len(values) - 1)
    middle = f" {across} ".center(room - len(str(first)) - len(last)) if across else ""
    axis = f"{first}{middle:<{max(room - len(str(first)) - len(last), 1)}}{last}"
    return [*rows, " " * (GUTTER + 1) + axis]


def number(value: float) -> str:
    """Four significant digits, at most ten characters."""
    return f"{value:.4g}"


def _braille(values: Sequence[float], width: int, height: int, low: float, high: float) -> list[str]:
    dots: list[tuple[int, int]] = []
    before: tuple[int, int] | None = None
    for place, value in enumerate(values):
        if not math.isfinite(value):
            before = None
            continue
        here = (_place(place, 0, len(values) - 1, 2 * width), 4 * height - 1 - _place(value, low, high, 4 * height))
        dots += segment(before or here, here)
        before = here
    return cells(dots, width, height)


def _plain(values: Sequence[float], width: int, height: int, low: float, high: float) -> list[str]:
    table = [[" "] * width for _ in range(height)]
    for place, value in enumerate(values):
        if math.isfinite(value):
            row = height - 1 - _place(value, low, high, height)
            table[row][_place(place, 0, len(values) - 1, width)] = "*"
    return ["".join(row) for row in table]


def _place(value: float, low: float, high: float, cells_: int) -> int:
    """Which of the cells a value falls in; the middle one where all values are the same."""
    if high <= low:
        return (cells_ - 1) // 2
    return min(round((value - low) / (high - low) * (cells_ - 1)), cells_ - 1)
