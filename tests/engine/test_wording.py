"""A worked step as one chain of equalities."""

from __future__ import annotations

import pytest

from engine.records import SolutionStep
from engine.typeset import document
from engine.wording import solution_document
from tests.engine.variants import variant


@pytest.mark.parametrize(
    ("formula", "numbers", "value", "shown"),
    [
        ("a = b c", "2 · 3", "6", ["a = bc", "= 2 · 3", "= 6"]),
        ("h^{(0)}", "h^{(0)}", "0", ["h⁽⁰⁾ = 0"]),
        ("h^{(0)}", "0 + 0", "0", ["h⁽⁰⁾ = 0 + 0", "= 0"]),
        ("m = 3", "m = 3", "3", ["m = 3"]),
    ],
    ids=["three links", "no equals sign", "no equals sign, three links", "repeated"],
)
def test_every_row_has_a_left_side_to_belong_to(formula: str, numbers: str, value: str, shown: list[str]) -> None:
    step = SolutionStep("step", formula, numbers, value)
    rows = document(solution_document(variant(), (step,)), 80)
    assert [row.strip() for row in rows if row.strip()][1:] == shown
