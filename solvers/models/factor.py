"""Factors: non-negative tables over named variables (notes 17.3), their algebra, and variable elimination.

A table is (..., k_1, …, k_n): any instance axes, then an axis for each variable of the scope. States count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_shapes, check_symbols, instance_axes

Evidence = Mapping[str, int | Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """φ(x_1, …, x_n) as a table; an empty scope is a number for each instance."""

    scope: tuple[str, ...]
    table: Tensor

    def __post_init__(self) -> None:
        if len(set(self.scope)) < len(self.scope) or not all(name and not name.split()[1:] for name in self.scope):
            raise BadInput(f"scope is {self.scope!r}, but names without spaces, each once, are needed.")
        check_shapes(table=(self.table, " ".join(self.scope)))
        if not bool((self.table >= 0).all()):
            raise BadInput(f"The factor of {', '.join(self.scope)} holds a negative number.")

    @property
    def leading(self) -> torch.Size:
        """The instance axes."""
        return self.table.shape[: self.table.ndim - len(self.scope)]

    @property
    def sizes(self) -> dict[str, int]:
        """How many states each variable has."""
        return dict(zip(self.scope, self.table.shape[len(self.leading) :], strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Elimination:
    """What is left when the other variables are summed out, in which order, and the entries of the largest product."""

    result: Factor
    order: tuple[str, ...]
    largest: int


def sizes(factors: Sequence[Factor]) -> dict[str, int]:
    """The states of every variable, in order of appearance; factors that disagree are refused."""
    found: dict[str, int] = {}
    for factor in factors:
        for name, size in factor.sizes.items():
            if found.setdefault(name, size) != size:
                raise BadInput(f"{name} has {found[name]} states in one factor and {size} in another.")
    return found


def aligned(factor: Factor, scope: Sequence[str]) -> Tensor:
    """The table with one axis for each name of `scope`, of size 1 where the factor does not depend on it."""
    before = len(factor.leading)
    held = [before + factor.scope.index(name) for name in scope if name in factor.scope]
    table = factor.table.permute((*range(before), *held))
    for place, name in enumerate(scope):
        if name not in factor.scope:
            table = table.unsqueeze(before + place)
    return table


def multiply(*factors: Factor) -> Factor:
    """Π φ over the union of the scopes, in order of appearance."""
    if not factors:
        raise BadInput("There is no factor to multiply, but at least one is needed.")
    scope = tuple(sizes(factors))
    instance_axes(**{f"factor {k}": (each.table, len(each.scope)) for k, each in enumerate(factors, 1)})
    return Factor(scope, reduce(torch.mul, (aligned(each, scope) for each in factors)))


def sum_out(factor: Factor, *names: str) -> Factor:
    """Σ over these variables."""
    return _without(factor, names, maximum=False)


def max_out(factor: Factor, *names: str) -> Factor:
    """The largest entry over these variables."""
    return _without(factor, names, maximum=True)


def marginal(factor: Factor, names: Sequence[str]) -> Factor:
    """Summed over all other variables, with axes in the order of `names`."""
    kept = sum_out(factor, *(name for name in factor.scope if name not in names))
    _check_known(kept.scope, names)
    return Factor(tuple(names), aligned(kept, names))


def condition(factor: Factor, evidence: Evidence) -> Factor:
    """The slice where each named variable has the given state: one number, or a tensor (...) of one an instance.

    Evidence on variables outside the scope changes nothing.
    """
    for name, state in evidence.items():
        if name in factor.scope:
            factor = _slice(factor, name, state)
    return factor


def normalised(factor: Factor) -> Factor:
    """Divided by its sum, so that it is a distribution."""
    axes = tuple(range(len(factor.leading), factor.table.ndim))
    total = factor.table.sum(dim=axes, keepdim=True) if axes else factor.table
    if not bool((total > 0).all()):
        raise BadInput("The table sums to 0: what is given never happens, so nothing can be conditioned on it.")
    return Factor(factor.scope, factor.table / total)


def elimination_order(factors: Sequence[Factor], keep: Sequence[str]) -> tuple[str, ...]:
    """Greedy: always the variable whose product is the smallest table, the earlier name on ties."""
    states, scopes = sizes(factors), [set(each.scope) for each in factors]
    left, order = [name for name in states if name not in keep], []
    while left:
        costs = [prod(states[each] for each in _touching(scopes, name)) for name in left]
        name = left.pop(costs.index(min(costs)))
        order.append(name)
        merged = _touching(scopes, name) - {name}
        scopes = [each for each in scopes if name not in each] + [merged]
    return tuple(order)


def eliminate(
    factors: Sequence[Factor],
    wanted: Sequence[str],
    evidence: Evidence | None = None,
    order: Sequence[str] | None = None,
) -> Elimination:
    """Σ over all variables but `wanted` and the evidence of Π φ, one variable at a time; not normalised."""
    evidence = {} if evidence is None else evidence
    states = sizes(factors)
    _check_known(tuple(states), [*wanted, *evidence])
    if set(wanted) & set(evidence):
        raise BadInput(f"{', '.join(sorted(set(wanted) & set(evidence)))} is both asked for and given.")
    left = [condition(each, evidence) for each in factors]
    order = elimination_order(left, wanted) if order is None else tuple(order)
    if set(order) != set(states) - set(wanted) - set(evidence) or len(set(order)) < len(order):
        raise BadInput(f"order is {order!r}, but each variable neither asked for nor given must stand there once.")
    largest = 1
    for name in order:
        joined = multiply(*(each for each in left if name in each.scope))
        largest = max(largest, prod(joined.sizes.values()))
        left = [each for each in left if name not in each.scope] + [sum_out(joined, name)]
    result = multiply(*left)
    return Elimination(marginal(result, wanted), order, max(largest, prod(result.sizes.values())))


def posterior(factors: Sequence[Factor], wanted: Sequence[str], evidence: Evidence | None = None) -> Factor:
    """P(wanted | evidence) of the distribution proportional to Π φ, by variable elimination."""
    return normalised(eliminate(factors, wanted, evidence).result)


def dependence(joint: Factor, x: str, y: str, given: Sequence[str] = ()) -> Tensor:
    """The largest |P(x, y | z) - P(x | z) P(y | z)| over all states, 0 exactly where x ⟂ y | z holds: (...).

    States of z that never happen count for nothing.
    """
    if len({x, y, *given}) < 2 + len(given):
        raise BadInput(f"{x}, {y} and what is given must be different variables, each named once.")
    table = normalised(marginal(joint, (x, y, *given))).table
    table = table.flatten(len(joint.leading) + 2) if given else table.unsqueeze(-1)  # (..., k_x, k_y, states of z)
    chance = table.sum(dim=(-3, -2), keepdim=True)
    here = torch.where(chance > 0, table / torch.where(chance > 0, chance, 1), 0)
    product = here.sum(dim=-2, keepdim=True) * here.sum(dim=-3, keepdim=True)
    return (here - product).abs().amax(dim=(-3, -2, -1))


def _touching(scopes: Sequence[set[str]], name: str) -> set[str]:
    return {name}.union(*(each for each in scopes if name in each))


def _without(factor: Factor, names: Sequence[str], *, maximum: bool) -> Factor:
    _check_known(factor.scope, names)
    axes = tuple(len(factor.leading) + factor.scope.index(name) for name in names)
    if not axes:
        return factor
    table = factor.table.amax(dim=axes) if maximum else factor.table.sum(dim=axes)
    return Factor(tuple(name for name in factor.scope if name not in names), table)


def given_states(name: str, state: int | Tensor, size: int, device: torch.device) -> Tensor:
    """The state of a variable, one number or one an instance (...), from 0 to size - 1."""
    chosen = torch.as_tensor(state, device=device) if isinstance(state, int) else state
    check_symbols(f"the state of {name}", chosen, size)
    return chosen.to(device)


def _slice(factor: Factor, name: str, state: int | Tensor) -> Factor:
    size, axis = factor.sizes[name], len(factor.leading) + factor.scope.index(name)
    rest = tuple(each for each in factor.scope if each != name)
    chosen = given_states(name, state, size, factor.table.device)
    if not chosen.ndim:
        return Factor(rest, factor.table.index_select(axis, chosen.reshape(1)).squeeze(axis))  # () -> (1)
    try:
        leading = torch.broadcast_shapes(factor.leading, chosen.shape)
    except RuntimeError:
        raise BadInput(
            f"{name} is given for instances {tuple(chosen.shape)}, but the table has {tuple(factor.leading)}."
        ) from None
    table = factor.table.movedim(axis, -1).expand(*leading, *(factor.sizes[each] for each in rest), size)
    index = chosen.reshape(*chosen.shape, *(1 for _ in rest), 1).expand(*table.shape[:-1], 1)  # (...) -> (..., 1, …, 1)
    return Factor(rest, table.gather(-1, index).squeeze(-1))


def _check_known(known: Sequence[str], asked: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            raise BadInput(f"{name} is no variable here, but one of {', '.join(known) or 'none'} is needed.")
