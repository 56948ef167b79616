"""Initial weights (notes 7.4) from uniforms of [0, 1) passed in: what breaks symmetry, and how large a signal stays.

Weights are (..., outputs, inputs); m is the number of inputs, n of outputs.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from solvers.models.checks import check_at_least, check_number, check_one_of, check_real, check_shapes, check_uniforms


def limit(kind: str, inputs: int, outputs: int) -> float:
    """The bound a of U(-a, a): "inverse-root" 1/√m, "normalised" √(6 / (m + n))."""
    check_at_least(1, inputs=inputs, outputs=outputs)
    check_one_of("kind", kind, ("inverse-root", "normalised"))
    return 1 / math.sqrt(inputs) if kind == "inverse-root" else math.sqrt(6 / (inputs + outputs))


def variance(kind: str, inputs: int, outputs: int) -> float:
    """Var W = a² / 3, which is 1 / (3m) or 2 / (m + n)."""
    return limit(kind, inputs, outputs) ** 2 / 3


def signal_variance(kind: str, inputs: int, outputs: int, square: float = 1.0) -> float:
    """Var(Σ_i w_i x_i) = m Var(W) E[x²] for independent weights and inputs of mean square `square`."""
    check_number("[0, inf)", square=square)
    return inputs * variance(kind, inputs, outputs) * square


def draw(kind: str, uniforms: Tensor) -> Tensor:
    """W = a (2u - 1) from uniforms (..., n, m)."""
    sizes = check_shapes(uniforms=(uniforms, "outputs inputs"))
    check_uniforms(uniforms=uniforms)
    return limit(kind, sizes["inputs"], sizes["outputs"]) * (2 * uniforms - 1)


def gaussian(uniforms: Tensor, sd: float) -> Tensor:
    """W = σ Φ⁻¹(u) from uniforms in (0, 1) (..., n, m)."""
    check_number("[0, inf)", sd=sd)
    check_shapes(uniforms=(uniforms, "outputs inputs"))
    check_uniforms(uniforms=uniforms)
    check_real("(0, 1)", uniforms=uniforms)
    return sd * torch.special.ndtri(uniforms)


@torch.no_grad()
def initialise_(module: nn.Module, kind: str, generator: torch.Generator) -> None:
    """Draw every matrix of the module anew, in place, and set every vector (a bias) to 0."""
    for parameter in module.parameters():
        if parameter.ndim == 2:
            uniforms = torch.rand(parameter.shape, generator=generator, dtype=parameter.dtype, device=generator.device)
            parameter.copy_(draw(kind, uniforms))
        elif parameter.ndim == 1:
            parameter.zero_()


def distinct_units(W: Tensor) -> Tensor:
    """How many different rows W (..., n, m) has: 1 means that all units compute one function. (...)."""
    check_shapes(W=(W, "outputs inputs"))
    same = (W.unsqueeze(-2) == W.unsqueeze(-3)).all(dim=-1)  # (..., n, n): row i equals row j
    seen_before = torch.tril(same, diagonal=-1).any(dim=-1)
    return (~seen_before).sum(dim=-1)
