"""A text with mathematics, laid out by the engine for the width there is. Wide formulas widen it, to be scrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from rich.cells import cell_len
from textual.content import Content, Span
from textual.geometry import Size
from textual.widget import Widget

from engine.quiz import Segments

Layout: TypeAlias = Callable[[str, int], tuple[Segments, ...]]
"""(Markdown with LaTeX, width in cells) -> rows."""

# One row a style of engine.typeset: the terminal's.
STYLES: Final = {"bold": "bold", "italic": "italic", "code": "$text-warning", "math": "$text-accent"}


def content_of(rows: tuple[Segments, ...]) -> Content:
    """The rows as one Content, styled."""
    spans, parts, at = [], [], 0
    for row in rows:
        for text, style in row:
            if style in STYLES:
                spans.append(Span(at, at + len(text), STYLES[style]))
            parts.append(text)
            at += len(text)
        parts.append("\n")
        at += 1
    return Content("".join(parts[:-1]), spans=spans)


def cells_of(row: Segments) -> int:
    """The cells a row takes."""
    return sum(cell_len(text) for text, _ in row)


class MathText(Widget):
    """Shows Markdown with LaTeX in rows made by `layout`, made again when the width changes."""

    DEFAULT_CSS = """
    MathText { width: auto; min-width: 100%; height: auto; text-wrap: nowrap; }
    """

    def __init__(self, layout: Layout, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._make, self._text, self._width = layout, "", 0
        self._rows: tuple[Segments, ...] = ()

    @property
    def text(self) -> str:
        """What is shown, as Markdown."""
        return self._text

    def show(self, text: str, width: int = 0, rows: tuple[Segments, ...] = ()) -> None:
        """Show `text`. `rows`, when given, are its layout at `width`, made beforehand off the event loop."""
        self._text, self._width, self._rows = text, width, rows
        self.clear_cached_dimensions()
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max((cells_of(row) for row in self._rows_at(container.width - self.gutter.width)), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        room = container.width - self.gutter.width
        return len(self._rows_at(min(width, room) if room > 0 else width))

    def render(self) -> Content:
        return content_of(self._rows)

    def _rows_at(self, width: int) -> tuple[Segments, ...]:
        if width > 0 and width != self._width and self._text:
            self._width, self._rows = width, self._make(self._text, width)
        return self._rows if self._text else ()
