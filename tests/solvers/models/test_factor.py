"""Factor algebra and variable elimination against tables filled entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import factor
from solvers.models.checks import BadInput
from solvers.models.factor import Factor
from tests.solvers.models.data import assert_close, tensor, uniform
from tests.solvers.models.networks import by_hand, drawn_factors

SIZES = {"a": 2, "b": 3, "c": 2, "d": 4}
CYCLE = ("ab", "bc", "cd", "da")
seeds = st.integers(0, 10_000)


@given(seeds, st.permutations("abcd"))
def test_products_and_sums_entry_by_entry(seed: int, names: list[str]) -> None:
    factors = drawn_factors(seed, SIZES, "db", "b", "acd")
    whole = factor.multiply(*factors)
    table = by_hand(factors, tuple(names))
    assert_close(factor.aligned(whole, names), table)
    assert_close(factor.marginal(whole, names[:2]).table, table.sum(dim=(2, 3)))
    assert_close(factor.aligned(factor.max_out(whole, names[0], names[3]), names[1:3]), table.amax(dim=(0, 3)))
    assert_close(factor.normalised(whole).table.sum(), tensor(1))


@given(seeds, st.sampled_from(["a", "b", "ac", "dc", ""]), st.integers(0, 1), st.booleans())
def test_every_order_of_elimination_gives_the_same(seed: int, wanted: str, state: int, observed: bool) -> None:
    factors = drawn_factors(seed, SIZES, *CYCLE)
    evidence = {"b": state} if observed and "b" not in wanted else {}
    table = by_hand(factors, ("a", "b", "c", "d"))
    if evidence:
        table = table[:, state : state + 1]
    kept = torch.einsum("abcd->" + wanted, table) if wanted else table.sum()
    hidden = [name for name in "abcd" if name not in wanted and name not in evidence]
    for order in permutations(hidden):
        assert_close(factor.eliminate(factors, wanted, evidence, order).result.table, kept)
    greedy = factor.eliminate(factors, wanted, evidence)
    assert sorted(greedy.order) == hidden
    assert_close(greedy.result.table, kept)
    assert_close(factor.posterior(factors, wanted, evidence).table, kept / kept.sum())


def test_a_chain_never_needs_more_than_two_variables_at_once() -> None:
    states = dict.fromkeys("abcdefgh", 3)
    chain = drawn_factors(1, states, "ab", "bc", "cd", "de", "ef", "fg", "gh")
    assert factor.eliminate(chain, ["h"]).largest == 9
    assert factor.eliminate(chain, ["h"], None, "gfedcba").largest > 9  # inside out, g joins f and h
    star = drawn_factors(1, states, "ab", "ac", "ad", "ae")
    assert factor.elimination_order(star, ["b"])[-1] == "a"
    assert factor.eliminate(star, ["b"], None, "acde").largest == 3**5  # the hub first joins all its leaves


def test_evidence_may_differ_between_instances() -> None:
    (one,) = drawn_factors(3, SIZES, "dab", leading=(5,))
    state = torch.tensor([0, 2, 1, 1, 2])
    found = factor.condition(one, {"b": state, "absent": 7})
    assert found.scope == ("d", "a")
    for k in range(5):
        assert_close(found.table[k], one.table[k, :, :, state[k]])
    shared = Factor(("d", "b"), uniform(1, 4, 3))
    spread = factor.condition(shared, {"b": state}).table
    assert_close(spread, shared.table.T[state])
    assert_close(factor.condition(one, {"a": 1}).table, one.table[:, :, 1])
    both = factor.condition(one, {"b": state.reshape(1, 5).expand(4, 5), "a": 0})
    assert both.table.shape == (4, 5, 4)


@given(seeds)
def test_dependence_state_by_state(seed: int) -> None:
    joint = factor.normalised(factor.multiply(*drawn_factors(seed, SIZES, "ab", "bc")))
    table, worst = by_hand((joint,), ("a", "c", "b")), 0.0
    for b in range(3):
        inside = table[:, :, b] / table[:, :, b].sum()
        worst = max(worst, float((inside - torch.outer(inside.sum(1), inside.sum(0))).abs().max()))
    assert_close(factor.dependence(joint, "a", "c", "b"), tensor(worst))
    assert worst < 1e-12  # b lies between them
    alone = table.sum(dim=2)
    expected = (alone - torch.outer(alone.sum(1), alone.sum(0))).abs().max()
    assert_close(factor.dependence(joint, "a", "c"), expected)
    assert float(expected) > 1e-6


def test_two_coins_and_whether_they_agree() -> None:
    """Any two are independent, and the third decides it: c = a XOR b."""
    table = tensor([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]])
    joint = Factor(("a", "b", "c"), table)
    assert factor.dependence(joint, "a", "b").item() == 0
    assert factor.dependence(joint, "a", "b", "c").item() == 0.25
    never = factor.multiply(joint, Factor(("c",), tensor([1, 0])))
    assert factor.dependence(never, "a", "b", "c").item() == 0.25


def test_instances_are_apart() -> None:
    many, shared = drawn_factors(3, SIZES, "ab", "bc", leading=(4,)), drawn_factors(9, SIZES, "cd")
    found = factor.posterior((*many, *shared), "ca", {"d": torch.tensor([0, 1, 2, 3])})
    for k in range(4):
        alone = tuple(Factor(each.scope, each.table[k]) for each in many)
        assert_close(found.table[k], factor.posterior((*alone, *shared), "ca", {"d": k}).table)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Factor(("a", "a"), uniform(1, 2, 2)), "each once"),
        (lambda: Factor(("a b",), uniform(1, 2)), "names without spaces"),
        (lambda: Factor(("a", "b"), uniform(1, 2)), "too few axes"),
        (lambda: Factor(("a",), tensor([1, -1])), "factor of a holds a negative number"),
        (lambda: factor.multiply(), "no factor to multiply"),
        (lambda: factor.multiply(Factor(("a",), uniform(1, 2)), Factor(("a",), uniform(1, 3))), "a has 2 states in"),
        (lambda: factor.sum_out(Factor(("a",), uniform(1, 2)), "b"), "b is no variable here"),
        (lambda: factor.condition(Factor(("a",), uniform(1, 2)), {"a": 2}), "the state of a holds 2"),
        (lambda: factor.condition(Factor(("a",), uniform(1, 3, 2)), {"a": torch.zeros(2).long()}), r"instances \(2,\)"),
        (lambda: factor.normalised(Factor(("a",), tensor([0, 0]))), "sums to 0"),
        (lambda: factor.eliminate(drawn_factors(1, SIZES, "ab"), "a", None, "a"), "must stand there once"),
        (lambda: factor.eliminate(drawn_factors(1, SIZES, "ab"), "a", {"a": 0}), "both asked for and given"),
        (lambda: factor.eliminate(drawn_factors(1, SIZES, "ab"), "z"), "z is no variable here"),
        (lambda: factor.dependence(drawn_factors(1, SIZES, "ab")[0], "a", "a"), "different variables"),
    ],
    ids="twice space axes negative none sizes unknown state instances zero order both wanted same".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_posterior(device: str, dtype: torch.dtype) -> None:
    factors = drawn_factors(1, SIZES, *CYCLE, leading=(3,))
    there = [Factor(each.scope, each.table.to(device, dtype)) for each in factors]
    found = factor.posterior(there, "ac", {"b": torch.tensor([0, 1, 2], device=device)}).table
    assert (found.device.type, found.dtype) == (device, dtype)
    expected = factor.posterior(factors, "ac", {"b": torch.tensor([0, 1, 2])}).table
    assert_close(found.double(), expected, 1e-12 if dtype == torch.float64 else 1e-5)
