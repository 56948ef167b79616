"""Labelled write-ups: right ones are accepted step by step, in wrong ones the first wrong line is the planted one."""

from __future__ import annotations

import pytest

from tests.engine.derivation.corpora import WriteUp, diagnosed, judged, named, outcome, write_ups

# Whole write-ups are worked through: on a busy machine some take longer than the suite's limit, which is for hangs.
pytestmark = pytest.mark.timeout(600)

ROWS = write_ups()
BY_NAME = {row.name: row for row in ROWS}

KNOWN: dict[str, str] = {}  # what is not told as labelled yet, and what comes instead


def marked(row: WriteUp) -> object:
    known = KNOWN.get(row.name)
    return pytest.param(row, id=row.name, marks=() if known is None else pytest.mark.xfail(strict=True, reason=known))


def test_the_corpora_are_all_there() -> None:
    assert len(ROWS) == len(BY_NAME) >= 600
    assert sum(row.right for row in ROWS) >= 170
    assert KNOWN.keys() <= BY_NAME.keys()
    assert len(KNOWN) <= 0.02 * len(ROWS)


@pytest.mark.parametrize("row", [marked(row) for row in ROWS])
def test_a_write_up_is_told_as_labelled(row: WriteUp) -> None:
    assert outcome(row, judged(row)) == "right"


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_to_go_wrong_goes_wrong_as_said(name: str) -> None:
    row = BY_NAME[name]
    assert outcome(row, judged(row)) == KNOWN[name]


@pytest.mark.parametrize("row", [row for row in ROWS if not row.right], ids=lambda row: row.name)
def test_no_wrong_write_up_is_all_valid(row: WriteUp) -> None:
    assert outcome(row, judged(row)) != "all valid"


@pytest.mark.parametrize("name", ["corpus/batchnorm_mean_derivative", "corpus/bptt_sum_of_losses_cut"])
def test_a_note_tells_which_partial_derivative_was_read(name: str) -> None:
    assert any("immediate derivative" in str(note) for note in judged(BY_NAME[name]).notes)


def test_planted_errors_are_named() -> None:
    """A fixed eighth of them; `tests/benchmarks/test_checking.py` measures all."""
    found = [(row.name, named(row, diagnosed(row))) for row in [row for row in ROWS if not row.right][::8]]
    located = [(name, right) for name, right in found if right is not None]
    missed = [name for name, right in located if not right]
    assert len(located) >= 45
    assert len(missed) <= 0.2 * len(located), missed
