"""Greedy and beam search against every sequence there is, on tables of conditional probabilities."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import decoding
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

END, SYMBOLS = 0, 3


def pick(state: Tensor, rows: Tensor) -> Tensor:
    return state[rows]


def walk(logits: Tensor) -> decoding.Step[Tensor]:
    """A model whose next symbol depends on all the symbols so far: the state is the history, in base 3, a row each."""

    def step(symbol: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        row, history = state[:, 0], state[:, 1] * SYMBOLS + symbol + 1
        return logits[row, history], torch.stack([row, history], dim=-1)

    return step


def start(count: int) -> Tensor:
    return torch.stack([torch.arange(count), torch.zeros(count, dtype=torch.long)], dim=-1)


def model(seed: int, count: int, length: int) -> Tensor:
    return 2 * normal(seed, count, (SYMBOLS + 1) ** (length + 1), SYMBOLS)


def every_sequence(logits: Tensor, row: int, first: int, length: int) -> dict[tuple[int, ...], float]:
    """Each sequence, cut at its first end and filled up with ends, and its Σ log p."""
    table = torch.log_softmax(logits[row], dim=-1).tolist()
    found = {}
    for symbols in product(range(SYMBOLS), repeat=length):
        history, total, done, last = 0, 0.0, False, first
        legal = True
        for symbol in symbols:
            history = history * SYMBOLS + last + 1
            legal = legal and (not done or symbol == END)
            total += 0.0 if done else table[history][symbol]
            done, last = done or symbol == END, symbol
        if legal:
            found[symbols] = total
    return found


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(0, 2))
def test_a_wide_beam_is_the_enumeration(seed: int, length: int, first: int) -> None:
    logits = model(seed, 2, length)
    found = decoding.beam(walk(logits), pick, start(2), torch.tensor([first, first]), END, length, SYMBOLS**length)
    for row in range(2):
        ranked = sorted(every_sequence(logits, row, first, length).items(), key=lambda item: -item[1])
        assert [tuple(each) for each in found.symbols[row, : len(ranked)].tolist()] == [each for each, _ in ranked]
        assert_close(found.scores[row, : len(ranked)], tensor([score for _, score in ranked]), 1e-10)
        assert bool((found.scores[row, len(ranked) :] == -torch.inf).all())


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_a_beam_of_one_is_greedy(seed: int, length: int) -> None:
    step, first = walk(model(seed, 3, length)), torch.tensor([1, 2, 1])
    one = decoding.beam(step, pick, start(3), first, END, length, 1)
    other = decoding.greedy(step, start(3), first, END, length)
    assert one.symbols.tolist() == other.symbols.tolist()
    assert_close(one.scores, other.scores)


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_scores_are_those_of_the_symbols(seed: int, length: int, width: int) -> None:
    logits = model(seed, 1, length)
    found = decoding.beam(walk(logits), pick, start(1), torch.tensor([2]), END, length, width)
    table = every_sequence(logits, 0, 2, length)
    for symbols, score in zip(found.symbols[0].tolist(), found.scores[0].tolist(), strict=True):
        assert score == -torch.inf or abs(table[tuple(symbols)] - score) < 1e-10


def test_greedy_may_miss_the_best() -> None:
    """The likeliest first symbol leads to a flat second choice: a beam of two finds the better pair."""
    logits = torch.full((1, 64, SYMBOLS), -30.0, dtype=torch.float64)
    logits[0, 2, 1], logits[0, 2, 2] = 0.1, 0.0  # after the start symbol 1 (history 2)
    logits[0, 8, 1], logits[0, 8, 2] = 0.0, 0.0  # after 1, 1: an even choice
    logits[0, 9, 1] = 0.0  # after 1, 2: a sure one
    step, first = walk(logits), torch.tensor([1])
    assert decoding.greedy(step, start(1), first, END, 2).symbols.tolist() == [[[1, 1]]]
    assert decoding.beam(step, pick, start(1), first, END, 2, 2).symbols[0, 0].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: decoding.greedy(walk(model(1, 1, 1)), start(1), torch.tensor([1]), 3, 1),
            "end is 3, but a symbol from 0 to 2",
        ),
        (lambda: decoding.greedy(walk(model(1, 1, 1)), start(1), tensor([1]), END, 1), "first is torch.float64"),
        (lambda: decoding.beam(walk(model(1, 1, 1)), pick, start(1), torch.tensor([1]), END, 1, 0), "width is 0"),
    ],
    ids=["end", "first", "width"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_decodes_the_same(device: str) -> None:
    logits, first = model(1, 2, 3), torch.tensor([1, 2])
    expected = decoding.beam(walk(logits), pick, start(2), first, END, 3, 3)
    found = decoding.beam(walk(logits.to(device)), pick, start(2).to(device), first.to(device), END, 3, 3)
    assert found.symbols.device.type == device
    assert found.symbols.tolist() == expected.symbols.tolist()
