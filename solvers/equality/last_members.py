"""Free indices stay where families have members: W^{(l+1)} of a W^{(l)} for l = 1, ..., L says nothing of l = L."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solvers.equality.sample import Plan
from solvers.formula.env import whole
from solvers.formula.nodes import Call, Member, Name, Node, walk
from solvers.formula.tables.table import EvaluationError

Beyond = Sequence[tuple[Node, Name]]  # the members that may be missing: which, and the last there is


def next_members(sides: Sequence[Node], plan: Plan) -> Beyond:
    """The members of families that are counted on from an index, with the last one there is: the one that the family
    was declared with, or else that the index runs to, here or in another family.
    """
    families = (row for declared in plan.context.scope.names.values() for row in declared.family)
    ends = {letter: high for letter, _, high in families if isinstance(high, Name)}
    ends |= {letter: high for letter, high in plan.indices if isinstance(high, Name)}
    found: list[tuple[Node, Name]] = []
    for node in (inner for side in sides for inner in walk(side)):
        if not isinstance(node, Member) or not isinstance(node.base, Name) or len(node.indices) != 1:
            continue
        place = node.indices[0]
        if not isinstance(place, Call) or place.op != "add" or not isinstance(place.args[0], Name):
            continue
        declared = plan.context.scope.names.get(node.base.text)
        told = declared.family[0][2] if declared is not None and len(declared.family) == 1 else None
        last = told if isinstance(told, Name) else ends.get(place.args[0].text)
        if isinstance(last, Name):
            found.append((place, last))
    return found


def all_there(beyond: Beyond, indices: Mapping[str, int], sizes: Mapping[str, int]) -> bool:
    """Whether none of these members lies behind the last one, at these indices."""
    for place, last in beyond:
        try:
            if whole(place, {**sizes, **indices}) > whole(last, sizes):
                return False
        except EvaluationError:
            continue
    return True
