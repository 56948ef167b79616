"""I \\in R^{n x n} is an image to some and the identity to others: what holds for the identity alone is open."""

from __future__ import annotations

from dataclasses import replace

from solvers.equality.compare import Comparison, compare
from solvers.formula.context import Context
from solvers.formula.env import Budget
from solvers.formula.nodes import Node, names


def unless_identity(found: Comparison, a: Node, b: Node, context: Context, seed: int, work: Budget) -> Comparison:
    """The verdict; undecided where the sides differ, and are the same if a square I is the identity."""
    declared = context.scope.names.get("I")
    square = declared is not None and len(declared.shape or ()) == 2 and len(set(declared.shape or ())) == 1
    told = "I" in context.definitions or any("I" in names(constraint) for constraint in context.constraints)
    if found.verdict != "different" or not square or told:
        return found
    kept = {name: known for name, known in context.scope.names.items() if name != "I"}
    plain = replace(context, scope=replace(context.scope, names=kept))
    if compare(a, b, plain, seed, work).verdict != "same":
        return found
    return Comparison("undecided", "right if I is the identity, which is not said")
