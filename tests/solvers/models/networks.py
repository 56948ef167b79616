"""Repeatable graphs and networks for the tests of the structured models."""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor

from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.factor import Factor
from tests.solvers.models.data import simplex, uniform


def drawn_dag(seed: int, n: int, share: float = 0.5) -> dict[str, tuple[str, ...]]:
    """Nodes "a", "b", …, given in a shuffled order so that no code can lean on it."""
    places = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist()
    edge = (uniform(seed + 1, n, n) < share).tolist()
    names = "abcdefghij"[:n]
    return {names[k]: tuple(names[j] for j in range(n) if places[j] < places[k] and edge[j][k]) for k in range(n)}


def drawn_net(seed: int, n: int, *leading: int, states: tuple[int, ...] = (2, 3, 2, 4)) -> BayesNet:
    parents = drawn_dag(seed, n)
    sizes = {name: states[k % len(states)] for k, name in enumerate(parents)}
    return BayesNet(
        tuple(
            Cpt(name, above, simplex(seed + 2 + k, *leading, *(sizes[each] for each in above), sizes[name]))
            for k, (name, above) in enumerate(parents.items())
        )
    )


def drawn_factors(seed: int, sizes: dict[str, int], *scopes: str, leading: tuple[int, ...] = ()) -> tuple[Factor, ...]:
    """One positive table for each scope, a string of one-letter names."""
    return tuple(
        Factor(tuple(scope), uniform(seed + k, *leading, *(sizes[name] for name in scope)) + 0.1)
        for k, scope in enumerate(scopes)
    )


def by_hand(factors: tuple[Factor, ...], names: tuple[str, ...]) -> Tensor:
    """Π φ entry by entry, in Python, for factors without instance axes."""
    sizes = {name: size for each in factors for name, size in each.sizes.items()}
    table = torch.empty([sizes[name] for name in names], dtype=torch.float64)
    for states in product(*(range(sizes[name]) for name in names)):
        at, value = dict(zip(names, states, strict=True)), 1.0
        for each in factors:
            value *= float(each.table[tuple(at[name] for name in each.scope)])
        table[states] = value
    return table
