"""One letter for a number and, further down, for several: y = f + e, and then "now let y_1, ..., y_n be independent".

y is no longer spoken of behind that, and no y_i before: so they have nothing to do with each other, and y gets a letter
of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_LIST = re.compile(
    r"\s*(?P<name>[A-Za-z])\s*_\s*\{?\s*1\s*\}?\s*,\s*(?:(?P=name)\s*_\s*\{?\s*2\s*\}?\s*,\s*)?\\[lc]?dots\s*,\s*(?P=name)\s*_\s*"
    r"(?:[A-Za-z]|\{\s*[A-Za-z]\s*\})\s*(?:\\in\s*\\mathbb\s*(?:\{\s*R\s*\}|R)\s*)?[\s.,;]*"
)
_OTHERS = (r"\zeta", r"\xi", r"\upsilon")
_ACCENT = r"\\(?:bar|hat|tilde|overline|widehat|widetilde|mathbf|boldsymbol|vec|text|mathrm|operatorname)\s*(?:\{\s*)?"
_VECTOR = r"(?<![A-Za-z\\]){0}\s*(?:\^\s*\{{?\s*(?:\\top|T)|\\in\s*\\mathbb\s*\{{?\s*R\s*\}}?\s*\^|\s*=\s*\()"


def with_one_and_many(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with another letter for such a number."""
    for place, name in list(_lists(items)):
        before, behind = items[:place], items[place:]
        texts = [list(_texts(part)) for part in (before, behind)]
        alone = re.compile(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])(?!\s*[_(])")
        indexed = re.compile(rf"(?<![A-Za-z\\]){name}\s*[_(]")
        accented = re.compile(rf"{_ACCENT}{name}(?![A-Za-z])")
        bare = [any(alone.search(accented.sub("", text)) for text in part) for part in texts]
        vector = re.compile(_VECTOR.format(name))
        other = next((each for each in _OTHERS if not any(each in text for part in texts for text in part)), None)
        mixed = any(indexed.search(text) or vector.search(text) or accented.search(text) for text in texts[0])
        if bare == [True, False] and not mixed and other is not None:
            items = (*(_renamed(item, alone, other) for item in before), *behind)
    return items


def _lists(items: Sequence[Item]) -> Iterator[tuple[int, str]]:
    """Where a sentence first introduces several numbers of one letter, and the letter."""
    seen: set[str] = set()
    for place, item in enumerate(items):
        for part in item.parts if isinstance(item, Sentence) and item.declares else ():
            said = _LIST.fullmatch(part.source.text) if isinstance(part, Formula) and not part.display else None
            if said is not None and said["name"] not in seen:
                seen.add(said["name"])
                yield place, said["name"]


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part.source.text


def _renamed(item: Item, alone: re.Pattern[str], other: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = tuple(
        replace(part, source=part.source.replaced(alone, lambda _: f"{other} "), written=part.written or part.source)
        if isinstance(part, Formula) and alone.search(part.source.text) else part for part in item.parts
    )  # fmt: skip
    return replace(item, parts=parts)


__all__ = ["with_one_and_many"]
