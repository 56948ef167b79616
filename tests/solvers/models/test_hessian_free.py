"""Hessian-free optimisation: products against whole Hessians, CG against solves, descent on a recurrent network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import hessian_free as hf
from solvers.models import rnn
from solvers.models.checks import BadInput
from solvers.models.rnn import Weights
from tests.solvers.models.data import assert_close, normal, tensor, uniform

# torch's own forward mode compiles its rules on first use with a function that torch itself now warns of.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

SHAPES = [(3, 2), (3, 3), (3,), (1, 3), (1,)]
COUNT = 22


def split(theta: Tensor) -> Weights:
    sizes = [torch.Size(shape).numel() for shape in SHAPES]
    return Weights(*(each.reshape(shape) for each, shape in zip(theta.split(sizes), SHAPES, strict=True)))


def states(weights: Weights, x: Tensor) -> Tensor:
    """The outputs before tanh, without the checks (which torch.func cannot trace)."""
    h, found = torch.zeros(x.shape[0], 3, dtype=x.dtype), []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ weights.U.T + h @ weights.W.T + weights.b)
        found.append(h @ weights.V.T + weights.c)
    return torch.stack(found, dim=1)


def quadratic(seed: int, n: int = 4) -> tuple[Tensor, Tensor]:
    root = normal(seed, n, n)
    return root @ root.T + 0.5 * torch.eye(n, dtype=torch.float64), normal(seed + 1, n)


def bumpy(theta: Tensor) -> Tensor:
    return (torch.sin(theta) * theta.roll(1)).sum() + (theta**4).sum() / 10


@given(st.integers(0, 10_000))
def test_the_product_is_the_whole_hessian_times_v(seed: int) -> None:
    theta, v = normal(seed, 5), normal(seed + 1, 5)
    H = torch.autograd.functional.hessian(bumpy, theta)
    assert_close(hf.hessian_vector(bumpy, theta, v), H @ v, 1e-10)
    step = 1e-5
    slopes = [torch.func.grad(bumpy)(theta + sign * step * v) for sign in (1, -1)]
    assert_close(hf.hessian_vector(bumpy, theta, v), (slopes[0] - slopes[1]) / (2 * step), 1e-6)


@given(st.integers(0, 10_000))
def test_gauss_newton_is_its_three_factors(seed: int) -> None:
    theta, v, M = normal(seed, 4), normal(seed + 1, 4), normal(seed + 2, 6, 4)

    def outputs(at: Tensor) -> Tensor:
        return torch.tanh(M @ at)

    def loss(z: Tensor) -> Tensor:
        return (z**4).sum() + (z**2).sum()

    J = torch.autograd.functional.jacobian(outputs, theta)
    inner = torch.autograd.functional.hessian(loss, outputs(theta))
    found = hf.gauss_newton_vector(outputs, loss, theta, v)
    assert_close(found, J.T @ inner @ J @ v, 1e-10)
    assert float(v @ found) >= 0


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_conjugate_gradients_solve_in_n_steps(seed: int, n: int) -> None:
    A, b = quadratic(seed, n)
    found = hf.conjugate_gradients(lambda v: A @ v, b, n + 3, 1e-11)
    assert_close(found.x, torch.linalg.solve(A, b), 1e-7)
    assert not bool(found.negative)


def test_conjugate_gradients_say_where_it_curves_down() -> None:
    """A = diag(1, -1), b = (1, 1): bᵀA b = 0, so not a step is taken."""
    A = torch.diag(tensor([1, -1]))
    found = hf.conjugate_gradients(lambda v: A @ v, tensor([1, 1]), 3)
    assert bool(found.negative)
    assert found.x.tolist() == [0.0, 0.0]


def test_a_quadratic_takes_a_few_steps() -> None:
    A, b = quadratic(1)
    found = hf.minimise(lambda at: at @ A @ at / 2 - b @ at, torch.zeros(4).double(), 30, 8, 1e-3)
    assert_close(found.theta[-1], torch.linalg.solve(A, b), 1e-6)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_cost_never_rises(seed: int) -> None:
    found = hf.minimise(bumpy, normal(seed, 5), 8, 5, 0.1)
    assert bool((found.cost.diff() <= 0).all())
    assert_close(found.cost[-1], bumpy(found.theta[-1]), 1e-12)


def test_a_recurrent_network_descends() -> None:
    """The sign of the first input after three steps, by Gauss-Newton products; the plain states are rnn.py's."""
    x, theta = normal(1, 16, 4, 2), 0.5 * normal(2, COUNT)
    wanted = 0.8 * torch.sign(x[:, 0, 0])
    assert_close(states(split(theta), x), rnn.forward(split(theta), x).net)

    def outputs(at: Tensor) -> Tensor:
        return states(split(at), x)[:, -1, 0]

    def loss(z: Tensor) -> Tensor:
        return ((z - wanted) ** 2).mean()

    found = hf.minimise(
        lambda at: loss(outputs(at)), theta, 15, 12, 0.1, lambda at, v: hf.gauss_newton_vector(outputs, loss, at, v)
    )
    assert float(found.cost[-1]) < 0.15 * float(found.cost[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hf.hessian_vector(bumpy, normal(1, 3), normal(2, 4)), r"v has shape \(4,\), but .* n = 3"),
        (lambda: hf.conjugate_gradients(lambda v: v, normal(1, 3), 0), "steps is 0"),
        (lambda: hf.minimise(bumpy, normal(1, 3), 1, 1, 0.0), "damping is 0.0"),
    ],
    ids=["vector", "steps", "damping"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_products(device: str, dtype: torch.dtype) -> None:
    theta, v = normal(1, 5), uniform(2, 5)
    found = hf.hessian_vector(bumpy, theta.to(device, dtype), v.to(device, dtype))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), hf.hessian_vector(bumpy, theta, v), 1e-9 if dtype == torch.float64 else 1e-4)
