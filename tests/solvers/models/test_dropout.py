"""Dropout: exact enumeration against products over masks, the theorem on softmax regression, and torch's own layer."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import dropout, mlp
from solvers.models.checks import BadInput
from solvers.models.dropout import DropoutMlp
from solvers.models.mlp import Layer
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, normal, tensor, uniform


def network(seed: int, activation: str = "tanh") -> tuple[Layer, Layer]:
    return (
        Layer(normal(seed, 4, 3), normal(seed + 1, 4), activation),
        Layer(normal(seed + 2, 2, 4), normal(seed + 3, 2)),
    )


@settings(max_examples=3)
@given(st.integers(0, 10_000), st.floats(0.2, 0.9), st.floats(0.2, 0.9))
def test_enumeration_is_the_sum_over_masks(seed: int, keep_in: float, keep_hidden: float) -> None:
    """Each mask alone, with the dropped unit's weights set to 0 instead of its output."""
    layers, x = network(seed), normal(seed + 4, 3, 3)
    logits, chance = dropout.sub_networks(layers, x, [keep_in, keep_hidden])
    total, log_total, weight = torch.zeros(3, 2).double(), torch.zeros(3, 2).double(), 0.0
    for bits in product((0.0, 1.0), repeat=7):
        pruned = [
            Layer(layers[0].W * tensor(bits[:3]), layers[0].b, "tanh"),
            Layer(layers[1].W * tensor(bits[3:]), layers[1].b),
        ]
        p = 1.0
        for bit, keep in zip(bits, [keep_in] * 3 + [keep_hidden] * 4, strict=True):
            p *= keep if bit else 1 - keep
        y = torch.softmax(mlp.forward(pruned, x).out[-1], dim=-1)
        total, log_total, weight = total + p * y, log_total + p * y.log(), weight + p
    assert weight == pytest.approx(1)
    assert_close(chance.sum(), tensor(1.0))
    assert_close(dropout.arithmetic_mean(logits, chance), total, 1e-10)
    geometric = log_total.exp() / log_total.exp().sum(dim=-1, keepdim=True)
    assert_close(dropout.geometric_mean(logits, chance), geometric, 1e-10)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0.1, 0.9))
def test_weight_scaling_is_exact_for_softmax_regression(seed: int, inputs: int, keep: float) -> None:
    """6.12.1, with the 2^d-th root (E16); at keep ½ it is softmax(½ W x + b)."""
    layers = (Layer(normal(seed, 3, inputs), normal(seed + 1, 3)),)
    x = normal(seed + 2, 4, inputs)
    ensemble = dropout.geometric_mean(*dropout.sub_networks(layers, x, [keep]))
    scaled = mlp.forward(dropout.weight_scaled(layers, [keep]), x).out[-1]
    assert_close(ensemble, torch.softmax(scaled, dim=-1), 1e-10)


def test_the_printed_root_is_wrong() -> None:
    """The d-th root in place of the 2^d-th: not the weight-scaled prediction."""
    layers, x = (Layer(tensor([[1, 0.5, -0.2], [0, 0, 0]]), tensor([0, 0])),), tensor([[1, 1, 1]])
    logits, chance = dropout.sub_networks(layers, x, [0.5])
    scaled = torch.softmax(mlp.forward(dropout.weight_scaled(layers, [0.5]), x).out[-1], dim=-1)
    assert_close(dropout.geometric_mean(logits, chance), scaled)
    printed = torch.softmax(torch.log_softmax(logits, dim=-1).sum(dim=0) / 3, dim=-1)
    assert float((printed - scaled).abs().max()) > 0.1


def test_weight_scaling_is_exact_for_linear_networks_and_not_beyond() -> None:
    x, keep = normal(9, 5, 3), [0.8, 0.5]
    for name, exact in (("linear", True), ("tanh", False)):
        layers = network(1, name)
        outputs, chance = dropout.sub_networks(layers, x, keep)
        mean = torch.tensordot(chance, outputs, dims=1)
        scaled = mlp.forward(dropout.weight_scaled(layers, keep), x).out[-1]
        assert (float((mean - scaled).abs().max()) < 1e-12) is exact


@given(st.integers(0, 10_000), st.floats(0.1, 0.99))
def test_inverted_dropout_keeps_the_expectation(seed: int, keep: float) -> None:
    """The exact expectation over the masks of three units is x."""
    x, table = normal(seed, 3), dropout.all_masks(3, normal(0, 1))
    chance = dropout.probabilities(table, torch.full((3,), keep, dtype=torch.float64))
    outputs = torch.stack([dropout.drop(x, 0.999 * (1 - bits), keep) for bits in table])
    assert_close(torch.tensordot(chance, outputs, dims=1), x, 1e-9)


