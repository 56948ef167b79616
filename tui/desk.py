"""What every screen works with: the engine, the questions, the record, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.quiz import Quiz
from engine.records import Question
from engine.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """What a session works with: the engine, the questions by id, the record, the clock.

    `report` keeps the text of a failure for whoever mends the program and returns the sentence to show.
    """

    quiz: Quiz
    questions: Mapping[str, Question]
    store: Store | None
    now: Callable[[], float]
    report: Callable[[str], str]
    blink: bool = True
