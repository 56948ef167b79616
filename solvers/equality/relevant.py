"""The constraints that bear on some formulas: those that speak of what they speak of, or of what such a one does.

All others hold or fail for names that the formulas know nothing of; points are drawn without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.context import Context, dimensions
from solvers.formula.definitions import reached
from solvers.formula.nodes import Node, names


def with_relevant(context: Context, formulas: Sequence[Node]) -> Context:
    """The context with no other constraints."""
    if not context.constraints:
        return context
    spoken = _spoken(formulas, context)
    about = [(chain, _spoken(chain.sides, context)) for chain in context.constraints]
    kept: set[int] = set()
    while True:
        new = {place for place, (_, said) in enumerate(about) if place not in kept and said & spoken}
        if not new:
            break
        kept |= new
        spoken |= {name for place in new for name in about[place][1]}
    return replace(context, constraints=tuple(chain for place, (chain, _) in enumerate(about) if place in kept))


def _spoken(formulas: Sequence[Node], context: Context) -> set[str]:
    """The names that formulas lead to by definitions and laws, and the sizes of these."""
    found = {name for node in formulas for name in reached(node, context.definitions)}
    waiting = list(found)
    while waiting:
        declared = context.scope.names.get(waiting.pop())
        if declared is None:
            continue
        said = [*dimensions(declared), *([] if declared.law is None else [declared.law])]
        said += [end for _, low, high in declared.family for end in (low, high)]
        new = {name for node in said for name in (*names(node), *reached(node, context.definitions))} - found
        found |= new
        waiting += new
    return found
