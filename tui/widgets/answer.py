"""The line an answer is typed into. Pasted lines become rows, not a lost rest; a paste that is too long is refused."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from engine.wording import LONGEST, ROWS

OPEN_ENDS = (",", ";", "[", "(", "{", "&", "\\")  # a line that ends so goes on, it does not end a row


class AnswerInput(Input):
    """A one-line input for one part."""

    class TooMuch(Message):
        """A paste was refused; `characters` would have come to stand in the line."""

        def __init__(self, characters: int) -> None:
            super().__init__()
            self.characters = characters

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Submit", id="answer.submit", tooltip="Hand this answer in", priority=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, max_length=LONGEST, select_on_focus=False)
        self.kind = ""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()  # Textual's own handler keeps the first line only
        text = joined(event.text, self.kind)
        if len(self.value) + len(text) > LONGEST:
            self.post_message(self.TooMuch(len(self.value) + len(text)))
            return
        self.replace(text, *self.selection) if not self.selection.is_empty else self.insert_text_at_cursor(text)


def joined(text: str, kind: str) -> str:
    """Pasted lines as one: rows parted by `;` for vectors, matrices and tensors, by spaces for everything else."""
    if len(text) > LONGEST:
        return text  # refused by its length; no need to look at it
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    whole = ""
    for line in lines:
        new_row = kind in ROWS and whole and not whole.endswith(OPEN_ENDS) and not line.startswith(("]", ")", "}", ";"))
        whole += ("; " if new_row else " " if whole else "") + line
    return whole
