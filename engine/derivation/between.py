"""Bounds on both sides, a <= x <= b, that an arrow leads to or from: they are one statement, and no derivation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.derivation.judging import Judged, judge_step
from engine.derivation.provisos import ORDERS
from solvers.formula.context import Context
from solvers.formula.nodes import Chain, Node

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def both_bounds(
    checker: Checker, nodes: Sequence[Node | None], relations: Sequence[str], context: Context, set_here: bool,
    link: str,
) -> tuple[Chain, Judged | None] | None:  # fmt: skip
    """Bounds as one statement, and the verdict on it: None where they are a condition. None of anything else, and of
    what holds step by step anyway. `set_here`: by words or an arrow that follows; `link`: the arrow before.
    """
    sides = tuple(node for node in nodes if node is not None)
    if len(relations) < 2 or not {*relations} <= ORDERS or len(sides) < len(nodes) or not (set_here or link):
        return None
    steps = zip(pairwise(sides), relations, strict=True)
    facts = () if link else checker.facts
    if all(judge_step(sign, a, b, context, facts).verdict == "valid" for (a, b), sign in steps):
        return None
    claim = Chain(sides, tuple(relations))
    if not link or not checker.facts:
        return claim, None
    from solvers.equality.relations import judge

    before = checker.facts[-1]
    found = judge(link, before.chain, claim, context)
    said = f"not {'equivalent to' if link == '<=>' else 'implied by'} line {before.line}: {found.evidence}"
    evidence = f"follows from line {before.line}: {found.evidence}" if found.verdict == "valid" else said
    return claim, Judged(found.verdict, evidence, found.counterexample, found.notes, equation=True)
