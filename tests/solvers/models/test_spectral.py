"""Graph Fourier: networkx's Laplacian, numpy's eigenvalues, convolution as it is printed and as it is invariant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import chebyshev
from torch import Tensor

from solvers.models import graph, spectral
from solvers.models.checks import BadInput
from solvers.models.spectral import Basis
from tests.solvers.models.data import assert_close, normal, tensor, uniform

nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")

NOTES = tensor([[0, 1, 0, 0, 1], [1, 0, 1, 1, 1], [0, 1, 0, 1, 0], [0, 1, 1, 0, 1], [1, 1, 0, 1, 0]])
seeds = st.integers(0, 10_000)


def drawn(seed: int, n: int, *leading: int) -> Tensor:
    upper = (uniform(seed, *leading, n, n) < 0.5).double().triu(1)
    return upper + upper.mT


@given(seeds, st.integers(1, 7))
def test_both_laplacians_are_networkx(seed: int, n: int) -> None:
    """networkx leaves a row of zeros for a node without edges; the printed formula has I there."""
    A = drawn(seed, n)
    one = nx.from_numpy_array(A.numpy())
    lonely = torch.diag((A.sum(dim=-1) == 0).double())
    assert_close(spectral.laplacian(A), tensor(nx.normalized_laplacian_matrix(one).toarray()) + lonely, 1e-12)
    assert_close(spectral.laplacian(A, "plain"), tensor(nx.laplacian_matrix(one).toarray()))
    assert int(spectral.components(A)) == nx.number_connected_components(one)


@given(seeds, st.integers(1, 7))
def test_the_basis_is_orthonormal_sorted_and_signed(seed: int, n: int) -> None:
    L = spectral.laplacian(drawn(seed, n))
    found = spectral.basis(L)
    assert_close(found.U @ torch.diag(found.eigenvalues) @ found.U.T, L, 1e-12)
    assert_close(found.U.T @ found.U, torch.eye(n, dtype=torch.float64), 1e-12)
    assert_close(found.eigenvalues, tensor(np.linalg.eigvalsh(L.numpy())), 1e-12)
    assert bool((found.eigenvalues <= 2 + 1e-12).all())
    for column in found.U.T:
        assert float(column[column.abs() > 1e-9][0]) > 0


@given(seeds)
def test_transform_and_inverse_undo_each_other(seed: int) -> None:
    found, x = spectral.basis(spectral.laplacian(drawn(seed, 6))), normal(seed + 1, 3, 6)
    assert_close(spectral.inverse(found, spectral.transform(found, x)), x, 1e-12)
    assert_close(spectral.transform(found, x).norm(dim=-1), x.norm(dim=-1), 1e-12)


@given(seeds)
def test_convolution_commutes_and_is_a_product_of_transforms(seed: int) -> None:
    found = spectral.basis(spectral.laplacian(NOTES))
    f, x = normal(seed, 5), normal(seed + 1, 5)
    U = found.U.numpy()
    assert_close(spectral.convolve(found, f, x), tensor(U @ ((U.T @ f.numpy()) * (U.T @ x.numpy()))), 1e-12)
    assert_close(spectral.convolve(found, f, x), spectral.convolve(found, x, f), 1e-12)


def test_printed_convolution_depends_on_signs_and_the_spectral_filter_does_not() -> None:
    found = spectral.basis(spectral.laplacian(NOTES))
    assert bool(spectral.is_simple(found))
    flipped = Basis(found.eigenvalues, found.U * tensor([1, -1, 1, 1, 1]))
    f, x, theta = normal(1, 5), normal(2, 5), normal(3, 5)
    assert not torch.allclose(spectral.convolve(found, f, x), spectral.convolve(flipped, f, x))
    assert_close(spectral.spectral_filter(found, theta, x), spectral.spectral_filter(flipped, theta, x))


def test_a_cycle_has_no_simple_spectrum() -> None:
    """C6: 0, ½, ½, 1½, 1½, 2."""
    cycle = graph.adjacency([(i, (i + 1) % 6) for i in range(6)], 6)
    found = spectral.basis(spectral.laplacian(cycle))
    assert_close(found.eigenvalues, tensor([0, 0.5, 0.5, 1.5, 1.5, 2]), 1e-12)
    assert not bool(spectral.is_simple(found))


@given(seeds, st.integers(1, 5))
def test_polynomials_are_filters_of_the_eigenvalues(seed: int, terms: int) -> None:
    L, theta, x = spectral.laplacian(drawn(seed, 5)), normal(seed + 1, terms), normal(seed + 2, 5)
    found = spectral.basis(L)
    powers = sum(theta[k] * found.eigenvalues**k for k in range(terms))
    assert isinstance(powers, Tensor)
    assert_close(spectral.polynomial_filter(L, theta, x), spectral.spectral_filter(found, powers, x), 1e-10)
    values = chebyshev.chebval(found.eigenvalues.numpy() * 2 / 1.7 - 1, theta.numpy())
    expected = spectral.spectral_filter(found, tensor(values), x)
    assert_close(spectral.chebyshev_filter(L, theta, x, 1.7), expected, 1e-9)


@given(seeds, st.integers(0, 5), st.integers(1, 3))
def test_a_polynomial_reaches_its_degree_in_hops(seed: int, changed: int, degree: int) -> None:
    A, theta, x = drawn(seed, 6), normal(seed + 1, degree + 1), normal(seed + 2, 6)
    other = x.clone()
    other[changed] += 1
    blind = ~graph.within(A, degree)[changed]
    for route in (spectral.polynomial_filter, spectral.chebyshev_filter):
        before, after = (route(spectral.laplacian(A), theta, each) for each in (x, other))
        assert_close(before[blind], after[blind], 1e-12)


def test_the_first_order_filter_node_by_node() -> None:
    X, W = normal(1, 2, 5), normal(2, 3, 2)
    found, degree = spectral.first_order(NOTES, X, W), (NOTES.sum(dim=-1) + 1).tolist()
    for v in range(5):
        total = sum(X[:, u] / (degree[u] * degree[v]) ** 0.5 for u in range(5) if u == v or NOTES[u, v])
        assert isinstance(total, Tensor)
        assert_close(found[:, v], W @ total)


@given(seeds, st.permutations(range(5)))
def test_filters_move_with_the_labels(seed: int, order: list[int]) -> None:
    A, theta, x = drawn(seed, 5), normal(seed + 1, 3), normal(seed + 2, 5)
    P = graph.permutation(order, A)
    moved = spectral.polynomial_filter(spectral.laplacian(P.T @ A @ P), theta, x[order])
    assert_close(moved, spectral.polynomial_filter(spectral.laplacian(A), theta, x)[order], 1e-11)


def test_batches_of_graphs() -> None:
    A, f, x = drawn(1, 5, 3), normal(2, 3, 5), normal(3, 3, 5)
    found = spectral.basis(spectral.laplacian(A))
    alone = spectral.basis(spectral.laplacian(A[1]))
    assert_close(spectral.convolve(found, f, x)[1], spectral.convolve(alone, f[1], x[1]), 1e-11)
    assert spectral.components(A).shape == (3,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spectral.laplacian(tensor([[0, 1], [0, 0]])), "A is not symmetric"),
        (lambda: spectral.laplacian(-NOTES), "weights of at least 0"),
        (lambda: spectral.laplacian(NOTES, "random walk"), "kind is 'random walk'"),
        (lambda: spectral.transform(spectral.basis(NOTES), normal(1, 4)), r"x has shape \(4,\), but .* n = 5"),
        (lambda: spectral.chebyshev_filter(NOTES, normal(1, 2), normal(2, 5), 0.0), "largest is 0.0"),
    ],
    ids=["directed", "negative", "kind", "signal", "scale"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_filters(device: str, dtype: torch.dtype) -> None:
    f, x = normal(1, 5), normal(2, 5)
    found = spectral.basis(spectral.laplacian(NOTES.to(device, dtype)))
    y = spectral.convolve(found, f.to(device, dtype), x.to(device, dtype))
    assert (y.device.type, y.dtype) == (device, dtype)
    expected = spectral.convolve(spectral.basis(spectral.laplacian(NOTES)), f, x)
    assert_close(y.double(), expected, 1e-9 if dtype == torch.float64 else 1e-4)
