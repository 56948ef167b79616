"""Second-order methods (notes 7.2.1, 7.6): Newton, damped Newton, conjugate gradients, linear and non-linear.

Directions are d = -∇J + β d (the notes print +∇J, which descends only with negative steps).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_one_of, check_real, check_shapes

Field = Callable[[Tensor], Tensor]  # θ (..., d) -> ∇J (..., d), or the Hessian (..., d, d)
Beta = Literal["fletcher-reeves", "polak-ribiere"]
HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Conjugate:
    """θ_0 … θ_k (..., k+1, n); d_0 … d_{k-1} (..., k, n); step lengths α (..., k); β_0 = 0, β_1, … (..., k)."""

    theta: Tensor
    directions: Tensor
    lengths: Tensor
    betas: Tensor


def predicted_change(g: Tensor, H: Tensor, epsilon: Tensor | float) -> Tensor:
    """-ε gᵀg + ½ ε² gᵀHg: what a gradient step does to J, to second order (7.2.1). (...)."""
    check_real(epsilon=epsilon)
    check_shapes(g=(g, "d"), H=(H, "d d"))
    rate = torch.as_tensor(epsilon, dtype=g.dtype, device=g.device)
    return -rate * _dot(g, g) + rate**2 / 2 * _dot(g, _apply(H, g))


def best_rate(g: Tensor, H: Tensor) -> Tensor:
    """gᵀg / gᵀHg, where the predicted change is lowest: (...), infinite where J curves down along g."""
    check_shapes(g=(g, "d"), H=(H, "d d"))
    curvature = _dot(g, _apply(H, g))
    return torch.where(curvature > 0, _dot(g, g) / curvature, torch.full_like(curvature, torch.inf))


def critical_point(H: Tensor) -> Tensor:
    """What H makes of a point where ∇J = 0: 1 a minimum, -1 a maximum, 0 a saddle, nan where an eigenvalue is 0. (...).

    A saddle needs one positive and one negative eigenvalue; beside them zeros change nothing.
    """
    check_shapes(H=(H, "d d"))
    _check_symmetric(H)
    eigenvalues = torch.linalg.eigvalsh(H)
    tiny = eigenvalues.abs().amax(dim=-1) * H.shape[-1] * torch.finfo(H.dtype).eps
    low, high = eigenvalues[..., 0], eigenvalues[..., -1]
    kind = torch.full_like(low, torch.nan)
    kind = torch.where(low > tiny, torch.ones_like(low), kind)
    kind = torch.where(high < -tiny, -torch.ones_like(low), kind)
    return torch.where((low < -tiny) & (high > tiny), torch.zeros_like(low), kind)


def newton_step(g: Tensor, H: Tensor, damping: float = 0.0) -> Tensor:
    """-(H + λI)⁻¹ g (7.6), which leads a quadratic to its critical point, whatever kind it is: (..., d)."""
    sizes = check_shapes(g=(g, "d"), H=(H, "d d"))
    check_real(damping=damping)
    damped = H + damping * torch.eye(sizes["d"], dtype=H.dtype, device=H.device)
    step, singular = torch.linalg.solve_ex(damped, -g.unsqueeze(-1))
    if bool((singular != 0).any()) or not bool((torch.linalg.cond(damped) < 1 / torch.finfo(H.dtype).eps).all()):
        raise BadInput(f"H + {damping:g} I cannot be inverted, so there is no Newton step: take another damping.")
    return step.squeeze(-1)


def newton(gradient: Field, hessian: Field, start: Tensor, steps: int, damping: float = 0.0) -> Tensor:
    """Newton's method from start (..., d): the whole trail (..., steps+1, d). Damping λ > 0 leans towards descent."""
    check_shapes(start=(start, "d"))
    check_at_least(0, steps=steps)
    trail = [start]
    for _ in range(steps):
        trail.append(trail[-1] + newton_step(gradient(trail[-1]), hessian(trail[-1]), damping))
    return torch.stack(torch.broadcast_tensors(*trail), dim=-2)


def derivatives(cost: Field) -> tuple[Field, Field]:
    """∇J and the Hessian of a cost (..., d) -> (...) whose instances do not see each other, by autograd."""

    def gradient(theta: Tensor) -> Tensor:
        here = theta.detach().requires_grad_()
        return torch.autograd.grad(cost(here).sum(), here)[0]

    def hessian(theta: Tensor) -> Tensor:
        here = theta.detach().requires_grad_()
        (first,) = torch.autograd.grad(cost(here).sum(), here, create_graph=True)
        rows = [torch.autograd.grad(first[..., i].sum(), here, retain_graph=True)[0] for i in range(here.shape[-1])]
        return torch.stack(rows, dim=-2)  # d of (..., d) -> (..., d, d)

    return gradient, hessian


