"""The callables a session needs, in one frozen bundle, so that tests and other front ends can put in their own.

Holds no state and no session logic; `shipped_quiz` binds the engine's own functions, each imported when first called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.records import (
    Certificate,
    Grade,
    Problem,
    Question,
    Reading,
    SolutionStep,
    Unfit,
    Variant,
    VariantPart,
)

SEEDS = 1000  # seeds 0..999 are the certified range of the shipped banks
TRIES = 8  # seeds tried for one planned question before it is given up


class Library(Protocol):
    """What was read from the banks: the questions, and what is wrong in the files."""

    @property
    def questions(self) -> Sequence[Question]: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


class Typeset(Protocol):
    """Lay Markdown with LaTeX mathematics out in rows of at most `width` cells where it can be broken."""

    def __call__(self, text: str, width: int, style: str = "boxes", ascii: bool = False) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Quiz:
    """Everything a front end may ask of the engine. `certify_live` may take seconds: call it off the event loop."""

    load: Callable[[], Library]
    make_variant: Callable[[Question, int], Variant | Unfit]
    read_answer: Callable[[VariantPart, str], Reading]
    grade: Callable[[Variant, Mapping[str, str]], Grade]
    worked_solution: Callable[[Variant], tuple[SolutionStep, ...]]
    document: Typeset
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

    `on_live` is called before a live certification, which may take seconds.
    """
    reasons: list[str] = []
    for offset in range(TRIES):
        planned = Planned(question.id, (seed + offset) % SEEDS if seed < SEEDS else seed + offset)
        made = _certified(quiz, question, planned, on_live)
        if isinstance(made, Ready):
            return made
        reasons.append(made)
    return Refused(
        Planned(question.id, seed),
        f"{question.id}: no variant could be certified at {TRIES} seeds from {seed} on ({reasons[0]}); it is left out.",
    )


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


def solution_text(steps: Sequence[SolutionStep]) -> str:
    """A worked solution as Markdown: for each step the formula, the numbers put in, and the value."""
    return "\n\n".join(_step_text(number, step) for number, step in enumerate(steps, start=1))


def _step_text(number: int, step: SolutionStep) -> str:
    heading = f"{number}. {step.name}" + (f": {step.note}" if step.note else "")
    lines = [text for text in (step.formula, step.numbers, step.value) if text]
    return "\n\n".join([heading, *(f"$$ {line} $$" for line in lines)])


def shipped_quiz() -> Quiz:
    """The engine's own functions. Each is imported at its first call: grading and solvers are not needed to ask."""

    def load() -> Library:
        from engine import bank

        return bank.load()

    def make_variant(question: Question, seed: int) -> Variant | Unfit:
        from engine import variant

        return variant.make_variant(question, seed)

    def read_answer(part: VariantPart, text: str) -> Reading:
        from engine import grading

        return grading.read_answer(part, text)

    def grade(variant: Variant, answers: Mapping[str, str]) -> Grade:
        from engine import grading

        return grading.grade(variant, answers)

    def worked_solution(variant: Variant) -> tuple[SolutionStep, ...]:
        from engine import solution

        return solution.worked_solution(variant)

    def document(text: str, width: int, style: str = "boxes", ascii: bool = False) -> tuple[str, ...]:
        from engine import typeset

        return typeset.document(text, width, style=style, ascii=ascii)

    def certificate_of(variant: Variant) -> Certificate | None:
        from engine import certificates

        return certificates.certificate_of(variant)

    def certify_live(variant: Variant) -> Certificate | str:
        from engine import certificates

        return certificates.certify_live(variant)

    return Quiz(load, make_variant, read_answer, grade, worked_solution, document, certificate_of, certify_live)
