"""Sums over a set of indices of which nothing is said but its name: i in B, u in N(v).

What holds for every such set holds for 1, ..., |B|, and the other way round, as long as its elements are places only:
nothing tells one from the other. So the sum runs up to |B|, which may be any whole number from 1 on. Of two such sets
nobody says how they lie, of x_1 nobody says whether 1 is one of them, and i itself is no place: nothing is done there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Big, Binder, Call, Index, Member, Name, Node, Num, map_children, walk
from solvers.formula.tokens import ToldSet

INDEX_SET = "index set"


def counted(nodes: Sequence[Node], context: Context) -> tuple[tuple[Node, ...], Context, str]:
    """The formulas, and what is known around them, with ranges in place of the one set of indices; a remark on how it
    is taken, or "" where there is none.
    """
    rights = [d.right for found in context.definitions.values() for d in found]
    everywhere = [inner for node in (*nodes, *rights) for inner in walk(node)]
    through = [(b, big) for big in everywhere if isinstance(big, Big) for b in big.binders if _open(b, big, context)]
    sets = [binder.domain for binder, _ in through if binder.domain is not None]
    if len(set(sets)) != 1 or not _places(through, everywhere):
        return tuple(nodes), context, ""
    whole = sets[0]
    name = whole.name if isinstance(whole, Apply) else getattr(whole, "text", "")
    size = Name(f"|{name}|")

    def change(node: Node) -> Node:
        if isinstance(node, Binder) and node.domain == whole:
            return replace(node, low=Num("1"), high=size, domain=None)
        return size if node == Call("abs", (whole,)) else map_children(node, change)

    definitions = {
        key: tuple(replace(d, right=change(d.right)) for d in found) for key, found in context.definitions.items()
    }
    told = f"{name} is taken as any set of {size.text} indices"
    return tuple(map(change, nodes)), replace(context, definitions=definitions), told


def _places(through: Sequence[tuple[Binder, Big]], everywhere: Sequence[Node]) -> bool:
    """Whether the elements of the set are nothing but places, and none is written as a number."""
    indexed: set[Node] = set()
    for binder, big in through:
        spots = [n for n in walk(big.body) if isinstance(n, (Index, Member)) and binder.name in n.indices]
        if sum(n == binder.name for n in walk(big.body)) != sum(n.indices.count(binder.name) for n in spots):
            return False
        indexed |= {n.base for n in spots}
    return not any(
        isinstance(n, (Index, Member)) and n.base in indexed and any(isinstance(i, Num) for i in n.indices)
        for n in everywhere
    )


def _open(binder: Binder, node: Big, context: Context) -> bool:
    """Whether a name runs through a set of which nothing is said."""
    domain = binder.domain
    if domain is not None and told_at(domain, context.scope.sets) is not None:
        return False
    if isinstance(domain, Apply):
        declared = context.scope.names.get(domain.name)
        return declared is not None and declared.domain == INDEX_SET
    if not isinstance(domain, Name) or node.op == "E" or domain.text in context.definitions:
        return False
    declared = context.scope.names.get(domain.text)
    return (declared is None and not domain.text.startswith("bb")) or (
        declared is not None and declared.domain in {"inferred", INDEX_SET} and declared.shape == ()
    )


def told_at(node: Node, sets: Mapping[str, ToldSet]) -> tuple[ToldSet, Node | None] | None:
    """The set that a text tells the elements of, and what its parameter is: C_k, C_2, N(i); None of other nodes."""
    if isinstance(node, Name):
        if node.text in sets and not sets[node.text].parameter:
            return sets[node.text], None
        base, _, label = node.text.rpartition("_")
        if base in sets and sets[base].parameter and label:
            return sets[base], Num(label) if label.isdecimal() else Name(label)
        return None
    base_of = node.base if isinstance(node, (Index, Member)) else None
    given = node.indices if isinstance(node, (Index, Member)) else node.args if isinstance(node, Apply) else ()
    name = node.name if isinstance(node, Apply) else base_of.text if isinstance(base_of, Name) else ""
    return (sets[name], given[0]) if name in sets and sets[name].parameter and len(given) == 1 else None


__all__ = ["INDEX_SET", "counted", "told_at"]
