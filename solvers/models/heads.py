"""Output heads (notes 4.3, 4.3.1): each a distribution of y given what the network puts out, its loss and ∂loss/∂z.

The loss is -log p(y | z), in nats, of each example; z is (..., N, width), y (..., N, k). All forms are stable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor

from solvers.models.activations import softplus
from solvers.models.checks import BadInput, check_number, check_one_of, check_shapes

Loss = Callable[[Tensor, Tensor], Tensor]
LOG_ROOT_TWO_PI: Final = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Head:
    """One row: `loss(z, y)` is (..., N), `gradient(z, y)` has the shape of z."""

    loss: Loss
    gradient: Loss
    mean: Callable[[Tensor], Tensor]  # E[y | z], (..., N, k)
    domain: Callable[[Tensor], str]  # the empty string, or what is needed of y
    width: Callable[[int], int]  # outputs for k targets; -1: any number fits


def squared(factor: float = 1.0) -> Head:
    """factor · Σ (y - z)²: conventions differ (1, ½, 1/c), so the caller says which."""
    check_number(factor=factor)
    return Head(
        loss=lambda z, y: factor * ((y - z) ** 2).sum(dim=-1),
        gradient=lambda z, y: -2 * factor * (y - z),
        mean=lambda z: z,
        domain=_any,
        width=_same,
    )


def _any(y: Tensor) -> str:
    return ""


def _same(targets: int) -> int:
    return targets


def _fraction(y: Tensor) -> str:
    return "" if bool(((y >= 0) & (y <= 1)).all()) else "targets from 0 to 1"


def _distribution(y: Tensor) -> str:
    sums = bool(((y.sum(dim=-1) - 1).abs() < 1e-6).all())
    return "" if sums and not _fraction(y) else "targets that sum to 1 over the classes (a one-hot row)"


def _count(y: Tensor) -> str:
    return "" if bool(((y >= 0) & (y == y.round())).all()) else "counts 0, 1, 2, …"


# ----- Bernoulli and multinoulli -----


def _bernoulli_loss(z: Tensor, y: Tensor) -> Tensor:
    """Σ ζ(z) - y z, which is ζ((1 - 2y) z) for y in {0, 1}."""
    return (softplus(z) - y * z).sum(dim=-1)


def _softmax_loss(z: Tensor, y: Tensor) -> Tensor:
    """log Σ exp z_j - z_class, the cost (the notes print its negative)."""
    return torch.logsumexp(z, dim=-1) - (y * z).sum(dim=-1)


# ----- Gaussian: fixed unit variance, or (μ, s) with σ = exp s -----


def _normal_loss(z: Tensor, y: Tensor) -> Tensor:
    return (0.5 * (y - z) ** 2 + LOG_ROOT_TWO_PI).sum(dim=-1)


def _gaussian_loss(z: Tensor, y: Tensor) -> Tensor:
    mean, log_sd = z.chunk(2, dim=-1)
    return (log_sd + 0.5 * ((y - mean) * torch.exp(-log_sd)) ** 2 + LOG_ROOT_TWO_PI).sum(dim=-1)


def _gaussian_gradient(z: Tensor, y: Tensor) -> Tensor:
    mean, log_sd = z.chunk(2, dim=-1)
    scaled = (y - mean) * torch.exp(-log_sd)
    return torch.cat([-scaled * torch.exp(-log_sd), 1 - scaled**2], dim=-1)


# ----- Poisson: rate λ = exp z -----


def _poisson_loss(z: Tensor, y: Tensor) -> Tensor:
    return (torch.exp(z) - y * z + torch.lgamma(y + 1)).sum(dim=-1)


# ----- mixture density: K Gaussians for one target, z = (logits, μ, s) -----


def _mixture_terms(z: Tensor, y: Tensor) -> Tensor:
    """log π_k + log N(y; μ_k, σ_k): (..., N, K)."""
    logits, means, log_sd = z.chunk(3, dim=-1)
    density = -log_sd - 0.5 * ((y - means) * torch.exp(-log_sd)) ** 2 - LOG_ROOT_TWO_PI
    return torch.log_softmax(logits, dim=-1) + density


def _mixture_loss(z: Tensor, y: Tensor) -> Tensor:
    return -torch.logsumexp(_mixture_terms(z, y), dim=-1)


def _mixture_gradient(z: Tensor, y: Tensor) -> Tensor:
    """With responsibilities γ: π - γ, γ (μ - y) / σ², γ (1 - (y - μ)² / σ²)."""
    logits, means, log_sd = z.chunk(3, dim=-1)
    share = torch.softmax(_mixture_terms(z, y), dim=-1)
    scaled = (y - means) * torch.exp(-log_sd)
    parts = [torch.softmax(logits, dim=-1) - share, -share * scaled * torch.exp(-log_sd), share * (1 - scaled**2)]
    return torch.cat(parts, dim=-1)


def _mixture_mean(z: Tensor) -> Tensor:
    logits, means, _ = z.chunk(3, dim=-1)
    return (torch.softmax(logits, dim=-1) * means).sum(dim=-1, keepdim=True)


HEADS: Final[Mapping[str, Head]] = MappingProxyType(
    {
        "squared": squared(),
        "half_squared": squared(0.5),
        "normal": Head(_normal_loss, lambda z, y: z - y, lambda z: z, _any, _same),
        "bernoulli": Head(_bernoulli_loss, lambda z, y: torch.sigmoid(z) - y, torch.sigmoid, _fraction, _same),
        "softmax": Head(
            _softmax_loss,
            lambda z, y: torch.softmax(z, dim=-1) - y,
            lambda z: torch.softmax(z, dim=-1),
            _distribution,
            _same,
        ),
        "gaussian": Head(
            _gaussian_loss, _gaussian_gradient, lambda z: z.chunk(2, dim=-1)[0], _any, lambda targets: 2 * targets
        ),
        "poisson": Head(_poisson_loss, lambda z, y: torch.exp(z) - y, torch.exp, _count, _same),
        "mixture": Head(_mixture_loss, _mixture_gradient, _mixture_mean, _any, lambda targets: -1),
    }
)


def head(name: str) -> Head:
    """The row of this name."""
    check_one_of("head", name, HEADS)
    return HEADS[name]


def loss(using: Head | str, z: Tensor, y: Tensor) -> Tensor:
    """-log p(y | z) of each example: z (..., N, width), y (..., N, k) -> (..., N)."""
    return _checked(using, z, y).loss(z, y)


def gradient(using: Head | str, z: Tensor, y: Tensor) -> Tensor:
    """∂loss/∂z of each example, the shape of z."""
    return _checked(using, z, y).gradient(z, y)


def _checked(using: Head | str, z: Tensor, y: Tensor) -> Head:
    row = using if isinstance(using, Head) else head(using)
    sizes = check_shapes(z=(z, "examples outputs"), y=(y, "examples targets"))
    outputs, width = sizes["outputs"], row.width(sizes["targets"])
    if width == -1 and (outputs % 3 or sizes["targets"] != 1):
        raise BadInput(
            f"A mixture takes one target and three outputs a component, not {sizes['targets']} and {outputs}."
        )
    if width not in (-1, outputs):
        raise BadInput(f"z has {outputs} outputs, but {width} are needed for {sizes['targets']} targets.")
    if needed := row.domain(y):
        raise BadInput(f"y does not suit this head, which needs {needed}.")
    return row
