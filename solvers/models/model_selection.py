"""Hold-out, k-fold and leave-one-out (notes 1.3): which examples validate, and which hyper-parameter is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_shapes

# (training x, training t, validation x, validation t, place of the hyper-parameter) -> the validation error, (...)
Trial = Callable[[Tensor, Tensor, Tensor, Tensor, int], Tensor]


@dataclass(frozen=True, slots=True)
class Selection:
    """Errors of every hyper-parameter on every fold (..., G, k), their means (..., G), the least one's place (...)."""

    errors: Tensor
    means: Tensor
    chosen: Tensor  # the first on ties


def folds(examples: int, k: int) -> tuple[range, ...]:
    """Va_1, …, Va_k, disjoint and in order; the first (examples mod k) are one larger. k = examples leaves one out."""
    check_at_least(2, examples=examples, k=k)
    if k > examples:
        raise BadInput(f"k is {k}, but {examples} examples make at most {examples} folds.")
    small, larger = divmod(examples, k)
    starts = [place * small + min(place, larger) for place in range(k + 1)]
    return tuple(range(first, after) for first, after in pairwise(starts))


def cross_validate(
    trial: Trial, x: Tensor, target: Tensor, validation: Sequence[Sequence[int]], grid: int
) -> Selection:
    """Train on what a fold leaves, validate on it, for each of `grid` hyper-parameters: x (..., N, n), target (..., N).

    The mean over folds weighs each fold alike. One fold is hold-out.
    """
    check_at_least(1, grid=grid, folds=len(validation))
    sizes = check_shapes(x=(x, "examples inputs"), target=(target, "examples"))
    splits = [_split(fold, sizes["examples"], x.device) for fold in validation]
    rows = [
        torch.stack(
            [trial(x[..., t, :], target[..., t], x[..., v, :], target[..., v], place) for t, v in splits], dim=-1
        )
        for place in range(grid)
    ]
    errors = torch.stack(rows, dim=-2)
    means = errors.mean(dim=-1)
    return Selection(errors, means, means.argmin(dim=-1))


def trainings(k: int, grid: int) -> int:
    """How many models are trained: one a fold and hyper-parameter, and the last one on all examples."""
    check_at_least(1, k=k, grid=grid)
    return k * grid + 1


def _split(fold: Sequence[int], examples: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The indices that train and those that validate."""
    held = set(fold)
    if not held or not held < set(range(examples)):
        raise BadInput(f"A fold must hold some of the examples 0 to {examples - 1} and leave some, not {sorted(held)}.")
    rest = [index for index in range(examples) if index not in held]
    return torch.tensor(rest, device=device), torch.tensor(list(fold), device=device)
