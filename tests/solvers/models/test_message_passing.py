"""Message passing: loops over neighbours, a convolution on a grid, three heads, equivariance and reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import graph, message_passing, nn4g
from solvers.models.checks import BadInput
from solvers.models.graph import Graph
from solvers.models.message_passing import Aggregation, GraphNet, Layer
from tests.solvers.models.data import assert_close, normal, tensor, uniform

D, H = 2, 3
KINDS: list[Aggregation] = ["sum", "mean", "max"]
seeds = st.integers(0, 10_000)


def drawn(seed: int, n: int, *leading: int) -> Graph:
    A = (uniform(seed, *leading, n, n) < 0.5).double()
    return Graph(A, normal(seed + 1, *leading, D, n))


def stack(seed: int, kind: Aggregation = "sum", *leading: int) -> list[Layer]:
    found = []
    for k, (d, h) in enumerate([(D, H), (H, 2)]):
        W, M = normal(seed + 3 * k, *leading, h, d), normal(seed + 3 * k + 1, *leading, h, d)
        found.append(Layer(W, M, normal(seed + 3 * k + 2, *leading, h), "tanh", kind))
    return found


@given(seeds, st.integers(1, 5), st.sampled_from(KINDS))
def test_a_layer_is_its_loop(seed: int, n: int, kind: Aggregation) -> None:
    one, (layer, _) = drawn(seed, n), stack(seed + 2, kind)
    found = message_passing.forward([layer], one)[1]
    for v in range(n):
        heard = [one.X[:, u] for u in range(n) if one.A[u, v]]
        received = torch.zeros(D, dtype=torch.float64)
        if heard:
            together = torch.stack(heard)
            received = {"sum": together.sum(0), "mean": together.mean(0), "max": together.max(0).values}[kind]
        assert_close(found[:, v], torch.tanh(layer.W @ one.X[:, v] + layer.M @ received + layer.b), 1e-11)


@given(seeds, st.permutations(range(5)), st.sampled_from(KINDS))
def test_nodes_and_links_move_with_labels_graphs_do_not(seed: int, order: list[int], kind: Aggregation) -> None:
    one, layers = drawn(seed, 5), stack(seed + 2, kind)
    first, second = message_passing.forward(layers, one)[-1], message_passing.forward(layers, one.relabelled(order))[-1]
    assert_close(second, first[:, order], 1e-10)
    links = message_passing.link_scores(first)
    assert_close(message_passing.link_scores(second), links[order][:, order], 1e-10)
    V, c = normal(seed + 20, 4, 2), normal(seed + 21, 4)
    assert_close(message_passing.graph_scores(second, V, c), message_passing.graph_scores(first, V, c), 1e-10)
    assert_close(message_passing.node_scores(second, V, c), message_passing.node_scores(first, V, c)[:, order], 1e-10)


@given(seeds, st.integers(0, 4))
def test_k_layers_see_k_hops(seed: int, changed: int) -> None:
    one, layers = drawn(seed, 5), stack(seed + 2)
    features = one.X.clone()
    features[:, changed] += 1
    before, after = message_passing.forward(layers, one), message_passing.forward(layers, Graph(one.A, features))
    for k in range(3):
        blind = ~graph.within(one.A, k)[changed]
        assert_close(before[k][:, blind], after[k][:, blind], 0.0)


def test_on_a_grid_it_is_a_convolution() -> None:
    """A 4 x 5 image as a graph of neighbours up, down, left and right: a cross-shaped kernel, M around, W amid."""
    rows, columns = 4, 5
    places = [(i, j) for i in range(rows) for j in range(columns)]
    edges = [
        (a, b)
        for a, (i, j) in enumerate(places)
        for b, (k, m) in enumerate(places)
        if abs(i - k) + abs(j - m) == 1 and a < b
    ]
    image, layer = normal(1, D, rows, columns), stack(2)[0]
    kernel = torch.zeros(H, D, 3, 3, dtype=torch.float64)
    kernel[:, :, 1, 1] = layer.W
    for i, j in ((0, 1), (1, 0), (1, 2), (2, 1)):
        kernel[:, :, i, j] = layer.M
    expected = torch.tanh(F.conv2d(image, kernel, layer.b, padding=1))
    one = Graph(graph.adjacency(edges, rows * columns), image.flatten(1))
    assert_close(message_passing.forward([layer], one)[1].unflatten(-1, (rows, columns)), expected)


def test_nn4g_is_a_special_case() -> None:
    """Two layers of NN4G: the second's own part is W̄ on the features, carried along here beside the state."""
    one, W1, W2, M2 = drawn(3, 4), normal(4, H, D), normal(5, 2, D), normal(6, 2, H)
    theirs = nn4g.forward([nn4g.Layer(W1), nn4g.Layer(W2, M2)], one)[-1]
    states = torch.cat([torch.tanh(W1 @ one.X), one.X])
    zero = torch.zeros(2, dtype=torch.float64)
    layer = Layer(torch.cat([0 * M2, W2], -1), torch.cat([M2, 0 * W2], -1), zero, "tanh")
    assert_close(message_passing.forward([layer], Graph(one.A, states))[1], theirs)


