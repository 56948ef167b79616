"""Sides that are zero: the number, or a vector of zeros."""

from __future__ import annotations

from solvers.formula.nodes import Call, Matrix, Name, Node, Num


def is_zero(node: Node) -> bool:
    """The number 0, or a vector of zeros."""
    if isinstance(node, Matrix):
        return all(is_zero(entry) for row in node.rows for entry in row)
    return node in (Num("0"), Name("zero"), Name("zeros")) or (
        isinstance(node, Call) and node.op == "neg" and is_zero(node.args[0])
    )


__all__ = ["is_zero"]
