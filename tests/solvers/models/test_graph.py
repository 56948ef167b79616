"""Graphs against networkx, walks counted one by one, relabelling and what it may not change."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import graph
from solvers.models.checks import BadInput
from solvers.models.graph import Graph
from tests.solvers.models.data import assert_close, normal, tensor, uniform

nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")

# The graph of notes 11.1.
NOTES = tensor([[0, 1, 0, 0, 1], [1, 0, 1, 1, 1], [0, 1, 0, 1, 0], [0, 1, 1, 0, 1], [1, 1, 0, 1, 0]])
seeds, sizes = st.integers(0, 10_000), st.integers(1, 6)


def drawn(seed: int, n: int, *, directed: bool = False) -> Tensor:
    A = (uniform(seed, n, n) < 0.45).double()
    return A.fill_diagonal_(0) if directed else A.triu(1) + A.triu(1).T


def theirs(A: Tensor) -> Any:
    return nx.from_numpy_array(A.numpy(), create_using=nx.DiGraph)


def test_the_graph_of_the_notes() -> None:
    edges = [(0, 1), (0, 4), (1, 2), (1, 3), (1, 4), (2, 3), (3, 4)]
    assert_close(graph.adjacency(edges, 5), NOTES, 0.0)
    assert graph.degrees(NOTES).tolist() == [2, 4, 2, 3, 3]
    assert (float(NOTES.sum()) / 2, float(graph.triangles(NOTES))) == (7, 3)
    assert bool(graph.is_symmetric(NOTES))


@given(seeds, sizes, st.integers(0, 4))
def test_walks_are_counted_one_by_one(seed: int, n: int, length: int) -> None:
    A = drawn(seed, n, directed=True)
    counted = torch.zeros(n, n, dtype=torch.float64)
    for steps in product(range(n), repeat=length + 1):
        if all(A[i, j] for i, j in pairwise(steps)):
            counted[steps[0], steps[-1]] += 1
    if n ** (length + 1) <= 4000:
        assert_close(graph.walks(A, length), counted, 0.0)


@given(seeds, st.integers(1, 8))
def test_triangles_are_networkx(seed: int, n: int) -> None:
    A = drawn(seed, n)
    assert float(graph.triangles(A)) == sum(nx.triangles(nx.from_numpy_array(A.numpy())).values()) / 3


@given(seeds, sizes, st.integers(0, 4))
def test_reach_is_the_shortest_path(seed: int, n: int, hops: int) -> None:
    A = drawn(seed, n, directed=True)
    lengths = dict(nx.all_pairs_shortest_path_length(theirs(A)))
    expected = [[lengths[i].get(j, n + hops + 1) <= hops for j in range(n)] for i in range(n)]
    assert graph.within(A, hops).tolist() == expected


@given(seeds, st.permutations(range(5)))
def test_relabelling_moves_columns_of_x_and_both_sides_of_a(seed: int, order: list[int]) -> None:
    one = Graph(drawn(seed, 5, directed=True), normal(seed + 1, 2, 5))
    other = one.relabelled(order)
    for i, j in product(range(5), repeat=2):
        assert float(other.A[i, j]) == float(one.A[order[i], order[j]])
        assert_close(other.X[:, i], one.X[:, order[i]], 0.0)
    P = graph.permutation(order, NOTES)
    assert_close(P.T @ P, torch.eye(5, dtype=torch.float64), 0.0)
    assert_close(graph.walks(other.A, 3), P.T @ graph.walks(one.A, 3) @ P, 0.0)


@settings(max_examples=40)
@given(seeds, st.integers(1, 5), st.booleans())
def test_isomorphism_is_networkx(seed: int, n: int, directed: bool) -> None:
    A, B = drawn(seed, n, directed=directed), drawn(seed + 1, n, directed=directed)
    found = graph.isomorphism(A, B)
    assert (found is not None) == nx.is_isomorphic(theirs(A), theirs(B))
    if found is not None:
        assert_close(Graph(A, normal(1, 1, n)).relabelled(found).A, B, 0.0)


def test_graphs_of_other_sizes_are_not_isomorphic() -> None:
    assert graph.isomorphism(NOTES, NOTES[:4, :4]) is None


@given(seeds, st.integers(2, 6), st.integers(0, 4))
def test_colours_are_networkx(seed: int, n: int, rounds: int) -> None:
    """The same classes of nodes after every round as networkx finds by hashing, over two graphs at once."""
    A = torch.stack([drawn(seed, n), drawn(seed + 1, n)])
    ours = graph.refine(A, rounds)
    hashes: list[list[str]] = []
    for each in A:
        one = nx.from_numpy_array(each.numpy())
        nx.set_node_attributes(one, "0", "colour")
        labels = nx.weisfeiler_lehman_subgraph_hashes(one, iterations=rounds, node_attr="colour") if rounds else {}
        hashes += [[] if not rounds else labels[node] for node in range(n)]
    for k in range(rounds):
        colours = ours[:, k + 1].flatten().tolist()
        names = [row[k] for row in hashes]
        assert len(set(colours)) == len(set(names)) == len(set(zip(colours, names, strict=True)))
    assert int(ours[:, 0].max()) == 0


@given(seeds, st.permutations(range(5)))
def test_relabelled_graphs_are_never_told_apart(seed: int, order: list[int]) -> None:
    A = drawn(seed, 5)
    assert not graph.told_apart(A, Graph(A, normal(1, 1, 5)).relabelled(order).A, 5)


def test_two_triangles_look_like_a_hexagon() -> None:
    """The standing example of what refinement, and every network of convolutions, cannot see."""
    triangles = graph.adjacency([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)], 6)
    hexagon = graph.adjacency([(i, (i + 1) % 6) for i in range(6)], 6)
    assert not graph.told_apart(triangles, hexagon, 6)
    assert graph.isomorphism(triangles, hexagon) is None
    assert graph.told_apart(hexagon, graph.adjacency([(i, i + 1) for i in range(5)], 6), 1)


def test_batches_and_the_sparse_form() -> None:
    A = torch.stack([drawn(seed, 5) for seed in range(4)])
    assert_close(graph.walks(A, 3)[2], graph.walks(A[2], 3))
    assert graph.triangles(A).shape == (4,)
    X = normal(1, 5, 2)
    assert_close(graph.sparse(NOTES) @ X, NOTES @ X)
    assert graph.sparse(NOTES).values().numel() == 14
    assert np.array_equal(graph.sparse(NOTES).to_dense().numpy(), NOTES.numpy())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: graph.adjacency([(0, 5)], 5), r"The edge \(0, 5\) leaves the nodes 0 to 4"),
        (lambda: Graph(NOTES, normal(1, 2, 4)), r"X has shape \(2, 4\), but .* n = 5"),
        (lambda: graph.permutation([0, 0, 1], NOTES), "order is .0, 0, 1., but each of 0 to 2"),
        (lambda: Graph(NOTES, normal(1, 1, 5)).relabelled([1, 0]), "order names 2 nodes, but the graph has 5"),
        (lambda: graph.triangles(drawn(1, 5, directed=True)), "not symmetric"),
        (lambda: graph.isomorphism(torch.eye(9).double(), torch.eye(9).double()), "at most 8 nodes"),
        (lambda: graph.refine(2 * NOTES, 1), "A holds a weight"),
    ],
    ids=["edge", "features", "order", "length", "directed", "large", "weights"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_counts_the_same(device: str) -> None:
    there = NOTES.to(device)
    assert graph.walks(there, 4).device.type == device
    assert_close(graph.walks(there, 4), graph.walks(NOTES, 4), 0.0)
    assert graph.refine(there, 3).tolist() == graph.refine(NOTES, 3).tolist()
    assert graph.isomorphism(there, there) == (0, 1, 2, 3, 4)
