"""Least squares by other routes, and the solutions of least norm when there are many (notes 6.2.1, 6.3.1).

The normal equations are `regression.least_squares`; here are QR, the singular values, and min-L² and min-L¹ solutions.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_number, check_shapes


def ridge_by_svd(x: Tensor, y: Tensor, alpha: float = 0.0) -> Tensor:
    """w = V diag(s / (s² + α)) Uᵀ y for X = U diag(s) Vᵀ; α = 0 gives the pseudo-inverse: (..., d)."""
    _check(x, y, alpha)
    U, s, Vt = torch.linalg.svd(x, full_matrices=False)
    tiny = s.amax(dim=-1, keepdim=True) * max(x.shape[-2:]) * torch.finfo(x.dtype).eps
    kept = torch.where(s > tiny, s / torch.where(s > tiny, s**2 + alpha, torch.ones_like(s)), 0 * s)
    return _apply(Vt.mT, kept * _apply(U.mT, y))


def ridge_by_qr(x: Tensor, y: Tensor, alpha: float = 0.0) -> Tensor:
    """The least squares of X stacked on √α I and y on zeros, by QR: R w = Qᵀ y. Full column rank or α > 0. (..., d)."""
    sizes = _check(x, y, alpha)
    d = sizes["weights"]
    units = alpha**0.5 * torch.eye(d, dtype=x.dtype, device=x.device)
    tall = torch.cat([x, units.expand(*x.shape[:-2], d, d)], dim=-2)  # (..., N + d, d)
    long = torch.cat([y, y.new_zeros(*y.shape[:-1], d)], dim=-1)  # (..., N + d)
    Q, R = torch.linalg.qr(tall)
    diagonal = torch.diagonal(R, dim1=-2, dim2=-1).abs()
    if not bool((diagonal > diagonal.amax(dim=-1, keepdim=True) * d * torch.finfo(x.dtype).eps).all()):
        raise BadInput("The columns of x are dependent, so many w fit alike: take alpha > 0 or the pseudo-inverse.")
    return torch.linalg.solve_triangular(R, _apply(Q.mT, long).unsqueeze(-1), upper=True).squeeze(-1)


def rank(x: Tensor) -> Tensor:
    """How many columns of x are independent; XᵀX can be inverted when all are. (...)."""
    check_shapes(x=(x, "examples weights"))
    return torch.linalg.matrix_rank(x)


def least_l2(A: Tensor, b: Tensor) -> Tensor:
    """The w of least ‖w‖₂ with A w = b, Aᵀ (A Aᵀ)⁻¹ b, for A (..., m, n) of rank m: one row, b a / ‖a‖². (..., n)."""
    _check_system(A, b)
    return _apply(A.mT, torch.linalg.solve(A @ A.mT, b.unsqueeze(-1)).squeeze(-1))


def least_l1(A: Tensor, b: Tensor) -> Tensor:
    """A w of least ‖w‖₁ with A w = b: (..., n).

    One is basic, with at most m entries other than 0 (a linear program's vertex), so all choices of m columns are
    solved and the first best is returned. For one equation: b / a_j at the largest |a_j|.
    """
    m, n = _check_system(A, b)
    if comb(n, m) > 10_000:
        raise BadInput(f"{m} equations in {n} unknowns have {comb(n, m)} basic solutions, but 10000 are tried at most.")
    chosen = torch.tensor(list(combinations(range(n), m)), device=A.device)  # (B, m)
    square = A[..., chosen].movedim(-2, -3)  # (..., m, B, m) -> (..., B, m, m)
    inverse, singular = torch.linalg.inv_ex(square)
    part = (inverse @ b[..., None, :, None]).squeeze(-1)  # (..., B, m)
    short = torch.where(singular == 0, part.abs().sum(dim=-1), torch.full_like(part[..., 0], torch.inf))
    best = short.nan_to_num(nan=torch.inf).argmin(dim=-1)  # (...)
    places = chosen[best]  # (..., m)
    values = part.gather(-2, best[..., None, None].expand(*best.shape, 1, m)).squeeze(-2)
    return torch.zeros(*best.shape, n, dtype=A.dtype, device=A.device).scatter(-1, places, values)


def _apply(x: Tensor, w: Tensor) -> Tensor:
    return (x @ w.unsqueeze(-1)).squeeze(-1)


def _check(x: Tensor, y: Tensor, alpha: float) -> dict[str, int]:
    check_number("[0, inf)", alpha=alpha)
    return check_shapes(x=(x, "examples weights"), y=(y, "examples"))


def _check_system(A: Tensor, b: Tensor) -> tuple[int, int]:
    sizes = check_shapes(A=(A, "equations unknowns"), b=(b, "equations"))
    if not bool((torch.linalg.matrix_rank(A) == sizes["equations"]).all()):
        raise BadInput("The equations depend on each other, so A w = b may have no solution: drop the dependent ones.")
    return sizes["equations"], sizes["unknowns"]
