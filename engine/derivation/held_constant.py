"""Suppositions that make the members of a family alike: g_t = g for all t, |g_t| = c, g_t^2 = c^2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.gathered import runs
from solvers.formula.context import Context
from solvers.formula.env import Definition
from solvers.formula.nodes import Call, Index, Member, Name, Node, Num, map_children, walk
from solvers.formula.tokens import Declaration


def held_constant(context: Context, left: Node | None, right: Node | None) -> Context | None:
    """The context where g_j = g, said for all j, makes a family one and the same value, and |g_j| = c values of one
    magnitude; None of other equations.
    """
    if left is None or right is None:
        return None
    return _of_one_magnitude(context, left, right) or _of_one_value(context, left, right)


def _of_one_value(context: Context, left: Node, right: Node) -> Context | None:
    declared = _family(context, right)
    if not isinstance(right, Name) or declared is None:
        return None
    label = re.fullmatch(rf"{re.escape(right.text)}_[a-z]", left.text) if isinstance(left, Name) else None
    member = isinstance(left, (Member, Index)) and left.base == right and _at_any_place(left)
    if not (label or member):
        return None
    definitions = {
        name: tuple(replace(d, right=_at_any(d.right, right)) for d in found)
        for name, found in context.definitions.items()
    }
    return replace(context.declared(replace(declared, family=())), definitions=definitions)


def _of_one_magnitude(context: Context, left: Node, right: Node) -> Context | None:
    """The context with g_t = c s_t of signs s_t, where |g_t| = c or g_t^2 = c^2 is said of numbers g_t."""
    member, size = _size_of(left), _size_of(right) or right
    whole = isinstance(left, Call) and left.op == "abs"
    if not isinstance(member, (Member, Index)) or not _at_any_place(member) or not isinstance(size, (Name, Num)):
        return None
    if (size == right) != whole or (declared := _family(context, member.base)) is None or declared.shape:
        return None
    sign, (place,) = f"s_{declared.name}", member.indices
    assert isinstance(place, Name)
    if sign in context.scope.names:
        return None
    counted = (place.text, Num("0"), Num("5"))
    signs = Declaration(sign, (), ((place.text, Num("1"), Num("0")),), "{-1, 1}")
    context = context.declared(signs, replace(declared, shape=(), family=(counted,), domain="defined"))
    if isinstance(size, Name) and size.text not in context.scope.names:
        context = context.declared(Declaration(size.text, positive=whole, ends="[)" if whole else "()"))
    of = Call("mul", (size, Member(Name(sign), (place,))))
    definition = Definition(Member(Name(declared.name), (place,)), of, (place.text,))
    return replace(context, definitions={**context.definitions, declared.name: (definition,)})


def with_constant_signs(context: Context, before: Context | None = None) -> Context:
    """The context where a g that all members of a family are, and that is, or was before, called positive, is so as
    their value.
    """
    values = {name: context.scope.names.get(f"{name}_const") for name in context.definitions}
    for name, value in values.items():
        said = (before or context).scope.names.get(name)
        if value is not None and said is not None and said.positive and not value.positive:
            context = context.declared(replace(value, positive=True, ends=said.ends))
    return context


def places_left(name: str, nodes: Sequence[Node], context: Context) -> bool:
    """Whether formulas or definitions still speak of members or entries of a name."""
    behind = (d.right for found in context.definitions.values() for d in found)
    spoken = (inner for node in (*nodes, *behind) for inner in walk(node) if isinstance(inner, (Member, Index)))
    return any(inner.base == Name(name) for inner in spoken)


def _size_of(node: Node) -> Node | None:
    """What |x|, x^2 and \\sqrt{x^2} are the size of."""
    if isinstance(node, Call) and node.op in {"abs", "norm"} and len(node.args) == 1:
        return node.args[0]
    return node.args[0] if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2") else None


def _at_any_place(node: Member | Index) -> bool:
    return len(node.indices) == 1 and all(isinstance(index, Name) for index in node.indices)


def _family(context: Context, base: Node) -> Declaration | None:
    """What is known of a family, or of a name whose members a definition speaks of, that has no formula."""
    if not isinstance(base, Name) or base.text in context.definitions:
        return None
    declared = context.scope.names.get(base.text)
    known = declared is not None and bool(declared.family)
    return (declared or Declaration(base.text, (), (), "inferred")) if known or runs(base.text, context) else None


def _at_any(node: Node, base: Name) -> Node:
    """A formula with g in place of its members g_t."""
    if isinstance(node, Member) and node.base == base:
        return base
    return map_children(node, lambda child: _at_any(child, base))
