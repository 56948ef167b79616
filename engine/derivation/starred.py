"""Functions with a star, D^*(x) = ...: names of their own, and no D that is multiplied by (x)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_STAR = r"\^\s*(?:\{\s*(?:\*|\\star|\\ast)\s*\}|\*|\\star(?![a-z])|\\ast(?![a-z]))"
_DEFINED = re.compile(
    rf"(?:^|&|\\\\|\\qquad|\\quad|,)\s*([A-Za-z])\s*{_STAR}\s*(?:\\left)?\(\s*\\?[A-Za-z]\w*(?:\s*[,;]\s*\\?[A-Za-z]\w*)*\s*"
    r"(?:\\right)?\)\s*&?\s*:?="
)


def with_starred(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with functions that are defined with a star under names without one: D^* is D_{opt}."""
    letters = {m[1] for text in _texts(items) for m in _DEFINED.finditer(text)}
    if not letters:
        return tuple(items)
    star = re.compile(rf"(?<![A-Za-z\\])([{''.join(sorted(letters))}])\s*{_STAR}")
    return tuple(_renamed(item, star) if isinstance(item, Sentence) else item for item in items)


def _texts(items: Iterable[Item]) -> list[str]:
    parts = (part for item in items if isinstance(item, Sentence) for part in item.parts)
    return [part.source.text for part in parts if isinstance(part, Formula)]


def _renamed(sentence: Sentence, star: re.Pattern[str]) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        changed = part.source.replaced(star, lambda m: rf"{m[1]}_{{\text{{opt}}}}")
        if isinstance(part, Formula) and changed is not part.source:
            part = replace(part, source=changed, written=part.source)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))
