"""Numbers that are declared one by one, p_1, p_2, p_3: the entries of a vector p, or the members of a family."""

from __future__ import annotations

import re
from dataclasses import replace

from solvers.formula.context import Context, read_context
from solvers.formula.env import Definition
from solvers.formula.nodes import Member, Name, Num, Tuple, walk
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
        if base in context.scope.names or last < 2 or places != set(range(1, last + 1)):
            continue
        if _runs(base, context):
            context = _members(context, base, last)
            continue
        context = context.declared(Declaration(base, (Num(str(last)),), (), "defined"))
        context = replace(context, definitions={**context.definitions, base: _entries(base, last)})
    return context


def _runs(base: str, context: Context) -> bool:
    """Whether a definition speaks of members of it: g_t of m_t = b m_{t-1} + (1 - b) g_t."""
    sides = (d.right for defined in context.definitions.values() for d in defined)
    return any(isinstance(node, Member) and node.base == Name(base) for side in sides for node in walk(side))


def _members(context: Context, base: str, last: int) -> Context:
    """The context with g_1, ..., g_last as the members of a family."""
    for place in range(1, last + 1):
        found = read_context([f"{base}^{{({place})}} = {base}_{place}"], context)
        context = found if isinstance(found, Context) else context
    return context


def numbers_apart(context: Context, text: str) -> Context:
    """The context without a vector gathered from p_1, p_2 where p_3 is spoken of: that may be one more number."""
    for base, (first, *others) in context.definitions.items():
        count = len(first.right.items) if isinstance(first.right, Tuple) else 0
        gathered = not others and (first,) == _entries(base, count)
        if gathered and re.search(rf"{base}_\s*\{{?\s*{count + 1}(?!\d)", text):
            names = {n: d for n, d in context.scope.names.items() if n != base}
            definitions = {n: d for n, d in context.definitions.items() if n != base}
            context = replace(context, scope=replace(context.scope, names=names), definitions=definitions)
    return context


def _entries(base: str, count: int) -> tuple[Definition]:
    """p as the vector of p_1, ..., p_count."""
    return (Definition(Name(base), Tuple(tuple(Name(f"{base}_{place}") for place in range(1, count + 1)))),)
