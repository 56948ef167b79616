"""NN4G against sums over neighbours, autograd, and its promises: equivariance, reach, what it cannot tell apart."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import graph, nn4g
from solvers.models.checks import BadInput
from solvers.models.graph import Graph
from solvers.models.nn4g import Layer, Nn4g
from tests.solvers.models.data import assert_close, normal, tensor, uniform

D = 2


def drawn(seed: int, n: int, *leading: int) -> Graph:
    upper = (uniform(seed, *leading, n, n) < 0.5).double().triu(1)
    return Graph(upper + upper.mT, normal(seed + 1, *leading, D, n))


def stack(seed: int, units: tuple[int, ...] = (3, 2, 2), *leading: int, skip: bool = False) -> list[Layer]:
    found = [Layer(normal(seed, *leading, units[0], D))]
    for place, h in enumerate(units[1:], start=1):
        seen = sum(units[:place]) if skip else units[place - 1]
        found.append(Layer(normal(seed + place, *leading, h, D), normal(seed + 10 + place, *leading, h, seen)))
    return found


def by_hand(layers: list[Layer], one: Graph, skip: bool) -> list[list[list[float]]]:
    """h_v^i node by node: states[i][v][unit]."""
    n, states = one.A.shape[0], list[list[list[float]]]()
    for layer in layers:
        fresh = []
        for v in range(n):
            net = [sum(float(w) * float(x) for w, x in zip(row, one.X[:, v], strict=True)) for row in layer.own]
            if layer.neighbours is not None:
                for u in range(n):
                    if one.A[u, v]:
                        before = [value for each in (states if skip else states[-1:]) for value in each[u]]
                        for j, row in enumerate(layer.neighbours.tolist()):
                            net[j] += sum(w * h for w, h in zip(row, before, strict=True))
            fresh.append([math.tanh(value) for value in net])
        states.append(fresh)
    return states


@given(st.integers(0, 10_000), st.integers(1, 5), st.booleans())
def test_every_layer_is_the_node_formula(seed: int, n: int, skip: bool) -> None:
    """The matrix form W̄ X + W H A of all nodes at once, against h_v = σ(W̄ x_v + W Σ_u h_u)."""
    one, layers = drawn(seed, n), stack(seed + 2, skip=skip)
    for found, expected in zip(nn4g.forward(layers, one, skip=skip), by_hand(layers, one, skip), strict=True):
        assert_close(found, tensor(expected).T, 1e-11)


def test_an_edge_counts_in_its_direction() -> None:
    """0 -> 1 only: node 1 hears node 0, node 0 hears nobody."""
    one = Graph(tensor([[0, 1], [0, 0]]), tensor([[1, 10]]))
    layers = [Layer(tensor([[1]])), Layer(tensor([[0]]), tensor([[2]]))]
    assert nn4g.forward(layers, one, "linear")[1].tolist() == [[0.0, 2.0]]


@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_nodes_move_with_their_labels_and_graphs_do_not(seed: int, order: list[int]) -> None:
    one, layers = drawn(seed, 5), stack(seed + 2)
    states, moved = nn4g.forward(layers, one), nn4g.forward(layers, one.relabelled(order))
    assert_close(moved[-1], states[-1][:, order], 1e-11)
    for k in (None, 1.0, 3.0):
        assert_close(nn4g.graph_readout(moved, k), nn4g.graph_readout(states, k), 1e-11)


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_layer_i_sees_i_minus_one_hops(seed: int, changed: int) -> None:
    one, layers = drawn(seed, 5), stack(seed + 2)
    features = one.X.clone()
    features[:, changed] += 1
    before, after = nn4g.forward(layers, one), nn4g.forward(layers, Graph(one.A, features))
    for i in range(3):
        blind = ~graph.within(one.A, i)[changed]
        assert_close(before[i][:, blind], after[i][:, blind], 0.0)


def test_two_triangles_and_a_hexagon_get_the_same_output() -> None:
    triangles = graph.adjacency([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)], 6)
    hexagon = graph.adjacency([(i, (i + 1) % 6) for i in range(6)], 6)
    model = Nn4g(1, [3, 3, 3], generator=torch.Generator().manual_seed(1)).double()
    same = torch.ones(1, 6, dtype=torch.float64)
    assert_close(model(Graph(triangles, same)), model(Graph(hexagon, same)))


def test_readouts() -> None:
    states = [tensor([[1, 2, 6]]), tensor([[0, 3, 0], [1, 1, 1]])]
    assert nn4g.graph_readout(states).tolist() == [3.0, 1.0, 1.0]
    assert nn4g.graph_readout(states, 1.0).tolist() == [9.0, 3.0, 3.0]


@pytest.mark.parametrize("skip", [False, True], ids=["plain", "skip"])
def test_counts_do_not_depend_on_the_nodes(skip: bool) -> None:
    model = Nn4g(D, [3, 2, 2], skip=skip)
    weights = sum(each.numel() for each in [*model.own, *model.neighbours])
    assert weights == nn4g.parameter_count(D, [3, 2, 2], skip=skip)
    assert weights == 14 + (3 * 2 + 5 * 2 if skip else 3 * 2 + 2 * 2)


def test_batches_of_graphs() -> None:
    many, layers = drawn(1, 5, 4), stack(3)
    alone = Graph(many.A[2], many.X[2])
    assert_close(nn4g.forward(layers, many)[-1][2], nn4g.forward(layers, alone)[-1])
    own = stack(3, (3, 2, 2), 4)
    one = [Layer(each.own[2], None if each.neighbours is None else each.neighbours[2]) for each in own]
    assert_close(nn4g.forward(own, many)[-1][2], nn4g.forward(one, alone)[-1])
    assert_close(nn4g.forward(own, alone)[-1][2], nn4g.forward(one, alone)[-1])


@pytest.mark.parametrize("skip", [False, True], ids=["plain", "skip"])
def test_gradcheck(skip: bool) -> None:
    model, one = Nn4g(D, [2, 2], skip=skip, generator=torch.Generator().manual_seed(1)).double(), drawn(1, 4)
    assert torch.autograd.gradcheck(lambda X: model(Graph(one.A, X)), one.X.requires_grad_())


def proposals(seed: int, units: int, candidates: int) -> list[Layer]:
    first = [Layer(normal(seed, candidates, 1, D))]
    rest = [Layer(normal(seed + i, candidates, 1, D), normal(seed + 50 + i, candidates, 1, i)) for i in range(1, units)]
    return first + rest


def test_growing_lowers_the_error_unit_by_unit() -> None:
    """The target is another network's output; units frozen when added, so a prefix of the growth is the growth."""
    graphs = drawn(1, 5, 40)
    target = nn4g.graph_readout(nn4g.forward(stack(7, (1, 1)), graphs)) @ tensor([1, -2])
    grown = nn4g.grow(graphs, target, proposals(20, 6, 8))
    errors = torch.cat([target.var(correction=0, keepdim=True), grown.errors])
    assert bool((errors.diff() <= 1e-9).all())
    assert float(errors[-1]) < 0.2 * float(errors[0])
    prefix = nn4g.grow(graphs, target, proposals(20, 3, 8))
    for one, other in zip(prefix.layers, grown.layers, strict=False):
        assert torch.equal(one.own, other.own)
    left = nn4g.predict(grown, graphs) - target
    assert_close((left**2).mean(), grown.errors[-1], 1e-10)


