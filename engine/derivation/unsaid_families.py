"""Numbers with an index of which nothing is said, the w_k and x_i of a definition: they are members of families in it,
as they are everywhere else on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.nodes import Index, Member, Name, Node, map_children, walk
from solvers.formula.tokens import Declaration


def with_families(context: Context, before: Context, indexed: Mapping[str, Declaration]) -> Context:
    """The context whose new definitions speak of members; `indexed` is what undeclared names are taken as."""
    families = {n for n, d in indexed.items() if len(d.family) == 1 and d.shape == ()} - context.scope.names.keys()
    changed = {
        name: tuple(replace(d, right=_as_members(d.right, families)) for d in found)
        for name, found in context.definitions.items()
        if before.definitions.get(name) is not found and any(_speaks(d.right, families) for d in found)
    }
    return replace(context, definitions={**context.definitions, **changed}) if changed else context


def _speaks(node: Node, families: set[str]) -> bool:
    return any(isinstance(n, Index) and isinstance(n.base, Name) and n.base.text in families for n in walk(node))


def _as_members(node: Node, families: set[str]) -> Node:
    if (
        isinstance(node, Index)
        and isinstance(node.base, Name)
        and node.base.text in families
        and len(node.indices) == 1
    ):
        return Member(node.base, node.indices, node.span)
    return map_children(node, lambda child: _as_members(child, families))


__all__ = ["with_families"]
