"""The hidden Markov model (notes 10.2): forward, backward, smoothing, Viterbi and learning by EM, batched.

The state moves by A, A_ij = P(state j next | state i), and emits symbol o with probability B_io. Beliefs are
scaled at every step, so that long sequences do not underflow.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_distribution,
    check_shapes,
    check_symbols,
    instance_axes,
)


@dataclass(frozen=True, slots=True)
class Hmm:
    """pi (..., S), the law of the first state; A (..., S, S) and B (..., S, O), whose rows sum to 1."""

    pi: Tensor
    A: Tensor
    B: Tensor

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))
        check_distribution(pi=self.pi, A=self.A, B=self.B)


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What the observations tell, t counted from the first."""

    predicted: Tensor  # (..., T, S): P(state t | o_1 … o_{t-1})
    filtered: Tensor  # (..., T, S): P(state t | o_1 … o_t)
    likelihood: Tensor  # (..., T): P(o_t | o_1 … o_{t-1}); their product is P(o_1 … o_T)

    @property
    def log_likelihood(self) -> Tensor:
        """log P(o_1 … o_T): (...)."""
        return self.likelihood.log().sum(dim=-1)


@dataclass(frozen=True, slots=True)
class Path:
    """The likeliest states (..., T) given all observations, of equal ones the lower numbers at the end, and log P."""

    states: Tensor
    log_probability: Tensor


