"""A text with mathematics, laid out by the engine for the width there is. Wide formulas widen it, to be scrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Layout: TypeAlias = Callable[[str, int], tuple[str, ...]]
"""(Markdown with LaTeX, width in cells) -> rows."""


class MathText(Widget):
    """Shows Markdown with LaTeX in rows made by `layout`, made again when the width changes."""

    DEFAULT_CSS = """
    MathText { width: auto; min-width: 100%; height: auto; text-wrap: nowrap; }
    """

    def __init__(self, layout: Layout, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._make, self._text, self._width = layout, "", 0
        self._rows: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is shown, as Markdown."""
        return self._text

    def show(self, text: str, width: int = 0, rows: tuple[str, ...] = ()) -> None:
        """Show `text`. `rows`, when given, are its layout at `width`, made beforehand off the event loop."""
        self._text, self._width, self._rows = text, width, rows
        self.clear_cached_dimensions()
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max((cell_len(row) for row in self._rows_at(container.width)), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows_at(min(width, container.width) if container.width else width))

    def render(self) -> Content:
        return Content("\n".join(self._rows))

    def _rows_at(self, width: int) -> tuple[str, ...]:
        if width > 0 and width != self._width and self._text:
            self._width, self._rows = width, self._make(self._text, width)
        return self._rows if self._text else ()
