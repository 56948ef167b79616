"""Sizes and symbols in plain words, put as formulas: `X` is N×n, (N×m), a column of length m, W is m by n."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_SIZE = r"(?:[A-Za-z](?:_\w)?|\d{1,4})(?:[+-]\d)?"
_PLAIN = re.compile(
    rf"(?<![\w×]){_SIZE}\s?×\s?{_SIZE}(?![\w×])|"
    rf"(?<=\blength )(?!a\b)[A-Za-z](?!\w)|(?<=\bdimension )(?!a\b)[A-Za-z](?!\w)|"
    rf"(?<=[\s(]){_SIZE} x {_SIZE}(?=[,;:.)]|\s+matri|\s+(?:and|with)\b|\s*$)|(?<=[\s(]){_SIZE}-by-{_SIZE}(?!\w)"
)
_CROSS = re.compile(r"\s*×\s*|\s+x\s+|-by-")


def with_plain_sizes(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with each size that stands in their words as a formula."""
    return tuple(_split(item) if isinstance(item, Sentence) else item for item in items)


def _split(sentence: Sentence) -> Sentence:
    if not any(isinstance(part, Prose) and _PLAIN.search(part.source.text) for part in sentence.parts):
        return sentence
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if isinstance(part, Prose):
            parts += _pieces(part.source)
        else:
            parts.append(part)
    return replace(sentence, parts=tuple(parts))


def _pieces(source: Source) -> list[Prose | Formula]:
    """The words with the sizes among them apart."""
    found: list[Prose | Formula] = []
    done = 0
    for match in _PLAIN.finditer(source.text):
        found.append(Prose(source.cut(done, match.start())))
        crossed = source.cut(match.start(), match.end()).replaced(_CROSS, lambda _: r"\times ")
        found.append(Formula(crossed, False))
        done = match.end()
    return [*found, Prose(source.cut(done))]
