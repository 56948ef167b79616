"""The rule of three errors case by case; learning curves against scipy and what they were made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from solvers.models import diagnosis
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

SIZES = tensor([50, 100, 200, 500, 1000, 2000, 5000])


@pytest.mark.parametrize(
    ("train", "test", "target", "bayes", "exhausted", "action"),
    [
        (0.01, 0.04, 0.05, 0.0, False, "done"),
        (0.10, 0.12, 0.05, 0.0, False, "raise capacity"),
        (0.10, 0.12, 0.05, 0.0, True, "clean the data"),
        (0.01, 0.12, 0.05, 0.0, False, "more data or regularise"),
        (0.01, 0.12, 0.05, 0.06, False, "target out of reach"),
        (0.05, 0.12, 0.05, 0.05, False, "more data or regularise"),  # a training error at the target is acceptable
    ],
)
def test_the_rule(train: float, test: float, target: float, bayes: float, exhausted: bool, action: str) -> None:
    assert diagnosis.next_action(train, test, target, bayes=bayes, capacity_exhausted=exhausted) == action


@settings(max_examples=30)
@given(st.floats(0, 0.3), st.floats(0.5, 5), st.floats(0.2, 2))
def test_an_exact_law_is_found(floor: float, scale: float, exponent: float) -> None:
    found = diagnosis.learning_curve(SIZES, floor + scale * SIZES**-exponent)
    assert_close(torch.stack([found.floor, found.scale, found.exponent]), tensor([floor, scale, exponent]), 1e-4)
    wanted = floor + 0.01 * scale
    assert float(found.examples_for(wanted)) == pytest.approx(0.01 ** (-1 / exponent), rel=1e-2)


@pytest.mark.parametrize("seed", range(5))
def test_scipy_fits_the_same(seed: int) -> None:
    errors = 0.08 + 1.5 * SIZES**-0.6 + 0.002 * normal(seed, len(SIZES))
    found = diagnosis.learning_curve(SIZES, errors)

    def law(m: np.ndarray, floor: float, scale: float, exponent: float) -> np.ndarray:
        return floor + scale * m**-exponent

    expected, _ = curve_fit(law, SIZES.numpy(), errors.numpy(), p0=(0.1, 1, 0.5), xtol=1e-14, ftol=1e-14, maxfev=20_000)
    theirs = float(((law(SIZES.numpy(), *expected) - errors.numpy()) ** 2).sum())
    assert float(found.residual) <= theirs * (1 + 1e-9)
    assert_close(torch.stack([found.floor, found.scale, found.exponent]), tensor(expected), 1e-3)
    assert_close(((found(SIZES) - errors) ** 2).sum(), found.residual, 1e-9)


def test_a_floor_above_the_wanted_error_needs_for_ever() -> None:
    found = diagnosis.learning_curve(SIZES, 0.1 + 2 * SIZES**-0.5)
    assert float(found.examples_for(0.05)) == torch.inf


def test_instances_are_apart() -> None:
    errors = 0.1 + torch.stack([2 * SIZES**-0.5, SIZES**-0.9])
    found, alone = diagnosis.learning_curve(SIZES, errors), diagnosis.learning_curve(SIZES, errors[1])
    assert_close(found.exponent[1], alone.exponent)
    assert found(SIZES).shape == errors.shape


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diagnosis.next_action(-0.1, 0.2, 0.1), "train is -0.1"),
        (lambda: diagnosis.next_action(0.1, float("nan"), 0.1), "test is nan"),
        (lambda: diagnosis.learning_curve(SIZES[:2], SIZES[:2]), "at least 3 numbers"),
        (lambda: diagnosis.learning_curve(-SIZES, SIZES), "above 0 that rise"),
        (lambda: diagnosis.learning_curve(SIZES, SIZES[:3]), r"errors has shape \(3,\)"),
    ],
    ids=["negative", "nan", "few", "falling", "shape"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    errors = 0.1 + 2 * SIZES**-0.5
    found = diagnosis.learning_curve(SIZES.to(device), errors.to(device))
    assert found.floor.device.type == device
    assert_close(found.exponent, tensor(0.5), 1e-4)
