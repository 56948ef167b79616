"""Labels of steps, "t = 1:" on a line of its own above numbers: they claim nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_LABEL = re.compile(r"\s*(?P<letter>[a-z])\s*=\s*\d+\s*[:,]?\s*")
_WHOLE = re.compile(r"[\W_]*⟦(?P<place>\d+)⟧(?:[\s,]+[^⟦⟧:.]{0,40}⟦\d+⟧)?[^⟦⟧.]{0,40}:?[\W_]*")


def with_step_labels(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with such labels as words, where the letter does not stand in the next display."""
    found = list(items)
    for number, item in enumerate(items):
        said = _WHOLE.fullmatch(item.template) if isinstance(item, Sentence) else None
        if said is None or not isinstance(item, Sentence) or ":" not in item.template + _text(item, said):
            continue
        label = _LABEL.fullmatch(item.parts[int(said["place"])].source.text)
        if label is not None and not _is_spoken(label["letter"], items[number + 1 : number + 2]):
            words = (Prose(part.source) if isinstance(part, Formula) else part for part in item.parts)
            found[number] = replace(item, parts=tuple(words))
    return tuple(found)


def _text(sentence: Sentence, said: re.Match[str]) -> str:
    return sentence.parts[int(said["place"])].source.text


def _is_spoken(letter: str, behind: Sequence[Item]) -> bool:
    texts = [part.source.text for item in behind if isinstance(item, Sentence) for part in item.parts]
    return any(re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", text) for text in texts)


__all__ = ["with_step_labels"]
