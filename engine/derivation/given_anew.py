"""Steps of a second method: D_t = -a g_t / sqrt(G_t) of AdaGrad further up, D_t = -a g_t / sqrt(s_t) of RMSProp.

What was defined gets another formula. That is seen by a running quantity in it, s_t = b s_{t-1} + ..., of which nothing
was known when the first formula was given. It is a new definition within a sentence, and in a display where words say
that this is how the method goes on; elsewhere whether it is one, or a claim, is left open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.derivation.changed import changed
from engine.derivation.declaring import target, without_definition, written
from engine.derivation.judging import depends, judge_step
from engine.derivation.numbers_anew import next_numbers
from engine.derivation.rows import Statement
from solvers.formula.context import Context
from solvers.formula.nodes import Member, Name, Node, Num, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_GOES = re.compile(
    r"\b(?:instead|replac\w+|now|updates?|updating|steps?|rule|moves?|modif\w+|variant|version|uses?|using|takes?|"
    r"descends?|iterates?|iteration|method|algorithm|scheme)\b",
    re.IGNORECASE,
)
_DRAWN = re.compile(
    r"\b(?:so|hence|thus|therefore|then|get|obtain|have|find|see|follows?|gives?|yields?|becomes?|equals?|that is|"
    r"i\.e\.|show|prove|claim|check|verify|rewrit\w+|written|equivalent\w*|same|unroll\w*|expand\w*|insert\w*|substitut\w+|"
    r"because|since|using the|not|wrong)\b",
    re.IGNORECASE,
)


def given_anew(checker: Checker, statement: Statement, words: str) -> bool:
    """Whether a display says, by its words, what a step is from here on: then that is kept."""
    if next_numbers(checker, statement) or changed(checker, statement, words):
        return True
    if _DRAWN.search(words):
        return False
    if _NEXT.search(words) and values_anew(checker, statement):
        return True
    return _GOES.search(words) is not None and redefined(checker, statement)


def anew_within(checker: Checker, statement: Statement, words: str, said: bool) -> bool:
    """The same within a sentence; `said`: its words may say what something is."""
    return (said and redefined(checker, statement)) or changed(checker, statement, words)


_NEXT = re.compile(  # the new estimate, or another part of an exercise
    r"\b(?:new|updated|next|re-?estimated?|refined|improved|another|other)\b|^[\W_]*\(?[b-hB-H]\)",
    re.IGNORECASE,
)


def values_anew(checker: Checker, statement: Statement) -> bool:
    """Whether a symbol that was given by numbers alone gets other ones; then it is these from here on."""
    left, right = (checker.read(source).node for source in statement.sides[:2])
    known = checker.context.definitions.get(left.text, ()) if isinstance(left, Name) else ()
    if not known or right is None or statement.relations[0] not in {"=", ":="}:
        return False
    if names(right) or any(names(d.right) or d.indices for d in known):
        return False
    if judge_step("=", known[0].left, right, checker.here()).verdict == "valid":
        return False
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is given anew here: from here on it is that")
    return checker.defined(statement, left)


def redefined(checker: Checker, statement: Statement) -> bool:
    """Whether an equation gives what was defined the formula of another method; then that is what it is."""
    if statement.relations[0] not in {"=", ":="}:
        return False
    left, right = (checker.read(source).node for source in statement.sides[:2])
    if left is None or right is None or not of_another_method(checker.context, (left, right)):
        return False
    name = target(left)
    assert name is not None
    if judge_step("=", left, right, checker.here()).verdict != "wrong":
        return False
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is given anew here: from here on it is that")
    for known in checker.context.definitions[name]:
        if known.indices or isinstance(known.left, Name):
            checker.context = without_definition(checker.context, known.left)
    return checker.defined(statement, left)


def of_another_method(context: Context, sides: Sequence[Node]) -> bool:
    """Whether the right side speaks of a running quantity that is younger than the formula of the left side."""
    left, right = sides
    name = target(left)
    if name is None or name not in context.definitions or not isinstance(left, (Name, Member)):
        return False
    if isinstance(right, (Name, Member)):  # h_t = h'_t compares two of them
        return False
    if isinstance(left, Member) and any(isinstance(index, Num) for index in left.indices):
        return False
    order = list(context.definitions)
    younger = set(order[order.index(name) + 1 :]) - depends(left, context)
    return any(any(d.recursive for d in context.definitions[other]) for other in names(right) & younger)


def another_method(context: Context, sides: Sequence[Node]) -> str:
    """Why a wrong step may be the formula of another method."""
    if not of_another_method(context, sides):
        return ""
    return (
        f"whether {target(sides[0])} is given anew here, for another method, is not said: say so behind Let or Define"
    )
