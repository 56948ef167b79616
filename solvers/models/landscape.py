"""The shape of a cost (notes 7.2.2, 7.2.3, 7.2.7): critical points of polynomials, and which minimum a start reaches.

Polynomials are given by their coefficients, the constant first: J(θ) = Σ_k a_k θ^k, a (..., n+1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes

APART: Final = 1e-4  # roots closer to each other, or to the real line, than this share of their size count as one


@dataclass(frozen=True, slots=True)
class Critical:
    """The real points where J' = 0, rising, and their kinds: 1 a minimum, -1 a maximum, 0 neither. nan fills up."""

    place: Tensor  # (..., n-1)
    kind: Tensor  # (..., n-1)


def value(coefficients: Tensor, theta: Tensor) -> Tensor:
    """J(θ) by Horner's rule: (..., n+1), (...) -> (...)."""
    check_shapes(coefficients=(coefficients, "powers"), theta=(theta, ""))
    total = torch.zeros_like(theta)
    for each in coefficients.flip(-1).unbind(-1):
        total = total * theta + each
    return total


def derivative(coefficients: Tensor) -> Tensor:
    """The coefficients of J': (..., n+1) -> (..., n)."""
    check_shapes(coefficients=(coefficients, "powers"))
    degrees = torch.arange(1, coefficients.shape[-1], dtype=coefficients.dtype, device=coefficients.device)
    return coefficients[..., 1:] * degrees


def critical_points(coefficients: Tensor) -> Critical:
    """All critical points of J, a polynomial of degree at least 2 with a highest coefficient that is not 0.

    The roots of J' are the eigenvalues of its companion matrix; a kind is read off the signs of J' on either side.
    """
    size = check_shapes(coefficients=(coefficients, "powers"))["powers"]
    if size < 3 or not bool((coefficients[..., -1] != 0).all()):
        raise BadInput("coefficients need a degree of at least 2, with a highest coefficient that is not 0.")
    slope = derivative(coefficients)
    roots = torch.linalg.eigvals(_companion(slope))
    # A root met several times comes out as a ring of complex numbers about it.
    real = roots.imag.abs() <= APART * (1 + roots.abs())
    place = torch.where(real, roots.real, torch.inf).sort(dim=-1).values
    again = place.diff(dim=-1) <= APART * (1 + place[..., :-1].abs())
    place[..., 1:] = torch.where(again, torch.inf, place[..., 1:])
    place = place.sort(dim=-1).values
    place = torch.where(place.isinf(), torch.nan, place)
    return Critical(place, _kinds(slope, place))


def basins(gradient: Callable[[Tensor], Tensor], starts: Tensor, rate: float, steps: int) -> Tensor:
    """Where gradient descent ends from each start: starts (..., d) -> (..., d), as `gradient` maps them."""
    check_shapes(starts=(starts, "d"))
    check_at_least(0, steps=steps)
    check_number("(0, inf)", rate=rate)
    theta = starts
    for _ in range(steps):
        theta = theta - rate * gradient(theta)
    return theta


def reached(ends: Tensor, minima: Tensor, within: float) -> Tensor:
    """Which of the minima (m, d) each end (..., d) lies at, -1 where none is so near: (...)."""
    check_number("[0, inf)", within=within)
    check_shapes(ends=(ends, "d"), minima=(minima, "m d"))
    distance = torch.linalg.vector_norm(ends.unsqueeze(-2) - minima, dim=-1)  # (..., m)
    near = distance.min(dim=-1)
    return torch.where(near.values <= within, near.indices, -1)


def downhill(coefficients: Tensor, start: Tensor) -> Tensor:
    """The critical point at which a ball that rolls down J from a start comes to rest: (..., n+1), (...) -> (...).

    It stops at the first critical point on its way; -inf or inf where there is none; at a critical point it stays.
    """
    check_shapes(coefficients=(coefficients, "powers"), start=(start, ""))
    found = critical_points(coefficients).place
    push = -value(derivative(coefficients), start)
    here = start.unsqueeze(-1)
    touching = (found - here).abs() <= APART * (1 + here.abs())
    after = torch.where(found > here, found, torch.inf).amin(dim=-1)
    before = torch.where(found < here, found, -torch.inf).amax(dim=-1)
    moved = torch.where(push > 0, after, before)
    return torch.where(touching.any(dim=-1) | (push == 0), start, moved)


def _companion(coefficients: Tensor) -> Tensor:
    """The matrix whose eigenvalues are the roots: (..., n) -> (..., n-1, n-1)."""
    monic = coefficients[..., :-1] / coefficients[..., -1:]
    size = monic.shape[-1]
    units = torch.eye(size, dtype=monic.dtype, device=monic.device)[:, 1:].expand(*monic.shape[:-1], size, size - 1)
    return torch.cat([units, -monic.unsqueeze(-1)], dim=-1).mT


def _kinds(slope: Tensor, place: Tensor) -> Tensor:
    """From the signs of J' half-way to the neighbours on either side, or one step beyond the outermost."""
    known = place.nan_to_num(torch.inf)
    nearest = torch.cat([torch.full_like(known[..., :1], -torch.inf), known], dim=-1)
    before, after = nearest[..., :-1], torch.cat([known[..., 1:], torch.full_like(known[..., :1], torch.inf)], dim=-1)
    left = torch.where(before.isinf(), known - 1, (before + known) / 2).nan_to_num(0, 0, 0)
    right = torch.where(after.isinf(), known + 1, (after + known) / 2).nan_to_num(0, 0, 0)
    signs = [torch.sign(value(slope.unsqueeze(-2), each)) for each in (left, right)]
    kind = (signs[1] - signs[0]) / 2
    return torch.where(place.isnan(), torch.nan, torch.where(kind.abs() == 1, kind, 0.0))
