"""Which branches of a case there may be by its indices alone: w_{j-i} for 0 <= j - i < k, and 0 otherwise."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence

from solvers.formula.env import whole
from solvers.formula.nodes import Call, Chain, Node
from solvers.formula.tables.table import EvaluationError

_ORDER = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def chosen_by_indices(conditions: Sequence[Node], integers: Mapping[str, int]) -> frozenset[int]:
    """The branches that are not excluded, by their places; the last place is that of what is so otherwise."""
    left: set[int] = set()
    for place, condition in enumerate(conditions):
        holds = _holds(condition, integers)
        if holds is not False:
            left.add(place)
        if holds:
            return frozenset(left)
    return frozenset({*left, len(conditions)})


def _holds(condition: Node, integers: Mapping[str, int]) -> bool | None:
    """Whether a condition on whole numbers holds; None for another one."""
    if isinstance(condition, Call) and condition.op in {"and", "or"}:
        found = [_holds(part, integers) for part in condition.args]
        decisive = condition.op == "or"
        return decisive if decisive in found else None if None in found else not decisive
    if not isinstance(condition, Chain) or not set(condition.relations) <= _ORDER.keys():
        return None
    try:
        sides = [whole(side, integers) for side in condition.sides]
    except EvaluationError:
        return None
    pairs = zip(condition.relations, sides, sides[1:], strict=False)
    return all(_ORDER[relation](a, b) for relation, a, b in pairs)
