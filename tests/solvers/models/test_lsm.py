"""Liquid state machines: spike trains by hand and by snntorch, synapses in closed form, the liquid by neuron."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import esn, lsm
from solvers.models.checks import BadInput
from solvers.models.lsm import Liquid, Neuron, Synapse
from tests.solvers.models.data import assert_close, bits, normal, tensor, uniform

RESETS: list[Literal["zero", "subtract"]] = ["zero", "subtract"]
seeds = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("neuron", "expected"),
    [
        (Neuron(0.5, 1.0), [0, 1, 0, 0, 1]),
        (Neuron(1.0, 1.0, "subtract"), [0, 1, 1, 0, 1]),
        (Neuron(0.5, 1.0, "zero", "above"), [0, 1, 0, 0, 0]),
        (Neuron(1.0, 1.0), [0, 1, 0, 1, 0]),
    ],
    ids=["zero", "subtract", "above", "no leak"],
)
def test_spike_trains_by_hand(neuron: Neuron, expected: list[int]) -> None:
    """Currents 3/4, 1, 1/2, 1/2, 5/8; with half of V kept it just reaches 1 at the end."""
    current = tensor([0.75, 1, 0.5, 0.5, 0.625])
    assert lsm.spike_train(neuron, current)[1].tolist() == expected


@given(st.lists(st.integers(-4, 12), min_size=1, max_size=12), st.integers(0, 4), st.sampled_from(RESETS))
def test_trains_are_exact_fractions(eighths: list[int], quarters: int, reset: Literal["zero", "subtract"]) -> None:
    """Dyadic leaks and currents: fractions decide every tie at the threshold as the floats do."""
    beta, V, spikes = Fraction(quarters, 4), Fraction(0), []
    for each in eighths:
        V = beta * V + Fraction(each, 8)
        spikes.append(int(V >= 1))
        V = (Fraction(0) if reset == "zero" else V - 1) if V >= 1 else V
    found = lsm.spike_train(Neuron(float(beta), 1.0, reset), tensor(eighths) / 8)[1]
    assert found.tolist() == spikes


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_snntorch_fires_the_same(reset: Literal["zero", "subtract"], beta: float) -> None:
    """Theirs fires above the threshold only, and computes in float32; its reset is made at once, as ours."""
    spiking = pytest.importorskip("snntorch", reason="the oracle snntorch is not installed")
    theirs = spiking.Leaky(beta=beta, reset_mechanism=reset, reset_delay=False)
    current = uniform(4, 40, 3)
    memory, trains, after = torch.zeros(3), [], []
    for row in current.float():
        fired, memory = theirs(row, memory)
        trains.append(fired)
        after.append(memory)
    neuron, state = Neuron(beta, 1.0, reset, "above"), torch.zeros(3, dtype=torch.float64)
    for row, fired, left in zip(current, trains, after, strict=True):
        _, spikes, state = lsm.neuron_step(neuron, state, row)
        assert spikes.tolist() == fired.tolist()
        assert_close(state, left.double(), 1e-5)
    assert 0 < float(torch.stack(trains).mean()) < 1


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.floats(0.1, 1), st.floats(1, 20), st.floats(1, 20))
def test_synapses_are_markrams_recursion_between_spikes(
    gaps: list[int], utilisation: float, facilitation: float, depression: float
) -> None:
    """u(n+1) = U + u(n)(1 - U) e^(-Δ/F), R(n+1) = 1 + (R(n) - u(n) R(n) - 1) e^(-Δ/D), from spike to spike."""
    synapse = Synapse(utilisation, facilitation, depression)
    u, R = tensor(utilisation), tensor(1.0)
    exact_u, exact_R = utilisation, 1.0
    for gap in gaps:
        for k in range(gap):
            u, R = lsm.synapse_step(synapse, u, R, tensor(float(k == 0)))
        exact_u, exact_R = (
            utilisation + exact_u * (1 - utilisation) * math.exp(-gap / facilitation),
            1 + (exact_R - exact_u * exact_R - 1) * math.exp(-gap / depression),
        )
        assert_close(torch.stack([u, R]), tensor([exact_u, exact_R]), 1e-10)


@given(seeds)
def test_reservoirpy_s_liquid_fires_the_same(seed: int) -> None:
    """Theirs lets what arrives leak as well, β (V' + I), and fires one step later, above the threshold only."""
    nodes = pytest.importorskip("reservoirpy.nodes", reason="the oracle reservoirpy is not installed")
    beta, W, U, x = 0.8, 0.8 * normal(seed, 5, 5), 2 * uniform(seed + 1, 5, 2), uniform(seed + 2, 20, 2)
    theirs = nodes.LIF(lr=1 - beta, threshold=1.0, W=W.numpy(), Win=U.numpy()).run(x.numpy())
    ours = lsm.forward(Liquid(beta * U, beta * W, Neuron(beta, 1.0, "zero", "above")), x)
    assert_close(ours.spikes[:-1], torch.from_numpy(theirs)[1:], 0)


def liquid(seed: int, D: int = 2, H: int = 5, *leading: int, synapse: Synapse | None = None) -> Liquid:
    return Liquid(2 * uniform(seed, *leading, H, D), 0.8 * normal(seed + 1, *leading, H, H), Neuron(0.8), synapse, 0.7)


@given(seeds, st.sampled_from([None, Synapse(0.4, 3.0, 8.0)]))
def test_the_liquid_is_its_neurons(seed: int, synapse: Synapse | None) -> None:
    one, x = liquid(seed, synapse=synapse), bits(seed + 2, 8, 2)
    run = lsm.forward(one, x)
    U, W, H = one.U.tolist(), one.W.tolist(), 5
    V, sent, trace = [0.0] * H, [0.0] * H, [0.0] * H
    u, R = [1.0 if synapse is None else synapse.utilisation] * H, [1.0] * H
    for t, row in enumerate(x.tolist()):
        drive = [sum(a * b for a, b in zip(U[j], row, strict=True)) for j in range(H)]
        V = [0.8 * V[j] + drive[j] + sum(W[j][k] * sent[k] for k in range(H)) for j in range(H)]
        s = [float(value >= 1) for value in V]
        assert_close(run.potential[t], tensor(V), 1e-9)
        V = [0.0 if spike else value for spike, value in zip(s, V, strict=True)]
        sent = [u[j] * R[j] * s[j] for j in range(H)]
        trace = [0.7 * trace[j] + s[j] for j in range(H)]
        assert_close(run.trace[t], tensor(trace), 1e-9)
        assert_close(run.efficacy[t], tensor([u[j] * R[j] for j in range(H)]), 1e-9)
        if synapse is not None:
            R, u = (
                [1 + (R[j] - s[j] * u[j] * R[j] - 1) * math.exp(-1 / 8) for j in range(H)],
                [0.4 + (u[j] + s[j] * 0.4 * (1 - u[j]) - 0.4) * math.exp(-1 / 3) for j in range(H)],
            )


def test_depressing_synapses_tire() -> None:
    """A neuron that fires at every step uses up its synapses; with none to tire they stay at 1."""
    steady = torch.ones(30, 1, dtype=torch.float64)
    one = Liquid(tensor([[2]]), tensor([[0]]), synapse=Synapse(0.5, 1.0, 20.0))
    efficacy = lsm.forward(one, steady).efficacy.flatten()
    assert bool((efficacy.diff()[1:] < 1e-12).all())
    assert float(efficacy[-1]) < 0.2 * float(efficacy[0])
    assert lsm.forward(Liquid(tensor([[2]]), tensor([[0]])), steady).efficacy.unique().tolist() == [1.0]


def test_different_inputs_are_kept_apart_and_equal_ones_are_not() -> None:
    one = liquid(1, 1, 30)
    x = bits(2, 20, 1)
    changed = x.clone()
    changed[5] = 1 - changed[5]
    apart = lsm.separation(lsm.forward(one, x), lsm.forward(one, changed))
    assert float(apart[:5].abs().max()) == 0
    assert float(apart[5:10].max()) > 0.5


def test_instances_are_apart() -> None:
    many, x = liquid(1, 2, 5, 3, synapse=Synapse()), bits(4, 3, 6, 2)
    alone = Liquid(many.U[1], many.W[1], many.neuron, many.synapse, many.decay)
    assert_close(lsm.forward(many, x).trace[1], lsm.forward(alone, x[1]).trace)
    assert_close(lsm.forward(alone, x).trace[2], lsm.forward(alone, x[2]).trace)


def test_a_linear_readout_of_the_trace_recalls_the_last_inputs() -> None:
    generator = torch.Generator().manual_seed(0)
    U = 3 * torch.rand(60, 1, generator=generator, dtype=torch.float64)
    W = 0.1 * torch.randn(60, 60, generator=generator, dtype=torch.float64)
    x = bits(3, 400, 1)
    trace = lsm.forward(Liquid(U, W, Neuron(0.7), decay=0.5), x).trace

    def error(delay: int) -> Tensor:
        seen, past = trace[10:], x[10 - delay : len(x) - delay]
        told = esn.ridge(seen[:300], past[:300], 1e-2)(seen[300:])
        return ((told > 0.5) != (past[300:] > 0.5)).double().mean()

    assert float(error(0)) < 0.05
    assert float(error(1)) < 0.2  # chance is one half


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Neuron(1.5), r"beta is 1\.5"),
        (lambda: Neuron(0.5, 0.0), r"threshold is 0\.0"),
        (lambda: Synapse(0.0), r"utilisation is 0\.0"),
        (lambda: Liquid(normal(1, 3, 2), normal(2, 3, 3), decay=1.0), "decay is 1.0"),
        (lambda: Liquid(normal(1, 3, 2), normal(2, 2, 2)), r"W has shape \(2, 2\)"),
        (lambda: lsm.forward(liquid(1), normal(1, 4, 3)), r"x has shape \(4, 3\)"),
    ],
    ids=["leak", "threshold", "synapse", "decay", "weights", "inputs"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_spikes_the_same(device: str) -> None:
    one, x = liquid(1, synapse=Synapse()), bits(2, 8, 2)
    there = Liquid(one.U.to(device), one.W.to(device), one.neuron, one.synapse, one.decay)
    found = lsm.forward(there, x.to(device))
    assert found.spikes.device.type == device
    assert_close(found.trace, lsm.forward(one, x).trace, 1e-9)
