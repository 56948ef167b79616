"""Annealed importance sampling: the mean weight is exact by matrices, runs step by step, the estimate near log Z."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import annealing, rbm
from solvers.models.checks import BadInput
from solvers.models.rbm import Rbm
from tests.solvers.models.data import assert_close, normal, tensor, uniform

seeds = st.integers(0, 10_000)
BETAS = (0.0, 0.3, 0.7, 1.0)


def drawn(seed: int, *leading: int, n: int = 3, m: int = 2) -> Rbm:
    return Rbm(normal(seed, *leading, n), normal(seed + 1, *leading, m), normal(seed + 2, *leading, n, m))


def uniforms(seed: int, runs: int, moves: int, *leading: int, n: int = 3, m: int = 2) -> tuple[Tensor, Tensor, Tensor]:
    shapes = ((runs, n), (moves, runs, m), (moves, runs, n))
    start, hidden, visible = (uniform(seed + k, *leading, *shape) for k, shape in enumerate(shapes))
    return start, hidden, visible


@given(seeds)
def test_the_mean_weight_is_the_ratio_of_partitions(seed: int) -> None:
    """Σ over all paths of P(path) w(path), as a product of the chains' matrices, is Z / Z_A."""
    machine, base = drawn(seed), normal(seed + 9, 3)
    v = rbm.states(3, base)
    machines = [annealing.between(machine, base, beta) for beta in BETAS]
    flow = torch.exp(rbm.log_probability(machines[0], v))
    for k, (here, there) in enumerate(pairwise(machines)):
        if k:
            flow = rbm.transitions(here) @ flow
        flow = flow * torch.exp(rbm.free_energy(here, v) - rbm.free_energy(there, v))
    known = annealing.base_log_partition(base, 2)
    assert_close(known, rbm.log_partition(machines[0]), 1e-10)
    assert_close(known + flow.sum().log(), rbm.log_partition(machine), 1e-9)


@settings(max_examples=30)
@given(seeds)
def test_runs_step_by_step(seed: int) -> None:
    machine, base, (start, hidden, visible) = drawn(seed), normal(seed + 9, 3), uniforms(seed + 20, 4, 2)
    found = annealing.run(machine, BETAS, start, hidden, visible, base)
    for run in range(4):
        v = (start[run] < torch.sigmoid(base)).double()
        log_w = tensor(0.0)
        for k in range(3):
            at = [annealing.between(machine, base, BETAS[k + each]) for each in (0, 1)]
            if k:
                h = (hidden[k - 1, run] < torch.sigmoid(at[0].c + v @ at[0].W)).double()
                v = (visible[k - 1, run] < torch.sigmoid(at[0].b + at[0].W @ h)).double()
            logs = [v @ each.b + torch.log1p(torch.exp(each.c + v @ each.W)).sum() for each in at]
            log_w = log_w + logs[1] - logs[0]
        assert_close(found.log_weights[run], log_w, 1e-9)
    known = annealing.base_log_partition(base, 2)
    assert_close(found.log_partition, known + found.log_weights.exp().mean().log(), 1e-9)


def test_many_steps_come_near_and_few_are_worse() -> None:
    machine = Rbm(normal(1, 6), normal(2, 5), 2 * normal(3, 6, 5))
    exact = float(rbm.log_partition(machine))
    many, few = ([k / count for k in range(count + 1)] for count in (200, 2))
    found = [annealing.run(machine, betas, *uniforms(4, 200, len(betas) - 2, n=6, m=5)) for betas in (many, few)]
    assert float(found[0].log_partition) == pytest.approx(exact, abs=0.1)
    assert float(found[0].effective) > 2 * float(found[1].effective)


def test_the_base_itself_needs_no_luck() -> None:
    base = normal(1, 3)
    machine = Rbm(base, torch.zeros(2).double(), torch.zeros(3, 2).double())
    found = annealing.run(machine, BETAS, *uniforms(4, 5, 2), base)
    assert_close(found.log_weights, torch.zeros(5).double())
    assert_close(found.log_partition, rbm.log_partition(machine))
    assert_close(found.effective, tensor(5))


def test_instances_are_apart() -> None:
    many, u = drawn(1, 4), uniforms(5, 6, 2, 4)
    alone = Rbm(many.b[2], many.c[2], many.W[2])
    found = annealing.run(many, BETAS, *u)
    assert_close(found.log_weights[2], annealing.run(alone, BETAS, u[0][2], u[1][2], u[2][2]).log_weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: annealing.run(drawn(1), (0, 0.5), *uniforms(1, 2, 0)), "rise from 0 to 1"),
        (lambda: annealing.run(drawn(1), (0, 0.5, 0.5, 1), *uniforms(1, 2, 2)), "rise from 0 to 1"),
        (lambda: annealing.run(drawn(1), BETAS, *uniforms(1, 2, 3)), r"\(…, 2, 2, 2\) is needed"),
        (lambda: annealing.run(drawn(1), BETAS, *(each + 1 for each in uniforms(1, 2, 2))), "outside"),
    ],
    ids="end rise moves uniforms".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    machine, u = drawn(1), tuple(each.float().double() for each in uniforms(5, 6, 2))
    there = Rbm(*(each.to(device, dtype) for each in (machine.b, machine.c, machine.W)))
    found = annealing.run(there, BETAS, *(each.to(device, dtype) for each in u))
    assert (found.log_partition.device.type, found.log_partition.dtype) == (device, dtype)
    expected = annealing.run(machine, BETAS, *u).log_partition
    assert_close(found.log_partition.double(), expected, 1e-9 if dtype == torch.float64 else 1e-4)
