"""Bayesian networks (notes 17.3.1, 17.4): Π P(x_i | parents), queries, ancestral sampling from given uniforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models import dag, factor
from solvers.models.checks import (
    BadInput,
    check_distribution,
    check_shapes,
    check_symbols,
    check_uniforms,
    instance_axes,
    picked,
)
from solvers.models.factor import Evidence, Factor


@dataclass(frozen=True, slots=True, eq=False)
class Cpt:
    """P(name | parents): a table (..., k_parent…, k), the states of the variable itself on the last axis."""

    name: str
    parents: tuple[str, ...]
    table: Tensor

    def __post_init__(self) -> None:
        self.factor()
        check_distribution(**{f"A row of the table of {self.name}": self.table})

    def factor(self) -> Factor:
        return Factor((*self.parents, self.name), self.table)


@dataclass(frozen=True, slots=True, eq=False)
class BayesNet:
    """One table a variable; the arrows must not run in a circle."""

    cpts: tuple[Cpt, ...]

    def __post_init__(self) -> None:
        if len({each.name for each in self.cpts}) < len(self.cpts) or not self.cpts:
            raise BadInput("A network has at least one variable, and one table for each.")
        dag.check_dag(self.parents)
        factor.sizes(self.factors())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.cpts)

    @property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """The graph, as `dag` takes it."""
        return {each.name: each.parents for each in self.cpts}

    @property
    def sizes(self) -> dict[str, int]:
        """How many states each variable has."""
        return {each.name: each.table.shape[-1] for each in self.cpts}

    def factors(self) -> tuple[Factor, ...]:
        return tuple(each.factor() for each in self.cpts)


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """Samples (..., N, n) with the evidence in its columns, each with the weight (..., N) P(evidence | its parents)."""

    states: Tensor
    weights: Tensor


def joint(net: BayesNet) -> Factor:
    """P over all variables, axes in the order of the tables."""
    return factor.marginal(factor.multiply(*net.factors()), net.names)


def probability(net: BayesNet, evidence: Evidence) -> Tensor:
    """P(evidence), of one variable, some or all: (...)."""
    return factor.eliminate(net.factors(), (), evidence).result.table


def posterior(net: BayesNet, wanted: Sequence[str], evidence: Evidence | None = None) -> Factor:
    """P(wanted | evidence), axes in the order of `wanted`."""
    return factor.posterior(net.factors(), wanted, evidence)


def log_probability(net: BayesNet, cases: Tensor) -> Tensor:
    """log P of whole cases (..., N, n), columns in the order of the tables: (..., N), -inf where one cannot be."""
    check_symbols("cases", cases, max(net.sizes.values()), "examples variables")
    if cases.shape[-1] != len(net.names):
        raise BadInput(f"cases has {cases.shape[-1]} columns, but {len(net.names)} are needed: one a variable.")
    tables = {each.name: (each.table, len(each.parents) + 1) for each in net.cpts}
    leading = torch.Size([*instance_axes(cases=(cases, 2), **tables), cases.shape[-2]])
    seen = {name: column.expand(leading) for name, column in zip(net.names, cases.unbind(-1), strict=True)}
    each = [picked(f"The column of {cpt.name}", seen[cpt.name], _rows(cpt, seen, leading)) for cpt in net.cpts]
    return torch.stack(each).log().sum(dim=0)


def sample(net: BayesNet, uniforms: Tensor, order: Sequence[str] | None = None) -> Tensor:
    """Ancestral sampling: uniforms (..., N, n) in [0, 1) -> states (..., N, n), columns in the order of the tables.

    The k-th uniform of a sample is for the k-th variable of `order` (any with parents first); state s is drawn where
    P(0) + … + P(s-1) <= u < P(0) + … + P(s).
    """
    return likelihood_weighted(net, {}, uniforms, order).states


def likelihood_weighted(
    net: BayesNet, evidence: Evidence, uniforms: Tensor, order: Sequence[str] | None = None
) -> Weighted:
    """Ancestral sampling with some variables held; their uniforms are not used. See `sample`."""
    order = dag.topological_order(net.parents) if order is None else order
    leading = _check(net, uniforms, order)
    tables, drawn = {each.name: each for each in net.cpts}, dict[str, Tensor]()
    weights = uniforms.new_ones(leading)
    for name, u in zip(order, uniforms.unbind(-1), strict=True):
        rows = _rows(tables[name], drawn, leading)  # (..., N, k)
        if name in evidence:
            drawn[name] = _held(net, name, evidence[name], leading, uniforms.device)
            weights = weights * rows.gather(-1, drawn[name].unsqueeze(-1)).squeeze(-1)
        else:
            drawn[name] = invert(rows, u.expand(leading))
    return Weighted(torch.stack([drawn[name] for name in net.names], dim=-1), weights)


def invert(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """The state whose stretch of [0, 1) holds u: (..., k), (...) -> (...); never one of probability 0."""
    check_shapes(probabilities=(probabilities, "states"), uniforms=(uniforms, ""))
    bounds = probabilities.cumsum(dim=-1)
    passed = (uniforms.unsqueeze(-1) >= bounds).sum(dim=-1)
    possible = torch.arange(probabilities.shape[-1], device=probabilities.device) * (probabilities > 0)
    return torch.minimum(passed, possible.amax(dim=-1))


def _rows(cpt: Cpt, drawn: dict[str, Tensor], leading: torch.Size) -> Tensor:
    """P(· | the drawn parents): (..., N, k)."""
    spread = cpt.table.unsqueeze(-len(cpt.parents) - 2)  # (..., k_parent…, k) -> (..., 1, k_parent…, k)
    return factor.condition(
        Factor((*cpt.parents, cpt.name), spread), {name: drawn[name] for name in cpt.parents}
    ).table.expand(*leading, -1)


def _held(net: BayesNet, name: str, state: int | Tensor, leading: torch.Size, device: torch.device) -> Tensor:
    chosen = factor.given_states(name, state, net.sizes[name], device)
    return chosen.unsqueeze(-1).expand(leading) if chosen.ndim else chosen.expand(leading)


def _check(net: BayesNet, uniforms: Tensor, order: Sequence[str]) -> torch.Size:
    """The instance axes and the samples, (..., N)."""
    if not dag.is_topological(net.parents, order):
        raise BadInput(f"order is {', '.join(order)}, but each variable must stand there once, after its parents.")
    check_shapes(uniforms=(uniforms, "samples variables"))
    check_uniforms(uniforms=uniforms)
    if uniforms.shape[-1] != len(net.names):
        raise BadInput(f"uniforms has {uniforms.shape[-1]} columns, but {len(net.names)} are needed: one a variable.")
    tables = {each.name: (each.table, len(each.parents) + 1) for each in net.cpts}
    return torch.Size([*instance_axes(uniforms=(uniforms, 2), **tables), uniforms.shape[-2]])
