"""The linear dynamical system and the Kalman filter (notes 10.2), batched.

h(t) = A h(t-1) + B x(t) + noise of covariance Q, y(t) = C h(t) + noise of covariance R, h(0) Gaussian. Without noise it
is the linear recurrent network, h(T) = A^T h(0) + Σ_k A^(T-k) B x(k).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.algebra import apply, common_axes
from solvers.models.checks import BadInput, check_shapes

SYMMETRY = 1e-6


@dataclass(frozen=True, slots=True)
class System:
    """A (..., H, H), C (..., O, H), Q (..., H, H), R (..., O, O)."""

    A: Tensor
    C: Tensor
    Q: Tensor
    R: Tensor

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))
        _check_covariance(Q=self.Q, R=self.R)


@dataclass(frozen=True, slots=True)
class Filtered:
    """What the observations tell at each step: means (..., T, H), covariances (..., T, H, H), gains (..., T, H, O)."""

    predicted_mean: Tensor
    predicted_covariance: Tensor
    gain: Tensor
    mean: Tensor
    covariance: Tensor
    log_likelihood: Tensor  # (..., T): log p(y(t) | y(1) … y(t-1))


def linear_states(A: Tensor, B: Tensor, x: Tensor, start: Tensor) -> Tensor:
    """h(0), …, h(T) of h(t) = A h(t-1) + B x(t): x (..., T, D), start (..., H) -> (..., T+1, H)."""
    leading = common_axes(A=(A, "H H"), B=(B, "H D"), x=(x, "T D"), start=(start, "H"))
    states, drive = [start.expand(*leading, -1)], (x @ B.mT).expand(*leading, x.shape[-2], -1)
    for driven in drive.unbind(-2):
        states.append(apply(A, states[-1]) + driven)
    return torch.stack(states, dim=-2)


def unrolled(A: Tensor, B: Tensor, x: Tensor, start: Tensor) -> Tensor:
    """h(T) without the recursion, A^T h(0) + Σ_{k=1}^T A^(T-k) B x(k): (..., H)."""
    check_shapes(A=(A, "H H"), B=(B, "H D"), x=(x, "T D"), start=(start, "H"))
    T = x.shape[-2]
    powers = torch.stack([torch.linalg.matrix_power(A, T - k) for k in range(1, T + 1)], dim=-3)  # (..., T, H, H)
    driven = (powers @ (x @ B.mT).unsqueeze(-1)).squeeze(-1).sum(dim=-2)  # (..., T, H) -> (..., H)
    return apply(torch.linalg.matrix_power(A, T), start) + driven


def kalman(system: System, y: Tensor, mean: Tensor, covariance: Tensor, drive: Tensor | None = None) -> Filtered:
    """Filter y (..., T, O) from the law of h(0), mean (..., H) and covariance (..., H, H); drive (..., T, H) is B x(t).

    Predict m⁻ = A m + B x, P⁻ = A P Aᵀ + Q; then K = P⁻Cᵀ(C P⁻Cᵀ + R)⁻¹, m = m⁻ + K (y - C m⁻), P = (I - K C) P⁻.
    """
    check_shapes(y=(y, "T O"), mean=(mean, "H"))
    drive = y.new_zeros(y.shape[-2], mean.shape[-1]) if drive is None else drive
    leading = common_axes(
        **_axes(system), y=(y, "T O"), mean=(mean, "H"), covariance=(covariance, "H H"), drive=(drive, "T H")
    )
    _check_covariance(covariance=covariance)
    mean, covariance = mean.expand(*leading, -1), covariance.expand(*leading, *covariance.shape[-2:])
    steps = []
    for t in range(y.shape[-2]):
        steps.append(_step(system, mean, covariance, y[..., t, :], drive[..., t, :]))
        mean, covariance = steps[-1][3], steps[-1][4]
    axes = (-2, -3, -3, -2, -3, -1)  # where T stands in each field
    return Filtered(*(torch.stack(each, dim) for each, dim in zip(zip(*steps, strict=True), axes, strict=True)))


def _step(system: System, mean: Tensor, covariance: Tensor, y: Tensor, drive: Tensor) -> tuple[Tensor, ...]:
    A, C = system.A, system.C
    before, P = apply(A, mean) + drive, A @ covariance @ A.mT + system.Q
    S = C @ P @ C.mT + system.R  # of the innovation y - C m⁻
    factor, failed = torch.linalg.cholesky_ex(S)
    if bool((failed != 0).any()):
        raise BadInput(
            "C P Cᵀ + R is not positive definite, so an observation leaves no gain: give R a larger diagonal."
        )
    gain = torch.cholesky_solve(C @ P, factor).mT  # (S⁻¹ C P)ᵀ = P Cᵀ S⁻¹: (..., H, O)
    innovation = y - apply(C, before)
    law = torch.distributions.MultivariateNormal(torch.zeros_like(innovation), scale_tril=factor, validate_args=False)
    units = torch.eye(P.shape[-1], dtype=P.dtype, device=P.device)
    return before, P, gain, before + apply(gain, innovation), (units - gain @ C) @ P, law.log_prob(innovation)


def _check_covariance(**matrices: Tensor) -> None:
    """Symmetric, with no negative eigenvalue beyond rounding."""
    for name, each in matrices.items():
        size = each.abs().amax().clamp(min=1)
        if not bool(((each - each.mT).abs() <= SYMMETRY * size).all()):
            raise BadInput(f"{name} is not symmetric, but a covariance is.")
        if not bool((torch.linalg.eigvalsh(each) >= -SYMMETRY * size).all()):
            raise BadInput(f"{name} has a negative eigenvalue, but a covariance has none.")


def _axes(system: System) -> dict[str, tuple[Tensor, str]]:
    return {"A": (system.A, "H H"), "C": (system.C, "O H"), "Q": (system.Q, "H H"), "R": (system.R, "O O")}
