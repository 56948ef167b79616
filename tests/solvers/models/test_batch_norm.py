"""Batch normalisation against torch, autograd and the definition of its final pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from solvers.models import batch_norm
from solvers.models.batch_norm import NormalisedMlp
from solvers.models.checks import BadInput
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, normal, tensor


def test_on_paper() -> None:
    """1, 3, 5, 7 has mean 4 and biased variance 5."""
    run = batch_norm.forward(tensor([[1], [3], [5], [7]]), tensor([2.0]), tensor([1.0]), 0.0)
    assert_close(run.normal[:, 0], tensor([-3, -1, 1, 3]) / 5**0.5)
    assert_close(run.out[:, 0], 2 * tensor([-3, -1, 1, 3]) / 5**0.5 + 1)
    test = batch_norm.forward(tensor([[9]]), epsilon=0.0, using=run.used)
    assert_close(test.out, tensor([[5 / 5**0.5]]))


@given(st.integers(0, 10_000), st.sampled_from([1e-12, 1e-5, 0.1]))
def test_torch_agrees_forward_and_backward(seed: int, epsilon: float) -> None:
    x, gamma, beta = normal(seed, 6, 3), normal(seed + 1, 3), normal(seed + 2, 3)
    theirs = nn.BatchNorm1d(3, eps=epsilon).double()
    theirs.load_state_dict({**theirs.state_dict(), "weight": gamma, "bias": beta})
    run = batch_norm.forward(x, gamma, beta, epsilon)
    leaf = x.clone().requires_grad_()
    out, upstream = theirs(leaf), normal(seed + 3, 6, 3)
    assert_close(run.out, out, 1e-10)
    out.backward(upstream)
    found = batch_norm.backward(run, upstream, gamma, epsilon)
    for ours, expected in ((found.x, leaf.grad), (found.gamma, theirs.weight.grad), (found.beta, theirs.bias.grad)):
        assert expected is not None
        assert_close(ours, expected, 1e-7 if epsilon < 1e-5 else 1e-9)


class ByHand(torch.autograd.Function):
    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        run = batch_norm.forward(x, gamma, beta)
        ctx.save_for_backward(run.normal, run.used.variance, gamma)
        return run.out

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        normal_x, variance, gamma = ctx.saved_tensors  # type: ignore[attr-defined]  # set by save_for_backward
        run = batch_norm.Pass(normal_x, normal_x, batch_norm.Statistics(variance, variance))
        found = batch_norm.backward(run, upstream[0], gamma)
        return found.x, found.gamma, found.beta


def test_gradcheck() -> None:
    leaves = [each.requires_grad_() for each in (normal(1, 2, 4, 3), normal(2, 2, 3), normal(3, 2, 3))]
    assert torch.autograd.gradcheck(ByHand.apply, leaves)


@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_scale_and_shift_of_the_input_do_not_matter(seed: int, scale: float, shift: float) -> None:
    x = normal(seed, 7, 2)
    again = batch_norm.forward(scale * x + shift, epsilon=0.0)
    assert_close(again.out, batch_norm.forward(x, epsilon=0.0).out, 1e-9)
    assert_close(again.out.mean(dim=0), torch.zeros(2).double(), 1e-9)
    assert_close((again.out**2).mean(dim=0), torch.ones(2).double(), 1e-9)


def test_no_gradient_along_shift_and_scale() -> None:
    """What flows back is orthogonal to the ones and (ε = 0) to x̂."""
    run = batch_norm.forward(normal(1, 8, 3), epsilon=0.0)
    x = batch_norm.backward(run, normal(2, 8, 3), epsilon=0.0).x
    assert_close(x.sum(dim=0), torch.zeros(3).double())
    assert_close((x * run.normal).sum(dim=0), torch.zeros(3).double())


def test_every_instance_is_its_own_batch() -> None:
    x, gamma, beta = normal(1, 2, 4, 5, 3), normal(2, 2, 4, 3), normal(3, 2, 4, 3)
    whole = batch_norm.forward(x, gamma, beta)
    assert_close(batch_norm.forward(x[1, 2], gamma[1, 2], beta[1, 2]).out, whole.out[1, 2])


def test_final_pass_makes_testing_equal_training_on_all_data() -> None:
    model, x = NormalisedMlp([3, 5, 4, 2], "tanh", torch.Generator().manual_seed(1)).double(), normal(1, 20, 3)
    trained = model(x)
    model.final_pass(x)
    model.eval()
    assert_close(model(x), trained)
    assert_close(torch.cat([model(x[:1]), model(x[1:])]), trained)
    assert_close(model.stored(0).mean, (x @ model.W[0].mT).mean(dim=0))


def test_the_network_learns() -> None:
    x = normal(1, 40, 2)
    y = (x[:, :1] * x[:, 1:]).sign()
    model = NormalisedMlp([2, 16, 1], "tanh", torch.Generator().manual_seed(2)).double()
    optimizer = Optimizer(model.parameters(), adam(0.05))
    for _ in range(150):
        optimizer.step(lambda: nn.functional.mse_loss(model(x), y))
    model.final_pass(x)
    model.eval()
    assert float((model(x).sign() == y).double().mean()) > 0.95


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batch_norm.forward(normal(1, 4, 3), normal(2, 2)), r"gamma has shape \(2,\)"),
        (lambda: batch_norm.forward(normal(1, 4, 3), epsilon=-1.0), "epsilon is -1"),
        (lambda: NormalisedMlp([3, 1], "tanh"), "layers is 2"),
        (lambda: NormalisedMlp([3, 2, 1], "tanh").eval()(torch.zeros(1, 3)), "call final_pass"),
        (lambda: NormalisedMlp([3, 2, 1], "tanh").final_pass(torch.zeros(2, 4, 3)), "too many axes"),
        (lambda: NormalisedMlp([3, 2, 1], "tanh").final_pass(torch.zeros(4, 2)), "inputs = 3"),
    ],
    ids=["gamma", "epsilon", "layers", "statistics", "instances", "inputs"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_normalises_alike(device: str) -> None:
    x, upstream = normal(1, 3, 6, 4), normal(2, 3, 6, 4)
    there = batch_norm.forward(x.to(device))
    assert there.out.device.type == device
    here = batch_norm.forward(x)
    assert_close(there.out, here.out, 1e-9)
    assert_close(batch_norm.backward(there, upstream.to(device)).x, batch_norm.backward(here, upstream).x, 1e-9)
