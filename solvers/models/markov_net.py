"""Undirected models (notes 17.3.2): cliques, separation, P̃ = Π φ and Z, energies E = -Σ log φ, Boltzmann machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import torch
from torch import Tensor

from solvers.models import factor
from solvers.models.checks import BadInput, check_at_least, check_enumerable, check_shapes
from solvers.models.factor import Evidence, Factor

Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Energy:
    """E_C(x_C) of one clique: a table of any real numbers, (..., k_1, …, k_n)."""

    scope: tuple[str, ...]
    table: Tensor

    def __post_init__(self) -> None:
        check_shapes(table=(self.table, " ".join(self.scope)))

    def potential(self) -> Factor:
        """φ_C = exp(-E_C), positive everywhere."""
        return Factor(self.scope, torch.exp(-self.table))


def graph(edges: Iterable[tuple[str, str]], nodes: Iterable[str] = ()) -> dict[str, frozenset[str]]:
    """{node: its neighbours}, nodes in order of appearance; `nodes` names those without an edge too."""
    pairs = list(edges)
    for a, b in pairs:
        if a == b:
            raise BadInput(f"An edge joins {a} to itself, but edges join two nodes.")
    names = dict.fromkeys([*nodes, *(name for pair in pairs for name in pair)])
    return {name: frozenset({a for a, b in pairs if b == name} | {b for a, b in pairs if a == name}) for name in names}


def graph_of(factors: Sequence[Factor]) -> dict[str, frozenset[str]]:
    """Variables that share a factor are neighbours."""
    return graph((pair for each in factors for pair in combinations(each.scope, 2)), factor.sizes(factors))


def cliques(links: Graph) -> tuple[frozenset[str], ...]:
    """Every set of nodes that are neighbours of each other, single nodes included, small ones first."""
    return tuple(
        frozenset(some)
        for count in range(1, len(links) + 1)
        for some in combinations(links, count)
        if all(b in links[a] for a, b in combinations(some, 2))
    )


def maximal_cliques(links: Graph) -> tuple[frozenset[str], ...]:
    """The cliques that no further node joins (Bron and Kerbosch, with a pivot)."""
    return tuple(_grow(links, frozenset(), frozenset(links), frozenset()))


def separated(links: Graph, x: Iterable[str], y: Iterable[str], given: Iterable[str] = ()) -> bool:
    """Does every path from x to y pass through a given node? Then x and y are independent given these."""
    blocked, goal, todo, seen = set(given), set(y), list(x), set[str]()
    while todo:
        node = todo.pop()
        if node in goal:
            return False
        if node not in seen and node not in blocked:
            seen.add(node)
            todo += links[node] - blocked
    return True


def clique_parameters(states: Sequence[int], order: int | None = None) -> int:
    """Entries of all factors over `order` of these variables: one factor over all of them unless told, 2 for pairs."""
    order = len(states) if order is None else order
    check_at_least(1, order=order, fewest_states=min(states, default=0))
    return sum(prod(some) for some in combinations(states, order))


def unnormalised(factors: Sequence[Factor]) -> Factor:
    """P̃(x) = Π φ."""
    return factor.multiply(*factors)


def partition(factors: Sequence[Factor]) -> Tensor:
    """Z = Σ_x P̃(x), by variable elimination: (...)."""
    return factor.eliminate(factors, ()).result.table


def distribution(factors: Sequence[Factor]) -> Factor:
    """P(x) = P̃(x) / Z."""
    return factor.normalised(unnormalised(factors))


def energy(terms: Sequence[Energy], states: Evidence) -> Tensor:
    """E(x) = Σ_C E_C(x_C) of one state, all variables named: (...)."""
    return torch.stack([_entry(each, states) for each in terms]).sum(dim=0)


def ratio(terms: Sequence[Energy], states: Evidence, others: Evidence) -> Tensor:
    """P(x) / P(x') = exp(E(x') - E(x)): no Z is needed. (...)."""
    return torch.exp(energy(terms, others) - energy(terms, states))


def boltzmann(b: Tensor, W: Tensor) -> tuple[Energy, ...]:
    """E(x) = -bᵀx - Σ_{i<j} W_ij x_i x_j on x in {0,1}^n, as terms on "x1", "x2", …; b (..., n), W (..., n, n)."""
    n = check_shapes(b=(b, "units"), W=(W, "units units"))["units"]
    if not bool((W.mT == W).all()) or bool((W.diagonal(dim1=-2, dim2=-1) != 0).any()):
        raise BadInput("W must be symmetric with zeros on its diagonal: no unit is joined to itself.")
    on = b.new_tensor([0.0, 1.0])
    names = [f"x{i + 1}" for i in range(n)]
    single = [Energy((names[i],), -b[..., i, None] * on) for i in range(n)]
    pairs = [Energy((names[i], names[j]), -W[..., i, j, None, None] * torch.outer(on, on)) for i, j in _pairs(n)]
    return (*single, *pairs)


def boltzmann_joint(b: Tensor, W: Tensor) -> Tensor:
    """P(x) of every state of `boltzmann`, by a softmax over -E: (..., 2, …, 2)."""
    n = check_shapes(b=(b, "units"), W=(W, "units units"))["units"]
    check_enumerable(n, "The machine")
    x = torch.cartesian_prod(*[b.new_tensor([0.0, 1.0])] * n).reshape(-1, n)  # (2^n, n), the first unit slowest
    quadratic = torch.einsum("si,...ij,sj->...s", x, torch.triu(W, 1), x)
    # (..., 2^n) -> (..., 2, …, 2)
    return torch.softmax(torch.einsum("si,...i->...s", x, b) + quadratic, dim=-1).unflatten(-1, (2,) * n)


def _pairs(n: int) -> Iterator[tuple[int, int]]:
    return combinations(range(n), 2)


def _entry(term: Energy, states: Evidence) -> Tensor:
    missing = [name for name in term.scope if name not in states]
    if missing:
        raise BadInput(f"The state of {', '.join(missing)} is not given, but the energy needs every variable.")
    # A table of energies may be negative, which a factor may not: shifted up, read, and shifted back.
    lowest = term.table.amin()
    return factor.condition(Factor(term.scope, term.table - lowest), states).table + lowest


def _grow(
    links: Graph, clique: frozenset[str], possible: frozenset[str], done: frozenset[str]
) -> Iterator[frozenset[str]]:
    if not possible and not done:
        yield clique
        return
    pivot = max(sorted(possible | done), key=lambda name: len(links[name] & possible))
    for node in sorted(possible - links[pivot]):
        yield from _grow(links, clique | {node}, possible & links[node], done & links[node])
        possible, done = possible - {node}, done | {node}
