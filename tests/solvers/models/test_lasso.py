"""Lasso by three routes, against scikit-learn and its optimality conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso

from solvers.models import lasso
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor


@pytest.mark.parametrize("alpha", [0.01, 0.1, 0.5])
def test_scikit_learn_agrees(alpha: float) -> None:
    """Its loss has 1/2n in front (C3)."""
    x, y = normal(1, 20, 4), normal(2, 20)
    theirs = Lasso(alpha=alpha, fit_intercept=False, tol=1e-12, max_iter=10_000).fit(x.numpy(), y.numpy())
    expected = torch.from_numpy(theirs.coef_)
    assert_close(lasso.coordinate_descent(x, y, alpha, 1 / 40, 200), expected, 1e-9)
    assert_close(lasso.ista(x, y, alpha, 1 / 40, 1500), expected, 1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.1, 8))
def test_optimality(seed: int, alpha: float) -> None:
    """Where w_j ≠ 0 the subgradient is 0; where w_j = 0 the slope of the squares is at most α."""
    x, y = normal(seed, 3, 12, 3), normal(seed + 1, 3, 12)
    w = lasso.coordinate_descent(x, y, alpha, 1.0, 150)
    found = lasso.subgradient(x, y, w, alpha)
    assert float(torch.where(w != 0, found, 0 * found).abs().max()) < 1e-7
    assert float(found.abs().max()) <= alpha + 1e-7


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_no_neighbour_costs_less(seed: int) -> None:
    x, y = normal(seed, 12, 3), normal(seed + 1, 12)
    w = lasso.coordinate_descent(x, y, 2.0, 0.5, 150)
    near = w + 1e-3 * normal(seed + 2, 50, 3)
    assert bool((lasso.cost(x, y, near, 2.0, 0.5) >= lasso.cost(x, y, w, 2.0, 0.5) - 1e-12).all())


@given(st.integers(0, 10_000), st.floats(0, 2))
def test_closed_form_for_orthonormal_columns(seed: int, alpha: float) -> None:
    x, _ = torch.linalg.qr(normal(seed, 8, 3))
    y = normal(seed + 1, 8)
    assert_close(lasso.orthonormal(x, y, alpha, 0.5), lasso.coordinate_descent(x, y, alpha, 0.5, 2), 1e-9)


def test_soft_threshold_on_paper() -> None:
    assert_close(lasso.soft_threshold(tensor([3, -0.5, -2, 1]), 1.0), tensor([2, 0, -1, 0]))


def test_large_alpha_leaves_nothing() -> None:
    x, y = normal(1, 20, 4), normal(2, 20)
    limit = 2.000001 * float((x.mT @ y).abs().max())
    assert bool((lasso.coordinate_descent(x, y, limit, 1.0, 5) == 0).all())
    assert bool((lasso.coordinate_descent(x, y, 0.99 * limit, 1.0, 5) != 0).any())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lasso.ista(normal(1, 4, 2), normal(2, 4), -1.0, 1.0, 3), "alpha is -1"),
        (lambda: lasso.orthonormal(normal(1, 4, 2), normal(2, 4), 1.0), "not orthonormal"),
        (lambda: lasso.coordinate_descent(torch.zeros(4, 2).double(), normal(2, 4), 1.0, 1.0, 1), "all zeros"),
        (lambda: lasso.cost(normal(1, 4, 2), normal(2, 5), normal(3, 2), 1.0), r"y has shape \(5,\)"),
    ],
    ids=["alpha", "orthonormal", "column", "shape"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x, y = normal(1, 3, 12, 4), normal(2, 3, 12)
    there = lasso.ista(x.to(device), y.to(device), 0.5, 1.0, 50)
    assert there.device.type == device
    assert_close(there, lasso.ista(x, y, 0.5, 1.0, 50), 1e-9)
