"""Batch normalisation (notes 7.7): training pass, backward by hand, the final pass for test statistics, and a network.

Statistics run over the examples, axis -2, with the biased variance (1/N). γ and β are the paper's; the notes have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from solvers.models.activations import activation
from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes


@dataclass(frozen=True, slots=True)
class Statistics:
    """Mean and variance of each unit, (..., units)."""

    mean: Tensor
    variance: Tensor


@dataclass(frozen=True, slots=True)
class Pass:
    """out = γ x̂ + β and x̂, both (..., N, units), and the statistics that were used."""

    out: Tensor
    normal: Tensor
    used: Statistics


@dataclass(frozen=True, slots=True)
class Gradients:
    """∂L/∂x (..., N, units), ∂L/∂γ and ∂L/∂β (..., units)."""

    x: Tensor
    gamma: Tensor
    beta: Tensor


def statistics(x: Tensor) -> Statistics:
    """Mean and biased variance over the examples: (..., N, units) -> (..., units) each."""
    check_shapes(x=(x, "examples units"))
    return Statistics(x.mean(dim=-2), x.var(dim=-2, correction=0))


def forward(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    epsilon: float = 1e-5,
    using: Statistics | None = None,
) -> Pass:
    """x̂ = (x - μ) / √(σ² + ε), then γ x̂ + β. The batch's own statistics, or, at test time, those passed in."""
    _check(x, gamma, beta, epsilon)
    used = statistics(x) if using is None else using
    normal = (x - used.mean.unsqueeze(-2)) / (used.variance.unsqueeze(-2) + epsilon).sqrt()
    scaled = normal if gamma is None else gamma.unsqueeze(-2) * normal
    return Pass(scaled if beta is None else scaled + beta.unsqueeze(-2), normal, used)


def backward(run: Pass, upstream: Tensor, gamma: Tensor | None = None, epsilon: float = 1e-5) -> Gradients:
    """Through the batch's own mean and variance: with u = γ ∂L/∂out,

    ∂L/∂x = (u - mean(u) - x̂ mean(u ⊙ x̂)) / √(σ² + ε).
    """
    check_shapes(upstream=(upstream, "examples units"), normal=(run.normal, "examples units"))
    u = upstream if gamma is None else gamma.unsqueeze(-2) * upstream
    shared = u.mean(dim=-2, keepdim=True) + run.normal * (u * run.normal).mean(dim=-2, keepdim=True)
    x = (u - shared) / (run.used.variance.unsqueeze(-2) + epsilon).sqrt()
    return Gradients(x, (upstream * run.normal).sum(dim=-2), upstream.sum(dim=-2))


class NormalisedMlp(nn.Module):
    """Layers (in, hidden…, out): each hidden layer is linear without a bias, normalised, scaled by γ, β, activated.

    In training each batch normalises itself. `final_pass` stores the statistics of all training data, layer after
    layer, which evaluation needs.
    """

    def __init__(
        self, sizes: Sequence[int], hidden: str, generator: torch.Generator | None = None, epsilon: float = 1e-5
    ) -> None:
        super().__init__()
        check_at_least(3, layers=len(sizes))
        check_at_least(1, **{f"size_{place}": size for place, size in enumerate(sizes)})
        check_number("[0, inf)", epsilon=epsilon)
        activation(hidden)
        self.hidden, self.epsilon = hidden, epsilon
        self.W = nn.ParameterList([torch.randn(out, n, generator=generator) * n**-0.5 for n, out in pairwise(sizes)])
        self.gamma = nn.ParameterList([torch.ones(units) for units in sizes[1:-1]])
        self.beta = nn.ParameterList([torch.zeros(units) for units in sizes[1:-1]])
        self.bias = nn.Parameter(torch.zeros(sizes[-1]))
        for place, units in enumerate(sizes[1:-1]):
            self.register_buffer(f"mean_{place}", torch.full((units,), torch.nan))
            self.register_buffer(f"variance_{place}", torch.full((units,), torch.nan))

    def forward(self, x: Tensor) -> Tensor:
        """(..., N, in) -> (..., N, out)."""
        check_shapes(W=(self.W[0], "hidden inputs"), x=(x, "examples inputs"))
        for place in range(len(self.gamma)):
            x = self._layer(place, x, None if self.training else self.stored(place))
        return x @ self.W[-1].mT + self.bias

    def stored(self, place: int) -> Statistics:
        """The statistics of one hidden layer's net input over the training data."""
        mean, variance = self.get_buffer(f"mean_{place}"), self.get_buffer(f"variance_{place}")
        if bool(mean.isnan().any()):
            raise BadInput("The network has no statistics yet: call final_pass with the training data before testing.")
        return Statistics(mean, variance)

    @torch.no_grad()
    def final_pass(self, x: Tensor) -> None:
        """From the first hidden layer to the last: send all training data there, and keep its mean and variance."""
        check_shapes(W=(self.W[0], "hidden inputs"), x=(x, "= examples inputs"))
        for place in range(len(self.gamma)):
            found = statistics(x @ self.W[place].mT)
            self.get_buffer(f"mean_{place}").copy_(found.mean)
            self.get_buffer(f"variance_{place}").copy_(found.variance)
            x = self._layer(place, x, found)

    def _layer(self, place: int, x: Tensor, using: Statistics | None) -> Tensor:
        net = x @ self.W[place].mT
        return activation(self.hidden).value(forward(net, self.gamma[place], self.beta[place], self.epsilon, using).out)


def _check(x: Tensor, gamma: Tensor | None, beta: Tensor | None, epsilon: float) -> None:
    expected = {"x": (x, "examples units")}
    if gamma is not None:
        expected["gamma"] = (gamma, "units")
    if beta is not None:
        expected["beta"] = (beta, "units")
    check_shapes(**expected)
    check_number("[0, inf)", epsilon=epsilon)
