"""The app over the engine itself: a question of a shipped bank, its own key typed in, full marks on disk."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.quiz import Planned
from engine.records import Certificate, Question, Unfit, Variant
from engine.session import Phase, Start
from engine.shipped import SHIPPED
from engine.store import Store
from tests.tui.fake_app import NOW
from tests.tui.play import state
from tests.tui.screen_text import until, until_text
from tui.app import ChainruleApp, Opening
from tui.desk import Desk

# The certificate is not what is tested here: live certification loads torch.
QUIZ = replace(SHIPPED, certificate_of=lambda _: Certificate(("stated", "stated again"), 1, 0.0))


def whole_numbers_only() -> tuple[Question, Variant]:
    """The first shipped question that asks for whole numbers only, at the first seed that is fit."""
    for question in QUIZ.load().questions:
        if {part.kind for part in question.parts} == {"integer"}:
            for seed in range(20):
                variant = QUIZ.make_variant(question, seed)
                if not isinstance(variant, Unfit):
                    return question, variant
    pytest.fail("no shipped question asks for whole numbers only")


def test_the_key_of_a_shipped_question_earns_full_marks(tmp_path: Path) -> None:
    question, variant = whole_numbers_only()
    store = Store(tmp_path / "attempts.sqlite3")
    desk = Desk(QUIZ, {question.id: question}, store, lambda: NOW, lambda text: text, blink=False)
    app = ChainruleApp(desk, Opening(lambda: Start("s", (Planned(question.id, variant.seed),))))

    async def answer(pilot: Pilot[int]) -> None:
        for part in variant.parts:
            await pilot.press(*str(part.key))
            await until_text(pilot, f"read as {part.key}")
            await pilot.press("enter")
            await until(pilot, lambda name=part.name: name in state(app).answers)  # type: ignore[misc]
        assert state(app).phase is Phase.SETTLED
        await pilot.press("s")
        await until_text(pilot, "1. ")

    async def run() -> None:
        async with app.run_test(size=(80, 40)) as pilot:
            await until(pilot, lambda: state(app).phase is Phase.ASKING and app.focused is not None)
            await answer(pilot)

    asyncio.run(run())
    found = store.attempts()
    assert isinstance(found, tuple)
    assert found[0].grade.points == found[0].grade.of == sum((part.points for part in variant.parts), Fraction(0))
