"""Graphs as adjacency matrices (notes 11.1, 11.2): walks, neighbours, relabelling, isomorphism, colour refinement.

A (..., n, n) holds 0 and 1 or weights; A_ij is the edge from i to j. Node features are columns, X (..., d, n), as in
the notes: a relabelling P makes X P and PᵀA P.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_dtype, check_shapes

NODES_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Graph:
    """Adjacency A (..., n, n) and node features X (..., d, n)."""

    A: Tensor
    X: Tensor

    def __post_init__(self) -> None:
        check_shapes(A=(self.A, "n n"), X=(self.X, "d n"))

    def relabelled(self, order: Sequence[int]) -> Graph:
        """The same graph with node order[j] called j: A' = PᵀA P, X' = X P."""
        P = permutation(order, like=self.A)
        if len(order) != self.A.shape[-1]:
            raise BadInput(f"order names {len(order)} nodes, but the graph has {self.A.shape[-1]}.")
        return Graph(A=P.mT @ self.A @ P, X=self.X @ P)


def adjacency(edges: Sequence[tuple[int, int]], nodes: int, *, directed: bool = False) -> Tensor:
    """A (nodes, nodes) of 0 and 1 in float64, from pairs of nodes counted from 0."""
    check_at_least(1, nodes=nodes)
    A = torch.zeros(nodes, nodes, dtype=torch.float64)
    for i, j in edges:
        if not (0 <= i < nodes and 0 <= j < nodes):
            raise BadInput(f"The edge ({i}, {j}) leaves the nodes 0 to {nodes - 1}.")
        A[i, j] = 1
        if not directed:
            A[j, i] = 1
    return A


def sparse(A: Tensor) -> Tensor:
    """The same matrix with its non-zero entries only: A (n, n), torch's coordinate format."""
    check_shapes(A=(A, "n n"))
    if A.ndim != 2:
        raise BadInput(f"A has shape {tuple(A.shape)}, but one graph, (n, n), is needed.")
    return A.to_sparse().coalesce()


def degrees(A: Tensor) -> Tensor:
    """Edges out of each node, Σ_j A_ij: (..., n)."""
    check_shapes(A=(A, "n n"))
    return A.sum(dim=-1)


def is_symmetric(A: Tensor) -> Tensor:
    """Whether every edge runs both ways, as in an undirected graph: (...)."""
    check_shapes(A=(A, "n n"))
    return (A.mT == A).all(dim=-1).all(dim=-1)


def walks(A: Tensor, length: int) -> Tensor:
    """A^length: entry ij counts the walks of this many edges from i to j. (..., n, n)."""
    check_shapes(A=(A, "n n"))
    check_at_least(0, length=length)
    return torch.linalg.matrix_power(A, length)


def triangles(A: Tensor) -> Tensor:
    """tr(A³) / 6, for an undirected graph without self-loops: (...)."""
    if not bool(is_symmetric(A).all()) or bool((torch.diagonal(A, dim1=-2, dim2=-1) != 0).any()):
        raise BadInput(
            "A is not symmetric with a zero diagonal, but triangles are counted in undirected simple graphs."
        )
    return torch.diagonal(walks(A, 3), dim1=-2, dim2=-1).sum(dim=-1) / 6


def within(A: Tensor, hops: int) -> Tensor:
    """Whether j can be reached from i by at most `hops` edges, i itself by none: boolean (..., n, n).

    What a node of a network of `hops` convolutions sees is its column of the directed graph, its row of the undirected.
    """
    check_shapes(A=(A, "n n"))
    check_at_least(0, hops=hops)
    units = torch.eye(A.shape[-1], dtype=A.dtype, device=A.device)
    reach = units.expand_as(A)
    for _ in range(hops):
        reach = ((reach @ ((A != 0) + units)) > 0).to(A.dtype)  # 0 and 1 again, so that counts do not grow
    return reach > 0


def permutation(order: Sequence[int], like: Tensor) -> Tensor:
    """P with column j the unit vector of order[j], so that (X P)_:j = X_:order[j]."""
    check_dtype("like", like)
    if sorted(order) != list(range(len(order))):
        raise BadInput(f"order is {list(order)}, but each of 0 to {len(order) - 1} must stand in it once.")
    return torch.eye(len(order), dtype=like.dtype, device=like.device)[:, list(order)]


def isomorphism(A: Tensor, B: Tensor) -> tuple[int, ...] | None:
    """An order with PᵀA P = B, the first of all n!, or None where the graphs differ: one small graph each, (n, n)."""
    check_shapes(A=(A, "n n"), B=(B, "m m"))
    n = A.shape[-1]
    if A.ndim != 2 or B.ndim != 2 or n > NODES_AT_MOST:
        raise BadInput(f"A has shape {tuple(A.shape)}, but one graph of at most {NODES_AT_MOST} nodes is needed.")
    if B.shape != A.shape:
        return None
    orders = torch.tensor(list(permutations(range(n))), device=A.device)  # (n!, n)
    moved = A[orders.unsqueeze(-1), orders.unsqueeze(-2)]  # (n!, n, n): A[order_i, order_j]
    fits = (moved == B).flatten(1).all(dim=-1).nonzero().flatten()  # (n!, n, n) -> (n!, n n)
    return tuple(orders[fits[0]].tolist()) if len(fits) else None


def refine(A: Tensor, rounds: int, colours: Tensor | None = None) -> Tensor:
    """Weisfeiler and Leman's colours after each round: graphs (..., n, n) of 0 and 1 -> numbers (..., rounds+1, n).

    A new colour stands for the old one and how often each colour stands among the neighbours. All graphs of a call
    share their colours, so they can be compared; colours count from 0 in the order of what they stand for.
    """
    check_shapes(A=(A, "n n"))
    check_at_least(0, rounds=rounds)
    if not bool(((A == 0) | (A == 1)).all()):
        raise BadInput("A holds a weight, but colours count neighbours: 0 and 1 only.")
    colours = torch.zeros(A.shape[:-1], dtype=torch.long, device=A.device) if colours is None else colours
    found = [_renamed(colours.unsqueeze(-1))]
    for _ in range(rounds):
        one_hot = torch.nn.functional.one_hot(found[-1]).to(A.dtype)  # (..., n, colours)
        around = (A @ one_hot).round().long()
        found.append(_renamed(torch.cat([found[-1].unsqueeze(-1), around], dim=-1)))
    return torch.stack(found, dim=-2)


def told_apart(A: Tensor, B: Tensor, rounds: int) -> bool:
    """Whether colour refinement gives the two graphs different counts of colours; if not, they may still differ."""
    check_shapes(A=(A, "n n"), B=(B, "m m"))
    if A.shape != B.shape:
        return True
    last = refine(torch.stack([A, B]), rounds)[:, -1].sort(dim=-1).values
    return not torch.equal(last[0], last[1])


def _renamed(features: Tensor) -> Tensor:
    """A number for each different row: (..., n, f) -> (..., n)."""
    _, numbers = torch.unique(features.flatten(0, -2), dim=0, return_inverse=True)  # (..., n, f) -> (... n, f)
    return numbers.unflatten(0, features.shape[:-1])  # (... n) -> (..., n)
