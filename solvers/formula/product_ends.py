"""Where a product ends: \\prod_i p_i \\prod_j q_j is two products, and x_0 in \\prod_s a_s x_0 is one factor.

A product reaches over its factors up to the last one that speaks of its index. Brackets say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from solvers.formula.nodes import Big, Call, Node, names

_FACTORS = frozenset({"mul", "dot", "times"})


def factors_apart(body: Node, bound: Sequence[str], start: int) -> tuple[Node, tuple[tuple[str, Node], ...]]:
    """What a product is over, and the factors behind it that it does not reach, each with the sign before it.

    `start`: where the body begins in the text; what stands in brackets there begins behind it.
    """
    node, behind = body, list[tuple[str, Node]]()
    while isinstance(node, Call) and node.op in _FACTORS and node.span.start == start:
        if _speaks_of(node.args[1], bound):
            break
        behind.append((node.op, node.args[1]))
        node = node.args[0]
    return (node, tuple(behind[::-1])) if behind and _speaks_of(node, bound) else (body, ())


def _speaks_of(node: Node, bound: Sequence[str]) -> bool:
    own = {binder.name.text for binder in node.binders} if isinstance(node, Big) else set()
    return bool((names(node) - own) & set(bound))


def in_brackets(node: Big) -> bool:
    """Whether what a product is over stands in brackets, as its last factor says nothing of its index."""
    body, bound = node.body, [binder.name.text for binder in node.binders]
    last = body.args[1] if node.op == "prod" and isinstance(body, Call) and body.op in _FACTORS else None
    return last is not None and not _speaks_of(last, bound)


def reaching_on(node: Node) -> Node | None:
    """A product and what stands behind it with all of it as its factors: its other meaning; None of anything else."""
    if not isinstance(node, Call) or node.op not in _FACTORS:
        return None
    first = node.args[0] if isinstance(node.args[0], Big) else reaching_on(node.args[0])
    if not isinstance(first, Big) or first.op != "prod":
        return None
    return Big("prod", first.binders, Call(node.op, (first.body, node.args[1])), first.span)


__all__ = ["factors_apart", "in_brackets", "reaching_on"]
