"""Pairs as people type them, one a line in `typed.txt`: the verdict, both formulas, and what is declared; and twins by
someone who had not seen the program, in `twins.jsonl`: a formula, what it is the same as, and what it is not.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from solvers.equality import compare_texts

LINES = (Path(__file__).parent / "typed.txt").read_text("utf-8").splitlines()
ROWS = [line.split(" || ") for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize("row", ROWS, ids=[f"{i} {row[1]}" for i, row in enumerate(ROWS)])
def test_pairs_are_told_as_they_are(row: list[str]) -> None:
    verdict, a, b, *lets = (part.strip() for part in row)
    answer = compare_texts(a, b, lets)
    assert answer.verdict == verdict, answer


TWINS = [json.loads(line) for line in (Path(__file__).parent / "twins.jsonl").read_text("utf-8").splitlines()]
OPEN = {32, 53, 104, 166, 198}  # a law that is not known, a branch out of reach, too many steps, the entropy of a mean


@pytest.mark.parametrize("number", range(1, len(TWINS) + 1))
def test_twins_are_told_apart(number: int) -> None:
    twin = TWINS[number - 1]
    for verdict in ("same", "different"):
        answer = compare_texts(twin["a"], twin[verdict], twin["let"])
        assert answer.verdict == verdict or (number in OPEN and answer.verdict in {"undecided", "unreadable"}), answer


def test_what_is_fitted_is_not_said_to_be_a_number() -> None:
    answer = compare_texts("x^T A x", "x^T A^T x", [])
    assert answer.verdict == "same"
    assert any("A is taken as size_1 × size_1" in note for note in answer.notes)
    assert not any("taken as real" in note for note in answer.notes)
