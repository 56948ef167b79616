"""Gibbs sampling: conditionals from the whole table, sweeps step by step, matrices that leave the joint alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import factor, gibbs, markov_chain, markov_net, rbm
from solvers.models.checks import BadInput
from solvers.models.factor import Factor
from tests.solvers.models.data import assert_close, normal, tensor, uniform
from tests.solvers.models.networks import by_hand, drawn_factors, drawn_net

SIZES = {"a": 2, "b": 3, "c": 2}
seeds = st.integers(0, 10_000)


@given(seeds, st.sampled_from("abc"), st.integers(0, 1), st.integers(0, 1))
def test_conditionals_from_the_whole_table(seed: int, name: str, one: int, two: int) -> None:
    factors = drawn_factors(seed, SIZES, "ab", "bc", "c")
    others = dict(zip([each for each in "abc" if each != name], (one, two), strict=True))
    table = by_hand(factors, ("a", "b", "c"))
    row = table[tuple(others.get(each, slice(None)) for each in "abc")]
    assert_close(gibbs.conditional(factors, name, others), row / row.sum())


def test_neighbours_are_enough() -> None:
    factors = drawn_factors(1, SIZES, "ab", "bc")
    assert_close(gibbs.conditional(factors, "a", {"b": 1}), gibbs.conditional(factors, "a", {"b": 1, "c": 0, "a": 1}))


@settings(max_examples=30)
@given(seeds)
def test_sweeps_step_by_step(seed: int) -> None:
    factors, u = drawn_factors(seed, SIZES, "ab", "bc", "ca"), uniform(seed + 9, 2, 3, 3)
    table, start = by_hand(factors, ("a", "b", "c")), torch.tensor([[0, 2, 1], [1, 0, 0]])
    found = gibbs.run(factors, start, u, "cab")
    for chain in range(2):
        state = start[chain].tolist()
        for t in range(3):
            for draw, axis in enumerate((2, 0, 1)):
                place: list[int | slice] = list(state)
                place[axis] = slice(None)
                row = table[tuple(place)].numpy()
                state[axis] = int(np.searchsorted(np.cumsum(row / row.sum()), float(u[chain, t, draw]), side="right"))
            assert found[chain, t + 1].tolist() == state


@settings(max_examples=30)
@given(seeds)
def test_the_joint_is_stationary_and_balanced(seed: int) -> None:
    joint = markov_net.distribution(drawn_factors(seed, SIZES, "ab", "bc", "ca"))
    pi = joint.table.flatten()
    for names in ("a", "b", "ac", "abc"):
        assert float(markov_chain.imbalance(gibbs.transition(joint, names), pi)) < 1e-15
    sweep, scan = gibbs.sweep_transition(joint, "abc"), gibbs.random_scan(joint)
    assert_close(sweep @ pi, pi)
    assert_close(markov_chain.stationary(sweep), pi, 1e-9)
    assert float(markov_chain.imbalance(scan, pi)) < 1e-15
    assert float(markov_chain.imbalance(sweep, pi)) > 1e-6  # a sweep in one order is not balanced, yet stationary
    assert_close(gibbs.transition(joint, "abc"), pi.unsqueeze(-1).expand(12, 12))


def test_a_matrix_entry_by_entry() -> None:
    table = tensor([[0.1, 0.2], [0.3, 0.4]])
    found = gibbs.transition(Factor(("x", "y"), table), "x")  # states 00, 01, 10, 11
    expected = [[0.25, 0, 0.25, 0], [0, 1 / 3, 0, 1 / 3], [0.75, 0, 0.75, 0], [0, 2 / 3, 0, 2 / 3]]
    assert_close(found, tensor(expected))


def test_blocks_of_a_restricted_machine() -> None:
    """Drawing all v, then all h, is the block chain of the restricted machine."""
    machine = rbm.Rbm(normal(1, 2), normal(2, 2), normal(3, 2, 2))
    joint = Factor(("v1", "v2", "h1", "h2"), rbm.joint(machine).reshape(2, 2, 2, 2))
    step = gibbs.sweep_transition(joint, [("h1", "h2"), ("v1", "v2")])
    onto_v = step.reshape(4, 4, 4, 4).sum(dim=1)  # sum the next h out; the last h does not matter
    assert_close(onto_v[..., 0], rbm.transitions(machine))
    assert_close(onto_v[..., 0], onto_v[..., 3])


def test_what_may_be_drawn_together() -> None:
    factors = drawn_factors(1, SIZES, "ab", "bc")
    assert gibbs.may_block(factors, "ac")
    assert not gibbs.may_block(factors, "ab")
    joint = markov_net.distribution(factors)
    together = gibbs.transition(joint, "ac")
    assert_close(together, gibbs.sweep_transition(joint, "ac"))
    assert_close(together, gibbs.sweep_transition(joint, "ca"))


def test_many_chains_come_near_the_distribution() -> None:
    net = drawn_net(3, 3, states=(2, 2, 3))
    u = uniform(7, 10_000, 8, 3)
    found = gibbs.run(net.factors(), torch.zeros(10_000, 3, dtype=torch.int64), u)[:, -1]
    names = tuple(factor.sizes(net.factors()))
    table = factor.marginal(markov_net.distribution(net.factors()), names).table
    counts = torch.zeros_like(table)
    counts.index_put_(tuple(found.unbind(-1)), tensor(1.0), accumulate=True)
    assert float(markov_chain.total_variation((counts / 10_000).flatten(), table.flatten())) < 0.02


def test_instances_are_apart() -> None:
    factors, u = drawn_factors(3, SIZES, "ab", "bc", leading=(4,)), uniform(4, 4, 5, 6, 3)
    start = torch.tensor([0, 1, 1]).expand(5, 3)
    found = gibbs.run(factors, start, u)
    alone = [Factor(each.scope, each.table[2]) for each in factors]
    assert found.shape == (4, 5, 7, 3)
    assert found[2].tolist() == gibbs.run(alone, start, u[2]).tolist()
    matrices = gibbs.random_scan(markov_net.distribution(factors))
    assert_close(matrices[2], gibbs.random_scan(markov_net.distribution(alone)))


TWO = drawn_factors(1, SIZES, "ab")
START = torch.zeros(1, 2, dtype=torch.int64)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gibbs.conditional(TWO, "z", {}), "z is no variable"),
        (lambda: gibbs.conditional(TWO, "a", {}), "state of b is not given"),
        (lambda: gibbs.run(TWO, START, uniform(1, 1, 1, 2), "a"), "must stand there once"),
        (lambda: gibbs.run(TWO, START + 5, uniform(1, 1, 1, 2)), "start holds 5"),
        (lambda: gibbs.run(TWO, START, uniform(1, 1, 1, 3)), r"\(…, 1, sweeps, 2\) is needed"),
        (lambda: gibbs.run(TWO, START, uniform(1, 1, 1, 2) - 1), "outside"),
        (lambda: gibbs.transition(TWO[0], "z"), "z is no variable"),
        (lambda: gibbs.transition(Factor(("a", "b"), tensor([[0, 1], [0, 1]])), "a"), "probability 0"),
    ],
    ids="unknown missing order start columns uniforms block impossible".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    factors, u = drawn_factors(3, SIZES, "ab", "bc"), uniform(4, 5, 6, 3).float().double()
    there = [Factor(each.scope, each.table.to(device, dtype)) for each in factors]
    start = torch.tensor([0, 1, 1]).expand(5, 3)
    found = gibbs.run(there, start.to(device), u.to(device, dtype))
    assert found.device.type == device
    assert found.tolist() == gibbs.run(factors, start, u).tolist()
    matrix = gibbs.random_scan(markov_net.distribution(there))
    assert matrix.dtype == dtype
    assert_close(matrix.double(), gibbs.random_scan(markov_net.distribution(factors)), 1e-5)
