"""Messages on trees against variable elimination and enumeration; on loops, what is and what is not exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import factor, factor_graph
from solvers.models.checks import BadInput
from solvers.models.factor import Factor
from tests.solvers.models.data import assert_close, tensor
from tests.solvers.models.networks import by_hand, drawn_factors

SIZES = {"a": 2, "b": 3, "c": 2, "d": 4, "e": 2}
TREES = [("ab", "b", "bc", "cd"), ("abc", "cd", "ce"), ("ab", "ac", "ad", "a"), ("ab", "cd", "de")]
LOOP = ("ab", "bc", "ca")
seeds = st.integers(0, 10_000)


@settings(max_examples=40)
@given(seeds, st.sampled_from(TREES), st.booleans())
def test_trees_are_exact(seed: int, scopes: tuple[str, ...], observed: bool) -> None:
    factors = drawn_factors(seed, SIZES, *scopes)
    evidence = {"a": 1} if observed else {}
    found = factor_graph.sum_product(factors, evidence)
    assert_close(found.partition, factor.eliminate(factors, "", evidence).result.table)
    for name, marginal in found.marginals.items():
        assert_close(marginal, factor.posterior(factors, [name], evidence).table)
    assert set(found.marginals) == set(factor.sizes(factors)) - set(evidence)


@settings(max_examples=40)
@given(seeds, st.sampled_from(TREES))
def test_the_best_state_is_the_largest_product(seed: int, scopes: tuple[str, ...]) -> None:
    factors = drawn_factors(seed, SIZES, *scopes)
    names = tuple(factor.sizes(factors))
    table, found = by_hand(factors, names), factor_graph.max_product(factors)
    assert_close(found.value, table.amax())
    assert_close(table[tuple(int(found.states[name]) for name in names)], table.amax())


def test_ties_do_not_mix_two_solutions() -> None:
    """Equal (0) or both 1: the largest products are at 00 and 11; 01 would be wrong."""
    best = factor_graph.max_product([Factor(("a", "b"), tensor([[1, 0], [0, 1]]))])
    assert {name: int(state) for name, state in best.states.items()} == {"a": 0, "b": 0}
    assert best.value.item() == 1


def test_a_message_by_hand() -> None:
    """φ(a,b) = [[1,2],[3,4]] and φ(b) = [1,3]: to a goes Σ_b φ(a,b) φ(b) = (7, 15)."""
    factors = (Factor(("a", "b"), tensor([[1, 2], [3, 4]])), Factor(("b",), tensor([1, 3])))
    found = factor_graph.sum_product(factors)
    assert found.messages.to_variable[0, "a"].tolist() == [7, 15]
    assert found.messages.to_factor[0, "b"].tolist() == [1, 3]
    assert found.messages.to_variable[0, "b"].tolist() == [4, 6]
    assert found.messages.to_variable[1, "b"].tolist() == [1, 3]
    assert found.partition.item() == 22


def test_enough_rounds_on_a_tree_are_exact_and_few_are_not() -> None:
    factors = drawn_factors(3, SIZES, *TREES[0], leading=(4,))
    exact = factor_graph.sum_product(factors).marginals
    for name, marginal in factor_graph.loopy(factors, 4).items():
        assert_close(marginal, exact[name])
    assert float((factor_graph.loopy(factors, 1)["d"] - exact["d"]).abs().max()) > 1e-3


def test_rounds_on_a_loop_come_near_only() -> None:
    factors = drawn_factors(5, SIZES, *LOOP)
    found, exact = factor_graph.loopy(factors, 100), factor.posterior(factors, "a").table
    gap = float((found["a"] - exact).abs().max())
    assert 1e-6 < gap < 0.05
    for name, marginal in factor_graph.loopy(factors, 101).items():
        assert_close(marginal, found[name], 1e-10)


@given(st.sets(st.sampled_from(["".join(pair) for pair in product("abc", "de")]), min_size=1))
def test_forests_are_told_from_loops(scopes: set[str]) -> None:
    nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")
    factors = drawn_factors(1, SIZES, *sorted(scopes))
    theirs = nx.Graph([(k, name) for k, name in factor_graph.links(factors)])
    assert factor_graph.is_forest(factors) == nx.is_forest(theirs)


def test_instances_are_apart() -> None:
    factors = drawn_factors(3, SIZES, *TREES[1], leading=(3,))
    evidence = {"d": torch.tensor([0, 1, 3])}
    found, best = factor_graph.sum_product(factors, evidence), factor_graph.max_product(factors, evidence)
    for k in range(3):
        alone = [Factor(each.scope, each.table[k]) for each in factors]
        state = {"d": int(evidence["d"][k])}
        one = factor_graph.sum_product(alone, state)
        assert_close(found.partition[k], one.partition)
        assert_close(found.marginals["b"][k], one.marginals["b"])
        assert int(best.states["b"][k]) == int(factor_graph.max_product(alone, state).states["b"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: factor_graph.sum_product(drawn_factors(1, SIZES, *LOOP)), "has a loop"),
        (lambda: factor_graph.max_product(drawn_factors(1, SIZES, "ab", "ba")), "has a loop"),
        (lambda: factor_graph.loopy(drawn_factors(1, SIZES, "ab"), -1), "at least 0"),
    ],
    ids=["sum", "max", "sweeps"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    factors = drawn_factors(3, SIZES, *TREES[1], leading=(3,))
    there = [Factor(each.scope, each.table.to(device, dtype)) for each in factors]
    found = factor_graph.sum_product(there)
    assert (found.partition.device.type, found.partition.dtype) == (device, dtype)
    tolerance = 1e-12 if dtype == torch.float64 else 1e-5
    assert_close(found.marginals["d"].double(), factor_graph.sum_product(factors).marginals["d"], tolerance)
