"""Maximum likelihood of the textbook families (notes 3.2.1): log-likelihood, score and maximum, one row a family.

Samples are (..., N), parameters (..., p) in the order of the row; logarithms are natural.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_one_of, check_real, check_shapes


@dataclass(frozen=True, slots=True)
class Family:
    """`density(x, θ)` is log p(x | θ) of each sample, θ (..., p, 1); `score` is ∂ log p / ∂θ, (..., p, N)."""

    parameters: Mapping[str, str]  # each name with the interval it is from; a score is defined inside alone
    density: Callable[[Tensor, Tensor], Tensor]
    score: Callable[[Tensor, Tensor], Tensor]
    fit: Callable[[Tensor], Tensor]  # the maximum, (..., N) -> (..., p)
    inside: Callable[[Tensor], Tensor]  # which samples the family can produce
    needs: str


def _mean(x: Tensor) -> Tensor:
    return x.mean(dim=-1, keepdim=True)


def _bernoulli_density(x: Tensor, theta: Tensor) -> Tensor:
    p = theta[..., 0, :]
    return torch.special.xlogy(x, p) + torch.special.xlogy(1 - x, 1 - p)


def _gaussian_density(x: Tensor, theta: Tensor) -> Tensor:
    mean, variance = theta[..., 0, :], theta[..., 1, :]
    return -0.5 * (torch.log(2 * math.pi * variance) + (x - mean) ** 2 / variance)


def _gaussian_score(x: Tensor, theta: Tensor) -> Tensor:
    mean, variance = theta[..., 0, :], theta[..., 1, :]
    centred = x - mean
    return torch.stack([centred / variance, 0.5 * (centred**2 / variance - 1) / variance], dim=-2)


def _gaussian_fit(x: Tensor) -> Tensor:
    return torch.stack([x.mean(dim=-1), x.var(dim=-1, correction=0)], dim=-1)


FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        "bernoulli": Family(
            parameters={"p": "[0, 1]"},
            density=_bernoulli_density,
            score=lambda x, theta: x.unsqueeze(-2) / theta - (1 - x.unsqueeze(-2)) / (1 - theta),
            fit=_mean,
            inside=lambda x: (x == 0) | (x == 1),
            needs="samples of 0 and 1",
        ),
        "gaussian": Family(
            parameters={"mean": "(-inf, inf)", "variance": "(0, inf)"},
            density=_gaussian_density,
            score=_gaussian_score,
            fit=_gaussian_fit,
            inside=torch.isfinite,
            needs="real samples",
        ),
        "exponential": Family(
            parameters={"rate": "(0, inf)"},
            density=lambda x, theta: torch.log(theta[..., 0, :]) - theta[..., 0, :] * x,
            score=lambda x, theta: 1 / theta - x.unsqueeze(-2),
            fit=lambda x: 1 / _mean(x),
            inside=lambda x: x >= 0,
            needs="samples of at least 0",
        ),
        "poisson": Family(
            parameters={"rate": "[0, inf)"},
            density=lambda x, theta: torch.special.xlogy(x, theta[..., 0, :]) - theta[..., 0, :] - torch.lgamma(x + 1),
            score=lambda x, theta: x.unsqueeze(-2) / theta - 1,
            fit=_mean,
            inside=lambda x: (x >= 0) & (x == x.round()),
            needs="counts 0, 1, 2, …",
        ),
        "geometric": Family(
            parameters={"p": "(0, 1]"},
            density=lambda x, theta: torch.log(theta[..., 0, :]) + torch.special.xlog1py(x - 1, -theta[..., 0, :]),
            score=lambda x, theta: 1 / theta - (x.unsqueeze(-2) - 1) / (1 - theta),
            fit=lambda x: 1 / _mean(x),
            inside=lambda x: (x >= 1) & (x == x.round()),
            needs="trials until the first success, 1, 2, 3, …",
        ),
    }
)


def log_likelihood(family: str, x: Tensor, theta: Tensor) -> Tensor:
    """ℓ(θ) = Σ_i log p(x_i | θ): (..., N), (..., p) -> (...)."""
    row = _checked(family, x, theta)
    return row.density(x, theta.unsqueeze(-1)).sum(dim=-1)  # (..., p) -> (..., p, 1)


def score(family: str, x: Tensor, theta: Tensor) -> Tensor:
    """∂ℓ/∂θ, zero at the maximum: (..., N), (..., p) -> (..., p)."""
    row = _checked(family, x, theta)
    inside = {name: "(" + interval[1:-1] + ")" for name, interval in row.parameters.items()}
    _check_parameters(inside, theta)
    return row.score(x, theta.unsqueeze(-1)).sum(dim=-1)


def fit(family: str, x: Tensor) -> Tensor:
    """θ_ML (..., p); the variance divides by N, as the maximum does."""
    return _checked(family, x).fit(x)


def categorical_fit(counts: Tensor) -> Tensor:
    """θ_ML of a categorical variable, the relative frequencies: (..., k) -> (..., k)."""
    check_shapes(counts=(counts, "outcomes"))
    if not bool((counts >= 0).all() & (counts.sum(dim=-1) > 0).all()):
        raise BadInput("counts are negative or all 0, but at least one outcome must have been seen.")
    return counts / counts.sum(dim=-1, keepdim=True)


def _checked(family: str, x: Tensor, theta: Tensor | None = None) -> Family:
    check_one_of("family", family, FAMILIES)
    row = FAMILIES[family]
    check_shapes(x=(x, "samples"), **({} if theta is None else {"theta": (theta, "parameters")}))
    if theta is not None and theta.shape[-1] != len(row.parameters):
        raise BadInput(f"theta has {theta.shape[-1]} entries, but {family} has {', '.join(row.parameters)}.")
    if theta is not None:
        _check_parameters(row.parameters, theta)
    if not bool(row.inside(x).all()):
        raise BadInput(f"x holds what {family} cannot produce: it needs {row.needs}.")
    return row


def _check_parameters(intervals: Mapping[str, str], theta: Tensor) -> None:
    for (name, interval), each in zip(intervals.items(), theta.unbind(-1), strict=True):
        check_real(interval, **{f"theta's {name}": each})
