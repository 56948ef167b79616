"""Which comparisons are with an argmin or argmax over real numbers, written out or by the name that it has."""

from __future__ import annotations

from solvers.equality.compare import Comparison
from solvers.formula.context import Context
from solvers.formula.nodes import Big, Name, Node


def extremal(a: Node, b: Node, context: Context, seed: int) -> Comparison | None:
    """The comparison of an argmin over real numbers with a formula; None if there is none."""
    a, b = (_chosen(node, context) for node in (a, b))
    if not any(isinstance(node, Big) and node.op in {"argmin", "argmax"} for node in (a, b)):
        return None
    from solvers.equality.stationary import extremal as judged  # only where there is one

    return judged(a, b, context, seed)


def _chosen(node: Node, context: Context) -> Node:
    """What a name is defined as, where that is an argmin or argmax."""
    found = context.definitions.get(node.text, ()) if isinstance(node, Name) else ()
    right = found[0].right if len(found) == 1 and found[0].left == node else None
    return right if isinstance(right, Big) and right.op in {"argmin", "argmax"} else node
