"""Performance metrics (notes 9.1.1): contingency counts, precision, recall, F, the PR curve, total cost, Bayes error.

Labels and predictions are 0 or 1 along the last axis. A ratio 0/0 is undefined and comes out as nan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_distribution, check_entries, check_number, check_shapes


@dataclass(frozen=True, slots=True)
class Counts:
    """The contingency table, each (...): predicted and true, predicted only, true only, neither."""

    tp: Tensor
    fp: Tensor
    fn: Tensor
    tn: Tensor


@dataclass(frozen=True, slots=True)
class Curve:
    """One point an example, scores falling: predicting 1 from this score upwards. All (..., N).

    Examples of equal score share one point, so it stands there several times.
    """

    thresholds: Tensor
    precision: Tensor
    recall: Tensor


@dataclass(frozen=True, slots=True)
class Costs:
    """Total cost for each threshold (..., N+1): infinity first, which predicts no 1, then the scores, falling."""

    thresholds: Tensor
    totals: Tensor


def contingency(predicted: Tensor, truth: Tensor) -> Counts:
    """How often each of the four cases occurs: (..., N) twice."""
    _check_binary(predicted=predicted, truth=truth)
    return Counts(
        (predicted * truth).sum(dim=-1),
        (predicted * (1 - truth)).sum(dim=-1),
        ((1 - predicted) * truth).sum(dim=-1),
        ((1 - predicted) * (1 - truth)).sum(dim=-1),
    )


def accuracy(counts: Counts) -> Tensor:
    """(TP + TN) / all."""
    return (counts.tp + counts.tn) / (counts.tp + counts.fp + counts.fn + counts.tn)


def precision(counts: Counts) -> Tensor:
    """TP / (TP + FP); nan when nothing is retrieved."""
    return counts.tp / (counts.tp + counts.fp)


def recall(counts: Counts) -> Tensor:
    """TP / (TP + FN); nan when nothing is relevant."""
    return counts.tp / (counts.tp + counts.fn)


def f_measure(counts: Counts, beta: float = 1.0) -> Tensor:
    """(1 + β²) π ρ / (β² π + ρ) = (1 + β²) TP / ((1 + β²) TP + β² FN + FP): also defined where π or ρ alone is not."""
    check_number("(0, inf)", beta=beta)
    top = (1 + beta**2) * counts.tp
    return top / (top + beta**2 * counts.fn + counts.fp)


def pr_curve(scores: Tensor, truth: Tensor) -> Curve:
    """Precision and recall with every score as the threshold: scores (..., N), truth (..., N)."""
    ranked, hits, last = _ranked(scores, truth)
    tp = hits.cumsum(dim=-1).gather(-1, last)
    retrieved = (last + 1).to(scores.dtype)
    return Curve(ranked, tp / retrieved, tp / hits.sum(dim=-1, keepdim=True))


def average_precision(scores: Tensor, truth: Tensor) -> Tensor:
    """Σ (ρ_n - ρ_{n-1}) π_n over falling thresholds, which is the mean of π over the relevant examples: (...)."""
    curve, (_, hits, _) = pr_curve(scores, truth), _ranked(scores, truth)
    return (hits * curve.precision).sum(dim=-1) / hits.sum(dim=-1)


def total_costs(scores: Tensor, truth: Tensor, false_alarm: float, miss: float) -> Costs:
    """false_alarm · FP + miss · FN for every threshold."""
    check_number("[0, inf)", false_alarm=false_alarm, miss=miss)
    ranked, hits, last = _ranked(scores, truth)
    tp = hits.cumsum(dim=-1).gather(-1, last)
    relevant = hits.sum(dim=-1, keepdim=True)
    found = false_alarm * (last + 1 - tp) + miss * (relevant - tp)
    none = torch.full_like(ranked[..., :1], math.inf)
    return Costs(torch.cat([none, ranked], dim=-1), torch.cat([miss * relevant, found], dim=-1))


def cheapest(costs: Costs) -> Tensor:
    """The highest of the thresholds that cost least: (...)."""
    return costs.thresholds.gather(-1, costs.totals.argmin(dim=-1, keepdim=True)).squeeze(-1)


def bayes_classifier(joint: Tensor) -> Tensor:
    """The label of largest P(x, y) for each x, the first on ties: (..., X, Y) -> (..., X)."""
    _check_joint(joint)
    return joint.argmax(dim=-1)


def bayes_error(joint: Tensor) -> Tensor:
    """1 - Σ_x max_y P(x, y): no classifier errs less. (..., X, Y) -> (...)."""
    _check_joint(joint)
    return 1 - joint.amax(dim=-1).sum(dim=-1)


def gaussian_bayes_error(low: float, high: float, sd: float, prior_high: float) -> tuple[float, float]:
    """Two classes N(low, σ²) and N(high, σ²), the second with this prior: where to cut, and the Bayes error.

    Cut c = (low + high)/2 + σ² ln((1 - π)/π) / (high - low), error (1 - π) Φ((low - c)/σ) + π Φ((c - high)/σ).
    """
    check_number(low=low)
    check_number(f"({float(low)}, inf)", high=high)
    check_number("(0, inf)", sd=sd)
    check_number("(0, 1)", prior_high=prior_high)
    cut = (low + high) / 2 + sd**2 * math.log((1 - prior_high) / prior_high) / (high - low)
    return cut, (1 - prior_high) * _normal_cdf((low - cut) / sd) + prior_high * _normal_cdf((cut - high) / sd)


def _normal_cdf(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _ranked(scores: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Scores falling, their labels, and for each the place of the last example with the same score: all (..., N)."""
    check_shapes(scores=(scores, "examples"), truth=(truth, "examples"))
    check_entries("truth", truth, (0, 1))
    if not bool((truth.sum(dim=-1) > 0).all()):
        raise BadInput("No example is relevant, so recall is undefined: give at least one label 1.")
    scores, truth = torch.broadcast_tensors(scores, truth)
    ranked, order = scores.sort(dim=-1, descending=True, stable=True)
    size = scores.shape[-1]
    places = torch.arange(size, device=scores.device).expand(ranked.shape)
    ends = torch.cat([ranked[..., 1:] != ranked[..., :-1], torch.ones_like(ranked[..., :1], dtype=torch.bool)], dim=-1)
    candidates = torch.where(ends, places, size - 1)
    last = candidates.flip(-1).cummin(dim=-1).values.flip(-1)
    return ranked, truth.gather(-1, order), last


def _check_binary(**labels: Tensor) -> None:
    check_shapes(**{name: (each, "examples") for name, each in labels.items()})
    for name, each in labels.items():
        check_entries(name, each, (0, 1))


def _check_joint(joint: Tensor) -> None:
    check_shapes(joint=(joint, "inputs labels"))
    check_distribution((-2, -1), joint=joint)
