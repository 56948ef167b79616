"""Norm penalties α Ω (notes 6.1 to 6.3, 6.10, 6.11): value, gradient, the step each makes, and what they do to ridge.

Ω is ½‖w‖² ("l2"), ‖w‖₁ ("l1", slope 0 at 0) or, tying two models, ‖a - b‖²; sparse activations are "l1" of h.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes


def value(kind: str, w: Tensor) -> Tensor:
    """Ω(w) of weights or activations (..., d): (...)."""
    _check(kind, w)
    return (w**2).sum(dim=-1) / 2 if kind == "l2" else w.abs().sum(dim=-1)


def gradient(kind: str, w: Tensor) -> Tensor:
    """∂Ω/∂w: w for l2, sign(w) for l1. (..., d)."""
    _check(kind, w)
    return w if kind == "l2" else torch.sign(w)


def step(kind: str, w: Tensor, g: Tensor, rate: float, alpha: float) -> Tensor:
    """w - ε (∇J + α ∂Ω/∂w); for l2 this is (1 - εα) w - ε ∇J: (..., d)."""
    check_shapes(w=(w, "d"), g=(g, "d"))
    check_number(rate=rate, alpha=alpha)
    return w - rate * (g + alpha * gradient(kind, w))


def shrunk(w: Tensor, rate: float, alpha: float, steps: int) -> Tensor:
    """(1 - εα)^k w: what k steps of weight decay leave where ∇J = 0. (..., d)."""
    check_shapes(w=(w, "d"))
    check_number(rate=rate, alpha=alpha)
    check_at_least(0, steps=steps)
    return (1 - rate * alpha) ** steps * w


def tying(a: Tensor, b: Tensor) -> Tensor:
    """‖a - b‖² (6.10): (...)."""
    check_shapes(a=(a, "d"), b=(b, "d"))
    return ((a - b) ** 2).sum(dim=-1)


def tying_gradient(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """2 (a - b) for a, and its negative for b."""
    check_shapes(a=(a, "d"), b=(b, "d"))
    return 2 * (a - b), -2 * (a - b)


def weights_only(parameters: Iterable[Tensor], kind: str) -> Tensor:
    """Ω over the matrices and kernels of a module; vectors are biases and go free (6.1). A scalar."""
    matrices = [each.flatten() for each in parameters if each.ndim > 1]  # (…) -> (weights)
    if not matrices:
        raise BadInput("There is no matrix among the parameters, so there is nothing to penalise.")
    return value(kind, torch.cat(matrices))


def eigen_shrink(features: Tensor, alpha: float) -> Tensor:
    """λ_i / (λ_i + α), rising, of XᵀX: the share of each eigen-component of w that ridge keeps. (..., d)."""
    check_number("[0, inf)", alpha=alpha)
    check_shapes(features=(features, "examples weights"))
    eigenvalues = torch.linalg.eigvalsh(features.mT @ features).clamp(min=0)
    return eigenvalues / (eigenvalues + alpha)


class TiedAutoencoder(nn.Module):
    """x̂ = Wᵀ tanh(W x + b) + c: the decoder shares the encoder's W (6.10), h·n weights where two layers have 2·h·n."""

    def __init__(self, inputs: int, hidden: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden)
        self.W = nn.Parameter(torch.randn(hidden, inputs, generator=generator) * inputs**-0.5)
        self.b = nn.Parameter(torch.zeros(hidden))
        self.c = nn.Parameter(torch.zeros(inputs))

    def code(self, x: Tensor) -> Tensor:
        """(..., N, n) -> (..., N, h)."""
        check_shapes(W=(self.W, "hidden inputs"), x=(x, "examples inputs"))
        return torch.tanh(x @ self.W.mT + self.b)

    def forward(self, x: Tensor) -> Tensor:
        """(..., N, n) -> (..., N, n)."""
        return self.code(x) @ self.W + self.c

    def loss(self, x: Tensor, sparsity: float = 0.0) -> Tensor:
        """Mean over the examples of ‖x - x̂‖² + α ‖h‖₁, the second being the sparse representation's (6.11)."""
        check_number("[0, inf)", sparsity=sparsity)
        h = self.code(x)
        error = ((x - h @ self.W - self.c) ** 2).sum(dim=-1)
        return (error + sparsity * value("l1", h)).mean()


def _check(kind: str, w: Tensor) -> None:
    check_one_of("kind", kind, ("l2", "l1"))
    check_shapes(w=(w, "d"))
