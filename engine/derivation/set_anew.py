"""Inequalities at the head of an arrow, x^2 >= 4 <=> x >= 2: set anew, or drawn from the condition before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.derivation.judging import Fact, Judged
from engine.derivation.set_or_claimed import goes_on
from engine.derivation.zeros import is_zero
from solvers.formula.nodes import Chain, Derivative, Name, names

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker
    from engine.derivation.rows import Statement
    from engine.derivation.settings import Setting
    from engine.derivation.sides import Side
    from solvers.formula.context import Context

ORDER = frozenset({"<=", ">=", "<", ">"})
_DRAWN = re.compile(
    r"\b(?:so|thus|hence|therefore|then|gives?|yields?|follows|taking|take|multiply\w*|divid\w+|subtract\w*|add\w*|"
    r"squar\w+|solv\w+|rearrang\w+|since|because|which|this|means|implies|insert\w*|substitut\w+|simplif\w+|log\w*|"
    r"equivalent\w*|that is|i\.e\.)\b",
    re.IGNORECASE,
)


def without_hypotheses(checker: Checker, sides: Sequence[Side], setting: Setting) -> None:
    """Forgets what was supposed at the head of an arrow where a claim that no word draws from it stands behind it: an
    inequality, and an equation at the head of another arrow about the same symbols.
    """
    nodes = [side.node for side in sides if side.node is not None]
    if _DRAWN.search(checker.premise) or not nodes:
        return
    about = frozenset().union(*map(names, nodes)) if setting.equation and not setting.said else None
    converse = about is not None and any(f.supposed and f.chain.sides[:2] == tuple(nodes) for f in checker.facts)

    def gone(fact: Fact) -> bool:
        bounds = bool(ORDER & set(fact.chain.relations))
        return fact.supposed and (bounds or converse or (about is not None and about <= names(fact.chain)))

    checker.facts = [fact for fact in checker.facts if not gone(fact)]


_ALWAYS = re.compile(r"\b(?:in general|always|for all|for every|everywhere|identically)\b", re.IGNORECASE)
_PLAIN = re.compile(r"\s*&?\s*(?:[-+]?[\d.]+(?:\s*/\s*\d+)?|\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*[.,;]?\s*")


def supposes(link: str, word: str, statement: Statement, context: Context) -> bool:
    """Whether an equation at the head of an arrow supposes something of a symbol rather than defining it: x = y <=> of
    declared numbers, u = v => and x = 3 =>.
    """
    right = statement.sides[1].text
    number = re.fullmatch(r"\s*&?\s*[-+]?[\d./\s]+[.,;]?\s*", right) is not None
    if link == "<=>" and word in context.scope.names:
        return True
    return bool(link) and _PLAIN.fullmatch(right) is not None and (number or word in context.scope.names)


def perhaps_anew(checker: Checker, work: Work, number: int, chain: Chain, link: str, judged: Judged) -> Judged:
    """Undecided for a wrong inequality that an arrow leads on from, where no word draws it from what was set before."""
    if judged.verdict == "wrong" and number == 0 and not link and goes_on(checker, work, *chain.sides):
        free = {name for name in names(chain) if name not in work.context.definitions}
        said = f"whether this is set too, or is to follow from line {checker.facts[-1].line}, is not said"
        return judged if len(free) == 1 else Judged("undecided", said, equation=True)
    alone = number == 0 and work.restart and not link and not checker.cases
    if judged.verdict == "wrong" and alone and _is_derivative_of_zero(chain) and not _ALWAYS.search(checker.words):
        return Judged("undecided", "whether it is set to zero here, or found to be zero, is not said", equation=True)
    head = number == 0 and work.restart and not link and work.setting.equation and not work.setting.said
    if judged.verdict != "wrong" or not head or chain.relations[0] not in ORDER or not checker.facts:
        return judged
    if _DRAWN.search(checker.premise):
        return judged
    said = f"whether this is set anew, or is to follow from line {checker.facts[-1].line}, is not said"
    return Judged("undecided", said, equation=True)


def _is_derivative_of_zero(chain: Chain) -> bool:
    """Whether a derivative by itself stands beside zero: \\nabla_w J = 0."""
    left, right = chain.sides[:2]
    plain = isinstance(left, Derivative) and (left.sign == "nabla" or isinstance(left.of, Name))
    return chain.relations[:1] == ("=",) and plain and is_zero(right)


__all__ = ["ORDER", "perhaps_anew", "supposes", "without_hypotheses"]
