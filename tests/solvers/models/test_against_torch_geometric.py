"""Graph networks against PyTorch Geometric, whose rows are nodes and whose graphs are lists of edges."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import ggnn, gru, message_passing, nn4g, readouts, spectral
from solvers.models.graph import Graph
from tests.solvers.models.data import assert_close, normal, uniform

D, H = 3, 4
seeds = st.integers(0, 10_000)
few = settings(max_examples=20)


def library(room: str = "nn") -> Any:
    pytest.importorskip("torch_geometric", reason="the oracle torch_geometric is not installed")
    return pytest.importorskip(f"torch_geometric.{room}")


def drawn(seed: int, n: int = 6, *, directed: bool = False, weighted: bool = False) -> Graph:
    """Each edge with chance 1/2, no self-loops."""
    A = (uniform(seed, n, n) < 0.5).double()
    A = A - torch.diag(A.diagonal()) if directed else A.triu(1) + A.triu(1).mT
    weights = uniform(seed + 1, n, n) + 0.1
    return Graph(A * (weights + weights.mT) if weighted else A, normal(seed + 2, D, n))


def edges(A: Tensor) -> tuple[Tensor, Tensor]:
    """(2, E) pairs from node to node, and their weights (E)."""
    return A.nonzero().mT, A[A != 0]


def put(linear: Any, weight: Tensor, bias: Tensor | None = None) -> None:
    """Our numbers in one of their layers."""
    linear.weight.data = weight
    if bias is not None:
        linear.bias.data = bias


def layer(own: Tensor, sent: Tensor, bias: Tensor | None = None, aggregation: str = "add") -> Any:
    """GraphConv: W_root x_v + W_rel Σ_u A_uv x_u + b."""
    widths = (sent.shape[1], own.shape[1])  # of what neighbours send, and of the node's own features
    found = library().GraphConv(widths, own.shape[0], aggregation, bias=bias is not None).double()
    put(found.lin_root, own)
    put(found.lin_rel, sent, bias)
    return found.requires_grad_(False)


@few
@given(seeds, st.booleans(), st.booleans())
def test_an_nn4g_layer_is_graph_conv_of_states_and_features(seed: int, directed: bool, skip: bool) -> None:
    """Layers from the second on: own features from the root, the neighbours' states of the layer before, or of all."""
    graph = drawn(seed, directed=directed, weighted=True)
    seen = [0, H, 2 * H if skip else H]
    units = [nn4g.Layer(normal(seed, H, D))]
    units += [nn4g.Layer(normal(seed + k, H, D), normal(seed + 9 + k, H, seen[k])) for k in (1, 2)]
    found = nn4g.forward(units, graph, skip=skip)
    index, weights = edges(graph.A)
    for k in (1, 2):
        neighbours = units[k].neighbours
        assert neighbours is not None
        sent = torch.cat(found[:k]) if skip else found[k - 1]
        theirs = layer(units[k].own, neighbours)((sent.mT, graph.X.mT), index, weights)
        assert_close(found[k], torch.tanh(theirs).mT, 1e-14)


@few
@given(seeds, st.sampled_from(["sum", "mean", "max"]), st.booleans())
def test_messages_are_graph_conv(seed: int, aggregation: message_passing.Aggregation, directed: bool) -> None:
    """Mean and maximum on graphs without weights: with them, theirs divides by the number of neighbours."""
    graph = drawn(seed, directed=directed, weighted=aggregation == "sum")
    W, M, b = normal(seed + 3, H, D), normal(seed + 4, H, D), normal(seed + 5, H)
    found = message_passing.forward([message_passing.Layer(W, M, b, "relu", aggregation)], graph)[-1]
    theirs = layer(W, M, b, {"sum": "add"}.get(aggregation, aggregation))
    index, weights = edges(graph.A)
    assert_close(found, torch.relu(theirs(graph.X.mT, index, weights)).mT)


@few
@given(seeds, st.integers(1, 7))
def test_both_laplacians(seed: int, n: int) -> None:
    """Theirs have 1 on the normalised diagonal of a node without edges as well."""
    graph, utils = drawn(seed, n, weighted=True), library("utils")
    index, weights = edges(graph.A)
    for kind, theirs in (("normalised", "sym"), ("plain", None)):
        where, values = utils.get_laplacian(index, weights, theirs, dtype=torch.float64, num_nodes=n)
        expected = torch.zeros(n, n, dtype=torch.float64).index_put((where[0], where[1]), values, accumulate=True)
        assert_close(spectral.laplacian(graph.A, kind), expected)


