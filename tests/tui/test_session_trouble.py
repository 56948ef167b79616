"""The app in trouble: slow work, failures of the program, a record that cannot be written."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.records import Certificate, Grade, Variant
from engine.session import Phase
from engine.store import Store, StoreProblem, open_store
from tests.engine.fake_quiz import grade, quiz_with
from tests.tui.fake_app import NOW, PLAN, fake_app
from tests.tui.play import TRUTHS, TWO, broken, play, state, stored
from tests.tui.screen_text import at_rest, golden, screen_text, until, until_text
from tui.screens.session import SessionScreen


def test_certifying_is_visible_and_can_be_left(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slow(_: Variant) -> Certificate | str:
        go_on.wait(20)
        return Certificate(("one", "two"), 1, 0.0)

    def known(variant: Variant) -> Certificate | None:
        return None if variant.question.id == TWO.question else Certificate(("one", "two"), 1, 0.0)

    async def steps(pilot: Pilot[int]) -> None:
        assert await at_rest(pilot, "certifying-80x24") == golden("certifying-80x24")
        await pilot.press("escape")
        await until_text(pilot, "Choose all that hold.")
        assert state(pilot.app).position == 1
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


def test_a_failure_while_grading_costs_nothing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await pilot.press("7", "enter")
        await until_text(pilot, "? Could not be judged; it costs nothing.")
        assert "sum" in state(pilot.app).open_parts

    play(tmp_path, steps, quiz=quiz_with(grade=broken))
    assert stored(tmp_path) == ()


def test_a_question_that_cannot_be_made_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int]) -> None:
        await until_text(pilot, "division by zero")

    play(tmp_path, steps, TWO, quiz=quiz_with(make_variant=broken), shown="Done: 0 of 0 points")
    assert stored(tmp_path) == ()


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
        inside = re.findall("│(.*)│", screen_text(pilot.app))  # without what stands beside the dialog
        assert "nothing was deleted" in " ".join(" ".join(inside).split())
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is not None)

    play(tmp_path, steps, shown="A new record")


def test_a_mistake_of_the_app_ends_in_one_sentence_and_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: SessionScreen) -> None:
        raise RuntimeError("the screen fell over")

    monkeypatch.setattr(SessionScreen, "action_copy", fail)
    app = fake_app(tmp_path, PLAN)
    reports: list[str] = []
    app.desk = replace(app.desk, report=lambda text: reports.append(text) or "chainrule stopped. Report: x")  # type: ignore[func-returns-value]

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: app.focused is not None)
            await pilot.press("escape", "y")
            await pilot.pause()

    with pytest.raises(RuntimeError, match="fell over"):
        asyncio.run(run())
    assert "RuntimeError: the screen fell over" in reports[0]
    said = capsys.readouterr().err
    assert "chainrule stopped. Report: x" in said
    assert "Traceback" not in said
