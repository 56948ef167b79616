"""AdaBoost (notes 6.12): weights of the examples, weighted error, weight of the learner, in the classical form.

α = ½ ln((1 - e) / e); scikit-learn's is twice that and gives the same votes. Labels and predictions are -1 or +1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_entries, check_real, check_shapes


@dataclass(frozen=True, slots=True)
class Boosting:
    """T rounds: `weights` before the first and after each (..., T+1, N), `errors` and `alphas` (..., T),

    `chosen` (..., T): which learner of the table each round took.
    """

    weights: Tensor
    errors: Tensor
    alphas: Tensor
    chosen: Tensor


@dataclass(frozen=True, slots=True)
class Stumps:
    """One decision stump a row: sign · (+1 where x_feature > threshold, else -1). Thresholds and signs (..., M)."""

    features: Tensor  # (M) of int64
    thresholds: Tensor
    signs: Tensor


def learner_weight(error: Tensor) -> Tensor:
    """½ ln((1 - e) / e), for 0 < e < 1."""
    check_shapes(error=(error, ""))
    check_real("(0, 1)", error=error)
    return torch.log((1 - error) / error) / 2


def reweigh(weights: Tensor, prediction: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One round: e = Σ w [h ≠ y], α, and w exp(-α y h) normalised to sum 1; all (..., N), e and α (...)."""
    check_shapes(weights=(weights, "examples"), prediction=(prediction, "examples"), y=(y, "examples"))
    wrong = (prediction != y).to(weights.dtype)
    error = (weights * wrong).sum(dim=-1) / weights.sum(dim=-1)
    if not bool(((error > 0) & (error < 1)).all()):
        raise BadInput("A learner errs on no example, or on every one, so its weight is infinite: nothing to boost.")
    alpha = learner_weight(error)
    moved = weights * torch.exp(-alpha.unsqueeze(-1) * y * prediction)
    return moved / moved.sum(dim=-1, keepdim=True), error, alpha


def replay(predictions: Tensor, y: Tensor, start: Tensor | None = None) -> Boosting:
    """The rounds of learners given in order: predictions (..., T, N), y (..., N), from weights 1/N or `start`."""
    _check(predictions, y)
    order = torch.arange(predictions.shape[-2], device=y.device)
    return _rounds(predictions, y, start, order.expand(*predictions.shape[:-2], -1))


def boost(table: Tensor, y: Tensor, rounds: int, start: Tensor | None = None) -> Boosting:
    """Each round takes the learner of least weighted error (the first on ties) from a table (..., M, N)."""
    _check(table, y)
    check_at_least(1, rounds=rounds)
    return _rounds(table, y, start, rounds)


def decide(alphas: Tensor, predictions: Tensor) -> Tensor:
    """sign(Σ_t α_t h_t), +1 on ties: (..., T), (..., T, N) -> (..., N)."""
    check_shapes(alphas=(alphas, "learners"), predictions=(predictions, "learners examples"))
    score = torch.einsum("...t,...tn->...n", alphas, predictions)
    return torch.where(score >= 0, torch.ones_like(score), -torch.ones_like(score))


def error_bound(errors: Tensor) -> Tensor:
    """Π_t 2 √(e_t (1 - e_t)): the training error of the vote is at most this. (..., T) -> (...)."""
    check_shapes(errors=(errors, "rounds"))
    check_real("[0, 1]", errors=errors)
    return (2 * (errors * (1 - errors)).sqrt()).prod(dim=-1)


def stumps(x: Tensor) -> Stumps:
    """Every stump on x (..., N, n): thresholds below all values and halfway between neighbours, both signs; M = 2nN."""
    sizes = check_shapes(x=(x, "examples features"))
    ordered = x.sort(dim=-2).values
    halfway = torch.cat([ordered[..., :1, :] - 1, (ordered[..., 1:, :] + ordered[..., :-1, :]) / 2], dim=-2)
    cuts = halfway.mT.flatten(-2)  # (..., N, n) -> (..., n N)
    features = torch.arange(sizes["features"], device=x.device).repeat_interleave(sizes["examples"])
    ones = torch.ones_like(cuts)
    return Stumps(torch.cat([features, features]), torch.cat([cuts, cuts], dim=-1), torch.cat([ones, -ones], dim=-1))


def answers(using: Stumps, x: Tensor) -> Tensor:
    """What each stump says of each example: (..., N, n) -> (..., M, N) of -1 and +1."""
    check_shapes(x=(x, "examples inputs"))
    check_at_least(int(using.features.max()) + 1, inputs=x.shape[-1])
    seen = x[..., using.features].mT  # (..., N, M) -> (..., M, N)
    above = seen > using.thresholds.unsqueeze(-1)
    return using.signs.unsqueeze(-1) * torch.where(above, torch.ones_like(seen), -torch.ones_like(seen))


def _rounds(table: Tensor, y: Tensor, start: Tensor | None, plan: Tensor | int) -> Boosting:
    leading = torch.broadcast_shapes(table.shape[:-2], y.shape[:-1])
    table, y = table.expand(*leading, *table.shape[-2:]), y.expand(*leading, y.shape[-1])
    weights = torch.ones_like(y) / y.shape[-1] if start is None else start / start.sum(dim=-1, keepdim=True)
    trail, errors, alphas, chosen = [weights.expand_as(y)], [], [], []
    for t in range(plan if isinstance(plan, int) else plan.shape[-1]):
        if isinstance(plan, int):
            wrong = (table != y.unsqueeze(-2)).to(y.dtype)
            pick = torch.einsum("...mn,...n->...m", wrong, trail[-1]).argmin(dim=-1)
        else:
            pick = plan[..., t].expand(leading)
        row = table.gather(-2, pick[..., None, None].expand(*leading, 1, y.shape[-1])).squeeze(-2)
        weights, error, alpha = reweigh(trail[-1], row, y)
        trail.append(weights)
        errors.append(error)
        alphas.append(alpha)
        chosen.append(pick)
    parts = [torch.stack(each, dim=-1) for each in (errors, alphas, chosen)]
    return Boosting(torch.stack(trail, dim=-2), *parts)


def _check(table: Tensor, y: Tensor) -> None:
    check_shapes(table=(table, "learners examples"), y=(y, "examples"))
    check_entries("table", table, (-1, 1))
    check_entries("y", y, (-1, 1))
