"""What each lab must show when it is run to its end: its milestone at three seeds, and what sets the models apart."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from solvers.lab.driver import Result, train
from solvers.lab.experiment import Setting
from solvers.lab.table import LABS, Lab, lab_called

SEEDS = (0, 1, 2)
Record = Callable[[str, object], None]


def run(lab: Lab | None, seed: int, length: int | None = None) -> Result:
    assert lab is not None
    found = train(lab, Setting(seed, length=length), lab.steps)
    assert isinstance(found, Result), found
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_the_milestone_is_reached(lab: Lab, seed: int, record_property: Record) -> None:
    found = run(lab, seed)
    value = found.measures[lab.milestone.measure]
    print(f"{lab.name} seed {seed}: {dict(found.measures)}")
    record_property(lab.milestone.measure, value)
    assert lab.milestone.reached(value), f"{lab.milestone}, found {value}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("gated", ["lstm", "gru"])
@pytest.mark.parametrize("seed", SEEDS)
def test_gates_solve_the_adding_problem_where_the_plain_network_does_not(seed: int, gated: str) -> None:
    plain, other = (run(lab_called(name), seed).measures["squared error"] for name in ("rnn", gated))
    assert plain > 0.02
    assert other < plain / 10


def test_rbm_log_likelihood_rises_under_cd_1_and_stays_below_the_best() -> None:
    for seed in SEEDS:
        found = run(lab_called("rbm"), seed)
        quarters = [sum(found.losses[k * 750 : (k + 1) * 750]) for k in range(4)]
        assert quarters == sorted(quarters, reverse=True)
        assert found.measures["log-likelihood"] < -math.log(14)  # fourteen patterns, each alike: nothing does better


def test_vae_bound_stays_below_the_entropy_of_its_data() -> None:
    for seed in SEEDS:
        assert run(lab_called("vae"), seed).measures["lower bound"] < -math.log(10)  # ten digits, each alike


def test_memory_capacity_is_at_most_the_number_of_units() -> None:
    for seed in SEEDS:
        assert run(lab_called("esn"), seed).measures["memory capacity"] <= 30
