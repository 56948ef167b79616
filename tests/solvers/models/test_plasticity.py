"""Intrinsic plasticity: the rules are gradients and reservoirpy's; adapted neurons follow the wanted law."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import esn, plasticity
from solvers.models.checks import BadInput
from solvers.models.plasticity import Rule
from tests.solvers.models.data import assert_close, normal, tensor, uniform


def sample_divergence(net: Tensor, gain: Tensor, b: Tensor, unit: str, rule: Rule) -> Tensor:
    """log density of y, less its wanted log density: -log |dy/dnet| + y/μ, or + (y-μ)²/2σ², up to constants."""
    z = gain * net + b
    if unit == "sigmoid":
        y = torch.sigmoid(z)
        return -torch.log(gain * y * (1 - y)) + y / rule.mean
    y = torch.tanh(z)
    return -torch.log(gain * (1 - y**2)) + (y - rule.mean) ** 2 / (2 * rule.deviation**2)


@given(st.integers(0, 10_000), st.sampled_from(["sigmoid", "tanh"]), st.floats(0.05, 0.9), st.floats(0.2, 2))
def test_the_rule_descends_the_divergence(seed: int, unit: str, mean: float, deviation: float) -> None:
    rule, net = Rule(0.01, mean, deviation), normal(seed, 3, 4)
    gain, b = (0.5 + uniform(seed + 1, 3, 4)).requires_grad_(), normal(seed + 2, 3, 4).requires_grad_()
    grown = torch.autograd.grad(sample_divergence(net, gain, b, unit, rule).sum(), (gain, b))
    found = plasticity.step(net, gain, b, unit, rule)
    assert_close(found.gain, -rule.eta * grown[0], 1e-10)
    assert_close(found.b, -rule.eta * grown[1], 1e-10)


def test_one_step_by_hand() -> None:
    """gain 1, b 0, net 0: y = 1/2. Δb = 0.1 (1 - (2 + 5)/2 + 5/4) = -0.125, Δgain = 0.1."""
    zero = tensor([0])
    found = plasticity.step(zero, zero + 1, zero, "sigmoid", Rule(0.1, 0.2))
    assert_close(torch.cat([found.y, found.b, found.gain]), tensor([0.5, -0.125, 0.1]))


@pytest.mark.parametrize(("unit", "mean", "deviation"), [("sigmoid", 0.2, 1.0), ("tanh", 0.1, 0.25)])
def test_adapted_outputs_have_the_wanted_law(unit: str, mean: float, deviation: float) -> None:
    """One unit fed with normal noise comes near the mean and spread it is driven to, from far away."""
    net = esn.Reservoir(tensor([[1]]), tensor([[0]]), tensor([1]), tensor([3]), activation=unit)
    adapted = plasticity.adapt(net, normal(1, 4000, 1), Rule(0.003, mean, deviation))
    y = esn.forward(adapted, normal(2, 4000, 1))[1:]
    assert abs(float(y.mean()) - mean) < 0.03
    wanted = deviation if unit == "tanh" else mean  # an exponential's deviation is its mean
    assert abs(float(y.std()) - wanted) < 0.05


@pytest.mark.parametrize(("unit", "mean", "deviation"), [("sigmoid", 0.2, 1.0), ("tanh", 0.1, 0.25)])
def test_reservoirpy_adapts_the_same(unit: str, mean: float, deviation: float) -> None:
    nodes = pytest.importorskip("reservoirpy.nodes", reason="the oracle reservoirpy is not installed")
    net = esn.draw(uniform(1, 4, 2), uniform(2, 4, 4), torch.zeros(4, 4).double())
    net, x = replace(net, activation=unit), normal(3, 50, 2)
    theirs = nodes.IPReservoir(
        W=net.W.numpy(), Win=net.U.numpy(), bias=net.b.numpy(), activation=unit, mu=mean, sigma=deviation,
        learning_rate=0.01, input_dim=2,
    ).fit(x.numpy())  # fmt: skip
    found = plasticity.adapt(net, x, Rule(0.01, mean, deviation))
    assert_close(found.gain, tensor(theirs.a), 1e-12)
    assert_close(found.b, tensor(theirs.b), 1e-12)


def test_adapting_is_one_step_after_the_other() -> None:
    net, x, rule = (
        esn.draw(uniform(1, 3, 2), uniform(2, 3, 3), torch.zeros(3, 3).double()),
        normal(4, 5, 2),
        Rule(0.05, 0.1),
    )
    gain, b, h = net.gain, net.b, torch.zeros(3, dtype=torch.float64)
    for row in x:
        drive = net.U @ row + net.W @ h
        h = torch.tanh(gain * drive + b)
        db = torch.tensor([-0.05 * (-0.1 + y * (2 + 1 - y * y + 0.1 * y)) for y in h.tolist()], dtype=torch.float64)
        gain, b = gain + 0.05 / gain + db * drive, b + db
    found = plasticity.adapt(net, x, rule)
    assert_close(found.gain, gain)
    assert_close(found.b, b)
    batch = plasticity.adapt(net, torch.stack([x, -x]), rule)
    assert_close(batch.gain[0], gain)
    assert not torch.allclose(batch.b[1], b)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Rule(0.0, 0.2), "eta is 0.0"),
        (lambda: plasticity.step(tensor([1]), tensor([0]), tensor([0]), "tanh", Rule(0.1, 0.0)), "gain holds a 0"),
        (lambda: plasticity.step(tensor([1]), tensor([1]), tensor([0]), "relu", Rule(0.1, 0.0)), "unit is 'relu'"),
        (lambda: plasticity.step(tensor([1]), tensor([1]), tensor([0]), "sigmoid", Rule(0.1, 1.5)), "mean is 1.5"),
    ],
    ids=["eta", "gain", "unit", "mean"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_adapts_the_same(device: str) -> None:
    U, W, b, gain = normal(1, 3, 2), 0.3 * normal(2, 3, 3), normal(3, 3), 0.5 + uniform(4, 3)
    x, rule = normal(5, 6, 2), Rule(0.02, 0.0, math.sqrt(0.5))
    expected = plasticity.adapt(esn.Reservoir(U, W, b, gain), x, rule)
    there = esn.Reservoir(U.to(device), W.to(device), b.to(device), gain.to(device))
    found = plasticity.adapt(there, x.to(device), rule)
    assert found.gain.device.type == device
    assert_close(found.gain, expected.gain, 1e-9)
