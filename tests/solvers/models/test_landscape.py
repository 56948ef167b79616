"""Critical points against numpy's roots and the roots a polynomial was made from; basins against rolling down."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import landscape, second_order
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

DOUBLE_WELL = tensor([0, 0, -2, 0, 1])  # θ⁴ - 2θ²: minima at ±1, a maximum at 0


def from_roots(roots: list[float], top: float = 1.0) -> Tensor:
    """The polynomial whose derivative is top · Π (θ - root)."""
    return tensor(np.polynomial.polynomial.polyint(top * np.polynomial.polynomial.polyfromroots(roots)))


def test_the_double_well() -> None:
    found = landscape.critical_points(DOUBLE_WELL)
    assert_close(found.place, tensor([-1, 0, 1]), 1e-9)
    assert found.kind.tolist() == [1, -1, 1]


@settings(max_examples=50)
@given(st.lists(st.integers(-6, 6), min_size=1, max_size=5, unique=True), st.sampled_from([2.0, -0.5]))
def test_points_and_kinds_are_those_it_was_made_from(roots: list[int], top: float) -> None:
    found = landscape.critical_points(from_roots([each / 2 for each in roots], top))
    assert_close(found.place, tensor(sorted(roots)) / 2, 1e-6)
    rising_last = 1 if top > 0 else -1  # J' > 0 beyond the last root; kinds alternate from there
    expected = [rising_last * (-1) ** (len(roots) - 1 - place) for place in range(len(roots))]
    assert found.kind.tolist() == expected


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_numpy_finds_the_same_points(seed: int, degree: int) -> None:
    coefficients = normal(seed, 3, degree + 1)
    found = landscape.critical_points(coefficients)
    for row, place, kind in zip(coefficients, found.place, found.kind, strict=True):
        roots = np.polynomial.polynomial.polyroots(np.polynomial.polynomial.polyder(row.numpy()))
        real = np.sort(roots[np.abs(roots.imag) < 1e-9].real)
        assert_close(place[~place.isnan()], tensor(real), 1e-7)
        curvature = np.polynomial.polynomial.polyval(real, np.polynomial.polynomial.polyder(row.numpy(), 2))
        assert_close(kind[~kind.isnan()], tensor(np.sign(curvature)), 0)


def test_repeated_roots_are_one_point() -> None:
    """θ³ has a critical point that is neither; θ⁴ a minimum whose curvature says nothing."""
    for coefficients, kind in (([0, 0, 0, 1.0], 0), ([0, 0, 0, 0, 1.0], 1), ([5, 0, 0, 0, -2.0], -1)):
        found = landscape.critical_points(tensor(coefficients))
        assert_close(found.place[0], tensor(0.0), 1e-3)
        assert found.kind[0] == kind
        assert bool(found.place[1:].isnan().all())


def test_no_critical_point_is_all_nan() -> None:
    found = landscape.critical_points(tensor([0, 1, 0, 1]))  # θ + θ³ only rises
    assert bool(found.place.isnan().all())
    assert bool(found.kind.isnan().all())


@settings(max_examples=20)
@given(st.lists(st.integers(-4, 4), min_size=3, max_size=3, unique=True))
def test_a_small_rate_rolls_down(roots: list[int]) -> None:
    """Gradient descent with small steps ends where the ball does, in degree 4; no start lies on a critical point."""
    coefficients = from_roots([each / 2 for each in roots])
    starts = torch.arange(-9, 10, 2, dtype=torch.float64) / 4
    slope = landscape.derivative(coefficients)
    ends = landscape.basins(lambda theta: landscape.value(slope, theta), starts.unsqueeze(-1), 5e-3, 5_000)
    assert_close(ends.squeeze(-1), landscape.downhill(coefficients.expand(len(starts), -1), starts), 1e-3)


def test_a_ball_without_a_valley_rolls_for_ever_and_one_on_a_hill_stays() -> None:
    hill = tensor([0, 0, -1])
    assert landscape.downhill(hill.expand(3, -1), tensor([-1, 0, 2])).tolist() == [-torch.inf, 0, torch.inf]


def test_every_start_has_its_minimum() -> None:
    def slope(theta: Tensor) -> Tensor:
        return landscape.value(landscape.derivative(DOUBLE_WELL), theta)

    ends = landscape.basins(slope, tensor([[-2], [-0.1], [0], [0.1], [1.5]]), 0.05, 500)
    assert landscape.reached(ends, tensor([[-1], [1]]), 1e-3).tolist() == [0, 0, -1, 1, 1]


def test_newton_is_drawn_to_what_is_nearest() -> None:
    """Near the maximum Newton climbs to it, where gradient descent runs from it (7.2.3)."""
    slope, curvature = landscape.derivative(DOUBLE_WELL), landscape.derivative(landscape.derivative(DOUBLE_WELL))
    trail = second_order.newton(
        lambda theta: landscape.value(slope, theta), lambda theta: landscape.value(curvature, theta)[..., None],
        tensor([0.2]), 8,
    )  # fmt: skip
    assert_close(trail[-1], tensor([0.0]), 1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: landscape.critical_points(tensor([1, 2])), "a degree of at least 2"),
        (lambda: landscape.critical_points(tensor([1, 2, 0])), "highest coefficient that is not 0"),
        (lambda: landscape.basins(lambda theta: theta, tensor([1]), 0.0, 3), "rate is 0.0"),
        (lambda: landscape.basins(lambda theta: theta, tensor([1]), 0.1, -3), "steps is -3"),
        (lambda: landscape.reached(tensor([1]), tensor([1]), 0.1), r"minima has shape \(1,\)"),
    ],
    ids=["line", "degree", "rate", "steps", "minima"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    found = landscape.critical_points(DOUBLE_WELL.to(device))
    assert found.place.device.type == device
    assert_close(found.place, tensor([-1, 0, 1]), 1e-9)
