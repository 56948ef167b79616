"""Chunks counted, recurrence against full attention, dependencies found by moving one token."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from solvers.models import segments
from solvers.models.attention import causal_mask
from solvers.models.checks import BadInput
from solvers.models.gpt import Block
from tests.solvers.models.data import assert_close, normal


def stack(layers: int, *, pre: bool = True) -> nn.ModuleList:
    generator = torch.Generator().manual_seed(1)
    blocks = [Block(4, 2, 6, pre=pre, generator=generator) for _ in range(layers)]
    return nn.ModuleList(blocks).double().requires_grad_(False)


def dense(blocks: nn.ModuleList, x: Tensor) -> Tensor:
    for block in blocks:
        x = block(x, causal_mask(x.shape[-2]))
    return x


@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 7))
def test_chunks_cover_the_text(tokens: int, length: int, overlap: int) -> None:
    if overlap >= length:
        return
    found = segments.chunks(tokens, length, overlap)
    assert {t for part in found for t in part} == set(range(tokens))
    assert all(len(part) == length for part in found[:-1])
    assert all(after.start - before.start == length - overlap for before, after in pairwise(found))
    more = 0 if tokens <= length else -(-(tokens - length) // (length - overlap))  # ⌈(T - L) / (L - overlap)⌉
    assert len(found) == 1 + more


@pytest.mark.parametrize("pre", [True, False], ids=["pre", "post"])
@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_memory_of_everything_is_full_attention(length: int, pre: bool) -> None:
    blocks, x = stack(2, pre=pre), normal(1, 2, 7, 4)
    assert_close(segments.recur_over(blocks, x, length, keep=7), dense(blocks, x), 1e-10)


def test_no_memory_is_each_segment_alone() -> None:
    blocks, x = stack(2), normal(1, 2, 6, 4)
    apart = torch.cat([dense(blocks, x[:, :3]), dense(blocks, x[:, 3:])], dim=1)
    assert_close(segments.recur_over(blocks, x, 3, keep=0), apart, 1e-10)


@pytest.mark.parametrize(
    ("layers", "length", "memory"),
    [(1, 3, 3), (2, 3, 3), (3, 2, 2), (2, 3, 0), (2, 4, 2), (3, 3, 1), (2, 2, 4), (2, 3, 5)],
)
def test_how_far_back_a_token_sees(layers: int, length: int, memory: int) -> None:
    blocks, count = stack(layers), 8 * length
    x = normal(1, count, 4)
    moved = x + torch.diag_embed(torch.ones(count, dtype=torch.float64)).unsqueeze(-1) * normal(2, 4)  # one token each
    last = segments.recur_over(blocks, torch.cat([x.unsqueeze(0), moved]), length, memory)[:, -1]
    seen = [t for t in range(count) if float((last[t + 1] - last[0]).abs().max()) > 1e-13]
    assert count - 1 - min(seen) == segments.longest_dependency(layers, length, memory)


def test_whole_memories_add_up() -> None:
    assert segments.longest_dependency(12, 512, 512) == 511 + 12 * 512
    assert segments.longest_dependency(12, 512, 0) == 511


def test_a_hierarchy_of_chunks() -> None:
    inner, outer, x = stack(1), stack(2, pre=False), normal(1, 2, 7, 4)
    found = segments.hierarchical(inner, outer, x, 3)
    parts = [inner[0](x[:, :3]), inner[0](x[:, 3:6]), inner[0](x[:, 6:])]
    expected = torch.stack([part.mean(1) for part in parts], dim=1)
    for block in outer:
        expected = block(expected)
    assert_close(found, expected, 1e-10)
    swapped = torch.cat([x[:, [1, 0, 2]], x[:, 3:]], dim=1)  # no positions: order inside a chunk does not matter
    assert_close(segments.hierarchical(inner, outer, swapped, 3), found, 1e-10)


def test_what_is_kept_does_not_learn() -> None:
    blocks, x = stack(1), normal(1, 6, 4).requires_grad_()
    first = segments.recur(blocks, x[:3])
    second = segments.recur(blocks, x[3:], first.memory)
    (slope,) = torch.autograd.grad(second.out.square().sum(), x)
    assert float(slope[:3].abs().max()) == 0
    assert float(slope[3:].abs().max()) > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: segments.chunks(5, 2, 2), "nothing moves on"),
        (lambda: segments.chunks(0, 2), "at least 1"),
        (lambda: segments.recur(stack(2), normal(1, 3, 4), (normal(1, 3, 4),)), "of 1 layers"),
        (lambda: segments.longest_dependency(0, 2, 2), "at least 1"),
    ],
    ids="overlap tokens memory layers".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same(device: str) -> None:
    blocks, x = stack(2), normal(1, 2, 7, 4)
    expected = segments.recur_over(blocks, x, 3)
    found = segments.recur_over(stack(2).to(device), x.to(device), 3)
    assert found.device.type == device
    assert_close(found, expected, 1e-9)
