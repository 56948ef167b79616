"""Structure learning (notes 18.1.1): scores of a Bayesian network's graph on data, greedy and tabu search by edges.

BIC = log-likelihood at the relative frequencies - ½ log N · free parameters; a sum over nodes given their parents.
Data are (..., N, n) whole numbers, columns in the order of `states`: {name: how many states}.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

import torch
from torch import Tensor

from solvers.models import dag
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_symbols

Graph = Mapping[str, Sequence[str]]
Action = Literal["add", "remove", "reverse"]
Score = Literal["bic", "bdeu"]
BETTER_BY = 1e-9


@dataclass(frozen=True, slots=True)
class Move:
    """One change of the graph and what it does to the score."""

    action: Action
    edge: tuple[str, str]  # (parent, child) as it stands before, or as it is added
    gain: float


@dataclass(frozen=True, slots=True)
class Search:
    """The graph that a search found, its moves in order, and the score before the first and after each."""

    parents: Mapping[str, tuple[str, ...]]
    moves: tuple[Move, ...]
    scores: tuple[float, ...]


def counts(data: Tensor, states: Mapping[str, int], node: str, above: Sequence[str]) -> Tensor:
    """How often each state of the node was seen with each of its parents: (..., N, n) -> (..., k_parent…, k)."""
    names = _check(data, states, node, above)
    index = torch.zeros_like(data[..., 0])
    for name in (*above, node):
        index = index * states[name] + data[..., names.index(name)]
    cells = prod(states[name] for name in (*above, node))
    found = torch.zeros(*index.shape[:-1], cells, dtype=torch.float64, device=data.device)
    found = found.scatter_add(-1, index, torch.ones_like(index, dtype=torch.float64))
    return found.unflatten(-1, [states[name] for name in (*above, node)])  # (..., cells) -> (..., k_parent…, k)


def log_likelihood(data: Tensor, states: Mapping[str, int], node: str, above: Sequence[str]) -> Tensor:
    """Σ N_jk log (N_jk / N_j), the node's part of max log P(data): (...), in nats, float64."""
    n = counts(data, states, node, above)
    terms = torch.special.xlogy(n, n) - torch.special.xlogy(n, n.sum(dim=-1, keepdim=True))
    return terms.flatten(data.ndim - 2).sum(dim=-1)  # (..., k_parent…, k) -> (..., cells)


def bic(data: Tensor, states: Mapping[str, int], node: str, above: Sequence[str]) -> Tensor:
    """log-likelihood - ½ log N · (k - 1) Π k_parent: (...)."""
    _check(data, states, node, above)
    free = (states[node] - 1) * prod(states[name] for name in above)
    return log_likelihood(data, states, node, above) - 0.5 * math.log(data.shape[-2]) * free


def bdeu(data: Tensor, states: Mapping[str, int], node: str, above: Sequence[str], weight: float = 10.0) -> Tensor:
    """log ∫ P(data | table) under a Dirichlet prior worth `weight` cases spread over all cells: (...)."""
    check_number("(0, inf)", weight=weight)
    _check(data, states, node, above)
    k = states[node]
    n = counts(data, states, node, above).reshape(*data.shape[:-2], -1, k)  # (..., k_parent…, k) -> (..., rows, k)
    cell = weight / (k * n.shape[-2])
    row = cell * k
    cells = torch.lgamma(n + cell).sum(dim=-1) - k * math.lgamma(cell)
    return (cells + math.lgamma(row) - torch.lgamma(n.sum(dim=-1) + row)).sum(dim=-1)


def score(data: Tensor, states: Mapping[str, int], parents: Graph, kind: Score = "bic") -> Tensor:
    """The whole graph's score: (...)."""
    dag.check_dag(parents)
    check_nodes(states, parents)
    return torch.stack([_part(data, states, node, above, kind) for node, above in parents.items()]).sum(dim=0)


def neighbours(parents: Graph) -> Iterator[tuple[Action, tuple[str, str], dict[str, tuple[str, ...]]]]:
    """Every graph one edge away, still without cycles: add, remove or reverse, and what stands then."""
    now = {node: tuple(above) for node, above in parents.items()}
    for a in now:
        for b in now:
            if a == b:
                continue
            if a in now[b]:
                cut = {**now, b: tuple(each for each in now[b] if each != a)}
                yield "remove", (a, b), cut
                if a not in dag.ancestors(cut, [b]):
                    yield "reverse", (a, b), {**cut, a: (*cut[a], b)}
            elif b not in dag.ancestors(now, [a]):
                yield "add", (a, b), {**now, b: (*now[b], a)}


