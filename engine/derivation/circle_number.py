"""Mixing weights \\pi_k beside the number \\pi of 1/\\sqrt{2\\pi v_k}: one of the two needs another letter."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_NUMBER = re.compile(r"(?<![A-Za-z\\])(?:2|4|8)\s*(?:\\(?:cdot|,)\s*)?\\pi(?![A-Za-z])(?!\s*[_(])")
_WEIGHT = re.compile(r"\\pi(?=\s*_\s*(?:\{\s*[a-z0-9]\s*\}|[a-z0-9]))")
_OTHERS = (r"\omega", r"\kappa", r"\varphi")


def with_circle_number(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with another letter for such a \\pi_k, where the page has both."""
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    if not any(map(_NUMBER.search, texts)) or not any(map(_WEIGHT.search, texts)):
        return items
    other = next((each for each in _OTHERS if not any(each in text for text in texts)), None)
    if other is None:
        return items
    return tuple(_changed(item, other) if isinstance(item, Sentence) else item for item in items)


def _changed(sentence: Sentence, other: str) -> Sentence:
    parts = list(sentence.parts)
    for place, part in enumerate(parts):
        if isinstance(part, Formula) and _WEIGHT.search(part.source.text):
            source = part.source.replaced(_WEIGHT, lambda _: other)
            parts[place] = replace(part, source=source, written=part.written or part.source)
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_circle_number"]
