"""Hessian-free optimisation (notes 13.1): curvature met only in products H v, and steps by conjugate gradients.

The parameters are one vector θ; a cost maps (n,) to a scalar. No Hessian is ever formed: H v is the derivative of the
gradient along v, forward over reverse, at about the price of two gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad, jvp, vjp

from solvers.models.checks import check_at_least, check_number, check_shapes

Cost = Callable[[Tensor], Tensor]
Outputs = Callable[[Tensor], Tensor]
Product = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Solved:
    """What conjugate gradients found: x (n,), the residual's norm after 0, 1, … steps, whether J curved down."""

    x: Tensor
    residuals: Tensor
    negative: Tensor  # boolean


@dataclass(frozen=True, slots=True)
class Descent:
    """θ and the cost at the start and after every step: (k+1, n), (k+1,), and the damping in force, (k+1,)."""

    theta: Tensor
    cost: Tensor
    damping: Tensor


def hessian_vector(cost: Cost, theta: Tensor, v: Tensor) -> Tensor:
    """H v = d/dε ∇J(θ + ε v) at ε = 0: (n,)."""
    check_shapes(theta=(theta, "= n"), v=(v, "= n"))
    found: Tensor = jvp(grad(cost), (theta,), (v,))[1]
    return found


def gauss_newton_vector(outputs: Outputs, loss: Cost, theta: Tensor, v: Tensor) -> Tensor:
    """Jᵀ (∇²loss) J v with J the Jacobian of the outputs z (m,): never negative where the loss is convex in z. (n,)."""
    check_shapes(theta=(theta, "= n"), v=(v, "= n"))
    z, along = jvp(outputs, (theta,), (v,))[:2]
    bent = jvp(grad(loss), (z,), (along,))[1]
    found: Tensor = vjp(outputs, theta)[1](bent)[0]
    return found


def conjugate_gradients(product: Product, b: Tensor, steps: int, tolerance: float = 0.0) -> Solved:
    """Solve A x = b from x = 0 where A is known by A v: exact after n steps if A is positive definite.

    It stays where it is once the residual is within the tolerance, or once a direction curves down (vᵀA v <= 0).
    """
    check_shapes(b=(b, "= n"))
    check_at_least(1, steps=steps)
    x, residual, direction = torch.zeros_like(b), b, b
    stopped = negative = torch.zeros((), dtype=torch.bool, device=b.device)
    norms = [residual.norm()]
    for _ in range(steps):
        image = product(direction)
        curvature, size = direction @ image, residual @ residual
        settled = stopped | (norms[-1] <= tolerance)
        negative = negative | (~settled & (curvature <= 0))
        stopped = settled | negative
        # Where it has stopped the step is 0: no branch on a value, so nothing waits for the device.
        alpha = torch.where(stopped, 0.0, size / torch.where(stopped, 1.0, curvature))
        x, new = x + alpha * direction, residual - alpha * image
        beta = torch.where(stopped, 0.0, (new @ new) / torch.where(stopped, 1.0, size))
        residual, direction = new, torch.where(stopped, direction, new + beta * direction)
        norms.append(residual.norm())
    return Solved(x=x, residuals=torch.stack(norms), negative=negative)


def minimise(
    cost: Cost,
    theta: Tensor,
    steps: int,
    inner: int,
    damping: float,
    product: Callable[[Tensor, Tensor], Tensor] | None = None,
) -> Descent:
    """Each step solves (B + λ I) d = -∇J by at most `inner` products, and is taken only where it lowers the cost.

    B v is H v unless a product (θ, v) -> B v is given. λ grows by 3/2 where the cost fell by less than a quarter of
    what the quadratic model foretold, shrinks by 2/3 where it fell by more than three quarters (Levenberg, Marquardt).
    """
    check_shapes(theta=(theta, "= n"))
    check_at_least(1, steps=steps, inner=inner)
    check_number("(0, inf)", damping=damping)
    curve = product if product is not None else lambda at, v: hessian_vector(cost, at, v)
    level = torch.as_tensor(damping, dtype=theta.dtype, device=theta.device)
    trail, costs, levels = [theta.detach()], [cost(theta).detach()], [level]
    for _ in range(steps):
        new, value, level = _step(cost, curve, trail[-1], costs[-1], level, inner)
        trail.append(new)
        costs.append(value)
        levels.append(level)
    return Descent(theta=torch.stack(trail), cost=torch.stack(costs), damping=torch.stack(levels))


def _step(
    cost: Cost, curve: Callable[[Tensor, Tensor], Tensor], theta: Tensor, before: Tensor, level: Tensor, inner: int
) -> tuple[Tensor, Tensor, Tensor]:
    slope: Tensor = grad(cost)(theta)
    d = conjugate_gradients(lambda v: curve(theta, v) + level * v, -slope, inner, 1e-12).x
    after = cost(theta + d).detach()
    foretold = slope @ d + d @ curve(theta, d) / 2
    ratio = torch.where(foretold < 0, (after - before) / torch.where(foretold < 0, foretold, 1.0), 0.0)
    level = torch.where(ratio < 0.25, level * 1.5, torch.where(ratio > 0.75, level / 1.5, level))
    better = after < before
    return torch.where(better, theta + d, theta), torch.where(better, after, before), level
