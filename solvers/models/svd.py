"""The singular value decomposition by one-sided Jacobi rotations (notes 16.2.1), truncation, and PCA from it.

X = V S Uᵀ as in the notes: V (..., m, r) has the left singular vectors, U (..., n, r) the right ones, r = min(m, n).
Many libraries write X = U S Vᵀ, with the letters the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_shapes


@dataclass(frozen=True, slots=True)
class Svd:
    """V (..., m, r), the singular values (..., r) falling, U (..., n, r). Of a value 0, one of the two columns is 0."""

    V: Tensor
    values: Tensor
    U: Tensor


@dataclass(frozen=True, slots=True)
class Rotation:
    """One Jacobi step: the angle's cosine and sine (...), the columns it turned, all columns after it (..., m, n)."""

    pair: tuple[int, int]
    cosine: Tensor
    sine: Tensor
    columns: Tensor


@dataclass(frozen=True, slots=True)
class Pca:
    """The mean (..., n), directions in columns (..., n, k), and the variance along each (..., k), dividing by N."""

    mean: Tensor
    directions: Tensor
    variances: Tensor


def decompose(X: Tensor, sweeps: int = 30) -> Svd:
    """Turn pairs of columns until all are orthogonal: their norms are the singular values. X (..., m, n).

    Each sweep turns every pair once; a sweep roughly squares what is left, so 30 are plenty for float64.
    """
    check_shapes(X=(X, "rows columns"))
    check_at_least(1, sweeps=sweeps)
    if X.shape[-2] < X.shape[-1]:  # more columns than could be orthogonal: the transpose has as few as it takes
        turned = decompose(X.mT, sweeps)
        return Svd(V=turned.U, values=turned.values, U=turned.V)
    columns, n = X, X.shape[-1]
    U = torch.eye(n, dtype=X.dtype, device=X.device).expand(*X.shape[:-2], n, n)
    for _ in range(sweeps):
        for pair in combinations(range(n), 2):
            cosine, sine = _angle(columns, pair)
            columns, U = _turned(columns, pair, cosine, sine), _turned(U, pair, cosine, sine)
        if bool(_orthogonal(columns).all()):
            break
    return _sorted(columns, U)


def rotations(X: Tensor, sweeps: int = 1) -> tuple[Rotation, ...]:
    """The steps of the first sweeps, one a pair of columns, for a worked solution. X (..., m, n)."""
    check_shapes(X=(X, "rows columns"))
    check_at_least(1, sweeps=sweeps)
    found: list[Rotation] = []
    for pair in list(combinations(range(X.shape[-1]), 2)) * sweeps:
        cosine, sine = _angle(X, pair)
        X = _turned(X, pair, cosine, sine)
        found.append(Rotation(pair, cosine, sine, X))
    return tuple(found)


def truncate(svd: Svd, k: int) -> Tensor:
    """The closest matrix of rank k, Σ_{i <= k} σ_i v_i u_iᵀ: (..., m, n)."""
    _check_rank(svd, k)
    return (svd.V[..., :k] * svd.values[..., None, :k]) @ svd.U[..., :k].mT


def truncation_error(svd: Svd, k: int) -> Tensor:
    """‖X - X_k‖_F = √(Σ_{i > k} σ_i²): (...)."""
    _check_rank(svd, k)
    return torch.linalg.vector_norm(svd.values[..., k:], dim=-1)


def explained(svd: Svd, k: int) -> Tensor:
    """Σ_{i <= k} σ_i² / Σ σ_i², the share of squared length that is kept: (...)."""
    _check_rank(svd, k)
    total = (svd.values**2).sum(dim=-1)
    if not bool((total > 0).all()):
        raise BadInput("X is zero, so there is nothing of which a share could be kept.")
    return (svd.values[..., :k] ** 2).sum(dim=-1) / total


def pca(X: Tensor, k: int) -> Pca:
    """The k directions of largest variance of the rows of X (..., N, n), each up to its sign."""
    sizes = check_shapes(X=(X, "examples columns"))
    mean = X.mean(dim=-2)
    found = decompose(X - mean.unsqueeze(-2))
    _check_rank(found, k)
    return Pca(mean, found.U[..., :k], found.values[..., :k] ** 2 / sizes["examples"])


def _angle(columns: Tensor, pair: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """cos and sin of the smaller angle that makes two columns orthogonal; 1 and 0 where they are."""
    a, b = (columns[..., k] for k in pair)
    along, left, right = (a * b).sum(dim=-1), (a * a).sum(dim=-1), (b * b).sum(dim=-1)
    small = along.abs() <= torch.finfo(columns.dtype).tiny
    slope = (right - left) / (2 * torch.where(small, 1, along))
    sign = torch.where(slope >= 0, 1.0, -1.0).to(slope.dtype)
    tangent = torch.where(small, 0, sign / (slope.abs() + torch.hypot(slope, torch.ones_like(slope))))
    cosine = torch.rsqrt(1 + tangent**2)
    return cosine, cosine * tangent


def _turned(columns: Tensor, pair: tuple[int, int], cosine: Tensor, sine: Tensor) -> Tensor:
    a, b = (columns[..., k] for k in pair)
    c, s = cosine.unsqueeze(-1), sine.unsqueeze(-1)
    turned = list(columns.unbind(-1))
    turned[pair[0]], turned[pair[1]] = c * a - s * b, s * a + c * b
    return torch.stack(turned, dim=-1)


def _orthogonal(columns: Tensor) -> Tensor:
    """Are all pairs of columns orthogonal, as far as rounding lets them be? (...)"""
    products = columns.mT @ columns
    norms = products.diagonal(dim1=-2, dim2=-1).sqrt()
    limit = 8 * torch.finfo(columns.dtype).eps * norms.unsqueeze(-1) * norms.unsqueeze(-2)
    off = products - torch.diag_embed(products.diagonal(dim1=-2, dim2=-1))
    return (off.abs() <= limit).flatten(-2).all(dim=-1)  # (..., n, n) -> (..., n n)


def _sorted(columns: Tensor, U: Tensor) -> Svd:
    norms = torch.linalg.vector_norm(columns, dim=-2)
    order = norms.argsort(dim=-1, descending=True, stable=True)
    values = norms.gather(-1, order)
    # A norm of rounding's size is a singular value 0, and has no direction of its own.
    floor = values[..., :1] * 8 * torch.finfo(values.dtype).eps * max(columns.shape[-2:])
    values = torch.where(values > floor, values, 0)
    left = columns.gather(-1, order.unsqueeze(-2).expand_as(columns))
    right = U.gather(-1, order.unsqueeze(-2).expand_as(U))
    divisor = torch.where(values > 0, values, 1).unsqueeze(-2)
    return Svd(V=torch.where(values.unsqueeze(-2) > 0, left / divisor, 0), values=values, U=right)


def _check_rank(svd: Svd, k: int) -> None:
    check_at_least(0, k=k)
    if k > svd.values.shape[-1]:
        raise BadInput(f"k is {k}, but there are only {svd.values.shape[-1]} singular values.")
