"""Markov chains on finitely many states (notes 18.4.3): A_ij = T(next = i | now = j), so columns sum to 1 and v <- A v.

Many libraries keep the transpose, with rows that sum to 1.
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.algebra import apply, common_axes
from solvers.models.bayes_net import invert
from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_distribution,
    check_one_of,
    check_shapes,
    check_symbols,
    check_uniforms,
    instance_axes,
)


def check_stochastic(A: Tensor) -> None:
    """Square, entries of at least 0, columns that sum to 1."""
    check_shapes(A=(A, "states states"))
    check_distribution((-2,), **{"A column of A (transpose it if rows are where a state goes)": A})


def run(A: Tensor, v: Tensor, steps: int) -> Tensor:
    """v(0), A v(0), …, A^steps v(0): (..., n, n), (..., n) -> (..., steps + 1, n)."""
    check_stochastic(A)
    check_at_least(0, steps=steps)
    leading = common_axes(A=(A, "states states"), v=(v, "states"))
    trail = [v.expand(*leading, -1)]
    for _ in range(steps):
        trail.append(apply(A, trail[-1]))
    return torch.stack(trail, dim=-2)


def walk(A: Tensor, start: Tensor, uniforms: Tensor) -> Tensor:
    """Sampled states: from start (..., N), one uniform of [0, 1) a step (..., N, T) -> (..., N, T + 1).

    From state j the next is i where A_0j + … + A_{i-1,j} <= u < A_0j + … + A_ij.
    """
    check_stochastic(A)
    check_shapes(A=(A, "states states"), uniforms=(uniforms, "walkers steps"))
    check_uniforms(uniforms=uniforms)
    check_symbols("start", start, A.shape[-1], "walkers")
    check_one_of("the walkers of start", start.shape[-1], (1, uniforms.shape[-2]))
    leading = instance_axes(A=(A, 2), start=(start, 1), uniforms=(uniforms, 2))
    columns = A.mT.expand(*leading, *A.shape[-2:])  # row j: where j goes
    states = [start.expand(*leading, uniforms.shape[-2])]
    for u in uniforms.unbind(-1):
        places = states[-1].unsqueeze(-1).expand(*states[-1].shape, A.shape[-1])
        states.append(invert(columns.gather(-2, places), u.expand_as(states[-1])))
    return torch.stack(states, dim=-1)


def stationary(A: Tensor) -> Tensor:
    """The only π with A π = π, Σ π = 1: (..., n, n) -> (..., n). Refused where some states never reach each other."""
    if not bool(irreducible(A).all()):
        raise BadInput("A has states that do not reach each other, so more than one distribution may be stationary.")
    n = A.shape[-1]
    equations = A - torch.eye(n, dtype=A.dtype, device=A.device)
    # The equations (A - I) π = 0 sum to nothing, so one of them is given up for Σ π = 1.
    equations = torch.cat([equations[..., :-1, :], torch.ones_like(equations[..., :1, :])], dim=-2)
    right = torch.zeros_like(A[..., 0])
    right[..., -1] = 1
    return torch.linalg.solve(equations, right)


def reaches(A: Tensor) -> Tensor:
    """[i, j] is true where state i can come, in any number of steps, after state j: (..., n, n)."""
    check_stochastic(A)
    reach = ((A > 0) | torch.eye(A.shape[-1], dtype=torch.bool, device=A.device)).to(A.dtype)
    for _ in range(max(A.shape[-1] - 1, 1).bit_length()):
        reach = ((reach @ reach) > 0).to(A.dtype)
    return reach > 0


def irreducible(A: Tensor) -> Tensor:
    """Does every state reach every other? (...) of bool."""
    return reaches(A).flatten(-2).all(dim=-1)  # (..., S, S) -> (..., S S)


def period(A: Tensor) -> Tensor:
    """The greatest common divisor of the lengths of all ways back to where they began, of an irreducible chain: (...).

    1 is aperiodic. Every way back is made of circles of at most n steps, so these tell.
    """
    if not bool(irreducible(A).all()):
        raise BadInput("A has states that do not reach each other, so they may have different periods.")
    step = (A > 0).to(A.dtype)
    walked, found = step, torch.zeros(A.shape[:-2], dtype=torch.int64, device=A.device)
    for length in range(1, A.shape[-1] + 1):
        back = (walked.diagonal(dim1=-2, dim2=-1) > 0).any(dim=-1)
        found = torch.where(back, torch.gcd(found, torch.full_like(found, length)), found)
        walked = ((step @ walked) > 0).to(A.dtype)
    return found


def converges(A: Tensor) -> Tensor:
    """Irreducible and aperiodic, so that A^t v goes to one π from every v: (...) of bool."""
    whole = irreducible(A)
    safe = torch.where(whole[..., None, None], A, torch.full_like(A, 1 / A.shape[-1]))  # the period needs a chain
    return whole & (period(safe) == 1)


def spectrum(A: Tensor) -> Tensor:
    """The eigenvalues, complex, of falling modulus; the first is 1: (..., n)."""
    check_stochastic(A)
    values = torch.linalg.eigvals(A)
    order = values.abs().argsort(dim=-1, descending=True, stable=True)
    return values.gather(-1, order)


def second_modulus(A: Tensor) -> Tensor:
    """|λ2|: the distance from π falls like |λ2|^t. (...), 0 for a single state."""
    moduli = spectrum(A).abs()
    return moduli[..., 1] if A.shape[-1] > 1 else torch.zeros_like(moduli[..., 0])


def total_variation(p: Tensor, q: Tensor) -> Tensor:
    """½ Σ |p - q|: (..., n), (..., n) -> (...)."""
    check_shapes(p=(p, "states"), q=(q, "states"))
    return (p - q).abs().sum(dim=-1) / 2


def imbalance(A: Tensor, pi: Tensor) -> Tensor:
    """The largest |A_ij π_j - A_ji π_i|, 0 where detailed balance holds, which makes π stationary: (...)."""
    check_stochastic(A)
    check_shapes(A=(A, "states states"), pi=(pi, "states"))
    flow = A * pi.unsqueeze(-2)  # (..., n, n) * (..., 1, n)
    return (flow - flow.mT).abs().amax(dim=(-2, -1))
