"""A bound on what takes too long to compute, judged on what an earlier line says it equals: v^T H v of a Hessian H."""

from __future__ import annotations

from collections.abc import Iterable

from engine.derivation.judging import Fact, Judged, judge_step
from engine.derivation.sides import Judgement
from solvers.formula.context import Context
from solvers.formula.env import TOO_MUCH
from solvers.formula.nodes import Chain, Node

MAX_TRIED = 3


def on_equals(
    judged: Judged, chain: Chain, context: Context, before: Iterable[Judgement], facts: Iterable[Fact]
) -> Judged:
    """The verdict on the bound, where an equal of its left side that is shorter to compute is found further up."""
    if judged.verdict != "undecided" or TOO_MUCH not in judged.evidence:
        return judged
    left, right = chain.sides
    for other in _beside(left, before)[:MAX_TRIED]:
        found = judge_step(chain.relations[0], other, right, context, tuple(facts))
        if found.verdict in {"valid", "wrong"} and judge_step("=", left, other, context).verdict == "valid":
            return found
    return judged


def _beside(node: Node, before: Iterable[Judgement]) -> list[Node]:
    """The sides of earlier equalities that stand beside a formula, the latest first."""
    found: list[Node] = []
    for chain in before:
        sides = [side.node for side in chain.sides]
        if node in sides:
            equated = zip(chain.relations, sides, sides[1:], strict=False)
            found += [
                b if a == node else a
                for sign, a, b in equated
                if sign == "=" and a is not None and b is not None and node in (a, b)
            ]
    return found[::-1]
