"""Equations that say that vectors are orthonormal, U^T U = I and u_i^T u_j = [i = j]; how many of them there may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from solvers.formula.context import Context
from solvers.formula.env import whole
from solvers.formula.nodes import Call, Chain, Member, Name, Node
from solvers.formula.tables.table import EvaluationError
from solvers.formula.targets import UNKNOWN


def members_of(left: Node, right: Node) -> str:
    """The u of u_i^T u_j = [i = j]; "" of other equations."""
    if not isinstance(left, Call) or left.op not in {"mul", "dot", "inner"} or len(left.args) != 2:
        return ""
    one, two = left.args
    one = one.args[0] if left.op == "mul" and isinstance(one, Call) and one.op == "transpose" else one
    if not isinstance(one, Member) or not isinstance(two, Member) or one.base != two.base or one == two:
        return ""
    same = Call("indicator", (Chain((one.indices[0], two.indices[0]), ("=",)),))
    turned = Call("indicator", (Chain((two.indices[0], one.indices[0]), ("=",)),))
    return one.base.text if isinstance(one.base, Name) and right in (same, turned) else ""


def orthogonal(left: Node, right: Node) -> tuple[str, bool]:
    """The name U in U^T U = I, and whether it is U U^T = I instead."""
    if isinstance(left, Call) and left.op == "mul" and Name("I") in (right, getattr(right, "base", None)):  # I, I_k
        a, b = left.args
        for one, two, rows in ((a, b, False), (b, a, True)):
            if isinstance(one, Call) and one.op == "transpose" and one.args[0] == two and isinstance(two, Name):
                return two.text, rows
    return "", False


def has_room(context: Context, sizes: Mapping[str, int]) -> bool:
    """Whether there are no more orthonormal vectors than they have entries, by these sizes."""
    try:
        return all(whole(many, sizes) <= whole(long, sizes) for many, long in _counts(context))
    except EvaluationError:
        return True  # of a size that is not said


def _counts(context: Context) -> Iterator[tuple[Node, Node]]:
    """How many orthonormal vectors there are, and how long they are."""
    for chain in context.constraints:
        left, right = chain.sides[0], chain.sides[-1]
        matrix, rows = orthogonal(left, right)
        declared = context.scope.names.get(matrix or members_of(left, right))
        shape = () if declared is None else declared.shape or ()
        if declared is None or UNKNOWN in shape:
            continue
        if matrix and len(shape) == 2 and not declared.family:
            yield (shape[0], shape[1]) if rows else (shape[1], shape[0])
        elif not matrix and len(shape) == 1 and len(declared.family) == 1 and declared.family[0][2] != UNKNOWN:
            yield declared.family[0][2], shape[0]
