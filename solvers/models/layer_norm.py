"""Layer normalisation (notes 14.5): each token to mean 0 and variance 1 over its own entries, then γ ⊙ x̂ + β."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes

EPS = 1e-5


@dataclass(frozen=True, slots=True)
class Run:
    """All that the layer computes. The variance divides by d, not d - 1."""

    mean: Tensor  # (..., 1)
    variance: Tensor  # (..., 1)
    normalised: Tensor  # (..., d): x̂ = (x - mean) / √(variance + ε)
    out: Tensor  # (..., d)
    eps: float


@dataclass(frozen=True, slots=True)
class Gradient:
    """∂L/∂x, and of each token its part of ∂L/∂γ and ∂L/∂β, all (..., d): sum over the tokens that share γ and β."""

    x: Tensor
    gamma: Tensor
    beta: Tensor


def forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = EPS) -> Run:
    """γ ⊙ (x - mean) / √(variance + ε) + β: x (..., d); γ, β (..., d)."""
    _check(x, gamma, beta, eps)
    mean = x.mean(dim=-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(dim=-1, keepdim=True)
    if eps == 0 and not bool((variance > 0).all()):
        raise BadInput("x holds a token whose entries are all equal, but eps is 0: its variance would divide by 0.")
    normalised = (x - mean) / torch.sqrt(variance + eps)
    return Run(mean=mean, variance=variance, normalised=normalised, out=gamma * normalised + beta, eps=eps)


def normalised(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = EPS) -> Tensor:
    """`forward(…).out` for one γ, β (d,) of all tokens by torch's kernel, which keeps nothing: (..., d)."""
    _check(x, gamma, beta, eps)
    if gamma.ndim > 1 or beta.ndim > 1 or eps == 0:  # the kernel divides by 0 without a word
        return forward(x, gamma, beta, eps).out
    return F.layer_norm(x, x.shape[-1:], gamma, beta, eps)


def backward(run: Run, gamma: Tensor, upstream: Tensor) -> Gradient:
    """From ∂L/∂out (..., d), with g = γ ⊙ ∂out: ∂x = (g - mean g - x̂ mean(g ⊙ x̂)) / √(variance + ε)."""
    check_shapes(out=(run.out, "d"), gamma=(gamma, "d"), upstream=(upstream, "d"))
    g = gamma * upstream
    along = (g * run.normalised).mean(dim=-1, keepdim=True)
    dx = (g - g.mean(dim=-1, keepdim=True) - run.normalised * along) / torch.sqrt(run.variance + run.eps)
    return Gradient(x=dx, gamma=upstream * run.normalised, beta=upstream)


class LayerNorm(nn.Module):
    """The same as a trainable module, (..., d) -> (..., d): γ starts at 1, β at 0."""

    def __init__(self, d: int, eps: float = EPS) -> None:
        super().__init__()
        check_at_least(1, d=d)
        check_number("[0, inf)", eps=eps)
        self.gamma, self.beta, self.eps = nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d)), eps

    def forward(self, x: Tensor) -> Tensor:
        return normalised(x, self.gamma, self.beta, self.eps)


def _check(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> None:
    check_shapes(x=(x, "d"), gamma=(gamma, "d"), beta=(beta, "d"))
    check_number("[0, inf)", eps=eps)
