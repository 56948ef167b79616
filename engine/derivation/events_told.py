"""Formulas within a sentence that set nothing: "the probability of x_i = 1", "where y = 1 means spam", "we do not
assume A = A^T". What holds only by way of example, "often b = 0", stands in passing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Sentence
from solvers.formula.nodes import Chain

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_EVENT = re.compile(  # before: the probability of x_i = 1, the units with s = 1, the output for y = 1
    r"\b(?:(?:probabilit(?:y|ies)|chances?|odds|events?|outputs?|loss(?:es)?|costs?|scores?|predictions?|answers?|"
    r"number|count|fraction|share|units?|examples?|samples?|points?)\s+(?:[a-z]+\s+)?(?:of|that|for|with|where)|"
    r"whether)\s+$",
    re.IGNORECASE,
)
_MEANS = re.compile(  # behind: y = 1 means spam, s = 1 for the upper state
    r"[\s,]*(?:means?|meaning|denot(?:es?|ing)|stands?|indicat(?:es?|ing)|corresponds?|marks?|says|represents?|being|"
    r"for\s+(?:the|an?)|is\s+(?:the|an?))(?![A-Za-z])",
    re.IGNORECASE,
)
_VALUED = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?|\^\{?\(\w+\)\}?)?\s*=\s*-?\d+\s*")


_DENIED = re.compile(
    r"(?:\b(?:not|never)|n['’]t)\s+(?:[a-z]+\s+)?(?:assum\w+|requir\w+|suppos\w+|need\w*|imply|mean|have)\s+(?:that\s+)?$|"
    r"\bwithout\s+(?:assuming|requiring|supposing)\s+(?:that\s+)?$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:for\s+(?:example|instance)|e\.\s?g\.|often|usually|typically|sometimes|commonly|mostly|such\s+as|frequently|"
    r"(?:in\s+practice|by\s+default)(?:\s+one\s+(?:takes|uses|sets))?|"
    r"(?:typical|common|usual|popular|frequent|default)\s+(?:values?|choices?|settings?)\s+(?:is|are|being|would\s+be))[\s,:]*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*(?:=|\\approx|≈)\s*-?(?:[\d.,]+(?:\s*/\s*\d+)?|\\[td]?frac\s*(?:\{\d+\}|\d)\s*(?:\{\d+\}|\d)|"
    r"[\d.]*\s*(?:\\cdot|\\times)?\s*10\^(?:\{-?\d+\}|\d))\s*"
)
_OF_ANOTHER = re.compile(
    r"(?:^|[.;,(:])\s*(?:while\s+|and\s+|where\s+)?an?\s+(?:[a-z]+\s+){1,4}has\s+$", re.IGNORECASE
)  # a fair coin
_SHOWN = re.compile(
    r"\s*,?\s*(?:in|for)\s+(?:the|this|our)\s+(?:figure|plot|picture|drawing|sketch|table|diagram)\b", re.IGNORECASE
)


def sets_nothing(checker: Checker, sentence: Sentence, place: int) -> bool:
    """Whether the words around a formula within a sentence make an event of it, tell what a value means, deny it, or
    give it as an example; then it is no declaration.
    """
    part = sentence.parts[place]
    if not isinstance(part, Formula) or part.display:
        return False
    before, behind = (
        neighbour.source.text if isinstance(neighbour, Prose) else ""
        for neighbour in (sentence.parts[k] if 0 <= k < len(sentence.parts) else None for k in (place - 1, place + 1))
    )
    valued = _VALUED.fullmatch(part.source.text) is not None
    numbered = _NUMBERED.fullmatch(part.source.text) is not None
    of_another = numbered and (_OF_ANOTHER.search(before) or _SHOWN.match(behind))
    if of_another or ((numbered or sentence.declares) and _EXAMPLE.search(before)):
        checker.passing += _equations(checker, part)
        return True
    if not sentence.declares:
        return False
    if _DENIED.search(before):
        return True
    return valued and (_EVENT.search(before) is not None or _MEANS.match(behind) is not None)


def _equations(checker: Checker, part: Formula) -> list[tuple[Chain, int]]:
    found = []
    for statement in statements_of(part.source):
        nodes = [checker.read(side).node for side in statement.sides]
        if statement.relations == ("=",) and nodes[0] is not None and nodes[1] is not None:
            found.append((Chain((nodes[0], nodes[1]), ("=",)), checker.line(part.source)))
    return found


__all__ = ["sets_nothing"]
