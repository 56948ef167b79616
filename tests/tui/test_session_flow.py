"""Through a session in the app: on, back, solution, quit and resume, help, palette, footer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from engine.session import Phase
from engine.store import Saved, Store
from tests.tui.fake_app import PLAN, fake_app
from tests.tui.play import TWO, play, settled, state, stored
from tests.tui.screen_text import at_rest, golden, screen_text, until, until_text
from tui.app import ChainruleApp
from tui.screens.dialog import Dialog
from tui.screens.session import SessionScreen
from tui.widgets.answer import AnswerInput
from tui.widgets.choices import Choices


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
        assert len(state(pilot.app).outcomes) == 1
        await pilot.press("n")
        await until(pilot, lambda: state(pilot.app).phase is Phase.ASKING)
        assert (state(pilot.app).position, state(pilot.app).outcomes) == (0, ())
        assert "1 of 1" in screen_text(pilot.app)

    play(tmp_path, steps, TWO)


def test_solution_after_all_is_answered(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "✓")
        await pilot.press("1", "4", "enter")
        await settled(pilot)
        await pilot.press("s")
        await until_text(pilot, "= 4 + 3")
        assert await at_rest(pilot, "solved-80x24") == golden("solved-80x24")
        await pilot.press("s")
        await until(pilot, lambda: "= 4 + 3" not in screen_text(pilot.app))
        assert "✓ Correct, 1 of 1 point." in screen_text(pilot.app)

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
        await until_text(pilot, "= 4 + 3")
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

        def kept() -> Mapping[str, str]:
            saved = store.unfinished()
            return saved.resume.drafts if isinstance(saved, Saved) else {}

        await until(pilot, lambda: kept().get("sum") == "123")
        assert kept() == {"sum": "123"}
        assert state(pilot.app).phase is Phase.ASKING

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
