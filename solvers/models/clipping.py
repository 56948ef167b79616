"""Gradient clipping (notes 7.2.4): by norm, which keeps the direction, and by value, which need not."""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_real, check_shapes


def by_norm(g: Tensor, threshold: Tensor | float) -> Tensor:
    """g v / ‖g‖ where ‖g‖ > v, else g: (..., d). The threshold v > 0 is a number, or (...)."""
    limit = _threshold(g, threshold)
    size = torch.linalg.vector_norm(g, dim=-1, keepdim=True)
    return torch.where(size > limit, g * (limit / size.clamp(min=torch.finfo(g.dtype).tiny)), g)


def by_value(g: Tensor, threshold: Tensor | float) -> Tensor:
    """Each component clamped to [-v, v]: (..., d)."""
    limit = _threshold(g, threshold)
    return torch.minimum(torch.maximum(g, -limit), limit)


def cosine(a: Tensor, b: Tensor) -> Tensor:
    """The cosine of the angle between two vectors (..., d), 1 where clipping kept the direction: (...)."""
    check_shapes(a=(a, "d"), b=(b, "d"))
    sizes = torch.linalg.vector_norm(a, dim=-1) * torch.linalg.vector_norm(b, dim=-1)
    if not bool((sizes > 0).all()):
        raise BadInput("A vector is zero, but an angle needs two vectors of some length.")
    return (a * b).sum(dim=-1) / sizes


def _threshold(g: Tensor, threshold: Tensor | float) -> Tensor:
    check_shapes(g=(g, "d"))
    check_real("(0, inf)", threshold=threshold)
    return torch.as_tensor(threshold, dtype=g.dtype, device=g.device).unsqueeze(-1)  # (...) -> (..., 1)
