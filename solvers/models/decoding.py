"""Generating a sequence symbol by symbol from any model that gives the next symbol's logits: greedy and beam search.

A model is a step: (symbols (N,), state) -> (logits (N, V), state). Whatever the state is, `pick(state, rows)` takes the
given rows of it. A sequence that has met `end` goes on with `end` at no cost. Ties go to the symbol of least number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_symbols

State = TypeVar("State")
Step = Callable[[Tensor, State], tuple[Tensor, State]]
Pick = Callable[[State, Tensor], State]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The symbols found, best first, and Σ log p of each up to and with its first `end`."""

    symbols: Tensor  # (N, B, L)
    scores: Tensor  # (N, B)


def greedy(step: Step[State], state: State, first: Tensor, end: int, length: int) -> Decoded:
    """The likeliest symbol at each of `length` steps, from the symbols first (N,): B is 1."""
    check_at_least(1, length=length)
    _check_first(first)
    symbol, done = first, torch.zeros_like(first, dtype=torch.bool)
    found, score = [], None
    for _ in range(length):
        logits, state = step(symbol, state)
        log_p = _log_probability(logits, done, end)
        best = log_p.argmax(dim=-1)
        gain = log_p.gather(-1, best.unsqueeze(-1)).squeeze(-1)  # (N, V), (N, 1) -> (N)
        score = gain if score is None else score + gain
        symbol, done = best, done | (best == end)
        found.append(best)
    assert score is not None
    return Decoded(symbols=torch.stack(found, dim=-1).unsqueeze(-2), scores=score.unsqueeze(-1))


def beam(
    step: Step[State], pick: Pick[State], state: State, first: Tensor, end: int, length: int, width: int
) -> Decoded:
    """The `width` best sequences kept at each of `length` steps, by Σ log p: B is the width.

    Where fewer sequences than the width exist, the places left over score -∞.
    """
    check_at_least(1, length=length, width=width)
    _check_first(first)
    count = first.shape[0]
    rows = torch.arange(count, device=first.device)
    state, symbol = pick(state, rows.repeat_interleave(width)), first.repeat_interleave(width)
    found = first.new_zeros(count, width, 0)
    done = torch.zeros(count, width, dtype=torch.bool, device=first.device)
    scores = None
    for _ in range(length):
        logits, state = step(symbol, state)
        log_p = _log_probability(logits, done.flatten(), end).unflatten(0, (count, width))  # (N B, V) -> (N, B, V)
        scores = _only_first(log_p) if scores is None else scores  # all beams begin alike: one of them counts
        total = (scores.unsqueeze(-1) + log_p).flatten(-2)  # (N, B, V) -> (N, B V)
        scores, place = _best(total, width)
        origin, chosen = place // log_p.shape[-1], place % log_p.shape[-1]
        found = torch.cat([found.gather(1, origin.unsqueeze(-1).expand_as(found)), chosen.unsqueeze(-1)], dim=-1)
        done = done.gather(1, origin) | (chosen == end)
        state = pick(state, (rows.unsqueeze(-1) * width + origin).flatten())  # (N, B) -> (N B)
        symbol = chosen.flatten()  # (N, B) -> (N B)
    assert scores is not None
    return Decoded(symbols=found, scores=scores)


def _best(total: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """The largest `width` entries, of equal ones the earlier."""
    values, places = torch.sort(total, dim=-1, descending=True, stable=True)
    return values[..., :width], places[..., :width]


def _only_first(log_p: Tensor) -> Tensor:
    scores = log_p.new_full(log_p.shape[:-1], -torch.inf)
    scores[:, 0] = 0
    return scores


def _log_probability(logits: Tensor, done: Tensor, end: int) -> Tensor:
    """log softmax, (N, V); a finished sequence may only go on with `end`, at log 1."""
    check_at_least(0, end=end)
    if end >= logits.shape[-1]:
        raise BadInput(f"end is {end}, but a symbol from 0 to {logits.shape[-1] - 1} is needed.")
    log_p = torch.log_softmax(logits, dim=-1)
    only_end = torch.full_like(log_p[:1], -torch.inf)
    only_end[:, end] = 0
    return torch.where(done.unsqueeze(-1), only_end, log_p)


def _check_first(first: Tensor) -> None:
    check_symbols("first", first, 2**62, "= sequences")
