"""Vectors that stand for rows: written out, (0.2, 0.8) P, and probabilities, pi P."""

from __future__ import annotations

from solvers.formula.definitions import right_side
from solvers.formula.env import Env
from solvers.formula.nodes import Call, Index, Matrix, Member, Name, Node, Tuple, names
from solvers.formula.operators import elementwise

DEEPEST = 30  # definitions that are followed


def is_row(node: Node, env: Env, deep: int = DEEPEST) -> bool:
    """Whether a vector left of a matrix is a row: it is written out, or is probabilities, or comes of such a row."""
    if isinstance(node, Tuple):
        return True
    if isinstance(node, Call):
        return node.op == "mul" and is_row(node.args[0], env, deep)
    if not isinstance(node, (Name, Member)) or not deep:
        return False
    base = node.base if isinstance(node, Member) else node
    declared = env.declared.get(base.text) if isinstance(base, Name) else None
    if declared is not None and declared.domain == "simplex":
        return True
    right = right_side(node, env)
    return right is not None and is_row(right, env, deep - 1)


def is_written_row(node: Node, env: Env, deep: int = DEEPEST) -> bool:
    """Whether a formula is a row written out, [a, b], or a function of its entries: its places have one index."""
    if isinstance(node, Matrix):
        return len(node.rows) == 1
    if isinstance(node, Call) and (node.op == "softmax" or elementwise(node.op)):
        return all(is_written_row(arg, env, deep) for arg in node.args)
    right = right_side(node, env) if isinstance(node, (Name, Member)) and deep else None
    return right is not None and is_written_row(right, env, deep - 1)


def is_row_of_matrix(node: Node, env: Env) -> bool:
    """Whether the last factor is W_i of a matrix W, which before a vector is the row i: W_i x."""
    while isinstance(node, Call) and node.op == "mul":
        node = node.args[1]
    if not isinstance(node, Index) or len(node.indices) != 1 or not isinstance(node.base, Name):
        return False
    declared = env.declared.get(node.base.text)
    return declared is not None and len(declared.shape or ()) == 2


def diagonal_of(node: Node, env: Env) -> Node | None:
    """The vector on the diagonal, where a matrix is written or defined as diag(v)."""
    if isinstance(node, Name) and node.text in env.definitions and node.text not in env.values:
        node = right_side(node, env) or node
    return node.args[0] if isinstance(node, Call) and node.op == "diag" else None


def made_of_vectors(node: Node, env: Env) -> bool:
    """Whether a declared vector or matrix, the identity or ones stand in a formula."""
    declared = (env.declared.get(name) for name in names(node))
    return bool(names(node) & {"I", "ones"}) or any(known is not None and known.shape for known in declared)
