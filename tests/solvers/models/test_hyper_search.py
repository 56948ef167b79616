"""Grid and random search against scikit-learn's grid, quantiles and enumeration."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import ParameterGrid

from solvers.models import hyper_search
from solvers.models.checks import BadInput
from solvers.models.hyper_search import Range
from tests.solvers.models.data import assert_close, tensor, uniform

CHOICES: dict[str, list[float]] = {"rate": [0.1, 0.01, 0.001], "units": [16, 32], "decay": [0.0]}


def test_the_grid_is_scikit_learn_s() -> None:
    ours = {tuple(sorted(point.items())) for point in hyper_search.grid(CHOICES)}
    assert ours == {tuple(sorted(point.items())) for point in ParameterGrid(CHOICES)}
    assert len(hyper_search.grid(CHOICES)) == 6
    assert hyper_search.grid(CHOICES)[1] == {"rate": 0.1, "units": 32, "decay": 0.0}


def test_random_points_on_paper() -> None:
    ranges = {"units": Range(10, 20), "rate": Range(1e-4, 1.0, log=True)}
    found = hyper_search.random_points(ranges, tensor([[0.5, 0.5], [0.0, 0.25]]))
    assert_close(found["units"], tensor([15, 10]))
    assert_close(found["rate"], tensor([1e-2, 1e-3]))


def test_a_log_scale_gives_each_decade_its_share() -> None:
    rate = hyper_search.random_points({"rate": Range(1e-3, 1.0, log=True)}, uniform(1, 30_000, 1))["rate"]
    for low in (1e-3, 1e-2, 1e-1):
        assert float(((rate >= low) & (rate < 10 * low)).double().mean()) == pytest.approx(1 / 3, abs=0.01)


def test_sixty_trials_hit_the_best_five_percent() -> None:
    assert round(hyper_search.hit_chance(0.05, 60), 3) == 0.954
    assert hyper_search.trials_needed(0.05, 0.95) == 59


@given(st.floats(0.01, 0.9), st.floats(0.01, 0.99))
def test_trials_needed_are_the_fewest(share: float, chance: float) -> None:
    count = hyper_search.trials_needed(share, chance)
    assert hyper_search.hit_chance(share, count) >= chance
    assert count == 0 or hyper_search.hit_chance(share, count - 1) < chance


def test_hit_chance_by_counting() -> None:
    hits = (uniform(2, 20_000, 8) < 0.1).any(dim=-1).double().mean()
    assert float(hits) == pytest.approx(hyper_search.hit_chance(0.1, 8), abs=0.01)


def test_the_best_trial() -> None:
    assert hyper_search.best(tensor([[3, 1, 1], [float("nan"), 5, 4]])).tolist() == [1, 2]


def test_random_points_try_more_values() -> None:
    assert hyper_search.distinct_values({"a": [1, 2, 3], "b": [1, 2, 3]}) == (3, 9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Range(1, 1), "high is 1"),
        (lambda: Range(0, 1, log=True), "low is 0"),
        (lambda: hyper_search.grid({"rate": []}), "rate is 0"),
        (lambda: hyper_search.random_points({"a": Range(0, 1)}, tensor([[0.5, 0.5]])), "2 columns"),
        (lambda: hyper_search.trials_needed(0.05, 1.0), "chance is 1"),
    ],
    ids=["range", "log", "empty", "columns", "chance"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    ranges, u = {"rate": Range(1e-3, 1.0, log=True)}, uniform(1, 5, 1)
    there = hyper_search.random_points(ranges, u.to(device))["rate"]
    assert isinstance(there, torch.Tensor)
    assert there.device.type == device
    assert_close(there, hyper_search.random_points(ranges, u)["rate"], 1e-9)
