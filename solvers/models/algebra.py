"""Matrix times vector with instance axes, and the instance axes of many inputs at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import torch
from torch import Tensor

from solvers.models.checks import check_shapes, instance_axes

AT_ONCE: Final = 2**18  # numbers: more would have left the cache before they are used


def apply(matrix: Tensor, vector: Tensor) -> Tensor:
    """W v: (..., H, K), (..., K) -> (..., H)."""
    if matrix.ndim == 2:
        return vector @ matrix.mT  # one W for all instances: a single product, ten times as fast as one each
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def affine(matrix: Tensor, vector: Tensor, shift: Tensor) -> Tensor:
    """W v + s: (..., H, K), (..., K), (..., H) -> (..., H)."""
    if matrix.ndim == vector.ndim == shift.ndim == 2:
        return torch.addmm(shift, vector, matrix.mT)
    found = apply(matrix, vector)
    return found.add_(shift) if found.shape == shift.shape else found + shift  # a product's memory is its own


def driven(U: Tensor, b: Tensor, x: Tensor) -> Iterator[Tensor]:
    """U x(t) + b for t = 1…T, some steps in one product: (..., H, D), (..., H), (..., T, D) -> T tensors (..., H)."""
    each = max(1, x[..., 0, 0].numel()) * U.shape[-2]
    for block in x.split(max(1, AT_ONCE // each), dim=-2):
        if U.ndim == 2 and b.ndim == 1:
            rows = block.movedim(-2, 0)  # (..., t, D) -> (t, ..., D), so that each step lies together
            # (t, ..., D) -> (t ..., D) -> (t ..., H) -> t tensors (..., H)
            yield from torch.nn.functional.linear(rows.flatten(0, -2), U, b).unflatten(0, rows.shape[:-1]).unbind()
        else:
            yield from (block @ U.mT + b.unsqueeze(-2)).unbind(-2)


def common_axes(**expected: tuple[Tensor, str]) -> torch.Size:
    """The instance axes that all inputs share, after their shapes, dtypes and devices have been checked."""
    check_shapes(**expected)
    return instance_axes(**{name: (each, len(axes.split())) for name, (each, axes) in expected.items()})
