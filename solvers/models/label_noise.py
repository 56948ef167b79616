"""Noise as regularisation (notes 6.4): on inputs, hidden units and targets; label smoothing and its loss.

Smoothing replaces 1 by 1 - ε and 0 by ε / (k - 1). torch spreads its ε over all k classes: it agrees at ε k / (k - 1).
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import check_at_least, check_number, check_shapes


def smooth(target: Tensor, epsilon: float) -> Tensor:
    """One-hot rows (..., N, k), k >= 2, to 1 - ε and ε / (k - 1)."""
    classes = check_shapes(target=(target, "examples classes"))["classes"]
    check_at_least(2, classes=classes)
    check_number("[0, 1)", epsilon=epsilon)
    return target * (1 - epsilon) + (1 - target) * epsilon / (classes - 1)


def smoothed_loss(logits: Tensor, target: Tensor, epsilon: float) -> Tensor:
    """-Σ_j t_j log softmax(z)_j with the smoothed t: (..., N, k) twice -> (..., N)."""
    check_shapes(logits=(logits, "examples classes"), target=(target, "examples classes"))
    return -(smooth(target, epsilon) * torch.log_softmax(logits, dim=-1)).sum(dim=-1)


def best_gap(classes: int, epsilon: float) -> float:
    """How far the right logit stands above the others at the least smoothed loss: log((1 - ε)(k - 1) / ε), finite."""
    check_at_least(2, classes=classes)
    check_number("(0, 1)", epsilon=epsilon)
    return float(torch.log(torch.tensor((1 - epsilon) * (classes - 1) / epsilon, dtype=torch.float64)))


def flip_labels(target: Tensor, uniforms: Tensor, chance: float) -> Tensor:
    """Each one-hot row (..., N, k) becomes, with this chance, one of the other k - 1 classes, all alike.

    One uniform an example (..., N): u < chance / (k - 1) takes the next class (cyclically), and so on.
    """
    sizes = check_shapes(target=(target, "examples classes"), uniforms=(uniforms, "examples"))
    others = sizes["classes"] - 1
    check_at_least(2, classes=others + 1)
    check_number("(0, 1]", chance=chance)
    place = (uniforms * others / chance).floor().long()  # 0 … others - 1 where u < chance
    label = target.argmax(dim=-1)
    moved = torch.where(uniforms < chance, (label + 1 + place.clamp(max=others - 1)) % (others + 1), label)
    return torch.nn.functional.one_hot(moved, others + 1).to(target.dtype)


def noisy(x: Tensor, normals: Tensor, sd: float) -> Tensor:
    """x + σ n with standard normal n of the same shape: inputs or hidden units, (..., units)."""
    check_number("[0, inf)", sd=sd)
    check_shapes(x=(x, "units"), normals=(normals, "units"))
    return x + sd * normals


def expected_squared_error(w: Tensor, x: Tensor, y: Tensor, sd: float) -> Tensor:
    """E (w·(x + n) - y)² = (w·x - y)² + σ² ‖w‖² for noise of variance σ²: input noise is weight decay. (..., N)."""
    check_number("[0, inf)", sd=sd)
    check_shapes(w=(w, "d"), x=(x, "examples d"), y=(y, "examples"))
    error = (x @ w.unsqueeze(-1)).squeeze(-1) - y
    return error**2 + sd**2 * (w**2).sum(dim=-1, keepdim=True)
