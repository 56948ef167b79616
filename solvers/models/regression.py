"""Least squares in closed form: linear, polynomial and ridge regression (notes 1.1.2, 2.3, 6.2.1), instances first.

The cost is factor · Σ (t - Xw)²; 1/2m in 2.3, 1/n in 6.2.1. Regression by gradient steps is a one-layer `mlp`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_real, check_shapes


def with_bias(x: Tensor) -> Tensor:
    """A leading column of ones: (..., N, n) -> (..., N, n+1)."""
    check_shapes(x=(x, "examples inputs"))
    return torch.cat([torch.ones_like(x[..., :1]), x], dim=-1)


def polynomial(x: Tensor, degree: int) -> Tensor:
    """The features 1, x, x², …, x^degree of one input: (..., N) -> (..., N, degree+1)."""
    check_shapes(x=(x, "examples"))
    check_at_least(0, degree=degree)
    return x.unsqueeze(-1) ** torch.arange(degree + 1, device=x.device)


def predict(features: Tensor, w: Tensor) -> Tensor:
    """o = X w: (..., N, d), (..., d) -> (..., N)."""
    check_shapes(features=(features, "examples weights"), w=(w, "weights"))
    return (features @ w.unsqueeze(-1)).squeeze(-1)


def cost(features: Tensor, w: Tensor, target: Tensor, factor: float) -> Tensor:
    """J(w) = factor · Σ (t - o)²: (...)."""
    check_shapes(features=(features, "examples weights"), w=(w, "weights"), target=(target, "examples"))
    check_real(factor=factor)
    return factor * ((target - predict(features, w)) ** 2).sum(dim=-1)


def cost_gradient(features: Tensor, w: Tensor, target: Tensor, factor: float) -> Tensor:
    """∂J/∂w = -2 factor · Σ (t - o) x, which is -1/N Σ (t - o) x for factor 1/2N: (..., d)."""
    check_shapes(features=(features, "examples weights"), w=(w, "weights"), target=(target, "examples"))
    check_real(factor=factor)
    return -2 * factor * torch.einsum("...n,...nd->...d", target - predict(features, w), features)


def least_squares(features: Tensor, target: Tensor, alpha: Tensor | float = 0.0) -> Tensor:
    """The w that minimises Σ (t - Xw)² + α ‖w‖², from the normal equations (XᵀX + αI) w = Xᵀt: (..., d).

    α >= 0, a number or an instance each (...). Every column is penalised, a column of ones too: centre the data to
    spare the bias. For a cost 1/n Σ (t - Xw)² + α/2 ‖w‖² pass n α / 2.
    """
    sizes = check_shapes(features=(features, "examples weights"), target=(target, "examples"))
    check_real("[0, inf)", alpha=alpha)
    alpha = torch.as_tensor(alpha, dtype=features.dtype, device=features.device)
    units = torch.eye(sizes["weights"], dtype=features.dtype, device=features.device)
    gram = features.mT @ features + alpha[..., None, None] * units
    moment = features.mT @ target.unsqueeze(-1)  # (..., d, N) @ (..., N, 1)
    solution, singular = torch.linalg.solve_ex(gram, moment)
    if bool((singular != 0).any()) or not bool((torch.linalg.cond(gram) < 1 / torch.finfo(gram.dtype).eps).all()):
        raise BadInput("XᵀX cannot be inverted, so many w fit alike: drop dependent columns or take alpha > 0.")
    return solution.squeeze(-1)
