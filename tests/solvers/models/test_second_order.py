"""Newton and conjugate gradients against solving, scipy, autograd and the order of the notes' own formulas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from scipy.sparse import linalg as sparse
from torch import Tensor

from solvers.models import second_order
from solvers.models.checks import BadInput
from solvers.models.second_order import Beta
from tests.solvers.models.data import assert_close, normal, tensor


def definite(seed: int, size: int, *leading: int) -> Tensor:
    root = normal(seed, *leading, size, size)
    return root @ root.mT + 0.5 * torch.eye(size, dtype=torch.float64)


def rosenbrock(theta: Tensor) -> Tensor:
    x, y = theta[..., 0], theta[..., 1]
    return (1 - x) ** 2 + 5 * (y - x**2) ** 2


def bowl(theta: Tensor) -> Tensor:
    """Convex, not quadratic: (..., d) -> (...)."""
    return torch.cosh(theta).sum(dim=-1) + 0.5 * (theta.sum(dim=-1) - 1) ** 2


def test_conjugate_gradients_on_paper() -> None:
    """½θᵀAθ - bᵀθ with A = [[2, 0], [0, 4]], b = (2, 4) from 0: d_0 = (2, 4), α_0 = 20/72, θ_2 = (1, 1)."""
    found = second_order.conjugate_gradients(tensor([[2, 0], [0, 4]]), tensor([2, 4]), tensor([0, 0]))
    assert_close(found.directions[0], tensor([2, 4]))
    assert_close(found.lengths[0], tensor(20 / 72))
    assert_close(found.theta[1], tensor([5 / 9, 10 / 9]))
    assert_close(found.betas[1], tensor((64 / 81 + 16 / 81) / 20))
    assert_close(found.theta[2], tensor([1, 1]))


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_n_steps_are_exact_and_directions_conjugate(seed: int, size: int) -> None:
    A, b, start = definite(seed, size, 3), normal(seed + 1, 3, size), normal(seed + 2, 3, size)
    found = second_order.conjugate_gradients(A, b, start)
    assert_close(found.theta[:, -1], torch.linalg.solve(A, b.unsqueeze(-1)).squeeze(-1), 1e-7)
    table = second_order.conjugacy(found.directions, A)
    scale = torch.linalg.matrix_norm(A).max() * found.directions.norm(dim=-1).max() ** 2
    off = table - torch.diag_embed(torch.diagonal(table, dim1=-2, dim2=-1))
    assert float(off.abs().max()) < 1e-8 * float(scale)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_scipy_takes_the_same_steps(steps: int) -> None:
    A, b, start = definite(1, 5), normal(2, 5), normal(3, 5)
    theirs, _ = sparse.cg(A.numpy(), b.numpy(), x0=start.numpy(), rtol=0, atol=0, maxiter=steps)
    assert_close(second_order.conjugate_gradients(A, b, start, steps).theta[-1], torch.from_numpy(theirs), 1e-9)


def test_the_printed_sign_needs_negative_steps() -> None:
    """d = ∇J + β d gives the same points when every α is negative."""
    A, b, start = definite(4, 2), normal(5, 2), normal(6, 2)
    found = second_order.conjugate_gradients(A, b, start)
    d, g = A @ start - b, A @ start - b
    theta = start
    for k in range(2):
        alpha = -(g @ g) / (d @ A @ d)
        assert float(alpha) < 0
        theta = theta + alpha * d
        assert_close(theta, found.theta[k + 1], 1e-9)
        new = A @ theta - b
        d, g = new + (new @ new) / (g @ g) * d, new


@pytest.mark.parametrize("beta", ["fletcher-reeves", "polak-ribiere"])
def test_nonlinear_is_linear_on_a_quadratic(beta: Beta) -> None:
    A, b, start = definite(7, 4, 3), normal(8, 3, 4), normal(9, 3, 4)
    linear = second_order.conjugate_gradients(A, b, start)
    found = second_order.nonlinear_conjugate_gradients(
        lambda theta: (A @ theta.unsqueeze(-1)).squeeze(-1) - b, start, 4, beta
    )
    assert_close(found.theta, linear.theta, 1e-7)
    assert_close(found.betas[:, :3], linear.betas[:, :3], 1e-6)


@pytest.mark.parametrize("beta", ["fletcher-reeves", "polak-ribiere"])
@pytest.mark.parametrize("cost", [bowl, rosenbrock], ids=["bowl", "rosenbrock"])
def test_nonlinear_finds_the_minimum_of_scipy(cost: Callable[[Tensor], Tensor], beta: Beta) -> None:
    start = tensor([[-1.0, 1.5], [2.0, 0.5]])
    gradient, _ = second_order.derivatives(cost)
    found = second_order.nonlinear_conjugate_gradients(gradient, start, 60, beta)
    for place in range(2):
        theirs = optimize.minimize(
            lambda at: float(cost(torch.from_numpy(np.asarray(at)))), start[place].numpy(), method="CG"
        )
        assert_close(found.theta[place, -1], torch.from_numpy(theirs.x), 1e-4)
    assert float(gradient(found.theta[:, -1]).abs().max()) < 1e-6


@given(st.integers(0, 10_000))
def test_newton_meets_the_critical_point_of_a_quadratic(seed: int) -> None:
    """One step, whether H is definite or not (E20)."""
    root = normal(seed, 3, 4, 4)
    A, b, start = root + root.mT, normal(seed + 1, 3, 4), normal(seed + 2, 3, 4)
    trail = second_order.newton(lambda theta: (A @ theta.unsqueeze(-1)).squeeze(-1) - b, lambda _: A, start, 1)
    assert_close(trail[:, 1], torch.linalg.solve(A, b.unsqueeze(-1)).squeeze(-1), 1e-6)


def test_newton_on_a_saddle_is_attracted() -> None:
    A, start = tensor([[2, 0], [0, -3]]), tensor([0.5, 0.1])
    assert_close(start + second_order.newton_step(A @ start, A), tensor([0, 0]))
    assert float(second_order.critical_point(A)) == 0


def test_newton_converges_quadratically_on_the_bowl() -> None:
    gradient, hessian = second_order.derivatives(bowl)
    trail = second_order.newton(gradient, hessian, tensor([[1.0, -0.5, 0.3]]), 8)
    assert float(gradient(trail[:, -1]).abs().max()) < 1e-13


@pytest.mark.parametrize("damping", [1e-9, 1.0, 1e6])
def test_damping_leads_from_newton_to_descent(damping: float) -> None:
    A, g = definite(3, 3), normal(4, 3)
    step = second_order.newton_step(g, A, damping)
    eigenvalues, U = np.linalg.eigh(A.numpy())
    expected = -(U / (eigenvalues + damping)) @ (U.T @ g.numpy())
    assert_close(step, torch.from_numpy(expected), 1e-9)
    if damping == 1e6:
        assert_close(step * damping, -g, 1e-4)


@given(st.integers(0, 10_000), st.floats(0.01, 1))
def test_predicted_change_is_the_change_of_a_quadratic(seed: int, epsilon: float) -> None:
    A, b, theta = definite(seed, 3, 4), normal(seed + 1, 4, 3), normal(seed + 2, 4, 3)

    def cost(at: Tensor) -> Tensor:
        return 0.5 * torch.einsum("...i,...ij,...j->...", at, A, at) - (b * at).sum(dim=-1)

    g = (A @ theta.unsqueeze(-1)).squeeze(-1) - b
    assert_close(second_order.predicted_change(g, A, epsilon), cost(theta - epsilon * g) - cost(theta), 1e-8)
    best = second_order.best_rate(g, A)
    lowest = second_order.predicted_change(g, A, best)
    assert bool((lowest <= second_order.predicted_change(g, A, best * (1 + epsilon))).all())
    assert bool((lowest <= second_order.predicted_change(g, A, best * (1 - epsilon))).all())


@pytest.mark.parametrize(
    ("diagonal", "kind"), [((1, 2), 1.0), ((-1, -2), -1.0), ((1, -2), 0.0), ((0, 1), None), ((0, 0), None)]
)
def test_kinds_of_critical_points(diagonal: tuple[float, float], kind: float | None) -> None:
    found = float(second_order.critical_point(torch.diag(tensor(diagonal))))
    assert found == kind if kind is not None else found != found


def test_hessian_is_torch_s() -> None:
    at = normal(1, 5, 3)
    _, hessian = second_order.derivatives(bowl)
    expected = torch.stack([torch.autograd.functional.hessian(bowl, each) for each in at])
    assert_close(hessian(at), expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: second_order.conjugate_gradients(-torch.eye(2).double(), normal(1, 2), normal(2, 2)), "not positive"),
        (lambda: second_order.conjugate_gradients(tensor([[1, 2], [0, 1]]), normal(1, 2), normal(2, 2)), "symmetric"),
        (lambda: second_order.newton_step(tensor([1, 1]), tensor([[1, 1], [1, 1]])), "no Newton step"),
        (lambda: second_order.newton_step(tensor([1, 1]), tensor([[1]])), r"H has shape \(1, 1\)"),
    ],
    ids=["indefinite", "asymmetric", "singular", "shape"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_trail(device: str) -> None:
    A, b, start = definite(1, 4, 3), normal(2, 3, 4), normal(3, 3, 4)
    there = second_order.conjugate_gradients(A.to(device), b.to(device), start.to(device))
    assert there.theta.device.type == device
    assert_close(there.theta, second_order.conjugate_gradients(A, b, start).theta, 1e-9)
