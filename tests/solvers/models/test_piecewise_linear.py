"""Maxout and PReLU against torch, autograd, and the functions that a maxout unit can be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from solvers.models import piecewise_linear
from solvers.models.checks import BadInput
from solvers.models.optimizers import Optimizer, adam
from solvers.models.piecewise_linear import MaxoutLayer
from tests.solvers.models.data import assert_close, normal, tensor


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_prelu_is_torch_s(seed: int) -> None:
    z, alpha, upstream = (
        normal(seed, 5, 3).requires_grad_(),
        normal(seed + 1, 3).requires_grad_(),
        normal(seed + 2, 5, 3),
    )
    out = F.prelu(z, alpha)
    assert_close(piecewise_linear.prelu(z, alpha), out)
    expected = torch.autograd.grad(out, [z, alpha], upstream)
    found = piecewise_linear.prelu_gradient(z.detach(), alpha.detach(), upstream)
    for ours, theirs in zip(found, expected, strict=True):
        assert_close(ours, theirs)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_maxout_and_its_gradients(seed: int, pieces: int) -> None:
    """Forward by a loop over pieces, backward by autograd."""
    x, W, b = normal(seed, 2, 5, 3), normal(seed + 1, 2, 4, pieces, 3), normal(seed + 2, 2, 4, pieces)
    leaves = [each.requires_grad_() for each in (W, b, x)]
    loop = torch.stack([x @ W[:, :, p].mT + b[:, None, :, p] for p in range(pieces)], dim=-1)
    run = piecewise_linear.maxout(x, W, b)
    assert_close(run.values, loop.amax(dim=-1))
    upstream = normal(seed + 3, 2, 5, 4)
    expected = torch.autograd.grad(loop.max(dim=-1).values, leaves, upstream)
    found = piecewise_linear.maxout_gradient(x.detach(), W.detach(), run, upstream)
    for ours, theirs in zip((found.W, found.b, found.x), expected, strict=True):
        assert_close(ours, theirs)


@pytest.mark.parametrize(
    ("slopes", "function"), [([1, 0], torch.relu), ([1, -1], torch.abs), ([1, 0.1], lambda z: F.leaky_relu(z, 0.1))]
)
def test_what_a_unit_can_be(slopes: list[float], function: Callable[[torch.Tensor], torch.Tensor]) -> None:
    x = normal(1, 20, 1)
    W, b = tensor(slopes)[None, :, None], torch.zeros(1, 2).double()
    assert_close(piecewise_linear.maxout(x, W, b).values, function(x))


def test_maxout_is_convex() -> None:
    W, b, u, v = normal(1, 3, 4, 2), normal(2, 3, 4), normal(3, 50, 2), normal(4, 50, 2)
    ends = [piecewise_linear.maxout(each, W, b).values for each in (u, v)]
    assert bool((piecewise_linear.maxout((u + v) / 2, W, b).values <= (ends[0] + ends[1]) / 2 + 1e-12).all())


def test_two_maxout_units_learn_xor() -> None:
    x, y = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), tensor([[0], [1], [1], [0]])
    generator = torch.Generator().manual_seed(2)
    model = nn.Sequential(MaxoutLayer(2, 4, 3, generator), MaxoutLayer(4, 1, 2, generator)).double()
    assert sum(each.numel() for each in model.parameters()) == 4 * 3 * 3 + 2 * 5
    optimizer = Optimizer(model.parameters(), adam(0.03))
    for _ in range(300):
        optimizer.step(lambda: F.mse_loss(model(x), y))
    assert_close(model(x), y, 0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MaxoutLayer(2, 3, 1), "pieces is 1"),
        (lambda: piecewise_linear.prelu(normal(1, 4, 3), normal(2, 2)), r"alpha has shape \(2,\)"),
        (lambda: piecewise_linear.maxout(normal(1, 4, 3), normal(2, 2, 2, 4), normal(3, 2, 2)), "inputs = 3, as in x"),
    ],
    ids=["pieces", "alpha", "inputs"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x, W, b = normal(1, 5, 3), normal(2, 4, 2, 3), normal(3, 4, 2)
    there = piecewise_linear.maxout(x.to(device), W.to(device), b.to(device))
    assert there.values.device.type == device
    assert_close(there.values, piecewise_linear.maxout(x, W, b).values, 1e-9)
