"""A lab's picture as rows of text: which drawing shows which kind."""

from __future__ import annotations

import math
from functools import partial

from engine.draw.heat import beside, heat_map
from engine.draw.lines import line_plot
from engine.draw.plane import plane
from solvers.lab.picture import Curves, Heat, Picture


def drawn(picture: Picture, width: int = 80, *, colour: bool = False, ascii: bool = False) -> list[str]:
    """The title, the picture, its caption, no line wider than `width` columns unless a single table is."""
    if isinstance(picture, Curves):
        return [picture.title, *_curves(picture, width, ascii)]
    body = (
        _heat(picture, width, colour, ascii)
        if isinstance(picture, Heat)
        else plane(picture.groups, picture.bounds, picture.field, width=min(width, 72), ascii=ascii)
    )
    return [picture.title, *body, *([picture.caption] if picture.caption else [])]


def _curves(picture: Curves, width: int, ascii: bool) -> list[str]:
    """One plot a line, below one another: without colour, lines over one another could not be told apart."""
    draw = partial(line_plot, width=width, first=picture.first, across=picture.across, ascii=ascii)
    rows: list[str] = []
    for name, values in picture.lines:
        rows += [name, *draw([_log10(value) for value in values] if picture.log else values)]
    return rows


def _heat(picture: Heat, width: int, colour: bool, ascii: bool) -> list[str]:
    blocks = [
        (name, heat_map(table, picture.low, picture.high, colour=colour, ascii=ascii))
        for name, table in picture.tables
    ]  # fmt: skip
    cell = len(picture.tables[0][1][0]) * (1 if colour and not ascii else 2)
    return beside(blocks, cell, width)


def _log10(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf
