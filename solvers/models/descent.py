"""Gradient descent (notes 2.2, 5.1): the driver with its log, its closed form on a quadratic, the order of examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_real, check_shapes


@dataclass(frozen=True, slots=True)
class Rates:
    """What a quadratic allows: descent converges for 0 < η < `limit`, fastest at `best`, by `factor` a step."""

    limit: Tensor  # 2 / λmax, (...)
    best: Tensor  # 2 / (λmin + λmax), (...)
    factor: Tensor  # (κ - 1) / (κ + 1) at the best rate, (...)


def descend(gradient: Callable[[Tensor], Tensor], start: Tensor, eta: Tensor | float, steps: int) -> Tensor:
    """θ <- θ - η ∇J(θ), from start (..., d): the whole trail, (..., steps+1, d). η is a number, or (...)."""
    check_shapes(start=(start, "parameters"))
    check_at_least(0, steps=steps)
    check_real(eta=eta)
    rate = torch.as_tensor(eta, dtype=start.dtype, device=start.device).unsqueeze(-1)  # (...) -> (..., 1)
    trail = [start]
    for _ in range(steps):
        trail.append(trail[-1] - rate * gradient(trail[-1]))
    return torch.stack(torch.broadcast_tensors(*trail), dim=-2)


def quadratic_gradient(A: Tensor, b: Tensor, theta: Tensor) -> Tensor:
    """∇(½ θᵀAθ - bᵀθ) = Aθ - b for symmetric A (..., d, d): (..., d)."""
    check_shapes(A=(A, "d d"), b=(b, "d"), theta=(theta, "d"))
    return (A @ theta.unsqueeze(-1)).squeeze(-1) - b


def after(A: Tensor, b: Tensor, start: Tensor, eta: Tensor | float, steps: int) -> Tensor:
    """θ_k = θ* + (I - ηA)^k (θ_0 - θ*) with Aθ* = b, without iterating: (..., d)."""
    check_at_least(0, steps=steps)
    check_real(eta=eta)
    _check(A, b=b, start=start)
    rate = torch.as_tensor(eta, dtype=A.dtype, device=A.device)[..., None, None]  # (...) -> (..., 1, 1)
    units = torch.eye(A.shape[-1], dtype=A.dtype, device=A.device)
    solution, singular = torch.linalg.solve_ex(A, b.unsqueeze(-1))  # (..., d, 1)
    if bool((singular != 0).any()) or not bool(solution.isfinite().all()):
        raise BadInput("A is singular, so there is no one solution θ* of Aθ* = b.")
    moved = torch.linalg.matrix_power(units - rate * A, steps) @ (start.unsqueeze(-1) - solution)
    return (solution + moved).squeeze(-1)


def rates(A: Tensor) -> Rates:
    """The learning rates of ½ θᵀAθ - bᵀθ for positive definite A (..., d, d)."""
    _check(A)
    eigenvalues = torch.linalg.eigvalsh(A)
    low, high = eigenvalues[..., 0], eigenvalues[..., -1]
    if not bool((low > 0).all()):
        raise BadInput("A is not positive definite, so descent has no minimum to converge to.")
    return Rates(limit=2 / high, best=2 / (low + high), factor=(high - low) / (high + low))


def contraction(A: Tensor, eta: Tensor | float) -> Tensor:
    """max |1 - η λ|: below 1 the error shrinks by at least this factor a step, above 1 descent diverges: (...)."""
    _check(A)
    check_real(eta=eta)
    rate = torch.as_tensor(eta, dtype=A.dtype, device=A.device).unsqueeze(-1)  # (...) -> (..., 1)
    return (1 - rate * torch.linalg.eigvalsh(A)).abs().amax(dim=-1)


def schedule(examples: int, batch: int, epochs: int) -> tuple[range, ...]:
    """Which examples each update sees, in order; the last batch of an epoch may be short.

    batch = examples is batch descent, 1 stochastic, between them mini-batch.
    """
    check_at_least(1, examples=examples, batch=batch, epochs=epochs)
    epoch = [range(first, min(first + batch, examples)) for first in range(0, examples, batch)]
    return tuple(epoch * epochs)


def _check(A: Tensor, **vectors: Tensor) -> None:
    check_shapes(A=(A, "d d"), **{name: (vector, "d") for name, vector in vectors.items()})
    if not torch.allclose(A, A.mT):
        raise BadInput("A is not symmetric, but the matrix of a quadratic form must be: take (A + Aᵀ) / 2.")
