"""Inequalities at the head of an arrow, x^2 >= 4 <=> x >= 2: set anew, or drawn from the condition before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.judging import Judged
from solvers.formula.nodes import Chain

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

ORDER = frozenset({"<=", ">=", "<", ">"})
_DRAWN = re.compile(
    r"\b(?:so|thus|hence|therefore|then|gives?|yields?|follows|taking|take|multiply\w*|divid\w+|subtract\w*|add\w*|"
    r"squar\w+|solv\w+|rearrang\w+|since|because|which|this|means|implies|insert\w*|substitut\w+|simplif\w+|log\w*|"
    r"equivalent\w*|that is|i\.e\.)\b",
    re.IGNORECASE,
)


def perhaps_anew(checker: Checker, work: Work, number: int, chain: Chain, link: str, judged: Judged) -> Judged:
    """Undecided for a wrong inequality that an arrow leads on from, where no word draws it from what was set before."""
    head = number == 0 and work.restart and not link and work.setting.equation and not work.setting.said
    if judged.verdict != "wrong" or not head or chain.relations[0] not in ORDER or not checker.facts:
        return judged
    if _DRAWN.search(checker.premise):
        return judged
    said = f"whether this is set anew, or is to follow from line {checker.facts[-1].line}, is not said"
    return Judged("undecided", said, equation=True)


__all__ = ["ORDER", "perhaps_anew"]
