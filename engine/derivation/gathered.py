"""Numbers that are declared one by one, p_1, p_2, p_3: the entries of a vector p, or the members of a family."""

from __future__ import annotations

import re
from dataclasses import replace

from solvers.formula.context import Context, read_context
from solvers.formula.env import Definition
from solvers.formula.nodes import Member, Name, Node, Num, Tuple, walk
from solvers.formula.tokens import Declaration


def gathered(context: Context) -> Context:
    """Numbers p_1, p_2, p_3 that are declared one by one are the entries of a vector p, if p is nothing else."""
    entries: dict[str, set[int]] = {}
    for name, declared in context.scope.names.items():
        match = re.fullmatch(r"([A-Za-z]+)_(\d)", name)
        if match and declared.shape == () and not declared.family:
            entries.setdefault(match[1], set()).add(int(match[2]))
    for base, places in entries.items():
        last = max(places)
        vector = _is_gathered(base, context)
        if (base in context.scope.names and not vector) or last < 2 or places != set(range(1, last + 1)):
            continue
        context = _without(context, base) if vector else context
        if runs(base, context):
            context = _members(context, base, last)
            continue
        context = context.declared(Declaration(base, (Num(str(last)),), (), "defined"))
        context = replace(context, definitions={**context.definitions, base: _entries(base, last)})
    return context


def runs(base: str, context: Context) -> bool:
    """Whether a definition speaks of members of it: g_t of m_t = b m_{t-1} + (1 - b) g_t."""
    sides = (d.right for defined in context.definitions.values() for d in defined)
    return any(isinstance(node, Member) and node.base == Name(base) for side in sides for node in walk(side))


def as_members(context: Context, node: Node) -> Context:
    """The context where what a formula takes members of is a family, and no vector: g_t, behind g_1 = 1, g_2 = -1."""
    of = {inner.base.text for inner in walk(node) if isinstance(inner, Member) and isinstance(inner.base, Name)}
    for base in of:
        if count := _is_gathered(base, context):
            context = _members(_without(context, base), base, count)
    return context


def _members(context: Context, base: str, last: int) -> Context:
    """The context with g_1, ..., g_last as the members of a family."""
    for place in range(1, last + 1):
        found = read_context([f"{base}^{{({place})}} = {base}_{place}"], context)
        context = found if isinstance(found, Context) else context
    return context


def numbers_apart(context: Context, text: str) -> Context:
    """The context without a vector gathered from p_1, p_2 where p_3 is spoken of: that may be one more number."""
    for base in context.definitions:
        count = _is_gathered(base, context)
        if count and re.search(rf"{base}_\s*\{{?\s*{count + 1}(?!\d)", text):
            context = _without(context, base)
    return context


def _is_gathered(base: str, context: Context) -> int:
    """How many numbers a vector was gathered from; 0 of any other name."""
    first, *others = context.definitions.get(base, (None,))
    count = len(first.right.items) if first is not None and isinstance(first.right, Tuple) else 0
    return count if not others and (first,) == _entries(base, count) else 0


def vector_of_numbers(sides: tuple[Node, Node], context: Context) -> str:
    """Why sides that do not fit may be right: h, of which only h_1 and h_2 are told, may be any one of them."""
    for name in sorted({n.text for side in sides for n in walk(side) if isinstance(n, Name)}):
        if count := _is_gathered(name, context):
            return f"{name} was read as the vector of {name}_1 to {name}_{count}: say what it is, if it is one of them"
    return ""


def _without(context: Context, base: str) -> Context:
    names = {n: d for n, d in context.scope.names.items() if n != base}
    definitions = {n: d for n, d in context.definitions.items() if n != base}
    return replace(context, scope=replace(context.scope, names=names), definitions=definitions)


def _entries(base: str, count: int) -> tuple[Definition]:
    """p as the vector of p_1, ..., p_count."""
    return (Definition(Name(base), Tuple(tuple(Name(f"{base}_{place}") for place in range(1, count + 1)))),)
