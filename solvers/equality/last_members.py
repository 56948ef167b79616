"""Free indices stay where families have members: W^{(l+1)} of a W^{(l)} for l = 1, ..., L says nothing of l = L."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solvers.equality.sample import Plan
from solvers.formula.env import whole
from solvers.formula.nodes import Call, Member, Name, Node, walk
from solvers.formula.tables.table import EvaluationError


def has_members(sides: Sequence[Node], indices: Mapping[str, int], sizes: Mapping[str, int], plan: Plan) -> bool:
    """Whether no side speaks of a member behind the last one, at these indices: the last one that the family was
    declared with, or else that the index runs to, here or in another family.
    """
    families = (row for declared in plan.context.scope.names.values() for row in declared.family)
    ends = {letter: high for letter, _, high in families if isinstance(high, Name)}
    ends |= {letter: high for letter, high in plan.indices if isinstance(high, Name)}
    for node in (inner for side in sides for inner in walk(side)):
        if not isinstance(node, Member) or not isinstance(node.base, Name) or len(node.indices) != 1:
            continue
        place = node.indices[0]
        if not isinstance(place, Call) or place.op != "add" or not isinstance(place.args[0], Name):
            continue
        declared = plan.context.scope.names.get(node.base.text)
        told = declared.family[0][2] if declared is not None and len(declared.family) == 1 else None
        last = told if isinstance(told, Name) else ends.get(place.args[0].text)
        try:
            if isinstance(last, Name) and whole(place, {**sizes, **indices}) > whole(last, sizes):
                return False
        except EvaluationError:
            continue
    return True


__all__ = ["has_members"]
