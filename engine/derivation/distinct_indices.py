"""Indices that words call different: "Let j and k be two different indices" says j != k."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_WHAT = (
    "(?:indices|indexes|units|neurons|nodes|entries|components|coordinates|inputs|outputs|classes|examples|places|"
    "positions)"
)
_BEHIND = re.compile(
    r"(?:\b(?:let|take|for|suppose|consider|if|when|where|assume|with)\s+)⟦(?P<one>\d+)⟧\s*(?:,|and|,\s*and)\s*⟦(?P<two>\d+)⟧"
    rf"(?P<words>\s*(?:(?:be|are|denote|being)\s+)?(?:(?:two|any|some)\s+)*(?:different|distinct|unequal)(?:\s+{_WHAT})?)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\s*[a-z]\s*")


def with_distinct_indices(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with j \\ne k as a formula where words say so."""
    return tuple(_said(item) if isinstance(item, Sentence) else item for item in items)


def _said(sentence: Sentence) -> Sentence:
    parts = list(sentence.parts)
    for said in _BEHIND.finditer(sentence.template):
        one, two = int(said["one"]), int(said["two"])
        first, other, behind = parts[one], parts[two], parts[two + 1] if two + 1 < len(parts) else None
        letters = all(_LETTER.fullmatch(part.source.text) for part in (first, other))
        if not letters or not isinstance(first, Formula) or not isinstance(behind, Prose):
            continue
        if not behind.source.text.startswith(said["words"]):
            continue
        unequal = joined([first.source, written_at(r" \ne ", first.source.place(0)), other.source])
        parts[one] = replace(first, source=unequal)
        for place in range(one + 1, two + 1):
            parts[place] = Prose(written_at(" ", parts[place].source.place(0)))
        parts[two + 1] = replace(behind, source=behind.source.cut(len(said["words"]), len(behind.source.text)))
    return replace(sentence, parts=tuple(parts))
