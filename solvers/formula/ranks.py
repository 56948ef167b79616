"""How many axes a formula has, as far as its names say: 0 a number, 1 a vector, 2 a matrix, None not known."""

from __future__ import annotations

from solvers.formula.nodes import All, Big, Call, Derivative, Index, Matrix, Member, Name, Node, Num, Tuple
from solvers.formula.operators import OPERATORS
from solvers.formula.tokens import Scope

_SAME = {"neg", "factorial"}
_SCALAR = set("norm tr det binom kl entropy gaussian indicator total mean logsumexp argmax argmin inner".split())


def rank_of(node: Node, scope: Scope) -> int | None:
    """The number of axes of a value, read off the declarations."""
    if isinstance(node, Num):
        return 0
    if isinstance(node, Name):
        declared = scope.names.get(node.text)
        if declared is None:
            return {"I": 2, "ones": 1}.get(node.text)
        return None if declared.shape is None else len(declared.shape)
    if isinstance(node, Member):
        return rank_of(node.base, scope)
    if isinstance(node, Index):
        base = rank_of(node.base, scope)
        picked = sum(not isinstance(i, All) for i in node.indices)
        return None if base is None or picked > base else base - picked
    if isinstance(node, Matrix):
        return 1 if all(len(row) == 1 for row in node.rows) else 2
    if isinstance(node, Tuple):
        return 1
    if isinstance(node, Big):
        return rank_of(node.body, scope)
    if isinstance(node, Derivative):
        of, by = rank_of(node.of, scope), rank_of(node.by[0], scope)
        return by if of == 0 and len(node.by) == 1 else None
    return _of_call(node, scope) if isinstance(node, Call) else None


def _of_call(node: Call, scope: Scope) -> int | None:
    row = OPERATORS.get(node.op.rstrip("'"))
    if node.op in _SCALAR:
        return 0
    ranks = [rank_of(arg, scope) for arg in node.args]
    if node.op in _SAME or (row is not None and row.fix == "elementwise") or node.op in {"softmax", "inv"}:
        return ranks[0]
    if node.op == "pow":
        return ranks[0] if ranks[0] != 1 or ranks[1] == 0 else None
    if node.op in {"add", "sub", "hadamard"}:
        known = [r for r in ranks if r is not None]
        return max(known) if len(known) == 2 else None
    if node.op == "transpose":
        return {0: 0, 2: 2}.get(ranks[0]) if ranks[0] is not None else None
    if node.op == "div":
        return ranks[0] if ranks[1] == 0 else None
    if node.op == "diag":
        return {1: 2, 2: 1}.get(ranks[0] or 0)
    return _of_product(node, ranks, scope) if node.op in {"mul", "dot", "times", "star"} else None


def _of_product(node: Call, ranks: list[int | None], scope: Scope) -> int | None:
    a, b = ranks
    left, right = node.args
    if a == 0 or b == 0:
        return b if a == 0 else a
    row = isinstance(left, Call) and left.op == "transpose" and rank_of(left.args[0], scope) == 1
    if row and b == 1:
        return 0
    if a == 2 and b in {1, 2}:
        return b
    column = isinstance(right, Call) and right.op == "transpose" and rank_of(right.args[0], scope) == 1
    return 2 if a == 1 and column else None
