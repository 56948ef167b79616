"""Bagging (notes 6.12): bootstrap samples as an instance axis, votes and means, and what averaging does to errors."""

from __future__ import annotations

from math import comb

import torch
from torch import Tensor

from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_number,
    check_shapes,
    check_symbols,
    check_uniforms,
    instance_axes,
)


def bootstrap(uniforms: Tensor) -> Tensor:
    """Which example stands in each place of each sample: ⌊u N⌋, (..., k, N) -> (..., k, N) of int64."""
    size = check_shapes(uniforms=(uniforms, "samples examples"))["examples"]
    check_uniforms(uniforms=uniforms)
    return (uniforms * size).floor().long().clamp(max=size - 1)


def resample(data: Tensor, places: Tensor) -> Tensor:
    """The samples themselves: data (..., N, n) at places (..., k, N) -> (..., k, N, n). k is then an instance axis:

    any trainer of this library fits all k models in one call.
    """
    examples = check_shapes(data=(data, "examples inputs"))["examples"]
    check_symbols("places", places, examples, "models drawn")
    leading = instance_axes(data=(data, 2), places=(places, 2))
    wide = data.unsqueeze(-3).expand(*leading, places.shape[-2], *data.shape[-2:])  # (..., k, N, n)
    index = (
        places.expand(*leading, *places.shape[-2:]).unsqueeze(-1).expand(*leading, *places.shape[-2:], data.shape[-1])
    )
    return wide.gather(-2, index)


def vote(labels: Tensor, classes: int) -> Tensor:
    """The class most of the k models name; ties go to the lowest class: (..., k, N) of int64 -> (..., N)."""
    check_at_least(1, classes=classes)
    check_symbols("labels", labels, classes, "models examples")
    return torch.nn.functional.one_hot(labels, classes).sum(dim=-3).argmax(dim=-1)


def distinct_share(examples: int) -> float:
    """1 - (1 - 1/n)^n: the share of examples expected in one bootstrap sample, near 1 - 1/e."""
    check_at_least(1, examples=examples)
    return 1 - (1 - 1 / examples) ** examples


def mean_variance(variance: float, correlation: float, models: int) -> float:
    """ρ σ² + (1 - ρ) σ² / k: of the mean of k predictions of variance σ², pairwise correlated ρ."""
    check_at_least(1, models=models)
    lowest = -1.0 if models == 1 else -1 / (models - 1)
    check_number("[0, inf)", variance=variance)
    check_number(f"[{lowest}, 1]", correlation=correlation)
    return correlation * variance + (1 - correlation) * variance / models


def majority_error(models: int, error: float) -> float:
    """P(more than half of k independent models err), k odd: Σ_{j > k/2} C(k, j) p^j (1 - p)^(k-j)."""
    check_at_least(1, models=models)
    check_number("[0, 1]", error=error)
    if models % 2 == 0:
        raise BadInput(f"models is {models}, but an odd number is needed, so that no vote is a tie.")
    return sum(comb(models, j) * error**j * (1 - error) ** (models - j) for j in range(models // 2 + 1, models + 1))
