"""A question or a message over the session, answered with one key. Returns the name of the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out of a dialog: its key, the words beside it, and the name that is returned."""

    key: str
    words: str
    name: str


OK = Choice("enter", "Go on", "ok")
ON_WITHOUT = Choice("c", "Go on WITHOUT saving answers", "on")
QUIT = Choice("q", "Quit", "quit")

# One row an occasion.
UNSAVED = (Choice("r", "Try to save it again", "again"), ON_WITHOUT, QUIT)
UNSAVABLE = (ON_WITHOUT, QUIT)
CONTINUE = (Choice("enter", "Continue", "continue"), Choice("n", "A new session", "new"))
FINISHED = (Choice("n", "A new session", "new"), Choice("enter", "Quit", "quit"))
GIVE_UP = (Choice("y", "Give the open parts up", "yes"), Choice("n", "Go on answering", "no"))


class Dialog(ModalScreen[str]):
    """A title, a text, and the keys there are. Escape is the last choice."""

    AUTO_FOCUS = ""  # None would mean the app's choice: the first thing that can have it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="dialog.leave", tooltip="The last of the choices shown"),
        Binding("down,j", "scroll(1)", "Down", id="dialog.down", tooltip="Scroll down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="dialog.up", tooltip="Scroll up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", id="dialog.page_down", tooltip="Scroll down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", id="dialog.page_up", tooltip="Scroll up", show=False),
    ]

    class Line(Label):
        """A choice as a line that can be clicked."""

        def __init__(self, choice: Choice) -> None:
            super().__init__(Content.assemble((choice.key, "bold $accent"), "  ", choice.words))
            self.choice = choice

        def on_click(self, event: events.Click) -> None:
            event.stop()
            if isinstance(self.screen, Dialog):
                self.screen.dismiss(self.choice.name)

    def __init__(self, title: str, text: str | Content, choices: tuple[Choice, ...] = (OK,)) -> None:
        super().__init__()
        self._heading, self._text, self.choices = title, text, choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label(self._heading, classes="title", markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(self._text, markup=False)
            for choice in self.choices:
                yield self.Line(choice)

    def on_key(self, event: events.Key) -> None:
        for choice in self.choices:
            if event.key == choice.key or event.character == choice.key:
                event.stop()
                self.dismiss(choice.name)
                return

    def action_leave(self) -> None:
        self.dismiss(self.choices[-1].name)

    def action_scroll(self, rows: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)
