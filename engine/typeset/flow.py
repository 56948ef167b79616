"""Pieces of text and formulas packed into lines of a given width; formulas of several rows stand on the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.typeset.cells import HOLE, cells, clusters

Segments: TypeAlias = tuple[tuple[str, str], ...]  # one row: (text, style) from left to right


@dataclass(frozen=True, slots=True)
class Line:
    """Rows that belong together, and which of them is the baseline."""

    rows: tuple[Segments, ...]
    baseline: int = 0


@dataclass(frozen=True, slots=True)
class Chip:
    """What stands in a line without being broken: rows of equal width, the row of the baseline, and a style."""

    rows: tuple[str, ...]
    baseline: int = 0
    style: str = ""

    @property
    def width(self) -> int:
        """Cells."""
        return cells(self.rows[0])


Word: TypeAlias = tuple[Chip, ...]  # chips that stand together, such as a formula and the comma after it


def width_of(word: Iterable[Chip]) -> int:
    """Cells of chips side by side."""
    return sum(chip.width for chip in word)


def wrap(words: Iterable[Word], width: int) -> list[Line]:
    """Lines of at most `width` cells, of more than one row where a formula needs them."""
    lines: list[list[Chip]] = []
    room = -1
    for word in words:
        for part in _fitting(word, width):
            taken = width_of(part)
            if room >= taken + 1:
                lines[-1] += (Chip((" ",)), *part)
                room -= taken + 1
            else:
                lines.append(list(part))
                room = width - taken
    return [line_of(line) for line in lines]


def _fitting(word: Word, width: int) -> list[Word]:
    """The word, or its parts where it is wider than a line."""
    if width_of(word) <= width:
        return [word]
    found: list[Word] = []
    for chip in word:
        if chip.width <= width:
            found.append((chip,))
        else:
            found += [(Chip((text,), 0, chip.style),) for text in cut(chip.rows[0], width)]
    return found


def cut(text: str, width: int) -> list[str]:
    """A row cut into pieces of at most `width` cells."""
    found, room = [""], width
    for cluster in clusters(text):
        if cells(cluster) > width:
            cluster = HOLE
        if cells(cluster) > room:
            found.append("")
            room = width
        found[-1] += cluster
        room -= cells(cluster)
    return found


def line_of(line: Sequence[Chip]) -> Line:
    """Chips side by side, their baselines in one row; blanks at the ends of rows are dropped."""
    above = max((chip.baseline for chip in line), default=0)
    below = max((len(chip.rows) - 1 - chip.baseline for chip in line), default=0)
    found = []
    for row in range(above + below + 1):
        segments: list[tuple[str, str]] = []
        for chip in line:
            at = row - above + chip.baseline
            inside = 0 <= at < len(chip.rows)
            segments.append((chip.rows[at], chip.style) if inside else (" " * chip.width, ""))
        found.append(joined(segments))
    return Line(tuple(found), above)


def joined(segments: Iterable[tuple[str, str]]) -> Segments:
    """Neighbours of one style as one segment, without blanks at the end."""
    found: list[tuple[str, str]] = []
    for text, style in segments:
        if text and found and found[-1][1] == style:
            found[-1] = (found[-1][0] + text, style)
        elif text:
            found.append((text, style))
    while found and not found[-1][0].rstrip():
        found.pop()
    if found:
        found[-1] = (found[-1][0].rstrip(), found[-1][1])
    return tuple(found)


def segment_width(segments: Segments) -> int:
    """Cells of one row."""
    return sum(cells(text) for text, _ in segments)
