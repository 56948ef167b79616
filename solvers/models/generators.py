"""Differentiable generators (notes 19.3): x = μ + L z with Σ = L Lᵀ, Bernoulli outputs, and gradients through samples.

Through z = μ + σ ε a gradient flows back (reparametrisation); without it there is the score function, f(z) ∇ log q(z).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_distribution, check_entries, check_real, check_shapes


@dataclass(frozen=True, slots=True)
class Slopes:
    """By the mean, the standard deviation and the log-variance; σ moves by ½ σ times log σ²."""

    mean: Tensor
    sd: Tensor
    log_variance: Tensor


def cholesky(covariance: Tensor) -> Tensor:
    """L, lower triangular with a positive diagonal, L Lᵀ = Σ, column by column: (..., n, n).

    L_jj = √(Σ_jj - Σ_k L_jk²), L_ij = (Σ_ij - Σ_k L_ik L_jk) / L_jj with k < j < i.
    """
    n = check_shapes(covariance=(covariance, "n n"))["n"]
    if not bool(torch.isclose(covariance, covariance.mT).all()):
        raise BadInput("covariance is not symmetric, but Σ_ij = Σ_ji is needed.")
    columns: list[Tensor] = []
    for j in range(n):
        rest = covariance[..., :, j]
        for done in columns:
            rest = rest - done * done[..., j, None]
        if not bool((rest[..., j] > 0).all()):
            raise BadInput(f"covariance is not positive definite: nothing is left for column {j + 1}.")
        below = torch.arange(n, device=rest.device) >= j
        columns.append(torch.where(below, rest / torch.sqrt(rest[..., j, None]), 0))
    return torch.stack(columns, dim=-1)


def affine(mean: Tensor, L: Tensor, z: Tensor) -> Tensor:
    """x = μ + L z: (..., n), (..., n, n), samples z (..., N, n) -> (..., N, n). z ~ N(0, I) gives N(μ, L Lᵀ)."""
    common_axes(mean=(mean, "n"), L=(L, "n n"), z=(z, "samples n"))
    return mean.unsqueeze(-2) + z @ L.mT


def bernoulli_log_probability(probability: Tensor, x: Tensor) -> Tensor:
    """log p(x | z) = Σ_d log of p_d or 1 - p_d, for each z and each x: (..., K, D), (..., N, D) -> (..., N, K)."""
    check_shapes(probability=(probability, "codes bits"), x=(x, "samples bits"))
    check_entries("x", x, (0.0, 1.0))
    check_real("[0, 1]", probability=probability)
    p, bits = probability.unsqueeze(-3), x.unsqueeze(-2)  # (..., 1, K, D), (..., N, 1, D)
    return (torch.special.xlogy(bits, p) + torch.special.xlogy(1 - bits, 1 - p)).sum(dim=-1)


def bernoulli_marginal(prior: Tensor, probability: Tensor, x: Tensor) -> Tensor:
    """p(x) = E_z p(x | z) over K codes: prior (..., K), P(x_d = 1 | z_k) (..., K, D), x (..., N, D) -> (..., N)."""
    _check_prior(prior, probability)
    return (prior.unsqueeze(-2) * torch.exp(bernoulli_log_probability(probability, x))).sum(dim=-1)


def bernoulli_posterior(prior: Tensor, probability: Tensor, x: Tensor) -> Tensor:
    """p(z | x) by Bayes: (..., N, K)."""
    _check_prior(prior, probability)
    joint = prior.unsqueeze(-2) * torch.exp(bernoulli_log_probability(probability, x))
    total = joint.sum(dim=-1, keepdim=True)
    if not bool((total > 0).all()):
        raise BadInput("x holds a sample that no z can generate.")
    return joint / total


def reparametrise(mean: Tensor, sd: Tensor, noise: Tensor) -> Tensor:
    """z = μ + σ ε, elementwise: (...)."""
    _check_gaussian(mean, sd, noise=noise)
    return mean + sd * noise


def pathwise(sd: Tensor, noise: Tensor, upstream: Tensor) -> Slopes:
    """From ∂L/∂z: ∂L/∂μ = ∂L/∂z, ∂L/∂σ = ε ∂L/∂z, ∂L/∂log σ² = ½ σ ε ∂L/∂z. All (...)."""
    _check_gaussian(upstream, sd, noise=noise)
    return Slopes(mean=upstream, sd=noise * upstream, log_variance=0.5 * sd * noise * upstream)


def score(mean: Tensor, sd: Tensor, z: Tensor) -> Slopes:
    """∇ log N(z; μ, σ²): (z - μ) / σ², ((z - μ)² - σ²) / σ³, and by log σ² ½ σ times that. All (...)."""
    _check_gaussian(mean, sd, z=z)
    away = (z - mean) / sd
    return Slopes(mean=away / sd, sd=(away**2 - 1) / sd, log_variance=0.5 * (away**2 - 1))


def score_function(mean: Tensor, sd: Tensor, z: Tensor, value: Tensor, baseline: Tensor | float = 0.0) -> Slopes:
    """(f(z) - b) ∇ log q(z) of each sample: right on average for ∇ E_q[f], for any f and any b that does not see z."""
    check_shapes(mean=(mean, ""), sd=(sd, ""), z=(z, ""), value=(value, ""))
    check_real(baseline=baseline)
    slopes, gain = score(mean, sd, z), value - baseline
    return Slopes(gain * slopes.mean, gain * slopes.sd, gain * slopes.log_variance)


def bernoulli_score_function(logit: Tensor, z: Tensor, value: Tensor, baseline: Tensor | float = 0.0) -> Tensor:
    """(f(z) - b) (z - σ(a)) for z in {0, 1} with P(1) = σ(a): ∇_a log q(z) needs no ε, as there is none. (...)"""
    check_shapes(logit=(logit, ""), z=(z, ""), value=(value, ""))
    check_real(baseline=baseline)
    check_entries("z", z, (0.0, 1.0))
    return (value - baseline) * (z - torch.sigmoid(logit))


def _check_prior(prior: Tensor, probability: Tensor) -> None:
    check_shapes(prior=(prior, "codes"), probability=(probability, "codes bits"))
    check_distribution(prior=prior)
    check_real("[0, 1]", probability=probability)


def _check_gaussian(mean: Tensor, sd: Tensor, **others: Tensor) -> None:
    common_axes(mean=(mean, ""), sd=(sd, ""), **{name: (each, "") for name, each in others.items()})
    if not bool((sd > 0).all()):
        raise BadInput("sd holds a number that is not positive: σ is a standard deviation, not a log.")
