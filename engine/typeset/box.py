"""Boxes of character cells: placed inside one another by position, painted once at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.typeset.cells import cells, clusters
from engine.typeset.tree import Span

MAX_CELLS: Final = 400_000  # what may be painted; a formula on ten screens has 20,000


@dataclass(frozen=True, slots=True)
class Ink:
    """One printed piece: where it stands in the box, what it says, and which source characters it came from."""

    row: int
    column: int
    text: str
    span: Span
    style: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A formula as rows of equal width. `baseline` is the row that lines up with the text around it.

    `inks` say which cells came from where in the source, so that a term can be coloured or copied as LaTeX.
    """

    rows: tuple[str, ...]
    baseline: int
    width: int
    inks: tuple[Ink, ...] = ()


@dataclass(frozen=True, slots=True)
class Lay:
    """A box that is not painted yet: a leaf with text, or parts at (row, column).

    `core` is how many rows above and below the baseline a fence around it must cover: scripts may stick out of
    brackets, fractions may not. None means all rows.
    """

    width: int
    height: int
    baseline: int
    parts: tuple[tuple[int, int, Lay], ...] = ()
    text: str = ""
    span: Span = (0, 0)
    style: str = ""
    core: tuple[int, int] | None = None

    @property
    def reach(self) -> tuple[int, int]:
        """Rows above and below the baseline that a fence must cover."""
        return self.core if self.core is not None else (self.baseline, self.depth)

    @property
    def depth(self) -> int:
        """Rows below the baseline."""
        return self.height - 1 - self.baseline


EMPTY: Final = Lay(0, 1, 0)


def leaf(text: str, span: Span = (0, 0), style: str = "") -> Lay:
    """One row of text."""
    return Lay(cells(text), 1, 0, (), text, span, style)


def blank(width: int) -> Lay:
    """White space in one row."""
    return Lay(width, 1, 0)


def column(texts: list[str], baseline: int, span: Span) -> Lay:
    """Rows of text of equal width, one below the other."""
    parts = tuple((row, 0, leaf(text, span)) for row, text in enumerate(texts))
    return Lay(cells(texts[0]), len(texts), baseline, parts)


def beside(*boxes: Lay) -> Lay:
    """Boxes side by side, their baselines on one row."""
    if len(boxes) == 1:
        return boxes[0]
    baseline = max((b.baseline for b in boxes), default=0)
    depth = max((b.depth for b in boxes), default=0)
    parts, at = [], 0
    for box in boxes:
        parts.append((baseline - box.baseline, at, box))
        at += box.width
    core = (max((b.reach[0] for b in boxes), default=0), max((b.reach[1] for b in boxes), default=0))
    return Lay(at, baseline + depth + 1, baseline, tuple(parts), core=core)


def stacked(boxes: list[Lay], baseline: int, align: str = "c") -> Lay:
    """Boxes from top to bottom. `baseline` is the index of the box whose baseline the whole has."""
    width = max(b.width for b in boxes)
    parts, at, row = [], 0, 0
    for index, box in enumerate(boxes):
        parts.append((at, shift(width - box.width, align), box))
        if index == baseline:
            row = at + box.baseline
        at += box.height
    return Lay(width, at, row, tuple(parts))


def shift(room: int, align: str) -> int:
    """How far from the left a box stands that has `room` cells to spare."""
    return {"l": 0, "c": room // 2, "r": room}[align]


def framed(width: int, height: int, baseline: int, *parts: tuple[int, int, Lay]) -> Lay:
    """A box of the given size with parts at the given rows and columns."""
    return Lay(width, height, baseline, parts)


def paint(top: Lay) -> Box | None:
    """Print a box into rows; None when it has more cells than MAX_CELLS."""
    if top.width * top.height > MAX_CELLS:
        return None
    canvas = [[" "] * top.width for _ in range(top.height)]
    inks: list[Ink] = []
    todo = [(0, 0, top)]
    while todo:
        row, col, box = todo.pop()
        if box.text:
            canvas[row][col : col + box.width] = clusters(box.text)
            inks.append(Ink(row, col, box.text, box.span, box.style))
        todo.extend([(row + r, col + c, part) for r, c, part in box.parts])
    rows = tuple("".join(line) for line in canvas)
    return Box(rows, top.baseline, top.width, tuple(reversed(inks)))
