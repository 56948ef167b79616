"""The widest separation against non-negative least squares, linear programming, and its own certificate."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, nnls
from torch import Tensor

from solvers.models import perceptron, separation
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, signs, tensor

SQUARE = tensor([[0, 0], [0, 1], [1, 0], [1, 1]])


def margin_by_least_distance(x: Tensor, target: Tensor) -> float:
    """Lawson and Hanson: the shortest w with t_i w·x_i >= 1 from one NNLS problem; the margin is 1 / ‖w‖."""
    z = (target.unsqueeze(-1) * perceptron.augment(x)).numpy()
    left, right = np.vstack([z.T, np.ones(len(z))]), np.append(np.zeros(z.shape[1]), 1.0)
    dual, length = nnls(left, right)
    if length < 1e-9:
        return 0.0
    rest = left @ dual - right
    return float(1 / np.linalg.norm(rest[:-1] / rest[-1]))


def separable_by_programming(x: Tensor, target: Tensor) -> bool:
    z = (target.unsqueeze(-1) * perceptron.augment(x)).numpy()
    found = linprog(np.zeros(z.shape[1]), A_ub=-z, b_ub=-np.ones(len(z)), bounds=(None, None))
    return bool(found.status == 0)


@pytest.mark.parametrize(
    ("target", "margin"),
    [([-1, -1, -1, 1], 1 / math.sqrt(17)), ([-1, 1, 1, 1], 1 / 3), ([-1, 1, 1, -1], 0.0)],
    ids=["and", "or", "xor"],
)
def test_gates(target: list[float], margin: float) -> None:
    """AND: w' = (-3, 2, 2) has t net >= 1. OR: w' = (-1, 2, 2). XOR: the two diagonals cross."""
    found = separation.widest(SQUARE, tensor(target))
    assert_close(found.margin, tensor(margin))
    assert bool(found.separable) == (margin > 0)


def test_xor_comes_with_its_proof() -> None:
    """A quarter of each z_i adds up to nothing, so no w' can have a positive product with all."""
    found = separation.widest(SQUARE, tensor([-1, 1, 1, -1]))
    assert_close(found.proof, torch.full((4,), 0.25).double())
    assert_close(found.weights, torch.zeros(3).double())


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 3))
def test_other_methods_agree(seed: int, examples: int, inputs: int) -> None:
    x, target = normal(seed, 3, examples, inputs), signs(seed + 1, 3, examples)
    found = separation.widest(x, target)
    for i in range(3):
        assert bool(found.separable[i]) == separable_by_programming(x[i], target[i])
        assert float(found.margin[i]) == pytest.approx(margin_by_least_distance(x[i], target[i]), abs=1e-9)


@given(st.integers(0, 10_000))
def test_small_integers_that_often_touch(seed: int) -> None:
    """Points of a 3x3 grid, some repeated, some on the border between the classes."""
    x, target = (normal(seed, 7, 2) * 1.2).round().clamp(-1, 1), signs(seed + 1, 7)
    found = separation.widest(x, target)
    assert bool(found.separable) == separable_by_programming(x, target)


@given(st.integers(0, 10_000))
def test_the_proof_proves(seed: int) -> None:
    """Σ proof z = margin w' with proof >= 0 bounds every margin; w' attains it."""
    x, target = normal(seed, 6, 2), signs(seed + 1, 6)
    found = separation.widest(x, target)
    z = target.unsqueeze(-1) * perceptron.augment(x)
    assert bool((found.proof >= 0).all())
    assert_close(found.proof.sum(), tensor(1.0))
    assert_close(found.proof @ z, found.margin * found.weights)
    if found.separable:
        assert_close(perceptron.margin(found.weights, x, target), found.margin, 1e-9)


def test_the_perceptron_keeps_the_best_bound() -> None:
    found = separation.widest(SQUARE, tensor([-1, -1, -1, 1]))
    training = perceptron.train(torch.zeros(3).double(), SQUARE, tensor([-1, -1, -1, 1]), 0.5, 40)
    assert bool(training.converged)
    assert int(training.updates) <= float(perceptron.bound(found.weights, SQUARE, tensor([-1, -1, -1, 1])))


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="target holds 0"):
        separation.widest(SQUARE, tensor([0, 1, 1, 1]))
    with pytest.raises(BadInput, match="80 examples of 3 inputs have more than 200,000 faces"):
        separation.widest(normal(1, 80, 3), signs(2, 80))


def test_every_device_gives_the_same_margin(device: str) -> None:
    x, target = normal(1, 5, 6, 2), signs(2, 5, 6)
    there = separation.widest(x.to(device), target.to(device))
    assert there.margin.device.type == device
    assert_close(there.margin, separation.widest(x, target).margin, 1e-9)
