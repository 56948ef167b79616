"""Two definitions that are each other's inverse: s = \\log(a^2) of a number s, and then a = e^{s/2}."""

from __future__ import annotations

from dataclasses import replace

from solvers.equality.relations import judge
from solvers.formula.context import Context
from solvers.formula.nodes import Name, names


def turned_round(found: Context, before: Context) -> Context:
    """The context where the later one of two such equations defines, if the earlier one follows from it.

    Both say the same then, but what is defined by itself has no value.
    """
    fresh = [
        n for n, ds in found.definitions.items() if ds != before.definitions.get(n) and n not in before.definitions
    ]
    for name in fresh:
        behind = {n for d in found.definitions[name] for n in names(d.right)} & before.definitions.keys()
        for other in sorted(behind):
            found = _without(found, other, name)
    return found


def _without(context: Context, other: str, name: str) -> Context:
    """The context where `other` is a number as it was declared, if its definition holds by that of `name`."""
    first, *more = context.definitions[other]
    declared = context.scope.names.get(other)
    number = declared is not None and declared.shape == () and declared.domain == "real" and not declared.family
    if more or not number or first.left != Name(other) or name not in names(first.right):
        return context
    free = replace(context, definitions={n: d for n, d in context.definitions.items() if n != other})
    return free if judge("=", first.left, first.right, free).verdict == "valid" else context
