"""Sums over pairs: \\sum_{i < j} runs over both indices, unless j means something outside of the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.nodes import Big, Binder, Chain, Name, Node, children, map_children, names, walk
from solvers.formula.sum_scopes import going_on


def pairs_bound(sides: Sequence[Node]) -> list[Node]:
    """The sides with both indices of i < j bound where j is free in none of them, and with what their sums go on over.

    A j that one side speaks of is a free index, and \\sum_{i \\ne j} then runs over i alone.
    """
    sides = list(going_on(sides))
    if not any(isinstance(inner, Binder) and isinstance(inner.domain, Chain) for side in sides for inner in walk(side)):
        return sides
    spoken = {name for side in sides for name in _free(side, frozenset())}
    return [_widened(side, frozenset(), spoken) for side in sides]


def _free(node: Node, bound: frozenset[str]) -> set[str]:
    """The names a formula speaks of outside of what binds them; conditions of sums do not count."""
    if isinstance(node, Name):
        return set() if node.text in bound else {node.text}
    found: set[str] = set()
    if isinstance(node, Big):
        inner = bound | {binder.name.text for binder in node.binders}
        inner |= {n for b in node.binders if isinstance(b.domain, Chain) for n in names(b.domain)}
        for binder in node.binders:
            for limit in (binder.low, binder.high):
                found |= _free(limit, bound) if limit is not None else set()
        return found | _free(node.body, inner)
    for child in children(node):
        found |= _free(child, bound)
    return found


def _widened(node: Node, bound: frozenset[str], spoken: set[str]) -> Node:
    if isinstance(node, Big):
        own = {binder.name.text for binder in node.binders}
        last = node.binders[-1]
        if isinstance(condition := last.domain, Chain):
            over = [n for n in sorted(names(condition)) if n not in own | bound | spoken]
            node = replace(node, binders=(*(Binder(Name(n), last.low, last.high) for n in over), *node.binders))
        bound = bound | {binder.name.text for binder in node.binders}
    return map_children(node, lambda child: _widened(child, bound, spoken))
