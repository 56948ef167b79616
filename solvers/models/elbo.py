"""The evidence lower bound for discrete latent variables (notes 19.2), and EM, which raises it by q and by θ in turn.

L(v, θ, q) = E_q[log p(h, v)] + H(q) = log p(v) - D_KL(q ‖ p(h | v)). All in nats.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_distribution, check_entries, check_shapes


@dataclass(frozen=True, slots=True)
class Bound:
    """L, log p(v) and their difference D_KL(q ‖ p(h | v)), with the parts of L: L = energy + entropy. All (...)."""

    value: Tensor
    log_evidence: Tensor
    divergence: Tensor
    energy: Tensor  # E_q[log p(h, v)]
    entropy: Tensor  # H(q)


@dataclass(frozen=True, slots=True)
class Mixture:
    """K classes of independent bits: weight pi (..., K), P(bit d is 1 | class k) in mu (..., K, D)."""

    pi: Tensor
    mu: Tensor

    def __post_init__(self) -> None:
        check_shapes(pi=(self.pi, "classes"), mu=(self.mu, "classes bits"))
        check_distribution(pi=self.pi)
        if not bool(((self.mu >= 0) & (self.mu <= 1)).all()):
            raise BadInput("mu holds a number outside [0, 1], but probabilities of ones are needed.")


@dataclass(frozen=True, slots=True)
class Em:
    """What EM went through: the last mixture and responsibilities, and log p(data) before and after each step."""

    mixture: Mixture
    q: Tensor  # (..., N, K) of the last E step
    log_likelihood: Tensor  # (..., steps + 1)
    bounds: Tensor  # (..., steps): L after each M step, with the q of the E step before it


def bound(joint: Tensor, q: Tensor) -> Bound:
    """From p(h, v) of the v that was seen, over all h (..., S), and q(h | v) (..., S); q is 0 where p(h, v) is."""
    check_shapes(joint=(joint, "states"), q=(q, "states"))
    check_distribution(q=q)
    if not bool((joint >= 0).all()) or bool(((joint == 0) & (q > 0)).any()):
        raise BadInput("joint must be at least 0, and positive wherever q is: the bound would be minus infinity.")
    energy = torch.special.xlogy(q, torch.where(q > 0, joint, 1)).sum(dim=-1)
    entropy = -torch.special.xlogy(q, q).sum(dim=-1)
    log_evidence = torch.log(joint.sum(dim=-1))
    posterior = best_q(joint)
    ratio = torch.special.xlogy(q, q) - torch.special.xlogy(q, torch.where(q > 0, posterior, 1))
    return Bound(energy + entropy, log_evidence, ratio.sum(dim=-1), energy, entropy)


def best_q(joint: Tensor) -> Tensor:
    """q = p(h | v), for which the bound is log p(v): (..., S) -> (..., S)."""
    check_shapes(joint=(joint, "states"))
    total = joint.sum(dim=-1, keepdim=True)
    if not bool((total > 0).all()):
        raise BadInput("joint sums to 0: what was seen is impossible under the model.")
    return joint / total


def log_joint(mixture: Mixture, x: Tensor) -> Tensor:
    """log p(x, k) = log π_k + Σ_d log P(x_d | k): bits (..., N, D) -> (..., N, K)."""
    common_axes(pi=(mixture.pi, "classes"), mu=(mixture.mu, "classes bits"), x=(x, "examples bits"))
    check_entries("x", x, (0.0, 1.0))
    each, mu = x.unsqueeze(-2), mixture.mu.unsqueeze(-3)  # (..., N, 1, D), (..., 1, K, D)
    bits = torch.special.xlogy(each, mu) + torch.special.xlogy(1 - each, 1 - mu)
    return torch.log(mixture.pi).unsqueeze(-2) + bits.sum(dim=-1)


def log_likelihood(mixture: Mixture, x: Tensor) -> Tensor:
    """Σ_n log p(x_n): (..., N, D) -> (...)."""
    return torch.logsumexp(log_joint(mixture, x), dim=-1).sum(dim=-1)


def e_step(mixture: Mixture, x: Tensor) -> Tensor:
    """q(k | x_n) = p(k | x_n), the best q for these parameters: (..., N, D) -> (..., N, K)."""
    found = log_joint(mixture, x)
    if not bool(torch.isfinite(torch.logsumexp(found, dim=-1)).all()):
        raise BadInput("x holds an example that every class gives probability 0.")
    return torch.softmax(found, dim=-1)


def m_step(x: Tensor, q: Tensor) -> Mixture:
    """The best parameters for this q: π_k = mean q_nk, μ_kd = Σ_n q_nk x_nd / Σ_n q_nk."""
    check_shapes(x=(x, "examples bits"), q=(q, "examples classes"))
    weight = q.sum(dim=-2)
    if not bool((weight > 0).all()):
        raise BadInput("A class has no share in any example, so its parameters are not determined.")
    mu = torch.einsum("...nk,...nd->...kd", q, x) / weight.unsqueeze(-1)
    return Mixture(weight / weight.sum(dim=-1, keepdim=True), mu.clamp(0, 1))


def data_bound(mixture: Mixture, x: Tensor, q: Tensor) -> Tensor:
    """Σ_n L(x_n, θ, q_n): (..., N, D), (..., N, K) -> (...)."""
    found = log_joint(mixture, x)
    check_shapes(mu=(mixture.mu, "classes bits"), q=(q, "examples classes"), x=(x, "examples bits"))
    check_distribution(q=q)
    energy = torch.where(q > 0, q * found, 0).sum(dim=(-2, -1))
    return energy - torch.special.xlogy(q, q).sum(dim=(-2, -1))


def em(mixture: Mixture, x: Tensor, steps: int) -> Em:
    """`steps` times: the best q, then the best θ. log p(data) never falls."""
    check_at_least(1, steps=steps)
    likelihoods, bounds = [log_likelihood(mixture, x)], []
    q = e_step(mixture, x)
    for _ in range(steps):
        q = e_step(mixture, x)
        mixture = m_step(x, q)
        bounds.append(data_bound(mixture, x, q))
        likelihoods.append(log_likelihood(mixture, x))
    return Em(mixture, q, torch.stack(torch.broadcast_tensors(*likelihoods), dim=-1), torch.stack(bounds, dim=-1))