def test_heads_by_hand() -> None:
    states = tensor([[1, 0, 2], [0, 1, 1]])
    V, c = tensor([[1, 1]]), tensor([0.5])
    assert message_passing.node_scores(states, V, c).tolist() == [[1.5, 1.5, 3.5]]
    assert message_passing.graph_scores(states, V, c, "sum").tolist() == [5.5]
    assert message_passing.graph_scores(states, V, c, "max").tolist() == [3.5]
    assert_close(message_passing.link_scores(states), torch.sigmoid(tensor([[1, 0, 2], [0, 1, 1], [2, 1, 5]])))


def test_instances_are_apart() -> None:
    many, layers = drawn(1, 5, 3), stack(4, "max")
    alone = Graph(many.A[1], many.X[1])
    assert_close(message_passing.forward(layers, many)[-1][1], message_passing.forward(layers, alone)[-1])
    own = stack(4, "mean", 3)
    one = [Layer(each.W[1], each.M[1], each.b[1], "tanh", "mean") for each in own]
    assert_close(message_passing.forward(own, many)[-1][1], message_passing.forward(one, alone)[-1])


def task(head: str) -> tuple[Graph, Tensor]:
    upper = (uniform(3, 20, 5, 5) < 0.4).double().triu(1)
    A = upper + upper.mT
    features = torch.eye(5, dtype=torch.float64).expand_as(A) if head == "link" else torch.ones_like(A[:, :1])
    wanted = {"node": (A @ A).sum(dim=-2, keepdim=True) / 8, "graph": A.sum(dim=(-2, -1)).unsqueeze(-1) / 10}
    if head == "link":
        return Graph(A[:1], features[:1]), (A[:1] + torch.eye(5).double()).clamp(max=1)
    return Graph(A, features), wanted[head]


@pytest.mark.parametrize("head", ["node", "graph", "link"])
def test_every_head_learns_its_task(head: str) -> None:
    """Walks of two steps at a node, edges of a graph, which nodes are linked."""
    graphs, target = task(head)
    model = GraphNet([graphs.X.shape[-2], 8, 4], head, generator=torch.Generator().manual_seed(2)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(120):
        optimizer.zero_grad()
        loss = ((model(graphs) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.03
    assert sum(each.numel() for each in [*model.W, *model.M, *model.b]) == message_passing.parameter_count(
        [graphs.X.shape[-2], 8, 4]
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Layer(normal(1, 2, 3), normal(2, 2, 2), normal(3, 2)), r"M has shape \(2, 2\), but .* before = 3"),
        (lambda: message_passing.forward(stack(1)[1:], drawn(1, 3)), r"H has shape \(2, 3\), but .* before = 3"),
        (lambda: message_passing.aggregate(drawn(1, 3).A, normal(1, 2, 3), "min"), "kind is 'min'"),  # type: ignore[arg-type]
        (lambda: GraphNet([2, 3], "edge"), "head is 'edge'"),
        (lambda: message_passing.parameter_count([2]), "sizes is 1"),
    ],
    ids=["layer", "features", "kind", "head", "sizes"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("kind", KINDS)
def test_every_device_gives_the_same_states(device: str, kind: Aggregation) -> None:
    one, layers = drawn(1, 5), stack(2, kind)
    there = [Layer(each.W.to(device), each.M.to(device), each.b.to(device), "tanh", kind) for each in layers]
    found = message_passing.forward(there, Graph(one.A.to(device), one.X.to(device)))[-1]
    assert found.device.type == device
    assert_close(found, message_passing.forward(layers, one)[-1], 1e-9)
