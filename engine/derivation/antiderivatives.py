"""Integrals without limits: two sides with them are equal up to a constant where their derivatives are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.formula.context import Context
from solvers.formula.nodes import Big, Call, Derivative, Name, Node, Num, free_names, names, walk

if TYPE_CHECKING:
    from solvers.equality.compare import ComparedChain, Comparison

TOLD = "integrals without limits are compared by their derivatives, up to a constant"


def antiderived(sides: tuple[Node, Node], context: Context) -> tuple[tuple[Node, Node], Context, str]:
    """The derivatives of both sides by what is integrated over, and what to tell; the same sides where there is no such
    integral, or where it stands in something that is not linear.
    """
    over = {
        big.binders[0].name.text for side in sides for big in walk(side) if is_indefinite(big) and isinstance(big, Big)
    }
    if len(over) != 1:
        return sides, context, ""
    variable = Name(over.pop())
    if variable.text not in free_names(sides[0]) | free_names(sides[1]):
        return sides, context, ""  # \\int p(x) dx = 1 is over all x
    left, right = (_derived(side, variable) for side in sides)
    if left is None or right is None:
        return sides, context, ""
    return (left, right), context, TOLD


def known_of(compared: ComparedChain | None, sides: tuple[Node, Node], i: int, j: int) -> Comparison | None:
    """What a chain's comparison says of two of its sides; nothing of those that are compared by derivatives."""
    by_derivatives = any(is_indefinite(node) for side in sides for node in walk(side))
    return None if compared is None or by_derivatives else compared.between(i, j)


def is_indefinite(node: Node) -> bool:
    """Whether a node is an integral over one variable without limits."""
    return (
        isinstance(node, Big) and node.op == "int" and len(node.binders) == 1
        and node.binders[0].low is None and node.binders[0].high is None and node.binders[0].domain is None
    )  # fmt: skip


def _derived(node: Node, by: Name) -> Node | None:
    """The derivative of sums and multiples of such integrals and of anything without one; None of other formulas."""
    if is_indefinite(node) and isinstance(node, Big):
        return node.body if node.binders[0].name == by else None
    if not any(map(is_indefinite, walk(node))):
        return (
            Derivative("d", node, (by,)) if by.text in free_names(node) | names(node) else Call("mul", (Num("0"), node))
        )
    if not isinstance(node, Call):
        return None
    if node.op in {"add", "sub", "neg"}:
        parts = [_derived(arg, by) for arg in node.args]
        return None if None in parts else Call(node.op, tuple(part for part in parts if part is not None))
    held = [arg for arg in node.args if by.text not in free_names(arg) and not any(map(is_indefinite, walk(arg)))]
    if node.op in {"mul", "dot", "div"} and len(node.args) == 2 and len(held) == 1:
        changed = [arg if arg in held else _derived(arg, by) for arg in node.args]
        upside = node.op != "div" or node.args[1] in held
        return Call(node.op, tuple(c for c in changed if c is not None)) if None not in changed and upside else None
    return None
