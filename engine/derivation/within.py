"""What a formula is made of by way of a name that is given later: p = \\sigma(w x) is \\sigma(z) of a z = w x."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.nodes import Call, Derivative, Name, Node, map_children, names, walk


def by_way_of(context: Context, nodes: Sequence[Node]) -> Context:
    """The context in which what is differentiated by a defined z leads to z, where it holds what z is.

    Only where it then leads to nothing else that z is made of: dp/dz is no question of what else is held fixed.
    """
    for node in (inner for each in nodes for inner in walk(each)):
        if not isinstance(node, Derivative) or isinstance(node.of, Derivative):
            continue
        for by in node.by:
            if isinstance(by, Name):
                context = _leading(context, node.of, by)
    return context


def _leading(context: Context, of: Node, by: Name) -> Context:
    found = context.definitions.get(by.text, ())
    if len(found) != 1 or found[0].left != by or not isinstance(found[0].right, Call) or not names(found[0].right):
        return context
    made, behind = found[0].right, reached(of, context.definitions)
    if by.text in behind:
        return context
    changed = {
        name: tuple(replace(d, right=_with(d.right, made, by)) for d in context.definitions[name])
        for name in behind & context.definitions.keys()
    }
    definitions = {**context.definitions, **changed}
    alone = {name: ds for name, ds in definitions.items() if name != by.text}
    leads = reached(of, alone)
    if by.text not in leads or leads & reached(made, context.definitions):
        return context
    return replace(context, definitions=definitions)


def _with(node: Node, made: Node, by: Name) -> Node:
    return by if node == made else map_children(node, lambda child: _with(child, made, by))
