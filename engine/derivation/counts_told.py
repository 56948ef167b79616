"""Counts that only words tell: "($d$ even)", "for odd $k$" say that d and k are natural numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_PARITY = re.compile(
    r"⟦(?P<before>\d+)⟧\s+(?:(?:is|being|must\s+be|an?)\s+){0,2}(?:even|odd)\b|\b(?:even|odd)\s+⟦(?P<behind>\d+)⟧", re.I
)


def with_counts_told(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences behind what such letters are, where no formula says where they lie."""
    texts = [part.source.text for item in items for part in _parts(item) if isinstance(part, Formula)]
    found = dict.fromkeys(letter for item in items if isinstance(item, Sentence) for letter in _told(item))
    lies = r"(?<![A-Za-z\\]){}(?![A-Za-z])[^=<>]*(?:\\in(?![a-z])|∈)|(?<![A-Za-z\\]){}\s*="
    free = [name for name in found if not any(re.search(lies.format(name, name), text) for text in texts)]
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    lets = (
        (Prose(written_at("Let ", place)), Formula(written_at(rf"{n} \in \mathbb{{N}}", place), False)) for n in free
    )
    return (*(Sentence(parts, True) for parts in lets), *items)


def _told(sentence: Sentence) -> Iterator[str]:
    for said in _PARITY.finditer(sentence.template):
        text = sentence.parts[int(said["before"] or said["behind"])].source.text.strip()
        if re.fullmatch(r"[A-Za-z]", text):
            yield text


def _parts(item: Item) -> tuple[Prose | Formula, ...]:
    return item.parts if isinstance(item, Sentence) else ()


__all__ = ["with_counts_told"]
