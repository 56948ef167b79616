"""What a checked write-up comes to: a verdict a step, the first wrong line, the notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["valid", "wrong", "undecided", "unreadable"]


AS_DEFINITION = "was not known: this line is taken as its definition"


@dataclass(frozen=True, slots=True)
class Step:
    """One relation of a chain: the side before, the side after, where that stands (line and column from 1)."""

    line: int
    column: int
    lhs: str
    rhs: str
    relation: str
    verdict: Verdict
    evidence: str
    counterexample: Mapping[str, Any] | None = None
    diagnosis: str | None = None
    carried: bool = False  # wrong only because an earlier step was

    def as_json(self) -> dict[str, Any]:
        """The step as `check --json` prints it."""
        return {
            "line": self.line, "column": self.column, "lhs": self.lhs, "rhs": self.rhs, "relation": self.relation,
            "verdict": self.verdict, "evidence": self.evidence, "counterexample": self.counterexample,
            "diagnosis": self.diagnosis,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on how something was read; line 0 is about the whole write-up."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


@dataclass(frozen=True, slots=True)
class Goal:
    """Whether what a question asks for was reached, and in which line or why not."""

    reached: bool
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A checked write-up."""

    steps: tuple[Step, ...]
    notes: tuple[Note, ...] = field(default=())
    goal: Goal | None = None

    @property
    def first_wrong(self) -> Step | None:
        """The first step judged wrong."""
        return next((step for step in self.steps if step.verdict == "wrong"), None)

    def as_json(self) -> dict[str, Any]:
        """The report as `check --json` prints it."""
        first = self.first_wrong
        document: dict[str, Any] = {
            "steps": [step.as_json() for step in self.steps],
            "first_wrong": None if first is None else first.line,
            "notes": [str(note) for note in self.notes],
        }
        if self.goal is not None:
            document["goal"] = {"reached": self.goal.reached, "reason": self.goal.reason, "line": self.goal.line}
        return document
