"""Conditions that cannot be met: what is said of something that they speak of stays open, where it would be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.judging import depends, judge_step
from engine.derivation.report import Step
from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Index, Member, Name, Node, names, walk


def left_undecided(step: Step, said: str) -> Step:
    """A step that is not told wrong."""
    return replace(step, verdict="undecided", evidence=said, counterexample=None) if step.verdict == "wrong" else step


def without_repeated(found: Context, before: Context) -> Context:
    """The context without a new condition that was met anyway: u^T u = 1 of a unit vector u. Two such cannot both be
    met to the last digit.
    """
    new = [chain for chain in found.constraints if chain not in before.constraints]
    spoken = {name for chain in before.constraints for name in names(chain)}
    again = [
        chain
        for chain in new
        if chain.relations == ("=",)
        and names(chain) & spoken
        and judge_step("=", chain.sides[0], chain.sides[1], before).verdict == "valid"
    ]
    return replace(found, constraints=tuple(c for c in found.constraints if c not in again)) if again else found


def shares(condition: Iterable[Node], claimed: Iterable[Node], context: Context) -> bool:
    """Whether a condition speaks of something of many values that a claim rests on: g_i = g, s(a) = a."""
    about = {stem for node in condition for inner in walk(node) for stem in _many(inner)}
    return any(about & _stems(node, context) for node in claimed)


def _many(node: Node) -> set[str]:
    """What a part of a formula speaks of that has many values: g of g_i, s of s(a)."""
    if isinstance(node, Apply):
        return {node.name}
    base = node.base if isinstance(node, (Index, Member)) else node
    indexed = isinstance(base, Name) and (base is not node or "_" in base.text)
    return {base.text.partition("_")[0]} if isinstance(base, Name) and indexed else set()


def _stems(node: Node, context: Context) -> set[str]:
    """The names and functions that a formula leads to, without labels."""
    reached = depends(node, context)
    rights = [d.right for name in reached for d in context.definitions.get(name, ())]
    functions = {inner.name for whole in (node, *rights) for inner in walk(whole) if isinstance(inner, Apply)}
    return {name.partition("_")[0] for name in reached | functions}
