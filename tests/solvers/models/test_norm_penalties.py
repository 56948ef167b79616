"""Norm penalties against autograd, torch's weight decay and the closed form of ridge."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import norm_penalties, regression
from solvers.models.checks import BadInput
from solvers.models.mlp import Mlp
from solvers.models.norm_penalties import TiedAutoencoder
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, normal, tensor


@given(st.integers(0, 10_000), st.sampled_from(["l1", "l2"]))
def test_gradients_are_autograd(seed: int, kind: str) -> None:
    w = normal(seed, 4, 3).requires_grad_()
    (expected,) = torch.autograd.grad(norm_penalties.value(kind, w).sum(), w)
    assert_close(norm_penalties.gradient(kind, w.detach()), expected)


@given(st.integers(0, 10_000))
def test_tying_is_autograd(seed: int) -> None:
    a, b = normal(seed, 4, 3).requires_grad_(), normal(seed + 1, 4, 3).requires_grad_()
    expected = torch.autograd.grad(norm_penalties.tying(a, b).sum(), [a, b])
    for ours, theirs in zip(norm_penalties.tying_gradient(a.detach(), b.detach()), expected, strict=True):
        assert_close(ours, theirs)


@given(st.integers(0, 10_000), st.floats(0.01, 0.5), st.floats(0, 2))
def test_weight_decay_is_torch_s(seed: int, rate: float, alpha: float) -> None:
    w, g = normal(seed, 4), normal(seed + 1, 4)
    theirs = w.clone().requires_grad_()
    theirs.grad = g.clone()
    torch.optim.SGD([theirs], lr=rate, weight_decay=alpha).step()
    found = norm_penalties.step("l2", w, g, rate, alpha)
    assert_close(found, theirs)
    assert_close(found, (1 - rate * alpha) * w - rate * g)


def test_steps_on_paper() -> None:
    """ε = 0.1, α = 0.5: l2 shrinks by 0.95, l1 moves by 0.05 towards 0 and leaves 0 alone."""
    w, g = tensor([2, -4, 0]), tensor([1, 1, 0])
    assert_close(norm_penalties.step("l2", w, g, 0.1, 0.5), tensor([1.8, -3.9, 0]))
    assert_close(norm_penalties.step("l1", w, g, 0.1, 0.5), tensor([1.85, -4.05, 0]))
    assert_close(norm_penalties.shrunk(w, 0.1, 0.5, 3), w * 0.857375)


@given(st.integers(0, 10_000), st.floats(0.1, 10))
def test_ridge_in_the_eigenbasis(seed: int, alpha: float) -> None:
    x, y = normal(seed, 9, 3), normal(seed + 1, 9)
    _, U = torch.linalg.eigh(x.mT @ x)
    kept = norm_penalties.eigen_shrink(x, alpha) * (U.mT @ regression.least_squares(x, y))
    assert_close(U @ kept, regression.least_squares(x, y, alpha), 1e-8)


def test_biases_go_free() -> None:
    model = Mlp([2, 3, 1], "tanh", "squared").double()
    expected = sum(float((each.detach() ** 2).sum()) for each in model.W) / 2
    with torch.no_grad():
        model.b[0].fill_(100.0)
    assert float(norm_penalties.weights_only(model.parameters(), "l2").detach()) == pytest.approx(expected)


def test_tied_autoencoder_counts_and_gradient() -> None:
    """The shared W gets the sum of what encoder and decoder would get apart."""
    model, x = TiedAutoencoder(5, 3, torch.Generator().manual_seed(1)).double(), normal(2, 7, 5)
    assert sum(each.numel() for each in model.parameters()) == 3 * 5 + 3 + 5
    (shared,) = torch.autograd.grad(model.loss(x), model.W)
    encoder, decoder = (model.W.detach().clone().requires_grad_() for _ in range(2))
    apart = ((x - torch.tanh(x @ encoder.mT + model.b) @ decoder - model.c) ** 2).sum(dim=-1).mean()
    grown = torch.autograd.grad(apart, [encoder, decoder])
    assert_close(shared, grown[0] + grown[1])


def test_sparsity_of_the_code() -> None:
    """A heavier penalty on activations leaves smaller activations, at a larger error."""
    x, sizes, errors = normal(3, 30, 6), [], []
    for alpha in (0.0, 3.0):
        model = TiedAutoencoder(6, 4, torch.Generator().manual_seed(1)).double()
        optimizer = Optimizer(model.parameters(), adam(0.02))
        for _ in range(200):
            optimizer.step(lambda m=model, a=alpha: m.loss(x, a))  # type: ignore[misc]  # both are bound now
        sizes.append(float(model.code(x).detach().abs().mean()))
        errors.append(float(model.loss(x).detach()))
    assert sizes[1] < 0.8 * sizes[0]
    assert errors[1] > errors[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: norm_penalties.value("l3", tensor([1.0])), "kind is 'l3'"),
        (lambda: norm_penalties.tying(tensor([1, 2]), tensor([1, 2, 3])), r"b has shape \(3,\)"),
        (lambda: norm_penalties.weights_only([tensor([1.0])], "l2"), "no matrix"),
    ],
    ids=["kind", "shape", "none"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x = normal(1, 3, 6, 4)
    there = norm_penalties.eigen_shrink(x.to(device), 0.5)
    assert there.device.type == device
    assert_close(there, norm_penalties.eigen_shrink(x, 0.5), 1e-9)
