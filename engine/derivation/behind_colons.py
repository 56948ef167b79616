"""Displays behind the colon of a sentence that declares, "Let A be symmetric, x \\in R^n: $$...$$", claim.

Only where the colon stands behind a formula: behind words, "the loss is: $$L = ...$$", the display may be what is
declared. "Since A is symmetric" declares too, before the sentence that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at
from engine.derivation.words import said_in
from solvers.formula.spoken import texts_said

_REASON = re.compile(r"\b(?:since|because|as)\s+(?:the\s+)?(?:[a-z-]+\s+){0,3}(?=⟦\d+⟧)", re.IGNORECASE)
_BEGINS = re.compile(
    r"[\W_]*(?:(?:and|so|now|then|but|hence|thus)[, ]\s*)?(?:let|with|given|suppose|assume|for)\b", re.I
)
_DEFINES = re.compile(r":=|\\(?:equiv|triangleq|coloneqq|stackrel|overset)(?![A-Za-z])")
_SYMBOL = re.compile(r"\s*(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?(?P<name>\\?[A-Za-z]+)\}?\s*")


def with_colons_apart(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences, such displays as sentences of their own."""
    return tuple(other for item in items for other in _apart(item))


def _apart(item: Item) -> Iterator[Item]:
    begins = isinstance(item, Sentence) and item.declares and _BEGINS.match(item.template) is not None
    place = _colon(item) if isinstance(item, Sentence) and begins else None
    if not isinstance(item, Sentence) or place is None:
        yield item
        return
    yield replace(item, parts=item.parts[: place + 1])
    yield replace(item, parts=item.parts[place + 1 :], declares=False, labelled=False)


def _colon(sentence: Sentence) -> int | None:
    """The place of a colon between a formula within the sentence and a display."""
    for place, part in enumerate(sentence.parts[1:-1], 1):
        before, behind = sentence.parts[place - 1], sentence.parts[place + 1]
        inline = isinstance(before, Formula) and not before.display
        shown = isinstance(behind, Formula) and behind.display and _DEFINES.search(behind.source.text) is None
        if inline and shown and isinstance(part, Prose) and part.source.text.strip() == ":":
            return place
    return None


def with_reasons(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences, before those that give a property of a symbol as a reason what declares it."""
    items = tuple(items)
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    return tuple(other for item in items for other in (*_reasons(item, texts), item))


def _reasons(item: Item, texts: list[str]) -> Iterator[Item]:
    if not isinstance(item, Sentence) or item.declares or _REASON.search(item.template) is None:
        return
    told = {row.place: row.properties for row in said_in(item.template)}
    for said in _REASON.finditer(item.template):
        place = int(re.findall(r"\d+", item.template[said.end() :])[0])
        part = item.parts[place]
        symbol = _SYMBOL.fullmatch(part.source.text) if isinstance(part, Formula) else None
        defined = symbol is not None and any(re.match(rf"\s*{re.escape(symbol['name'])}\s*:?=", text) for text in texts)
        for phrase in told.get(place, ()) if symbol is not None and not defined else ():
            at = part.source.place(0)
            for text in (text for text in texts_said(phrase, None) if "\\succ" not in text):  # which few claims rest on
                let = Formula(written_at(text.format(name=part.source.text.strip()), at), False)
                yield Sentence((Prose(written_at("Let ", at)), let), True, item.section)


__all__ = ["with_colons_apart", "with_reasons"]
