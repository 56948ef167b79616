"""Steps that are counted by a Greek letter, w_\\tau = w_{\\tau-1} - ...: read as any other count is, w_t."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_STEP = re.compile(r"[_^]\s*\{\s*\(?\s*\\(?P<letter>tau|kappa|nu)\s*[-+]\s*1\s*\)?\s*\}")
_LETTERS = "tkms"


def with_latin_steps(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with a Latin letter that the page has no use for in place of the Greek one."""
    found = tuple(items)
    texts = [part.source.text for item in found if isinstance(item, Sentence)
             for part in item.parts if isinstance(part, Formula)]  # fmt: skip
    for greek in sorted({match["letter"] for text in texts for match in _STEP.finditer(text)}):
        latin = next((c for c in _LETTERS if not any(_alone(c).search(text) for text in texts)), "")
        if latin:
            symbol = re.compile(rf"\\{greek}(?![A-Za-z])")
            found = tuple(_renamed(item, symbol, latin) for item in found)
    return found


def _alone(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])")


def _renamed(item: Item, symbol: re.Pattern[str], latin: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = tuple(
        replace(part, source=part.source.replaced(symbol, lambda _: latin), written=part.written or part.source)
        if isinstance(part, Formula) and symbol.search(part.source.text) else part for part in item.parts
    )  # fmt: skip
    return replace(item, parts=parts)


__all__ = ["with_latin_steps"]
