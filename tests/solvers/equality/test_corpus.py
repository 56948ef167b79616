"""The corpus of twin pairs, written without knowledge of the checker: told apart, and never a false verdict."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts
from tests.solvers.corpus import all_pairs
from tests.solvers.corpus.judges import Pair

PAIRS = all_pairs()
# what is not settled yet, and says so: constraints on rows that are orthonormal
UNDECIDED = {"16-error-of-a-projection"}


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.id for pair in PAIRS])
def test_twins_are_told_apart(pair: Pair) -> None:
    true = compare_texts(pair.a, pair.true, pair.let)
    false = compare_texts(pair.a, pair.false, pair.let)
    assert true.verdict == "same" or (pair.id in UNDECIDED and true.verdict == "undecided"), true
    assert false.verdict == "different" or (pair.id in UNDECIDED and false.verdict == "undecided"), false
    assert false.verdict != "different" or false.counterexample is not None
