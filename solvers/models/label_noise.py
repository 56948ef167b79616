"""Noise as regularisation (notes 6.4): on inputs, hidden units and targets; label smoothing and its loss.

Smoothing replaces 1 by 1 - ε and 0 by ε / (k - 1). torch spreads its ε over all k classes: it agrees at ε k / (k - 1).
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_real, check_shapes


def smooth(target: Tensor, epsilon: float) -> Tensor:
    """One-hot rows (..., N, k), k >= 2, to 1 - ε and ε / (k - 1)."""
    classes = check_shapes(target=(target, "examples classes"))["classes"]
    if classes < 2 or not 0 <= epsilon < 1:
        raise BadInput(f"{classes} classes and epsilon {epsilon!r}, but at least 2 and a number of [0, 1) are needed.")
    return target * (1 - epsilon) + (1 - target) * epsilon / (classes - 1)


def smoothed_loss(logits: Tensor, target: Tensor, epsilon: float) -> Tensor:
    """-Σ_j t_j log softmax(z)_j with the smoothed t: (..., N, k) twice -> (..., N)."""
    check_shapes(logits=(logits, "examples classes"), target=(target, "examples classes"))
    return -(smooth(target, epsilon) * torch.log_softmax(logits, dim=-1)).sum(dim=-1)


def best_gap(classes: int, epsilon: float) -> float:
    """How far the right logit stands above the others at the least smoothed loss: log((1 - ε)(k - 1) / ε), finite."""
    if classes < 2 or not 0 < epsilon < 1:
        raise BadInput(f"{classes} classes and epsilon {epsilon!r}, but at least 2 and a number of (0, 1) are needed.")
    return float(torch.log(torch.tensor((1 - epsilon) * (classes - 1) / epsilon, dtype=torch.float64)))


def flip_labels(target: Tensor, uniforms: Tensor, chance: float) -> Tensor:
    """Each one-hot row (..., N, k) becomes, with this chance, one of the other k - 1 classes, all alike.

    One uniform an example (..., N): u < chance / (k - 1) takes the next class (cyclically), and so on.
    """
    sizes = check_shapes(target=(target, "examples classes"), uniforms=(uniforms, "examples"))
    others = sizes["classes"] - 1
    if others < 1 or not 0 < chance <= 1:
        raise BadInput(f"chance is {chance!r} for {others + 1} classes, but (0, 1] and at least 2 are needed.")
    place = (uniforms * others / chance).floor().long()  # 0 … others - 1 where u < chance
    label = target.argmax(dim=-1)
    moved = torch.where(uniforms < chance, (label + 1 + place.clamp(max=others - 1)) % (others + 1), label)
    return torch.nn.functional.one_hot(moved, others + 1).to(target.dtype)


def noisy(x: Tensor, normals: Tensor, sd: float) -> Tensor:
    """x + σ n with standard normal n of the same shape: inputs or hidden units, (..., units)."""
    check_real(0, sd=sd)
    check_shapes(x=(x, "units"), normals=(normals, "units"))
    return x + sd * normals


def expected_squared_error(w: Tensor, x: Tensor, y: Tensor, sd: float) -> Tensor:
    """E (w·(x + n) - y)² = (w·x - y)² + σ² ‖w‖² for noise of variance σ²: input noise is weight decay. (..., N)."""
    check_real(0, sd=sd)
    check_shapes(w=(w, "d"), x=(x, "examples d"), y=(y, "examples"))
    error = (x @ w.unsqueeze(-1)).squeeze(-1) - y
    return error**2 + sd**2 * (w**2).sum(dim=-1, keepdim=True)
