"""Rows of a matrix, K_{j,:}, as columns: many write them so wherever a vector is meant, as in q · K_{j,:}."""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import All, Call, Index, Node, map_children

AS_COLUMNS = "a row of a matrix, as in K_{j,:}, is taken as a vector"


def as_columns(nodes: tuple[Node, ...], context: Context) -> tuple[tuple[Node, ...], Context] | None:
    """The formulas and what is defined with each row of a matrix as a vector; None where there is none."""
    turned = tuple(map(_turned, nodes))
    definitions = {
        name: tuple(replace(d, right=_turned(d.right)) for d in found) for name, found in context.definitions.items()
    }
    if turned == nodes and definitions == dict(context.definitions):
        return None
    return turned, replace(context, definitions=definitions)


def _turned(node: Node) -> Node:
    if isinstance(node, Call) and node.op == "transpose" and _is_row(node.args[0]):
        return node
    return Call("transpose", (node,), node.span) if _is_row(node) else map_children(node, _turned)


def _is_row(node: Node) -> bool:
    return (
        isinstance(node, Index)
        and len(node.indices) == 2
        and isinstance(node.indices[1], All)
        and not isinstance(node.indices[0], All)
    )
