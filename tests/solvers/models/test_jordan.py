"""The output-recurrent network: both modes by a scalar loop, decoupled gradients, forcing with its own outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import jordan
from solvers.models.checks import BadInput
from solvers.models.jordan import Feedback, Jordan, OutputWeights
from tests.solvers.models.data import assert_close, normal, simplex, tensor

D, H, K = 2, 3, 4
MODES: list[Feedback] = ["logits", "probabilities", "symbol"]


def network(seed: int, *leading: int) -> OutputWeights:
    shapes = [(H, D), (H, K), (H,), (K, H), (K,)]
    return OutputWeights(*(normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes)))


def by_hand(weights: OutputWeights, x: Tensor, first: Tensor, target: Tensor | None, mode: Feedback) -> np.ndarray:
    """Logits step by step in numpy; with a target, it is what goes back in."""
    U, W, b, V, c = (getattr(weights, name).numpy() for name in ("U", "W", "b", "V", "c"))
    y, found = first.numpy(), []
    for t, row in enumerate(x.numpy()):
        o = V @ np.tanh(U @ row + W @ y + b) + c
        found.append(o)
        if target is not None:
            y = target[t].numpy()
        else:
            p = np.exp(o) / np.exp(o).sum()
            y = {"logits": o, "probabilities": p, "symbol": np.eye(K)[o.argmax()]}[mode]
    return np.stack(found)


@given(st.integers(0, 10_000), st.integers(1, 5), st.sampled_from(MODES))
def test_both_modes_are_the_formula(seed: int, T: int, mode: Feedback) -> None:
    weights, x, first, target = network(seed), normal(seed + 5, T, D), simplex(seed + 6, K), simplex(seed + 7, T, K)
    assert_close(jordan.taught(weights, x, target, first).o, tensor(by_hand(weights, x, first, target, mode)), 1e-10)
    assert_close(jordan.free(weights, x, first, mode).o, tensor(by_hand(weights, x, first, None, mode)), 1e-10)


@given(st.integers(0, 10_000))
def test_taught_with_its_own_outputs_it_runs_free(seed: int) -> None:
    weights, x, first = network(seed), normal(seed + 5, 3, 5, D), simplex(seed + 6, K)
    own = jordan.free(weights, x, first)
    again = jordan.taught(weights, x, own.y, first)
    assert_close(again.o, own.o, 1e-11)
    assert_close(again.fed, own.fed, 1e-11)


def test_the_modes_differ_from_the_second_step() -> None:
    weights, x, first, target = network(1), normal(5, 4, D), simplex(6, K), simplex(7, 4, K)
    forced, own = jordan.taught(weights, x, target, first), jordan.free(weights, x, first)
    assert_close(forced.o[0], own.o[0])
    assert not torch.allclose(forced.o[1:], own.o[1:])


def test_taught_steps_are_decoupled() -> None:
    """Step t's loss depends on x(t) and y(t-1) alone: no gradient crosses a step. Running free, it does."""
    weights, target, first = network(1), F.one_hot(torch.tensor([0, 3, 1, 2]), K).double(), simplex(6, K)
    x = normal(5, 4, D).requires_grad_()
    for t in range(4):
        loss = -(target[t] * torch.log_softmax(jordan.taught(weights, x, target, first).o[t], dim=-1)).sum()
        (grown,) = torch.autograd.grad(loss, x)
        others = [k for k in range(4) if k != t]
        assert float(grown[others].abs().max()) == 0
        assert float(grown[t].abs().max()) > 0
    (grown,) = torch.autograd.grad(jordan.free(weights, x, first).o[3].sum(), x)
    assert float(grown[0].abs().max()) > 0


def test_instances_are_apart() -> None:
    many, x, first = network(1, 5), normal(6, 5, 4, D), simplex(7, 5, K)
    alone = OutputWeights(many.U[2], many.W[2], many.b[2], many.V[2], many.c[2])
    assert_close(jordan.free(many, x, first).o[2], jordan.free(alone, x[2], first[2]).o)
    target = simplex(8, 5, 4, K)
    assert_close(jordan.taught(many, x, target, first).o[2], jordan.taught(alone, x[2], target[2], first[2]).o)


def test_the_module_learns_a_cycle_and_goes_on_alone() -> None:
    """The symbols 0 1 2 3 again and again: taught, then free on its own symbols."""
    model = Jordan(1, 12, K, torch.Generator().manual_seed(0)).double()
    assert sum(each.numel() for each in model.parameters()) == jordan.parameter_count(1, 12, K)
    target = F.one_hot(torch.arange(1, 9) % K, K).double()
    x = torch.zeros(8, 1, dtype=torch.float64)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(120):
        optimizer.zero_grad()
        loss = -(target * torch.log_softmax(model(x, target), dim=-1)).sum(dim=-1).mean()
        loss.backward()
        optimizer.step()
    told = jordan.free(model.weights(), x, torch.zeros(K).double(), "symbol").o.argmax(dim=-1)
    assert told.tolist() == [1, 2, 3, 0, 1, 2, 3, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: replace(network(1), W=normal(1, H, H)), r"V has shape \(4, 3\), but .* outputs = 3, as in W"),
        (lambda: jordan.free(network(1), normal(1, 3, D), simplex(1, H)), r"first has shape \(3,\)"),
        (lambda: jordan.free(network(1), normal(1, 3, D), simplex(1, K), "none"), "feedback is 'none'"),  # type: ignore[arg-type]
        (lambda: jordan.taught(network(1), normal(1, 3, D), simplex(1, 2, K), simplex(1, K)), "T = 3, as in x"),
        (lambda: jordan.parameter_count(1, 0, 2), "hidden is 0"),
    ],
    ids=["weights", "first", "feedback", "target", "count"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_outputs(device: str, dtype: torch.dtype) -> None:
    weights, x, first = network(1), normal(5, 3, 4, D), simplex(6, K)
    names = ("U", "W", "b", "V", "c")
    there = OutputWeights(*(getattr(weights, name).to(device, dtype) for name in names))
    found = jordan.free(there, x.to(device, dtype), first.to(device, dtype))
    assert (found.o.device.type, found.o.dtype) == (device, dtype)
    assert_close(found.o.double(), jordan.free(weights, x, first).o, 1e-9 if dtype == torch.float64 else 1e-4)
