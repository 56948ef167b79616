"""Gradient descent against its closed form, torch.optim.SGD and its own bounds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import descent, regression
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor


def definite(seed: int, size: int = 3, *leading: int) -> Tensor:
    root = normal(seed, *leading, size, size)
    return root @ root.mT + 0.3 * torch.eye(size, dtype=torch.float64)


@given(st.integers(0, 10_000), st.integers(0, 12))
def test_descent_on_a_quadratic_is_its_closed_form(seed: int, steps: int) -> None:
    A, b, start = definite(seed, 3, 4), normal(seed + 1, 4, 3), normal(seed + 2, 4, 3)
    eta = 0.7 * descent.rates(A).limit
    trail = descent.descend(lambda theta: descent.quadratic_gradient(A, b, theta), start, eta, steps)
    assert trail.shape == (4, steps + 1, 3)
    assert_close(trail[:, -1], descent.after(A, b, start, eta, steps), 1e-9)


def test_descent_is_sgd() -> None:
    x, y, start = normal(1, 8, 3), normal(2, 8), normal(3, 3)
    trail = descent.descend(lambda w: regression.cost_gradient(x, w, y, 1 / 16), start, 0.1, 5)
    theirs = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([theirs], lr=0.1)
    for expected in trail[1:]:
        optimizer.zero_grad()
        regression.cost(x, theirs, y, 1 / 16).backward()
        optimizer.step()
        assert_close(theirs, expected)


@given(st.integers(0, 10_000))
def test_rates_part_convergence_from_divergence(seed: int) -> None:
    A = definite(seed)
    rates = descent.rates(A)
    assert float(descent.contraction(A, rates.limit * 0.99)) < 1
    assert float(descent.contraction(A, rates.limit * 1.01)) > 1
    assert_close(descent.contraction(A, rates.limit), tensor(1.0), 1e-9)
    assert_close(descent.contraction(A, rates.best), rates.factor, 1e-9)
    for eta in (0.9 * rates.best, 1.1 * rates.best):
        assert float(descent.contraction(A, eta)) >= float(rates.factor)


def test_errors_shrink_by_the_contraction() -> None:
    A, b, start = definite(1), normal(2, 3), normal(3, 3)
    eta = descent.rates(A).best
    solution = torch.linalg.solve(A, b)
    trail = descent.descend(lambda theta: descent.quadratic_gradient(A, b, theta), start, eta, 10)
    distances = torch.linalg.vector_norm(trail - solution, dim=-1).tolist()
    assert all(after <= before * float(descent.contraction(A, eta)) + 1e-12 for before, after in pairwise(distances))


@pytest.mark.parametrize(
    ("examples", "batch", "epochs", "updates"), [(10, 10, 3, 3), (10, 1, 3, 30), (10, 4, 2, 6), (3, 8, 1, 1)]
)
def test_schedules_show_every_example(examples: int, batch: int, epochs: int, updates: int) -> None:
    shown = descent.schedule(examples, batch, epochs)
    assert len(shown) == updates
    assert [index for each in shown for index in each] == list(range(examples)) * epochs


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: descent.rates(tensor([[1, 0], [0, -1]])), "not positive definite"),
        (lambda: descent.rates(tensor([[1, 2], [0, 1]])), "not symmetric"),
        (lambda: descent.schedule(3, 0, 1), "batch is 0"),
    ],
    ids=["indefinite", "asymmetric", "batch"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_numbers(device: str) -> None:
    A, b, start = definite(3, 3, 4), normal(2, 4, 3), normal(1, 4, 3)
    there = descent.after(A.to(device), b.to(device), start.to(device), 0.1, 5)
    assert there.device.type == device
    assert_close(there, descent.after(A, b, start, 0.1, 5), 1e-9)
