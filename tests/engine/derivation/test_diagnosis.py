"""Diagnoses of planted errors: the share that is named rightly, that what is said is true, that nothing breaks."""

from __future__ import annotations

import re

import pytest

from engine.derivation.diagnosis import Diagnosis, diagnose
from engine.derivation.diagnosis.deadline import WORK
from engine.derivation.diagnosis.record import KINDS
from engine.derivation.report import Report, Step
from engine.derivation.told import Style, told
from solvers.equality.compare import compare
from solvers.formula.context import Context, infer, read_context
from solvers.formula.nodes import Node
from solvers.formula.parser import parse, read
from solvers.formula.tokens import Unreadable
from tests.engine.derivation.planted import all_planted
from tests.engine.derivation.planted.records import Planted

PLANTED = all_planted()
SHARE = 0.95


def step(lets: tuple[str, ...], left: str, right: str) -> tuple[Node, Node, Context]:
    context = read_context(lets)
    assert isinstance(context, Context), context
    context = infer(context, left, right)
    sides = [parse(text, context.scope) for text in (left, right)]
    assert not any(isinstance(side, Unreadable) for side in sides), sides
    a, b = (side.node for side in sides if not isinstance(side, Unreadable))
    return a, b, context


def found(lets: tuple[str, ...], left: str, right: str, relation: str = "=") -> Diagnosis | None:
    a, b, context = step(lets, left, right)
    return diagnose(a, b, context, relation=relation, work=20 * WORK)


def named(row: Planted, diagnosis: Diagnosis | None) -> bool:
    return diagnosis is not None and diagnosis.kind in row.kinds and re.search(row.says, diagnosis.sentence) is not None


@pytest.fixture(scope="module")
def diagnoses() -> dict[str, Diagnosis | None]:
    return {row.id: found(row.lets, row.left, row.wrong) for row in PLANTED}


def test_planted_errors_are_named(diagnoses: dict[str, Diagnosis | None]) -> None:
    assert len(PLANTED) >= 250
    missed = [f"{row.id}: {diagnoses[row.id]}" for row in PLANTED if not named(row, diagnoses[row.id])]
    assert len(missed) <= (1 - SHARE) * len(PLANTED), "\n".join(missed)


def test_repairs_are_right(diagnoses: dict[str, Diagnosis | None]) -> None:
    """What is offered as the repaired side reads back, and is the left side."""
    for row in PLANTED[::6]:
        diagnosis = diagnoses[row.id]
        if diagnosis is None or not diagnosis.repaired:
            continue
        left, _, context = step(row.lets, row.left, row.wrong)
        repaired = read(diagnosis.repaired, context.scope, latex=True)
        judged = compare(left, repaired, context)
        assert judged.verdict == "same" or judged.domain, (row.id, diagnosis.repaired)


def test_kinds_are_of_the_table(diagnoses: dict[str, Diagnosis | None]) -> None:
    said = [d for d in diagnoses.values() if d is not None]
    assert {d.kind for d in said} <= set(KINDS)
    assert len({d.kind for d in said}) >= 15
    assert all(d.sentence and "\n" not in d.sentence for d in said)


@pytest.mark.parametrize("row", PLANTED[::40], ids=lambda row: row.id)
def test_the_same_step_has_the_same_diagnosis(row: Planted, diagnoses: dict[str, Diagnosis | None]) -> None:
    assert found(row.lets, row.left, row.wrong) == diagnoses[row.id]


NOTHING = [
    ((), "x", "y", "two names with nothing in common"),
    ((), "\\sin(x)", "x^{7} + 3 y z - \\cos(y)", "another formula altogether"),
    (("W \\in \\mathbb{R}^{m \\times n}",), "W W^\\top", "\\log(a b c d)", "another shape"),
    ((), "1/0", "2", "no value on the left"),
    ((), "h^{(0)}", "\\sum_{i=1}^{n} i^i", "nothing defined"),
]


@pytest.mark.parametrize(("lets", "left", "right", "why"), NOTHING, ids=[row[3] for row in NOTHING])
def test_nothing_is_made_up(lets: tuple[str, ...], left: str, right: str, why: str) -> None:
    """A whole side replaced by the other is no diagnosis."""
    diagnosis = found(lets, left, right)
    assert diagnosis is None or diagnosis.kind in {"name", "number", "missing-term", "factor", "missing-factor"}, (
        diagnosis
    )


ENTRIES = [
    ("[[1, 2], [3, 4]] + [[1, 1], [1, 1]]", "[[2, 3], [4, 6]]", r"row 2, column 2: 5, not 6"),
    ("[[1, 2], [3, 4]] [1, 1]", "[3, -7]", r"7, not -7 \(the sign is turned\)"),
    ("[[1, 2], [3, 4]]", "[[1, 3], [2, 4]]", r"transpose"),
]


@pytest.mark.parametrize(("left", "right", "says"), ENTRIES, ids=["one entry", "a sign", "transposed"])
def test_matrices_of_numbers(left: str, right: str, says: str) -> None:
    diagnosis = found((), _matrices(left), _matrices(right))
    assert diagnosis is not None
    assert re.search(says, diagnosis.sentence), diagnosis


def _matrices(text: str) -> str:
    """[[1, 2], [3, 4]] and [1, 1] as LaTeX."""

    def rows(match: re.Match[str]) -> str:
        inner = match[0][1:-1]
        parts = re.findall(r"\[([^\]]*)\]", inner) or inner.split(",")
        body = r" \\ ".join(part.replace(",", " & ") for part in parts)
        return r"\begin{bmatrix} " + body + r" \end{bmatrix}"

    return re.sub(r"\[(?:\[[^\]]*\](?:, )?)+\]|\[[^\[\]]*\]", rows, text)


def test_a_rounded_number_is_called_rounded() -> None:
    diagnosis = found((), "1/3", "0.333")
    assert diagnosis is not None
    assert diagnosis.kind == "rounding"


def test_a_domain_is_named() -> None:
    diagnosis = found((), r"\log(x^2)", r"2 \log(x)")
    assert diagnosis is not None
    assert diagnosis.kind in {"domain", "assumption"}
    assert "positive" in diagnosis.sentence or "defined" in diagnosis.sentence


@pytest.mark.parametrize(("relation", "kind"), [("<=", "relation"), (">=", None)])
def test_an_inequality_the_wrong_way_round(relation: str, kind: str | None) -> None:
    diagnosis = found((), "x^2 + 1", "2 x - 1", relation)
    assert (diagnosis.kind if diagnosis else None) == kind


def test_time_is_a_bound() -> None:
    left, right, context = step((), "a b c + d", "a + b c d e")
    assert diagnose(left, right, context, work=0) is None


def test_a_sentence_can_be_told_in_ascii() -> None:
    left, right = r"\hat{\lambda} \odot (x + \epsilon)", r"\hat{\lambda} \odot (x - \epsilon)"
    diagnosis = found(
        (r"\hat{\lambda} \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"\epsilon \in \mathbb{R}^n"), left, right
    )
    assert diagnosis is not None
    wrong = Step(1, 1, left, right, "=", "wrong", "they differ", None, diagnosis.sentence)
    lines = list(told(Report((wrong,)), "", Style(ascii=True)))
    assert any("sign" in line and "epsilon" in line and "?" not in line for line in lines), lines
