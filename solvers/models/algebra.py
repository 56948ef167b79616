"""Matrix times vector with instance axes, and the instance axes of many inputs at once."""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import check_shapes, instance_axes


def apply(matrix: Tensor, vector: Tensor) -> Tensor:
    """W v: (..., H, K), (..., K) -> (..., H)."""
    if matrix.ndim == 2:
        return vector @ matrix.mT  # one W for all instances: a single product, ten times as fast as one each
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def affine(matrix: Tensor, vector: Tensor, shift: Tensor) -> Tensor:
    """W v + s: (..., H, K), (..., K), (..., H) -> (..., H)."""
    found = apply(matrix, vector)
    return found.add_(shift) if found.shape == shift.shape else found + shift  # a product's memory is its own


def driven(U: Tensor, b: Tensor, x: Tensor) -> tuple[Tensor, ...]:
    """U x(t) + b for t = 1…T, all in one product: (..., H, D), (..., H), (..., T, D) -> T tensors (..., H)."""
    if U.ndim == 2 and b.ndim == 1:
        return torch.nn.functional.linear(x.movedim(-2, 0), U, b).unbind(0)  # time first: each step lies together
    return (x @ U.mT + b.unsqueeze(-2)).unbind(-2)


def common_axes(**expected: tuple[Tensor, str]) -> torch.Size:
    """The instance axes that all inputs share, after their shapes, dtypes and devices have been checked."""
    check_shapes(**expected)
    return instance_axes(**{name: (each, len(axes.split())) for name, (each, axes) in expected.items()})
