"""Activations against torch.nn.functional, their slopes against autograd, and where they saturate."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.models.activations import ACTIVATIONS, activation, leaky_relu, saturation
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

LIBRARY: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda z: z,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "absolute": torch.abs,
    "softplus": lambda z: F.softplus(z, threshold=700),
    "cos": torch.cos,
    "clamp": lambda z: z.clamp(0, 1),
    "hard_tanh": F.hardtanh,
    "silu": F.silu,
    "gelu": F.gelu,
}


def test_the_table_of_tests_is_the_table() -> None:
    assert LIBRARY.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_slope_are_the_library_s(name: str) -> None:
    z = (3 * normal(1, 200)).requires_grad_()
    expected = LIBRARY[name](z)
    assert_close(activation(name).value(z), expected)
    (slope,) = torch.autograd.grad(expected.sum(), z)
    assert_close(activation(name).slope(z), slope)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_is_a_central_difference(name: str) -> None:
    z, step = normal(2, 50), 1e-6
    row = activation(name)
    assert_close(row.slope(z), (row.value(z + step) - row.value(z - step)) / (2 * step), 1e-7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nothing_overflows(name: str) -> None:
    z = tensor([-1000, 1000])
    row = activation(name)
    assert bool((torch.isfinite(row.value(z)) & torch.isfinite(row.slope(z))).all())


@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [("relu", 0, 0, 0), ("leaky_relu", -2, -0.02, 0.01), ("sigmoid", 0, 0.5, 0.25), ("clamp", 2, 1, 0)],
)
def test_on_paper(name: str, z: float, value: float, slope: float) -> None:
    row = activation(name)
    assert_close(row.value(tensor([z])), tensor([value]))
    assert_close(row.slope(tensor([z])), tensor([slope]))


def test_identities() -> None:
    z = normal(3, 100)
    assert_close(torch.tanh(z), 2 * activation("sigmoid").value(2 * z) - 1)
    assert_close(leaky_relu(0.2).value(z), z.clamp(min=0) + 0.2 * z.clamp(max=0))
    assert_close(activation("softplus").value(z) - activation("softplus").value(-z), z)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize("slope", [0.2, 1e-3, 1e-9])
def test_saturation_is_where_the_slope_is_met(name: str, slope: float) -> None:
    z = saturation(name, slope)
    assert float(activation(name).slope(tensor(z))) == pytest.approx(slope, rel=1e-5)


def test_saturation_at_the_steepest_point() -> None:
    assert saturation("sigmoid", 0.25) == 0
    assert math.isclose(saturation("sigmoid", 0.1), math.log((0.5 + math.sqrt(0.15)) / (0.5 - math.sqrt(0.15))))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: activation("step"), "activation is 'step', but one of 'linear'"),
        (lambda: saturation("relu", 0.1), "activation is 'relu'"),
        (lambda: saturation("sigmoid", 0.3), "slope is 0.3"),
    ],
    ids=["name", "no-saturation", "slope"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
