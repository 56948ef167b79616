"""Symmetric weights with a bound, "$a_{ij} = a_{ji} \\ge 0$", as the two things that they say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_BOUND = re.compile(
    r"^(?P<one>\s*(?P<of>\\?[A-Za-z]+)\s*_\s*\{?\s*(?P<i>[a-z])\s*,?\s*(?P<j>[a-z])\s*\}?\s*)="
    r"(?P<other>\s*(?P=of)\s*_\s*\{?\s*(?P=j)\s*,?\s*(?P=i)\s*\}?\s*)"
    r"(?P<bound>(?:\\geq?|\\leq?|[<>≥≤])(?![a-z])\s*\d+)(?=\s*[.,;]?\s*$)"
)


def with_symmetric_bounds(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with $a_{ij} = a_{ji}, a_{ij} \\ge 0$ for it, where they declare."""
    return tuple(_apart(item) if isinstance(item, Sentence) and item.declares else item for item in items)


def _apart(sentence: Sentence) -> Sentence:
    parts = tuple(
        replace(part, source=part.source.replaced(_BOUND, _both))
        if isinstance(part, Formula) and not part.display and _BOUND.search(part.source.text)
        else part
        for part in sentence.parts
    )
    return replace(sentence, parts=parts)


def _both(found: re.Match[str]) -> str:
    return f"{found['one']}={found['other']}, {found['one']}{found['bound']}"
