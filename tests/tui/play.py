"""The app played by key presses on a headless terminal, and what is then on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from engine.quiz import Planned, Quiz
from engine.records import Attempt
from engine.session import Phase, Session
from engine.store import Store
from tests.engine.fake_quiz import QUIZ
from tests.tui.fake_app import PLAN, fake_app
from tests.tui.screen_text import until, until_text
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


def broken(*_: object) -> None:
    """Stands in for an engine function that has a mistake."""
    raise ZeroDivisionError("division by zero")