def moves(data: Tensor, states: Mapping[str, int], parents: Graph, kind: Score = "bic") -> tuple[Move, ...]:
    """All of them for one data set (N, n), the best first, equal gains in the order of `neighbours`."""
    check_symbols("data", data, max(states.values()), "= examples variables")
    before = score(data, states, parents, kind)
    options = list(neighbours(parents))
    if not options:
        return ()
    gains = (torch.stack([score(data, states, after, kind) for _, _, after in options]) - before).tolist()
    found = [Move(action, edge, gain) for (action, edge, _), gain in zip(options, gains, strict=True)]
    return tuple(sorted(found, key=lambda move: -round(move.gain, 9)))


def hill_climb(
    data: Tensor, states: Mapping[str, int], start: Graph | None = None, kind: Score = "bic", limit: int = 100
) -> Search:
    """From `start` (no edges unless given) always the best move, until none gains or `limit` moves are made."""
    return _search(data, states, start, kind, limit, None)


def tabu_search(
    data: Tensor,
    states: Mapping[str, int],
    start: Graph | None = None,
    kind: Score = "bic",
    limit: int = 100,
    memory: int = 3,
) -> Search:
    """As `hill_climb`, but on from every peak by the move that loses least, for `limit` moves: the best graph seen.

    Two nodes whose edge was moved are left alone for the next `memory` moves, so that no step is taken back at once.
    """
    check_at_least(1, memory=memory)
    return _search(data, states, start, kind, limit, memory)


def best_move(
    data: Tensor,
    states: Mapping[str, int],
    parents: Graph,
    kind: Score = "bic",
    barred: Collection[frozenset[str]] = (),
) -> Move | None:
    """The move of most gain, or least loss, that touches none of the barred pairs; None where there is none."""
    options = moves(data, states, parents, kind)
    return next((move for move in options if frozenset(move.edge) not in barred), None)


def moved(parents: Graph, move: Move) -> dict[str, tuple[str, ...]]:
    """The graph after a move that is possible."""
    for action, edge, after in neighbours(parents):
        if (action, edge) == (move.action, move.edge):
            return after
    raise BadInput(f"To {move.action} {' → '.join(move.edge)} is no move of this graph.")


def _search(
    data: Tensor, states: Mapping[str, int], start: Graph | None, kind: Score, limit: int, memory: int | None
) -> Search:
    """Without a memory it ends at the first peak."""
    check_at_least(1, limit=limit)
    now: dict[str, tuple[str, ...]] = dict.fromkeys(states, ())
    if start is not None:
        now = {node: tuple(above) for node, above in start.items()}
    made: list[Move] = []
    scores, best = [float(score(data, states, now, kind))], now
    while len(made) < limit:
        barred = {frozenset(move.edge) for move in made[-memory:]} if memory else set()
        move = best_move(data, states, now, kind, barred)
        if move is None or (memory is None and move.gain <= BETTER_BY):
            break
        made.append(move)
        now = moved(now, move)
        best = now if scores[-1] + move.gain > max(scores) + BETTER_BY else best
        scores.append(scores[-1] + move.gain)
    return Search(best, tuple(made), tuple(scores))


def _part(data: Tensor, states: Mapping[str, int], node: str, above: Sequence[str], kind: Score) -> Tensor:
    check_one_of("kind", kind, ("bic", "bdeu"))
    return (bic if kind == "bic" else bdeu)(data, states, node, above)


def _check(data: Tensor, states: Mapping[str, int], node: str, above: Sequence[str]) -> list[str]:
    for name in (*above, node):
        check_one_of("node", name, states)
    check_symbols("data", data, max(states.values()), "examples variables")
    if data.shape[-1] != len(states):
        raise BadInput(
            f"data has shape {tuple(data.shape)}, but (…, examples, {len(states)}) is needed: a column each."
        )
    limits = torch.tensor(list(states.values()), device=data.device)
    if not bool((data < limits).all()):
        raise BadInput("data must hold whole numbers, each from 0 to one less than its column's states.")
    return list(states)


def check_nodes(states: Mapping[str, int], parents: Graph) -> None:
    """The graph has the columns of the data for its nodes."""
    if set(states) != set(parents):
        raise BadInput(f"The graph has the nodes {', '.join(parents)}, but the data {', '.join(states)}.")
