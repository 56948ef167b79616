"""The session screen: the question above, its parts below, one state of engine.session behind them."""

from __future__ import annotations

from functools import partial
from threading import Event as Flag
from typing import final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from engine import quiz as engine
from engine import wording
from engine.quiz import Ready, Refused
from engine.records import Variant
from engine.session import (
    Event,
    Graded,
    Next,
    Phase,
    Quit,
    Resume,
    Reveal,
    Session,
    Shown,
    Skip,
    Start,
    Submitted,
    Typed,
    advance,
)
from tui import work
from tui.background import Failed, NotSaved, Recorder, post, start
from tui.desk import Desk
from tui.screens import bars
from tui.screens.dialog import FINISHED, GIVE_UP, UNSAVED, Dialog
from tui.screens.keys import KEYS, live
from tui.widgets.answer import AnswerInput
from tui.widgets.mathtext import MathText
from tui.widgets.part import PartView
from tui.widgets.parts import Parts

PREFETCH = 0.3  # seconds until the next variant is begun: what stands on the screen is painted before that


@final
class SessionScreen(Screen[None]):
    """Asks the planned questions one after another. What changes is the content, never the screen."""

    class Ended(Message):
        """This session is over: `again` asks for a new one; else the app ends, with these last words."""

        def __init__(self, again: bool, words: str, return_code: int = 0) -> None:
            super().__init__()
            self.again, self.words, self.return_code = again, words, return_code

    AUTO_FOCUS = ""  # None would mean the app's choice: the first thing that can have it
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (110, "-wide"),
    ]
    BINDINGS = KEYS

    def __init__(self, desk: Desk, begin: Start | Resume) -> None:
        super().__init__()
        self.desk, self.state = desk, advance(Session(), begin)
        self.variant: Variant | None = None
        self._store = desk.store
        self._recorder: Recorder | None = None
        self._made: dict[int, work.Made] = {}
        self._making: set[int] = set()
        self._live: set[int] = set()
        self._cancel = Flag()
        self._told_unsaved = desk.store is None
        self._layout = partial(engine.typeset, desk.quiz)

    def compose(self) -> ComposeResult:
        yield Static(id="header", markup=False)
        yield Static(id="warning", markup=False)
        with Container(id="body"):
            with VerticalScroll(id="question", can_focus=False):
                yield MathText(self._layout, id="text")
            with VerticalScroll(id="work", can_focus=False):
                yield Parts(self._layout, self.desk.blink, id="parts")
                yield MathText(self._layout, id="solution")
        yield Static(id="status", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        if self._store is not None:
            self._recorder = Recorder(self._store, self.desk.now, self)
        self._make(self.state.position)
        self._refresh()

    # The state, and what the screen shows of it

    def tell(self, event: Event) -> None:
        """Advance the state, have it written down, and show it."""
        before, self.state = self.state, advance(self.state, event)
        if self._recorder is not None and self.state is not before:
            self._recorder.save(self.state, closed=self.state.phase is Phase.FINISHED)
        if not isinstance(event, Typed):
            self._refresh()

    def _refresh(self) -> None:
        question = self.desk.questions.get(self.state.current.question)
        self.query_one("#header", Static).update(Content(bars.header(self.state, question, self.size.width)))
        solved = self.query_one("#solution").display
        status = bars.status(self.state, self.state.position in self._live, solved, self._store is not None)
        line = self.query_one("#status", Static)
        line.update(Content(status))
        line.display = bool(status)
        line.set_class(status == bars.UNSAVED, "alarm")
        self.refresh_bindings()

    # Making variants: the current one and, while it is worked, the next

    def _make(self, position: int) -> None:
        wanted = self.state.position <= position < len(self.state.plan)
        if not wanted or position in self._making or position in self._made:
            return
        self._making.add(position)
        planned = self.state.plan[position]
        width = max(self.query_one("#question").scrollable_content_region.width, 40)
        certifying = partial(post, self, work.Live(position))
        question = self.desk.questions.get(planned.question)
        job = partial(work.make, self.desk.quiz, question, planned, position, width, certifying)
        start("making a variant", job, self)

    @on(work.Live)
    def _certifying(self, message: work.Live) -> None:
        self._live.add(message.position)
        self._refresh()

    @on(work.Made)
    async def _was_made(self, message: work.Made) -> None:
        self._made[message.position] = message
        self._making.discard(message.position)
        self._live.discard(message.position)
        if message.position == self.state.position:
            await self._show()

    async def _show(self) -> None:
        """Put the variant of the current place on the screen, or leave the place out."""
        message = self._made.get(self.state.position)
        if message is None:
            self.variant = None
            self.query_one("#text", MathText).show("")
            self._parts.clear()
            self._make(self.state.position)
            self._refresh()
        elif isinstance(message.made, Refused):
            self.notify(message.made.reason, title="Left out", severity="warning", timeout=12)
            await self._leave(Skip())
        else:
            await self._show_variant(message.made, message)

    async def _show_variant(self, ready: Ready, message: work.Made) -> None:
        variant = self.variant = ready.variant
        self.tell(Shown(ready.planned, work.points_of(variant), self.desk.now()))
        self.query_one("#text", MathText).show(variant.text, message.width, message.rows)
        self.query_one("#solution").display = False
        for pane in self.query(VerticalScroll):
            pane.scroll_home(animate=False)
        await self._parts.show(variant, self.state)
        for name, draft in self.state.drafts.items():
            self._read(name, draft)
        self._focus_open()
        self.set_timer(PREFETCH, partial(self._make, self.state.position + 1))

    @property
    def _parts(self) -> Parts:
        return self.query_one(Parts)

    # Answers

    @on(PartView.Typed)
    def _typed(self, message: PartView.Typed) -> None:
        self.tell(Typed(message.part, message.text))
        self._read(message.part, message.text)

    def _read(self, name: str, text: str) -> None:
        """Have a draft read, off the event loop."""
        part = next((each for each in self.variant.parts if each.name == name), None) if self.variant else None
        if part is None or part.kind in wording.CHOICES or not text.strip():
            return
        width = max(self._parts.content_size.width - 4, 20)
        start("reading", partial(work.read, self.desk.quiz, part, text, width), self)

    @on(work.WasRead)
    def _was_read(self, message: work.WasRead) -> None:
        for view in self._parts.views:
            if view.part == message.part:
                view.show_reading(message.text, message.reading, message.rows)

    @on(PartView.Submitted)
    def _submitted(self, message: PartView.Submitted) -> None:
        if not message.text.strip():
            self.notify("Nothing is typed or ticked in this part yet.", timeout=4)
            return
        self.tell(Submitted({message.part: message.text}))
        if self.state.phase is not Phase.GRADING or self.variant is None:
            return
        self._cancel = Flag()
        job = partial(work.judge, self.desk.quiz, self.variant, self.state, self._store, self.desk.now(), self._cancel)
        start("grading", job, self)

    @on(work.Judged)
    def _judged(self, message: work.Judged) -> None:
        if message.position != self.state.position or not message.submitted:
            return
        if message.problem is not None:
            self._ask_unsaved(message)
            return
        if self.state.phase is not Phase.GRADING:  # it was stored before the cancelling reached it: it counts
            self.tell(Submitted(message.submitted))
        self.tell(Graded(message.verdicts))
        self._focus_open()  # first, so that the view ends on the verdict
        for view in self._parts.views:
            if view.part in message.submitted and view.part in self.state.verdicts:
                view.show_verdict(self.state.verdicts[view.part], view.part not in self.state.open_parts)

    def _ask_unsaved(self, message: work.Judged) -> None:
        """The verdict waits until the student knows that the answer is not on disk."""
        problem = message.problem

        def decided(choice: str | None) -> None:
            if choice == "again" and self._store is not None:
                start("saving", partial(work.store_again, message, self._store), self)
            elif choice == "on":
                self._stop_saving()
                self._judged(work.Judged(message.position, message.submitted, message.verdicts, None, None))
            else:
                self.close()
                self.post_message(self.Ended(False, f"{problem}", 1))

        self.app.push_screen(Dialog("The answer is not saved", f"{problem}", UNSAVED), decided)

    @on(NotSaved)
    def _not_saved(self, message: NotSaved) -> None:
        if self._told_unsaved:
            return
        self._told_unsaved = True
        self.app.push_screen(Dialog("The session cannot be continued later", message.problem.message))

    def _stop_saving(self) -> None:
        self._store, self._recorder, self._told_unsaved = None, None, True
        self._refresh()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if self.state.phase is Phase.GRADING:
            self.tell(Graded(()))
        self.app.push_screen(Dialog("That did not work", message.what))

    @on(AnswerInput.TooMuch)
    def _too_much(self, message: AnswerInput.TooMuch) -> None:
        self.notify(f"Not pasted: {message.characters} characters; an answer has at most {wording.LONGEST}.", timeout=6)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now stands in the footer."""
        typing = isinstance(self.focused, Input)
        return live(action, parameters, self.state, typing, self.focused is not None)

    async def action_next(self) -> None:
        await self._leave(Next())

    async def action_skip(self) -> None:
        await self._leave(Skip())

    async def _leave(self, event: Next | Skip) -> None:
        """On to the next place, or to the end."""
        position = self.state.position
        self.set_focus(None)
        self.tell(event)
        if self.state.position == position:
            return
        self._made.pop(position, None)
        if self.state.phase is Phase.FINISHED:
            self._finish()
        else:
            await self._show()

    def _finish(self) -> None:
        saved = "" if self._store is None else f"\nYour answers are in {self._store.path}."
        table = wording.results(self.state, self.desk.questions)
        self.app.push_screen(Dialog(f"Done: {wording.summary(self.state)}", table + saved, FINISHED), self._ended)

    def _ended(self, choice: str | None) -> None:
        self.post_message(self.Ended(choice == "new", self.close()))

    def action_solution(self) -> None:
        """Show or hide the worked solution; before all is answered, ask first."""
        if self.state.phase is Phase.SETTLED:
            self._toggle_solution()
            return
        text = "The open parts then count as unanswered."
        self.app.push_screen(Dialog("Show the worked solution?", text, GIVE_UP), self._give_up)

    def _give_up(self, choice: str | None) -> None:
        if choice != "yes":
            return
        self.tell(Reveal())
        for view in self._parts.views:
            if view.part not in self.state.answers:
                view.close()
        self.set_focus(None)
        self._toggle_solution()

    def _toggle_solution(self) -> None:
        shown = self.query_one("#solution", MathText)
        if shown.display or self.variant is None:
            shown.display = False
            self._refresh()
            return
        width = max(self.query_one("#work").scrollable_content_region.width, 20)
        start(
            "working the solution", partial(work.solve, self.desk.quiz, self.variant, self.state.position, width), self
        )

    @on(work.Solved)
    def _solved(self, message: work.Solved) -> None:
        if message.position != self.state.position:
            return
        shown = self.query_one("#solution", MathText)
        shown.show(message.text, message.width, message.rows)
        shown.display = True
        self._refresh()
        self.call_after_refresh(shown.scroll_visible, animate=False, top=True)

    def action_answer(self) -> None:
        self._focus_open()

    def action_part(self, step: int) -> None:
        """Between the open parts, round and round."""
        views = self._parts.of(self.state)
        here = next((place for place, view in enumerate(views) if view.field is self.focused), -1)
        if views:
            views[(here + step) % len(views)].take_focus()

    async def action_back(self) -> None:
        if self.state.phase is Phase.GRADING:
            self._cancel.set()
            self.tell(Graded(()))
        elif self.state.phase is Phase.MAKING:
            await self._leave(Skip())
        else:
            self.set_focus(None)

    def action_copy(self) -> None:
        if self.variant is None:
            return
        rows = engine.typeset(self.desk.quiz, wording.question_text(self.variant), 100, style="line")
        self.app.copy_to_clipboard("\n".join(engine.plain_rows(rows)))
        self.notify("The question is copied, if your terminal allows it (OSC 52).", timeout=4)

    def action_scroll(self, rows: int) -> None:
        """The solution when it is open and nothing is being typed; else the question, or the parts if it all fits."""
        question, parts = self.query_one("#question", VerticalScroll), self.query_one("#work", VerticalScroll)
        solved = self.query_one("#solution").display
        pane = parts if solved or not question.max_scroll_y else question
        pane.scroll_relative(y=rows, animate=False)

    def _focus_open(self) -> None:
        """The first open part, or none when all are closed."""
        views = self._parts.of(self.state)
        waiting = [view for view in views if view.part not in self.state.verdicts] or views
        if self.state.phase is Phase.SETTLED or not waiting:
            self.set_focus(None)
        elif not any(view.field is self.focused for view in views):
            waiting[0].take_focus()

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        warning = self.query_one("#warning", Static)
        warning.update(Content(bars.too_small(width, height)))
        warning.display = bool(bars.too_small(width, height))
        self._refresh()

    def close(self) -> str:
        """Write down that the student left; returns the last words for the terminal."""
        self.tell(Quit())
        if self._recorder is not None:
            self._recorder.finish()
        answered = sum(outcome.answered for outcome in self.state.outcomes) + len(self.state.answers)
        if self._store is None:
            return "Your answers were not saved."
        if self.state.phase is Phase.FINISHED:
            return f"Done: {wording.summary(self.state)}"
        return f"Answers kept: {answered}. `chainrule` continues this session."
