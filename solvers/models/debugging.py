"""Debugging (notes 9.1.6): gradients checked by differences, dead units, worst mistakes, a tiny set fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes
from solvers.models.optimizers import Optimizer, Rule

Cost = Callable[[Tensor], Tensor]  # θ (..., d) -> (...)


@dataclass(frozen=True, slots=True)
class Fit:
    """The losses of each step on a tiny set, and whether the last is low enough."""

    losses: Tensor
    fitted: bool


def central_differences(cost: Cost, theta: Tensor, step: float = 1e-5) -> Tensor:
    """(J(θ + h e_i) - J(θ - h e_i)) / 2h for every i, all 2d points in one call: (..., d)."""
    moves = _moves(theta, step)
    return (cost(theta.unsqueeze(-2) + moves) - cost(theta.unsqueeze(-2) - moves)) / (2 * step)


def forward_differences(cost: Cost, theta: Tensor, step: float = 1e-5) -> Tensor:
    """(J(θ + h e_i) - J(θ)) / h: half the work, and an error of order h where the central one has h². (..., d)."""
    moves = _moves(theta, step)
    return (cost(theta.unsqueeze(-2) + moves) - cost(theta).unsqueeze(-1)) / step


def relative_error(found: Tensor, expected: Tensor) -> Tensor:
    """‖a - b‖ / (‖a‖ + ‖b‖), and 0 where both are 0: below 1e-6 in float64 a gradient is right. (..., d) -> (...)."""
    check_shapes(found=(found, "d"), expected=(expected, "d"))
    size = torch.linalg.vector_norm(found, dim=-1) + torch.linalg.vector_norm(expected, dim=-1)
    apart = torch.linalg.vector_norm(found - expected, dim=-1)
    return torch.where(size > 0, apart / torch.where(size > 0, size, torch.ones_like(size)), 0 * apart)


def gradient_error(cost: Cost, gradient: Callable[[Tensor], Tensor], theta: Tensor, step: float = 1e-5) -> Tensor:
    """The relative error of a gradient written by hand: (...)."""
    return relative_error(gradient(theta), central_differences(cost, theta, step))


def firing(activations: Tensor) -> Tensor:
    """How often each unit is above 0: (..., N, units) -> (..., units)."""
    check_shapes(activations=(activations, "examples units"))
    return (activations > 0).to(activations.dtype).mean(dim=-2)


def dead(activations: Tensor) -> Tensor:
    """The share of units that no example makes fire: (..., N, units) -> (...)."""
    return (firing(activations) == 0).to(activations.dtype).mean(dim=-1)


def dead_units(model: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """The dead share of every ReLU of a module, by name, on x (N, …); maps count a channel as one unit."""
    check_shapes(x=(x, "examples inputs"))
    found: dict[str, Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        def note(_: nn.Module, __: object, out: Tensor) -> None:
            # (N, units) as it is; (N, C, H, W) -> (N H W, C)
            found[name] = dead(out.movedim(1, -1).reshape(-1, out.shape[1]))

        return note

    units = [(name, each) for name, each in model.named_modules() if isinstance(each, nn.ReLU)]
    handles = [each.register_forward_hook(watch(name)) for name, each in units]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return found


def gradient_norms(model: nn.Module, loss: Tensor) -> dict[str, Tensor]:
    """‖∂loss/∂parameter‖ by name: falling from the last layer to the first they vanish, rising they explode."""
    named = dict(model.named_parameters())
    grown = torch.autograd.grad(loss, list(named.values()), allow_unused=True, materialize_grads=True)
    return {name: torch.linalg.vector_norm(each) for name, each in zip(named, grown, strict=True)}


def worst(losses: Tensor, count: int) -> Tensor:
    """The places of the largest losses, largest first: (..., N) -> (..., count)."""
    size = check_shapes(losses=(losses, "examples"))["examples"]
    check_at_least(1, count=count)
    if count > size:
        raise BadInput(f"count is {count}, but there are only {size} examples.")
    return losses.sort(dim=-1, descending=True, stable=True).indices[..., :count]


def fit_tiny_set(model: nn.Module, loss: Callable[[], Tensor], rule: Rule, steps: int, below: float) -> Fit:
    """Train on a handful of examples: a model that cannot push this loss `below` has a defect, not too little data."""
    check_at_least(1, steps=steps)
    check_number(below=below)
    optimizer = Optimizer(model.parameters(), rule)
    losses = [optimizer.step(loss) for _ in range(steps)]
    losses.append(loss().detach())
    return Fit(torch.stack(losses), bool(losses[-1] < below))


def _moves(theta: Tensor, step: float) -> Tensor:
    size = check_shapes(theta=(theta, "d"))["d"]
    check_number("(0, inf)", step=step)
    return step * torch.eye(size, dtype=theta.dtype, device=theta.device)
