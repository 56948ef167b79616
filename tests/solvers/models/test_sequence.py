"""Recurrent networks with softmax outputs, and their patterns: autograd, torch.nn.RNN, loops, causality."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import sequence
from solvers.models.checks import BadInput
from solvers.models.rnn import Weights
from solvers.models.sequence import Tagger
from tests.solvers.models.data import assert_close, normal, tensor

D, H, K = 2, 3, 4


def network(seed: int, *leading: int, inputs: int = D) -> Weights:
    shapes = [(H, inputs), (H, H), (H,), (K, H), (K,)]
    return Weights(*(0.7 * normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes)))


def classes(seed: int, *shape: int) -> Tensor:
    return torch.randint(K, shape, generator=torch.Generator().manual_seed(seed))


def logits_by_hand(weights: Weights, x: Tensor, bias: np.ndarray | float = 0.0) -> np.ndarray:
    U, W, b, V, c = (each.numpy() for each in weights.tensors())
    h, found = np.zeros(len(b)), []
    for row in x.numpy():
        h = np.tanh(U @ row + W @ h + b + bias)
        found.append(V @ h + c)
    return np.stack(found)


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_losses_are_the_formula(seed: int, T: int) -> None:
    weights, x, target = network(seed), normal(seed + 5, T, D), classes(seed + 6, T)
    o = logits_by_hand(weights, x)
    expected = [np.log(np.exp(row).sum()) - row[k] for row, k in zip(o, target.tolist(), strict=True)]
    run = sequence.elman(weights, x)
    assert_close(sequence.step_losses(run.o, target), tensor(expected), 1e-10)
    assert_close(run.y.sum(dim=-1), torch.ones(T, dtype=torch.float64))
    assert_close(sequence.sequence_to_one(weights, x), tensor(o[-1]), 1e-11)


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_the_gradient_is_autograd(seed: int, T: int) -> None:
    weights, x, target = network(seed, 3), normal(seed + 5, 3, T, D), classes(seed + 6, 3, T)
    leaves = [each.requires_grad_() for each in weights.tensors()]
    total = sequence.step_losses(sequence.elman(weights, x).o, target).sum()
    expected = torch.autograd.grad(total, leaves)
    with torch.no_grad():
        found = sequence.elman_gradient(weights, sequence.elman(weights, x), x, target)
    for ours, theirs in zip(found.tensors(), expected, strict=True):
        assert_close(ours, theirs, 1e-10)


def test_torch_goes_both_ways_the_same() -> None:
    forth, back, x = network(1), network(6), normal(11, 5, 6, D)
    theirs = torch.nn.RNN(D, H, batch_first=True, bidirectional=True, dtype=torch.float64)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
    state = dict(zip(names, forth.tensors(), strict=False))
    state |= {f"{name}_reverse": each for name, each in zip(names, back.tensors(), strict=False)}
    zero = torch.zeros(H, dtype=torch.float64)
    theirs.load_state_dict({**state, "bias_hh_l0": zero, "bias_hh_l0_reverse": zero})
    V, c = normal(12, K, 2 * H), normal(13, K)
    h, g, o = sequence.bidirectional(forth, back, V, c, x)
    both, _ = theirs(x)
    assert_close(torch.cat([h, g], dim=-1), both)
    assert_close(o, both @ V.T + c)


@given(st.integers(0, 1_000), st.integers(0, 4))
def test_one_way_is_causal_and_both_ways_are_not(seed: int, t: int) -> None:
    forth, back, x = network(seed), network(seed + 5), normal(seed + 10, 5, D)
    changed = x.clone()
    changed[t] += 1
    V, c = normal(seed + 11, K, 2 * H), normal(seed + 12, K)
    one, other = (sequence.elman(forth, each).o for each in (x, changed))
    assert_close(one[:t], other[:t], 0.0)
    h, g, _ = sequence.bidirectional(forth, back, V, c, x)
    h2, g2, _ = sequence.bidirectional(forth, back, V, c, changed)
    assert_close(h[:t], h2[:t], 0.0)
    assert_close(g[t + 1 :], g2[t + 1 :], 0.0)
    assert not torch.equal(g[t], g2[t])


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_one_to_n_has_rx_as_a_bias(seed: int, T: int) -> None:
    weights, R, x = network(seed, inputs=K), normal(seed + 5, H, D), normal(seed + 6, D)
    target = F.one_hot(classes(seed + 7, T), K).double()
    first = torch.zeros(K, dtype=torch.float64)
    run = sequence.vector_to_sequence(weights, R, x, target, first)
    before = torch.cat([first[None], target[:-1]])
    assert_close(run.o, tensor(logits_by_hand(weights, before, R.numpy() @ x.numpy())), 1e-11)
    batch = sequence.vector_to_sequence(weights, R, torch.stack([x, -x]), target.expand(2, T, K), first)
    assert_close(batch.o[0], run.o)


@given(st.integers(1, 6), st.integers(1, 4))
def test_windows_hold_the_last_inputs(T: int, width: int) -> None:
    x = normal(T, 2, T, D)
    found = sequence.windows(x, width)
    for t in range(T):
        for k in range(width):
            expected = x[:, t - k] if t >= k else torch.zeros(2, D, dtype=torch.float64)
            assert_close(found[:, t, k * D : (k + 1) * D], expected, 0.0)


@given(st.integers(1, 6), st.integers(1, 4))
def test_a_layer_over_windows_is_a_causal_convolution(T: int, width: int) -> None:
    """nn.Linear on each window, nn.Conv1d with zeros before the sequence: the window's last place is the oldest."""
    layer = torch.nn.Linear(width * D, K, dtype=torch.float64).requires_grad_(False)
    theirs = torch.nn.Conv1d(D, K, width, padding=width - 1, dtype=torch.float64).requires_grad_(False)
    theirs.weight.copy_(layer.weight.unflatten(1, (width, D)).flip(1).transpose(1, 2))  # (K, width, D) -> (K, D, width)
    theirs.bias.copy_(layer.bias)  # type: ignore[union-attr]
    x = normal(T, 2, T, D)
    assert_close(layer(sequence.windows(x, width)), theirs(x.mT)[..., :T].mT)


