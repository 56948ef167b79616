"""Is it time to gather more data? (Notes 9.1.4.) The rule of training, test and wanted error; learning curves.

A learning curve is fitted by error(m) = floor + scale · m^-exponent over the sizes m of the training set.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_number, check_shapes

Action = Literal["done", "target out of reach", "raise capacity", "clean the data", "more data or regularise"]
STEEPEST: Final = 4.0
COARSE, ROUNDS, GOLDEN = 81, 60, (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """floor, scale, exponent, each (...), and the sum of the squared errors that is left."""

    floor: Tensor
    scale: Tensor
    exponent: Tensor
    residual: Tensor

    def __call__(self, sizes: Tensor) -> Tensor:
        """The error at each size: (..., M) -> (..., M)."""
        power = sizes ** -self.exponent.unsqueeze(-1)
        return self.floor.unsqueeze(-1) + self.scale.unsqueeze(-1) * power

    def examples_for(self, error: float) -> Tensor:
        """The training set's size at which the error is reached, infinite where the floor lies above it: (...)."""
        gap = error - self.floor
        needed = (self.scale / gap.clamp(min=torch.finfo(gap.dtype).tiny)) ** (1 / self.exponent)
        return torch.where(gap > 0, needed, torch.inf)


def next_action(
    train: float, test: float, target: float, *, bayes: float = 0.0, capacity_exhausted: bool = False
) -> Action:
    """What the notes advise from the errors on the training and test sets and the error that is wanted.

    A training error above the target asks for a larger model or better optimisation, more data would not be used;
    where both are exhausted the data themselves are the problem. Then a test error above the target asks for data.
    """
    check_number("[0, inf)", train=train, test=test, target=target, bayes=bayes)
    if test <= target:
        return "done"
    if target < bayes:
        return "target out of reach"
    if train > target:
        return "clean the data" if capacity_exhausted else "raise capacity"
    return "more data or regularise"


def learning_curve(sizes: Tensor, errors: Tensor) -> PowerLaw:
    """The power law of least squares through (size, error), sizes (..., M) rising and errors (..., M), M at least 3.

    For a given exponent floor and scale are a linear fit; the exponent is searched in (0, 4], on a grid, then by the
    golden section between the grid's neighbours.
    """
    count = check_shapes(sizes=(sizes, "points"), errors=(errors, "points"))["points"]
    if count < 3 or not bool((sizes[..., :1] > 0).all() and (sizes.diff(dim=-1) > 0).all()):
        raise BadInput("sizes must hold at least 3 numbers above 0 that rise.")
    leading = torch.broadcast_shapes(sizes.shape, errors.shape)
    sizes, errors = sizes.expand(leading), errors.expand(leading)
    grid = torch.linspace(0, STEEPEST, COARSE + 1, dtype=sizes.dtype, device=sizes.device)[1:]
    left = torch.stack([_linear(sizes, errors, each.expand(leading[:-1]))[2] for each in grid], dim=-1)
    best, step = grid[left.argmin(dim=-1)], float(grid[0])
    low, high = (best - step).clamp(min=step / 100), (best + step).clamp(max=STEEPEST)
    for _ in range(ROUNDS):
        first, second = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        lower = _linear(sizes, errors, first)[2] < _linear(sizes, errors, second)[2]
        low, high = torch.where(lower, low, first), torch.where(lower, second, high)
    exponent = (low + high) / 2
    floor, scale, residual = _linear(sizes, errors, exponent)
    return PowerLaw(floor, scale, exponent, residual)


def _linear(sizes: Tensor, errors: Tensor, exponent: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """floor and scale of least squares for a given exponent, and the residual: (...) each."""
    power = (sizes / sizes[..., :1]) ** -exponent.unsqueeze(-1)  # 1 at the smallest size: well scaled
    centred, deviation = power - power.mean(dim=-1, keepdim=True), errors - errors.mean(dim=-1, keepdim=True)
    slope = (centred * deviation).sum(dim=-1) / (centred**2).sum(dim=-1)
    residual = ((deviation - slope.unsqueeze(-1) * centred) ** 2).sum(dim=-1)
    floor = errors.mean(dim=-1) - slope * power.mean(dim=-1)
    return floor, slope * sizes[..., 0] ** exponent, residual
