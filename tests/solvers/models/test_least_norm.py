"""Other routes to least squares, and least norms against numpy, scikit-learn and linear programming."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from sklearn.linear_model import Ridge

from solvers.models import least_norm, regression
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor


def test_the_line_of_the_notes() -> None:
    """10 w1 + w2 = 5 (6.3.1): (0.5, 0) has the least L¹ norm, (50, 5) / 101 the least L²."""
    A, b = tensor([[10, 1]]), tensor([5])
    assert_close(least_norm.least_l1(A, b), tensor([0.5, 0]))
    assert_close(least_norm.least_l2(A, b), tensor([50, 5]) / 101)


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_least_norms_are_those_of_scipy(seed: int, equations: int) -> None:
    A, b = normal(seed, equations, 5), normal(seed + 1, equations)
    assert_close(least_norm.least_l2(A, b), torch.from_numpy(np.linalg.pinv(A.numpy()) @ b.numpy()), 1e-8)
    found = least_norm.least_l1(A, b)
    both = np.hstack([A.numpy(), -A.numpy()])  # w = u - v with u, v >= 0
    program = optimize.linprog(np.ones(10), A_eq=both, b_eq=b.numpy(), bounds=(0, None))
    assert float(found.abs().sum()) == pytest.approx(float(program.fun), abs=1e-7)
    assert_close(A @ found, b, 1e-8)
    assert int((found != 0).sum()) <= equations


@given(st.integers(0, 10_000), st.floats(0.01, 10))
def test_three_routes_to_ridge(seed: int, alpha: float) -> None:
    x, y = normal(seed, 4, 9, 3), normal(seed + 1, 4, 9)
    expected = regression.least_squares(x, y, alpha)
    assert_close(least_norm.ridge_by_svd(x, y, alpha), expected, 1e-8)
    assert_close(least_norm.ridge_by_qr(x, y, alpha), expected, 1e-8)
    ridge = Ridge(alpha=alpha, fit_intercept=False, solver="cholesky").fit(x[0].numpy(), y[0].numpy())
    assert_close(expected[0], torch.from_numpy(ridge.coef_), 1e-8)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3)], ids=["wide", "tall"])
def test_pseudo_inverse_is_lstsq(shape: tuple[int, int]) -> None:
    x, y = normal(1, *shape), normal(2, shape[0])
    expected, *_ = np.linalg.lstsq(x.numpy(), y.numpy(), rcond=None)
    assert_close(least_norm.ridge_by_svd(x, y), torch.from_numpy(expected), 1e-9)


def test_more_features_than_examples_have_no_unique_solution() -> None:
    x, y = normal(1, 3, 5), normal(2, 3)
    assert int(least_norm.rank(x)) == 3
    with pytest.raises(BadInput, match="columns of x are dependent"):
        least_norm.ridge_by_qr(x, y)
    small = least_norm.ridge_by_svd(x, y, 1e-9)
    assert_close(small, least_norm.least_l2(x, y), 1e-6)


def test_batches_are_their_instances() -> None:
    A, b = normal(1, 2, 3, 2, 5), normal(2, 2, 3, 2)
    batch = least_norm.least_l1(A, b)
    for i in range(2):
        for j in range(3):
            assert_close(least_norm.least_l1(A[i, j], b[i, j]), batch[i, j])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: least_norm.least_l2(tensor([[1, 2], [2, 4]]), tensor([1, 2])), "depend on each other"),
        (lambda: least_norm.least_l1(normal(1, 10, 25), normal(2, 10)), "3268760 basic solutions"),
        (lambda: least_norm.ridge_by_svd(normal(1, 3, 2), normal(2, 3), -1.0), "alpha is -1"),
    ],
    ids=["dependent", "many", "alpha"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    A, b = normal(1, 3, 2, 4), normal(2, 3, 2)
    there = least_norm.least_l1(A.to(device), b.to(device))
    assert there.device.type == device
    assert_close(there, least_norm.least_l1(A, b), 1e-9)