@few
@given(seeds, st.integers(1, 5), st.sampled_from([1.3, 2.0]))
def test_chebyshev_s_filter_is_cheb_conv(seed: int, terms: int, largest: float) -> None:
    """One channel, so that each of their K matrices is one θ."""
    graph, theta = drawn(seed, weighted=True), normal(seed + 3, terms)
    theirs = library().ChebConv(1, 1, terms, "sym", bias=False).double().requires_grad_(False)
    for linear, number in zip(theirs.lins, theta, strict=True):
        put(linear, number.reshape(1, 1))
    for x in graph.X:
        index, weights = edges(graph.A)
        found = spectral.chebyshev_filter(spectral.laplacian(graph.A), theta, x, largest)
        expected = theirs(x[:, None], index, weights, lambda_max=torch.tensor(largest, dtype=torch.float64))
        assert_close(found, expected[:, 0])


@few
@given(seeds, st.booleans())
def test_the_filter_of_first_order_is_gcn_conv(seed: int, self_loops: bool) -> None:
    graph, W = drawn(seed, weighted=True), normal(seed + 3, H, D)
    theirs = library().GCNConv(D, H, add_self_loops=self_loops, bias=False).double().requires_grad_(False)
    put(theirs.lin, W)
    found = spectral.first_order(graph.A, graph.X, W, self_loops=self_loops)
    assert_close(found, theirs(graph.X.mT, *edges(graph.A)).mT)


def gated(weights: ggnn.Weights, graph: Graph, steps: int) -> Tensor:
    """GatedGraphConv without biases, messages sent as they are: torch's GRUCell, with gates in the order r, z, n."""
    theirs = library().GatedGraphConv(H, steps, bias=False).double().requires_grad_(False)
    theirs.weight.copy_(torch.eye(H, dtype=torch.float64).expand(steps, H, H))
    order = [gru.R, gru.Z, gru.N]
    theirs.rnn.weight_ih.copy_(weights.W[order].flatten(0, 1))
    theirs.rnn.weight_hh.copy_(weights.U[order].flatten(0, 1))
    out: Tensor = theirs(graph.X.mT, *edges(graph.A.mT))  # printed: v receives from the u with A_vu
    return out.mT


@few
@given(seeds, st.integers(1, 3))
def test_the_gated_network_s_other_form_is_gated_graph_conv(seed: int, steps: int) -> None:
    """Theirs resets after the product and keeps the old state by z; the printed form differs from it."""
    graph = drawn(seed, directed=True, weighted=True)
    weights = ggnn.Weights(normal(seed + 3, 3, H, H), normal(seed + 4, 3, H, H))
    expected = gated(weights, graph, steps)
    assert_close(ggnn.forward(weights, graph, steps, gru.CUDNN).h[-1], expected)


def test_the_printed_gated_network_is_another() -> None:
    """Only the place of the reset is left, once z's sign is turned."""
    graph, sign = drawn(1, directed=True), torch.tensor([-1.0, 1.0, 1.0])[:, None, None]
    weights = ggnn.Weights(normal(3, 3, H, H), normal(4, 3, H, H))
    turned = ggnn.Weights(weights.W * sign, weights.U * sign)
    printed = ggnn.forward(weights, graph, 1).h[-1]
    assert float((printed - gated(turned, graph, 1)).abs().max()) > 1e-3
    assert_close(ggnn.forward(weights, graph, 1, gru.Variant("tanh", "after", "new")).h[-1], gated(turned, graph, 1))


@few
@given(seeds, st.sampled_from(["sum", "mean", "max"]))
def test_readouts_are_pools(seed: int, kind: readouts.Kind) -> None:
    """Three graphs of different sizes: theirs in one list of nodes, ours filled up."""
    sizes = [1, 3, 5]
    states = [normal(seed + n, D, n) for n in sizes]
    pool = getattr(library(), f"global_{'add' if kind == 'sum' else kind}_pool")
    expected = pool(torch.cat(states, dim=-1).mT, torch.repeat_interleave(torch.arange(3), torch.tensor(sizes)))
    filled = torch.stack([torch.nn.functional.pad(each, (0, 5 - each.shape[1]), value=9.0) for each in states])
    real = (torch.arange(5) < torch.tensor(sizes)[:, None]).double()
    assert_close(readouts.read(filled, kind, real), expected)
