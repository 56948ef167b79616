"""The app: one session screen, the dialogs over it, themes and the command palette."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, final

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from engine.session import Resume, Start
from engine.store import Saved, StoreProblem
from tui.desk import Desk
from tui.screens.dialog import CONTINUE, UNSAVABLE, Dialog
from tui.screens.help import help_text
from tui.screens.session import SessionScreen

DARK, LIGHT = "textual-dark", "textual-light"
HUNG_UP = 129  # what a shell says of a process that a closed terminal ended


@dataclass(frozen=True, slots=True)
class Opening:
    """How the app begins: the fresh session it would start, one to continue, and what must be told first."""

    fresh: Callable[[], Start]
    saved: Saved | None = None
    problem: StoreProblem | None = None
    notice: str = ""


@final
class ChainruleApp(App[int]):
    """Runs one session after another until the student quits."""

    CSS_PATH = "app.tcss"
    TITLE = "chainrule"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="app.quit", tooltip="Quit; the session can be continued", priority=True),
        Binding("q", "quit", "Quit", id="app.quit_plain", tooltip="Quit; the session can be continued"),
        Binding("f1", "help", "Help", id="app.help", tooltip="What can be typed and pressed"),
        Binding("question_mark", "help", "Help", id="app.help_plain", tooltip="What can be typed and pressed"),
        Binding("t", "turn_theme", "Light/dark", id="app.theme", tooltip="Light or dark", show=False),
    ]

    def __init__(self, desk: Desk, opening: Opening) -> None:
        super().__init__()
        self.desk, self.opening = desk, opening

    def on_mount(self) -> None:
        self.theme = DARK
        if not self.is_headless:
            self.set_interval(1.0, _end_with_terminal)
        if self.opening.problem is not None:
            self._tell_unsaved(self.opening.problem)
        elif self.opening.saved is not None:
            self._offer(self.opening.saved)
        else:
            self.begin(self.opening.fresh())
        if self.opening.notice:
            self.push_screen(Dialog("A new record", self.opening.notice))

    def begin(self, how: Start | Resume) -> None:
        """Open a session screen in place of the one there is."""
        for screen in self.screen_stack[:0:-1]:
            if isinstance(screen, SessionScreen):
                screen.close()
                self.pop_screen()
        self.push_screen(SessionScreen(self.desk, how))

    def _tell_unsaved(self, problem: StoreProblem) -> None:
        def decided(choice: str | None) -> None:
            if choice == "on":
                self.begin(self.opening.fresh())
            else:
                self.exit(1, return_code=1, message=problem.message)

        self.push_screen(Dialog("Answers cannot be saved", problem.message, UNSAVABLE), decided)

    def _offer(self, saved: Saved) -> None:
        resume = saved.resume
        answered = sum(outcome.answered for outcome in resume.outcomes)
        answered += len({name for attempt in resume.attempts for name in attempt.answers})
        kept = f"parts answered: {answered}" if answered else "nothing answered yet"
        text = f"You stopped at question {resume.position + 1} of {len(resume.plan)}; {kept}."

        def decided(choice: str | None) -> None:
            if choice == "new" and self.desk.store is not None:
                self.desk.store.close_session(resume.id, self.desk.now())
            self.begin(self.opening.fresh() if choice == "new" else resume)

        self.push_screen(Dialog("Continue the session?", text, CONTINUE), decided)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No second dialog over a dialog."""
        if action in ("help", "turn_theme"):
            return isinstance(self.screen, SessionScreen)
        return True

    def action_turn_theme(self) -> None:
        self.theme = LIGHT if self.theme == DARK else DARK

    def action_help(self) -> None:
        self.push_screen(Dialog("Help", help_text(self.screen)))

    @on(SessionScreen.Ended)
    def _ended(self, message: SessionScreen.Ended) -> None:
        if message.again:
            self.begin(self.opening.fresh())
        else:
            self.exit(0, return_code=message.return_code, message=message.words)

    async def action_quit(self) -> None:
        words = ""
        for screen in self.screen_stack:
            if isinstance(screen, SessionScreen):
                words = screen.close()
        self.exit(0, message=words or None)

    def _fatal_error(self) -> None:
        """A mistake of the app's own: one sentence and a report, where Textual would print the traceback."""
        import traceback

        text = "".join(traceback.format_exception(self._exception)) if self._exception else "no exception"
        self._exit_renderables.append(self.desk.report(text))
        self._close_messages_no_wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what can be done now, with the words of the footer, and the themes."""
        seen = {"command_palette"}
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.tooltip and binding.description and binding.action not in seen:
                seen.add(binding.action)
                run = partial(self.run_action, binding.action, active.node)
                yield SystemCommand(binding.description, binding.tooltip, run)
        yield SystemCommand("Light/dark", "Turn between the light and the dark theme", self.action_turn_theme)
        yield SystemCommand("Theme", "Choose a theme", self.action_change_theme)


def _end_with_terminal() -> None:
    """End the process once its terminal is closed; where hangups are ignored (`nohup`, some shells) nothing else does.

    Textual would read the end of that terminal for ever. Nothing is lost: each answer is on disk before it is shown.
    """
    if sys.__stdin__ is None or not sys.__stdin__.isatty():
        os._exit(HUNG_UP)
