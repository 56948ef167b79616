"""Least squares against numpy, scikit-learn and autograd; the table of costs of the notes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Ridge

from solvers.models import regression
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

POINTS = tensor([[1], [2], [3]])


@pytest.mark.parametrize(("slope", "cost"), [(0.0, 7 / 3), (0.5, 7 / 12), (-0.5, 21 / 4), (1.0, 0.0)])
def test_the_table_of_costs_of_the_notes(slope: float, cost: float) -> None:
    """2.3: J(θ1) = 1/2m Σ (θ1 x - t)² on (1,1), (2,2), (3,3); J(½) is 7/12, not the printed 0.67."""
    found = regression.cost(POINTS, tensor([slope]), tensor([1, 2, 3]), 1 / 6)
    assert_close(found, tensor(cost))


@pytest.mark.parametrize("degree", [0, 1, 3])
def test_polynomials_are_polyfit(degree: int) -> None:
    x, y = normal(1, 12), normal(2, 12)
    w = regression.least_squares(regression.polynomial(x, degree), y)
    assert_close(w, torch.from_numpy(np.polyfit(x.numpy(), y.numpy(), degree)[::-1].copy()), 1e-9)


@given(st.integers(0, 10_000), st.floats(0.01, 10))
def test_scikit_learn_agrees(seed: int, alpha: float) -> None:
    x, y = normal(seed, 10, 3), normal(seed + 1, 10)
    ridge = Ridge(alpha=alpha, fit_intercept=False).fit(x.numpy(), y.numpy())
    assert_close(regression.least_squares(x, y, alpha), torch.from_numpy(ridge.coef_), 1e-9)
    linear = LinearRegression().fit(x.numpy(), y.numpy())
    w = regression.least_squares(regression.with_bias(x), y)
    assert_close(w[1:], torch.from_numpy(linear.coef_), 1e-9)
    assert float(w[0]) == pytest.approx(float(linear.intercept_), abs=1e-9)


@given(st.integers(0, 10_000))
def test_gradient_is_autograd_and_vanishes_at_the_minimum(seed: int) -> None:
    x, y, w = normal(seed, 4, 8, 3), normal(seed + 1, 4, 8), normal(seed + 2, 4, 3).requires_grad_()
    (expected,) = torch.autograd.grad(regression.cost(x, w, y, 1 / 16).sum(), w)
    assert_close(regression.cost_gradient(x, w.detach(), y, 1 / 16), expected)
    best = regression.least_squares(x, y)
    assert float(regression.cost_gradient(x, best, y, 1 / 16).abs().max()) < 1e-10


def test_ridge_of_the_notes_needs_half_n_alpha() -> None:
    """6.2.1: for 1/n Σ (t - Xw)² + α/2 ‖w‖² the penalty in the closed form is n α / 2."""
    x, y, alpha = normal(1, 10, 3), normal(2, 10), 0.7
    w = regression.least_squares(x, y, 10 * alpha / 2)
    assert float((regression.cost_gradient(x, w, y, 1 / 10) + alpha * w).abs().max()) < 1e-12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: regression.least_squares(tensor([[1, 2], [2, 4]]), tensor([1, 2])), "XᵀX cannot be inverted"),
        (
            lambda: regression.least_squares(POINTS, tensor([1, 2, 3]), -1.0),
            "alpha is -1.0, but a finite",
        ),
        (lambda: regression.cost(POINTS, tensor([1.0]), tensor([1, 2]), 1.0), r"target has shape \(2,\)"),
    ],
    ids=["singular", "alpha", "targets"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_weights(device: str) -> None:
    x, y = normal(1, 4, 8, 3), normal(2, 4, 8)
    there = regression.least_squares(x.to(device), y.to(device))
    assert there.device.type == device
    assert_close(there, regression.least_squares(x, y), 1e-9)
