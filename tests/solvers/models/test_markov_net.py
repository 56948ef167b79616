"""Undirected models against networkx and enumeration: cliques, separation, Z, energies."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import combinations, product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import factor, markov_net
from solvers.models.checks import BadInput
from solvers.models.factor import Factor
from solvers.models.markov_net import Energy
from tests.solvers.models.data import assert_close, normal, tensor, uniform
from tests.solvers.models.networks import by_hand, drawn_factors

SIZES = {"a": 2, "b": 3, "c": 2, "d": 2}
seeds = st.integers(0, 10_000)


def drawn_graph(seed: int, n: int) -> dict[str, frozenset[str]]:
    edge = (uniform(seed, n, n) < 0.5).tolist()
    return markov_net.graph(
        (("abcdefg"[i], "abcdefg"[j]) for i, j in combinations(range(n), 2) if edge[i][j]), "abcdefg"[:n]
    )


@given(seeds, st.integers(2, 7), st.integers(0, 31))
def test_cliques_and_paths_against_networkx(seed: int, n: int, chosen: int) -> None:
    nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")
    links = drawn_graph(seed, n)
    theirs = nx.Graph({name: list(each) for name, each in links.items()})
    assert set(markov_net.maximal_cliques(links)) == {frozenset(each) for each in nx.find_cliques(theirs)}
    everyone = [frozenset(each) for each in nx.enumerate_all_cliques(theirs)]
    assert sorted(map(sorted, markov_net.cliques(links))) == sorted(map(sorted, everyone))
    x, y, *rest = links
    seen = {name for k, name in enumerate(rest) if chosen >> k & 1}
    apart = not nx.has_path(theirs.subgraph(set(links) - seen), x, y)
    assert markov_net.separated(links, [x], [y], seen) == apart


def test_the_colds_of_the_notes() -> None:
    """Roommate - you - colleague: given your health, the others' are independent; alone they are not."""
    factors = drawn_factors(1, {"r": 2, "y": 2, "c": 2}, "ry", "yc")
    links = markov_net.graph_of(factors)
    assert set(markov_net.maximal_cliques(links)) == {frozenset("ry"), frozenset("cy")}
    assert markov_net.separated(links, "r", "c", "y")
    assert not markov_net.separated(links, "r", "c")
    table = factor.marginal(markov_net.distribution(factors), "ryc").table
    for y in range(2):
        assert int(torch.linalg.matrix_rank(table[:, y], atol=1e-12)) == 1
    assert int(torch.linalg.matrix_rank(table.sum(1), atol=1e-12)) == 2


@given(seeds)
def test_partition_and_distribution(seed: int) -> None:
    factors = drawn_factors(seed, SIZES, "ab", "bc", "cd", "da")
    table = by_hand(factors, ("a", "b", "c", "d"))
    assert_close(markov_net.partition(factors), table.sum())
    assert_close(factor.aligned(markov_net.distribution(factors), "abcd"), table / table.sum())


def test_a_partition_function_in_whole_numbers() -> None:
    """Z = Σ_abc φ1(a,b) φ2(b,c) with φ1 = [[1,2],[3,4]], φ2 = [[5,6],[7,8]]: (1+3)·11 + (2+4)·15 = 134."""
    factors = (Factor(("a", "b"), tensor([[1, 2], [3, 4]])), Factor(("b", "c"), tensor([[5, 6], [7, 8]])))
    assert markov_net.partition(factors).item() == 134


@given(seeds)
def test_energies_are_minus_logs(seed: int) -> None:
    terms = [Energy(("a", "b"), normal(seed, 2, 3)), Energy(("b", "c"), normal(seed + 1, 3, 2))]
    table = by_hand(tuple(each.potential() for each in terms), ("a", "b", "c"))
    for a, b, c in product(range(2), range(3), range(2)):
        found = markov_net.energy(terms, {"a": a, "b": b, "c": c})
        assert_close(found, -torch.log(table[a, b, c]))
        other = table[a, b, c] / table[0, 1, 1]
        assert_close(markov_net.ratio(terms, {"a": a, "b": b, "c": c}, {"a": 0, "b": 1, "c": 1}), other)


@settings(max_examples=30)
@given(seeds, st.integers(1, 5))
def test_boltzmann_machines_two_ways(seed: int, n: int) -> None:
    b, W = normal(seed, 3, n), normal(seed + 1, 3, n, n).triu(1)
    W = W + W.mT
    terms = markov_net.boltzmann(b, W)
    found = markov_net.distribution([each.potential() for each in terms])
    assert_close(factor.aligned(found, [f"x{k + 1}" for k in range(n)]), markov_net.boltzmann_joint(b, W))
    state = {f"x{k + 1}": int(bit) for k, bit in enumerate("10110"[:n])}
    x = tensor(list(state.values()))
    assert_close(markov_net.energy(terms, state), -(b @ x) - (W @ x @ x) / 2)


def test_sizes_of_a_clique() -> None:
    """Three variables of 10 states: one factor has 1000 entries, three pairs 300."""
    assert (markov_net.clique_parameters([10, 10, 10]), markov_net.clique_parameters([10, 10, 10], 2)) == (1000, 300)
    assert markov_net.clique_parameters([2, 3, 4], 2) == 6 + 8 + 12


def test_the_other_library_agrees() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own coming changes while it is imported
        models = pytest.importorskip("pgmpy.models", reason="the oracle pgmpy is not installed")
        tables = pytest.importorskip("pgmpy.factors.discrete")
        factors = drawn_factors(4, SIZES, "ab", "bc", "cd", "da")
        theirs = models.DiscreteMarkovNetwork([tuple(each.scope) for each in factors])
        for each in factors:
            theirs.add_factors(tables.DiscreteFactor(each.scope, list(each.sizes.values()), each.table.numpy()))
        assert theirs.get_partition_function() == pytest.approx(float(markov_net.partition(factors)), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: markov_net.graph([("a", "a")]), "joins a to itself"),
        (lambda: markov_net.boltzmann(tensor([1, 1]), tensor([[0, 1], [2, 0]])), "must be symmetric"),
        (lambda: markov_net.boltzmann(tensor([1, 1]), torch.eye(2).double()), "no unit is joined to itself"),
        (lambda: markov_net.energy([Energy(("a", "b"), normal(1, 2, 2))], {"a": 0}), "state of b is not given"),
        (lambda: markov_net.clique_parameters([]), "at least 1"),
    ],
    ids=["self", "symmetric", "diagonal", "missing", "empty"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    b, W = normal(1, 3, 4), normal(2, 3, 4, 4).triu(1)
    W = W + W.mT
    terms = markov_net.boltzmann(b.to(device, dtype), W.to(device, dtype))
    found = markov_net.partition([each.potential() for each in terms])
    assert (found.device.type, found.dtype) == (device, dtype)
    expected = markov_net.partition([each.potential() for each in markov_net.boltzmann(b, W)])
    assert_close(found.double(), expected, 1e-12 if dtype == torch.float64 else 1e-5)
