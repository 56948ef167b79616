"""Sentences that say what a known symbol is made of, in symbols of which no equation spoke before: "The scores are
s = K q with K \\in R^{n x m}", behind s \\in R^n. Such an equation cannot be worked out: it is said, as behind "Let".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_IS = re.compile(
    r"[\W_]*(?:the|its|our|these|here|here\s+the)\s+(?!(?:answer|result|claim|optimum|minimum|maximum|estimate|solution)s?\b)"
    r"(?:[a-z-]+\s+){1,3}(?:is|are)\s+(?:(?:given|computed|obtained|formed)\s+(?:by|as|from)\s+)?(?=⟦(?P<at>\d+)⟧)",
    re.IGNORECASE,
)
_EQUATION = re.compile(r"\s*(?P<left>(?P<name>[A-Za-z]|\\[a-z]+))\s*=(?P<right>[^=<>]+)")
_LETTER = re.compile(
    r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|\\(?:alpha|beta|gamma|theta|lambda|mu|phi|psi|omega)(?![a-z])"
)
_WORDS = re.compile(r"\\(?:mathrm|operatorname|text|mathbb|begin|end)\s*\{[^{}]*\}")
_LIES = re.compile(r"\\in(?![a-z])|∈")


def with_made_of_new(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with "Let" for the words that lead to such an equation."""
    found: list[Item] = []
    seen: set[str] = set()
    lies: set[str] = set()
    for item in items:
        if not isinstance(item, Sentence):
            found.append(item)
            continue
        found.append(_told(item, seen, lies))
        for part in item.parts:
            if isinstance(part, Formula):
                lies |= _letters(_LIES.split(part.source.text)[0]) if _LIES.search(part.source.text) else set()
                seen |= _letters(part.source.text) if "=" in part.source.text or part.display else set()
    return tuple(found)


def _told(sentence: Sentence, seen: set[str], lies: set[str]) -> Sentence:
    said = None if sentence.declares else _IS.match(sentence.template)
    if said is None:
        return sentence
    at = int(said["at"])
    equation = sentence.parts[at]
    told = _EQUATION.fullmatch(equation.source.text) if isinstance(equation, Formula) and not equation.display else None
    if told is None or told["name"] not in lies or not _letters(told["right"]) - seen:
        return sentence
    lead = Prose(written_at("Let ", equation.source.place(0)))
    return replace(sentence, parts=(lead, *sentence.parts[at:]), declares=True)


def _letters(text: str) -> set[str]:
    return set(_LETTER.findall(_WORDS.sub(" ", text)))


__all__ = ["with_made_of_new"]
