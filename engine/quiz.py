"""The callables a session needs, in one frozen bundle, so that tests and other front ends can put in their own.

Holds no state and no session logic; `shipped_quiz` binds the engine's own functions, each imported when first called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol, TypeAlias

from engine.library import Library
from engine.records import (
    Certificate,
    Grade,
    PartVerdict,
    Question,
    Reading,
    SolutionStep,
    Unfit,
    Variant,
    VariantPart,
    Verdict,
)

SEEDS = 1000  # seeds 0..999 are the certified range of the shipped banks
LONGEST_REASON = 160  # characters; a question that is often unfit has many reasons
TRIES = 8  # seeds tried for one planned question before it is given up


Style: TypeAlias = Literal["boxes", "line", "speech"]
Segments: TypeAlias = tuple[tuple[str, str], ...]
"""One row: (text, style) from left to right; style is "", bold, italic, code or math."""


class Typeset(Protocol):
    """Lay Markdown with LaTeX mathematics out in rows of at most `width` cells where it can be broken."""

    def __call__(self, text: str, width: int, style: Style = "boxes", ascii: bool = False) -> tuple[Segments, ...]: ...


@dataclass(frozen=True, slots=True)
class Quiz:
    """Everything a front end may ask of the engine. `certify_live` may take seconds: call it off the event loop."""

    load: Callable[[], Library]
    make_variant: Callable[[Question, int], Variant | Unfit]
    read_answer: Callable[[VariantPart, str], Reading]
    grade: Callable[[Variant, Mapping[str, str]], Grade]
    worked_solution: Callable[[Variant], tuple[SolutionStep, ...]]
    document_spans: Typeset
    certificate_of: Callable[[Variant], Certificate | None]
    certify_live: Callable[[Variant], Certificate | str]


@dataclass(frozen=True, slots=True)
class Planned:
    """One place in a session's plan: which question, with which seed."""

    question: str
    seed: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A variant that may be shown: its key is covered by the certificate. `planned` has the seed that was used."""

    planned: Planned
    variant: Variant
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Refused:
    """No variant of the planned question can be shown; `reason` is one sentence for the student."""

    planned: Planned
    reason: str


def prepare(quiz: Quiz, question: Question, seed: int, on_live: Callable[[], None] = lambda: None) -> Ready | Refused:
    """The variant of `question` at `seed`, or at the next seed that is fit and certified, within TRIES seeds.

    `on_live` is called before a live certification, which may take seconds. A failure of the program refuses the
    question, as a certificate that does not hold does.
    """
    try:
        return _prepared(quiz, question, seed, on_live)
    except Exception as error:  # noqa: BLE001 - the boundary to solvers: one broken question must not end a session
        why = f"the program failed ({type(error).__name__}: {error})"
        return Refused(Planned(question.id, seed), f"{question.id} at seed {seed}: {why}; it is left out.")


def _prepared(quiz: Quiz, question: Question, seed: int, on_live: Callable[[], None]) -> Ready | Refused:
    reasons: list[str] = []
    for offset in range(TRIES):
        planned = Planned(question.id, (seed + offset) % SEEDS if seed < SEEDS else seed + offset)
        made = _certified(quiz, question, planned, on_live)
        if isinstance(made, Ready):
            return made
        reasons.append(made)
    first = reasons[0] if len(reasons[0]) <= LONGEST_REASON else reasons[0][:LONGEST_REASON] + " ..."
    told = f"{question.id}: none of {TRIES} seeds from {seed} on can be shown ({first}); it is left out."
    return Refused(Planned(question.id, seed), told)


def grade(quiz: Quiz, variant: Variant, answers: Mapping[str, str]) -> Grade:
    """`quiz.grade`, where a failure of the program judges nothing instead of ending the session."""
    try:
        return quiz.grade(variant, answers)
    except Exception as error:  # noqa: BLE001 - the boundary to solvers: whatever went wrong in there costs nothing
        why = f"The program failed while grading ({type(error).__name__}: {error})."
        parts = [part for part in variant.parts if part.name in answers]
        return Grade(
            tuple(PartVerdict(part.name, Verdict.UNDECIDED, Fraction(0), part.points, message=why) for part in parts)
        )


def read(quiz: Quiz, part: VariantPart, text: str) -> Reading:
    """`quiz.read_answer`, where a failure of the program is an answer that could not be read."""
    try:
        return quiz.read_answer(part, text)
    except Exception as error:  # noqa: BLE001 - typed text must never end a session, whatever it sets off
        return Reading(error=f"the program failed while reading this ({type(error).__name__}: {error})")


def solution(quiz: Quiz, variant: Variant) -> tuple[SolutionStep, ...] | str:
    """`quiz.worked_solution`, or one sentence why there is none."""
    try:
        return quiz.worked_solution(variant)
    except Exception as error:  # noqa: BLE001 - the verdicts are already stored and told; only the steps are missing
        return f"The program failed while working the solution ({type(error).__name__}: {error})."


def typeset(quiz: Quiz, text: str, width: int, style: Style = "boxes", ascii: bool = False) -> tuple[Segments, ...]:
    """`quiz.document_spans`, or the source itself, marked, where the program fails to set it."""
    try:
        return quiz.document_spans(text, width, style=style, ascii=ascii)
    except Exception as error:  # noqa: BLE001 - a formula that cannot be set must not hide the question
        import textwrap  # only where something is wrong

        rows = [row for line in text.splitlines() for row in textwrap.wrap(line, max(width, 10)) or [""]]
        marked = (f"[shown as typed: {type(error).__name__}: {error}]"[: max(width, 20)], *rows)
        return tuple(((row, ""),) for row in marked)


def plain_rows(rows: tuple[Segments, ...]) -> tuple[str, ...]:
    """The rows without their styles."""
    return tuple("".join(text for text, _ in row) for row in rows)


def _certified(quiz: Quiz, question: Question, planned: Planned, on_live: Callable[[], None]) -> Ready | str:
    variant = quiz.make_variant(question, planned.seed)
    if isinstance(variant, Unfit):
        return f"seed {planned.seed}: " + "; ".join(f"{why} ({count} draws)" for why, count in variant.reasons.items())
    certificate = quiz.certificate_of(variant)
    if certificate is None:
        on_live()
        live = quiz.certify_live(variant)
        if isinstance(live, str):
            return f"seed {planned.seed}: {live}"
        certificate = live
    return Ready(planned, variant, certificate)
