"""The corpus of twin pairs, written without knowledge of the checker: told apart, and never a false verdict."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts
from tests.solvers.corpus import all_pairs
from tests.solvers.corpus.judges import Pair

PAIRS = all_pairs()


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.id for pair in PAIRS])
def test_twins_are_told_apart(pair: Pair) -> None:
    true = compare_texts(pair.a, pair.true, pair.let)
    false = compare_texts(pair.a, pair.false, pair.let)
    assert true.verdict == "same", true
    assert false.verdict == "different", false
    assert false.counterexample is not None
