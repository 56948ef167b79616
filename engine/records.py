"""The frozen records that travel through the quiz: question, variant, verdict, attempt. They hold data and no
behaviour.

Values are plain Python: a scalar is an int, Fraction or float; a vector is a tuple of scalars; a matrix a tuple of
rows;
a family over time or examples is a tuple of its members. Text is Markdown with LaTeX mathematics between dollar signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

Scalar: TypeAlias = int | Fraction | float
Value: TypeAlias = "Scalar | tuple[Value, ...]"


class Verdict(StrEnum):
    """What can be said of an answer. INVALID (not readable) and UNDECIDED (not judgeable) cost nothing."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"
    INVALID = "invalid"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file a person wrote: where, what was found, what was expected, what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Draw:
    """The rule by which one given is drawn. `values` are the candidates of one entry, `size` the dimensions around it.

    A size is an int or the name of a given or constant drawn before it; `()` is a scalar.
    """

    name: str
    values: tuple[Scalar, ...]
    size: tuple[int | str, ...] = ()
    constant: Value | None = None
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be ticked. `holds` is a truth value, or a formula over the trace that decides it."""

    text: str
    holds: bool | str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked. `answer` names the step of the trace that is the key (None for choices decided by `options`)."""

    name: str
    ask: str
    kind: str
    points: Fraction
    answer: str | None = None
    places: int | None = None
    by_element: bool = False
    options: tuple[Option, ...] = ()
    pick: int | None = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a derivation question gives and wants shown, in the formula language; the answer is a write-up.

    `let` are declarations and definitions, `goal` is an equation. `start` is empty where one begins at the goal's left
    side; an equation there is a condition that the goal follows from. `lines` says where the entries stand in the file.
    """

    let: tuple[str, ...]
    goal: str
    solution: str
    start: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)  # "goal", "solution", "start", "let 0", "let 1", ...

    def line(self, entry: str) -> int:
        """The line of an entry in its bank."""
        return self.lines.get(entry, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """A template in a bank. `id` is "topic/local-id"; `origin` is "file:line"; `digest` hashes what the question
    says.
    `derivation` stands in the place of solver, given and parts where the answer is a write-up.
    """

    id: str
    topic: str
    title: str
    notes: str
    level: int
    minutes: int
    skills: tuple[str, ...]
    text: str
    parts: tuple[Part, ...]
    origin: str
    digest: str
    solver: str | None = None
    given: tuple[Draw, ...] = ()
    require: tuple[str, ...] = ()
    mistakes: tuple[str, ...] | None = None
    derivation: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The evidence that a variant's key is right: which routes agreed, on how many numbers, and how closely."""

    routes: tuple[str, ...]
    compared: int
    disagreement: float


@dataclass(frozen=True, slots=True)
class VariantPart:
    """A part with its numbers put in. `key` is the right answer; for choice kinds it is the tuple of indices that hold.

    For kind expression the right answer is `formula`, in the symbols that `symbols` declares; `key` is its value for
    the numbers drawn.
    """

    name: str
    ask: str
    kind: str
    points: Fraction
    key: Value
    answer: str | None = None
    places: int | None = None
    by_element: bool = False
    options: tuple[Option, ...] = ()
    formula: str = ""
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """A question with a seed: the drawn given, the text, the key. Immutable; the same seed gives the same variant."""

    question: Question
    seed: int
    given: Mapping[str, Value]
    text: str
    parts: tuple[VariantPart, ...]
    draws: int = 1


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why no variant could be made: each reason with how many draws it refused."""

    question: str
    seed: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a typed answer was read: shown back as LaTeX and as plain text, or the error with the columns it concerns."""

    latex: str = ""
    plain: str = ""
    shape: str = ""
    error: str = ""
    span: tuple[int, int] = (0, 0)
    value: object = None

    @property
    def ok(self) -> bool:
        return not self.error


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """The judgement of one part. `mistake` is the name of the known mistake that gives this very answer."""

    name: str
    verdict: Verdict
    points: Fraction
    of: Fraction
    read_as: str = ""
    mistake: str | None = None
    follow_through: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """The judgement of a variant's answers."""

    parts: tuple[PartVerdict, ...]

    @property
    def points(self) -> Fraction:
        return sum((part.points for part in self.parts), Fraction(0))

    @property
    def of(self) -> Fraction:
        return sum((part.of for part in self.parts), Fraction(0))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answered variant, as stored. `at` is UTC seconds since 1970; `session` groups the attempts of one sitting."""

    question: str
    seed: int
    answers: Mapping[str, str]
    grade: Grade
    at: float
    session: str = ""
    seconds: float = 0.0
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SolutionStep:
    """One line of a worked solution, as LaTeX: the formula, the formula with the numbers put in, the value."""

    name: str
    formula: str
    numbers: str
    value: str
    note: str = ""
