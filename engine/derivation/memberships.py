"""Memberships whose sign is a word, as formulas: "W_z, W_r are in R^{m x n} and U_z, U_r in R^{m x m}".

A declaration that stands in one formula says more than its words: that its names with letters below are labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_SYMBOL = r"\\?[A-Za-z]+(?:_(?:\w|\{\w+\}|\\[a-z]+))?(?:\^\{\(\w+\)\})?"
_DOTS = r"(?:\\[lc]?dots[cb]?|\.\.\.|…)"
_SYMBOLS = re.compile(rf"\s*{_SYMBOL}(?:\s*,\s*(?:{_SYMBOL}|{_DOTS}))*\s*")
_SET = re.compile(r"\s*\\mathbb\s*\{?\s*[RNZ]\s*\}?\s*(?:\^\s*(?:\w|\{[^{}=]*\}))?\s*")
_LIES = re.compile(r"\s+(?:(?:all|both|each)\s+)?(?:(?:is|are|be|lies?|lying)\s+)?(?:all\s+|both\s+|each\s+)?in\s+")
_NOUNS = (
    r"(?:(?:the|an?|all|its)\s+)?"
    r"(?:(?!(?:let|with|where|for|if|is|are|be|of|on|by|so|then|has|have|in)\b)[a-z-]+\s+){0,2}"
)
_AND = re.compile(rf"\s*(?:,\s*and|,|and)\s*{_NOUNS}")
_OF = re.compile(r"\b(?:of|for|for all|for any|for every|for each|some|every|any|all)\s*$", re.IGNORECASE)


def with_memberships(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such words as the sign in a formula."""
    return tuple(_merged(item) if isinstance(item, Sentence) else item for item in items)


def _merged(sentence: Sentence) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        parts.append(part)
        if sentence.declares and _shared(parts):
            parts[-3:] = [
                Formula(joined([parts[-3].source, written_at(", ", part.source.place(0)), part.source]), False)
            ]
            continue
        first = _first_symbol(parts)
        if first is None:
            continue
        where = part.source
        named = [p.source for p in parts[first:-2] if isinstance(p, Formula)]
        listed = [piece for source in named for piece in (source, written_at(", ", source.end))][:-1]
        parts[first:] = [Formula(joined([*listed, written_at(r" \in ", where.place(0)), where]), False)]
    return replace(sentence, parts=tuple(parts))


_MATRIX = re.compile(  # D \\in R^{n x n}, behind "A and"
    r"\s*[A-Z]\s*(?:\\in(?![a-z])|∈)\s*\\mathbb\s*\{?\s*R\s*\}?\s*\^\s*\{[^{}=]*(?:\\times|×)[^{}=]*\}\s*"
)


def _shared(parts: list[Prose | Formula]) -> bool:
    """Whether the last parts are matrices that lie in one set, of which the last one tells: "A and D in R^{n x n}"."""
    if len(parts) < 3 or not _plain(parts[-1], _MATRIX) or not _plain(parts[-3], re.compile(r"\s*[A-Z]\s*")):
        return False
    before = parts[-2]
    return isinstance(before, Prose) and re.fullmatch(r"\s*(?:,\s*and|,|and)\s*", before.source.text) is not None


def _first_symbol(parts: list[Prose | Formula]) -> int | None:
    """Where the symbols begin of which the last parts say in words that they lie in a set; None if they do not."""
    if len(parts) < 3 or not _plain(parts[-1], _SET) or not _plain(parts[-3], _SYMBOLS):
        return None
    words = parts[-2].source.text
    if isinstance(parts[-2], Formula) or not _LIES.fullmatch(words):
        return None
    first = len(parts) - 3
    while first >= 2 and _plain(parts[first - 2], _SYMBOLS) and _AND.fullmatch(parts[first - 1].source.text):
        first -= 2
    before = parts[first - 1].source.text if first and isinstance(parts[first - 1], Prose) else ""
    return None if _OF.search(before) else first


def _plain(part: Prose | Formula, form: re.Pattern[str]) -> bool:
    return isinstance(part, Formula) and not part.display and form.fullmatch(part.source.text) is not None


__all__ = ["with_memberships"]
