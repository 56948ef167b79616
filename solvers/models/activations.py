"""Hidden and output units (notes 4.4): one row an activation, its value and its derivative with respect to net."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.models.checks import check_dtype, check_number, check_one_of

Unit = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Activation:
    """g and g', both functions of net, entry by entry. At a kink g' is the slope on the left (ReLU'(0) = 0)."""

    value: Unit
    slope: Unit


def leaky_relu(alpha: float) -> Activation:
    """g(z) = max(0, z) + α min(0, z) (4.4.1): α = 0 is the ReLU, α = -1 the absolute value, 0.01 the usual leak."""
    check_number(alpha=alpha)
    return Activation(
        value=lambda z: torch.where(z > 0, z, alpha * z),
        slope=lambda z: torch.where(z > 0, torch.ones_like(z), torch.full_like(z, alpha)),
    )


def softplus(z: Tensor) -> Tensor:
    """ζ(z) = log(1 + exp z), without overflow at either end."""
    check_dtype("z", z)
    return torch.logaddexp(z, torch.zeros_like(z))


def _inside(z: Tensor, low: float, high: float) -> Tensor:
    return ((z > low) & (z <= high)).to(z.dtype)


ACTIVATIONS: Final[Mapping[str, Activation]] = MappingProxyType(
    {
        "linear": Activation(lambda z: z, torch.ones_like),
        "sigmoid": Activation(torch.sigmoid, lambda z: torch.sigmoid(z) * torch.sigmoid(-z)),
        "tanh": Activation(torch.tanh, lambda z: 1 - torch.tanh(z) ** 2),
        "relu": leaky_relu(0.0),
        "leaky_relu": leaky_relu(0.01),
        "absolute": leaky_relu(-1.0),
        "softplus": Activation(softplus, torch.sigmoid),
        "cos": Activation(torch.cos, lambda z: -torch.sin(z)),
        "clamp": Activation(lambda z: z.clamp(0, 1), lambda z: _inside(z, 0, 1)),
        "hard_tanh": Activation(lambda z: z.clamp(-1, 1), lambda z: _inside(z, -1, 1)),
        "silu": Activation(F.silu, lambda z: torch.sigmoid(z) * (1 + z * torch.sigmoid(-z))),
        "gelu": Activation(
            lambda z: z * torch.special.ndtr(z),
            lambda z: torch.special.ndtr(z) + z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
        ),
    }
)


def activation(name: str) -> Activation:
    """The row of this name."""
    check_one_of("activation", name, ACTIVATIONS)
    return ACTIVATIONS[name]


def saturation(name: str, slope: float) -> float:
    """The |z| beyond which g'(z) < slope (4.4.2), solved for z: the sigmoid from g(1 - g), tanh from 1 - g²."""
    largest = {"sigmoid": 0.25, "tanh": 1.0}
    check_one_of("activation", name, largest)
    check_number(f"(0, {largest[name]}]", slope=slope)
    if name == "tanh":
        return math.atanh(math.sqrt(1 - slope))
    return 2 * math.atanh(math.sqrt(1 - 4 * slope))
