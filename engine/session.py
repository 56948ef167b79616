"""A sitting as a pure state machine, `advance(state, event) -> state`: no clock, no store, no screen, no grading.

The front end makes the variant, grades and stores, and tells the machine what happened. Times are UTC seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from engine.library import Library
from engine.quiz import SEEDS, Planned
from engine.records import Attempt, PartVerdict, Question, Verdict

OPEN = frozenset({Verdict.INVALID, Verdict.UNDECIDED})  # verdicts that cost nothing and leave a part open


class Phase(StrEnum):
    """What the session waits for: a variant, an answer, a grade, the word to go on, or nothing any more."""

    MAKING = "making"
    ASKING = "asking"
    GRADING = "grading"
    SETTLED = "settled"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one planned question. `answered` counts the parts that were graded."""

    planned: Planned
    points: Fraction
    of: Fraction
    answered: int
    skipped: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Where a sitting stands. `parts` maps the current variant's part names to their points; empty until it is made."""

    id: str = ""
    plan: tuple[Planned, ...] = ()
    position: int = 0
    parts: Mapping[str, Fraction] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, PartVerdict] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)
    revealed: bool = False
    outcomes: tuple[Outcome, ...] = ()
    shown_at: float = 0.0
    away: bool = False

    @property
    def phase(self) -> Phase:
        if self.position >= len(self.plan):
            return Phase.FINISHED
        if not self.parts:
            return Phase.MAKING
        if self.pending:
            return Phase.GRADING
        return Phase.ASKING if any(self._waits(name) for name in self.parts) else Phase.SETTLED

    @property
    def current(self) -> Planned:
        """The planned question being worked; the last one when the session is finished."""
        return self.plan[min(self.position, len(self.plan) - 1)]

    @property
    def open_parts(self) -> tuple[str, ...]:
        """The parts that still take an answer, in order."""
        return tuple(name for name in self.parts if not self.revealed and name not in self.answers)

    @property
    def points(self) -> Fraction:
        return sum((outcome.points for outcome in self.outcomes), Fraction(0))

    @property
    def of(self) -> Fraction:
        return sum((outcome.of for outcome in self.outcomes), Fraction(0))

    def _waits(self, name: str) -> bool:
        judged = self.verdicts.get(name)
        return name in self.open_parts and (judged is None or judged.verdict is not Verdict.UNDECIDED)


