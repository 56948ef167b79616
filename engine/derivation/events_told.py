"""Values within a sentence that are not set: "the probability of x_i = 1", "where y = 1 means spam"."""

from __future__ import annotations

import re

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Sentence

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


def is_event(sentence: Sentence, place: int) -> bool:
    """Whether words around x_i = 1 within a sentence make an event of it, or tell what the value means."""
    part = sentence.parts[place]
    if not isinstance(part, Formula) or part.display or _VALUED.fullmatch(part.source.text) is None:
        return False
    before, behind = (sentence.parts[k] if 0 <= k < len(sentence.parts) else None for k in (place - 1, place + 1))
    event = isinstance(before, Prose) and _EVENT.search(before.source.text) is not None
    return event or (isinstance(behind, Prose) and _MEANS.match(behind.source.text) is not None)


__all__ = ["is_event"]
