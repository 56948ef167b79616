"""Adversarial examples and training (notes 6.13): the fast gradient sign, its projected iteration, the logistic case.

A loss takes inputs (..., N, n) to one number an example (..., N); its parameters are held still.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from solvers.models.activations import softplus
from solvers.models.checks import BadInput, check_at_least, check_entries, check_number, check_shapes

Loss = Callable[[Tensor], Tensor]


def input_gradient(loss: Loss, x: Tensor) -> Tensor:
    """∂J/∂x of each example by one backward pass: (..., N, n)."""
    check_shapes(x=(x, "examples inputs"))
    here = x.detach().requires_grad_()
    return torch.autograd.grad(loss(here).sum(), here)[0]


def fast_sign(loss: Loss, x: Tensor, epsilon: float) -> Tensor:
    """x + ε sign(∂J/∂x): (..., N, n)."""
    _check_epsilon(epsilon=epsilon)
    return x + epsilon * torch.sign(input_gradient(loss, x))


def projected(loss: Loss, x: Tensor, epsilon: float, size: float, steps: int, start: Tensor | None = None) -> Tensor:
    """`steps` signed steps of the given size, each brought back to within ε of x, entry by entry: (..., N, n)."""
    _check_epsilon(epsilon=epsilon, size=size)
    check_at_least(1, steps=steps)
    found = x if start is None else x + (start - x).clamp(-epsilon, epsilon)
    for _ in range(steps):
        found = x + (fast_sign(loss, found, size) - x).clamp(-epsilon, epsilon)
    return found


def logistic_loss(w: Tensor, b: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """ζ(-y (w·x + b)) with y in {-1, +1}: w (..., n), b (...), x (..., N, n), y (..., N) -> (..., N)."""
    return softplus(-_margin(w, b, x, y))


def logistic_fast_sign(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """x - ε y sign(w), by hand: the gradient is -y σ(-margin) w. (..., N, n)."""
    _margin(w, b, x, y)
    _check_epsilon(epsilon=epsilon)
    return x - epsilon * y.unsqueeze(-1) * torch.sign(w).unsqueeze(-2)


def logistic_worst_loss(w: Tensor, b: Tensor, x: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """ζ(ε ‖w‖₁ - y (w·x + b)): the largest loss within ε of x, entry by entry. (..., N)."""
    _check_epsilon(epsilon=epsilon)
    margin = _margin(w, b, x, y)
    return softplus(epsilon * w.abs().sum(dim=-1, keepdim=True) - margin)


def flipping_epsilon(w: Tensor, b: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """|w·x + b| / ‖w‖₁: beyond this ε a rightly decided example is decided wrongly; 0 where it already is. (..., N)."""
    margin, size = _margin(w, b, x, y), w.abs().sum(dim=-1, keepdim=True)
    if not bool((size > 0).all()):
        raise BadInput("w is zero, so no change of x changes the decision.")
    return margin.clamp(min=0) / size


def training_loss(loss: Loss, x: Tensor, epsilon: float, share: float = 0.5) -> Tensor:
    """share · J(x) + (1 - share) · J(x'), x' the fast-sign example of the network as it now is; the mean, a scalar.

    x' counts as data: no gradient flows through how it was made.
    """
    check_number("[0, 1]", share=share)
    attacked = fast_sign(loss, x, epsilon)
    return share * loss(x).mean() + (1 - share) * loss(attacked).mean()


def _margin(w: Tensor, b: Tensor, x: Tensor, y: Tensor) -> Tensor:
    check_shapes(w=(w, "inputs"), b=(b, ""), x=(x, "examples inputs"), y=(y, "examples"))
    check_entries("y", y, (-1, 1))
    return y * ((x @ w.unsqueeze(-1)).squeeze(-1) + b.unsqueeze(-1))


def _check_epsilon(**values: float) -> None:
    check_number("[0, inf)", **values)
