"""The labels of the corpus hold: true partners agree with the left side, false ones do not, by hand-written judges."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.solvers.corpus import all_pairs
from tests.solvers.corpus.judges import Pair, Value

ROUNDS = 20
CLOSE = 1e-9
PAIRS = all_pairs()


def _apart(left: Value, right: Value) -> float:
    """Largest difference relative to the larger side; infinite when only one is defined or the shapes differ."""
    one, two = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if one.shape != two.shape or (np.isfinite(one) != np.isfinite(two)).any():
        return np.inf
    scale = max(1e-12, float(np.nanmax(np.abs(one))), float(np.nanmax(np.abs(two))))
    return float(np.nanmax(np.abs(one - two))) / scale


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_the_true_partner_agrees_and_the_false_one_does_not(pair: Pair) -> None:
    with np.errstate(invalid="ignore", divide="ignore"):
        rounds = [pair.judge(np.random.default_rng(seed)) for seed in range(ROUNDS)]
    assert all(np.isfinite(np.asarray(a, dtype=float)).all() for a, _, _ in rounds)
    assert max(_apart(a, true) for a, true, _ in rounds) <= CLOSE
    if pair.misfit:
        assert all(false is None for _, _, false in rounds)
        return
    gaps = [_apart(a, false) for a, _, false in rounds]
    assert max(gaps) > CLOSE
    # A domain row agrees wherever both sides are defined, and is undefined on one side somewhere.
    assert {gap for gap in gaps if gap > CLOSE} == {np.inf} if pair.domain else np.inf not in gaps


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(pair.id for pair in PAIRS).items() if count > 1] == []


def test_no_formula_is_paired_with_itself() -> None:
    assert [pair.id for pair in PAIRS if len({pair.a, pair.true, pair.false}) < 3] == []


def test_no_question_is_asked_twice() -> None:
    assert max(Counter((pair.let, pair.a, pair.true) for pair in PAIRS).values()) == 1


@pytest.mark.parametrize("chapter", range(1, 20))
def test_every_chapter_has_its_share(chapter: int) -> None:
    assert sum(pair.chapter == chapter for pair in PAIRS) >= 6


def test_the_corpus_is_as_large_and_as_varied_as_it_claims() -> None:
    assert len(PAIRS) >= 250
    assert sum(pair.plain for pair in PAIRS) >= 60
    assert sum(pair.domain for pair in PAIRS) >= 3
    assert sum(bool(pair.only_if) for pair in PAIRS) >= 10
