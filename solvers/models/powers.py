"""The same matrix again and again (notes 7.2.5, 13.1): W^t = V diag(λ^t) V⁻¹, and what becomes of each component."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes


@dataclass(frozen=True, slots=True)
class Modes:
    """Eigenvalues λ (..., n), largest modulus first, and the eigenvectors as columns of V (..., n, n): complex."""

    values: Tensor
    vectors: Tensor


def modes(W: Tensor) -> Modes:
    """The eigenvalues and eigenvectors of W (..., n, n); a W without a basis of eigenvectors is refused."""
    check_shapes(W=(W, "n n"))
    values, vectors = torch.linalg.eig(W)
    # In a defective matrix the computed eigenvectors are parallel up to the root of the precision.
    if not bool((torch.linalg.cond(vectors) < 0.1 * torch.finfo(W.dtype).eps ** -0.5).all()):
        raise BadInput(
            "W has no basis of eigenvectors (a repeated eigenvalue with too few), so it is not V diag(λ) V⁻¹."
        )
    order = values.abs().argsort(dim=-1, descending=True, stable=True)
    return Modes(values.gather(-1, order), vectors.gather(-1, order.unsqueeze(-2).expand_as(vectors)))


def power(found: Modes, t: int) -> Tensor:
    """W^t, real: (..., n, n). Negative t needs eigenvalues that are not 0."""
    check_at_least(-(2**62), t=t)
    if t < 0 and not bool((found.values != 0).all()):
        raise BadInput(f"t is {t}, but W has the eigenvalue 0 and so no inverse.")
    scaled = found.vectors * (found.values**t).unsqueeze(-2)
    return torch.linalg.solve(found.vectors.mT, scaled.mT).mT.real


def components(found: Modes, vector: Tensor) -> Tensor:
    """c with v = Σ c_i v_i: after t steps component i is λ_i^t c_i. (..., n) -> complex (..., n)."""
    check_shapes(vectors=(found.vectors.real, "n n"), vector=(vector, "n"))
    return torch.linalg.solve(found.vectors, vector.to(found.vectors.dtype).unsqueeze(-1)).squeeze(-1)


def fate(found: Modes) -> Tensor:
    """Of each component: 1 it explodes (|λ| > 1), -1 it vanishes (|λ| < 1), 0 its length stays. (..., n)."""
    size = found.values.abs()
    tiny = 8 * size.shape[-1] * torch.finfo(size.dtype).eps
    return torch.where((size - 1).abs() <= tiny, 0.0, torch.sign(size - 1))


def factor(value: float, steps: int) -> float:
    """λ^τ: what is left of a gradient after τ steps of one component, 0.9^100 = 2.66e-5, 1.1^100 = 13 781."""
    check_number(value=value)
    check_at_least(0, steps=steps)
    return float(value**steps)


def steps_until(value: float, level: float) -> int:
    """The fewest steps τ with |λ|^τ below the level (|λ| < 1, level <= 1) or above it (|λ| > 1, level >= 1)."""
    check_number(value=value)
    check_number("(0, inf)", level=level)
    size = abs(value)
    shrinks = size < 1
    if size in (0, 1) or (level > 1 if shrinks else level < 1):
        raise BadInput(f"value is {value!r} and level {level!r}: a factor on that side of 1 never reaches this level.")
    guess = max(0, math.floor(math.log(level) / math.log(size)) - 1)
    while not (size**guess < level if shrinks else size**guess > level):
        guess += 1
    return guess


def radius_of_half_life(steps: float) -> float:
    """|λ| for which half of a component is left after so many steps: 2^(-1/τ)."""
    check_number("(0, inf)", steps=steps)
    return float(2 ** (-1 / steps))