def test_a_window_forgets_what_a_state_keeps() -> None:
    """Memory width - 1: an input older than that is not seen; the recurrent network sees it."""
    x = normal(1, 6, D)
    changed = x.clone()
    changed[1] += 1
    one, other = sequence.windows(x, 3), sequence.windows(changed, 3)
    assert_close(one[4:], other[4:], 0.0)
    assert not torch.equal(sequence.elman(network(1), x).o[5], sequence.elman(network(1), changed).o[5])


@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
def test_counts_are_torchs_less_its_second_bias(both: bool) -> None:
    directions = 2 if both else 1
    theirs = torch.nn.RNN(D, H, bidirectional=both)
    recurrent = sum(each.numel() for each in theirs.parameters()) - directions * H
    assert sequence.parameter_count(D, H, K, directions=directions) == recurrent + K * (directions * H + 1)


@pytest.mark.parametrize(("both", "reached"), [(True, True), (False, False)], ids=["both ways", "one way"])
def test_only_both_ways_learn_to_tell_the_next_input(both: bool, reached: bool) -> None:
    generator = torch.Generator().manual_seed(0)
    model = Tagger(1, 8, 2, both=both, generator=generator).double()
    signs = torch.where(torch.rand(24, 6, generator=generator) < 0.5, -1.0, 1.0).double()
    target = (signs.roll(-1, dims=-1) > 0).long()[:, :-1]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(80):
        optimizer.zero_grad()
        loss = sequence.step_losses(model(signs.unsqueeze(-1))[:, :-1], target).mean()
        loss.backward()
        optimizer.step()
    assert (float(loss.detach()) < 0.1) is reached


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sequence.step_losses(normal(1, 3, K), torch.tensor([0, 4, 1])), "target holds 4"),
        (lambda: sequence.windows(normal(1, 3, D), 0), "width is 0"),
        (lambda: sequence.parameter_count(2, 3, 4, directions=3), "directions is 3"),
        (
            lambda: sequence.bidirectional(network(1), network(2), normal(1, K, H), normal(1, K), normal(1, 3, D)),
            r"both has shape \(3, 6\), but .* both = 3",
        ),
    ],
    ids=["class", "width", "directions", "outputs"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_gradients(device: str, dtype: torch.dtype) -> None:
    weights, x, target = network(1), normal(5, 3, 4, D), classes(6, 3, 4)
    there, moved = Weights(*(each.to(device, dtype) for each in weights.tensors())), x.to(device, dtype)
    found = sequence.elman_gradient(there, sequence.elman(there, moved), moved, target.to(device))
    expected = sequence.elman_gradient(weights, sequence.elman(weights, x), x, target)
    assert (found.W.device.type, found.W.dtype) == (device, dtype)
    assert_close(found.W.double(), expected.W, 1e-9 if dtype == torch.float64 else 1e-4)
