"""The fixed-point graph network: sums over neighbours, a linear solve, implicit against unrolled gradients."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import fixed_point
from solvers.models.checks import BadInput
from solvers.models.fixed_point import FixedPointNet, Weights
from solvers.models.graph import Graph
from tests.solvers.models.data import assert_close, normal, tensor, uniform

D, H = 2, 3


def drawn(seed: int, n: int, *leading: int) -> Graph:
    upper = (uniform(seed, *leading, n, n) < 0.5).double().triu(1)
    return Graph(upper + upper.mT, normal(seed + 1, *leading, D, n))


def network(seed: int, one: Graph, constant: float = 0.7, *leading: int) -> Weights:
    """Weights that contract on the graph, by this factor at most."""
    W = normal(seed, *leading, H, H)
    size = torch.linalg.matrix_norm(W, 2).amax() * torch.linalg.matrix_norm(one.A, 2).amax().clamp(min=1e-3)
    P, Q, b = normal(seed + 1, *leading, H, D), normal(seed + 2, *leading, H, D), normal(seed + 3, *leading, H)
    return Weights(W * constant / size, P, Q, b)


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_a_step_is_the_sum_over_neighbours(seed: int, n: int) -> None:
    one, h = drawn(seed, n), normal(seed + 9, H, n)
    weights = network(seed + 2, one)
    found = fixed_point.step(weights, one, h)
    for v in range(n):
        total = [0.0] * H
        for u in range(n):
            if one.A[u, v]:
                net = weights.W @ h[:, u] + weights.P @ one.X[:, v] + weights.Q @ one.X[:, u] + weights.b
                total = [t + math.tanh(value) for t, value in zip(total, net.tolist(), strict=True)]
        assert_close(found[:, v], tensor(total), 1e-11)


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_the_linear_network_settles_where_the_solve_says(seed: int, n: int) -> None:
    one = drawn(seed, n)
    weights = network(seed + 2, one, 0.5)
    expected = fixed_point.linear_fixed_point(weights, one)
    found = fixed_point.settle(weights, one, 60, unit="linear")
    assert_close(found.h, expected, 1e-9)
    assert float(found.moved) < 1e-9
    assert_close(fixed_point.step(weights, one, expected, "linear"), expected, 1e-9)


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_numpy_solves_the_same_system(seed: int, n: int) -> None:
    """One equation a node and unit: h_v - W Σ_u h_u = Σ_u (P x_v + Q x_u + b) over the neighbours u of v."""
    one = drawn(seed, n)
    weights = network(seed + 2, one, 0.5)
    A, X, (W, P, Q, b) = (
        one.A.numpy(),
        one.X.numpy(),
        (each.numpy() for each in (weights.W, weights.P, weights.Q, weights.b)),
    )
    system, right = np.zeros((n, H, n, H)), np.zeros((n, H))
    for v in range(n):
        system[v, :, v, :] += np.eye(H)
        for u in range(n):
            system[v, :, u, :] -= A[u, v] * W
            right[v] += A[u, v] * (P @ X[:, v] + Q @ X[:, u] + b)
    solved = np.linalg.solve(system.reshape(n * H, n * H), right.ravel()).reshape(n, H)
    assert_close(fixed_point.linear_fixed_point(weights, one), torch.from_numpy(solved).T, 1e-10)


@given(st.integers(0, 10_000), st.sampled_from(["tanh", "sigmoid", "linear"]))
def test_one_step_contracts_by_the_lipschitz_constant(seed: int, unit: str) -> None:
    one = drawn(seed, 4)
    weights, a, b = network(seed + 2, one), normal(seed + 5, H, 4), normal(seed + 6, H, 4)
    apart = (fixed_point.step(weights, one, a, unit) - fixed_point.step(weights, one, b, unit)).norm()
    assert float(apart) <= float(fixed_point.lipschitz(weights, one, unit) * (a - b).norm()) + 1e-12


def test_the_start_does_not_matter_and_one_step_is_not_enough() -> None:
    one = drawn(3, 5)
    weights = network(5, one)
    near, far = (fixed_point.settle(weights, one, 120, start) for start in (None, 10 * normal(9, H, 5)))
    assert_close(near.h, far.h, 1e-9)
    states = fixed_point.iterates(weights, one, 120)
    assert_close(states[-1], near.h)
    assert float((states[1] - near.h).abs().max()) > 1e-3


@given(st.integers(0, 10_000))
def test_the_implicit_gradient_is_the_unrolled_one(seed: int) -> None:
    one = drawn(seed, 4)
    leaves = [each.clone().requires_grad_() for each in network(seed + 2, one, 0.5).tensors()]
    W, P, Q, b = leaves
    weights, upstream = Weights(W, P, Q, b), normal(seed + 7, H, 4)
    unrolled = (fixed_point.iterates(weights, one, 60)[-1] * upstream).sum()
    expected = torch.autograd.grad(unrolled, leaves)
    implicit = torch.autograd.grad((fixed_point.equilibrium(weights, one, 60) * upstream).sum(), leaves)
    for ours, theirs in zip(implicit, expected, strict=True):
        assert_close(ours, theirs, 1e-9)


def test_gradcheck() -> None:
    one = drawn(3, 4)

    def objective(W: Tensor, P: Tensor, Q: Tensor, b: Tensor) -> Tensor:
        return fixed_point.equilibrium(Weights(W, P, Q, b), one, 100)

    assert torch.autograd.gradcheck(objective, [each.requires_grad_() for each in network(5, one, 0.5).tensors()])


@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_states_move_with_the_labels(seed: int, order: list[int]) -> None:
    one = drawn(seed, 5)
    weights = network(seed + 2, one)
    moved = fixed_point.settle(weights, one.relabelled(order), 30).h
    assert_close(moved, fixed_point.settle(weights, one, 30).h[:, order], 1e-10)


def test_the_penalty_is_zero_on_contractions_only() -> None:
    one = drawn(3, 5)
    weights = network(5, one, 0.7)
    assert float(fixed_point.contraction_penalty(weights, one, 0.9)) == 0
    assert_close(fixed_point.contraction_penalty(weights, one, 0.5), tensor(0.2**2))


def test_instances_are_apart() -> None:
    many = drawn(1, 4, 3)
    weights = network(5, many, 0.5, 3)
    alone, one = Weights(*(each[1] for each in weights.tensors())), Graph(many.A[1], many.X[1])
    assert_close(fixed_point.settle(weights, many, 40).h[1], fixed_point.settle(alone, one, 40).h)
    assert_close(fixed_point.linear_fixed_point(weights, many)[1], fixed_point.linear_fixed_point(alone, one))
    assert_close(fixed_point.settle(alone, many, 40).h[1], fixed_point.settle(alone, one, 40).h)


def test_the_module_learns_degrees() -> None:
    upper = (uniform(3, 20, 5, 5) < 0.5).double().triu(1)
    A = upper + upper.mT
    graphs, target = Graph(A, torch.ones_like(A[:, :1])), A.sum(dim=-2, keepdim=True) / 4
    model = FixedPointNet(1, 4, 1, 20, torch.Generator().manual_seed(0)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(80):
        optimizer.zero_grad()
        loss = ((model(graphs) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Weights(normal(1, H, 2), normal(2, H, D), normal(3, H, D), normal(4, H)), r"W has shape \(3, 2\)"),
        (lambda: fixed_point.settle(network(1, drawn(1, 3)), drawn(1, 3), 5, normal(1, H, 2)), r"start has shape"),
        (lambda: fixed_point.settle(network(1, drawn(1, 3)), drawn(1, 3), 0), "steps is 0"),
        (lambda: fixed_point.lipschitz(network(1, drawn(1, 3)), drawn(1, 3), "relu"), "unit is 'relu'"),
    ],
    ids=["square", "start", "steps", "unit"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_settles_the_same(device: str, dtype: torch.dtype) -> None:
    one = drawn(3, 5)
    weights = network(5, one)
    W, P, Q, b = (each.to(device, dtype) for each in weights.tensors())
    there = Graph(one.A.to(device, dtype), one.X.to(device, dtype))
    found = fixed_point.settle(Weights(W, P, Q, b), there, 60)
    assert (found.h.device.type, found.h.dtype) == (device, dtype)
    expected = fixed_point.settle(weights, one, 60).h
    assert_close(found.h.double(), expected, 1e-9 if dtype == torch.float64 else 1e-4)
