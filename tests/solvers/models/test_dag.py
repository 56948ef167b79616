"""Directed graphs: d-separation by two routes and by networkx, independence in tables, orders, sizes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import bayes_net, dag, factor
from solvers.models.checks import BadInput
from solvers.models.dag import Trail
from tests.solvers.models.data import assert_close
from tests.solvers.models.networks import drawn_dag, drawn_net

# The graph of notes 17.3.1: x1 -> x2, x2 -> x3, x1 -> x4, x2 -> x4.
NOTES = {"x1": (), "x2": ("x1",), "x3": ("x2",), "x4": ("x1", "x2")}
RELAY = {"t0": (), "t1": ("t0",), "t2": ("t1",)}
FORK = {"d": ("c",), "c": ("a", "b"), "b": (), "a": ()}
seeds = st.integers(0, 10_000)


@given(seeds, st.integers(2, 6), st.integers(0, 63))
def test_d_separation_three_ways(seed: int, n: int, chosen: int) -> None:
    nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")
    parents = drawn_dag(seed, n)
    x, y, *rest = permutations(parents).__next__()
    seen = {name for k, name in enumerate(rest) if chosen >> k & 1}
    theirs = nx.DiGraph()
    theirs.add_nodes_from(parents)
    theirs.add_edges_from((above, node) for node, each in parents.items() for above in each)
    separated = dag.d_separated(parents, x, y, seen)
    assert separated == nx.is_d_separator(theirs, {x}, {y}, seen)
    assert separated == all(each.blocks for each in dag.trails(parents, x, y, seen))
    assert separated == dag.d_separated(parents, y, x, seen)
    assert {each.nodes for each in dag.trails(parents, x, y)} == {
        tuple(path) for path in nx.all_simple_paths(theirs.to_undirected(), x, y)
    }
    moral = {frozenset(edge) for edge in nx.moral_graph(theirs).edges}
    assert dag.moral_edges(parents) == moral
    assert dag.ancestors(parents, [x]) == nx.ancestors(theirs, x) | {x}
    assert dag.descendants(parents, [x]) == nx.descendants(theirs, x) | {x}


@settings(max_examples=30)
@given(seeds, st.integers(3, 5))
def test_separation_shows_in_the_tables(seed: int, n: int) -> None:
    """d-separated given the rest means P(x, y | rest) = P(x | rest) P(y | rest); random tables show the converse."""
    net = drawn_net(seed, n, states=(2, 2))
    x, y, *rest = net.names
    table = factor.marginal(factor.multiply(*net.factors()), (x, y, *rest)).table
    given_rest = table / table.sum(dim=(0, 1), keepdim=True)
    gap = (given_rest - given_rest.sum(0, keepdim=True) * given_rest.sum(1, keepdim=True)).abs().amax()
    assert (float(gap) < 1e-12) == dag.d_separated(net.parents, x, y, rest)


@settings(max_examples=30)
@given(seeds, st.integers(3, 5))
def test_given_its_blanket_a_node_does_not_care(seed: int, n: int) -> None:
    net = drawn_net(seed, n)
    node, blanket = net.names[0], dag.markov_blanket(net.parents, net.names[0])
    for other in set(net.names) - blanket - {node}:
        assert dag.d_separated(net.parents, node, other, blanket)
    full = bayes_net.posterior(net, [node], dict.fromkeys(net.names[1:], 1))
    assert_close(bayes_net.posterior(net, [node], dict.fromkeys(blanket, 1)).table, full.table, 1e-10)


def test_the_graph_of_the_notes() -> None:
    assert dag.factorisation(NOTES) == "P(x1) P(x2 | x1) P(x3 | x2) P(x4 | x1, x2)"
    assert dag.d_separated(NOTES, "x3", "x1", ["x2"])
    assert dag.d_separated(NOTES, "x4", "x3", ["x1", "x2"])
    assert dag.d_separated(NOTES, "x4", "x3", ["x2"])  # x2 alone is enough
    assert not dag.d_separated(NOTES, "x4", "x3", ["x1"])
    assert dag.trails(NOTES, "x4", "x3", ["x2"]) == (
        Trail(("x4", "x1", "x2", "x3"), ("x2", "chain")),
        Trail(("x4", "x2", "x3"), ("x2", "fork")),
    )


def test_a_collider_opens_when_it_or_a_descendant_is_given() -> None:
    assert dag.trails(FORK, "a", "b") == (Trail(("a", "c", "b"), ("c", "collider")),)
    assert dag.d_separated(FORK, "a", "b")
    assert not dag.d_separated(FORK, "a", "b", ["c"])
    assert not dag.d_separated(FORK, "a", "b", ["d"])
    assert dag.trails(FORK, "a", "b", ["d"]) == (Trail(("a", "c", "b"), None),)


def test_every_question_to_one_graph() -> None:
    """Two colliders, one with a descendant two arrows away: all pairs, all that may be given."""
    nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")
    parents = {"a": (), "b": (), "c": ("a", "b"), "d": ("c",), "e": ("d",), "f": ("b", "e")}
    theirs = nx.DiGraph([(above, node) for node, each in parents.items() for above in each])
    for x, y in combinations(parents, 2):
        rest = [node for node in parents if node not in (x, y)]
        for count in range(5):
            for seen in combinations(rest, count):
                expected = nx.is_d_separator(theirs, {x}, {y}, set(seen))
                assert dag.d_separated(parents, x, y, seen) == expected
                assert all(each.blocks for each in dag.trails(parents, x, y, seen)) == expected


def test_the_relay_race() -> None:
    states = dict.fromkeys(RELAY, 100)
    assert dag.parameters(RELAY, states) == {"t0": 99, "t1": 9900, "t2": 9900}
    assert (sum(dag.parameters(RELAY, states).values()), dag.table_parameters(states.values())) == (19_899, 999_999)


@given(seeds, st.integers(1, 5))
def test_orders_are_those_with_parents_first(seed: int, n: int) -> None:
    parents = drawn_dag(seed, n)
    fits = {each for each in permutations(parents) if dag.is_topological(parents, each)}
    assert set(dag.topological_orders(parents)) == fits
    assert dag.topological_order(parents) in fits
    for order in permutations(parents):  # by the definition: what stands before a node holds all its parents
        right = all(set(parents[node]) <= set(order[:k]) for k, node in enumerate(order))
        assert (order in fits) == right


def test_fewer_parents_do_not_come_first() -> None:
    """a, b -> c -> d: d has one parent and c has two, yet c comes before d."""
    assert not dag.is_topological(FORK, ("a", "b", "d", "c"))
    assert set(dag.topological_orders(FORK)) == {("a", "b", "c", "d"), ("b", "a", "c", "d")}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dag.topological_order({"a": ("b",), "b": ("a",)}), "directed cycle among a, b"),
        (lambda: dag.check_dag({"a": ("z",)}), "z is a parent of a, but no node"),
        (lambda: dag.check_dag({"a": (), "b": ("a", "a")}), "b has a parent twice"),
        (lambda: dag.d_separated(RELAY, "t0", "t0"), "must be two nodes"),
        (lambda: dag.d_separated(RELAY, "t0", "t1", ["t1"]), "neither may be given"),
        (lambda: dag.trails(RELAY, "t0", "t9"), "t9 is no node"),
        (lambda: dag.parameters(RELAY, {"t0": 2, "t1": 2}), "states of t2 is 0"),
        (lambda: dag.topological_orders({str(k): () for k in range(10)}), "at most 9"),
    ],
    ids=["cycle", "unknown parent", "twice", "same", "given", "unknown", "states", "many"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
