"""Adapters and low-rank updates: nothing at first, counted, alone in learning."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from solvers.models import adapters
from solvers.models.adapters import AdaptedBlock, Adapter, LowRank
from solvers.models.checks import BadInput
from solvers.models.gpt import Block
from solvers.models.layer_table import parameters
from tests.solvers.models.data import assert_close, normal


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def blocks(pre: bool = True) -> nn.ModuleList:
    return nn.ModuleList([Block(8, 2, 12, pre=pre, generator=generator()) for _ in range(2)])


def learning(model: nn.Module) -> int:
    return sum(each.numel() for each in model.parameters() if each.requires_grad)


@pytest.mark.parametrize("pre", [True, False], ids=["pre", "post"])
def test_nothing_changes_at_first(pre: bool) -> None:
    plain, x = blocks(pre), normal(1, 2, 5, 8).float()
    expected = plain[1](plain[0](x))
    adapted = adapters.adapt(plain, 3, generator())
    assert_close(adapted[1](adapted[0](x)), expected)
    assert learning(adapted) == adapters.adapter_parameters(8, 3, 2) == 2 * 2 * (2 * 8 * 3 + 3 + 8)
    assert parameters(adapted) == learning(adapted) + parameters(blocks())


@pytest.mark.parametrize("pre", [True, False], ids=["pre", "post"])
def test_where_adapters_stand(pre: bool) -> None:
    """With the middle cut off, an adapter adds its last bias to the sub-layer's output."""
    block, x = Block(8, 2, 12, pre=pre, generator=generator()).double(), normal(1, 5, 8)
    adapted = AdaptedBlock(block, 3, generator()).double()
    shift = normal(2, 2, 8)
    with torch.no_grad():
        for each, by in zip(adapted.adapters, shift, strict=True):
            assert isinstance(each, Adapter)
            each.b2.copy_(by)
        bias = block.attention.o
        assert bias is not None
        bias.add_(shift[0])
        block.b2.add_(shift[1])
        expected = block(x)
        bias.sub_(shift[0])
        block.b2.sub_(shift[1])
    assert_close(adapted(x), expected, 1e-10)


def test_an_adapter_by_its_formula() -> None:
    adapter, x = Adapter(8, 3, generator()).double(), normal(1, 5, 8)
    with torch.no_grad():
        adapter.W2.copy_(normal(2, 3, 8))
    theirs = x + nn.functional.linear(torch.relu(nn.functional.linear(x, adapter.W1.T, adapter.b1)), adapter.W2.T)
    assert_close(adapter(x), theirs)


def test_only_the_adapters_learn() -> None:
    plain, x = blocks(), normal(1, 4, 5, 8).float()
    before = [each.clone() for each in plain.parameters()]
    adapted = adapters.adapt(plain, 3, generator())
    goal = normal(2, 4, 5, 8).float()
    optimizer = torch.optim.Adam((each for each in adapted.parameters() if each.requires_grad), lr=0.02)
    losses = []
    for _ in range(60):
        loss = ((adapted[1](adapted[0](x)) - goal) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.9 * losses[0]
    for old, new in zip(before, plain.parameters(), strict=True):
        assert_close(new, old, 0)


def test_low_rank_updates() -> None:
    W, x = normal(1, 6, 4), normal(2, 3, 6)
    update = LowRank(W, 2, 8.0, generator())
    assert_close(update(x), x @ W)
    assert learning(update) == adapters.low_rank_parameters(6, 4, 2) == 20
    with torch.no_grad():
        update.B.copy_(normal(3, 2, 4))
    assert_close(update(x), x @ update.merged(), 1e-10)
    assert_close(update.merged(), W + 4.0 * update.A @ update.B)
    assert int(torch.linalg.matrix_rank(update.merged().detach() - W)) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Adapter(8, 0), "at least 1"),
        (lambda: LowRank(normal(1, 4, 3), 4), "smaller size"),
        (lambda: adapters.adapt(nn.ModuleList([nn.Linear(2, 2)]), 3), "A Linear is among"),
        (lambda: adapters.adapter_parameters(8, 0), "at least 1"),
    ],
    ids="middle rank block count".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same(device: str) -> None:
    x = normal(1, 2, 5, 8)
    expected = adapters.adapt(blocks().double(), 3, generator()).double()[0](x)
    found = adapters.adapt(blocks().double(), 3, generator()).to(device, torch.float64)[0](x.to(device))
    assert found.device.type == device
    assert_close(found, expected, 1e-9)
