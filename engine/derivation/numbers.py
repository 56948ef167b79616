"""Numbers put in for symbols that a write-up has spoken of in general: "With a = 1, q = 1 and r = 2:".

What holds for these numbers alone says nothing of the claim in general.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.derivation.judging import depends, judge_step
from solvers.formula.context import Context
from solvers.formula.nodes import Name, Node, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def put_in(checker: Checker, found: Context, line: int) -> None:
    """Remembers what was known before `found` gave a number to a symbol that was free and spoken of until then."""
    before = checker.context
    spoken = checker.used | {n for ds in before.definitions.values() for d in ds for n in names(d.right)}
    for name in found.definitions.keys() - before.definitions.keys():
        number = all(isinstance(d.left, Name) and not names(d.right) for d in found.definitions[name])
        if number and name in spoken and name in before.scope.names:
            checker.general, checker.numbered = checker.general or before, True
            checker.numbers.setdefault(name, line)


def for_numbers_alone(checker: Checker, left: Node, right: Node, relation: str) -> str:
    """Why what holds here holds for the numbers alone that were put in; "" if it holds in general, or is of numbers."""
    general = checker.general
    if general is None or checker.numbered or not names(left) or not names(right):
        return ""
    spoken = (depends(left, general) | depends(right, general)) & checker.numbers.keys()
    if not spoken:
        return ""
    if judge_step(relation, left, right, general).verdict != "wrong":
        return ""
    return f"it holds for the numbers of line {checker.numbers[min(spoken)]}, and not in general"
