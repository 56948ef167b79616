"""Powers of a matrix against repeated products; fates, factors and half-lives against plain counting."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import powers
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(0, 12))
def test_powers_are_numpys(seed: int, n: int, t: int) -> None:
    W = 0.5 * normal(seed, 2, n, n)
    expected = tensor(np.linalg.matrix_power(W.numpy(), t))
    assert_close(powers.power(powers.modes(W), t), expected, 1e-7)


def test_a_negative_power_is_the_inverse() -> None:
    W = normal(1, 3, 3)
    assert_close(powers.power(powers.modes(W), -2), torch.linalg.matrix_power(torch.linalg.inv(W), 2), 1e-9)


def test_components_grow_apart() -> None:
    """A vector is its components; after t steps each has its own factor."""
    W, v = normal(1, 4, 4), normal(2, 4)
    found = powers.modes(W)
    c = powers.components(found, v)
    assert_close((found.vectors @ c).real, v, 1e-12)
    after = powers.components(found, torch.linalg.matrix_power(W, 5) @ v)
    torch.testing.assert_close(after, found.values**5 * c)
    sizes = found.values.abs()
    assert bool((sizes[:-1] >= sizes[1:]).all())


def test_fates() -> None:
    turn = tensor([[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0.9, 0], [0, 0, 0, 1.1]])  # a rotation keeps every length
    assert powers.fate(powers.modes(turn)).tolist() == [1, 0, 0, -1]


def test_the_notes_two_numbers() -> None:
    assert powers.factor(0.9, 100) == pytest.approx(2.656e-5, rel=1e-3)
    assert powers.factor(1.1, 100) == pytest.approx(13_780.6, rel=1e-5)
    assert powers.factor(-0.5, 3) == -0.125


@given(st.one_of(st.floats(0.2, 0.99), st.floats(-0.99, -0.2)), st.floats(1e-6, 1))
def test_steps_until_is_the_first_below(value: float, level: float) -> None:
    steps, power = 0, 1.0
    while not power < level:
        steps, power = steps + 1, abs(value) ** (steps + 1)
    assert powers.steps_until(value, level) == steps


def test_growing_factors_and_half_lives() -> None:
    assert powers.steps_until(1.1, 1000) == math.ceil(math.log(1000) / math.log(1.1))
    assert powers.steps_until(2, 8) == 4  # 2³ = 8 is not above 8
    assert powers.radius_of_half_life(7) ** 7 == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: powers.modes(tensor([[1, 1], [0, 1]])), "no basis of eigenvectors"),
        (lambda: powers.modes(normal(1, 2, 3)), r"W has shape \(2, 3\)"),
        (lambda: powers.power(powers.modes(tensor([[1, 0], [0, 0]])), -1), "t is -1, but W has the eigenvalue 0"),
        (lambda: powers.steps_until(0.5, 2), "never reaches"),
        (lambda: powers.steps_until(1.5, 0.5), "never reaches"),
        (lambda: powers.steps_until(1, 0.5), "never reaches"),
        (lambda: powers.factor(0.5, -1), "steps is -1"),
        (lambda: powers.radius_of_half_life(0), "steps is 0"),
    ],
    ids=["defective", "shape", "inverse", "shrinks", "grows", "stays", "steps", "half-life"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    W = normal(1, 3, 3)
    found = powers.power(powers.modes(W.to(device)), 4)
    assert found.device.type == device
    assert_close(found, torch.linalg.matrix_power(W, 4), 1e-9)
