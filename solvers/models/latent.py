"""Latent variables in place of a learnt structure (notes 18.1.2): what hidden classes or units do to the visible bits.

Each visible unit depends on the hidden ones alone; summed out, these make the visible units depend on each other.
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models import rbm
from solvers.models.checks import check_at_least, check_shapes
from solvers.models.elbo import Mixture
from solvers.models.rbm import Rbm


def class_joint(mixture: Mixture) -> Tensor:
    """P(v) of every v, in the order of `rbm.states`, the class summed out: (..., 2^D)."""
    v = rbm.states(mixture.mu.shape[-1], mixture.mu)
    mu, bits = mixture.mu.unsqueeze(-3), v.unsqueeze(-2)  # (..., 1, K, D), (2^D, 1, D)
    inside = torch.where(bits == 1, mu, 1 - mu).prod(dim=-1)  # (..., 2^D, K)
    return (inside @ mixture.pi.unsqueeze(-1)).squeeze(-1)


def class_covariance(mixture: Mixture) -> Tensor:
    """Cov(v_i, v_j) = Σ_k π_k (μ_ki - m_i)(μ_kj - m_j) off the diagonal, m_i (1 - m_i) on it: (..., D, D).

    Given the class the units are independent; all that binds them is how their means move together with it.
    """
    mean = (mixture.pi.unsqueeze(-2) @ mixture.mu).squeeze(-2)  # (..., D)
    away = mixture.mu - mean.unsqueeze(-2)
    bound = away.mT @ (mixture.pi.unsqueeze(-1) * away)
    return bound - torch.diag_embed(bound.diagonal(dim1=-2, dim2=-1)) + torch.diag_embed(mean * (1 - mean))


def unit_covariance(machine: Rbm) -> Tensor:
    """Cov(v_i, v_j) of a restricted machine, the hidden units summed out, by enumeration: (..., n, n)."""
    v = rbm.states(machine.sizes[0], machine.W)
    return covariance(torch.exp(rbm.log_probability(machine, v)), v)


def covariance(weight: Tensor, v: Tensor) -> Tensor:
    """Of states v (S, n) with probabilities weight (..., S): (..., n, n)."""
    check_shapes(weight=(weight, "states"), v=(v, "states units"))
    mean = weight @ v
    away = v - mean.unsqueeze(-2)  # (..., S, n)
    return away.mT @ (weight.unsqueeze(-1) * away)


def table_parameters(visible: int) -> int:
    """A table of all bits: 2^n - 1."""
    check_at_least(1, visible=visible)
    return 2**visible - 1


def pairwise_parameters(visible: int) -> int:
    """A Boltzmann machine without hidden units: n biases and n (n - 1) / 2 weights."""
    check_at_least(1, visible=visible)
    return visible + visible * (visible - 1) // 2


def class_parameters(visible: int, classes: int) -> int:
    """One hidden variable of K classes: (K - 1) + K n."""
    check_at_least(1, visible=visible, classes=classes)
    return classes - 1 + classes * visible


def unit_parameters(visible: int, hidden: int) -> int:
    """A restricted machine: n + m + n m."""
    check_at_least(1, visible=visible, hidden=hidden)
    return visible + hidden + visible * hidden
