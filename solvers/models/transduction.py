"""Sequence transductions (notes 10.1.1) given as formulas: which inputs an output depends on, and what that makes it.

A transduction is a list of equations such as "h^(t) = tanh(w h^(t-1) + x^(t))", "o^(t) = v h^(t)"; the last one is the
output, x the input unless told. Members outside 1…T (a first state, a padded input) depend on nothing. Dependence is
read off the formula: a term that cancels still counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

import torch
from torch import Tensor

from solvers.formula.env import whole
from solvers.formula.nodes import Big, Chain, Member, Name, Node, Num, children, walk
from solvers.formula.parser import parse
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration, Scope, Unreadable
from solvers.models.checks import BadInput, check_at_least, check_texts

LONGEST: Final = 400
_LEFT: Final = re.compile(r"\s*([A-Za-z]\w*)\s*\^\s*[({]{1,2}\s*t\s*[)}]{1,2}\s*=")


@dataclass(frozen=True, slots=True)
class Transduction:
    """The right sides by name, the output's name last, and the input's name."""

    equations: Mapping[str, Node]
    source: str = "x"

    @property
    def output(self) -> str:
        return list(self.equations)[-1]


@dataclass(frozen=True, slots=True)
class Kind:
    """`memory` is the k of finite memory, None without one; algebraic is memory 0. Stationary: the same at every t."""

    causal: bool
    memory: int | None
    stationary: bool

    @property
    def algebraic(self) -> bool:
        return self.memory == 0


def read(*equations: str, source: str = "x") -> Transduction:
    """The transduction that the equations define, each "name^(t) = …" in plain text or LaTeX."""
    check_texts("equations", equations)
    heads = [_LEFT.match(each) for each in equations]
    for each, head in zip(equations, heads, strict=True):
        if head is None:
            raise BadInput(f"{each[:60]!r} is no equation of the form name^(t) = ….")
    if not equations:
        raise BadInput("equations is empty, but at least one, the output's, is needed.")
    known = [head[1] for head in heads if head]
    families = {name: Declaration(name, None, (("t", Num("1"), Name("T")),), "defined") for name in [source, *known]}
    if len(set(known)) < len(known) or source in known:
        raise BadInput(f"equations define {', '.join(known)} from {source}, but each sequence has one equation.")
    sides = {name: _right_side(each, Scope(families)) for name, each in zip(known, equations, strict=True)}
    return Transduction(sides, source)


def dependence(transduction: Transduction, length: int) -> Tensor:
    """Row t, column s: does the output at t depend on the input at s? Boolean (T, T), both from 1."""
    check_at_least(1, length=length)
    if length > LONGEST:
        raise BadInput(f"length is {length}, but at most {LONGEST} steps are followed.")
    seen = {
        (name, t): [each for each in _members(side, {"t": t, "T": length}) if 1 <= each[1] <= length]
        for name, side in transduction.equations.items()
        for t in range(1, length + 1)
    }
    reached = {(transduction.source, t): {t} for t in range(1, length + 1)}
    try:
        for member in TopologicalSorter(seen).static_order():  # what a member depends on comes before it
            if member not in reached:
                reached[member] = set().union(*(reached[each] for each in seen[member]))
    except CycleError as error:
        name, t = error.args[1][0]
        raise BadInput(f"{name}^({t}) depends on itself, so the equations define nothing.") from None
    table = torch.zeros(length, length, dtype=torch.bool)
    for t in range(1, length + 1):
        for s in reached[transduction.output, t]:
            table[t - 1, s - 1] = True
    return table


def classify(transduction: Transduction) -> Kind:
    """Causal, with finite memory (and which), stationary: decided on sequences longer than any lag that is written.

    Memory is finite where the longest lag does not grow when the sequence does.
    """
    length = 8 + 2 * _reach(transduction)
    short, long = dependence(transduction, length), dependence(transduction, 2 * length)
    causal = not bool(long.triu(1).any())
    lag = _longest_lag(long)
    finite = causal and lag == _longest_lag(short)
    timed = any(_uses_time(each) for each in transduction.equations.values())
    stationary = not timed and bool((long[1:, 1:] == long[:-1, :-1]).all())
    return Kind(causal, lag if finite else None, stationary)


def _right_side(text: str, scope: Scope) -> Node:
    parsed = parse(text, scope)
    if isinstance(parsed, Unreadable):
        raise BadInput(f"{text[:60]!r} cannot be read: {parsed}.")
    if not isinstance(parsed.node, Chain) or parsed.node.relations != ("=",):
        raise BadInput(f"{text[:60]!r} is no equation of the form name^(t) = ….")
    return parsed.node.sides[1]


def _members(node: Node, integers: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """(name, place) of every member in a formula at a time t, the sums written out."""
    try:
        if isinstance(node, Member) and isinstance(node.base, Name):
            yield node.base.text, whole(node.indices[0], integers)
        elif isinstance(node, Big):
            for bound in _bindings(node, integers):
                yield from _members(node.body, bound)
        else:
            for child in children(node):
                yield from _members(child, integers)
    except EvaluationError as error:
        raise BadInput(f"{error}; an index may hold t, T, whole numbers and the indices of sums.") from None


def _bindings(node: Big, integers: Mapping[str, int]) -> Iterator[Mapping[str, int]]:
    bound = [integers]
    for binder in node.binders:
        if binder.low is None or binder.high is None:
            raise BadInput(f"the sum over {binder.name.text} has no range, as in sum_{{k=0}}^{{3}}.")
        low, high = binder.low, binder.high
        bound = [
            {**each, binder.name.text: value}
            for each in bound
            for value in range(whole(low, each), whole(high, each) + 1)
        ]
    yield from bound


def _reach(transduction: Transduction) -> int:
    """No finite lag is longer: every whole number that is written, multiplied (each at least 2)."""
    product = 1
    for side in transduction.equations.values():
        for node in walk(side):
            if isinstance(node, Num) and node.value.denominator == 1:
                product *= max(2, 1 + abs(int(node.value)))
    if 2 * (8 + 2 * product) > LONGEST:
        raise BadInput("equations hold numbers too large to follow every lag.")
    return product


def _longest_lag(table: Tensor) -> int:
    """max t - s over what depends, 0 where nothing does."""
    t, s = table.nonzero(as_tuple=True)
    return int((t - s).max()) if len(t) else 0


def _uses_time(node: Node) -> bool:
    """Whether t or T stands in a formula as a number, outside the indices of sequences and the ranges of sums."""
    if isinstance(node, Name):
        return node.text in {"t", "T"}
    if isinstance(node, Member):
        return False
    inside = (node.body,) if isinstance(node, Big) else children(node)
    return any(_uses_time(each) for each in inside)
