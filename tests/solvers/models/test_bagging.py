"""Bagging against scikit-learn on its own samples, enumeration of all samples and all votes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import BaggingRegressor
from sklearn.linear_model import LinearRegression

from solvers.models import bagging, perceptron, regression
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform


def test_scikit_learn_agrees_on_its_own_samples() -> None:
    x, y = normal(1, 20, 2), normal(2, 20)
    theirs = BaggingRegressor(LinearRegression(fit_intercept=False), n_estimators=7, random_state=0)
    theirs.fit(x.numpy(), y.numpy())
    places = torch.from_numpy(np.stack(theirs.estimators_samples_)).long()
    w = regression.least_squares(bagging.resample(x, places), y[places])
    assert w.shape == (7, 2)
    mean = regression.predict(x.expand(7, 20, 2), w).mean(dim=0)
    assert_close(mean, torch.from_numpy(theirs.predict(x.numpy())), 1e-9)


def test_bootstrap_on_paper() -> None:
    places = bagging.bootstrap(tensor([[0.0, 0.49, 0.5, 0.99]]))
    assert places.tolist() == [[0, 1, 2, 3]]
    data = tensor([[1, 2], [3, 4]])
    assert bagging.resample(data, torch.tensor([[1, 1], [0, 1]])).tolist() == [[[3, 4], [3, 4]], [[1, 2], [3, 4]]]


@pytest.mark.parametrize("examples", [1, 2, 3, 4, 5])
def test_distinct_share_by_enumeration(examples: int) -> None:
    samples = list(product(range(examples), repeat=examples))
    mean = sum(len(set(sample)) for sample in samples) / len(samples) / examples
    assert bagging.distinct_share(examples) == pytest.approx(mean)


@given(st.sampled_from([1, 3, 5, 7]), st.floats(0, 1))
def test_majority_error_by_enumeration(models: int, error: float) -> None:
    total = 0.0
    for wrong in product((0, 1), repeat=models):
        if sum(wrong) > models / 2:
            total += error ** sum(wrong) * (1 - error) ** (models - sum(wrong))
    assert bagging.majority_error(models, error) == pytest.approx(total, abs=1e-12)


@given(st.floats(0, 4), st.floats(-0.3, 1), st.integers(1, 4))
def test_variance_of_the_mean_is_that_of_its_covariance(variance: float, correlation: float, models: int) -> None:
    covariance = variance * (correlation * np.ones((models, models)) + (1 - correlation) * np.eye(models))
    ones = np.ones(models) / models
    expected = float(ones @ covariance @ ones)
    assert bagging.mean_variance(variance, correlation, models) == pytest.approx(expected, abs=1e-12)


def test_votes() -> None:
    labels = torch.tensor([[0, 2, 1], [1, 2, 0], [1, 0, 2]])
    assert bagging.vote(labels, 3).tolist() == [1, 2, 0]


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_instances_have_samples_of_their_own(seed: int) -> None:
    data, places = normal(seed, 3, 6, 2), bagging.bootstrap(uniform(seed + 1, 3, 4, 6))
    batch = bagging.resample(data, places)
    for i, k in product(range(3), range(4)):
        assert_close(batch[i, k], data[i][places[i, k]])


def test_bagged_perceptrons_vote(device: str) -> None:
    """The example of the notes: a perceptron on each bootstrap sample of a separable set, then the majority."""
    x = torch.cat([normal(1, 20, 2) * 0.3 + 1, normal(2, 20, 2) * 0.3 - 1]).to(device)
    target = torch.cat([torch.ones(20), -torch.ones(20)]).double().to(device)
    places = bagging.bootstrap(uniform(3, 5, 40).to(device))
    start = torch.zeros(5, 3).double().to(device)
    trained = perceptron.train(start, bagging.resample(x, places), target[places], 0.5, 20)
    labels = (perceptron.predict(trained.weights[:, -1], x.expand(5, 40, 2)) > 0).long()
    assert labels.device.type == device
    assert bool((bagging.vote(labels, 2) == (target > 0)).all())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bagging.majority_error(4, 0.1), "odd number"),
        (lambda: bagging.mean_variance(1.0, -0.9, 3), r"correlation is -0\.9"),
        (lambda: bagging.vote(torch.tensor([[3]]), 3), "0 to 2"),
        (lambda: bagging.bootstrap(tensor([[1.0]])), "outside"),
    ],
    ids=["even", "correlation", "label", "uniforms"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
