"""A general graph network (notes 11.3): k rounds of messages, then a head for nodes, for graphs or for links.

h_v' = g(W h_v + M Σ_u A_uv h_u + b), nodes as columns, the sum over neighbours also as a mean or a maximum. Heads:
nodes V h_v + c, graphs V · readout + c, links σ(h_u · h_v).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from solvers.models import readouts
from solvers.models.activations import activation
from solvers.models.algebra import common_axes
from solvers.models.checks import check_at_least, check_one_of, check_shapes
from solvers.models.graph import Graph
from solvers.models.readouts import Kind

Aggregation = Literal["sum", "mean", "max"]


@dataclass(frozen=True, slots=True)
class Layer:
    """W (..., h, h') on the node itself, M (..., h, h') on what its neighbours send, b (..., h)."""

    W: Tensor
    M: Tensor
    b: Tensor
    activation: str = "relu"
    aggregation: Aggregation = "sum"

    def __post_init__(self) -> None:
        check_shapes(W=(self.W, "h before"), M=(self.M, "h before"), b=(self.b, "h"))
        check_one_of("aggregation", self.aggregation, ("sum", "mean", "max"))
        activation(self.activation)


def aggregate(A: Tensor, H: Tensor, kind: Aggregation = "sum") -> Tensor:
    """What each node receives, 0 where nobody sends: A (..., n, n) from u to v, H (..., h, n) -> (..., h, n).

    The mean divides the weighted sum by the weights' sum; the maximum takes every u with an edge to v, unweighted.
    """
    check_shapes(A=(A, "n n"), H=(H, "h n"))
    check_one_of("kind", kind, ("sum", "mean", "max"))
    if kind == "max":
        sent = torch.where(A.unsqueeze(-3) != 0, H.unsqueeze(-1), -torch.inf).amax(dim=-2)  # (..., h, u, v)
        return torch.where(torch.isfinite(sent), sent, 0.0)
    received = H @ A
    if kind == "sum":
        return received
    weight = A.sum(dim=-2, keepdim=True)  # into v: (..., 1, n)
    return received / torch.where(weight == 0, torch.ones_like(weight), weight)


def forward(layers: Sequence[Layer], graph: Graph) -> tuple[Tensor, ...]:
    """X and the states after each layer: (..., d, n), (..., h_1, n), …"""
    states = [graph.X]
    for layer in layers:
        H = states[-1]
        common_axes(W=(layer.W, "h before"), b=(layer.b, "h"), H=(H, "before n"), A=(graph.A, "n n"))
        net = layer.W @ H + layer.M @ aggregate(graph.A, H, layer.aggregation) + layer.b.unsqueeze(-1)
        states.append(activation(layer.activation).value(net))
    return tuple(states)


def node_scores(H: Tensor, V: Tensor, c: Tensor) -> Tensor:
    """V h_v + c of each node: (..., h, n) -> (..., K, n)."""
    check_shapes(H=(H, "h n"), V=(V, "K h"), c=(c, "K"))
    return V @ H + c.unsqueeze(-1)


def graph_scores(H: Tensor, V: Tensor, c: Tensor, kind: Kind = "mean") -> Tensor:
    """V r + c of the readout r over all nodes: (..., h, n) -> (..., K)."""
    check_shapes(H=(H, "h n"), V=(V, "K h"), c=(c, "K"))
    return (V @ readouts.read(H, kind).unsqueeze(-1)).squeeze(-1) + c


def link_scores(H: Tensor) -> Tensor:
    """σ(h_u · h_v) for every pair of nodes: (..., h, n) -> (..., n, n)."""
    check_shapes(H=(H, "h n"))
    return torch.sigmoid(H.mT @ H)


def parameter_count(sizes: Sequence[int]) -> int:
    """h (2 h' + 1) a layer, for layer sizes d, h_1, …: the number of nodes does not matter."""
    check_at_least(2, sizes=len(sizes))
    check_at_least(1, smallest=min(sizes))
    return sum(h * (2 * before + 1) for before, h in pairwise(sizes))


class GraphNet(nn.Module):
    """The same as a trainable module, with one head: "node" (..., K, n), "graph" (..., K) or "link" (..., n, n)."""

    def __init__(
        self, sizes: Sequence[int], head: str, outputs: int = 1, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        parameter_count(sizes)
        check_one_of("head", head, ("node", "graph", "link"))
        self.head = head
        pairs = list(pairwise(sizes))
        self.W = nn.ParameterList([torch.randn(h, d, generator=generator) * d**-0.5 for d, h in pairs])
        self.M = nn.ParameterList([torch.randn(h, d, generator=generator) * d**-0.5 for d, h in pairs])
        self.b = nn.ParameterList([torch.zeros(h) for _, h in pairs])
        self.V = nn.Parameter(torch.randn(outputs, sizes[-1], generator=generator) * sizes[-1] ** -0.5)
        self.c = nn.Parameter(torch.zeros(outputs))

    def layers(self) -> tuple[Layer, ...]:
        """ReLU layers, the last one linear, so that links may have either sign."""
        names = ["relu"] * (len(self.W) - 1) + ["linear" if self.head == "link" else "relu"]
        return tuple(Layer(*each) for each in zip(self.W, self.M, self.b, names, strict=True))

    def forward(self, graph: Graph) -> Tensor:
        H = forward(self.layers(), graph)[-1]
        if self.head == "link":
            return link_scores(H)
        return node_scores(H, self.V, self.c) if self.head == "node" else graph_scores(H, self.V, self.c, "sum")
