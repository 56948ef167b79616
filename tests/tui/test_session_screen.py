"""The session screen by key presses: what a student does, what stands on the screen and on disk afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from engine.plain import LONGEST
from engine.quiz import Planned, Quiz
from engine.records import Attempt, Certificate, Grade, Variant
from engine.session import Phase, Session
from engine.store import Saved, Store, StoreProblem, open_store
from tests.engine.fake_quiz import QUIZ, grade, quiz_with
from tests.tui.fake_app import NOW, PLAN, fake_app
from tests.tui.screen_text import check_golden, screen_text, until, until_text
from tui.app import ChainruleApp
from tui.screens.session import SessionScreen

TWO, TRUTHS, MATRIX = PLAN
Play = Callable[[Pilot[int]], Coroutine[Any, Any, None]]


def play(
    folder: Path,
    steps: Play,
    *plan: Planned,
    quiz: Quiz = QUIZ,
    size: tuple[int, int] = (80, 24),
    offer: bool = False,
    shown: str = "Question shown",
) -> ChainruleApp:
    """Open the app on `folder`, wait for the first screen, and let `steps` press keys."""
    app = fake_app(folder, plan or PLAN, quiz, offer)

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            if shown == "Question shown":
                await until(pilot, lambda: state(app).phase is Phase.ASKING and app.focused is not None)
            else:
                await until_text(pilot, shown)
            await steps(pilot)

    asyncio.run(run())
    return app


def screen(app: Any) -> SessionScreen:
    return next(each for each in app.screen_stack if isinstance(each, SessionScreen))


def state(app: Any) -> Session:
    found = [each for each in app.screen_stack if isinstance(each, SessionScreen)]
    return found[0].state if found else Session()


async def settled(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: state(pilot.app).phase is Phase.SETTLED)
    await pilot.pause()


def stored(folder: Path) -> tuple[Attempt, ...]:
    found = Store(folder / "attempts.sqlite3").attempts()
    assert isinstance(found, tuple)
    return found


def test_parts_are_answered_one_by_one_and_the_focus_follows(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "✓ Correct, 1 of 1 point.")
        await pilot.press("1", "5", "enter")
        await settled(pilot)
        assert "✗ Wrong, 0 of 1 point. This is what the mistake “off-by-some” gives." in screen_text(pilot.app)
        assert pilot.app.focused is None

    play(tmp_path, steps)
    assert [dict(attempt.answers) for attempt in stored(tmp_path)] == [{"sum": "7", "double": "15"}]


def test_an_answer_is_on_disk_before_its_verdict_is_on_the_screen(tmp_path: Path) -> None:
    seen: list[int] = []

    async def steps(pilot: Pilot[int]) -> None:
        def verdict_shown() -> bool:
            if "Correct" not in screen_text(pilot.app):
                return False
            seen.append(len(stored(tmp_path)))
            return True

        await pilot.press("7", "enter")
        await until(pilot, verdict_shown)

    play(tmp_path, steps)
    assert seen == [1]


def test_an_unreadable_answer_shows_a_caret_and_stays_open(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "@")
        await until_text(pilot, "^ @ is not part of the language")
        rows = screen_text(pilot.app).splitlines()
        typed = next(number for number, row in enumerate(rows) if "7@" in row)
        assert rows[typed].index("@") == rows[typed + 1].index("^")
        await pilot.press("enter")
        await until_text(pilot, "! Could not be read")
        assert state(pilot.app).open_parts == ("sum", "double")
        await pilot.press("backspace", "enter")
        await until_text(pilot, "✓ Correct")

    play(tmp_path, steps)


def test_what_was_read_is_shown_while_typing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7")
        await until_text(pilot, "read as 7")
        await pilot.press("backspace")
        await until(pilot, lambda: "read as" not in screen_text(pilot.app))

    play(tmp_path, steps)


def test_options_are_ticked_by_letter_digit_space_and_mouse(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("a", "2", "down", "space")
        assert state(pilot.app).drafts["hold"] == "a, b, c"
        await pilot.press("b")
        assert state(pilot.app).drafts["hold"] == "a, c"
        await pilot.click("Choices", offset=(4, 0))
        assert state(pilot.app).drafts["hold"] == "c"
        await pilot.press("a", "enter")
        await settled(pilot)
        assert "[x] a✓" in screen_text(pilot.app)
        assert "[ ] b✗" in screen_text(pilot.app)

    play(tmp_path, steps, TRUTHS)
    assert dict(stored(tmp_path)[0].answers) == {"hold": "a, c"}


def test_pasted_rows_of_a_matrix_are_kept(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        assert pilot.app.focused is not None
        pilot.app.focused.post_message(events.Paste("1 2\n2 1\n"))
        await until(pilot, lambda: bool(state(pilot.app).drafts))
        assert state(pilot.app).drafts["outer"] == "1 2; 2 1"
        await pilot.press("enter")
        await until_text(pilot, "✓ Correct")

    play(tmp_path, steps, MATRIX)


def test_a_paste_of_ten_million_characters_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        assert pilot.app.focused is not None
        pilot.app.focused.post_message(events.Paste("9" * 10_000_000))
        await until_text(pilot, f"{LONGEST}")
        assert not state(pilot.app).drafts

    play(tmp_path, steps, MATRIX)


def test_tab_moves_between_open_parts_only(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        first = pilot.app.focused
        await pilot.press("tab")
        second = pilot.app.focused
        await pilot.press("tab")
        assert pilot.app.focused is first is not second
        await pilot.press("7", "enter")
        await until(pilot, lambda: pilot.app.focused is second)
        await pilot.press("tab")
        assert pilot.app.focused is second

    play(tmp_path, steps)


def test_next_skip_and_the_end(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("escape", "x")
        await until_text(pilot, "2 of 3")
        await pilot.press("x")
        await until_text(pilot, "3 of 3")
        await until(pilot, lambda: pilot.app.focused is not None)
        await pilot.press(*"1 2; 2 1", "enter")
        await settled(pilot)
        await pilot.press("n")
        await until_text(pilot, "Done: 1 of 4 points in 3 questions, 2 skipped.")
        assert "0/2  Title of two-parts (skipped)" in screen_text(pilot.app)
        await pilot.press("enter")

    app = play(tmp_path, steps)
    assert app.return_code == 0
    assert Store(tmp_path / "attempts.sqlite3").unfinished() is None


def test_a_new_session_after_the_end(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("escape", "x")
        await until_text(pilot, "Done")
        await pilot.press("n")
        await until(pilot, lambda: state(pilot.app).phase is Phase.ASKING)

    play(tmp_path, steps, TWO)


def test_solution_after_all_is_answered(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "✓")
        await pilot.press("1", "4", "enter")
        await settled(pilot)
        await pilot.press("s")
        await until_text(pilot, "s = 4 + 3")
        check_golden(pilot.app, "solved-80x24")
        await pilot.press("s")
        await until(pilot, lambda: "s = 4 + 3" not in screen_text(pilot.app))

    play(tmp_path, steps)


def test_solution_before_that_is_asked_about_and_gives_up(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("escape", "s")
        await until_text(pilot, "Show the worked solution?")
        await pilot.press("n")
        assert state(pilot.app).phase is Phase.ASKING
        await pilot.press("s")
        await until_text(pilot, "Show the worked solution?")
        await pilot.press("y")
        await until_text(pilot, "s = 4 + 3")
        assert state(pilot.app).phase is Phase.SETTLED
        await pilot.press("n")
        await until_text(pilot, "2 of 3")
        assert str(state(pilot.app).of) == "2"

    play(tmp_path, steps)


@pytest.mark.parametrize("keys", [("ctrl+q",), ("escape", "q")], ids=["ctrl+q", "q"])
def test_two_ways_to_quit_and_everything_comes_back(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async def leave(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "✓ Correct")
        await pilot.press("1", "4", *keys)

    async def come_back(pilot: Pilot[int]) -> None:
        await pilot.press("enter")
        await until_text(pilot, "❯ 14")
        await until_text(pilot, "✓ Correct, 1 of 1 point.")
        assert state(pilot.app).answers == {"sum": "7"}

    play(tmp_path, leave)
    play(tmp_path, come_back, offer=True, shown="You stopped at question 1 of 3; parts answered: 1.")
    assert len(stored(tmp_path)) == 1


def test_a_new_session_can_be_started_instead(tmp_path: Path) -> None:
    async def leave(pilot: Pilot[int]) -> None:
        await pilot.press("7", "ctrl+q")

    async def new(pilot: Pilot[int]) -> None:
        await pilot.press("n")
        await until(pilot, lambda: state(pilot.app).phase is Phase.ASKING)
        assert state(pilot.app).drafts == {}

    play(tmp_path, leave)
    app = fake_app(tmp_path, PLAN, offer=True, id="another")
    assert app.opening.saved is not None
    play(tmp_path, new, offer=True, shown="Continue the session?")


def test_drafts_are_on_disk_while_typing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("1", "2", "3")
        store = Store(tmp_path / "attempts.sqlite3")

        def kept() -> bool:
            saved = store.unfinished()
            return isinstance(saved, Saved) and saved.resume.drafts.get("sum") == "123"

        await until(pilot, kept)

    play(tmp_path, steps)


def test_copy_takes_the_question_as_text(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("escape", "y")
        await until(pilot, lambda: bool(pilot.app.clipboard))

    app = play(tmp_path, steps)
    assert app.clipboard.startswith("Add the numbers a and b. Here a = 4 and b = 3.\n\n(a) How much")


def test_help_shows_every_key_and_light_follows_dark(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("f1")
        await until_text(pilot, "On to the next question")
        await pilot.press("enter", "escape", "t")
        assert pilot.app.theme == "textual-light"
        await pilot.press("question_mark")
        await until_text(pilot, "On to the next question")

    play(tmp_path, steps)


def test_every_binding_has_an_id_and_a_tooltip() -> None:
    from textual.binding import Binding

    from tui.screens.dialog import Dialog
    from tui.widgets.answer import AnswerInput
    from tui.widgets.choices import Choices

    for owner in (ChainruleApp, SessionScreen, Dialog, AnswerInput, Choices):
        for binding in owner.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id
            assert binding.tooltip


@pytest.mark.parametrize(
    ("keys", "live", "dead"),
    [((), {"Submit", "Next part", "Quit"}, {"Next", "Skip"}), (("escape",), {"Skip", "Solution"}, {"Submit", "Next"})],
    ids=["typing", "not-typing"],
)
def test_the_footer_shows_live_keys_only(tmp_path: Path, keys: tuple[str, ...], live: set[str], dead: set[str]) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)
        await pilot.pause()
        shown = {
            active.binding.description
            for active in pilot.app.screen.active_bindings.values()
            if active.enabled and active.binding.show
        }
        assert live <= shown
        assert not dead & shown

    play(tmp_path, steps)


def test_the_palette_offers_what_can_be_done(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("escape")
        titles = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Skip", "Solution", "Copy", "Quit", "Help", "Light/dark"} <= titles

    play(tmp_path, steps)


def test_certifying_is_visible_and_can_be_left(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slow(_: Variant) -> Certificate | str:
        go_on.wait(20)
        return Certificate(("one", "two"), 1, 0.0)

    def known(variant: Variant) -> Certificate | None:
        return None if variant.question.id == TWO.question else Certificate(("one", "two"), 1, 0.0)

    async def steps(pilot: Pilot[int]) -> None:
        check_golden(pilot.app, "certifying-80x24")
        await pilot.press("escape")
        await until_text(pilot, "Choose all that hold.")
        go_on.set()

    quiz = quiz_with(certificate_of=known, certify_live=slow)
    play(tmp_path, steps, TWO, TRUTHS, quiz=quiz, shown="Certifying this variant")


def test_grading_is_visible_and_can_be_taken_back(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slow(variant: Variant, answers: Mapping[str, str]) -> Grade:
        go_on.wait(20)
        return grade(variant, answers)

    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "Grading …")
        await pilot.press("escape")
        assert state(pilot.app).phase is Phase.ASKING
        go_on.set()
        await pilot.press("backspace", "8", "enter")
        await until_text(pilot, "✗ Wrong")

    play(tmp_path, steps, quiz=quiz_with(grade=slow))
    assert [dict(attempt.answers) for attempt in stored(tmp_path)] == [{"sum": "8"}]


def _broken(*_: object) -> None:
    raise ZeroDivisionError("division by zero")


def test_a_failure_while_grading_costs_nothing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "? Could not be judged; it costs nothing.")
        assert "sum" in state(pilot.app).open_parts

    play(tmp_path, steps, quiz=quiz_with(grade=_broken))
    assert stored(tmp_path) == ()


def test_a_question_that_cannot_be_made_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await until_text(pilot, "division by zero")

    play(tmp_path, steps, TWO, quiz=quiz_with(make_variant=_broken), shown="Done: 0 of 0 points")


def test_an_answer_that_cannot_be_saved_waits_for_a_decision(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7")
        await pilot.press("enter")
        await until_text(pilot, "The answer is not saved")
        assert "Correct" not in screen_text(pilot.app)
        await pilot.press("c")
        await until_text(pilot, "✓ Correct")
        assert "Your answers are NOT being saved." in screen_text(pilot.app)

    app = fake_app(tmp_path, PLAN)
    failing = Store(tmp_path / "file" / "attempts.sqlite3")
    (tmp_path / "file").write_text("not a folder")

    async def run() -> None:
        from dataclasses import replace

        app.desk = replace(app.desk, store=failing)
        async with app.run_test(size=(80, 24)) as pilot:
            await until_text(pilot, "The session cannot be continued later")
            await pilot.press("enter")
            await until(pilot, lambda: app.focused is not None)
            await steps(pilot)

    asyncio.run(run())


def test_without_a_record_the_session_begins_only_when_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert isinstance(open_store(tmp_path / "file" / "attempts.sqlite3", NOW), StoreProblem)

    async def steps(pilot: Pilot[int]) -> None:
        assert "is not a folder" in screen_text(pilot.app)
        await pilot.press("c")
        await until_text(pilot, "Your answers are NOT being saved.")

    play(tmp_path / "file", steps, shown="Answers cannot be saved")


def test_a_damaged_record_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "attempts.sqlite3").write_bytes(b"no database" * 500)

    async def steps(pilot: Pilot[int]) -> None:
        assert "nothing was deleted" in " ".join(screen_text(pilot.app).split())
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is not None)

    play(tmp_path, steps, shown="A new record")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=["60x20", "80x24", "120x40"])
@pytest.mark.parametrize("name", ["typing", "choices", "help", "resume"])
def test_golden(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    async def typing(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "✓")
        await pilot.press("1", "@")
        await until_text(pilot, "^")

    async def choices(pilot: Pilot[int]) -> None:
        await pilot.press("a", "down", "down")

    async def help(pilot: Pilot[int]) -> None:
        await pilot.press("f1")
        await until_text(pilot, "Keys")

    async def resume(_: Pilot[int]) -> None:
        return

    async def leave(pilot: Pilot[int]) -> None:
        await pilot.press("ctrl+q")

    steps: Mapping[str, Callable[[Pilot[int]], Awaitable[None]]] = {
        "typing": typing, "choices": choices, "help": help, "resume": resume,
    }  # fmt: skip

    async def shoot(pilot: Pilot[int]) -> None:
        await steps[name](pilot)
        await pilot.pause()
        check_golden(pilot.app, f"{name}-{size[0]}x{size[1]}")

    if name == "resume":
        play(tmp_path, leave)
    shown = "Continue the session?" if name == "resume" else "Question shown"
    plan = (TRUTHS,) if name == "choices" else PLAN
    play(tmp_path, shoot, *plan, size=size, offer=name == "resume", shown=shown)


def test_a_window_too_small_is_told(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.resize_terminal(50, 15)
        await until_text(pilot, "This window is 50x15")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "This window" not in screen_text(pilot.app))

    play(tmp_path, steps)
