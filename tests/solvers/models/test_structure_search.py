"""Scores against sums over the data and against pgmpy; greedy search against every graph."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import bayes_net, dag, structure_search
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.checks import BadInput
from solvers.models.structure_search import Move
from tests.solvers.models.data import assert_close, tensor, uniform
from tests.solvers.models.networks import drawn_net

STATES = {"a": 2, "b": 3, "c": 2}
seeds = st.integers(0, 10_000)


def drawn_data(seed: int, count: int, *leading: int) -> torch.Tensor:
    limits = torch.tensor(list(STATES.values()))
    return (uniform(seed, *leading, count, 3) * limits).long()


@settings(max_examples=30)
@given(seeds, st.sampled_from(["", "b", "bc", "cb"]))
def test_the_likelihood_example_by_example(seed: int, above: str) -> None:
    data = drawn_data(seed, 12)
    rows = [tuple(row) for row in data.tolist()]
    columns = ["abc".index(name) for name in above]
    total = 0.0
    for row in rows:
        same = [each for each in rows if all(each[k] == row[k] for k in columns)]
        total += math.log(sum(each[0] == row[0] for each in same) / len(same))
    assert_close(structure_search.log_likelihood(data, STATES, "a", above), tensor(total), 1e-10)
    free = math.prod(STATES[name] for name in above)  # (2 - 1) Π k
    assert_close(structure_search.bic(data, STATES, "a", above), tensor(total - 0.5 * math.log(12) * free), 1e-10)


@settings(max_examples=30)
@given(seeds)
def test_bdeu_is_a_product_of_predictions(seed: int) -> None:
    """The evidence is Π P(next | before), each prediction (count + cell) / (row count + row) with the cases so far."""
    data, weight = drawn_data(seed, 10), 10.0
    total, seen = 0.0, dict[tuple[int, int], int]()
    for a, b, _ in data.tolist():
        row = sum(seen.get((b, k), 0) for k in range(2))
        total += math.log((seen.get((b, a), 0) + weight / 6) / (row + weight / 3))
        seen[b, a] = seen.get((b, a), 0) + 1
    assert_close(structure_search.bdeu(data, STATES, "a", "b", weight), tensor(total), 1e-10)


def test_equivalent_graphs_score_alike() -> None:
    data = drawn_data(1, 30)
    chain = {"a": (), "b": ("a",), "c": ("b",)}
    turned = {"a": ("b",), "b": ("c",), "c": ()}
    collider = {"a": (), "b": ("a", "c"), "c": ()}
    for kind in ("bic", "bdeu"):
        one, two, other = (structure_search.score(data, STATES, each, kind) for each in (chain, turned, collider))
        assert_close(one, two, 1e-10)
        assert abs(float(other - one)) > 1e-3


def every_graph() -> list[dict[str, tuple[str, ...]]]:
    edges = [(x, y) for x in "abc" for y in "abc" if x != y]
    found = []
    for chosen in product((0, 1), repeat=6):
        parents = {
            node: tuple(x for (x, y), on in zip(edges, chosen, strict=True) if on and y == node) for node in "abc"
        }
        try:
            dag.check_dag(parents)
        except BadInput:
            continue
        found.append(parents)
    return found


def as_edges(parents: dict[str, tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    return frozenset((above, node) for node, each in parents.items() for above in each)


def test_neighbours_are_all_graphs_one_edge_away() -> None:
    graphs = every_graph()
    assert len(graphs) == 25  # as many labelled acyclic graphs of three nodes as there are
    for one in graphs:
        here = as_edges(one)
        away = set()
        for other in graphs:
            change = here ^ as_edges(other)
            turned = len(change) == 2 and len({frozenset(edge) for edge in change}) == 1
            if len(change) == 1 or turned:
                away.add(as_edges(other))
        found = [as_edges(after) for _, _, after in structure_search.neighbours(one)]
        assert set(found) == away
        assert len(found) == len(away)


@settings(max_examples=15)
@given(seeds)
def test_the_search_ends_where_no_neighbour_is_better(seed: int) -> None:
    data = drawn_data(seed, 40)
    data[:, 2] = torch.where(uniform(seed, 40) < 0.8, data[:, 0], data[:, 2])
    found = structure_search.hill_climb(data, STATES)
    last = structure_search.score(data, STATES, found.parents)
    assert found.scores[-1] == pytest.approx(float(last), abs=1e-9)
    assert all(b > a for a, b in zip(found.scores, found.scores[1:], strict=False))
    for _, _, after in structure_search.neighbours(found.parents):
        assert float(structure_search.score(data, STATES, after)) <= float(last) + 1e-8


@settings(max_examples=15)
@given(seeds)
def test_a_search_that_goes_on_from_peaks_keeps_the_best_it_saw(seed: int) -> None:
    data = drawn_data(seed, 40)
    data[:, 2] = torch.where(uniform(seed, 40) < 0.8, (data[:, 0] + data[:, 1]) % 2, data[:, 2])
    found, greedy = structure_search.tabu_search(data, STATES, limit=12), structure_search.hill_climb(data, STATES)
    assert found.moves[: len(greedy.moves)] == greedy.moves[:12]
    graph: dict[str, tuple[str, ...]] = dict.fromkeys(STATES, ())
    scores = list[float]()
    for move in (None, *found.moves):
        graph = graph if move is None else structure_search.moved(graph, move)
        scores.append(float(structure_search.score(data, STATES, graph)))
    assert found.scores == pytest.approx(scores, abs=1e-9)
    assert float(structure_search.score(data, STATES, found.parents)) == pytest.approx(max(scores), abs=1e-9)
    for k, move in enumerate(found.moves):
        before = {frozenset(each.edge) for each in found.moves[max(k - 3, 0) : k]}
        assert frozenset(move.edge) not in before


def test_greed_ends_below_what_the_other_search_reaches() -> None:
    """Two fair bits and whether they differ: no bit alone tells anything, so that greed sees no first step."""
    a, b = (uniform(k, 400) < 0.5 for k in (1, 2))
    data = torch.stack([a, b, a ^ b], dim=-1).long()
    states = dict.fromkeys("abc", 2)
    assert structure_search.hill_climb(data, states).moves == ()
    found = structure_search.tabu_search(data, states, limit=6)
    assert sum(map(len, found.parents.values())) >= 2
    assert max(found.scores) > found.scores[0] + 100


def test_a_barred_pair_is_not_moved() -> None:
    data, start = drawn_data(1, 30), {"a": (), "b": ("a",), "c": ()}
    pairs = [frozenset("ab"), frozenset("bc"), frozenset("ac")]
    for barred in pairs:
        move = structure_search.best_move(data, STATES, start, barred={barred})
        assert move is not None
        assert frozenset(move.edge) != barred
        assert as_edges(structure_search.moved(start, move)) != as_edges(start)
    assert structure_search.best_move(data, STATES, start, barred=pairs) is None


def test_the_graph_is_found_again() -> None:
    """A collider with strong arrows, from 2000 samples: no other graph of three nodes is equivalent to it."""
    b = tensor([[[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]], [[0.1, 0.1, 0.8], [0.7, 0.1, 0.2]]])
    half = tensor([0.5, 0.5])
    net = BayesNet((Cpt("a", (), half), Cpt("b", ("a", "c"), b), Cpt("c", (), half)))
    data = bayes_net.sample(net, uniform(1, 2000, 3))
    found = structure_search.hill_climb(data, STATES)
    assert as_edges(dict(found.parents)) == {("a", "b"), ("c", "b")}
    best = max(every_graph(), key=lambda each: float(structure_search.score(data, STATES, each)))
    assert as_edges(best) == {("a", "b"), ("c", "b")}


def test_the_other_library_agrees() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own coming changes while it is imported
        scores = pytest.importorskip("pgmpy.estimators", reason="the oracle pgmpy is not installed")
        pandas = pytest.importorskip("pandas")
        net = drawn_net(3, 3, states=(2, 3, 2))
        data = bayes_net.sample(net, uniform(1, 60, 3))
        labels = {name: [str(k) for k in range(size)] for name, size in STATES.items()}
        frame = pandas.DataFrame(data.numpy(), columns=list("abc")).astype(str)
        for above in ("", "b", "bc"):
            theirs = scores.BIC(frame, state_names=labels).local_score("a", tuple(above))
            assert float(structure_search.bic(data, STATES, "a", above)) == pytest.approx(theirs, rel=1e-9)
            theirs = scores.BDeu(frame, equivalent_sample_size=10, state_names=labels).local_score("a", tuple(above))
            assert float(structure_search.bdeu(data, STATES, "a", above)) == pytest.approx(theirs, rel=1e-9)


def test_instances_are_apart(device: str) -> None:
    data = drawn_data(1, 15, 4)
    parents = {"a": (), "b": ("a",), "c": ("b", "a")}
    for kind in ("bic", "bdeu"):
        found = structure_search.score(data.to(device), STATES, parents, kind)
        assert found.device.type == device
        assert_close(found[2], structure_search.score(data[2], STATES, parents, kind), 1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: structure_search.score(drawn_data(1, 4) + 3, STATES, {"a": (), "b": (), "c": ()}), "data holds 3"),
        (lambda: structure_search.score(drawn_data(1, 4)[:, :2], STATES, {"a": (), "b": (), "c": ()}), "a column each"),
        (lambda: structure_search.score(drawn_data(1, 4), STATES, {"a": ()}), "nodes a, but the data a, b, c"),
        (lambda: structure_search.score(drawn_data(1, 4), STATES, {"a": "b", "b": "a", "c": ()}), "directed cycle"),
        (
            lambda: structure_search.moves(drawn_data(1, 4, 2), STATES, {"a": (), "b": (), "c": ()}),
            r"data has shape \(2, 4, 3\)",
        ),
        (lambda: structure_search.bdeu(drawn_data(1, 4), STATES, "a", "", 0.0), r"weight is 0\.0"),
        (lambda: structure_search.hill_climb(drawn_data(1, 4), STATES, limit=0), "at least 1"),
        (lambda: structure_search.tabu_search(drawn_data(1, 4), STATES, memory=0), "memory is 0"),
        (
            lambda: structure_search.moved({"a": (), "b": ()}, Move("remove", ("a", "b"), 0.0)),
            "To remove a → b is no move",
        ),
    ],
    ids="states columns nodes cycle instances weight limit memory move".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
