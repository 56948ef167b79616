"""Coverage (notes 9.1.2): a classifier that may refuse, answering only where it is confident enough."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import check_entries, check_number, check_real, check_shapes


@dataclass(frozen=True, slots=True)
class Answered:
    """The share of examples answered, and the share of those that is right; accuracy is nan where none is."""

    coverage: Tensor
    accuracy: Tensor


def at(confidence: Tensor, correct: Tensor, threshold: Tensor | float) -> Answered:
    """Answer where confidence >= τ: confidence, correct (0 or 1) (..., N), τ a number or (...); results (...)."""
    check_real(threshold=threshold)
    _check(confidence, correct)
    limit = torch.as_tensor(threshold, dtype=confidence.dtype, device=confidence.device).unsqueeze(-1)
    answered = (confidence >= limit).to(confidence.dtype)
    count = answered.sum(dim=-1)
    return Answered(count / confidence.shape[-1], (answered * correct).sum(dim=-1) / count)


def curve(confidence: Tensor, correct: Tensor) -> tuple[Tensor, Answered]:
    """Every confidence, falling, as the threshold, and what it gives: all (..., N)."""
    _check(confidence, correct)
    confidence, correct = torch.broadcast_tensors(confidence, correct)
    thresholds = confidence.sort(dim=-1, descending=True).values
    return thresholds, at(confidence.unsqueeze(-2), correct.unsqueeze(-2), thresholds)  # one row a threshold


def most_answers(confidence: Tensor, correct: Tensor, accuracy: float) -> Tensor:
    """The lowest threshold that still reaches this accuracy, so the largest coverage; infinity if none does. (...)."""
    check_number("[0, 1]", accuracy=accuracy)
    thresholds, found = curve(confidence, correct)
    fits = found.accuracy >= accuracy - 1e-12
    return torch.where(fits, thresholds, torch.full_like(thresholds, torch.inf)).amin(dim=-1)


def _check(confidence: Tensor, correct: Tensor) -> None:
    check_shapes(confidence=(confidence, "examples"), correct=(correct, "examples"))
    check_entries("correct", correct, (0, 1))
