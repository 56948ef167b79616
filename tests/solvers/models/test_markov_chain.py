"""Markov chains against numpy, networkx and sampled walks; what does and what does not settle down."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import markov_chain
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, simplex, tensor, uniform

seeds, sizes = st.integers(0, 10_000), st.integers(2, 5)
SWAP = tensor([[0, 1], [1, 0]])
WEATHER = tensor([[0.9, 0.5], [0.1, 0.5]])  # column 0: after a fine day it is fine with 0.9


def drawn(seed: int, n: int, share: float = 1.0) -> Tensor:
    """Columns sum to 1; only a share of the moves is possible."""
    A = uniform(seed, n, n) * (uniform(seed + 1, n, n) < share)
    A = A + torch.diag((A.sum(dim=0) == 0).double())
    return A / A.sum(dim=0)


def test_two_states_by_hand() -> None:
    assert_close(markov_chain.stationary(WEATHER), tensor([5 / 6, 1 / 6]))
    assert_close(markov_chain.second_modulus(WEATHER), tensor(0.4))
    assert_close(markov_chain.run(WEATHER, tensor([1, 0]), 2), tensor([[1, 0], [0.9, 0.1], [0.86, 0.14]]))


@given(seeds, sizes)
def test_powers_and_the_stationary_distribution(seed: int, n: int) -> None:
    A, v = drawn(seed, n), simplex(seed + 2, n)
    trail = markov_chain.run(A, v, 6)
    assert_close(trail[6], torch.from_numpy(np.linalg.matrix_power(A.numpy(), 6) @ v.numpy()))
    pi = markov_chain.stationary(A)
    assert_close(A @ pi, pi)
    values, vectors = np.linalg.eig(A.numpy())
    first = np.real(vectors[:, np.argmax(np.abs(values))])
    assert_close(pi, torch.from_numpy(first / first.sum()), 1e-9)
    assert bool(markov_chain.converges(A))
    assert_close(markov_chain.run(A, v, 400)[-1], pi, 1e-9)


@given(seeds, sizes, st.floats(0.2, 0.6))
def test_the_graph_of_moves_against_networkx(seed: int, n: int, share: float) -> None:
    nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")
    A = drawn(seed, n, share)
    moves = nx.from_numpy_array((A > 0).numpy().T, create_using=nx.DiGraph)  # edge j -> i where A_ij > 0
    connected = nx.is_strongly_connected(moves)
    assert bool(markov_chain.irreducible(A)) == connected
    assert bool(markov_chain.converges(A)) == (connected and nx.is_aperiodic(moves))
    for j in range(n):
        assert {int(i) for i in markov_chain.reaches(A)[:, j].nonzero()} == nx.descendants(moves, j) | {j}


@given(seeds, sizes)
def test_the_spectrum(seed: int, n: int) -> None:
    found = markov_chain.spectrum(drawn(seed, n))
    assert_close(found[0], torch.tensor(1, dtype=torch.complex128), 1e-10)
    theirs = np.sort(np.abs(np.linalg.eigvals(drawn(seed, n).numpy())))[::-1].copy()
    assert_close(found.abs(), torch.from_numpy(theirs), 1e-9)
    assert_close(markov_chain.second_modulus(drawn(seed, n)), torch.from_numpy(theirs)[1], 1e-9)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_a_ring_has_its_length_as_its_period(n: int) -> None:
    ring = torch.roll(torch.eye(n), 1, dims=0).double()
    assert int(markov_chain.period(ring)) == n
    assert not bool(markov_chain.converges(ring))
    lazy = 0.5 * ring + 0.5 * torch.eye(n).double()
    assert int(markov_chain.period(lazy)) == 1


def test_a_chain_that_alternates_for_ever() -> None:
    """It has a stationary distribution and does not come near it."""
    assert_close(markov_chain.stationary(SWAP), tensor([0.5, 0.5]))
    assert_close(markov_chain.run(SWAP, tensor([1, 0]), 101)[-1], tensor([0, 1]))
    assert_close(markov_chain.second_modulus(SWAP), tensor(1))


def test_distance_falls_like_the_second_eigenvalue() -> None:
    trail = markov_chain.run(WEATHER, tensor([0, 1]), 10)
    far = markov_chain.total_variation(trail, markov_chain.stationary(WEATHER).expand(11, 2))
    assert_close(far[1:] / far[:-1], torch.full((10,), 0.4, dtype=torch.float64), 1e-9)


def test_walks_step_by_step() -> None:
    A, u, start = drawn(3, 4), uniform(5, 6, 8), torch.tensor([0, 1, 2, 3, 0, 1])
    found = markov_chain.walk(A, start, u)
    for walker in range(6):
        state = int(start[walker])
        for t in range(8):
            state = int(np.searchsorted(np.cumsum(A[:, state].numpy()), float(u[walker, t]), side="right"))
            assert int(found[walker, t + 1]) == state


def test_detailed_balance() -> None:
    """A walk on an undirected graph is balanced with its degrees; a ring with a direction is not."""
    weight = uniform(1, 4, 4)
    weight = weight + weight.T
    A, pi = weight / weight.sum(dim=0), weight.sum(dim=0) / weight.sum()
    assert float(markov_chain.imbalance(A, pi)) < 1e-15
    assert_close(markov_chain.stationary(A), pi)
    ring = torch.roll(torch.eye(3), 1, dims=0).double()
    assert_close(markov_chain.imbalance(ring, torch.full((3,), 1 / 3, dtype=torch.float64)), tensor(1 / 3))


def test_instances_are_apart() -> None:
    many = torch.stack([drawn(k, 3) for k in range(4)])
    assert_close(markov_chain.stationary(many)[2], markov_chain.stationary(many[2]))
    assert_close(markov_chain.run(many, simplex(1, 3), 3)[1], markov_chain.run(many[1], simplex(1, 3), 3))
    mixed = torch.stack([SWAP, WEATHER, torch.eye(2).double()])
    assert markov_chain.converges(mixed).tolist() == [False, True, False]
    u = uniform(4, 4, 2, 5)
    assert_close(
        markov_chain.walk(many, torch.tensor([0, 1]), u)[3], markov_chain.walk(many[3], torch.tensor([0, 1]), u[3])
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: markov_chain.run(WEATHER.T, tensor([1, 0]), 1), "transpose it if rows are"),
        (lambda: markov_chain.check_stochastic(tensor([[2, 0], [-1, 1]])), "negative"),
        (lambda: markov_chain.check_stochastic(tensor([[1, 0]])), "shape"),
        (lambda: markov_chain.stationary(torch.eye(2).double()), "do not reach each other"),
        (lambda: markov_chain.period(torch.eye(2).double()), "do not reach each other"),
        (lambda: markov_chain.walk(SWAP, torch.tensor([2]), uniform(1, 1, 1)), "start holds 2"),
        (lambda: markov_chain.walk(SWAP, torch.tensor([0]), uniform(1, 1, 1) + 1), "outside"),
    ],
    ids="rows negative shape reducible period start uniforms".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    many = torch.stack([drawn(k, 3) for k in range(4)])
    found = markov_chain.stationary(many.to(device, dtype))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), markov_chain.stationary(many), 1e-10 if dtype == torch.float64 else 1e-5)
    assert bool(markov_chain.converges(many.to(device, dtype)).all())
    assert_close(markov_chain.second_modulus(many.to(device, dtype)).double(), markov_chain.second_modulus(many), 1e-4)
