"""The readings of a partial derivative: total (what depends on the variable moves with it), immediate, and within one
step of a recursion (what came before that is held still)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from solvers.formula.iterates import member_of
from solvers.formula.nodes import Derivative, Index, Name, Node, map_children, walk
from solvers.formula.operators import ROW, WITHIN
from solvers.formula.to_plain import to_plain

MOST = 5  # partial derivatives that are told apart in one step


IMMEDIATE = "the immediate derivative (other defined names held still)"
STEPWISE = "the derivative within one step (what comes before it held still)"
_SIGNS = {IMMEDIATE: "partial+", STEPWISE: WITHIN}


def readings(left: Node, right: Node) -> Iterator[tuple[tuple[Derivative, ...], str]]:
    """Some partial derivatives of both sides, fewest first, as they may be read; and that in words."""
    found = dict.fromkeys(
        node
        for side in (left, right)
        for node in walk(side)
        if isinstance(node, Derivative) and node.sign.removesuffix(ROW) == "partial"
    )
    partials = list(found)[:MOST]
    for said, sign in _SIGNS.items():
        apt = [node for node in partials if sign != WITHIN or _is_of_a_step(node)]
        for count in range(1, len(apt) + 1):
            for chosen in combinations(apt, count):
                named = ", ".join(to_plain(node) for node in chosen)
                yield tuple(_signed(node, sign) for node in chosen), f"{named} read as {said}"


def _is_of_a_step(node: Derivative) -> bool:
    """Whether a derivative is of a member of a family, by what is none: of c_t by b."""
    by = node.by[0].base if isinstance(node.by[0], Index) else node.by[0]
    return member_of(node.of) is not None and isinstance(by, Name)


def _signed(node: Derivative, sign: str) -> Derivative:
    return replace(node, sign=node.sign.replace("partial", sign))


def as_immediate(node: Node, chosen: tuple[Derivative, ...]) -> Node:
    """The formula with its derivatives read as the `chosen` ones are."""
    if isinstance(node, Derivative) and node.sign.removesuffix(ROW) == "partial":
        for reading in chosen:
            if node == replace(reading, sign=node.sign):
                return replace(node, sign=reading.sign)
    return map_children(node, lambda child: as_immediate(child, chosen))


def alike(node: Node, chosen: tuple[Derivative, ...]) -> Node:
    """The formula with all derivatives of what the `chosen` ones are of read as these."""
    if isinstance(node, Derivative) and node.sign.removesuffix(ROW) == "partial":
        for reading in chosen:
            if node.of == reading.of:
                return _signed(node, reading.sign.removesuffix(ROW))
    return map_children(node, lambda child: alike(child, chosen))


def as_rows(node: Node) -> Node:
    """The formula with derivatives of numbers by vectors read as rows, where a write-up says that they are."""
    changed = map_children(node, as_rows)
    if isinstance(changed, Derivative) and changed.sign in {"partial", "partial+", "d"}:
        return replace(changed, sign=changed.sign + ROW)
    return changed
