"""Factor graphs (notes 17.3.2): messages between variables and factors; exact on trees, repeated on graphs with loops.

From variable to factor: the product of what the other factors say. From factor to variable: Σ (or max) over its other
variables of the factor times what they say. A belief is the product of all messages that reach a variable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models import factor
from solvers.models.checks import BadInput, check_at_least
from solvers.models.factor import Evidence, Factor

Link = tuple[int, str]  # a factor, counted from 0, and a variable of its scope


@dataclass(frozen=True, slots=True, eq=False)
class Messages:
    """Both directions of every link, each (..., k)."""

    to_variable: Mapping[Link, Tensor]
    to_factor: Mapping[Link, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """What message passing found: P(x) of each variable (..., k), and Z (...), of what is not given."""

    messages: Messages
    marginals: Mapping[str, Tensor]
    partition: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The likeliest states (...) of each variable, the lowest numbers of equal ones, and their P̃ (...)."""

    states: Mapping[str, Tensor]
    value: Tensor


def links(factors: Sequence[Factor]) -> tuple[Link, ...]:
    """The edges of the factor graph."""
    return tuple((k, name) for k, each in enumerate(factors) for name in each.scope)


def is_forest(factors: Sequence[Factor]) -> bool:
    """No loops: as many links as nodes, less one for each connected part."""
    return len(links(factors)) == len(factors) + len(factor.sizes(factors)) - len(_parts(factors))


def sum_product(factors: Sequence[Factor], evidence: Evidence | None = None) -> Beliefs:
    """Exact marginals and Z of Π φ given the evidence, on a factor graph without loops: each message is sent once."""
    left = [factor.condition(each, {} if evidence is None else evidence) for each in factors]
    _check_forest(left)
    sent = _Sent(left, maximum=False)
    messages = Messages(
        {link: sent.from_factor(link) for link in links(left)}, {link: sent.from_variable(link) for link in links(left)}
    )
    beliefs = {name: _belief(left, messages.to_variable, name) for name in factor.sizes(left)}
    roots = [beliefs[part[0]].table.sum(dim=-1) for part in _parts(left) if part]
    numbers = [each.table for each in left if not each.scope]
    total = torch.stack(torch.broadcast_tensors(*roots, *numbers)).prod(dim=0)
    return Beliefs(messages, {name: factor.normalised(each).table for name, each in beliefs.items()}, total)


def max_product(factors: Sequence[Factor], evidence: Evidence | None = None) -> Best:
    """The likeliest state of all variables together, given the evidence, on a factor graph without loops.

    Each variable is fixed in turn to the state of its largest max-belief; so ties do not mix two solutions.
    """
    left = [factor.condition(each, {} if evidence is None else evidence) for each in factors]
    _check_forest(left)
    states: dict[str, Tensor] = {}
    for name in factor.sizes(left):
        sent = _Sent(left, maximum=True)
        belief = _belief(left, {link: sent.from_factor(link) for link in links(left) if link[1] == name}, name)
        states[name] = belief.table.argmax(dim=-1)
        left = [factor.condition(each, {name: states[name]}) for each in left]
    return Best(states, factor.multiply(*left).table)


def loopy(factors: Sequence[Factor], sweeps: int) -> Mapping[str, Tensor]:
    """Marginals after so many rounds in which every message is sent at once, from flat ones: exact on trees as deep,
    an approximation on graphs with loops. Messages are scaled to sum 1.
    """
    check_at_least(0, sweeps=sweeps)
    states = factor.sizes(factors)
    flat = {(k, name): factors[0].table.new_full((states[name],), 1 / states[name]) for k, name in links(factors)}
    messages = Messages(flat, flat)
    for _ in range(sweeps):
        up = {link: _to_factor(factors, messages.to_variable, link) for link in flat}
        down = {link: _to_variable(factors[link[0]], up, link) for link in flat}
        messages = Messages({link: each / each.sum(dim=-1, keepdim=True) for link, each in down.items()}, up)
    beliefs = {name: _belief(factors, messages.to_variable, name) for name in states}
    return {name: factor.normalised(each).table for name, each in beliefs.items()}


class _Sent:
    """Messages on a tree, each worked out when it is first asked for."""

    def __init__(self, factors: Sequence[Factor], *, maximum: bool) -> None:
        self.factors, self.maximum = factors, maximum
        self.down: dict[Link, Tensor] = {}
        self.up: dict[Link, Tensor] = {}

    def from_factor(self, link: Link) -> Tensor:
        if link not in self.down:
            index, name = link
            others = {
                (index, each): self.from_variable((index, each)) for each in self.factors[index].scope if each != name
            }
            self.down[link] = _to_variable(self.factors[index], others, link, maximum=self.maximum)
        return self.down[link]

    def from_variable(self, link: Link) -> Tensor:
        if link not in self.up:
            index, name = link
            others = {
                (k, each): self.from_factor((k, each)) for k, each in links(self.factors) if each == name and k != index
            }
            self.up[link] = _to_factor(self.factors, others, link)
        return self.up[link]


def _to_variable(one: Factor, incoming: Mapping[Link, Tensor], link: Link, *, maximum: bool = False) -> Tensor:
    index, name = link
    others = [each for each in one.scope if each != name]
    joined = factor.multiply(one, *(Factor((each,), incoming[index, each]) for each in others))
    return (factor.max_out if maximum else factor.sum_out)(joined, *others).table


def _to_factor(factors: Sequence[Factor], incoming: Mapping[Link, Tensor], link: Link) -> Tensor:
    index, name = link
    flat = factors[index].table.new_ones(factors[index].sizes[name])
    said = [incoming[k, each] for k, each in links(factors) if each == name and k != index]
    return torch.stack(torch.broadcast_tensors(flat, *said)).prod(dim=0)


def _belief(factors: Sequence[Factor], incoming: Mapping[Link, Tensor], name: str) -> Factor:
    said = [incoming[k, each] for k, each in links(factors) if each == name]
    return Factor((name,), torch.stack(torch.broadcast_tensors(*said)).prod(dim=0))


def _parts(factors: Sequence[Factor]) -> list[tuple[str, ...]]:
    """The variables of each connected part; a factor without variables is a part of its own."""
    parts: list[tuple[str, ...]] = []
    for each in factors:
        joined = [part for part in parts if set(part) & set(each.scope)]
        parts = [part for part in parts if part not in joined or not part]
        parts.append(tuple(dict.fromkeys([*(name for part in joined for name in part), *each.scope])))
    return parts


def _check_forest(factors: Sequence[Factor]) -> None:
    if not factors:
        raise BadInput("factors is empty, but at least one is needed.")
    if not is_forest(factors):
        raise BadInput("The factor graph has a loop, where messages are not exact: eliminate variables instead.")