@dataclass(frozen=True, slots=True)
class Start:
    """A new sitting over a plan."""

    id: str
    plan: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Resume:
    """An unfinished sitting taken up again: its plan, place and drafts as saved, its answers as stored."""

    id: str
    plan: tuple[Planned, ...]
    position: int
    drafts: Mapping[str, str]
    outcomes: tuple[Outcome, ...]
    attempts: tuple[Attempt, ...]
    revealed: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The current variant is on the screen; `planned` tells the seed that was used."""

    planned: Planned
    parts: Mapping[str, Fraction]
    at: float


@dataclass(frozen=True, slots=True)
class Typed:
    """The draft of one part changed."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """Answers handed in, to be graded. Those of closed or unknown parts and empty ones are dropped."""

    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Graded:
    """The verdicts on what was submitted; send it after they are stored. Empty when grading failed."""

    verdicts: tuple[PartVerdict, ...]


@dataclass(frozen=True, slots=True)
class Reveal:
    """The open parts are given up and the solution may be shown."""


@dataclass(frozen=True, slots=True)
class Next:
    """On to the next question; counts only when the current one is settled."""


@dataclass(frozen=True, slots=True)
class Skip:
    """On to the next question, leaving the open parts unanswered."""


@dataclass(frozen=True, slots=True)
class Quit:
    """The student leaves; the sitting can be resumed."""


Event: TypeAlias = Start | Resume | Shown | Typed | Submitted | Graded | Reveal | Next | Skip | Quit


def advance(state: Session, event: Event) -> Session:
    """The state after the event. An event that does not fit the phase changes nothing."""
    match event:
        case Start(id, plan):
            return Session(id=id, plan=plan)
        case Resume():
            return _resumed(event)
        case Shown(planned, parts, at):
            return _shown(state, planned, parts, at)
        case Typed(part, text):
            return replace(state, drafts={**state.drafts, part: text}) if part in state.open_parts else state
        case Submitted(answers):
            return _submitted(state, answers)
        case Graded(verdicts):
            return _graded(state, verdicts)
        case Reveal():
            return replace(state, revealed=True) if state.phase in (Phase.ASKING, Phase.SETTLED) else state
        case Next():
            return _moved(state, skipped=False) if state.phase is Phase.SETTLED else state
        case Skip():
            return _moved(state, skipped=True) if state.phase in (Phase.MAKING, Phase.ASKING, Phase.SETTLED) else state
        case Quit():
            return replace(state, away=True)


def _resumed(event: Resume) -> Session:
    answers: dict[str, str] = {}
    verdicts: dict[str, PartVerdict] = {}
    for attempt in event.attempts:
        for judged in attempt.grade.parts:
            if judged.verdict not in OPEN and judged.name in attempt.answers:
                answers[judged.name] = attempt.answers[judged.name]
                verdicts[judged.name] = judged
    return Session(
        id=event.id,
        plan=event.plan,
        position=event.position,
        drafts={**event.drafts, **answers},
        answers=answers,
        verdicts=verdicts,
        revealed=event.revealed,
        outcomes=event.outcomes,
    )


def _shown(state: Session, planned: Planned, parts: Mapping[str, Fraction], at: float) -> Session:
    if state.phase is not Phase.MAKING:
        return state
    plan = (*state.plan[: state.position], planned, *state.plan[state.position + 1 :])
    return replace(state, plan=plan, parts=parts, shown_at=at)


def _submitted(state: Session, answers: Mapping[str, str]) -> Session:
    if state.phase not in (Phase.ASKING, Phase.SETTLED):
        return state
    taken = {name: text for name, text in answers.items() if name in state.open_parts and text.strip()}
    return replace(state, pending=taken, drafts={**state.drafts, **taken})


def _graded(state: Session, verdicts: Sequence[PartVerdict]) -> Session:
    judged = {verdict.name: verdict for verdict in verdicts if verdict.name in state.pending}
    closed = {name: state.pending[name] for name, verdict in judged.items() if verdict.verdict not in OPEN}
    return replace(state, pending={}, verdicts={**state.verdicts, **judged}, answers={**state.answers, **closed})


def _moved(state: Session, skipped: bool) -> Session:
    earned = sum((state.verdicts[name].points for name in state.answers), Fraction(0))
    undecided = {name for name, judged in state.verdicts.items() if judged.verdict is Verdict.UNDECIDED}
    lost = set(state.parts) - undecided if state.revealed or skipped else set()
    counted = [name for name in state.parts if name in state.answers or name in lost]
    outcome = Outcome(
        state.current, earned, sum((state.parts[name] for name in counted), Fraction(0)), len(state.answers), skipped
    )
    return Session(id=state.id, plan=state.plan, position=state.position + 1, outcomes=(*state.outcomes, outcome))


def plan_session(library: Library, topics: Sequence[str], n: int, seed: int) -> tuple[Planned, ...]:
    """`n` planned questions from `topics` (all when empty), the same for the same arguments on every machine.

    Topics alternate; no question comes twice before all have come; a question that comes again has another seed.
    The order is that of SHA-256 over seed, round and question id, which no Python release changes.
    """
    chosen = [question for question in library.drawn if not topics or question.topic in topics]
    plan: list[Planned] = []
    round_number = 0
    while chosen and len(plan) < n:
        order = _interleaved(chosen, seed, round_number)
        if plan and plan[-1].question == order[0].id:  # not the same question twice running, where there is another
            order = [*order[1:], order[0]]
        for question in order:
            plan.append(_fresh(question.id, _hash("seed", seed, round_number, question.id) % SEEDS, plan))
        round_number += 1
    return tuple(plan[:n])


def _interleaved(questions: Sequence[Question], seed: int, round_number: int) -> list[Question]:
    """One question of each topic in turn, until the topics run dry."""
    queues: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda each: _hash("order", seed, round_number, each.id)):
        queues.setdefault(question.topic, []).append(question)
    turns = max(len(queue) for queue in queues.values())
    return [queue[turn] for turn in range(turns) for queue in queues.values() if turn < len(queue)]


def _fresh(question: str, seed: int, before: Sequence[Planned]) -> Planned:
    used = {planned.seed for planned in before if planned.question == question}
    while seed in used and len(used) < SEEDS:
        seed = (seed + 1) % SEEDS
    return Planned(question, seed)


def _hash(*words: object) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(map(str, words)).encode()).digest()[:8], "big")
