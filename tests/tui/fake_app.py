"""The app over the fake engine: for Pilot, and, run as a program, for a real terminal. argv: folder of the record."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.quiz import Planned, Quiz
from engine.session import Start
from engine.store import Saved, StoreProblem, open_store
from tests.engine.fake_quiz import LIBRARY, QUIZ
from tui.app import ChainruleApp, Opening
from tui.desk import Desk

NOW = 1_700_000_000.0
PLAN = (Planned("sums/two-parts", 34), Planned("matrices/truths", 0), Planned("matrices/outer", 21))


def fake_app(
    folder: Path, plan: Sequence[Planned] = PLAN, quiz: Quiz = QUIZ, offer: bool = False, id: str = "s"
) -> ChainruleApp:
    """The app on a record in `folder`; with `offer`, an unfinished session there is offered."""
    store = open_store(folder / "attempts.sqlite3", NOW)
    problem = store if isinstance(store, StoreProblem) else None
    saved = store.unfinished() if offer and not isinstance(store, StoreProblem) else None
    questions = {question.id: question for question in LIBRARY.questions}
    desk = Desk(
        quiz, questions, None if isinstance(store, StoreProblem) else store, lambda: NOW, lambda text: text, blink=False
    )
    notice = "" if isinstance(store, StoreProblem) else store.notice
    return ChainruleApp(
        desk, Opening(lambda: Start(id, tuple(plan)), saved if isinstance(saved, Saved) else None, problem, notice)
    )


if __name__ == "__main__":
    sys.exit(fake_app(Path(sys.argv[1]), offer=True).run() or 0)
