"""Which names of formulas are indices, and what they run up to."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Big, Call, Index, Member, Name, Node, Num, children, names, plus, walk
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration


def is_ranged(declared: Declaration) -> bool:
    """Whether a name is one of the whole numbers from 1 to n, say."""
    alone = not declared.shape and not declared.family and declared.parameters is None
    return alone and isinstance(declared.support, Call) and declared.support.op == "range"


def free_indices(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """The names that stand in an index and that nothing binds; the c of O_{t, c_t} is none, but a value."""
    if isinstance(node, Big):
        bound = bound | {b.name.text for b in node.binders}
    found: set[str] = set()
    if isinstance(node, (Index, Member, Apply)):
        found |= {n for i in node.indices for n in _counted(i)} - bound
    for child in children(node):
        found |= free_indices(child, bound)
    return found


def _counted(place: Node) -> frozenset[str]:
    """The names in an index, without those of members and entries."""
    if isinstance(place, Name):
        return frozenset({place.text})
    inner = () if isinstance(place, (Index, Member)) else children(place)
    return frozenset().union(*map(_counted, inner))


def range_of(index: str, formulas: Sequence[Node], context: Context) -> Node | None:
    """What a free index runs up to: the range it is declared with, or the size of what it indexes."""
    own = context.scope.names.get(index)
    if own is not None and is_ranged(own):
        return own.support
    for formula in formulas:
        for node in walk(formula):
            if isinstance(node, Index):
                base = node.base.base if isinstance(node.base, Member) else node.base
                declared = context.scope.names.get(base.text) if isinstance(base, Name) else None
                for place, inner in zip(declared.shape or () if declared else (), node.indices, strict=False):
                    if isinstance(inner, Name) and inner.text == index and place != UNKNOWN and declared is not None:
                        return place if declared.origin else Call("range", (Num("0"), plus(place, -1)))
            if isinstance(node, Member) and isinstance(node.base, Name):
                declared = context.scope.names.get(node.base.text)
                family = () if declared is None or declared.domain == "defined" else declared.family
                for (_, _, high), place in zip(family, node.indices, strict=False):
                    if place == Name(index) and high != UNKNOWN:
                        return high
    return _summed_range(index, formulas, context)


def _summed_range(letter: str, formulas: Sequence[Node], context: Context) -> Node | None:
    """What a letter runs through where it is bound, if that is one range: then it does where it is free."""
    rights = (definition.right for found in context.definitions.values() for definition in found)
    binders = {
        binder for whole in (*formulas, *rights) for node in walk(whole) if isinstance(node, Big)
        for binder in node.binders if binder.name.text == letter
    }  # fmt: skip
    ranges = {(b.low, b.high) for b in binders}
    low, high = ranges.pop() if len(ranges) == 1 else (None, None)
    closed = isinstance(low, Num) and high is not None and not names(high) & {letter, "infty"}
    return Call("range", (low, high)) if closed and low is not None and high is not None else None