def conjugate_gradients(A: Tensor, b: Tensor, start: Tensor, steps: int | None = None) -> Conjugate:
    """Minimise ½ θᵀAθ - bᵀθ for positive definite A (..., n, n): exact after n steps, the default.

    α = gᵀg / dᵀAd, β = g'ᵀg' / gᵀg. Once ∇J = 0 the trail stands still, with zero directions.
    """
    sizes = check_shapes(A=(A, "n n"), b=(b, "n"), start=(start, "n"))
    _check_symmetric(A)
    if not bool((torch.linalg.eigvalsh(A) > 0).all()):
        raise BadInput("A is not positive definite, so the quadratic has no minimum to search for.")
    check_at_least(1, steps=sizes["n"] if steps is None else steps)

    def length(theta: Tensor, d: Tensor, g: Tensor) -> Tensor:
        return _ratio(_dot(g, g), _dot(d, _apply(A, d)))

    return _search(
        lambda theta: _apply(A, theta) - b, start, steps or sizes["n"], length, "fletcher-reeves", restart=None
    )


def nonlinear_conjugate_gradients(
    gradient: Field, start: Tensor, steps: int, beta: Beta = "polak-ribiere", restart: int | None = None
) -> Conjugate:
    """The same on any differentiable J, with a line search in place of α and no Hessian (7.6).

    β is g'ᵀg' / gᵀg (Fletcher-Reeves) or g'ᵀ(g' - g) / gᵀg, at least 0 (Polak-Ribière); every `restart` steps
    (default: the number of parameters), and wherever d would climb, the search starts again from -∇J.
    """
    sizes = check_shapes(start=(start, "n"))
    check_at_least(1, steps=steps, restart=sizes["n"] if restart is None else restart)
    check_one_of("beta", beta, ("fletcher-reeves", "polak-ribiere"))

    def length(theta: Tensor, d: Tensor, g: Tensor) -> Tensor:
        return line_search(gradient, theta, d)

    return _search(gradient, start, steps, length, beta, restart or sizes["n"])


def line_search(gradient: Field, theta: Tensor, direction: Tensor) -> Tensor:
    """An α > 0 where the slope ∇J(θ + α d)ᵀd is 0: doubled from 1 until J rises, then halved in. (...).

    0 where d is 0; where J falls for ever, the last step tried (2^60).
    """
    check_shapes(theta=(theta, "n"), direction=(direction, "n"))

    def falls(alpha: Tensor) -> Tensor:
        return _dot(gradient(theta + alpha.unsqueeze(-1) * direction), direction) < 0

    high = torch.ones_like(_dot(theta, direction))
    for _ in range(HALVINGS):
        still = falls(high)
        if not bool(still.any()):
            break
        high = torch.where(still, 2 * high, high)
    low = torch.zeros_like(high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = falls(middle)
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return torch.where((direction == 0).all(dim=-1), torch.zeros_like(low), (low + high) / 2)


def conjugacy(directions: Tensor, A: Tensor) -> Tensor:
    """d_iᵀ A d_j for every pair: (..., k, n) -> (..., k, k), diagonal when the directions are conjugate."""
    check_shapes(directions=(directions, "k n"), A=(A, "n n"))
    return directions @ A @ directions.mT


def _search(
    gradient: Field,
    start: Tensor,
    steps: int,
    length: Callable[[Tensor, Tensor, Tensor], Tensor],
    beta: Beta,
    restart: int | None,
) -> Conjugate:
    theta, g = start, gradient(start)
    d, factor = -g, torch.zeros_like(g[..., 0])
    thetas, directions, lengths, betas = [theta], [d], [], [factor]
    for k in range(1, steps + 1):
        lengths.append(length(theta, d, g))
        theta = theta + lengths[-1].unsqueeze(-1) * d
        thetas.append(theta)
        if k == steps:
            break
        new = gradient(theta)
        again = restart is not None and k % restart == 0
        factor = torch.zeros_like(factor) if again else _beta(beta, new, g)
        d, factor = _descending(new, factor, d, guard=restart is not None)
        g = new
        directions.append(d)
        betas.append(factor)
    return Conjugate(
        torch.stack(torch.broadcast_tensors(*thetas), dim=-2),
        torch.stack(directions, dim=-2),
        torch.stack(lengths, dim=-1),
        torch.stack(betas, dim=-1),
    )


def _beta(kind: Beta, new: Tensor, old: Tensor) -> Tensor:
    if kind == "fletcher-reeves":
        return _ratio(_dot(new, new), _dot(old, old))
    return _ratio(_dot(new, new - old), _dot(old, old)).clamp(min=0)


def _descending(g: Tensor, factor: Tensor, d: Tensor, *, guard: bool) -> tuple[Tensor, Tensor]:
    """d' = -g + β d; with a guard, -g alone where d' would climb."""
    direction = -g + factor.unsqueeze(-1) * d
    if not guard:
        return direction, factor
    climbs = _dot(direction, g) >= 0
    return torch.where(climbs.unsqueeze(-1), -g, direction), torch.where(climbs, torch.zeros_like(factor), factor)


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(dim=-1)


def _apply(A: Tensor, x: Tensor) -> Tensor:
    return (A @ x.unsqueeze(-1)).squeeze(-1)


def _ratio(top: Tensor, bottom: Tensor) -> Tensor:
    """top / bottom, and 0 where there is nothing left to divide by: the minimum has been reached."""
    return torch.where(bottom > 0, top / torch.where(bottom > 0, bottom, torch.ones_like(bottom)), 0 * top)


def _check_symmetric(A: Tensor) -> None:
    if not torch.allclose(A, A.mT):
        raise BadInput("The matrix is not symmetric, but a Hessian is: take (A + Aᵀ) / 2.")
