"""Repeatable tensors for the tests of the models."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def normal(seed: int, *shape: int) -> Tensor:
    """Standard normal float64 numbers, the same on every machine."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def uniform(seed: int, *shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def signs(seed: int, *shape: int) -> Tensor:
    return torch.where(uniform(seed, *shape) < 0.5, -1.0, 1.0).double()


def bits(seed: int, *shape: int) -> Tensor:
    return (uniform(seed, *shape) < 0.5).double()


def simplex(seed: int, *shape: int) -> Tensor:
    """Distributions along the last axis."""
    return torch.softmax(normal(seed, *shape), dim=-1)


def tensor(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def assert_close(found: Tensor, expected: Tensor, tolerance: float = 1e-12) -> None:
    """Equal shapes, and values within the tolerance, wherever the two live."""
    torch.testing.assert_close(found.detach().cpu(), expected.detach().cpu(), rtol=tolerance, atol=tolerance)


def moved(tensors: Mapping[str, Tensor], device: str) -> dict[str, Tensor]:
    return {name: each.to(device) for name, each in tensors.items()}
