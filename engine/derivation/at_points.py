"""Points that a sentence speaks of: "a kink at x = 0", "near w = 1". It is said of that sentence alone."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence

AT_POINT = re.compile(
    r"\b(?:at|near|around|about|close to|towards?)\s+(?:the\s+)?(?:point\s+)?⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*",
    re.IGNORECASE,
)
_VALUE = re.compile(  # no v_0, where an iteration starts
    r"\s*\\?[A-Za-z]+(?:_\{?[A-Za-z]+\}?)?\s*=[^=<>]*|\s*\([^()=]+\)\s*=\s*\([^()=]+\)\s*"
)


def points_in(sentence: Sentence) -> list[int]:
    """The places of the points that the words of a sentence speak of."""
    said = (int(place) for found in AT_POINT.finditer(sentence.template) for place in re.findall(r"\d+", found[0]))
    return [place for place in said if _is_point(sentence, place)]


def names_point(sentence: Sentence, place: int) -> bool:
    """Whether the formula at a place of a sentence is a point that its words speak of."""
    words = replace(sentence, parts=sentence.parts[: place + 1]).template
    said = next((found for found in AT_POINT.finditer(words) if found.end() == len(words)), None)
    return said is not None and _is_point(sentence, place)


def _is_point(sentence: Sentence, place: int) -> bool:
    part = sentence.parts[place]
    return isinstance(part, Formula) and not part.display and _VALUE.fullmatch(part.source.text) is not None


__all__ = ["names_point", "points_in"]
