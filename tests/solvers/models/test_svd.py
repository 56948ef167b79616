"""Jacobi's decomposition against numpy; truncation is the best; PCA against scikit-learn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import svd
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

seeds = st.integers(0, 10_000)


def low_rank(seed: int, rows: int, columns: int, rank: int) -> Tensor:
    return normal(seed, rows, rank) @ normal(seed + 1, rank, columns)


@settings(max_examples=40)
@given(seeds, st.integers(1, 5), st.integers(1, 5))
def test_against_numpy(seed: int, rows: int, columns: int) -> None:
    X = normal(seed, 2, rows, columns)
    found = svd.decompose(X)
    assert_close(found.values, torch.from_numpy(np.linalg.svd(X.numpy(), compute_uv=False)), 1e-10)
    assert_close(svd.truncate(found, min(rows, columns)), X, 1e-10)
    units = torch.eye(min(rows, columns), dtype=torch.float64).expand(2, -1, -1)
    assert_close(found.U.mT @ found.U, units, 1e-9)
    assert_close(found.V.mT @ found.V, units, 1e-9)


@settings(max_examples=20)
@given(seeds, st.integers(0, 3))
def test_nothing_of_rank_k_comes_closer(seed: int, k: int) -> None:
    X = normal(seed, 4, 3)
    found = svd.decompose(X)
    best = X - svd.truncate(found, k)
    assert_close(torch.linalg.matrix_norm(best), svd.truncation_error(found, k), 1e-10)
    for other in range(5):
        directions = torch.linalg.qr(normal(seed + other, 3, max(k, 1)))[0][:, :k]
        assert (
            float(torch.linalg.matrix_norm(X - X @ directions @ directions.T))
            >= float(svd.truncation_error(found, k)) - 1e-9
        )
    share = 1 - float(svd.truncation_error(found, k)) ** 2 / float((X**2).sum())
    assert float(svd.explained(found, k)) == pytest.approx(share)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_missing_rank_gives_zeros(rank: int) -> None:
    for shape in ((4, 3), (3, 4)):
        X = low_rank(1, *shape, rank) if rank else torch.zeros(shape, dtype=torch.float64)
        found = svd.decompose(X)
        assert int((found.values > 0).sum()) == rank
        assert_close(svd.truncate(found, rank), X, 1e-10)


def test_a_rotation_by_hand() -> None:
    """Columns (3, 4) and (0, 5): products 20 along, 25 and 25, so 45 degrees, and values √45 and √5."""
    X = tensor([[3, 0], [4, 5]])
    (step,) = svd.rotations(X)
    assert_close(step.cosine, tensor(0.5**0.5))
    assert abs(float(step.columns[:, 0] @ step.columns[:, 1])) < 1e-12
    assert_close(svd.decompose(X).values ** 2, tensor([45, 5]))


@given(seeds)
def test_steps_end_at_the_decomposition(seed: int) -> None:
    X = normal(seed, 4, 3)
    steps = svd.rotations(X, 10)
    for step in steps:
        a, b = (step.columns[:, k] for k in step.pair)
        assert abs(float(a @ b)) < 1e-12 * float(X.norm()) ** 2
    norms = torch.linalg.vector_norm(steps[-1].columns, dim=0).sort(descending=True).values
    assert_close(norms, svd.decompose(X).values, 1e-10)


@given(seeds, st.integers(1, 3))
def test_principal_components(seed: int, k: int) -> None:
    decomposition = pytest.importorskip("sklearn.decomposition", reason="the oracle scikit-learn is not installed")
    X = normal(seed, 8, 4) * tensor([3, 2, 1, 0.5]) + 1
    found, theirs = svd.pca(X, k), decomposition.PCA(k).fit(X.numpy())
    assert_close(found.mean, torch.from_numpy(theirs.mean_))
    assert_close(found.variances, torch.from_numpy(theirs.explained_variance_) * 7 / 8, 1e-9)
    projections = found.directions @ found.directions.T
    assert_close(projections, torch.from_numpy(theirs.components_.T @ theirs.components_), 1e-8)


def test_instances_are_apart() -> None:
    X = normal(1, 3, 2, 5, 4)
    assert_close(svd.decompose(X).values[2, 1], svd.decompose(X[2, 1]).values)
    mixed = torch.stack([torch.zeros(3, 2).double(), normal(2, 3, 2)])
    assert_close(svd.decompose(mixed).values[1], svd.decompose(mixed[1]).values)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: svd.truncate(svd.decompose(normal(1, 3, 2)), 3), "only 2 singular values"),
        (lambda: svd.explained(svd.decompose(torch.zeros(2, 2)), 1), "X is zero"),
        (lambda: svd.decompose(normal(1, 3)), "too few axes"),
        (lambda: svd.decompose(tensor([[1, float("inf")]])), "infinite"),
    ],
    ids="rank zero axes finite".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    X = normal(1, 3, 5, 4)
    found = svd.decompose(X.to(device, dtype))
    assert (found.values.device.type, found.values.dtype) == (device, dtype)
    assert_close(found.values.double(), svd.decompose(X).values, 1e-9 if dtype == torch.float64 else 1e-4)
    assert_close(svd.truncate(found, 4).double(), X, 1e-9 if dtype == torch.float64 else 1e-4)
