"""Equations that are solved row by row without a word: a x + b = c, then a x = c - b, then x = (c - b)/a.

The first row is no identity, and claims none, as its sides have no symbol in common: the next one, which is none
either, follows from it. Then whether it was set is open, and what stands behind is judged by it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import target
from engine.derivation.judging import Fact, Judged, has_derivative
from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Chain, Name, Node, names

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

_OPEN = "an equation that is no identity: line {} is drawn from it, so that it may be set here"


def perhaps_solved(checker: Checker, work: Work, number: int, chain: Chain, link: str, judged: Judged) -> Judged:
    """Valid for a wrong equation that follows from the wrong one right before it, which is open then."""
    if judged.verdict != "wrong" or judged.shapes or number or not work.restart or link or chain.relations != ("=",):
        return judged
    before = checker.chains[-1] if checker.chains else None
    if before is None or before.relations != ("=",) or len(before.steps) != 1 or checker.steps[-1:] != [*before.steps]:
        return judged
    first, second = (side.node for side in before.sides)
    step = before.steps[0]
    if step.verdict != "wrong" or first is None or second is None or any(map(has_derivative, (first, second))):
        return judged
    premise = Chain((first, second), ("=",))
    if _is_of_random(premise, work.context) or set() < names(first) <= work.context.definitions.keys():
        return judged  # M M^T of an M that is defined is no unknown
    apart = all(not names(sides[0]) & names(sides[1]) for sides in (chain.sides, premise.sides))
    if not names(chain) & names(premise) or not apart or _is_of_known(first, work.context):
        return judged  # (A + B)(A - B) = A^2 - B^2 claims to be an identity
    from solvers.equality.relations import follows  # numpy comes with it: 12 times the start of Python

    found = follows([premise, *(fact.chain for fact in checker.facts)], chain, work.context)
    if found.verdict != "valid":
        return judged
    line = checker.line(work.sides[1].source)
    opened = replace(step, verdict="undecided", evidence=_OPEN.format(line), counterexample=None, diagnosis=None)
    checker.steps[-1] = opened
    checker.chains[-1] = replace(before, steps=(opened,))
    checker.wrong = [known for known in checker.wrong if known[2] != step.line]
    checker.facts.append(Fact(premise, step.line))
    return Judged("valid", f"follows from line {step.line}: {found.evidence}", equation=True)


def _is_of_random(premise: Chain, context: Context) -> bool:
    """Whether an equation speaks of random numbers alone, so that no number in it is looked for: Var[X] = Var[Y]."""
    known = context.scope.names
    return all(name in known and known[name].law is not None for name in names(premise))


def _is_of_known(left: Node, context: Context) -> bool:
    """Whether an equation speaks of what is defined already: then it sets nothing."""
    return isinstance(left, (Name, Apply)) and target(left) in context.definitions


__all__ = ["perhaps_solved"]
