"""The gated recurrent unit in all its forms: torch.nn.GRU, onnxruntime, a scalar reference, autograd."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import cast

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import gru
from solvers.models.checks import BadInput
from solvers.models.gru import Variant, Weights
from tests.solvers.models.data import assert_close, normal, tensor
from tests.solvers.models.gated import assert_causal, recall_error
from tests.solvers.models.onnx_cells import run_layer

FLAGS = list(product(("sigmoid", "tanh"), ("before", "after"), ("old", "new")))
each_variant = pytest.mark.parametrize("flags", FLAGS, ids="-".join)


def variant_of(flags: tuple[str, ...]) -> Variant:
    return Variant(*flags)  # type: ignore[arg-type]


def network(seed: int, D: int = 2, H: int = 3, *leading: int) -> Weights:
    shapes = [(3, H, D), (3, H, H), (3, H)]
    U, W, b = (0.8 * normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes))
    return Weights(U, W, b)


def by_hand(weights: Weights, x: Tensor, variant: Variant) -> Tensor:
    """h(1), …, h(T) of one instance, number by number."""
    U, W, b = weights.U.tolist(), weights.W.tolist(), weights.b.tolist()
    units = range(len(b[0]))

    def logistic(value: float) -> float:
        return 1 / (1 + math.exp(-value))

    def drive(gate: int, j: int, row: list[float]) -> float:
        return sum(u * each for u, each in zip(U[gate][j], row, strict=True)) + cast(float, b[gate][j])

    h, states = [0.0 for _ in units], []
    for row in x.tolist():
        z = [logistic(drive(0, j, row) + sum(W[0][j][k] * h[k] for k in units)) for j in units]
        r = [logistic(drive(1, j, row) + sum(W[1][j][k] * h[k] for k in units)) for j in units]
        new = []
        for j in units:
            if variant.reset == "before":
                net = drive(2, j, row) + sum(W[2][j][k] * r[k] * h[k] for k in units)
            else:
                net = drive(2, j, row) + r[j] * sum(W[2][j][k] * h[k] for k in units)
            candidate = logistic(net) if variant.candidate == "sigmoid" else math.tanh(net)
            old, fresh = (h[j], candidate) if variant.update == "old" else (candidate, h[j])
            new.append(z[j] * old + (1 - z[j]) * fresh)
        h = new
        states.append(h)
    return tensor(states)


@each_variant
def test_every_variant_is_its_formula(flags: tuple[str, ...]) -> None:
    weights, x = network(1), normal(9, 5, 2)
    assert_close(gru.forward(weights, x, variant_of(flags)).h[1:], by_hand(weights, x, variant_of(flags)), 1e-13)


def test_torch_runs_the_same_states() -> None:
    """nn.GRU resets after the product; its gates stand in the order r, z, n, its second bias is zero here."""
    weights, x, start = network(1), normal(2, 5, 6, 2), normal(3, 5, 3)
    theirs = torch.nn.GRU(2, 3, batch_first=True, dtype=torch.float64)
    order = [gru.R, gru.Z, gru.N]
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
    ours = {name: each[order].flatten(0, 1) for name, each in zip(names, weights.tensors(), strict=True)}
    theirs.load_state_dict({**ours, "bias_hh_l0": torch.zeros(9, dtype=torch.float64)})
    assert_close(gru.forward(weights, x, gru.CUDNN, start).h[:, 1:], theirs(x, start[None])[0])
    assert sum(each.numel() for each in theirs.parameters()) == gru.parameter_count(2, 3, biases=2)


@each_variant
def test_onnxruntime_runs_the_same_states(flags: tuple[str, ...]) -> None:
    """ONNX keeps the old state by z; turning the sign of z's weights exchanges the roles, as 1 - σ(a) = σ(-a)."""
    variant, x = variant_of(flags), normal(9, 6, 4, 2)  # (T, N, D)
    sign = tensor([1 if variant.update == "old" else -1, 1, 1])
    weights = network(1)
    U, W = (each * sign[:, None, None] for each in (weights.U, weights.W))
    b = (weights.b * sign[:, None]).flatten()[None]
    inputs = {"X": x, "W": U.flatten(0, 1)[None], "R": W.flatten(0, 1)[None]}
    inputs["B"] = torch.cat([b, torch.zeros_like(b)], dim=-1)
    functions = ["Sigmoid", variant.candidate.capitalize()]
    expected = run_layer("GRU", inputs, 3, activations=functions, linear_before_reset=int(variant.reset == "after"))
    assert_close(gru.forward(weights, x.transpose(0, 1), variant).h[:, 1:].transpose(0, 1), expected, 1e-6)


