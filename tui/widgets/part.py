"""One part of a question: what is asked, the answer, how it was read, the verdict. Reused from question to question."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from engine import wording
from engine.quiz import Segments
from engine.records import PartVerdict, Reading, Variant, VariantPart, Verdict
from tui.widgets.answer import AnswerInput
from tui.widgets.choices import Choices
from tui.widgets.mathtext import Layout, MathText, content_of

PROMPT = "❯ "
TICKING = "a letter, a number or space ticks; enter hands in"


class PartView(Vertical):
    """Shows one part and says what is typed and handed in. Whoever hosts it decides what that means."""

    class Typed(Message):
        """The draft of this part is now `text`."""

        def __init__(self, part: str, text: str) -> None:
            super().__init__()
            self.part, self.text = part, text

    class Submitted(Message):
        """The answer `text` is handed in."""

        def __init__(self, part: str, text: str) -> None:
            super().__init__()
            self.part, self.text = part, text

    def __init__(self, layout: Layout) -> None:
        super().__init__(classes="part")
        self._make = layout
        self._part: VariantPart | None = None

    def compose(self) -> ComposeResult:
        yield MathText(self._make, classes="ask")
        yield Choices(self._make)
        with Horizontal(classes="line"):
            yield Static(PROMPT, classes="prompt", markup=False)
            yield AnswerInput()
        yield Static(classes="reading", markup=False)
        yield MathText(self._make, classes="verdict")

    @property
    def part(self) -> str:
        """The name of the part shown; '' while none is."""
        return self._part.name if self._part else ""

    @property
    def field(self) -> Widget:
        """What takes the answer: the options or the line."""
        return self._choices if self._ticks else self._input

    @property
    def answer(self) -> str:
        return self._choices.answer if self._ticks else self._input.value

    def show(self, variant: Variant, part: VariantPart, draft: str) -> None:
        """Ask this part, open, with a draft already typed."""
        self._part = part
        listed = () if self._ticks else part.options
        options = [f"{wording.LETTERS[index]}) {option.text}" for index, option in enumerate(listed)]
        self.query_one(".ask", MathText).show(
            "\n\n".join([wording.label(variant, part.name) + part.ask.strip(), *options])
        )
        self._choices.display, self.query_one(".line").display = self._ticks, not self._ticks
        self._choices.disabled = self._input.disabled = False
        if self._ticks:
            self._choices.show(tuple(option.text for option in part.options), part.kind == "choice", draft)
        with self.prevent(Input.Changed):
            self._input.kind, self._input.value = part.kind, "" if self._ticks else draft
        self._input.cursor_position = len(self._input.value)
        self._input.placeholder = wording.hint(part)
        self.clear_reading()
        if self._ticks:
            self._say(TICKING)
        self.query_one(".verdict", MathText).display = False

    def take_focus(self) -> None:
        """Let this part be answered, with all of it in view, or its beginning."""
        self.field.focus(scroll_visible=False)
        self._bring(self, self.query_one(".ask"))

    def _bring(self, *order: Widget) -> None:
        """Scroll each into view once the rows have their places; where not all fit, the last has its way."""
        for what in order:
            self.call_after_refresh(what.scroll_visible, animate=False, immediate=True)

    def show_reading(self, text: str, reading: Reading, rows: tuple[Segments, ...]) -> None:
        """How `text` was read, if that is still what stands there: laid out in `rows`, or a caret and the reason."""
        if text != self._input.value:
            return
        if not self._input.content_size.width:  # not laid out yet, so no caret has a place
            self.call_after_refresh(self.show_reading, text, reading, rows)
            return
        line = self.query_one(".reading", Static)
        line.display = True
        line.set_class(not reading.ok, "unreadable")
        if reading.ok:
            line.update(content_of(rows) if len(rows) > 1 else Content(wording.reading_line(reading)))
        else:
            first = cell_len(text[: reading.span[0]]) - round(self._input.scroll_x)
            room = self._input.content_size.width
            line.update(Content(caret_rows(max(0, min(first, room - 1)), reading.error, room)))
        if self._input.has_focus:
            self._bring(self, self._input)

    def _say(self, words: str) -> None:
        line = self.query_one(".reading", Static)
        line.update(Content(words))
        line.display = True

    def clear_reading(self) -> None:
        line = self.query_one(".reading", Static)
        line.update("")
        line.display = False

    def show_verdict(self, judged: PartVerdict, closed: bool) -> None:
        """Colour, sign and words; a closed part takes no more answers, and its options show which hold.

        Why an answer could not be read is said once: beside the caret, where there is one.
        """
        sign = wording.VERDICTS[judged.verdict][0]
        reading = self.query_one(".reading", Static)
        said = judged.verdict is Verdict.INVALID and reading.display and reading.has_class("unreadable")
        text = wording.verdict_text(replace(judged, message="") if said else judged)
        line = self.query_one(".verdict", MathText)
        line.set_classes(["verdict", judged.verdict.value])
        line.show(f"{sign} {text[:1].upper()}{text[1:]}")
        line.display = True
        self._bring(line)
        if closed:
            self.close()

    def close(self) -> None:
        """Take no more answers."""
        self._input.disabled = self._choices.disabled = True
        if self._ticks:
            self.clear_reading()
        if self._ticks and self._part is not None and isinstance(self._part.key, tuple):
            self._choices.reveal(tuple(index for index in range(len(self._part.options)) if index in self._part.key))

    @property
    def _ticks(self) -> bool:
        return self._part is not None and self._part.kind in wording.CHOICES

    @property
    def _input(self) -> AnswerInput:
        return self.query_one(AnswerInput)

    @property
    def _choices(self) -> Choices:
        return self.query_one(Choices)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(".verdict", MathText).display = False  # a verdict on something else than what stands there
        if not event.value:
            self.clear_reading()
        self.post_message(self.Typed(self.part, event.value))

    @on(Choices.Changed)
    def _ticked(self, event: Choices.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.part, event.answer))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self.part, event.value))

    @on(Choices.Submitted)
    def _chosen(self, event: Choices.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self.part, event.answer))


def caret_rows(column: int, message: str, room: int) -> str:
    """A caret at `column` with the message beside it where it fits in `room` cells, below it where it does not."""
    if column + 2 + cell_len(message) <= room:
        return " " * column + "^ " + message
    if cell_len(message) + 1 <= column:
        return " " * (column - cell_len(message) - 1) + message + " ^"
    return " " * column + "^\n" + message
