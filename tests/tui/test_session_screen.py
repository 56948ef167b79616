"""Answering in the app: what a student types, what stands on the screen and on disk afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from engine.plain import LONGEST
from tests.tui.fake_app import PLAN
from tests.tui.play import MATRIX, TRUTHS, play, settled, state, stored
from tests.tui.screen_text import at_rest, golden, screen_text, until, until_text


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
        await until_text(pilot, "! Could not be read; it costs nothing, try again.")
        assert screen_text(pilot.app).count("is not part of the language") == 1
        assert state(pilot.app).open_parts == ("sum", "double")
        await pilot.press("backspace", "enter")
        await until_text(pilot, "✓ Correct")

    play(tmp_path, steps)


def test_what_was_read_is_shown_while_typing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        assert "read as" not in screen_text(pilot.app)
        await pilot.press("7")
        await until_text(pilot, "read as 7")
        assert state(pilot.app).verdicts == {}
        await pilot.press("backspace")
        await until(pilot, lambda: "read as" not in screen_text(pilot.app))
        assert state(pilot.app).drafts.get("sum", "") == ""

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
        file = f"{name}-{size[0]}x{size[1]}"
        assert await at_rest(pilot, file) == golden(file)

    if name == "resume":
        play(tmp_path, leave)
    shown = "Continue the session?" if name == "resume" else "Question shown"
    plan = (TRUTHS,) if name == "choices" else PLAN
    play(tmp_path, shoot, *plan, size=size, offer=name == "resume", shown=shown)


def test_a_window_too_small_is_told(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.resize_terminal(50, 15)
        await until_text(pilot, "This window is 50x15")
        assert "This window is 50x15; 60x20 is the least" in screen_text(pilot.app)
        assert "(b) How much is 2(a + b)?" in screen_text(pilot.app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "This window" not in screen_text(pilot.app))
        assert "(b) How much is 2(a + b)?" in screen_text(pilot.app)

    play(tmp_path, steps)


def test_a_verdict_and_what_is_typed_are_in_view_on_a_low_screen(tmp_path: Path) -> None:
    """The focus goes back to the first open part, far above the part that was handed in."""

    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("tab", "1", "5", "enter")
        await until_text(pilot, "✗ Wrong, 0 of 1 point.")
        assert "(a) How much" not in screen_text(pilot.app)  # so low that both do not fit
        await pilot.press("7")
        await until_text(pilot, "read as 7")
        assert "❯ 7\n   read as 7" in screen_text(pilot.app)

    play(tmp_path, steps, size=(40, 10))


def test_the_option_pointed_at_is_in_view_on_a_low_screen(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        for letter in "abca":
            await until_text(pilot, f"▸ [ ] {letter})")
            assert screen_text(pilot.app).count("[ ]") == 1  # so low that no two options fit
            await pilot.press("down")

    play(tmp_path, steps, TRUTHS, size=(40, 9))
