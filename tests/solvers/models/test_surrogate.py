"""Surrogate losses against scikit-learn and autograd, risks and mini-batches by enumeration."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import hinge_loss, log_loss, zero_one_loss

from solvers.models import surrogate
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, signs, simplex, tensor


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_scikit_learn_agrees(seed: int) -> None:
    y, f = signs(seed, 12), normal(seed + 1, 12)
    y[0], y[1] = 1, -1
    labels = (y > 0).long().numpy()
    found = {name: float(surrogate.loss(name, y * f).mean()) for name in surrogate.LOSSES}
    assert found["zero-one"] == pytest.approx(zero_one_loss(labels, (f > 0).long().numpy()))
    assert found["hinge"] == pytest.approx(float(hinge_loss(y.numpy(), f.numpy())))
    assert found["logistic"] == pytest.approx(float(log_loss(labels, torch.sigmoid(f).numpy())))


@pytest.mark.parametrize("name", [name for name in surrogate.LOSSES if name != "zero-one"])
def test_slopes_are_autograd(name: str) -> None:
    margin = normal(1, 40).requires_grad_()
    (expected,) = torch.autograd.grad(surrogate.loss(name, margin).sum(), margin)
    assert_close(surrogate.slope(name, margin.detach()), expected)


def test_surrogates_lie_above_the_zero_one_loss() -> None:
    margin = torch.linspace(-3, 3, 61).double()
    wrong = surrogate.loss("zero-one", margin)
    for name in ("hinge", "exponential", "squared"):
        assert bool((surrogate.loss(name, margin) >= wrong).all())
    assert bool((surrogate.loss("logistic", margin) / torch.log(tensor(2.0)) >= wrong).all())


def test_the_surrogate_falls_on_after_the_last_mistake() -> None:
    margin = tensor([0.5, 1.0, 3.0])
    assert float(surrogate.loss("zero-one", margin).sum()) == 0
    assert float(surrogate.loss("logistic", 2 * margin).sum()) < float(surrogate.loss("logistic", margin).sum())


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_expected_empirical_risk_is_the_risk(seed: int) -> None:
    """Over all samples of two, each as likely as p says."""
    joint, losses = simplex(seed, 4).reshape(2, 2), normal(seed + 1, 2, 2)
    total = tensor(0.0)
    for (x1, y1), (x2, y2) in product(product(range(2), repeat=2), repeat=2):
        sample = surrogate.empirical_risk(losses, torch.tensor([x1, x2]), torch.tensor([y1, y2]))
        total = total + joint[x1, y1] * joint[x2, y2] * sample
    assert_close(surrogate.risk(joint, losses), total, 1e-12)


def test_ten_thousand_against_one_hundred() -> None:
    ratio = surrogate.standard_error(3.0, 100) / surrogate.standard_error(3.0, 10_000)
    assert ratio == pytest.approx(10)
    assert surrogate.samples_for(3.0, 0.3) == 100
    assert surrogate.samples_for(3.0, 0.299) == 101


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_mini_batches_by_enumeration(size: int, replacement: bool) -> None:
    """Every mini-batch there is: the mean is right (unbiased), the covariance is the formula's."""
    g = normal(1, 5, 2)
    picks = product(range(5), repeat=size) if replacement else combinations(range(5), size)
    means = torch.stack([g[list(pick)].mean(dim=0) for pick in picks])
    assert_close(means.mean(dim=0), g.mean(dim=0))
    centred = means - means.mean(dim=0)
    found = surrogate.batch_gradient_covariance(g, size, replacement=replacement)
    assert_close(found, centred.mT @ centred / len(means))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: surrogate.loss("ramp", tensor([1.0])), "loss is 'ramp'"),
        (lambda: surrogate.risk(tensor([[0.5, 0.1]]), tensor([[1.0, 1.0]])), r"joint sums to 0\.6"),
        (lambda: surrogate.samples_for(1.0, 0.0), r"error is 0\.0"),
        (lambda: surrogate.batch_gradient_covariance(normal(1, 3, 2), 4, replacement=False), "only 3 examples"),
    ],
    ids=["loss", "joint", "error", "size"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    g = normal(1, 3, 5, 2)
    there = surrogate.batch_gradient_covariance(g.to(device), 2)
    assert there.device.type == device
    assert_close(there, surrogate.batch_gradient_covariance(g, 2), 1e-9)
