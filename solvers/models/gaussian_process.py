"""Model-based search (notes 9.1.5): a Gaussian process over validation errors, and where it says to try next.

The kernel is k(a, b) = s² exp(-‖a - b‖² / 2ℓ²). Errors are to be low, so improvement is below the best so far.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_real, check_shapes

Rule = Literal["expected-improvement", "lower-bound"]


@dataclass(frozen=True, slots=True)
class Prior:
    """A process of mean `mean`; ℓ, s² and the variance of the noise on each observation. Scalars, learnt or not."""

    length: Tensor | float = 1.0
    variance: Tensor | float = 1.0
    noise: Tensor | float = 0.0
    mean: Tensor | float = 0.0

    def __post_init__(self) -> None:
        check_number("(0, inf)", length=self.length, variance=self.variance)
        check_number("[0, inf)", noise=self.noise)
        check_number(mean=self.mean)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mean and variance of the error, without the noise, at each new point: (..., M)."""

    mean: Tensor
    variance: Tensor

    @property
    def sd(self) -> Tensor:
        return self.variance.clamp(min=0).sqrt()


@dataclass(frozen=True, slots=True)
class Search:
    """Points tried (trials, d), in order, their errors (trials), and the best one's place."""

    points: Tensor
    errors: Tensor
    best: int


def kernel(a: Tensor, b: Tensor, prior: Prior) -> Tensor:
    """(..., N, d), (..., M, d) -> (..., N, M)."""
    check_shapes(a=(a, "rows d"), b=(b, "columns d"))
    apart = ((a.unsqueeze(-2) - b.unsqueeze(-3)) ** 2).sum(dim=-1)
    return prior.variance * torch.exp(-apart / (2 * prior.length**2))


def posterior(x: Tensor, y: Tensor, new: Tensor, prior: Prior) -> Posterior:
    """μ = m + kᵀ (K + σ²I)⁻¹ (y - m), σ² = k(x*, x*) - kᵀ (K + σ²I)⁻¹ k: x (..., N, d), y (..., N), new (..., M, d)."""
    check_shapes(x=(x, "points d"), y=(y, "points"), new=(new, "places d"))
    root = _root(x, prior)
    across = kernel(x, new, prior)  # (..., N, M)
    half = torch.linalg.solve_triangular(root, across, upper=False)
    residual = torch.linalg.solve_triangular(root, (y - prior.mean).unsqueeze(-1), upper=False)
    mean = prior.mean + (half * residual).sum(dim=-2)
    return Posterior(mean, prior.variance - (half**2).sum(dim=-2))


def log_likelihood(x: Tensor, y: Tensor, prior: Prior) -> Tensor:
    """log p(y | x) = -½ rᵀ (K + σ²I)⁻¹ r - ½ log |K + σ²I| - N/2 log 2π with r = y - m: (..., N, d), (..., N) -> (...).

    It can be differentiated by the prior's numbers, which is how they are learnt.
    """
    points = check_shapes(x=(x, "points d"), y=(y, "points"))["points"]
    root = _root(x, prior)
    white = torch.linalg.solve_triangular(root, (y - prior.mean).unsqueeze(-1), upper=False).squeeze(-1)
    half = root.diagonal(dim1=-2, dim2=-1).log().sum(dim=-1)
    return -(white**2).sum(dim=-1) / 2 - half - points / 2 * math.log(2 * math.pi)


def expected_improvement(found: Posterior, best: Tensor | float) -> Tensor:
    """E max(best - f, 0) = (best - μ) Φ(z) + σ φ(z), z = (best - μ) / σ; max(best - μ, 0) where σ = 0. (..., M)."""
    check_real(best=best)
    gap = torch.as_tensor(best, dtype=found.mean.dtype, device=found.mean.device).unsqueeze(-1) - found.mean
    sd = found.sd
    z = gap / torch.where(sd > 0, sd, torch.ones_like(sd))
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return torch.where(sd > 0, gap * torch.special.ndtr(z) + sd * density, gap.clamp(min=0))


def lower_bound(found: Posterior, width: float) -> Tensor:
    """μ - κσ: how low the error may well be (for rewards this is the upper confidence bound μ + κσ). (..., M)."""
    check_number(width=width)
    return found.mean - width * found.sd


def suggest(x: Tensor, y: Tensor, candidates: Tensor, prior: Prior, rule: Rule, width: float = 2.0) -> Tensor:
    """The candidate (..., M, d) of most expected improvement or of least lower bound, the first on ties: (...)."""
    check_one_of("rule", rule, ("expected-improvement", "lower-bound"))
    found = posterior(x, y, candidates, prior)
    if rule == "lower-bound":
        return lower_bound(found, width).argmin(dim=-1)
    return expected_improvement(found, y.amin(dim=-1)).argmax(dim=-1)


def minimise(
    error: Callable[[Tensor], float], candidates: Tensor, prior: Prior, *, start: int, trials: int, rule: Rule
) -> Search:
    """Try the candidate (M, d) at place `start`, then what the process suggests, never one twice, `trials` in all.

    Errors are centred on their mean so far, which is the prior mean of the next suggestion.
    """
    size = check_shapes(candidates=(candidates, "= places d"))["places"]
    check_at_least(1, trials=trials)
    check_at_least(0, start=start)
    if trials > size or start >= size:
        raise BadInput(
            f"{trials} trials from place {start} of {size} candidates: take fewer, from a place that exists."
        )
    places, errors = [start], [float(error(candidates[start]))]
    while len(places) < trials:
        x, y = candidates[places], torch.tensor(errors, dtype=candidates.dtype, device=candidates.device)
        left = [place for place in range(size) if place not in places]
        centre = float(y.mean())
        centred = Prior(prior.length, prior.variance, prior.noise, centre)
        places.append(left[int(suggest(x, y, candidates[left], centred, rule))])
        errors.append(float(error(candidates[places[-1]])))
    found = torch.tensor(errors, dtype=candidates.dtype, device=candidates.device)
    return Search(candidates[places], found, int(found.argmin()))


def _root(x: Tensor, prior: Prior) -> Tensor:
    """The lower triangular L with L Lᵀ = K + σ²I: (..., N, d) -> (..., N, N)."""
    units = torch.eye(x.shape[-2], dtype=x.dtype, device=x.device)
    root, failed = torch.linalg.cholesky_ex(kernel(x, x, prior) + prior.noise * units)
    if bool((failed != 0).any()):
        raise BadInput("Two points are (nearly) the same and there is no noise: give noise, or leave one out.")
    return root
