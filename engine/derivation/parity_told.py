"""Even and odd numbers in a sentence that declares: "let $n$ be an even integer" is n = 2 m with an integer m."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SAID = re.compile(
    r"⟦(?P<at>\d+)⟧\s+(?:be|is)\s+(?:(?:an?|any|some)\s+)?(?P<kind>(?:positive|natural)\s+)?(?P<parity>even|odd)"
    r"(?:\s+(?P<noun>(?:(?:positive|natural)\s+)?(?:integer|number)))?\s*(?=[.,;:]|and\b|with\b|$)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\s*(?P<name>[a-zA-Z])\s*(?:\\in\s*\\mathbb\s*\{?\s*(?P<set>[NZ])\s*\}?)?\s*")
_FRESH = "mkjlrsuv"


def with_parity_told(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such words as equations."""
    texts = " ".join(p.source.text for item in items if isinstance(item, Sentence) for p in item.parts)
    fresh = [letter for letter in _FRESH if re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", texts) is None]
    return tuple(_told(item, fresh) if isinstance(item, Sentence) and item.declares else item for item in items)


def _told(sentence: Sentence, fresh: Sequence[str]) -> Sentence:
    said = _SAID.search(sentence.template)
    part = None if said is None else sentence.parts[int(said["at"])]
    named = _LETTER.fullmatch(part.source.text) if isinstance(part, Formula) else None
    if said is None or named is None or part is None or not fresh:
        return sentence
    words = f"{said['kind'] or ''} {said['noun'] or ''}".lower()
    natural = named["set"] == "N" or "positive" in words or "natural" in words
    rest = "" if said["parity"].lower() == "even" else " - 1"
    place, at = int(said["at"]), part.source.place(0)
    texts = (rf"{fresh[0]} \in \mathbb{{{'N' if natural else 'Z'}}}", f"{named['name']} = 2 {fresh[0]}{rest}")
    first, second = (Formula(written_at(text, at), False) for text in texts)
    told = (first, Prose(written_at(" and ", at)), second)
    behind = Prose(sentence.parts[place + 1].source.cut(said.end() - said.end("at") - 1))  # without these words
    return replace(sentence, parts=(*sentence.parts[:place], *told, behind, *sentence.parts[place + 2 :]))


__all__ = ["with_parity_told"]
