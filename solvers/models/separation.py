"""Can a hyperplane separate labelled points, and how widely at best? Exact, by enumeration, many instances at once.

With z_i = t_i x'_i the widest margin of any unit w' is the distance from the origin to the convex hull of the z_i; the
nearest point of the hull is that w' up to its length (notes 1.2.1). If the hull holds the origin nothing separates, and
the weights of the points that meet there prove it. The nearest point lies on a face of few points: all are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_entries, check_shapes
from solvers.models.perceptron import augment

FACES_AT_MOST: Final = 200_000


@dataclass(frozen=True, slots=True)
class Separation:
    """The widest margin over unit vectors w' = [b, w], that w', and the proof.

    `proof` sums to 1, is at least 0 and gives Σ proof_i t_i x'_i = margin · w': no unit vector does better.
    Where nothing separates the margin is 0, `weights` are 0 and the sum vanishes.
    """

    margin: Tensor  # (...)
    weights: Tensor  # (..., n+1)
    proof: Tensor  # (..., N)

    @property
    def separable(self) -> Tensor:
        """(...) of bool."""
        return self.margin > 0


def widest(x: Tensor, target: Tensor) -> Separation:
    """The widest separation of x (..., N, n) with targets (..., N) of -1 and +1, through the origin of [1, x]."""
    check_shapes(x=(x, "examples inputs"), target=(target, "examples"))
    check_entries("target", target, (-1.0, 1.0))
    z = target.unsqueeze(-1) * augment(x)  # (..., N, n+1)
    count, width = z.shape[-2:]
    sizes = range(1, min(count, width + 1) + 1)
    if sum(comb(count, size) for size in sizes) > FACES_AT_MOST:
        raise BadInput(f"{count} examples of {width - 1} inputs have more than {FACES_AT_MOST:,} faces: take fewer.")
    hull = torch.cat([_faces(z, size) for size in sizes], dim=-2)  # (..., faces, N)
    points = hull @ z  # (..., faces, n+1)
    nearest = torch.linalg.vector_norm(points, dim=-1).nan_to_num(torch.inf).argmin(dim=-1)
    proof = hull.take_along_dim(nearest[..., None, None], dim=-2).squeeze(-2)  # (...) -> (..., 1, 1); -> (..., N)
    point = torch.einsum("...n,...nd->...d", proof, z)
    return _separation(point, proof, torch.linalg.vector_norm(z, dim=-1).amax(dim=-1))


def _faces(z: Tensor, size: int) -> Tensor:
    """For every choice of `size` points, the weights of the point of their span nearest the origin: (..., faces, N).

    They solve [G 1; 1ᵀ 0] [a; μ] = [0; 1] with G the points' inner products; NaN where the point is outside the face.
    """
    choices = torch.tensor(list(combinations(range(z.shape[-2]), size)), device=z.device)  # (faces, size)
    corners = z[..., choices, :]  # (..., faces, size, n+1)
    system = torch.nn.functional.pad(corners @ corners.mT, (0, 1, 0, 1), value=1.0)  # (..., faces, size+1, size+1)
    system[..., -1, -1] = 0
    right = torch.zeros_like(system[..., :1])
    right[..., -1, 0] = 1
    solution, _ = torch.linalg.solve_ex(
        system, right
    )  # singular systems belong to flat faces: their parts are tried too
    share = solution[..., :-1, 0]
    inside = ((share >= 0) & torch.isfinite(share)).all(dim=-1, keepdim=True)
    share = torch.where(inside, share / share.sum(dim=-1, keepdim=True), torch.full_like(share, torch.nan))
    weights = z.new_zeros(*share.shape[:-1], z.shape[-2])
    return weights.scatter(-1, choices.expand(share.shape), share)


def _separation(point: Tensor, proof: Tensor, scale: Tensor) -> Separation:
    """What lies within rounding of the origin is the origin."""
    distance = torch.linalg.vector_norm(point, dim=-1)
    touches = distance <= 64 * torch.finfo(point.dtype).eps * scale
    margin = torch.where(touches, torch.zeros_like(distance), distance)
    unit = point / torch.where(touches, torch.ones_like(distance), distance).unsqueeze(-1)
    return Separation(margin, torch.where(touches.unsqueeze(-1), torch.zeros_like(unit), unit), proof)
