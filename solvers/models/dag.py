"""Directed acyclic graphs of a Bayesian network (notes 17.3.1, 17.4): orders, trails, d-separation, sizes of tables.

A graph is {node: its parents}, in any order of nodes. Everything here is about the graph alone; no probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final, Literal

from solvers.models.checks import BadInput, check_at_least

Parents = Mapping[str, Sequence[str]]
Kind = Literal["chain", "fork", "collider"]
NODES_FOR_ORDERS: Final = 9


@dataclass(frozen=True, slots=True)
class Trail:
    """A path that ignores the arrows' directions; blocked where `blocks` names its first blocking node and its kind."""

    nodes: tuple[str, ...]
    blocks: tuple[str, Kind] | None


def check_dag(parents: Parents) -> None:
    """Every parent is a node, none twice, and no path leads back."""
    for node, above in parents.items():
        for each in above:
            if each not in parents:
                raise BadInput(f"{each} is a parent of {node}, but no node of the graph.")
        if len(set(above)) < len(above):
            raise BadInput(f"{node} has a parent twice, but each edge stands once.")
    _sorted(parents)


def topological_order(parents: Parents) -> tuple[str, ...]:
    """Parents before children; of the nodes that may come next always the first as given."""
    check_dag(parents)
    return _sorted(parents)


def is_topological(parents: Parents, order: Sequence[str]) -> bool:
    """Every node once, no node before one of its parents."""
    place = {node: k for k, node in enumerate(order)}
    if sorted(order) != sorted(parents):
        return False
    return all(place[above] < place[node] for node, each in parents.items() for above in each)


def topological_orders(parents: Parents) -> tuple[tuple[str, ...], ...]:
    """All of them, for graphs of at most 9 nodes."""
    check_dag(parents)
    if len(parents) > NODES_FOR_ORDERS:
        raise BadInput(f"The graph has {len(parents)} nodes, but orders are listed for at most {NODES_FOR_ORDERS}.")
    return tuple(_orders(parents, ()))


def children(parents: Parents) -> dict[str, tuple[str, ...]]:
    return {node: tuple(each for each, above in parents.items() if node in above) for node in parents}


def ancestors(parents: Parents, nodes: Iterable[str]) -> frozenset[str]:
    """All from which an arrow path leads to one of the nodes, the nodes included."""
    return _closure(parents, nodes)


def descendants(parents: Parents, nodes: Iterable[str]) -> frozenset[str]:
    """All to which an arrow path leads from one of the nodes, the nodes included."""
    return _closure(children(parents), nodes)


def markov_blanket(parents: Parents, node: str) -> frozenset[str]:
    """Parents, children and the children's other parents: given these, the node is independent of all others."""
    below = children(parents)[node]
    return frozenset({*parents[node], *below}.union(*(parents[each] for each in below)) - {node})


def moral_edges(parents: Parents) -> frozenset[frozenset[str]]:
    """Arrows without direction, and parents of one child married."""
    families = [(node, *above) for node, above in parents.items()]
    return frozenset(frozenset((a, b)) for each in families for a in each for b in each if a != b)


def trails(parents: Parents, x: str, y: str, given: Iterable[str] = ()) -> tuple[Trail, ...]:
    """Every path without repeated nodes from x to y, and what blocks it.

    A chain or fork blocks when it is given; a collider unless it or one of its descendants is given.
    """
    seen = _check_query(parents, x, y, given)
    opened = ancestors(parents, seen)
    return tuple(Trail(path, _blocker(parents, path, seen, opened)) for path in _paths(_neighbours(parents), (x,), y))


def d_separated(parents: Parents, x: str, y: str, given: Iterable[str] = ()) -> bool:
    """Is every trail blocked? By reachability, so that the number of trails does not matter."""
    seen = _check_query(parents, x, y, given)
    below = children(parents)
    todo, reached = [(x, True)], set()  # (node, does the trail arrive from below?)
    while todo:
        node, from_below = step = todo.pop()
        if step in reached:
            continue
        reached.add(step)
        if node == y:
            return False
        if node not in seen:
            todo += [(each, False) for each in below[node]]
        if from_below != (node in seen):  # a given node sends trails from above back up: a collider at it is open
            todo += [(each, True) for each in parents[node]]
    return True


def parameters(parents: Parents, states: Mapping[str, int]) -> dict[str, int]:
    """Free numbers of each conditional table: (k - 1) Π k_parent."""
    check_dag(parents)
    check_at_least(1, **{f"states of {node}": states.get(node, 0) for node in parents})
    return {node: (states[node] - 1) * prod(states[each] for each in above) for node, above in parents.items()}


def table_parameters(states: Iterable[int]) -> int:
    """Free numbers of one table of everything: Π k - 1."""
    return prod(states) - 1


def factorisation(parents: Parents) -> str:
    """P(x_1, …) as a product, in topological order: "P(a) P(b | a)"."""
    rows = ((node, ", ".join(parents[node])) for node in topological_order(parents))
    return " ".join(f"P({node} | {above})" if above else f"P({node})" for node, above in rows)


def _sorted(parents: Parents) -> tuple[str, ...]:
    order: list[str] = []
    while len(order) < len(parents):
        ready = [node for node in parents if node not in order and set(parents[node]) <= set(order)]
        if not ready:
            rest = [node for node in parents if node not in order]
            raise BadInput(f"The graph has a directed cycle among {', '.join(rest)}, but none is allowed.")
        order.append(ready[0])
    return tuple(order)


def _orders(parents: Parents, placed: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(placed) == len(parents):
        yield placed
    for node, above in parents.items():
        if node not in placed and set(above) <= set(placed):
            yield from _orders(parents, (*placed, node))


def _closure(links: Parents, nodes: Iterable[str]) -> frozenset[str]:
    todo, found = list(nodes), set[str]()
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += links[node]
    return frozenset(found)


def _neighbours(parents: Parents) -> dict[str, tuple[str, ...]]:
    below = children(parents)
    return {node: (*parents[node], *below[node]) for node in parents}


def _paths(links: Parents, path: tuple[str, ...], end: str) -> Iterator[tuple[str, ...]]:
    if path[-1] == end:
        yield path
        return
    for node in links[path[-1]]:
        if node not in path:
            yield from _paths(links, (*path, node), end)


def _blocker(
    parents: Parents, path: tuple[str, ...], given: frozenset[str], opened: frozenset[str]
) -> tuple[str, Kind] | None:
    for before, node, after in zip(path, path[1:], path[2:], strict=False):
        into = (before in parents[node], after in parents[node])
        if all(into):
            if node not in opened:
                return node, "collider"
        elif node in given:
            return node, "chain" if any(into) else "fork"
    return None


def _check_query(parents: Parents, x: str, y: str, given: Iterable[str]) -> frozenset[str]:
    check_dag(parents)
    seen = frozenset(given)
    for node in (x, y, *seen):
        if node not in parents:
            raise BadInput(f"{node} is no node of the graph, but one of {', '.join(parents)} is needed.")
    if x == y or {x, y} & seen:
        raise BadInput(f"{x} and {y} must be two nodes, and neither may be given.")
    return seen
