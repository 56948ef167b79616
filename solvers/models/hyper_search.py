"""Searching hyper-parameters (notes 9.1.5): the grid, random points, and how likely random points are to hit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from solvers.models.checks import (
    EVERY,
    BadInput,
    check_at_least,
    check_dtype,
    check_number,
    check_shapes,
    check_uniforms,
)


@dataclass(frozen=True, slots=True)
class Range:
    """Values from low to high, uniform, or uniform in their logarithm (learning rates, penalties)."""

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        check_number("(0, inf)" if self.log else EVERY, low=self.low)
        check_number(f"({float(self.low)}, inf)", high=self.high)


def grid(choices: Mapping[str, Sequence[float]]) -> tuple[dict[str, float], ...]:
    """Every combination, the last hyper-parameter changing fastest: as many as the product of the counts."""
    check_at_least(1, **{name: len(values) for name, values in choices.items()})
    return tuple(dict(zip(choices, point, strict=True)) for point in product(*choices.values()))


def random_points(ranges: Mapping[str, Range], uniforms: Tensor) -> dict[str, Tensor]:
    """One point a row of uniforms (..., trials, hyper-parameters): each value (..., trials)."""
    sizes = check_shapes(uniforms=(uniforms, "trials axes"))
    check_uniforms(uniforms=uniforms)
    if sizes["axes"] != len(ranges):
        raise BadInput(f"uniforms has {sizes['axes']} columns, but {len(ranges)} hyper-parameters need one each.")
    return {name: _scaled(span, uniforms[..., place]) for place, (name, span) in enumerate(ranges.items())}


def best(errors: Tensor) -> Tensor:
    """The trial of least validation error, the first on ties; a trial that failed is nan. (..., trials) -> (...)."""
    check_dtype("errors", errors)
    known = errors.nan_to_num(nan=torch.finfo(errors.dtype).max)
    check_shapes(errors=(known, "trials"))
    return known.argmin(dim=-1)


def hit_chance(share: float, trials: int) -> float:
    """1 - (1 - p)^n: that one of n random points at least lies in the best share p of the space."""
    check_at_least(0, trials=trials)
    _check_chance(share=share)
    return 1 - (1 - share) ** trials


def trials_needed(share: float, chance: float) -> int:
    """The fewest random points whose hit chance is at least this."""
    _check_chance(share=share, chance=chance)
    guess = max(0, math.ceil(math.log1p(-chance) / math.log1p(-share)) - 1)
    while hit_chance(share, guess) < chance:  # the logarithms may round the guess down by one or two
        guess += 1
    return guess


def distinct_values(choices: Mapping[str, Sequence[float]]) -> tuple[int, int]:
    """(grid, random): how many values of one hyper-parameter as many trials try, on average over the axes, rounded up.

    A grid of n trials repeats each value n / count times; random points repeat none.
    """
    trials = math.prod(len(values) for values in choices.values())
    return math.ceil(sum(len(values) for values in choices.values()) / len(choices)), trials


def _scaled(span: Range, u: Tensor) -> Tensor:
    if span.log:
        return torch.exp(math.log(span.low) + u * (math.log(span.high) - math.log(span.low)))
    return span.low + u * (span.high - span.low)


def _check_chance(**chances: float) -> None:
    check_number("(0, 1)", **chances)
