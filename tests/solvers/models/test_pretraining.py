"""Greedy pre-training: what each stage sees, what is reused, and that it is a better start than chance."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from solvers.models import pretraining, regression
from solvers.models.checks import BadInput
from solvers.models.norm_penalties import TiedAutoencoder
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, normal


def curved(count: int) -> Tensor:
    """Points near a curved surface of two dimensions in six."""
    hidden = normal(1, count, 2)
    return torch.tanh(hidden @ normal(2, 2, 6)) + 0.02 * normal(3, count, 6)


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_each_stage_codes_the_codes_below() -> None:
    x = curved(40)
    stages = pretraining.greedy(x, [4, 3], adam(0.02), 150, generator())
    for stage in stages:
        assert float(stage.errors[-1]) < 0.5 * float(stage.errors[0])
    below = stages[0].coder.code(x)
    assert_close(pretraining.codes(stages, x), stages[1].coder.code(below))
    assert float(stages[1].coder.loss(below).detach()) < float(stages[1].errors[0])


def test_a_finished_layer_is_not_touched() -> None:
    x = curved(20)
    alone = pretraining.greedy(x, [4], adam(0.02), 20, generator())[0]
    both = pretraining.greedy(x, [4, 3], adam(0.02), 20, generator())[0]
    assert_close(both.coder.W, alone.coder.W)
    by_hand = TiedAutoencoder(6, 4, generator()).double()
    optimizer = Optimizer(by_hand.parameters(), adam(0.02))
    for _ in range(20):
        optimizer.step(lambda: by_hand.loss(x))
    assert_close(both.coder.W, by_hand.W)


def test_encoders_are_reused_and_decoders_are_not() -> None:
    stages = pretraining.greedy(curved(20), [4, 3], adam(0.02), 10, generator())
    model = pretraining.stacked(stages, 2, "squared", generator(2))
    for place, stage in enumerate(stages):
        assert_close(model.W[place], stage.coder.W)
        assert_close(model.b[place], stage.coder.b)
    assert model.W[2].shape == (2, 3)
    assert sum(each.numel() for each in model.parameters()) == 6 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2
    x = curved(5)
    assert_close(model(x), pretraining.codes(stages, x) @ model.W[2].mT + model.b[2])


def test_codes_keep_more_than_chance_does() -> None:
    """The best linear map back from two learned codes misses less of x than from two random ones."""
    x = curved(60)
    stages = pretraining.greedy(x, [2], adam(0.02), 300, generator())
    missed = []
    for coder in (stages[0].coder, TiedAutoencoder(6, 2, generator()).double()):
        h = regression.with_bias(coder.code(x).detach())
        missed.append(float((x - h @ torch.linalg.lstsq(h, x).solution).square().mean()))
    assert missed[0] < 0.5 * missed[1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pretraining.greedy(curved(5), [], adam(0.1), 5, generator()), "layers is 0"),
        (lambda: pretraining.stacked((), 1, "squared", generator()), "stages is 0"),
    ],
    ids=["layers", "stages"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x = curved(20)
    there = pretraining.greedy(x.to(device), [4, 3], adam(0.02), 5, generator())
    here = pretraining.greedy(x, [4, 3], adam(0.02), 5, generator())
    assert there[1].coder.W.device.type == device
    assert_close(there[1].coder.W, here[1].coder.W, 1e-9)
