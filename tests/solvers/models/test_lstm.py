"""The LSTM and its variants: torch.nn.LSTM, onnxruntime, a scalar reference, autograd, and what gates promise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import lstm
from solvers.models.checks import BadInput
from solvers.models.lstm import Variant, Weights
from tests.solvers.models.data import assert_close, normal, tensor
from tests.solvers.models.gated import assert_causal, recall_error
from tests.solvers.models.onnx_cells import run_layer

VARIANTS = {
    "vanilla": Variant(),
    "NIG": Variant(input_gate=False),
    "NFG": Variant(forget_gate=False),
    "NOG": Variant(output_gate=False),
    "NIAF": Variant(input_activation=False),
    "NOAF": Variant(output_activation=False),
    "CIFG": Variant(coupled=True),
}
each_variant = pytest.mark.parametrize("name", VARIANTS)
each_peephole = pytest.mark.parametrize("peepholes", [False, True], ids=["plain", "peepholes"])


def network(seed: int, D: int = 2, H: int = 3, *leading: int, peepholes: bool = True) -> Weights:
    shapes = [(4, H, D), (4, H, H), (4, H), (3, H)]
    drawn = [0.6 * normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes)]
    return Weights(*drawn) if peepholes else Weights(*drawn[:3])


def full(seed: int, D: int = 2, H: int = 3, *leading: int) -> Weights:
    """With peepholes and full gate recurrence."""
    return replace(network(seed, D, H, *leading), R=0.6 * normal(seed + 4, *leading, 3, 3, H, H))


def by_hand(weights: Weights, x: Tensor, variant: Variant) -> Tensor:
    """h(1), …, h(T) of one instance, number by number."""
    U, W, b = weights.U.tolist(), weights.W.tolist(), weights.b.tolist()
    units, inputs = len(b[0]), len(U[0][0])
    P = [[0.0] * units] * 3 if weights.P is None else weights.P.tolist()

    def logistic(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    R = torch.zeros(3, 3, units, units).tolist() if weights.R is None else weights.R.tolist()

    def looks(gate: int, j: int, gates: list[list[float]]) -> float:
        return sum(R[gate][k][j][u] * gates[k][u] for k in range(3) for u in range(units))

    def step(
        row: list[float], h: list[float], c: list[float], gates: list[list[float]], j: int
    ) -> tuple[float, float, list[float]]:
        f, i, g, o = (
            sum(U[k][j][d] * row[d] for d in range(inputs)) + sum(W[k][j][u] * h[u] for u in range(units)) + b[k][j]
            for k in range(4)
        )
        write = logistic(i + P[1][j] * c[j] + looks(1, j, gates)) if variant.input_gate else 1.0
        keep = logistic(f + P[0][j] * c[j] + looks(0, j, gates)) if variant.forget_gate else 1.0
        keep = 1 - write if variant.coupled else keep
        cell = keep * c[j] + write * (math.tanh(g) if variant.input_activation else g)
        show = logistic(o + P[2][j] * cell + looks(2, j, gates)) if variant.output_gate else 1.0
        return cell, show * (math.tanh(cell) if variant.output_activation else cell), [keep, write, show]

    h, c, states = [0.0] * units, [0.0] * units, []
    gates = [[0.0] * units] * 3
    for row in x.tolist():
        new = [step(row, h, c, gates, j) for j in range(units)]
        c, h = [each[0] for each in new], [each[1] for each in new]
        gates = [[each[2][k] for each in new] for k in range(3)]
        states.append(h)
    return tensor(states)


@each_variant
@each_peephole
def test_every_variant_is_its_formula(name: str, peepholes: bool) -> None:
    weights, x = network(1, peepholes=peepholes), normal(9, 5, 2)
    run = lstm.forward(weights, x, VARIANTS[name])
    assert_close(run.h[1:], by_hand(weights, x, VARIANTS[name]), 1e-13)


@each_variant
def test_full_gate_recurrence_is_its_formula(name: str) -> None:
    weights, x = full(1), normal(9, 5, 2)
    run = lstm.forward(weights, x, VARIANTS[name])
    assert_close(run.h[1:], by_hand(weights, x, VARIANTS[name]), 1e-13)
    assert float((run.h - lstm.forward(replace(weights, R=None), x, VARIANTS[name]).h).abs().max()) > 1e-3


def test_gates_that_do_not_look_at_gates_are_the_plain_network() -> None:
    weights, x = network(1), normal(9, 4, 5, 2)
    silent = replace(weights, R=torch.zeros(3, 3, 3, 3, dtype=torch.float64))
    assert_close(lstm.forward(silent, x).h, lstm.forward(weights, x).h, 1e-15)


def test_torch_runs_the_same_states() -> None:
    """Gates of nn.LSTM stand in the order i, f, c̃, o; its second bias is zero here (C11)."""
    weights, x = network(1, peepholes=False), normal(2, 5, 6, 2)
    theirs = torch.nn.LSTM(2, 3, batch_first=True, dtype=torch.float64)
    order = [lstm.I, lstm.F, lstm.G, lstm.O]
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
    ours = {name: each[order].flatten(0, 1) for name, each in zip(names, weights.tensors(), strict=True)}
    theirs.load_state_dict({**ours, "bias_hh_l0": torch.zeros(12, dtype=torch.float64)})
    h, c = normal(3, 5, 3), normal(4, 5, 3)
    run = lstm.forward(weights, x, h=h, c=c)
    expected, (_, last) = theirs(x, (h[None], c[None]))
    assert_close(run.h[:, 1:], expected)
    assert_close(run.c[:, -1], last[0])
    assert sum(each.numel() for each in theirs.parameters()) == lstm.parameter_count(2, 3, biases=2)


@pytest.mark.parametrize("leading", [(), (4,), (2, 3)])
def test_the_library_s_kernel_runs_the_same_states(leading: tuple[int, ...]) -> None:
    """Values and gradients; the module takes the kernel where it can."""
    x = normal(2, *leading, 6, 2)
    parts = [each.requires_grad_() for each in network(1, peepholes=False).tensors()]
    weights = Weights(*parts)
    slow, fast = lstm.forward(weights, x).h[..., 1:, :], lstm.by_library(weights, x)
    assert_close(fast, slow, 1e-12)
    for ours, theirs in zip(
        torch.autograd.grad(fast.square().sum(), parts), torch.autograd.grad(slow.square().sum(), parts), strict=True
    ):
        assert_close(ours, theirs, 1e-10)


@pytest.mark.parametrize("variant", [Variant(), Variant(coupled=True)])
@pytest.mark.parametrize("fgr", [False, True], ids=["plain", "full"])
@each_peephole
def test_the_module_is_the_formula(variant: Variant, peepholes: bool, fgr: bool) -> None:
    generator = torch.Generator().manual_seed(1)
    model = lstm.Lstm(2, 3, variant, peepholes=peepholes, full=fgr, generator=generator).double()
    assert sum(each.numel() for each in model.parameters()) == lstm.parameter_count(2, 3, peepholes=peepholes, full=fgr)
    if model.R is not None:
        model.R.data.copy_(normal(5, 3, 3, 3, 3))
    x = normal(2, 4, 6, 2)
    assert_close(model(x), lstm.forward(model.weights(), x, variant).h[:, 1:], 1e-12)


ONNX: dict[str, dict[str, object]] = {
    "vanilla": {},
    "CIFG": {"input_forget": 1},
    "NIAF": {"activations": ["Sigmoid", "Affine", "Tanh"], "activation_alpha": [1.0], "activation_beta": [0.0]},
    "NOAF": {"activations": ["Sigmoid", "Tanh", "Affine"], "activation_alpha": [1.0], "activation_beta": [0.0]},
}


@pytest.mark.parametrize("name", ONNX)
@each_peephole
def test_onnxruntime_runs_the_same_states(name: str, peepholes: bool) -> None:
    """Gates of ONNX stand in the order i, o, f, c̃, its peepholes i, o, f; it computes in float32."""
    weights, x = network(1, peepholes=peepholes), normal(9, 6, 4, 2)  # (T, N, D)
    order = [lstm.I, lstm.O, lstm.F, lstm.G]
    U, W, b = (each[order].flatten(0, 1)[None] for each in (weights.U, weights.W, weights.b))
    inputs = {"X": x, "W": U, "R": W, "B": torch.cat([b, torch.zeros_like(b)], dim=-1)}
    if weights.P is not None:
        inputs["P"] = weights.P[[lstm.P_I, lstm.P_O, lstm.P_F]].flatten()[None]
    expected = run_layer("LSTM", inputs, 3, **ONNX[name])
    run = lstm.forward(weights, x.transpose(0, 1), VARIANTS[name])
    assert_close(run.h[:, 1:].transpose(0, 1), expected, 1e-6)


@each_variant
@each_peephole
def test_bptt_is_autograd(name: str, peepholes: bool) -> None:
    """Every gradient of Σ (upstream ⊙ h), first states and inputs among them; gates left out have none."""
    variant, weights = VARIANTS[name], network(1, 2, 3, 4, peepholes=peepholes)
    leaves = [*weights.tensors(), normal(9, 4, 5, 2), normal(10, 4, 3), normal(11, 4, 3)]
    leaves = [each.requires_grad_() for each in leaves]
    *parts, x, h, c = leaves
    upstream = normal(12, 4, 5, 3)
    run = lstm.forward(Weights(*parts), x, variant, h, c)
    grown = torch.autograd.grad((upstream * run.h[:, 1:]).sum(), leaves, allow_unused=True, materialize_grads=True)
    with torch.no_grad():
        found = lstm.backward(weights, run, upstream, variant)
    for ours, theirs in zip([*found.weights.tensors(), found.x, found.h, found.c], grown, strict=True):
        assert_close(ours, theirs, 1e-12)


@each_variant
def test_bptt_of_full_gate_recurrence_is_autograd(name: str) -> None:
    variant, weights, x, upstream = VARIANTS[name], full(1, 2, 3, 4), normal(9, 4, 5, 2), normal(12, 4, 5, 3)
    leaves = [each.requires_grad_() for each in weights.tensors()]
    run = lstm.forward(Weights(*leaves), x, variant)
    grown = torch.autograd.grad((upstream * run.h[:, 1:]).sum(), leaves, allow_unused=True, materialize_grads=True)
    with torch.no_grad():
        found = lstm.backward(weights, run, upstream, variant)
    assert len(grown) == 5
    for ours, theirs in zip(found.weights.tensors(), grown, strict=True):
        assert_close(ours, theirs, 1e-12)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 4), st.integers(1, 6), st.sampled_from(list(VARIANTS)))
def test_bptt_is_autograd_at_any_size(seed: int, D: int, H: int, T: int, name: str) -> None:
    weights, x, upstream = network(seed, D, H), normal(seed + 8, 3, T, D), normal(seed + 9, 3, T, H)
    found = lstm.backward(weights, lstm.forward(weights, x, VARIANTS[name]), upstream, VARIANTS[name])
    leaves = [each.clone().requires_grad_() for each in weights.tensors()]
    run = lstm.forward(Weights(*leaves), x, VARIANTS[name])
    grown = torch.autograd.grad((upstream * run.h[:, 1:]).sum(), leaves, allow_unused=True, materialize_grads=True)
    for ours, theirs in zip(found.weights.tensors(), grown, strict=True):
        assert_close(ours.sum(dim=0), theirs, 1e-10)  # shared weights: ours has a gradient an instance


@pytest.mark.parametrize("leading", [(), (4,), (2, 3)])
def test_the_sum_over_instances_is_the_sum_of_their_gradients(leading: tuple[int, ...]) -> None:
    weights, x, upstream = full(1), normal(2, *leading, 5, 2), normal(3, *leading, 5, 3)
    run = lstm.forward(weights, x)
    each, total = lstm.backward(weights, run, upstream), lstm.backward(weights, run, upstream, total=True)
    for one, whole in zip(each.weights.tensors(), total.weights.tensors(), strict=True):
        assert_close(one.sum(dim=tuple(range(len(leading)))) if leading else one, whole, 1e-12)
    assert_close(each.x, total.x, 1e-15)


def test_gradcheck() -> None:
    x = normal(2, 3, 2)

    def objective(*leaves: Tensor) -> Tensor:
        return lstm.forward(Weights(*leaves), x).h[1:].square().sum()

    assert torch.autograd.gradcheck(objective, [each.requires_grad_() for each in network(1, 2, 2).tensors()])


def test_bptt_is_central_differences() -> None:
    """A route without autograd: the scalar reference, nudged weight by weight."""
    weights, x, upstream, step = network(3, 1, 2), normal(4, 3, 1), normal(5, 3, 2), 1e-6
    found = lstm.backward(weights, lstm.forward(weights, x), upstream).weights
    for name, gradient in zip(("U", "W", "b", "P"), found.tensors(), strict=True):
        for place in range(gradient.numel()):
            bump = torch.zeros_like(gradient).flatten()
            bump[place] = step
            up, down = (
                float((upstream * by_hand(_bumped(weights, name, sign * bump), x, Variant())).sum()) for sign in (1, -1)
            )
            assert float(gradient.flatten()[place]) == pytest.approx((up - down) / (2 * step), abs=1e-8)


def _bumped(weights: Weights, name: str, bump: Tensor) -> Weights:
    old: Tensor = getattr(weights, name)
    return replace(weights, **{name: old + bump.reshape(old.shape)})


@each_variant
def test_a_missing_gate_is_an_open_gate(name: str) -> None:
    """With its bias at +40 a gate is 1 to fifteen places: the variant without it is the limit."""
    gate = {"NIG": lstm.I, "NFG": lstm.F, "NOG": lstm.O}.get(name)
    weights, x = network(1, peepholes=False), normal(9, 5, 2)
    if gate is None:
        assert not torch.equal(lstm.forward(weights, x, VARIANTS[name]).gates, lstm.forward(weights, -x).gates)
        return
    open_bias = weights.b.clone()
    open_bias[gate] = 60.0
    wide = lstm.forward(replace(weights, b=open_bias), x)
    assert_close(lstm.forward(weights, x, VARIANTS[name]).h, wide.h, 1e-12)


def test_the_carousel_is_the_derivative_with_gates_held() -> None:
    """W = 0: gates do not see the state, so ∂c(T)/∂c(k) is exactly Π f."""
    weights, x = network(1, peepholes=False), normal(9, 5, 2)
    weights = replace(weights, W=torch.zeros_like(weights.W))
    run = lstm.forward(weights, x)

    def last_cell(c: Tensor) -> Tensor:
        return lstm.forward(weights, x[2:], c=c).c[-1]

    expected = torch.autograd.functional.jacobian(last_cell, run.c[2])
    assert_close(torch.diag(lstm.carousel(run, 5, 2)), expected)
    assert_close(lstm.carousel(run, 3, 3), torch.ones(3, dtype=torch.float64))


def test_closed_forget_and_input_gates_keep_the_cell() -> None:
    """f = 1, i = 0: the cell remembers for ever."""
    weights = network(1, peepholes=False)
    bias = weights.b.clone()
    bias[lstm.F], bias[lstm.I] = 80.0, -80.0
    run = lstm.forward(replace(weights, b=bias), normal(9, 50, 2), c=tensor([0.3, -0.7, 2.0]))
    assert_close(run.c[-1], tensor([0.3, -0.7, 2.0]))


@given(st.integers(0, 1_000), st.integers(0, 4))
def test_the_past_does_not_see_the_future(seed: int, t: int) -> None:
    weights = network(seed)
    assert_causal(lambda x: lstm.forward(weights, x).h, normal(seed + 7, 5, 2), t)


def test_a_run_in_two_pieces_is_the_same_run() -> None:
    weights, x = network(1), normal(2, 4, 7, 2)
    whole, first = lstm.forward(weights, x), lstm.forward(weights, x[:, :3])
    second = lstm.forward(weights, x[:, 3:], h=first.h[:, -1], c=first.c[:, -1])
    assert_close(whole.h[:, 3:], second.h)


def test_one_instance_is_a_batch_of_one() -> None:
    weights, x = network(1, 2, 3, 5), normal(2, 5, 4, 2)
    run, found = lstm.forward(weights, x), lstm.backward(weights, lstm.forward(weights, x), normal(3, 5, 4, 3))
    alone = Weights(*(each[2] for each in weights.tensors()))
    assert_close(lstm.forward(alone, x[2]).h, run.h[2])
    single = lstm.backward(alone, lstm.forward(alone, x[2]), normal(3, 5, 4, 3)[2])
    assert_close(single.weights.U, found.weights.U[2])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 4 * 20 * 31),
        ({"biases": 2}, 2560),
        ({"peepholes": True}, 4 * 20 * 31 + 60),
        ({"full": True}, 4 * 20 * 31 + 3600),
        ({"gates": 3, "biases": 2}, 1920),
    ],
    ids=["notes", "torch", "peepholes", "full", "gru"],
)
def test_parameter_counts(options: dict[str, int], expected: int) -> None:
    assert lstm.parameter_count(10, 20, **options) == expected  # type: ignore[arg-type]


def test_the_module_learns_to_recall() -> None:
    generator = torch.Generator().manual_seed(0)
    model = lstm.Lstm(1, 6, peepholes=True, generator=generator).double()
    assert recall_error(model, 8, generator, rate=0.03) < 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Weights(normal(1, 3, 3, 2), normal(1, 3, 3, 3), normal(1, 3, 3)), "U stacks 3 gates, but 4"),
        (lambda: replace(network(1), P=normal(1, 4, 3)), "P stacks 4 rows, but 3"),
        (lambda: replace(network(1), R=normal(1, 3, 4, 3, 3)), r"R stacks \(3, 4\) matrices, but \(3, 3\)"),
        (lambda: lstm.forward(network(1), normal(1, 3, 5)), r"x has shape \(3, 5\), but .* inputs = 2, as in U"),
        (lambda: Variant(coupled=True, input_gate=False), "Coupled gates need both"),
        (lambda: lstm.carousel(lstm.forward(network(1), normal(1, 3, 2)), 4, 1), "later is 4, but a state from 1 to 3"),
        (
            lambda: lstm.backward(
                network(1, 2, 3, 4),
                lstm.forward(network(1, 2, 3, 4), normal(1, 4, 5, 2)),
                normal(2, 4, 5, 3),
                total=True,
            ),
            "no sum over instances",
        ),
        (lambda: lstm.parameter_count(0, 3), "inputs is 0"),
        (lambda: lstm.by_library(network(1), normal(1, 3, 2)), "full recurrence or instance axes"),
    ],
    ids=["gates", "peepholes", "recurrence", "inputs", "variant", "state", "sum", "count", "kernel"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_gradients(device: str, dtype: torch.dtype) -> None:
    weights, x, upstream = network(1), normal(2, 8, 6, 2), normal(3, 8, 6, 3)
    there = Weights(*(each.to(device, dtype) for each in weights.tensors()))
    found = lstm.backward(there, lstm.forward(there, x.to(device, dtype)), upstream.to(device, dtype))
    expected = lstm.backward(weights, lstm.forward(weights, x), upstream)
    assert (found.x.device.type, found.x.dtype) == (device, dtype)
    tolerance = 1e-9 if dtype == torch.float64 else 1e-4
    for ours, theirs in zip(found.weights.tensors(), expected.weights.tensors(), strict=True):
        assert_close(ours.double(), theirs, tolerance)
