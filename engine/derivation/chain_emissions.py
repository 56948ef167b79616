"""What the states of a hidden chain show, told in words: "state 1 emits a with probability 0.5 and b with 0.5"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence

_SHOWS = r"(?:emits?|shows?|produces?|outputs?|generates?|prints?|gives?|yields?|displays?|sends?)"
_STATE = re.compile(
    rf"\b(?:in\s+)?state\s+(?P<state>⟦\d+⟧|\w+)\s*,?\s*(?:(?:we\s+(?:see|observe)|the\s+symbols?)\s+)?(?:{_SHOWS}\s+)?"
    r"(?:the\s+)?(?:symbols?\s+)?(?=⟦)",
    re.IGNORECASE,
)
_CHANCE = re.compile(
    r"\s*(?:,|;|and|or|the\s+symbol|symbol|\s)*(?P<symbol>⟦\d+⟧)\s*(?:is\s+\w+\s+)?(?:with\s+)?(?:(?:the\s+)?prob(?:ability|\.)\s+|chance\s+)?"
    r"(?P<chance>\d*\.?\d+|⟦\d+⟧)(?![\w⟦])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d*\.?\d+|\\[dt]?frac\s*(?:\{\s*\d+\s*\}|\d)\s*(?:\{\s*\d+\s*\}|\d)|\d+\s*/\s*\d+")


def emissions_told(sentences: Iterable[Sentence], size: int) -> dict[tuple[str, str], str]:
    """The chances by state and symbol, as they are written; nothing where not all are told of all states."""
    found = dict(pair for sentence in sentences for pair in _told(sentence))
    states, symbols = ({key[k] for key in found} for k in (0, 1))
    return found if len(states) == size and len(found) == len(states) * len(symbols) else {}


def _told(sentence: Sentence) -> Iterator[tuple[tuple[str, str], str]]:
    text = sentence.template
    for said in _STATE.finditer(text):
        place = said.end()
        while found := _CHANCE.match(text, place):
            symbol, chance = _word(sentence, found["symbol"]), _word(sentence, found["chance"])
            if not re.fullmatch(r"[A-Za-z]\w*", symbol) or not _NUMBER.fullmatch(chance):
                break
            yield (_word(sentence, said["state"]), symbol), chance
            place = found.end()


def _word(sentence: Sentence, text: str) -> str:
    """What stands at a place: a word, or the formula there."""
    at = re.fullmatch(r"⟦(\d+)⟧", text)
    part = sentence.parts[int(at[1])] if at is not None else None
    return part.source.text.strip(" .,;") if isinstance(part, Formula) else text


__all__ = ["emissions_told"]
