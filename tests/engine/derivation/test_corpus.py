"""Labelled write-ups: right ones are accepted step by step, in wrong ones the first wrong line is the planted one."""

from __future__ import annotations

import pytest

from tests.engine.derivation.corpora import WriteUp, diagnosed, judged, named, outcome, write_ups

ROWS = write_ups()
BY_NAME = {row.name: row for row in ROWS}

# Wrong only where the partial derivative is the total one: accepted, and a note says as which it was read.
AMBIGUOUS = {"batchnorm_mean_derivative", "bptt_sum_of_losses_cut"}
KNOWN: dict[str, str] = {}  # what is not told as labelled yet, and what comes instead


def marked(row: WriteUp) -> object:
    marks = pytest.mark.xfail(strict=True, reason=KNOWN[row.name]) if row.name in KNOWN else ()
    return pytest.param(row, id=row.name, marks=marks)


def test_the_corpora_are_all_there() -> None:
    assert len(ROWS) == len(BY_NAME) >= 600
    assert sum(row.right for row in ROWS) >= 170
    assert KNOWN.keys() <= BY_NAME.keys()
    assert len(KNOWN) <= 0.1 * len(ROWS)


@pytest.mark.parametrize("row", map(marked, ROWS))
def test_a_write_up_is_told_as_labelled(row: WriteUp) -> None:
    assert outcome(row, judged(row)) == "right"


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_to_go_wrong_goes_wrong_as_said(name: str) -> None:
    row = BY_NAME[name]
    assert outcome(row, judged(row)) == KNOWN[name]


@pytest.mark.parametrize("row", [row for row in ROWS if not row.right], ids=lambda row: row.name)
def test_no_wrong_write_up_is_all_valid(row: WriteUp) -> None:
    ambiguous = row.name in AMBIGUOUS
    assert (outcome(row, judged(row)) == "all valid") == ambiguous
    if ambiguous:
        assert any("immediate derivative" in str(note) for note in judged(row).notes)


def test_planted_errors_are_named() -> None:
    """A fixed eighth of them; `tests/benchmarks/test_checking.py` measures all."""
    found = [(row.name, named(row, diagnosed(row))) for row in [row for row in ROWS if not row.right][::8]]
    located = [(name, right) for name, right in found if right is not None]
    missed = [name for name, right in located if not right]
    assert len(located) >= 45
    assert len(missed) <= 0.2 * len(located), missed