def test_growing_keeps_the_candidate_with_the_best_correlation() -> None:
    graphs, target = drawn(1, 4, 12), normal(9, 12)
    (proposal,) = proposals(20, 1, 5)
    values = [torch.tanh(own @ graphs.X).mean(dim=-1).squeeze(-1) for own in proposal.own]
    r = [abs(float(torch.corrcoef(torch.stack([value, target]))[0, 1])) for value in values]
    grown = nn4g.grow(graphs, target, [proposal])
    assert torch.equal(grown.layers[0].own, proposal.own[r.index(max(r))])


def test_joint_training_learns_to_count_triangles() -> None:
    upper = (uniform(3, 30, 5, 5) < 0.5).double().triu(1)
    A = upper + upper.mT
    features = torch.cat([torch.ones_like(A[:, :1]), A.sum(dim=-1, keepdim=True).mT / 4], dim=1)
    graphs, target = Graph(A, features), graph.triangles(A) / 5
    model = Nn4g(2, [6, 6], generator=torch.Generator().manual_seed(0)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        optimizer.zero_grad()
        loss = ((model(graphs) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.2 * float(target.var())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn4g.forward([Layer(normal(1, 2, 2))] * 2, drawn(1, 3)), "every later one the layer before it"),
        (lambda: nn4g.forward([], drawn(1, 3)), "The first layer must see"),
        (lambda: nn4g.forward([Layer(normal(1, 2, 3))], drawn(1, 3)), r"X has shape \(2, 3\), but .* d = 3"),
        (lambda: nn4g.forward(stack(1, (3, 2), skip=False), drawn(1, 3), "step"), "activation is 'step'"),
        (lambda: nn4g.graph_readout([normal(1, 2, 3)], 0.0), "k is 0.0"),
        (lambda: nn4g.grow(drawn(1, 3, 4), normal(1, 4), proposals(1, 1, 2) * 2), "Proposal 2 must weigh the 1 units"),
        (lambda: nn4g.parameter_count(2, [3, 0]), "units_1 is 0"),
    ],
    ids=["layers", "none", "features", "unit", "k", "proposal", "count"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_states(device: str, dtype: torch.dtype) -> None:
    def there(each: Tensor | None) -> Tensor | None:
        return None if each is None else each.to(device, dtype)

    one, layers = drawn(1, 5), stack(2)
    moved = [Layer(each.own.to(device, dtype), there(each.neighbours)) for each in layers]
    found = nn4g.forward(moved, Graph(one.A.to(device, dtype), one.X.to(device, dtype)))[-1]
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), nn4g.forward(layers, one)[-1], 1e-9 if dtype == torch.float64 else 1e-5)
