"""Numbers listed one by one that are one vector by the words behind: "Let p_1, ..., p_K and q_1, ..., q_K be two
probability vectors", "let p_1, ..., p_n be positive with sum_i p_i = 1".

Without "two" or "a" each of those listed might be a vector of its own: then nothing is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_LISTED = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+)\s*_\s*\{?1\}?\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?P=name)\s*_\s*(?:\w|\{\w+\})\s*"
)
_LISTS = r"(?P<lists>⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*)\s*(?P<verb>(?:be|denote|is|are|form)\s+)"
_CHANCES = re.compile(
    rf"{_LISTS}(?:(?P<one>an?)|two|three|both)\s+(?:(?:fixed|given|discrete|strictly positive)\s+)?"
    r"(?P<what>probability\s+(?:vector|distribution|mass\s+function)s?|discrete\s+distributions?)"
    r"(?!\s+(?:over|on|in|of)\b)",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    rf"{_LISTS}(?P<what>(?:all\s+|strictly\s+)?positive(?:\s+(?:real\s+)?numbers)?)(?=\s*(?:[,.;:]|with\b|and\b|such\b|$))",
    re.IGNORECASE,
)


def with_listed_chances(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such lists as the vector that they make up, or with the sign in the formula."""
    return tuple(_told(item) if isinstance(item, Sentence) and item.declares else item for item in items)


def _told(sentence: Sentence) -> Sentence:
    chances, positive = _CHANCES.search(sentence.template), _POSITIVE.search(sentence.template)
    if chances is not None and (names := _names(sentence, chances)):
        if (chances["one"] is None) == (len(names) == 1):
            return sentence
        parts = list(sentence.parts)
        for place, name in names.items():
            at = parts[place].source.place(0)
            parts[place] = Formula(
                joined([written_at(f"{name} = (", at), parts[place].source, written_at(")", at)]), False
            )
        return _said(sentence, parts, max(names), chances["what"], "probability vectors")
    if positive is not None and (names := _names(sentence, positive)):
        parts = list(sentence.parts)
        for place in names:
            parts[place] = Formula(
                joined([parts[place].source, written_at(" > 0", parts[place].source.place(0))]), False
            )
        return _said(sentence, parts, max(names), f"{positive['verb']}{positive['what']}", "")
    return sentence


def _names(sentence: Sentence, said: re.Match[str]) -> dict[int, str]:
    """The names that are listed, each with the place of its list; none where anything else stands among them."""
    places = [int(place) for place in re.findall(r"\d+", said["lists"])]
    lists = {place: _LISTED.fullmatch(sentence.parts[place].source.text) for place in places}
    found = {place: listed["name"] for place, listed in lists.items() if listed is not None}
    return found if len(found) == len(places) else {}


def _said(sentence: Sentence, parts: list[Prose | Formula], last: int, words: str, other: str) -> Sentence:
    """The sentence of these parts with other words behind the last list."""
    source = parts[last + 1].source
    at = source.text.index(words)
    told = [source.cut(0, at), written_at(other, source.place(at)), source.cut(at + len(words))]
    parts[last + 1] = Prose(joined(told))
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_listed_chances"]
