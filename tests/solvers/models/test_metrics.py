"""Metrics against scikit-learn, plain counting, and brute force over all classifiers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from sklearn import metrics as oracle

from solvers.models import metrics
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, bits, normal, simplex, tensor


def labelled(seed: int, count: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores with ties, and labels of which at least one is 1."""
    truth = bits(seed + 1, count)
    truth[0] = 1
    return (normal(seed, count) * 2).round() / 2, truth


def test_counts_on_paper() -> None:
    counts = metrics.contingency(tensor([1, 1, 1, 0, 0, 0, 0]), tensor([1, 1, 0, 1, 1, 0, 0]))
    assert [float(each) for each in (counts.tp, counts.fp, counts.fn, counts.tn)] == [2, 1, 2, 2]
    assert float(metrics.accuracy(counts)) == pytest.approx(4 / 7)
    assert float(metrics.precision(counts)) == pytest.approx(2 / 3)
    assert float(metrics.recall(counts)) == pytest.approx(1 / 2)
    assert float(metrics.f_measure(counts)) == pytest.approx(4 / 7)


def test_rare_disease() -> None:
    """One in a million: never yes is 99.9999 % right, always yes has precision 0.0001 %; the first has no precision."""
    one, many = tensor(1.0), tensor(999_999.0)
    never = metrics.Counts(tp=0 * one, fp=0 * one, fn=one, tn=many)
    assert float(metrics.accuracy(never)) == pytest.approx(0.999999)
    assert float(metrics.recall(never)) == 0
    assert bool(metrics.precision(never).isnan())
    always = metrics.Counts(tp=one, fp=many, fn=0 * one, tn=0 * one)
    assert float(metrics.precision(always)) == pytest.approx(1e-6)
    assert float(metrics.recall(always)) == 1


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.2, 3))
def test_scikit_learn_counts_alike(seed: int, beta: float) -> None:
    predicted, truth = bits(seed, 9), bits(seed + 1, 9)
    predicted[0] = truth[0] = 1
    counts = metrics.contingency(predicted, truth)
    expected = oracle.precision_recall_fscore_support(truth.numpy(), predicted.numpy(), beta=beta, average="binary")
    found = metrics.precision(counts), metrics.recall(counts), metrics.f_measure(counts, beta)
    for ours, theirs in zip(found, expected[:3], strict=True):
        assert float(ours) == pytest.approx(float(theirs), abs=1e-12)
    pi, rho = float(found[0]), float(found[1])
    assert float(found[2]) == pytest.approx((1 + beta**2) * pi * rho / (beta**2 * pi + rho))


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_scikit_learn_s_curve(seed: int) -> None:
    scores, truth = labelled(seed)
    curve = metrics.pr_curve(scores, truth)
    precision, recall, thresholds = oracle.precision_recall_curve(truth.numpy(), scores.numpy())
    points = dict(zip(thresholds.tolist(), zip(precision, recall, strict=False), strict=False))
    for place, threshold in enumerate(curve.thresholds.tolist()):
        assert float(curve.precision[place]) == pytest.approx(points[threshold][0])
        assert float(curve.recall[place]) == pytest.approx(points[threshold][1])
    expected = oracle.average_precision_score(truth.numpy(), scores.numpy())
    assert float(metrics.average_precision(scores, truth)) == pytest.approx(float(expected), abs=1e-12)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0, 5), st.floats(0, 5))
def test_costs_are_counted_threshold_by_threshold(seed: int, false_alarm: float, miss: float) -> None:
    scores, truth = labelled(seed)
    costs = metrics.total_costs(scores, truth, false_alarm, miss)
    for threshold, total in zip(costs.thresholds.tolist(), costs.totals.tolist(), strict=True):
        counts = metrics.contingency((scores >= threshold).double(), truth)
        assert total == pytest.approx(false_alarm * float(counts.fp) + miss * float(counts.fn), abs=1e-9)
    best = float(metrics.cheapest(costs))
    assert best in costs.thresholds.tolist()
    assert float(costs.totals[costs.thresholds == best].min()) == float(costs.totals.min())


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_no_classifier_beats_the_bayes_error(seed: int) -> None:
    joint = simplex(seed, 9).reshape(3, 3)
    errors = [1 - sum(float(joint[x, y]) for x, y in enumerate(rule)) for rule in product(range(3), repeat=3)]
    assert float(metrics.bayes_error(joint)) == pytest.approx(min(errors))
    rule = metrics.bayes_classifier(joint).tolist()
    assert 1 - sum(float(joint[x, y]) for x, y in enumerate(rule)) == pytest.approx(min(errors))


@pytest.mark.parametrize(("low", "high", "sd", "prior"), [(0, 2, 1, 0.5), (-1, 1, 0.7, 0.2), (0, 1, 2, 0.6)])
def test_gaussian_bayes_error_is_the_overlap(low: float, high: float, sd: float, prior: float) -> None:
    cut, error = metrics.gaussian_bayes_error(low, high, sd, prior)

    def densities(x: float) -> tuple[float, float]:
        return (1 - prior) * float(stats.norm.pdf(x, low, sd)), prior * float(stats.norm.pdf(x, high, sd))

    assert densities(cut)[0] == pytest.approx(densities(cut)[1])
    overlap, _ = integrate.quad(lambda x: min(densities(x)), -30, 30, points=[cut], limit=400)
    assert error == pytest.approx(overlap, abs=1e-7)


def test_one_relevant_example_at_rank_three() -> None:
    scores, truth = tensor([4, 3, 2, 1]), tensor([0, 0, 1, 0])
    assert float(metrics.average_precision(scores, truth)) == pytest.approx(1 / 3)
    assert metrics.pr_curve(scores, truth).recall.tolist() == [0, 0, 1, 1]


def test_batches_are_their_instances() -> None:
    pairs = [labelled(seed) for seed in range(4)]
    scores, truth = (torch.stack(each) for each in zip(*pairs, strict=True))
    batch = metrics.average_precision(scores, truth)
    for place, pair in enumerate(pairs):
        assert_close(metrics.average_precision(*pair), batch[place])
    assert np.isfinite(batch.numpy()).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.contingency(tensor([2.0]), tensor([1.0])), "predicted holds 2"),
        (lambda: metrics.pr_curve(tensor([1.0]), tensor([0.0])), "No example is relevant"),
        (lambda: metrics.bayes_error(tensor([[0.5, 0.6]])), r"joint sums to 1\.1"),
        (lambda: metrics.gaussian_bayes_error(1, 0, 1, 0.5), "high is 0"),
        (lambda: metrics.f_measure(metrics.contingency(tensor([1.0]), tensor([1.0])), 0.0), "beta is 0"),
    ],
    ids=["labels", "none", "joint", "means", "beta"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    scores, truth = labelled(3)
    there = metrics.average_precision(scores.to(device), truth.to(device))
    assert there.device.type == device
    assert_close(there, metrics.average_precision(scores, truth), 1e-9)
