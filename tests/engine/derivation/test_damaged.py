"""Damaged write-ups: always a report, nothing valid that is not so; changes that mean nothing change no verdict."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from unittest import mock

import pytest

from engine.derivation import chains
from engine.derivation.check import check, checked
from engine.derivation.checker import Checker
from engine.derivation.declaring import read_side
from engine.derivation.judging import depends
from engine.derivation.report import Report, Step
from solvers.equality import compare
from solvers.formula.context import Context
from solvers.formula.nodes import names
from solvers.formula.parser import Parsed
from tests.engine.derivation.corpora import WriteUp, judged, write_ups
from tests.engine.derivation.corrupt import CORRUPTIONS
from tests.engine.derivation.fuzz import sound
from tests.engine.derivation.test_corpus import KNOWN

# Whole write-ups are worked through: on a busy machine some take longer than the suite's limit, which is for hangs.
pytestmark = pytest.mark.timeout(600)

ROWS = write_ups()
SMALL = [row for row in ROWS if len(row.text) < 1200]
RIGHT = [row for row in SMALL if row.right][3::47]
WRONG = [row for row in SMALL if not row.right and row.name not in KNOWN][5::87]
LONG = 12_000


@pytest.fixture(autouse=True)
def _without_diagnoses() -> object:
    with mock.patch.object(chains, "DIAGNOSED", 0):
        yield


def damaged(row: WriteUp, name: str) -> str:
    return CORRUPTIONS[name](row.text, Random(f"{row.name}, {name}"))[:LONG]


def same_when_read_alone(step: Step, context: Context) -> bool:
    """Whether the two texts of a step, read on their own under what the checker knew there, are nowhere different."""
    sides = [read_side(text, context.scope) for text in (step.lhs, step.rhs)]
    if not all(isinstance(side, Parsed) for side in sides):
        return False
    left, right = (side.node for side in sides if isinstance(side, Parsed))
    found = compare(left, right, context)
    return found.verdict != "different" or found.domain


def identities(checker: Checker) -> list[tuple[Step, Context]]:
    """The steps called valid as equalities in themselves: by no equation before them, by no other reading."""
    special = re.compile(r"follows|proportional|immediate|taken as positive|equivalent|solution|solves|holds")
    found = [(step, chain.context) for chain in checker.chains for step in chain.steps]
    noted = {note.line for note in checker.notes if special.search(note.text)}
    return [
        (step, context)
        for step, context in found
        if step.verdict == "valid" and step.relation == "=" and not special.search(step.evidence)
        and step.line not in noted
    ]  # fmt: skip


def known_of(step: Step, context: Context) -> object:
    """All that a context says of the names that the sides of a step depend on."""
    sides = [read_side(text, context.scope) for text in (step.lhs, step.rhs)]
    spoken = {n for side in sides if isinstance(side, Parsed) for n in depends(side.node, context)}
    declared = {n: context.scope.names.get(n) for n in sorted(spoken)}
    return declared, {n: context.definitions.get(n) for n in sorted(spoken)}, _constraints(context, spoken)


def _constraints(context: Context, spoken: set[str]) -> list[object]:
    return [constraint for constraint in context.constraints if names(constraint) & spoken]


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("row", RIGHT, ids=lambda row: row.name)
def test_what_is_valid_in_a_damaged_write_up_is_so(row: WriteUp, name: str) -> None:
    text = damaged(row, name)
    checker = checked(text, latex=row.latex)
    sound(text, Report(tuple(checker.steps), tuple(checker.notes)))
    for step, context in identities(checker):
        assert same_when_read_alone(step, context), step


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("row", WRONG, ids=lambda row: row.name)
def test_the_planted_step_stays_wrong(row: WriteUp, name: str) -> None:
    """Where the damaged text still holds it, and says the same of all it depends on."""
    whole = checked(row.text, latex=row.latex)
    planted, context = next(
        (step, chain.context) for chain in whole.chains for step in chain.steps if step.verdict == "wrong"
    )
    text = damaged(row, name)
    checker = checked(text, latex=row.latex)
    sound(text, Report(tuple(checker.steps), tuple(checker.notes)))
    for chain in checker.chains:
        for step in chain.steps:
            if (step.lhs, step.relation, step.rhs) == (planted.lhs, planted.relation, planted.rhs):
                same = known_of(step, chain.context) == known_of(planted, context)
                assert step.verdict != "valid" or not same, step


# ----- changes that mean nothing -----


def spaced(text: str) -> str:
    return re.sub(r"([=+]) ", r"\1  \\, ", text)


HARMLESS: dict[str, tuple[Callable[[str], str], Callable[[int], int]]] = {  # the change, and where a line goes by it
    "CRLF": (lambda text: text.replace("\n", "\r\n"), lambda line: line),
    "lone CR": (lambda text: text.replace("\n", "\r"), lambda line: line),
    "byte order mark": (lambda text: "\ufeff" + text, lambda line: line),
    "spaces at line ends": (lambda text: text.replace("\n", "  \n"), lambda line: line),
    "tabs": (lambda text: text.replace(" ", "\t"), lambda line: line),
    "thin spaces": (spaced, lambda line: line),
    "prose before": (lambda text: "I hope this is right.\n\n" + text, lambda line: line + 2),
    "prose behind": (lambda text: text + "\n\nThat was what had to be shown.\n", lambda line: line),
    "no end of line": (lambda text: text.rstrip("\n"), lambda line: line),
    "dfrac": (lambda text: text.replace(r"\frac", r"\dfrac"), lambda line: line),
    "HTML comment": (lambda text: text + "\n<!-- $$1 = 2$$ -->\n", lambda line: line),
    "code fence": (lambda text: "```python\nx = 1 $$ y = 2 $$\n```\n\n" + text, lambda line: line + 4),
}


@pytest.mark.parametrize("change", HARMLESS)
@pytest.mark.parametrize("row", SMALL[7::61], ids=lambda row: row.name)
def test_changes_that_mean_nothing_change_no_verdict(row: WriteUp, change: str) -> None:
    if row.latex and change in {"HTML comment", "code fence"}:
        pytest.skip("Markdown only")
    whole = judged(row)
    edit, moved = HARMLESS[change]
    report = check(edit(row.text), latex=row.latex)
    told = [(step.line, step.verdict) for step in report.steps]
    assert told == [(moved(step.line), step.verdict) for step in whole.steps]
