"""Laws of a state one step before: "the belief about x_{t-1} is N(m, P)", beside x_t = a x_{t-1} + e_t.

The recursion makes x_{t-1} of the steps before it, and what is said of it is not imposed. So what would be wrong of the
state is undecided.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_BEFORE = r"(?P<name>\\?[A-Za-z]+)\s*_\s*\{\s*[a-z]\s*[-−]\s*1\s*\}"
_STATE = re.compile(rf"\s*{_BEFORE}(?:\s*(?:\\mid|\|)[^=<>]*)?\s*(?P<drawn>\\sim(?![a-z]).*)?", re.DOTALL)
_MOMENT = re.compile(
    rf"\s*\\?(?:(?:mathbb|mathrm|operatorname)\s*\{{?\s*)?(?:E|Var|V|Cov)\s*\}}?\s*(?:\\left)?[\[(]\s*{_BEFORE}.*=.*",
    re.DOTALL,
)
_LAWS = re.compile(
    r"\b(?:beliefs?|posterior|prior|distribut\w+|gaussian|normal|means?|variances?|law|estimates?|density)\b", re.I
)


def heed_steps_before(checker: Checker, sentence: Sentence) -> None:
    """Notes of which states a sentence says how they were distributed one step before."""
    shown = [part for part in sentence.parts if isinstance(part, Formula) and part.display]
    words = _LAWS.search(sentence.template) is not None
    for part in (part for part in sentence.parts if isinstance(part, Formula) and not shown):
        state, moment = _STATE.fullmatch(part.source.text), _MOMENT.fullmatch(part.source.text)
        said = moment if moment is not None else state if state is not None and (state["drawn"] or words) else None
        if said is not None:
            name = said["name"].removeprefix("\\")
            checker.context = checker.context.told("before", f"{name}|{checker.line(part.source)}")


__all__ = ["heed_steps_before"]
