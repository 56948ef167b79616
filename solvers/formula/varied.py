"""Derivatives by a defined number that what is differentiated is not made of: dz/ds of z = m + a e, with s = log a.

As they are defined z does not move with s. What is meant is a as a function of s, and by the chain rule that is
dz/da over ds/da. Where s is made of several names nobody says which of them moves, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from solvers.formula.definitions import reached
from solvers.formula.env import Definition
from solvers.formula.known import Context
from solvers.formula.nodes import At, Call, Derivative, Name, Node, map_children, walk

_CONSTANTS = frozenset({"e", "pi", "infty"})
_SIGNS = frozenset({"d", "partial", "nabla"})


def varied(nodes: Sequence[Node], context: Context) -> tuple[tuple[Node, ...], Context, str]:
    """The formulas, and what is known around them, with the quotients in place of such derivatives; a remark on how
    they are taken, or "" where there are none.
    """
    everywhere = [*nodes, *(d.right for found in context.definitions.values() for d in found)]
    moving: dict[str, str] = {}
    for node in (inner for each in everywhere for inner in walk(each) if isinstance(inner, Derivative)):
        name = _mover(node, context)
        if name and isinstance(node.by[0], Name):
            moving[node.by[0].text] = name
    if not moving:
        return tuple(nodes), context, ""
    definitions: Mapping[str, tuple[Definition, ...]] = {
        key: tuple(replace(d, right=_changed(d.right, context)) for d in found)
        for key, found in context.definitions.items()
    }
    told = ", ".join(f"{a} is taken as a function of {s}" for s, a in moving.items())
    return tuple(_changed(node, context) for node in nodes), replace(context, definitions=definitions), told


def _mover(node: Derivative, context: Context) -> str:
    """The one number that a defined name is made of, where what is differentiated by that name is made of the number
    and not of the name; "" if there is none.
    """
    by = node.by[0]
    if not isinstance(by, Name) or len(node.by) != 1 or node.sign not in _SIGNS:
        return ""
    found = context.definitions.get(by.text, ())
    if len(found) != 1 or found[0].left != by or found[0].recursive:
        return ""
    spoken = reached(node.of, context.definitions)
    made = {name for name in reached(by, context.definitions) if name not in context.definitions} - _CONSTANTS
    only = next(iter(made), "")
    declared = context.scope.names.get(only)
    number = declared is None or (declared.shape == () and not declared.family)
    return only if len(made) == 1 and number and only in spoken and by.text not in spoken else ""


def _changed(node: Node, context: Context) -> Node:
    if isinstance(node, At):
        return node  # at a value of s: that is one of a too, which is not computed here
    if isinstance(node, Derivative) and (name := _mover(node, context)):
        above, below = (Derivative(node.sign, of, (Name(name),), node.span) for of in (node.of, node.by[0]))
        return Call("div", (map_children(above, lambda child: _changed(child, context)), below), node.span)
    return map_children(node, lambda child: _changed(child, context))
