"""Maxout and PReLU units (notes 9.1.3), forward and backward by hand, and a maxout layer to train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn

from solvers.models.checks import check_at_least, check_shapes


@dataclass(frozen=True, slots=True)
class Maxout:
    """Values (..., N, units), and which piece won each (first on ties), (..., N, units) of int64."""

    values: Tensor
    winners: Tensor


@dataclass(frozen=True, slots=True)
class MaxoutGradients:
    """∂L/∂W (..., units, pieces, in), ∂L/∂b (..., units, pieces), ∂L/∂x (..., N, in)."""

    W: Tensor
    b: Tensor
    x: Tensor


def prelu(z: Tensor, alpha: Tensor) -> Tensor:
    """max(0, z) + α min(0, z) with an α a unit that is learned: z (..., N, units), α (..., units)."""
    check_shapes(z=(z, "examples units"), alpha=(alpha, "units"))
    return z.clamp(min=0) + alpha.unsqueeze(-2) * z.clamp(max=0)


def prelu_gradient(z: Tensor, alpha: Tensor, upstream: Tensor) -> tuple[Tensor, Tensor]:
    """∂L/∂z (..., N, units), α at z <= 0, and ∂L/∂α = Σ upstream · min(0, z) over the examples, (..., units)."""
    check_shapes(z=(z, "examples units"), alpha=(alpha, "units"), upstream=(upstream, "examples units"))
    slope = torch.where(z > 0, torch.ones_like(z), alpha.unsqueeze(-2))
    return upstream * slope, (upstream * z.clamp(max=0)).sum(dim=-2)


def maxout(x: Tensor, W: Tensor, b: Tensor) -> Maxout:
    """max_p (W_p x + b_p): x (..., N, in), W (..., units, pieces, in), b (..., units, pieces)."""
    check_shapes(x=(x, "examples inputs"), W=(W, "units pieces inputs"), b=(b, "units pieces"))
    pieces = torch.einsum("...ni,...upi->...nup", x, W) + b.unsqueeze(-3)
    winners = pieces.argmax(dim=-1)
    return Maxout(pieces.gather(-1, winners.unsqueeze(-1)).squeeze(-1), winners)


def maxout_gradient(x: Tensor, W: Tensor, run: Maxout, upstream: Tensor) -> MaxoutGradients:
    """Each unit's gradient (..., N, units) goes to the piece that won, and through its weights."""
    check_shapes(x=(x, "examples inputs"), W=(W, "units pieces inputs"), upstream=(upstream, "examples units"))
    places = torch.arange(W.shape[-2], device=W.device)
    routed = (run.winners.unsqueeze(-1) == places) * upstream.unsqueeze(-1)  # (..., N, units, pieces)
    return MaxoutGradients(
        W=torch.einsum("...nup,...ni->...upi", routed, x),
        b=routed.sum(dim=-3),
        x=torch.einsum("...nup,...upi->...ni", routed, W),
    )


@final
class MaxoutLayer(nn.Module):
    """(..., N, in) -> (..., N, units), pieces · units · (in + 1) parameters."""

    def __init__(self, inputs: int, units: int, pieces: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, units=units)
        check_at_least(2, pieces=pieces)
        self.W = nn.Parameter(torch.randn(units, pieces, inputs, generator=generator) * inputs**-0.5)
        self.b = nn.Parameter(torch.zeros(units, pieces))

    def forward(self, x: Tensor) -> Tensor:
        return maxout(x, self.W, self.b).values
