"""Self-information, entropy, divergence and cross entropy of finite distributions (notes 3.1), in bits or in nats.

A distribution is the last axis, (..., k); 0 log 0 is 0. What P allows and Q forbids makes a divergence infinite.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_distribution, check_one_of, check_shapes

Unit = Literal["bits", "nats"]


def self_information(p: Tensor, unit: Unit = "bits") -> Tensor:
    """I = -log p of each event: (...) -> (...)."""
    check_shapes(p=(p, ""))
    if not bool(((p >= 0) & (p <= 1)).all()):
        raise BadInput("p holds a number outside [0, 1], but probabilities are needed.")
    return -torch.log(p) / _nats(unit)


def entropy(p: Tensor, unit: Unit = "bits") -> Tensor:
    """H(P) = -Σ P log P: (..., k) -> (...)."""
    _check(p=p)
    return -torch.special.xlogy(p, p).sum(dim=-1) / _nats(unit)


def cross_entropy(p: Tensor, q: Tensor, unit: Unit = "bits") -> Tensor:
    """H(P, Q) = -Σ P log Q = H(P) + D_KL(P ‖ Q): (..., k), (..., k) -> (...)."""
    _check(p=p, q=q)
    return -torch.special.xlogy(p, q).sum(dim=-1) / _nats(unit)


def divergence(p: Tensor, q: Tensor, unit: Unit = "bits") -> Tensor:
    """D_KL(P ‖ Q) = Σ P log(P / Q), at least 0 and in general not symmetric: (..., k), (..., k) -> (...)."""
    _check(p=p, q=q)
    return (torch.special.xlogy(p, p) - torch.special.xlogy(p, q)).sum(dim=-1) / _nats(unit)


def gaussian_divergence(mean: Tensor, sd: Tensor, other_mean: Tensor, other_sd: Tensor) -> Tensor:
    """D_KL(N(μ1, σ1²) ‖ N(μ2, σ2²)) = log(σ2/σ1) + (σ1² + (μ1 - μ2)²) / 2σ2² - ½, in nats: (...)."""
    check_shapes(mean=(mean, ""), sd=(sd, ""), other_mean=(other_mean, ""), other_sd=(other_sd, ""))
    if not bool((sd > 0).all() & (other_sd > 0).all()):
        raise BadInput("A standard deviation is not positive, but both must be.")
    return torch.log(other_sd / sd) + (sd**2 + (mean - other_mean) ** 2) / (2 * other_sd**2) - 0.5


def marginals(joint: Tensor) -> tuple[Tensor, Tensor]:
    """P(x) and P(y) of a table P(x, y), rows x: (..., n, m) -> (..., n), (..., m)."""
    _check_table(joint)
    return joint.sum(dim=-1), joint.sum(dim=-2)


def conditional(joint: Tensor) -> Tensor:
    """P(y | x), row by row: (..., n, m) -> (..., n, m). Every x must be possible."""
    _check_table(joint)
    rows = joint.sum(dim=-1, keepdim=True)
    if not bool((rows > 0).all()):
        raise BadInput("A row of the table sums to 0, but nothing can be conditioned on what never happens.")
    return joint / rows


def mutual_information(joint: Tensor, unit: Unit = "bits") -> Tensor:
    """I(X; Y) = D_KL(P(x, y) ‖ P(x) P(y)), 0 exactly when X and Y are independent: (..., n, m) -> (...)."""
    x, y = marginals(joint)
    product = x.unsqueeze(-1) * y.unsqueeze(-2)  # (..., n, 1) * (..., 1, m)
    return divergence(joint.flatten(-2), product.flatten(-2), unit)  # (..., n, m) -> (..., n m)


def _nats(unit: Unit) -> float:
    """How many nats one unit is."""
    check_one_of("unit", unit, ("bits", "nats"))
    return math.log(2) if unit == "bits" else 1.0


def _check(**distributions: Tensor) -> None:
    check_shapes(**{name: (each, "outcomes") for name, each in distributions.items()})
    check_distribution(**distributions)


def _check_table(joint: Tensor) -> None:
    check_shapes(joint=(joint, "rows columns"))
    check_distribution((-2, -1), joint=joint)
