"""Cases that tie a symbol to another, "setting V = W^T": whether a derivative by W moves V with it, nobody says.

What is claimed of such a derivative stands where it holds in both readings, or in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.derivation.asides import node_of
from engine.derivation.declaring import bare, extended, target, text_of
from engine.derivation.judging import taken_by
from engine.derivation.knowing import without
from engine.derivation.rows import Statement
from engine.derivation.unmet import left_undecided
from solvers.formula.context import Context
from solvers.formula.nodes import Name, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker
    from engine.derivation.sentences import Sentence


def moving_case(checker: Checker, conditions: Sequence[Statement], statement: Statement) -> Statement | None:
    """The condition that ties a symbol to what a derivative in a statement is taken by; None without one."""
    scope = checker.here()
    by = taken_by(node for side in statement.sides if (node := node_of(side, scope)) is not None)
    for condition in conditions if by else ():
        sides = [node_of(side, scope) for side in condition.sides]
        left, right = (*sides, None, None)[:2]
        if condition.relations != ("=",) or not isinstance(left, Name) or right is None:
            continue
        tied = names(right) & by and left.text not in by | names(right) | checker.context.definitions.keys()
        if tied and target(left) in checker.context.scope.names:
            return condition
    return None


def forget(checker: Checker, condition: Statement) -> None:
    """What was solved for a symbol says nothing of what it is tied to."""
    left = node_of(condition.sides[0], checker.here())
    if isinstance(left, Name):
        checker.facts = [fact for fact in checker.facts if left.text not in names(fact.chain)]


def in_both(checker: Checker, other: Checker, condition: Statement, statement: Statement, sentence: Sentence) -> None:
    """Judges a statement in `other` with the symbol moving along, and leaves open in `checker` where that differs."""
    done, left = len(other.steps), node_of(condition.sides[0], other.here())
    context = extended(without(other.context, {left.text} if isinstance(left, Name) else ()), text_of(condition))
    if not isinstance(context, Context):
        return
    other.context = context
    other.claim(statement, sentence)
    name = bare(condition.sides[0])
    said = f"whether {name} moves along here is not said: say what {name} is in a sentence that begins with Let"
    checker.steps[done:] = [
        step if again is not None and again.verdict == step.verdict else left_undecided(step, said)
        for step, again in zip(checker.steps[done:], [*other.steps[done:], *[None] * len(checker.steps)], strict=False)
    ]


__all__ = ["forget", "in_both", "moving_case"]