def test_torch_drops_with_the_other_probability() -> None:
    """C17: torch's p = 1 - keep, inverted; its mask read off its output gives ours."""
    x = normal(1, 200, 50)
    torch.manual_seed(3)
    theirs = torch.nn.functional.dropout(x, p=0.2)
    kept = (theirs != 0).double()
    assert float(kept.mean()) == pytest.approx(0.8, abs=0.01)
    assert_close(dropout.drop(x, 0.9 * (1 - kept), 0.8), theirs)


def test_masks_follow_the_uniforms() -> None:
    assert_close(dropout.mask(tensor([0.0, 0.49, 0.5, 0.99]), 0.5), tensor([1, 1, 0, 0]))
    assert float(dropout.mask(uniform(1, 100_000), 0.3).mean()) == pytest.approx(0.3, abs=0.01)


def test_sampled_masks_approach_the_ensemble() -> None:
    """20 masks are close, 20000 closer: the Monte Carlo mean goes to the enumerated one."""
    layers, x = network(5), normal(6, 1, 3)
    exact = dropout.arithmetic_mean(*dropout.sub_networks(layers, x, [1.0, 0.5]))

    def error(count: int) -> float:
        masks: list[Tensor | None] = [None, dropout.mask(uniform(7, count, 1, 4), 0.5)]
        sampled = torch.softmax(dropout.forward(layers, x.expand(count, 1, 3), masks), dim=-1).mean(dim=0)
        return float((sampled - exact).abs().max())

    assert error(20_000) < 0.01
    assert error(20) < 0.2


def test_the_network_learns_and_tests_without_masks() -> None:
    x = normal(1, 60, 2)
    y = (x[:, :1] > x[:, 1:]).double()
    model = DropoutMlp([2, 20, 1], "relu", "bernoulli", [1.0, 0.5], torch.Generator().manual_seed(1)).double()
    optimizer = Optimizer(model.parameters(), adam(0.03))
    for _ in range(150):
        optimizer.step(lambda: model.loss(x, y))
    assert float((model(x) - model(x)).detach().abs().max()) > 0
    model.eval()
    assert_close(model(x), mlp.forward(model.layers(), x).out[-1])
    assert float(((model(x) > 0) == (y > 0.5)).double().mean()) > 0.95


def test_without_masks_it_is_the_network_also_with_skips() -> None:
    layers = (*network(1), Layer(normal(5, 2, 2), normal(6, 2), "tanh", skip=True))
    x = normal(7, 4, 3)
    assert_close(dropout.forward(layers, x, [None] * 3), mlp.forward(layers, x).out[-1])


def test_training_divides_by_the_chance() -> None:
    """The module's pass, made again from the same generator."""
    model = DropoutMlp([3, 4, 2], "tanh", "softmax", [0.8, 0.5], torch.Generator().manual_seed(1)).double()
    x = normal(2, 5, 3)
    model.generator.manual_seed(9)
    again = torch.Generator().manual_seed(9)
    masks: list[Tensor | None] = [
        (torch.rand(5, units, generator=again, dtype=torch.float64) < keep).double() / keep
        for units, keep in ((3, 0.8), (4, 0.5))
    ]
    assert_close(model(x), dropout.forward(model.layers(), x, masks))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dropout.mask(tensor([0.5]), 0.0), "keep is 0"),
        (lambda: dropout.mask(tensor([1.5]), 0.5), "outside"),
        (lambda: dropout.weight_scaled(network(1), [0.5]), "1 masks or probabilities for 2 layers"),
        (lambda: dropout.all_masks(21, tensor([1.0])), "at most 20"),
    ],
    ids=["keep", "uniforms", "layers", "many"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    layers, x = network(1), normal(2, 5, 3)
    there = [Layer(each.W.to(device), each.b.to(device), each.activation) for each in layers]
    found = dropout.arithmetic_mean(*dropout.sub_networks(there, x.to(device), [0.8, 0.5]))
    assert found.device.type == device
    assert_close(found, dropout.arithmetic_mean(*dropout.sub_networks(layers, x, [0.8, 0.5])), 1e-9)


def test_the_layer_draws_from_its_generator_alone() -> None:
    x, outputs = torch.ones(200, 50, dtype=torch.float64), []
    for outside, seed in ((1, 5), (2, 5), (1, 6)):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(outside)
            outputs.append(dropout.Dropout(0.8, torch.Generator().manual_seed(seed))(x))
    assert torch.equal(outputs[0], outputs[1])
    assert not torch.equal(outputs[0], outputs[2])
    assert set(outputs[0].unique().tolist()) == {0.0, 1.25}
    assert float(outputs[0].mean()) == pytest.approx(1.0, abs=0.02)
    layer = dropout.Dropout(0.8)
    assert torch.equal(layer.eval()(x), x)
