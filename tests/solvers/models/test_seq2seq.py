"""The encoder-decoder: two composed torch.nn.RNN, steps against the taught pass, search against every sequence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import seq2seq, sequence
from solvers.models.checks import BadInput
from solvers.models.rnn import Weights
from solvers.models.seq2seq import Pair, Seq2Seq
from tests.solvers.models.data import assert_close, normal

D, H, S, K = 2, 3, 4, 3
END, FIRST = 0, 1


def network(seed: int) -> Pair:
    reader = [normal(seed + i, *shape) for i, shape in enumerate([(H, D), (H, H), (H,), (1, H), (1,)])]
    writer = [normal(seed + 5 + i, *shape) for i, shape in enumerate([(S, K), (S, S), (S,), (K, S), (K,)])]
    return Pair(Weights(*reader), Weights(*writer), normal(seed + 10, S, H))


def symbols(seed: int, *shape: int) -> Tensor:
    return torch.randint(K, shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_two_networks_of_torch_make_the_same(seed: int, T: int, written: int) -> None:
    """The decoder's input is [one-hot of the last symbol; C]; torch's second bias is zero."""
    pair, x, target = network(seed), normal(seed + 20, 5, T, D), symbols(seed + 21, 5, written)
    reader = torch.nn.RNN(D, H, batch_first=True, dtype=torch.float64)
    writer = torch.nn.RNN(K + H, S, batch_first=True, dtype=torch.float64)
    names, one, two = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), pair.encoder, pair.decoder
    reader.load_state_dict(dict(zip(names, (one.U, one.W, one.b, 0 * one.b), strict=True)))
    seen = torch.cat([two.U, pair.R], dim=-1)
    writer.load_state_dict(dict(zip(names, (seen, two.W, two.b, 0 * two.b), strict=True)))
    _, last = reader(x)
    C = last[0]
    before = torch.cat([torch.full((5, 1), FIRST), target[:, :-1]], dim=-1)
    inputs = torch.cat([F.one_hot(before, K).double(), C[:, None].expand(5, written, H)], dim=-1)
    expected = writer(inputs)[0] @ two.V.T + two.c
    assert_close(seq2seq.context(pair, x), C, 1e-11)
    assert_close(seq2seq.taught(pair, x, target, FIRST).o, expected, 1e-10)


@given(st.integers(0, 10_000))
def test_steps_are_the_taught_pass(seed: int) -> None:
    pair, x, target = network(seed), normal(seed + 20, 3, 4, D), symbols(seed + 21, 3, 4)
    expected, written = seq2seq.taught(pair, x, target, FIRST).o, seq2seq.begin(pair, x)
    last = torch.full((3,), FIRST)
    for t in range(4):
        logits, written = seq2seq.step(pair, last, written)
        assert_close(logits, expected[:, t], 1e-11)
        last = target[:, t]


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_a_wide_beam_finds_the_likeliest_of_all(seed: int, length: int) -> None:
    pair, x = network(seed), normal(seed + 20, 2, 4, D)
    found = seq2seq.generate(pair, x, FIRST, END, length, K**length)
    everything = torch.tensor(list(product(range(K), repeat=length)))
    ended = (everything == END).int().cumsum(dim=-1) - (everything == END).int() > 0  # after the first end
    legal = everything[((everything == END) | ~ended).all(dim=-1)]
    real = ~((legal == END).int().cumsum(dim=-1) - (legal == END).int() > 0)
    for i in range(2):
        o = seq2seq.taught(pair, x[i].expand(len(legal), 4, D), legal, FIRST).o
        score = -(sequence.step_losses(o, legal) * real).sum(dim=-1)
        assert_close(found.scores[i, 0], score.max(), 1e-10)
        assert found.symbols[i, 0].tolist() == legal[score.argmax()].tolist()


def test_the_count() -> None:
    model = Seq2Seq(D, H, K)
    reader = model.encoder.weights()
    unused = reader.V.numel() + reader.c.numel()
    assert sum(each.numel() for each in model.parameters()) - unused == seq2seq.parameter_count(D, H, H, K)


def test_the_model_learns_to_reverse() -> None:
    """Three symbols, said backwards, whatever they are; 0 ends, 1 begins."""
    model = Seq2Seq(2, 24, 4, FIRST, torch.Generator().manual_seed(0)).double()
    source = torch.cartesian_prod(*[torch.tensor([2, 3])] * 3)
    wanted = torch.cat([source.flip(-1), torch.zeros(8, 1, dtype=torch.long)], dim=-1)
    x = F.one_hot(source - 2, 2).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(80):
        optimizer.zero_grad()
        loss = sequence.step_losses(model(x, wanted), wanted).mean()
        loss.backward()
        optimizer.step()
    found = seq2seq.generate(model.pair(), x, FIRST, END, 4)
    assert found.symbols.squeeze(1).tolist() == wanted.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Pair(network(1).encoder, network(1).decoder, normal(1, S, S)), r"R has shape \(4, 4\), but .* h = 3"),
        (lambda: seq2seq.taught(network(1), normal(1, 2, 3, D), torch.tensor([3]), 1), "target holds 3"),
        (
            lambda: seq2seq.step(network(1), normal(1, 2), seq2seq.begin(network(1), normal(1, 2, 3, D))),
            r"symbols is torch\.float64",
        ),
        (lambda: seq2seq.parameter_count(1, 2, 0, 4), "written is 0"),
    ],
    ids=["context", "target", "step", "count"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_writes_the_same(device: str) -> None:
    pair, x = network(1), normal(20, 3, 4, D)
    reader, writer = (Weights(*(each.to(device) for each in one.tensors())) for one in (pair.encoder, pair.decoder))
    there = Pair(reader, writer, pair.R.to(device))
    found = seq2seq.generate(there, x.to(device), FIRST, END, 4, 2)
    assert found.symbols.device.type == device
    assert found.symbols.tolist() == seq2seq.generate(pair, x, FIRST, END, 4, 2).symbols.tolist()
