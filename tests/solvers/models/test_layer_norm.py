"""Layer normalisation against torch, exact fractions, autograd, and its invariances."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from solvers.models import layer_norm
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor


def test_the_textbook_token() -> None:
    """(1, 2, 3, 6): mean 3, variance 14/4; the biased variance, not 14/3."""
    run = layer_norm.forward(tensor([1, 2, 3, 6]), tensor([1, 1, 1, 2]), tensor([0, 0, 0, 1]), 0.0)
    root = sympy.sqrt(sympy.Rational(7, 2))
    exact = [-2 / root, -1 / root, sympy.Integer(0), 2 * 3 / root + 1]
    assert_close(run.out, tensor([float(each) for each in exact]), 1e-15)
    assert_close(run.variance, tensor([3.5]))


@given(st.integers(0, 10_000), st.integers(1, 7), st.sampled_from([1e-5, 1e-3, 1.0]))
def test_torch_gives_the_same(seed: int, d: int, eps: float) -> None:
    x, gamma, beta = normal(seed, 3, 4, d), normal(seed + 1, d), normal(seed + 2, d)
    assert_close(layer_norm.forward(x, gamma, beta, eps).out, F.layer_norm(x, (d,), gamma, beta, eps), 1e-10)


@given(st.integers(0, 10_000), st.integers(2, 7))
def test_backward_is_autograd(seed: int, d: int) -> None:
    x, gamma, beta = (
        each.requires_grad_() for each in (normal(seed, 3, 4, d), normal(seed + 1, d), normal(seed + 2, d))
    )
    upstream = normal(seed + 3, 3, 4, d)
    run = layer_norm.forward(x, gamma, beta)
    dx, dgamma, dbeta = torch.autograd.grad((upstream * run.out).sum(), (x, gamma, beta))
    found = layer_norm.backward(run, gamma, upstream)
    assert_close(found.x, dx, 1e-9)
    assert_close(found.gamma.sum(dim=(0, 1)), dgamma, 1e-10)
    assert_close(found.beta.sum(dim=(0, 1)), dbeta, 1e-10)


def test_gradcheck() -> None:
    leaves = [normal(1, 2, 4).requires_grad_(), normal(2, 4).requires_grad_(), normal(3, 4).requires_grad_()]
    assert torch.autograd.gradcheck(lambda *each: layer_norm.forward(*each).out, leaves)


@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_scale_and_shift_of_a_token_do_not_matter(seed: int, scale: float, shift: float) -> None:
    x, gamma, beta = normal(seed, 3, 5), normal(seed + 1, 5), normal(seed + 2, 5)
    moved = layer_norm.forward(scale * x + shift, gamma, beta, 0.0)
    assert_close(moved.out, layer_norm.forward(x, gamma, beta, 0.0).out, 1e-9)


def test_tokens_do_not_see_each_other() -> None:
    x, gamma, beta = normal(1, 4, 5), normal(2, 5), normal(3, 5)
    changed = x.clone()
    changed[2] += normal(4, 5)
    before, after = (layer_norm.forward(each, gamma, beta).out for each in (x, changed))
    assert_close(before[[0, 1, 3]], after[[0, 1, 3]], 0.0)
    assert not torch.equal(before[2], after[2])


def test_the_module_is_torch_at_the_start() -> None:
    x = normal(1, 3, 6)
    assert_close(layer_norm.LayerNorm(6).double()(x), torch.nn.LayerNorm(6).double()(x))


@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_the_library_s_kernel_gives_the_same(eps: float) -> None:
    """Values and gradients, and an instance's own γ and β, which the kernel does not know."""
    x, gamma, beta = leaves = [each.requires_grad_() for each in (normal(1, 4, 3, 5), normal(2, 5), normal(3, 5))]
    slow, fast = layer_norm.forward(x, gamma, beta, eps).out, layer_norm.normalised(x, gamma, beta, eps)
    assert_close(fast, slow, 1e-12)
    for ours, theirs in zip(
        torch.autograd.grad(fast.square().sum(), leaves), torch.autograd.grad(slow.square().sum(), leaves), strict=True
    ):
        assert_close(ours, theirs, 1e-10)
    x, gamma, beta = normal(1, 4, 5), normal(2, 4, 5), normal(3, 5)
    assert_close(layer_norm.normalised(x, gamma, beta), layer_norm.forward(x, gamma, beta).out)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layer_norm.forward(normal(1, 3), normal(1, 4), normal(1, 3)), r"gamma has shape \(4,\)"),
        (lambda: layer_norm.forward(tensor([2, 2]), tensor([1, 1]), tensor([0, 0]), 0.0), "all equal, but eps is 0"),
        (lambda: layer_norm.forward(normal(1, 3), normal(1, 3), normal(1, 3), -1.0), "eps is -1.0"),
        (lambda: layer_norm.LayerNorm(0), "d is 0"),
    ],
    ids=["shape", "constant", "eps", "size"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_values(device: str, dtype: torch.dtype) -> None:
    x, gamma, beta, upstream = normal(1, 6, 5), normal(2, 5), normal(3, 5), normal(4, 6, 5)
    expected = layer_norm.backward(layer_norm.forward(x, gamma, beta), gamma, upstream)
    there, scale, shift, back = (each.to(device, dtype) for each in (x, gamma, beta, upstream))
    found = layer_norm.backward(layer_norm.forward(there, scale, shift), scale, back)
    assert (found.x.device.type, found.x.dtype) == (device, dtype)
    assert_close(found.x.double(), expected.x, 1e-9 if dtype == torch.float64 else 1e-5)
