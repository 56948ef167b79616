"""Coverage against plain counting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import coverage
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, bits, normal, tensor

CONFIDENCE, CORRECT = tensor([0.9, 0.8, 0.7, 0.6, 0.5]), tensor([1, 1, 0, 1, 0])


@pytest.mark.parametrize(
    ("threshold", "share", "accuracy"), [(0.85, 0.2, 1.0), (0.7, 0.6, 2 / 3), (0.6, 0.8, 0.75), (0.0, 1.0, 0.6)]
)
def test_on_paper(threshold: float, share: float, accuracy: float) -> None:
    found = coverage.at(CONFIDENCE, CORRECT, threshold)
    assert float(found.coverage) == pytest.approx(share)
    assert float(found.accuracy) == pytest.approx(accuracy)


def test_refusing_everything_leaves_no_accuracy() -> None:
    found = coverage.at(CONFIDENCE, CORRECT, 1.0)
    assert float(found.coverage) == 0
    assert bool(found.accuracy.isnan())


@pytest.mark.parametrize(("accuracy", "threshold"), [(1.0, 0.8), (0.75, 0.6), (0.7, 0.6), (0.6, 0.5), (0.0, 0.5)])
def test_the_threshold_for_an_accuracy(accuracy: float, threshold: float) -> None:
    assert float(coverage.most_answers(CONFIDENCE, CORRECT, accuracy)) == threshold


def test_no_threshold_may_do() -> None:
    assert float(coverage.most_answers(tensor([0.9, 0.8]), tensor([0, 1]), 1.0)) == float("inf")


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_plain_counting_agrees(seed: int, wanted: float) -> None:
    confidence, correct = (normal(seed, 2, 9) * 2).round() / 2, bits(seed + 1, 2, 9)
    thresholds, found = coverage.curve(confidence, correct)
    best = coverage.most_answers(confidence, correct, wanted)
    for i in range(2):
        reached = [float("inf")]
        for place, threshold in enumerate(thresholds[i].tolist()):
            rows = [c for s, c in zip(confidence[i].tolist(), correct[i].tolist(), strict=True) if s >= threshold]
            assert float(found.coverage[i, place]) == pytest.approx(len(rows) / 9)
            assert float(found.accuracy[i, place]) == pytest.approx(sum(rows) / len(rows))
            if sum(rows) / len(rows) >= wanted - 1e-12:
                reached.append(threshold)
        assert float(best[i]) == min(reached)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: coverage.at(CONFIDENCE, CONFIDENCE, 0.5), "correct holds 0.9"),
        (lambda: coverage.most_answers(CONFIDENCE, CORRECT, 1.5), "accuracy is 1.5"),
    ],
    ids=["correct", "accuracy"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    thresholds, found = coverage.curve(CONFIDENCE.to(device), CORRECT.to(device))
    assert thresholds.device.type == device
    assert_close(found.accuracy, coverage.curve(CONFIDENCE, CORRECT)[1].accuracy, 1e-9)