@each_variant
def test_bptt_is_autograd(flags: tuple[str, ...]) -> None:
    variant, weights = variant_of(flags), network(1, 2, 3, 4)
    leaves = [*weights.tensors(), normal(9, 4, 5, 2), normal(10, 4, 3)]
    U, W, b, x, start = (each.requires_grad_() for each in leaves)
    upstream = normal(12, 4, 5, 3)
    run = gru.forward(Weights(U, W, b), x, variant, start)
    grown = torch.autograd.grad((upstream * run.h[:, 1:]).sum(), leaves)
    with torch.no_grad():
        found = gru.backward(weights, run, upstream, variant)
    for ours, theirs in zip([*found.weights.tensors(), found.x, found.h], grown, strict=True):
        assert_close(ours, theirs, 1e-12)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 4), st.integers(1, 6), st.sampled_from(FLAGS))
def test_shared_weights_give_a_gradient_an_instance(seed: int, D: int, H: int, T: int, flags: tuple[str, ...]) -> None:
    weights, variant = network(seed, D, H), variant_of(flags)
    x, upstream = normal(seed + 8, 3, T, D), normal(seed + 9, 3, T, H)
    found = gru.backward(weights, gru.forward(weights, x, variant), upstream, variant)
    U, W, b = leaves = [each.clone().requires_grad_() for each in weights.tensors()]
    states = gru.forward(Weights(U, W, b), x, variant).h[:, 1:]
    for ours, theirs in zip(
        found.weights.tensors(), torch.autograd.grad((upstream * states).sum(), leaves), strict=True
    ):
        assert_close(ours.sum(dim=0), theirs, 1e-10)
    alone = gru.backward(weights, gru.forward(weights, x[1], variant), upstream[1], variant)
    assert_close(found.weights.W[1], alone.weights.W, 1e-11)


def test_gradcheck() -> None:
    x = normal(2, 3, 2)

    def objective(U: Tensor, W: Tensor, b: Tensor) -> Tensor:
        return gru.forward(Weights(U, W, b), x).h[1:].square().sum()

    assert torch.autograd.gradcheck(objective, [each.requires_grad_() for each in network(1, 2, 2).tensors()])


@given(st.integers(0, 1_000))
def test_one_unit_does_not_care_where_the_reset_stands(seed: int) -> None:
    """H = 1: w (r h') = r (w h'), so the forms of the notes and of cuDNN differ only from two units on."""
    weights, x = network(seed, 2, 1), normal(seed + 7, 4, 2)
    before, after = (gru.forward(weights, x, Variant("tanh", where)).h for where in ("before", "after"))
    assert_close(before, after)
    wide = network(seed, 2, 3)
    assert not torch.equal(
        gru.forward(wide, x, Variant("tanh", "before")).h, gru.forward(wide, x, Variant("tanh", "after")).h
    )


@pytest.mark.parametrize(("update", "bias"), [("old", 80.0), ("new", -80.0)])
def test_a_saturated_update_gate_keeps_the_state(update: str, bias: float) -> None:
    weights, start = network(1), tensor([0.3, -0.7, 2.0])
    held = weights.b.clone()
    held[gru.Z] = bias
    run = gru.forward(
        Weights(weights.U, weights.W, held), normal(9, 30, 2), variant_of(("tanh", "before", update)), start
    )
    assert_close(run.h[-1], start)


@given(st.integers(0, 1_000), st.integers(0, 4))
def test_the_past_does_not_see_the_future(seed: int, t: int) -> None:
    weights = network(seed)
    assert_causal(lambda x: gru.forward(weights, x).h, normal(seed + 7, 5, 2), t)


def test_parameter_counts() -> None:
    assert (gru.parameter_count(10, 20, biases=2), gru.parameter_count(10, 20)) == (1920, 1860)


def test_the_module_learns_to_recall() -> None:
    generator = torch.Generator().manual_seed(0)
    model = gru.Gru(1, 6, Variant("tanh"), generator).double()
    assert recall_error(model, 5, generator, rate=0.04) < 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Weights(normal(1, 4, 3, 2), normal(1, 4, 3, 3), normal(1, 4, 3)), "U stacks 4 gates, but 3"),
        (lambda: gru.forward(network(1), normal(1, 3, 5)), r"x has shape \(3, 5\), but .* inputs = 2, as in U"),
        (lambda: variant_of(("relu", "before", "old")), "candidate is 'relu', but one of 'sigmoid', 'tanh'"),
        (lambda: variant_of(("tanh", "never", "old")), "reset is 'never'"),
        (lambda: variant_of(("tanh", "before", "half")), "update is 'half'"),
        (lambda: gru.parameter_count(2, 3, biases=3), "biases is 3"),
    ],
    ids=["gates", "inputs", "candidate", "reset", "update", "biases"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_gradients(device: str, dtype: torch.dtype) -> None:
    weights, x, upstream = network(1), normal(2, 8, 6, 2), normal(3, 8, 6, 3)
    U, W, b = (each.to(device, dtype) for each in weights.tensors())
    there = Weights(U, W, b)
    found = gru.backward(there, gru.forward(there, x.to(device, dtype)), upstream.to(device, dtype))
    expected = gru.backward(weights, gru.forward(weights, x), upstream)
    assert (found.x.device.type, found.x.dtype) == (device, dtype)
    assert_close(found.weights.W.double(), expected.weights.W, 1e-9 if dtype == torch.float64 else 1e-4)
