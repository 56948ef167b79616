"""Whether a relation that is no identity is set rather than claimed: a condition, from here on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import target
from engine.derivation.judging import depends, has_derivative
from engine.derivation.settings import SOLVED, Setting
from engine.derivation.solutions import at_optimum, is_fixed
from engine.derivation.zeros import is_zero
from solvers.formula.context import Context
from solvers.formula.nodes import Call, Chain, Name, Node, Num, names

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

_CONDITION = re.compile(r"^\W*with the condition\b", re.IGNORECASE)


def is_condition(checker: Checker, work: Work, number: int, relation: str, left: Node, right: Node) -> bool:
    """Whether a relation that is no identity is set rather than claimed."""
    first = work.restart and number == 0
    if relation == "=" and (is_zero(right) or is_zero(left)):
        mirrored = first and is_zero(left)  # 0 = f'(x) too, whatever f'(x) is found to be behind it
        ends = number == len(work.relations) - 1 or (mirrored and {*work.relations} == {"="})
        begins = right if mirrored else work.sides[0].node
        whole = len(work.relations) > 1 or (begins is not None and at_optimum(begins, work.context))
        derived = begins is not None and has_derivative(begins) and whole
        derived = derived or (first and _is_derivative(checker, left if is_zero(right) else right))
        return ends and (work.setting.zero or derived) and _can_hold(work, left, right)
    if relation == "=" and first and (is_fixed(left, right, work.context) or _normalises(left, right, work)):
        return True
    set_here = work.setting.said if checker.facts else work.setting.equation
    if checker.facts and isinstance(left, Name) and _is_solved(checker, left.text, right, work.setting):
        return False
    if (
        not set_here
        or not first
        or has_derivative(left)
        or has_derivative(right)
        or goes_on(checker, work, left, right)
    ):
        return False
    if _CONDITION.search(work.setting.words) and _can_hold(work, left, right):  # v = 5, of the v = a x + 3 before
        return True
    return not (names(left) | names(right)) <= work.context.definitions.keys()


def is_drawn(checker: Checker, link: str, left: Node, right: Node) -> bool:
    """Whether an arrow draws an equation from the condition before it, about the same symbols: it is claimed."""
    if not link or not checker.facts or has_derivative(left) or has_derivative(right):
        return False
    before = checker.facts[-1].chain
    return names(left) | names(right) <= names(before) and not any(map(has_derivative, before.sides))


def is_tied(checker: Checker, chain: Chain, context: Context) -> bool:
    """Whether the condition that words have just set speaks of the symbol that stands alone: v = 5 does of the x in
    v = a x + 3.
    """
    name, last = target(chain.sides[0]), checker.facts[-1:]
    told = _CONDITION.search(checker.progress.set_by) is not None
    return told and name is not None and any(name in depends(fact.chain, context) for fact in last)


def _is_derivative(checker: Checker, side: Node) -> bool:
    """Whether a side is what the derivative of the chain before was found to be: l'(x) = ..., and then 0 = ..."""
    nodes = [] if checker.last is None else [known.node for known in checker.last.sides]
    return len(nodes) > 1 and nodes[0] is not None and has_derivative(nodes[0]) and side in nodes[1:]


def goes_on(checker: Checker, work: Work, left: Node, right: Node) -> bool:
    """Whether the words that set an equation stand before a second one about the same symbols, as "We solve" does: that
    one is mostly drawn from the first.
    """
    words = work.setting.words
    if not work.restart or not checker.facts or not words or words != checker.progress.set_by:
        return False
    return names(left) | names(right) <= names(checker.facts[-1].chain)


def _normalises(left: Node, right: Node, work: Work) -> bool:
    """Whether u^T u = 1, ||u|| = 1 or U^T U = I is said of what nothing declares: it is set, and no identity."""
    inner = left.args[0] if isinstance(left, Call) and left.op == "pow" else left
    if not isinstance(inner, Call) or right not in (Num("1"), Name("I")):
        return False
    if inner.op == "norm":
        base = inner.args[0]
    elif inner.op in {"mul", "dot"}:
        turned, base = inner.args
        if turned != Call("transpose", (base,)) and (inner.op == "mul" or turned != base):
            return False
    else:
        return False
    return isinstance(base, Name) and base.text in work.undeclared


def _is_solved(checker: Checker, name: str, right: Node, setting: Setting) -> bool:
    """Whether x = ... says what comes of the condition before it, and is no other condition."""
    fact = checker.facts[-1]
    zero = setting.to_zero or any(map(is_zero, fact.chain.sides)) or SOLVED.search(checker.premise) is not None
    return zero and name in names(fact.chain) and name not in names(right)


def _can_hold(work: Work, left: Node, right: Node) -> bool:
    """Whether an equation has free names that could make it true: 1 = 0 has none."""
    free = (depends(left, work.context) | depends(right, work.context)) - work.context.definitions.keys()
    return bool(free - {"I", "zeros", "ones", "pi"})


__all__ = ["goes_on", "is_condition", "is_drawn", "is_tied"]
