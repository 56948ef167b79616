"""The graph Fourier transform (notes 11.4.2): the basis, spectral convolution, polynomial and Chebyshev filters.

L = I - D^(-1/2) A D^(-1/2) = U Λ Uᵀ with eigenvalues rising. Signals are (..., n). Eigenvectors have no sign of their
own: here the first entry that is not 0 is positive. Where eigenvalues repeat that leaves a choice; `is_simple` tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.algebra import apply
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes

NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Basis:
    """Eigenvalues (..., n), rising, and eigenvectors in the columns of U (..., n, n)."""

    eigenvalues: Tensor
    U: Tensor


def laplacian(A: Tensor, kind: str = "normalised") -> Tensor:
    """I - D^(-1/2) A D^(-1/2), or D - A ("plain"), of an undirected graph: (..., n, n).

    A node without edges has 0 in D^(-1/2) and so a row of the unit matrix.
    """
    check_shapes(A=(A, "n n"))
    check_one_of("kind", kind, ("normalised", "plain"))
    if not bool((A.mT == A).all()) or not bool((A >= 0).all()):
        raise BadInput("A is not symmetric with weights of at least 0, but the Laplacian is of an undirected graph.")
    degree = A.sum(dim=-1)
    if kind == "plain":
        return torch.diag_embed(degree) - A
    root = torch.where(degree > 0, degree, torch.ones_like(degree)) ** -0.5
    return torch.eye(A.shape[-1], dtype=A.dtype, device=A.device) - root.unsqueeze(-1) * A * root.unsqueeze(-2)


def basis(L: Tensor) -> Basis:
    """The eigenvectors of a symmetric matrix, signs fixed: (..., n, n)."""
    check_shapes(L=(L, "n n"))
    eigenvalues, U = torch.linalg.eigh(L)
    # The first entry of each column that is not 0: rounding leaves some 1e-17 where 0 should be.
    first = (U.abs() > NOTHING).to(torch.int8).argmax(dim=-2, keepdim=True)
    return Basis(eigenvalues, U * U.gather(-2, first).sign())


def is_simple(found: Basis, gap: float = 1e-6) -> Tensor:
    """Whether no eigenvalue repeats, so that the basis is determined up to signs: (...)."""
    check_number("[0, inf)", gap=gap)
    return (found.eigenvalues.diff(dim=-1) > gap).all(dim=-1)


def components(A: Tensor, gap: float = 1e-6) -> Tensor:
    """The number of connected components, how often 0 is an eigenvalue of D - A: (...)."""
    check_number("(0, inf)", gap=gap)
    return (torch.linalg.eigvalsh(laplacian(A, "plain")).abs() < gap).sum(dim=-1)


def transform(found: Basis, x: Tensor) -> Tensor:
    """x̂ = Uᵀ x: (..., n)."""
    check_shapes(U=(found.U, "n n"), x=(x, "n"))
    return apply(found.U.mT, x)


def inverse(found: Basis, x_hat: Tensor) -> Tensor:
    """x = U x̂: (..., n)."""
    check_shapes(U=(found.U, "n n"), x_hat=(x_hat, "n"))
    return apply(found.U, x_hat)


def convolve(found: Basis, f: Tensor, x: Tensor) -> Tensor:
    """f * x = U ((Uᵀ f) ⊙ (Uᵀ x)), as printed: it depends on the signs of the eigenvectors. (..., n)."""
    return inverse(found, transform(found, f) * transform(found, x))


def spectral_filter(found: Basis, theta: Tensor, x: Tensor) -> Tensor:
    """U diag(θ) Uᵀ x, the filter given in the spectral domain, one θ an eigenvalue: no sign matters. (..., n)."""
    check_shapes(theta=(theta, "n"), x=(x, "n"))
    return inverse(found, theta * transform(found, x))


def polynomial_filter(L: Tensor, theta: Tensor, x: Tensor) -> Tensor:
    """Σ_k θ_k L^k x, no eigenvectors needed, by Horner: θ (..., K+1), x (..., n). It reaches K hops."""
    check_shapes(L=(L, "n n"), theta=(theta, "powers"), x=(x, "n"))
    total = theta[..., -1:] * x
    for k in range(theta.shape[-1] - 2, -1, -1):
        total = apply(L, total) + theta[..., k : k + 1] * x
    return total


def chebyshev_filter(L: Tensor, theta: Tensor, x: Tensor, largest: float = 2.0) -> Tensor:
    """Σ_k θ_k T_k(L̃) x with L̃ = 2 L / λmax - I and T_k = 2 L̃ T_(k-1) - T_(k-2): θ (..., K+1), x (..., n)."""
    check_shapes(L=(L, "n n"), theta=(theta, "powers"), x=(x, "n"))
    check_number("(0, inf)", largest=largest)
    check_at_least(1, terms=theta.shape[-1])
    scaled = 2 / largest * L - torch.eye(L.shape[-1], dtype=L.dtype, device=L.device)
    before, now = x, apply(scaled, x)
    total = theta[..., :1] * before
    for k in range(1, theta.shape[-1]):
        total = total + theta[..., k : k + 1] * now
        before, now = now, 2 * apply(scaled, now) - before
    return total


def first_order(A: Tensor, X: Tensor, W: Tensor, *, self_loops: bool = True) -> Tensor:
    """W X D^(-1/2) (A + I) D^(-1/2), nodes as columns: the renormalised filter of first order (GCN). (..., h, n)."""
    sizes = check_shapes(A=(A, "n n"), X=(X, "d n"), W=(W, "h d"))
    units = torch.eye(sizes["n"], dtype=A.dtype, device=A.device)
    L = laplacian(A + units if self_loops else A)
    return W @ X @ (units - L)
