"""What the session screen has done off the event loop: making, grading, reading, working out. No widget is touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from threading import Event

from textual.message import Message

from engine import quiz as engine
from engine import wording
from engine.quiz import Planned, Quiz, Ready, Refused, Segments
from engine.records import Attempt, Grade, PartVerdict, Question, Reading, Variant, VariantPart
from engine.session import OPEN, Session
from engine.store import Store, StoreProblem

BOXED = frozenset({"exact", "expression", "vector", "matrix", "tensor"})  # read back in two dimensions


@dataclass
class Made(Message):
    """The variant for a place in the plan, with its text laid out at `width`; or why there is none."""

    position: int
    made: Ready | Refused
    width: int
    rows: tuple[Segments, ...]


@dataclass
class Live(Message):
    """A variant has no shipped certificate and is being certified, which may take seconds."""

    position: int


@dataclass
class Judged(Message):
    """What was handed in is graded and, unless `problem` says otherwise, on disk."""

    position: int
    submitted: Mapping[str, str]
    verdicts: tuple[PartVerdict, ...]
    attempt: Attempt | None
    problem: StoreProblem | None


@dataclass
class WasRead(Message):
    """How a draft was read."""

    part: str
    text: str
    reading: Reading
    rows: tuple[Segments, ...]


@dataclass
class Solved(Message):
    """The worked solution, laid out at `width`."""

    position: int
    text: str
    width: int
    rows: tuple[Segments, ...]


def make(
    quiz: Quiz, question: Question | None, planned: Planned, position: int, width: int, live: Callable[[], None]
) -> Made:
    """The planned variant, certified."""
    if question is None:
        gone = f"{planned.question}: this question is in no bank any more; it is left out."
        return Made(position, Refused(planned, gone), 0, ())
    made = engine.prepare(quiz, question, planned.seed, live)
    if isinstance(made, Refused):
        return Made(position, made, 0, ())
    return Made(position, made, width, engine.typeset(quiz, made.variant.text, width))


def judge(quiz: Quiz, variant: Variant, state: Session, store: Store | None, at: float, cancelled: Event) -> Judged:
    """Grade what is pending and commit it. A cancelled grading stores nothing and judges nothing."""
    grade = engine.grade(quiz, variant, {**state.answers, **state.pending})
    judged = tuple(each for each in grade.parts if each.name in state.pending)
    closed = tuple(each for each in judged if each.verdict not in OPEN)
    if cancelled.is_set():
        return Judged(state.position, {}, (), None, None)
    if not closed or store is None:
        return Judged(state.position, state.pending, judged, None, None)
    attempt = Attempt(
        question=variant.question.id,
        seed=variant.seed,
        answers={each.name: state.pending[each.name] for each in closed},
        grade=Grade(closed),
        at=at,
        session=state.id,
        seconds=max(0.0, at - state.shown_at),
    )
    return Judged(state.position, state.pending, judged, attempt, store.append(attempt, state.position))


def store_again(judged: Judged, store: Store) -> Judged:
    """Another try to commit what could not be committed."""
    problem = store.append(judged.attempt, judged.position) if judged.attempt else None
    return Judged(judged.position, judged.submitted, judged.verdicts, judged.attempt, problem)


def read(quiz: Quiz, part: VariantPart, text: str, width: int) -> WasRead:
    """The reading, in two dimensions where it is worth it and fits."""
    reading = engine.read(quiz, part, text)
    if not (reading.ok and reading.latex and part.kind in BOXED):
        return WasRead(part.name, text, reading, ())
    return WasRead(part.name, text, reading, engine.typeset(quiz, f"$$ {reading.latex} $$", width))


def solve(quiz: Quiz, variant: Variant, position: int, width: int) -> Solved:
    """The worked solution as Markdown and as rows."""
    text = wording.solution_document(variant, engine.solution(quiz, variant))
    return Solved(position, text, width, engine.typeset(quiz, text, width))


def points_of(variant: Variant) -> dict[str, Fraction]:
    """Part names with their points, in order."""
    return {part.name: part.points for part in variant.parts}
