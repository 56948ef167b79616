"""The two readings of a partial derivative: total (what depends on the variable moves with it) and immediate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from solvers.formula.nodes import Derivative, Node, map_children, walk
from solvers.formula.operators import ROW
from solvers.formula.to_plain import to_plain

MOST = 5  # partial derivatives that are told apart in one step


def readings(left: Node, right: Node) -> Iterator[tuple[tuple[Derivative, ...], str]]:
    """Some partial derivatives of both sides, fewest first, that may be read as immediate ones; and their names."""
    found = dict.fromkeys(
        node
        for side in (left, right)
        for node in walk(side)
        if isinstance(node, Derivative) and node.sign.removesuffix(ROW) == "partial"
    )
    partials = list(found)[:MOST]
    for count in range(1, len(partials) + 1):
        for chosen in combinations(partials, count):
            named = ", ".join(to_plain(node) for node in chosen)
            yield chosen, named


def as_immediate(node: Node, chosen: tuple[Derivative, ...]) -> Node:
    if isinstance(node, Derivative) and node in chosen:
        return replace(node, sign=node.sign.replace("partial", "partial+"))
    return map_children(node, lambda child: as_immediate(child, chosen))


def as_rows(node: Node) -> Node:
    """The formula with derivatives of numbers by vectors read as rows, where a write-up says that they are."""
    changed = map_children(node, as_rows)
    if isinstance(changed, Derivative) and changed.sign in {"partial", "partial+", "d"}:
        return replace(changed, sign=changed.sign + ROW)
    return changed
