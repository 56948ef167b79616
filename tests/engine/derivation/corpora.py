"""The labelled write-ups: what each is, and what the checker makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from unittest import mock

import yaml

from engine.derivation import chains, diagnosis
from engine.derivation.check import check
from engine.derivation.diagnosis.deadline import WORK
from engine.derivation.report import Report

HERE = Path(__file__).parent
FOLDERS = ("corpus", "notes_corpus")


@dataclass(frozen=True)
class WriteUp:
    """A labelled write-up; `first_wrong` is None where it is right, `says` a pattern for the name of its error."""

    name: str
    path: Path
    first_wrong: int | None
    says: str

    @property
    def right(self) -> bool:
        return self.first_wrong is None

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def latex(self) -> bool | None:
        """As the command decides it, by the name of the file."""
        return True if self.path.suffix == ".tex" else None


@cache
def write_ups() -> tuple[WriteUp, ...]:
    """All of them, by their names."""
    return tuple(_labelled(path) for folder in FOLDERS for path in sorted((HERE / folder).glob("*.yaml")))


def _labelled(path: Path) -> WriteUp:
    label = yaml.safe_load(path.read_text(encoding="utf-8"))
    markdown = path.with_suffix(".md")
    source = markdown if markdown.exists() else path.with_suffix(".tex")
    first_wrong = None if label["right"] else label["first_wrong"]
    return WriteUp(f"{path.parent.name}/{path.stem}", source, first_wrong, label.get("says", ""))


@cache
def judged(row: WriteUp) -> Report:
    """The report with a diagnosis of its first wrong step alone: diagnoses take most of the time."""
    with mock.patch.object(chains, "DIAGNOSED", 1):
        return check(row.text, latex=row.latex)


def diagnosed(row: WriteUp) -> Report:
    """The report with a diagnosis of its first wrong step that no bound cuts short."""
    patient = partial(diagnosis.diagnose, work=20 * WORK)
    with mock.patch.object(chains, "DIAGNOSED", 1), mock.patch.object(diagnosis, "diagnose", patient):
        return check(row.text, latex=row.latex)


def outcome(row: WriteUp, report: Report) -> str:
    """ "right", or what went wrong: "all valid", "wrong", "other line", "undecided", "unreadable", "no steps"."""
    verdicts = {step.verdict for step in report.steps}
    first = report.first_wrong
    if not verdicts:
        return "no steps"
    if first is not None:
        return "wrong" if row.right else "right" if first.line == row.first_wrong else "other line"
    if verdicts == {"valid"}:
        return "right" if row.right else "all valid"
    return "unreadable" if "unreadable" in verdicts else "undecided"


def named(row: WriteUp, report: Report) -> bool | None:
    """Whether the planted error is named rightly; None where its line was not found."""
    first = report.first_wrong
    if row.right or first is None or first.line != row.first_wrong:
        return None
    return first.diagnosis is not None and re.search(row.says, first.diagnosis) is not None