@dataclass(frozen=True, slots=True)
class Counts:
    """Expected numbers of first states (..., S), moves (..., S, S) and emissions (..., S, O), and log P (...)."""

    first: Tensor
    moved: Tensor
    emitted: Tensor
    log_likelihood: Tensor


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model after the last step, and log P(observed) before each step and at the end (..., steps + 1)."""

    hmm: Hmm
    log_likelihood: Tensor


def forward(hmm: Hmm, observed: Tensor) -> Beliefs:
    """Filter the symbols observed (..., T): predict by A, weigh by B, scale to sum 1."""
    emission = _emission(hmm, observed)
    predicted, filtered, likelihood = [hmm.pi.expand(*emission.shape[:-2], -1)], [], []
    for t in range(emission.shape[-2]):
        joint = predicted[-1] * emission[..., t, :]
        likelihood.append(joint.sum(dim=-1))
        filtered.append(joint / likelihood[-1].unsqueeze(-1))
        predicted.append(_forth(hmm, filtered[-1]))
    found = torch.stack(likelihood, dim=-1)
    if not bool((found > 0).all()):
        raise BadInput("observed holds a sequence that the model gives probability 0.")
    return Beliefs(torch.stack(predicted[:-1], dim=-2), torch.stack(filtered, dim=-2), found)


def smooth(hmm: Hmm, observed: Tensor) -> Tensor:
    """P(state t | o_1 … o_T), filtered times what comes after: (..., T, S)."""
    beliefs = forward(hmm, observed)
    return beliefs.filtered * _later(hmm, beliefs, _emission(hmm, observed))


def viterbi(hmm: Hmm, observed: Tensor) -> Path:
    """The states that maximise P(states, observed): (..., T)."""
    log_emission = _emission(hmm, observed).log()
    best, back = hmm.pi.log() + log_emission[..., 0, :], []
    for t in range(1, log_emission.shape[-2]):
        reach = best.unsqueeze(-1) + hmm.A.log()  # (..., S, S): from row to column
        best, origin = reach.amax(dim=-2) + log_emission[..., t, :], reach.argmax(dim=-2)
        back.append(origin)
    value = best.amax(dim=-1)
    if not bool(torch.isfinite(value).all()):
        raise BadInput("observed holds a sequence that the model gives probability 0.")
    states = [best.argmax(dim=-1)]
    for origin in reversed(back):
        states.append(origin.gather(-1, states[-1].unsqueeze(-1)).squeeze(-1))
    return Path(states=torch.stack(states[::-1], dim=-1), log_probability=value)


def expected_counts(hmm: Hmm, observed: Tensor) -> Counts:
    """The E step over sequences (..., N, T): their hidden states counted by how likely they are, given all of each."""
    check_symbols("observed", observed, hmm.B.shape[-1], "sequences steps")
    each = Hmm(hmm.pi.unsqueeze(-2), hmm.A.unsqueeze(-3), hmm.B.unsqueeze(-3))  # the same for all N sequences
    beliefs, emission = forward(each, observed), _emission(each, observed)
    later = _later(each, beliefs, emission)
    smoothed = beliefs.filtered * later  # (..., N, T, S)
    ahead = (emission * later / beliefs.likelihood.unsqueeze(-1))[..., 1:, :]
    moved = torch.einsum("...nti,...ntj->...ij", beliefs.filtered[..., :-1, :], ahead) * hmm.A
    seen = torch.nn.functional.one_hot(observed, hmm.B.shape[-1]).to(smoothed.dtype)
    emitted = torch.einsum("...nts,...nto->...so", smoothed, seen)
    return Counts(smoothed[..., 0, :].sum(dim=-2), moved, emitted, beliefs.log_likelihood.sum(dim=-1))


def baum_welch(hmm: Hmm, observed: Tensor, steps: int) -> Learnt:
    """EM on sequences (..., N, T): π, A and B become the expected counts' shares; log P(observed) never falls.

    A state that is never left, or never taken, keeps its row.
    """
    check_at_least(1, steps=steps)
    likelihoods = []
    for _ in range(steps):
        found = expected_counts(hmm, observed)
        likelihoods.append(found.log_likelihood)
        tables = ((found.first, hmm.pi), (found.moved, hmm.A), (found.emitted, hmm.B))
        hmm = Hmm(*(_shares(counts, before) for counts, before in tables))
    likelihoods.append(expected_counts(hmm, observed).log_likelihood)
    return Learnt(hmm, torch.stack(torch.broadcast_tensors(*likelihoods), dim=-1))


def _shares(counts: Tensor, before: Tensor) -> Tensor:
    total = counts.sum(dim=-1, keepdim=True)
    return torch.where(total > 0, counts / torch.where(total > 0, total, 1), before)


def _later(hmm: Hmm, beliefs: Beliefs, emission: Tensor) -> Tensor:
    """P(o_{t+1} … o_T | state t) / P(o_{t+1} … o_T | o_1 … o_t), backwards from 1: (..., T, S)."""
    found = [torch.ones_like(emission[..., 0, :])]
    for t in range(emission.shape[-2] - 1, 0, -1):
        weighed = emission[..., t, :] * found[-1] / beliefs.likelihood[..., t].unsqueeze(-1)
        found.append((hmm.A @ weighed.unsqueeze(-1)).squeeze(-1))
    return torch.stack(found[::-1], dim=-2)


def _forth(hmm: Hmm, belief: Tensor) -> Tensor:
    """Σ_i belief_i A_ij: (..., S) -> (..., S)."""
    return (belief.unsqueeze(-2) @ hmm.A).squeeze(-2)


def _emission(hmm: Hmm, observed: Tensor) -> Tensor:
    """B_io of each symbol: (..., T) -> (..., T, S)."""
    symbols = hmm.B.shape[-1]
    check_symbols("observed", observed, symbols, "steps")
    leading = instance_axes(observed=(observed, 1), pi=(hmm.pi, 1), A=(hmm.A, 2), B=(hmm.B, 2))
    columns = hmm.B.mT.expand(*leading, *hmm.B.mT.shape[-2:])  # (..., O, S)
    places = observed.expand(*leading, -1).unsqueeze(-1).expand(*leading, -1, columns.shape[-1])
    return columns.gather(-2, places)


def _axes(hmm: Hmm) -> dict[str, tuple[Tensor, str]]:
    return {"pi": (hmm.pi, "states"), "A": (hmm.A, "states states"), "B": (hmm.B, "states symbols")}
