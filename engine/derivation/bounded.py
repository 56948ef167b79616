"""Inequalities within sentences that declare nothing, "for \\det X > 0": whether a wrong step is right in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.judging import Bounds, depends, judge_step
from engine.derivation.rows import Statement
from solvers.formula.nodes import Chain, Node

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

_MOST = 4  # inequalities of a page that are tried
_SAID = "line {} bounds what stands here in passing: say it in a sentence that begins with Let or Assume"
_ALWAYS = re.compile(
    r"\b(?:always|together|in (?:all|both|either) cases?|in general|generally|in any case)\b", re.IGNORECASE
)


def keep_bounds(checker: Checker, statement: Statement, sides: Sequence[Node | None], spoken: Collection[str]) -> None:
    """Keeps an inequality for the names that it speaks of."""
    read = tuple(side for side in sides if side is not None)
    whole = len(read) == len(sides) == len(statement.relations) + 1
    for name in spoken:
        before = checker.bounded.get(name, Bounds(checker.line(statement.sides[0]), ()))
        chains = None if before.chains is None or not whole else (*before.chains, Chain(read, statement.relations))
        checker.bounded = {**checker.bounded, name: replace(before, chains=chains)}


def bounded_apart(checker: Checker, work: Work, chain: Chain) -> str:
    """Why a wrong step may be right: a line bounds what stands there, and it is not wrong within these bounds, too."""
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    found = [checker.bounded[name] for name in sorted(checker.bounded.keys() & spoken)]
    if not found:
        return ""
    chains = {one: None for bounds in found for one in bounds.chains or ()}
    if all(bounds.chains is not None for bounds in found):
        under = replace(work.context, constraints=(*work.context.constraints, *chains))
        left, right = chain.sides[:2]
        if judge_step(chain.relations[0], left, right, under, checker.facts, work.undeclared).verdict == "wrong":
            return ""
    return _SAID.format(found[0].line)


def right_within(checker: Checker, work: Work, chain: Chain) -> str:
    """Why a wrong step may be right: it is so where one of the inequalities holds that the page tells in passing."""
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    told: dict[Chain, int] = {}
    for name in sorted(checker.bounded.keys() & spoken):
        told |= dict.fromkeys(checker.bounded[name].chains or (), checker.bounded[name].line)
    if any(other in told for other in work.context.constraints) or _ALWAYS.search(checker.premise):
        return ""  # it is said of one of these cases, or of all of them
    left, right = chain.sides[:2]
    for other, line in list(told.items())[:_MOST]:
        under = replace(work.context, constraints=(*work.context.constraints, other))
        judged = judge_step(chain.relations[0], left, right, under, checker.facts, work.undeclared)
        if judged.verdict == "valid" or judged.evidence.startswith("equal at"):
            return _SAID.format(line)
    return ""


__all__ = ["bounded_apart", "keep_bounds", "right_within"]
