"""Sums that go on over the terms behind them: L = \\sum_i y_i \\log p_i + (1 - y_i) \\log(1 - p_i), without brackets.

A sum ends before the next + or -, by the rules of reading. Where the terms behind it speak of its index, and neither
what stands before it nor the other sides do, they belong to it: nothing else could be meant by that index.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.nodes import Big, Call, Index, Name, Node, children, map_children

_SIGNS = frozenset({"add", "sub"})
_OVER_ALL = frozenset({"kl", "entropy", "js"})  # H(q(h | v)) runs through all h by itself
_TAILS = frozenset({"mul", "dot", "times"})  # -1/m \\sum_i ..., whose last factor is the sum


def going_on(sides: Sequence[Node]) -> tuple[Node, ...]:
    """The sides of an equation, or two formulas, with what belongs to their sums."""
    if not any(isinstance(side, Call) and side.op in _SIGNS and _sum_in(side) is not None for side in sides):
        return tuple(sides)
    spoken = [_free(side) for side in sides]
    others = [set[str]().union(*spoken[:n], *spoken[n + 1 :]) for n in range(len(sides))]
    return tuple(_going_on(side, apart) for side, apart in zip(sides, others, strict=True))


def _going_on(side: Node, others: set[str]) -> Node:
    """One side, of which the others speak of some names."""
    terms = _terms(side)
    for place, (_, term) in enumerate(terms[:-1]):
        tail = _tail(term)
        if tail is None or tail.op != "sum":
            continue
        own = {binder.name.text for binder in tail.binders}
        before = set[str]().union(_free(term), *(_free(other) for _, other in terms[:place]))
        last = max((n for n, (_, t) in enumerate(terms) if n > place and own & _free(t)), default=place)
        if last == place or own & (before | others):
            continue
        body = tail.body
        for sign, inner in terms[place + 1 : last + 1]:
            body = Call(sign, (body, _entries(inner, own)), tail.span)
        kept = [*terms[:place], (terms[place][0], _with_tail(term, replace(tail, body=body))), *terms[last + 1 :]]
        return _going_on(_joined(kept), others)
    return side


def _terms(node: Node) -> list[tuple[str, Node]]:
    """The terms of a sum that is written out, each with the sign before it."""
    found: list[tuple[str, Node]] = []
    while isinstance(node, Call) and node.op in _SIGNS:
        found.append((node.op, node.args[1]))
        node = node.args[0]
    return [("add", node), *found[::-1]]


def _joined(terms: Sequence[tuple[str, Node]]) -> Node:
    node = terms[0][1]
    for sign, term in terms[1:]:
        node = Call(sign, (node, term))
    return node


def _tail(term: Node) -> Big | None:
    """The big operator that a term ends with."""
    while isinstance(term, Call) and (term.op in _TAILS or term.op == "neg"):
        term = term.args[-1]
    return term if isinstance(term, Big) else None


def _with_tail(term: Node, tail: Big) -> Node:
    if isinstance(term, Call):
        return replace(term, args=(*term.args[:-1], _with_tail(term.args[-1], tail)))
    return tail


def _sum_in(side: Node) -> Big | None:
    return next((tail for _, term in _terms(side)[:-1] if (tail := _tail(term)) is not None), None)


def _entries(node: Node, own: set[str]) -> Node:
    """A term with t_i as an entry of t: outside of the sum i was a label."""
    if isinstance(node, Name):
        base, _, label = node.text.rpartition("_")
        return Index(Name(base), (Name(label),), node.span) if base and label in own else node
    return map_children(node, lambda child: _entries(child, own))


def _free(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """The names a formula speaks of outside of what binds them, and the labels of those that look like entries."""
    if isinstance(node, Name):
        found = {node.text, node.text.rpartition("_")[2]} if re.fullmatch(r".+_[a-z]", node.text) else {node.text}
        return found - bound
    found = set()
    if isinstance(node, Call) and node.op in _OVER_ALL:
        return found
    if isinstance(node, Big):
        inner = bound | {binder.name.text for binder in node.binders}
        for binder in node.binders:
            for limit in (binder.low, binder.high, binder.domain):
                found |= _free(limit, inner) if limit is not None else set()
        return found | _free(node.body, inner)
    for child in children(node):
        found |= _free(child, bound)
    return found


__all__ = ["going_on"]
