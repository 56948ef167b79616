"""Numbers of probabilities and signs in plain words, P(R) = 0.2 and "case w > 0" without the signs of a formula:
formulas all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_PLAIN = re.compile(
    r"(?<![\w\\$])(?:P|Pr|p)\((?=[^()=|]*[A-Za-z])[^()\n]{1,60}\)\s*=\s*(?:\d*\.\d+|\d+/\d+|[01](?![\d.]*\d))(?![\w/])"
)

_SIGN = re.compile(r"(?<![\w\\$.^{])(?:[A-Za-z]|[α-ω])(?:_\w)?\s*(?:<=|>=|[<>≤≥≠])\s*[-−]?\d+(?:\.\d+)?(?![\w/^]|\.\d)")


def with_plain_chances(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such numbers as formulas of their own."""
    return tuple(_apart(item) if isinstance(item, Sentence) else item for item in items)


def _apart(sentence: Sentence) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        done = 0
        for match in _matches(part.source.text) if isinstance(part, Prose) else ():
            if match.start() > done:
                parts.append(Prose(part.source.cut(done, match.start())))
            parts.append(Formula(part.source.cut(match.start(), match.end()), False))
            done = match.end()
        if not done:
            parts.append(part)
        elif part.source.text[done:]:
            parts.append(Prose(part.source.cut(done)))
    return replace(sentence, parts=tuple(parts))


def _matches(text: str) -> list[re.Match[str]]:
    return sorted((*_PLAIN.finditer(text), *_SIGN.finditer(text)), key=lambda found: found.start())


__all__ = ["with_plain_chances"]
