"""Laws of which no more than the mean and the variance are read: Poisson, exponential, binomial.

What differs in higher moments, or in chances, does so for some law with these two and not for this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.env import Env
from solvers.formula.nodes import Apply, Big, Node, walk
from solvers.formula.quadrature import degree
from solvers.formula.said_in_formulas import moments_alone
from solvers.formula.tables.arrays import numpy_table

OF_TWO = "only the mean and the variance of the law that is named are computed with"


def beyond_two(nodes: Sequence[Node], context: Context, lets: Iterable[str]) -> str:
    """Why two formulas that differ may be equal under a law of which only two moments are read; "" if they are not."""
    if not moments_alone(lets):
        return ""
    spoken = {name for node in nodes for name in reached(node, context.definitions)}
    rights = [d.right for name in spoken for d in context.definitions.get(name, ())]
    env = Env(numpy_table(), definitions=context.definitions)
    for inner in (n for node in (*nodes, *rights) for n in walk(node)):
        if isinstance(inner, Apply):
            return OF_TWO
        binders = inner.binders if isinstance(inner, Big) and inner.op == "E" else ()
        if isinstance(inner, Big) and any(degree(inner.body, binder.name.text, env) > 2 for binder in binders):
            return OF_TWO
    return ""


__all__ = ["beyond_two"]
