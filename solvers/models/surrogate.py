"""What is wanted and what is minimised (notes 7.1): risks, 0-1 loss and its surrogates, estimates from mini-batches.

Margins are m = y f(x) with y in {-1, +1}: a decision is right where m > 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor

from solvers.models.activations import Unit, softplus
from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_distribution,
    check_number,
    check_one_of,
    check_shapes,
    check_symbols,
)


@dataclass(frozen=True, slots=True)
class Loss:
    """φ(m) and φ'(m), entry by entry; at a kink the slope on its left."""

    value: Unit
    slope: Unit


LOSSES: Final[Mapping[str, Loss]] = MappingProxyType(
    {
        "zero-one": Loss(lambda m: (m <= 0).to(m.dtype), torch.zeros_like),
        "hinge": Loss(lambda m: (1 - m).clamp(min=0), lambda m: -(m <= 1).to(m.dtype)),
        "logistic": Loss(lambda m: softplus(-m), lambda m: -torch.sigmoid(-m)),
        "exponential": Loss(lambda m: torch.exp(-m), lambda m: -torch.exp(-m)),
        "squared": Loss(lambda m: (1 - m) ** 2, lambda m: -2 * (1 - m)),
    }
)


def loss(name: str, margin: Tensor) -> Tensor:
    """φ(m) of each example; the 0-1 loss counts m = 0 as wrong and has no useful slope."""
    check_one_of("loss", name, LOSSES)
    check_shapes(margin=(margin, "examples?"))
    return LOSSES[name].value(margin)


def slope(name: str, margin: Tensor) -> Tensor:
    """φ'(m) of each example."""
    check_one_of("loss", name, LOSSES)
    check_shapes(margin=(margin, "examples?"))
    return LOSSES[name].slope(margin)


def risk(joint: Tensor, losses: Tensor) -> Tensor:
    """E_{(x,y)~p} L = Σ p(x, y) L(x, y) of finitely many x and y: (..., X, Y) twice -> (...)."""
    check_shapes(joint=(joint, "inputs labels"), losses=(losses, "inputs labels"))
    check_distribution((-2, -1), joint=joint)
    return (joint * losses).sum(dim=(-2, -1))


def empirical_risk(losses: Tensor, inputs: Tensor, labels: Tensor) -> Tensor:
    """1/m Σ_i L(x_i, y_i) of a sample given by places: losses (..., X, Y), inputs and labels (m) of int64 -> (...)."""
    sizes = check_shapes(losses=(losses, "inputs labels"))
    check_symbols("inputs", inputs, sizes["inputs"], "= examples")
    check_symbols("labels", labels, sizes["labels"], "= examples")
    check_one_of("how many labels", len(labels), (len(inputs),))
    return losses[..., inputs, labels].mean(dim=-1)


def standard_error(sd: float, samples: int) -> float:
    """σ / √n: a hundred times the examples buy a tenth of the error."""
    check_at_least(1, samples=samples)
    check_number("[0, inf)", sd=sd)
    return sd / math.sqrt(samples)


def samples_for(sd: float, error: float) -> int:
    """The fewest n with σ / √n <= error."""
    check_number("[0, inf)", sd=sd)
    check_number("(0, inf)", error=error)
    guess = max(1, math.ceil((sd / error) ** 2) - 1)
    while sd > error * math.sqrt(guess):  # the square may round the guess down by one or two
        guess += 1
    return guess


def batch_gradient_covariance(gradients: Tensor, size: int, *, replacement: bool = True) -> Tensor:
    """Covariance of the mean gradient of a random mini-batch: (..., N, d), one gradient an example, -> (..., d, d).

    Σ / n for the covariance Σ (1/N) of the examples; drawn without replacement, times (N - n) / (N - 1).
    """
    count = check_shapes(gradients=(gradients, "examples d"))["examples"]
    check_at_least(1, size=size)
    if not replacement and size > count:
        raise BadInput(f"size is {size}, but only {count} examples can be drawn without replacement.")
    centred = gradients - gradients.mean(dim=-2, keepdim=True)
    spread = centred.mT @ centred / count / size
    return spread if replacement or count == 1 else spread * (count - size) / (count - 1)
