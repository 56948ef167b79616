"""Second derivatives that cost too much from the definitions on: they are derivatives of the first one, as the page has
found it: d^2 L / d z_k d z_m is that of p_k - y_k by z_m, behind dL/dz_k = p_k - y_k. And so is the l''(a) of a mean
E[l''(a)] what a line further up says it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.judging import Judged, judge_step
from solvers.formula.env import TOO_MUCH
from solvers.formula.limit_words import with_other
from solvers.formula.nodes import Big, Chain, Derivative, Index, Name, Node, map_children, names, walk

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker


def by_first(checker: Checker, work: Work, chain: Chain, judged: Judged) -> Judged:
    """The verdict by a first derivative further up, where that of the definitions takes too many steps."""
    left, right = chain.sides
    twice = isinstance(left, Derivative) and len(left.by) == 2 and chain.relations == ("=",)
    if not twice or judged.verdict != "undecided" or judged.evidence != TOO_MUCH:
        return judged
    assert isinstance(left, Derivative)
    for node, line in _derived(checker, left):
        again = judge_step("=", node, right, work.context)
        if again.verdict in {"valid", "wrong"}:
            return replace(again, evidence=f"by the first derivative of line {line}: {again.evidence}")
    return judged


def mean_of_known(checker: Checker, work: Work, chain: Chain) -> Judged | None:
    """The verdict on a mean of a derivative, as an earlier line has found that; None where none has, or it is open."""
    left, right = chain.sides
    means = [node for node in walk(left) if isinstance(node, Big) and node.op == "E"]
    parts = [node for mean in means for node in walk(mean) if isinstance(node, Derivative)]
    for found in reversed(checker.chains):
        begun, last = found.sides[0].node, found.sides[-1].node
        steps = [step for step in found.steps if step.relation == "="]
        if begun not in parts or last is None or not steps or any(step.verdict != "valid" for step in found.steps):
            continue
        sides = [side.node for side in found.sides]
        last = sides[len(steps)] if len(steps) < len(found.steps) else last
        if last is None or judge_step("=", begun, last, work.context).verdict != "valid":
            continue
        again = judge_step(chain.relations[0], _put(left, begun, last), right, work.context)
        if again.verdict in {"valid", "wrong"}:
            return replace(again, evidence=f"by line {steps[-1].line}: {again.evidence}")
    return None


def _put(node: Node, old: Node, new: Node) -> Node:
    return new if node == old else map_children(node, lambda child: _put(child, old, new))


def _derived(checker: Checker, left: Derivative) -> Iterator[tuple[Node, int]]:
    """The second derivative as one of each formula that a first one was found to be, and in which line."""
    for chain in checker.chains:
        if not chain.steps or any(step.verdict != "valid" or step.relation != "=" for step in chain.steps):
            continue
        begun = chain.sides[0].node
        if not isinstance(begun, Derivative) or begun.of != left.of or len(begun.by) != 1:
            continue
        for first, second in (left.by, left.by[::-1]):
            letter = _letter(begun.by[0], first)
            found = chain.sides[-1].node
            if letter is None or found is None:
                continue
            old, new = letter
            clash = isinstance(new, Name) and new.text in names(found) and new != old
            if not clash:
                yield Derivative(left.sign, with_other(found, old, new), (second,)), chain.steps[-1].line


def _letter(before: Node, now: Node) -> tuple[Name, Node] | None:
    """What stands for what: k and m of z_k and z_m."""
    if before == now:
        return (Name("~"), Name("~"))
    if isinstance(before, Index) and isinstance(now, Index) and before.base == now.base:
        changed = [(a, b) for a, b in zip(before.indices, now.indices, strict=True) if a != b]
        if len(changed) == 1 and isinstance(changed[0][0], Name):
            return changed[0][0], changed[0][1]
    return None


__all__ = ["by_first", "mean_of_known"]
