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
_VALUE = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*=[^=<>]*")


def names_point(sentence: Sentence, place: int) -> bool:
    """Whether the formula at a place of a sentence is a point that its words speak of."""
    part, words = sentence.parts[place], replace(sentence, parts=sentence.parts[: place + 1]).template
    said = next((found for found in AT_POINT.finditer(words) if found.end() == len(words)), None)
    inline = isinstance(part, Formula) and not part.display
    return said is not None and inline and _VALUE.fullmatch(part.source.text) is not None


__all__ = ["AT_POINT", "names_point"]
