"""Formulas with what is said otherwise written out: sums over sets and without a range, derivatives by quotients."""

from __future__ import annotations

from solvers.formula.context import Context
from solvers.formula.nodes import Binder, Derivative, Node, walk


def rewritten(nodes: tuple[Node, Node], context: Context) -> tuple[tuple[Node, ...], Context, tuple[str, ...]]:
    """Two formulas and what is known around them, with the remarks on how they were read."""
    left, right = nodes
    notes: list[str] = []
    for step in (_counted, _ranged, _varied):
        (left, right), context, told = step((left, right), context)
        notes += [told] if told else []
    return (left, right), context, tuple(notes)


def _counted(nodes: tuple[Node, Node], context: Context) -> tuple[tuple[Node, ...], Context, str]:
    """Sums over a set of indices that has only a name, as sums over a range."""
    rights = [d.right for found in context.definitions.values() for d in found]
    if not any(isinstance(inner, Binder) and inner.domain for node in (*nodes, *rights) for inner in walk(node)):
        return nodes, context, ""
    from solvers.formula.index_sets import counted  # only where something runs through a set

    return counted(nodes, context)


def _ranged(nodes: tuple[Node, Node], context: Context) -> tuple[tuple[Node, ...], Context, str]:
    """Sums that say no range, over members of families that have none, as sums over one."""
    rights = [d.right for found in context.definitions.values() for d in found]
    every = (inner for node in (*nodes, *rights, *context.constraints) for inner in walk(node))
    if not any(isinstance(inner, Binder) and inner.low is None and inner.domain is None for inner in every):
        return nodes, context, ""
    from solvers.formula.unsaid_ranges import ranged  # only where a sum says no range

    return ranged(nodes, context)


def _varied(nodes: tuple[Node, Node], context: Context) -> tuple[tuple[Node, ...], Context, str]:
    """Derivatives by a number that is defined the other way round, as quotients."""
    rights = [d.right for found in context.definitions.values() for d in found]
    if not any(isinstance(inner, Derivative) for node in (*nodes, *rights) for inner in walk(node)):
        return nodes, context, ""
    from solvers.formula.varied import varied  # only where there is a derivative

    return varied(nodes, context)
