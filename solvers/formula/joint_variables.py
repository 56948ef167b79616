"""Entropies of random variables that have one law together, H(X | Y): they are not read as those of distributions."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.formula.nodes import Apply, Name, Node, walk
from solvers.formula.tokens import Scope


def of_joint_variables(sides: Sequence[Node], scope: Scope) -> bool:
    """Whether an entropy is one of random variables with a joint law, or of several variables."""
    known = [scope.names.get(side.text) for side in sides if isinstance(side, Name)]
    laws = [declared.law for declared in known if declared is not None and declared.law is not None]
    return any(isinstance(law, Apply) and len(law.args) > 1 for law in laws) or (len(sides) > 1 and bool(laws))


def speak_of_laws(sides: Sequence[Node]) -> bool:
    """Whether what stands in H(...) is made of values of functions, and so no number that H is multiplied with."""
    return any(isinstance(node, Apply) for side in sides for node in walk(side))


__all__ = ["of_joint_variables", "speak_of_laws"]
