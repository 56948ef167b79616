"""T5: the published counts, buckets of distances, shift invariance, causality, and spans it learns to fill in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import t5
from solvers.models.checks import BadInput
from solvers.models.layer_table import parameters
from solvers.models.t5 import T5, Sizes
from tests.solvers.models.data import assert_close, normal

TINY = Sizes(vocabulary=9, d=8, heads=2, d_k=3, d_ff=12, blocks=2, buckets=8, farthest=16)
SOURCE, TARGET = torch.tensor([[1, 4, 2, 6, 0]]), torch.tensor([[3, 5, 1]])


def model() -> T5:
    return T5(TINY, torch.Generator().manual_seed(1)).double().requires_grad_(False)


@pytest.mark.parametrize(("sizes", "count"), [(t5.SMALL, 60_506_624), (t5.BASE, 222_903_552)], ids=["small", "base"])
def test_published_counts_to_the_unit(sizes: Sizes, count: int) -> None:
    with torch.device("meta"):
        assert parameters(T5(sizes)) == count
    assert t5.parameter_count(sizes) == count
    assert t5.parameter_count(TINY) == parameters(T5(TINY))


@given(st.integers(-200, 200))
def test_buckets_by_their_definition(distance: int) -> None:
    """16 a side: distances 0 to 7 alone, then 8 buckets whose bounds grow by 16^(1/8) up to 128."""
    away, later = abs(distance), 16 if distance > 0 else 0
    expected = away if away < 8 else min(8 + int(math.log(away / 8) / math.log(16) * 8), 15)
    assert int(t5.bucket(torch.tensor(distance))) == later + expected
    back = max(-distance, 0)
    expected = back if back < 16 else min(16 + int(math.log(back / 16) / math.log(8) * 16), 31)
    assert int(t5.bucket(torch.tensor(distance), both=False)) == expected


def test_the_norm_by_hand() -> None:
    norm, x = t5.RmsNorm(4).double(), normal(1, 3, 4)
    norm.gamma.data = normal(2, 4)
    assert_close(norm(x).detach(), torch.nn.functional.rms_norm(x, (4,), norm.gamma.detach(), 1e-6))


def test_only_distances_matter() -> None:
    """A text repeated at a later place: the biases between its tokens are the same."""
    bias = model().encoder.bias(9)
    assert_close(bias[:, 2:6, 2:6], bias[:, 5:9, 5:9])
    assert float((bias[:, 0, 1] - bias[:, 1, 0]).abs().min()) > 0  # the side tells


def test_the_decoder_spends_no_bucket_on_later_keys() -> None:
    one = model()
    for stack, both in ((one.encoder, True), (one.decoder, False)):
        for i, j in ((0, 0), (3, 1), (8, 0), (1, 2)):
            row = stack.biases[t5.bucket(torch.tensor(j - i), 8, 16, both=both)]
            assert_close(stack.bias(9)[:, i, j], row)


def test_attention_entry_by_entry() -> None:
    one, x, y, bias = model().decoder.blocks[0], normal(1, 1, 3, 8), normal(2, 1, 4, 8), normal(3, 2, 3, 4)
    assert isinstance(one, t5.Block)
    attention = one.own
    heads = []
    for h in range(2):
        q, k, v = (each[:, 3 * h : 3 * h + 3] for each in (attention.Q, attention.K, attention.V))
        heads.append(torch.softmax((x[0] @ q) @ (y[0] @ k).T + bias[h], -1) @ (y[0] @ v))
    assert_close(attention(x, y, bias)[0], torch.cat(heads, -1) @ attention.O)


def test_what_each_side_sees() -> None:
    one, base = model(), model()(SOURCE, TARGET)
    later = TARGET.clone()
    later[0, 2] = 7
    assert_close(one(SOURCE, later)[:, :2], base[:, :2])
    assert float((one(SOURCE, later)[:, 2] - base[:, 2]).abs().max()) > 1e-6
    changed = SOURCE.clone()
    changed[0, 4] = 8
    assert float((one(changed, TARGET)[:, 0] - base[:, 0]).abs().max()) > 1e-6


def test_spans_are_learnt() -> None:
    """Two texts, one span each behind the mark 7: the source tells which tokens it held; 8 ends, 0 begins."""
    source, target = torch.tensor([[1, 7, 4], [2, 7, 4]]), torch.tensor([[0, 7, 5, 3, 8], [0, 7, 6, 6, 8]])
    one = T5(replace(TINY, blocks=1), torch.Generator().manual_seed(0))
    optimizer = torch.optim.Adam(one.parameters(), lr=0.02)
    for _ in range(60):
        log_p = torch.log_softmax(one(source, target[:, :-1]), -1)
        loss = -log_p.gather(-1, target[:, 1:].unsqueeze(-1)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.1
    assert one(source, target[:, :-1]).argmax(-1).tolist() == target[:, 1:].tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model()(SOURCE + 5, TARGET), "tokens holds 9"),
        (lambda: model()(SOURCE, TARGET.double()), "whole numbers"),
        (lambda: T5(replace(TINY, farthest=4)), "more than half"),
        (lambda: T5(replace(TINY, heads=0)), "at least 1"),
    ],
    ids="vocabulary kind farthest heads".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    found = model().to(device, dtype)(SOURCE.to(device), TARGET.to(device))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), model()(SOURCE, TARGET), 1e-9 if dtype == torch.float64 else 1e-3)
