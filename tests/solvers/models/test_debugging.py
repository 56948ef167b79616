"""The debugging tools find planted defects, and nothing where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from solvers.models import debugging
from solvers.models.checks import BadInput
from solvers.models.mlp import Mlp
from solvers.models.optimizers import adam, sgd
from tests.solvers.models.data import assert_close, normal, tensor


def cost(theta: Tensor) -> Tensor:
    return torch.tanh(theta).prod(dim=-1) + (theta**3).sum(dim=-1)


def gradient(theta: Tensor) -> Tensor:
    """By hand: (1 - tanh²) times the product of the others, plus 3θ²."""
    h = torch.tanh(theta)
    return (1 - h**2) * h.prod(dim=-1, keepdim=True) / h + 3 * theta**2


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_a_right_gradient_passes_and_wrong_ones_fail(seed: int) -> None:
    theta = normal(seed, 3, 4)
    assert float(debugging.gradient_error(cost, gradient, theta).max()) < 1e-7
    for mutation in (lambda t: -gradient(t), lambda t: 2 * gradient(t), lambda t: gradient(t) - torch.tanh(t) ** 2 * t):
        assert float(debugging.gradient_error(cost, mutation, theta).max()) > 1e-4
    leaf = theta.clone().requires_grad_()
    (expected,) = torch.autograd.grad(cost(leaf).sum(), leaf)
    assert_close(debugging.central_differences(cost, theta), expected, 1e-6)


class Written(torch.autograd.Function):
    """The cost with a gradient that a test gives it."""

    @staticmethod
    def forward(ctx: Any, theta: Tensor, slope: Callable[[Tensor], Tensor]) -> Tensor:
        ctx.save_for_backward(theta)
        ctx.slope = slope
        return cost(theta)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None]:
        (theta,) = ctx.saved_tensors
        return upstream[0].unsqueeze(-1) * ctx.slope(theta), None


@pytest.mark.parametrize("factor", [1.0, 1.01, -1.0], ids=["right", "a hundredth off", "turned"])
def test_torch_s_own_check_gives_the_same_verdict(factor: float) -> None:
    theta = normal(2, 3, 4)

    def slope(at: Tensor) -> Tensor:
        return factor * gradient(at)

    leaf = theta.clone().requires_grad_()
    written: Any = Written
    passes = torch.autograd.gradcheck(lambda at: written.apply(at, slope), leaf, raise_exception=False)
    assert passes == (factor == 1)
    assert bool((debugging.gradient_error(cost, slope, theta) < 1e-6).all()) == passes


def test_central_differences_beat_forward_ones() -> None:
    theta = normal(1, 4)
    errors = [
        float((each(cost, theta, 1e-3) - gradient(theta)).abs().max())
        for each in (debugging.central_differences, debugging.forward_differences)
    ]
    assert errors[0] < 1e-4 < errors[1]


def test_relative_error_on_paper() -> None:
    assert_close(debugging.relative_error(tensor([3, 4]), tensor([3, 4])), tensor(0.0))
    assert_close(debugging.relative_error(tensor([3, 4]), tensor([-3, -4])), tensor(1.0))
    assert_close(debugging.relative_error(tensor([0, 0]), tensor([0, 0])), tensor(0.0))


def test_dead_units_on_paper() -> None:
    activations = tensor([[0, 1, 0], [0, 2, 3], [0, 0, 0], [0, 1, 0]])
    assert_close(debugging.firing(activations), tensor([0, 0.75, 0.25]))
    assert_close(debugging.dead(activations), tensor(1 / 3))


def test_dead_units_of_a_module() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 5), nn.ReLU()).double()
    assert isinstance(model[0], nn.Conv2d)
    assert isinstance(model[3], nn.Linear)
    with torch.no_grad():
        for layer, count in ((model[0], 1), (model[3], 2)):
            layer.weight.abs_()
            assert layer.bias is not None
            layer.bias.fill_(0.1)
            layer.bias[:count] = -1e3
    found = debugging.dead_units(model, normal(1, 6, 1, 4, 4).abs())
    assert_close(found["1"], tensor(0.25))
    assert_close(found["4"], tensor(0.4))
    assert not model[1]._forward_hooks


def test_a_large_step_kills_relus() -> None:
    """One step of gradient descent far too long, and units never fire again."""
    model = nn.Sequential(nn.Linear(2, 20), nn.ReLU(), nn.Linear(20, 1)).double()
    x = normal(2, 30, 2)
    with torch.no_grad():
        for each, seed in zip(model.parameters(), range(4), strict=True):
            each.copy_(0.5 * normal(seed, *each.shape).abs())
    before = debugging.dead_units(model, x)["1"]
    debugging.fit_tiny_set(model, lambda: ((model(x) + 50) ** 2).mean(), sgd(1.0), 2, 1.0)
    assert float(debugging.dead_units(model, x)["1"]) > float(before) + 0.2


def test_gradients_vanish_through_sigmoids() -> None:
    model = Mlp([2, *[4] * 8, 1], "sigmoid", "squared", torch.Generator().manual_seed(1)).double()
    norms = debugging.gradient_norms(model, model.loss(normal(1, 5, 2), normal(2, 5, 1)))
    assert float(norms["W.0"]) < 1e-3 * float(norms["W.8"])


def test_worst_mistakes_first() -> None:
    assert debugging.worst(tensor([[0.1, 3, 2, 3], [1, 0, 0, 2]]), 2).tolist() == [[1, 3], [3, 0]]


def test_a_sound_model_fits_a_tiny_set_and_a_broken_one_does_not() -> None:
    x, y = normal(1, 4, 3), normal(2, 4, 1)
    model = Mlp([3, 16, 1], "tanh", "squared", torch.Generator().manual_seed(1)).double()
    assert debugging.fit_tiny_set(model, lambda: model.loss(x, y), adam(0.03), 200, 1e-2).fitted
    broken = Mlp([3, 16, 1], "tanh", "squared", torch.Generator().manual_seed(1)).double()
    found = debugging.fit_tiny_set(broken, lambda: broken.loss(0 * x, y), adam(0.03), 200, 1e-2)
    assert not found.fitted
    assert found.losses.shape == (201,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: debugging.central_differences(cost, normal(1, 2), 0.0), "step is 0"),
        (lambda: debugging.worst(tensor([1.0]), 2), "only 1 examples"),
        (lambda: debugging.relative_error(tensor([1, 2]), tensor([1])), r"expected has shape \(1,\)"),
    ],
    ids=["step", "count", "shape"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    theta = normal(1, 3, 4)
    there = debugging.central_differences(cost, theta.to(device))
    assert there.device.type == device
    assert_close(there, debugging.central_differences(cost, theta), 1e-8)
