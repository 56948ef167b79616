"""Words that make the members of a family alike: "with a constant gradient $g > 0$" is g_i = g, "g_i = g for all i" in
plain words is that too.

The first only where nothing behind the sentence speaks of a g_i again: from there on all g_i would be one number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence, words_of
from engine.derivation.source import written_at

_PLAIN = re.compile(r"(?<![\w\\])([A-Za-z])_\{?([a-z])\}?\s*=\s*\1(?=\s+for\s+(?:all|every|each)\s+(?:\2\b|⟦))")
_CONSTANT = re.compile(
    r"\b(?:with|for|of|take|by|under|if|when|suppose|assume)\b[^.:;⟦⟧]*\bconstant\s+(?:(?:scalar|positive|real|nonzero|non-zero)\s+)*"
    r"(?:gradients?|inputs?|values?|signals?|rewards?|sequences?)\s+"
    r"(?:⟦(?P<at>\d+)⟧|(?P<plain>[a-z](?:\s*(?:>|≠)\s*0)?)(?=[\s,.:;)]))",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\s*(?P<name>[a-z])\s*(?P<sign>(?:>|\\gt(?![a-z])|≠|\\neq?(?![a-z]))\s*0)?\s*")


def with_constants_told(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with these words put in formulas."""
    return tuple(_with_words(list(map(_with_equations, items))))


def _with_equations(item: Item) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts: list[Prose | Formula] = []
    for part in item.parts:
        said = _PLAIN.search(part.source.text) if isinstance(part, Prose) else None
        if said is None:
            parts.append(part)
            continue
        before, inside, behind = (
            part.source.cut(*span) for span in ((0, said.start()), said.span(), (said.end(), None))
        )
        parts += [*([Prose(before)] if before.text else []), Formula(inside, False), Prose(behind)]
    return replace(item, parts=tuple(parts))


def _with_words(items: Sequence[Item]) -> Iterator[Item]:
    for number, item in enumerate(items):
        told = _value(item) if isinstance(item, Sentence) else None
        letter = _letter(items, told["name"]) if told else None
        if told is not None and letter and isinstance(item, Sentence) and not _again(items[number:], told["name"]):
            at = item.parts[0].source.place(0)
            texts = [f"{told['name']}_{letter} = {told['name']}"]
            texts += [f"{told['name']} {told['sign']}"] if told["sign"] else []
            for text in texts:
                yield Sentence(
                    (Prose(written_at("Let ", at)), Formula(written_at(text, at), False)), True, item.section
                )
        yield item


def _value(sentence: Sentence) -> re.Match[str] | None:
    """The constant value that words give a family."""
    said = _CONSTANT.search(sentence.template)
    if said is None:
        return None
    return _VALUE.fullmatch(said["plain"] or sentence.parts[int(said["at"])].source.text)


def _letter(items: Iterable[Item], name: str) -> str | None:
    """The letter that counts the members of a name in formulas."""
    found = (letter for text in _texts(items) for letter in _members(text, name))
    return next(found, None)


def _again(items: Sequence[Item], name: str) -> bool:
    """Whether members are spoken of again, behind the next displays."""
    begin = next((k + 1 for k, item in enumerate(items) if isinstance(item, Sentence) and item.shown), len(items))
    worded = (k for k in range(begin, len(items)) if _is_worded(items[k]))
    items = items[next(worded, len(items)) :]
    return any(_members(text, name) or re.search(rf"(?<![A-Za-z\\]){name}_", text) for text in _texts(items))


def _is_worded(item: Item) -> bool:
    return not isinstance(item, Sentence) or re.search(r"\w", words_of(item)) is not None


def _members(text: str, name: str) -> list[str]:
    return re.findall(rf"(?<![A-Za-z\\]){name}_\{{?([a-z])(?![A-Za-z])", text)


def _texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


__all__ = ["with_constants_told"]
