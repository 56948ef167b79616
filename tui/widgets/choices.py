"""Options that can be ticked by letter, number, space or mouse. The part's answer is the text of the ticked letters."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from engine.quiz import Segments
from engine.wording import LETTERS, indices_of, letters_of
from tui.widgets.mathtext import Layout, content_of

MARGIN = 9  # cells before an option's text: pointer, tick box, letter


class Choices(Widget, can_focus=True):
    """The options of one part. `single` keeps at most one ticked."""

    DEFAULT_CSS = """
    Choices { height: auto; text-wrap: nowrap; }
    """

    class Changed(Message):
        """The ticks changed; `answer` is what a student would type for them."""

        def __init__(self, choices: Choices, answer: str) -> None:
            super().__init__()
            self.choices, self.answer = choices, answer

        @property
        def control(self) -> Choices:
            return self.choices

    class Submitted(Message):
        """The ticks are handed in."""

        def __init__(self, choices: Choices, answer: str) -> None:
            super().__init__()
            self.choices, self.answer = choices, answer

        @property
        def control(self) -> Choices:
            return self.choices

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="choices.tick", tooltip="Tick the option pointed at", show=False),
        Binding("enter", "submit", "Submit", id="choices.submit", tooltip="Hand the ticked options in"),
        Binding("down,j", "point(1)", "Down", id="choices.down", tooltip="Point at the next option", show=False),
        Binding("up,k", "point(-1)", "Up", id="choices.up", tooltip="Point at the option above", show=False),
    ]

    def __init__(self, layout: Layout, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make = layout
        self._options: tuple[str, ...] = ()
        self._truth: tuple[int, ...] | None = None
        self._ticked: tuple[int, ...] = ()
        self._pointer, self._single, self._width = 0, False, 0
        self._texts: tuple[tuple[Segments, ...], ...] = ()

    def show(self, options: tuple[str, ...], single: bool, answer: str = "") -> None:
        """Offer these options (Markdown), with those of `answer` ticked."""
        self._options, self._single, self._pointer, self._truth = options, single, 0, None
        self._ticked, self._width = indices_of(answer, len(options)), 0
        self.clear_cached_dimensions()
        self.refresh(layout=True)

    def reveal(self, truth: tuple[int, ...]) -> None:
        """Mark which options hold; nothing can be ticked any more."""
        self._truth = truth
        self.disabled = True
        self.refresh()

    @property
    def answer(self) -> str:
        return letters_of(self._ticked)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(len(rows) for rows in self._laid_out(width))

    def render(self) -> Content:
        lines = []
        for index, rows in enumerate(self._laid_out(self.content_size.width)):
            style, head = self._style(index), f"{self._head(index):<{MARGIN}}"
            for place, row in enumerate(rows):
                line = Content(head if place == 0 else " " * MARGIN) + content_of((row,))
                lines.append(line.stylize(style) if style else line)
        return Content("\n").join(lines)

    def _laid_out(self, width: int) -> tuple[tuple[Segments, ...], ...]:
        if width != self._width:
            self._width = width
            room = max(width - MARGIN, 10)
            self._texts = tuple(self._make(option, room) or ((),) for option in self._options)
        return self._texts

    def _head(self, index: int) -> str:
        pointer = "▸" if index == self._pointer and self.has_focus else " "
        tick = "x" if index in self._ticked else " "
        box = f"({tick})" if self._single else f"[{tick}]"
        truth = "" if self._truth is None else ("✓" if index in self._truth else "✗")
        return f"{pointer} {box} {LETTERS[index]}{truth or ')'}"

    def _style(self, index: int) -> str:
        if self._truth is not None:
            right = (index in self._truth) == (index in self._ticked)
            return "$text-success" if right else "$text-error"
        return "bold" if index == self._pointer and self.has_focus else ""

    def on_key(self, event: events.Key) -> None:
        index = self._named(event.character or "")
        if index is not None:
            event.stop()
            self._toggle(index)

    def _named(self, key: str) -> int | None:
        """The option a letter or a digit means; letters past i are left to the screen's keys."""
        number = "abcdefghi".find(key) if key.isalpha() else "123456789".find(key)
        return number if len(key) == 1 and 0 <= number < len(self._options) else None

    def on_click(self, event: events.Click) -> None:
        row = event.get_content_offset(self)
        if row is None:
            return
        top = 0
        for index, rows in enumerate(self._texts):
            if top <= row.y < top + len(rows):
                self._toggle(index)
            top += len(rows)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_tick(self) -> None:
        self._toggle(self._pointer)

    def action_point(self, step: int) -> None:
        self._pointer = (self._pointer + step) % max(len(self._options), 1)
        self.refresh()
        self._follow()

    def _follow(self) -> None:
        """Scroll the option pointed at into view."""
        pane = next((each for each in self.ancestors if isinstance(each, VerticalScroll)), None)
        heights = [len(rows) for rows in self._texts]
        top = self.content_region.y + sum(heights[: self._pointer])
        end = top + sum(heights[self._pointer : self._pointer + 1])
        if pane is not None:
            seen = pane.content_region
            below, above = max(end - seen.bottom, 0), min(top - seen.y, 0)
            pane.scroll_relative(y=below or above, animate=False)

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self, self.answer))

    def _toggle(self, index: int) -> None:
        if self._truth is not None:
            return
        ticked = {index} if self._single else set(self._ticked)
        if index in self._ticked:
            ticked.discard(index)
        else:
            ticked.add(index)
        self._pointer, self._ticked = index, tuple(sorted(ticked))
        self.refresh()
        self.post_message(self.Changed(self, self.answer))
