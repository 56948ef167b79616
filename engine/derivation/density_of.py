"""Densities that words give: "let p be the density of N(0, 1)" is let p = N(0, 1), and "x a random variable with
density N(0, 1)" is x ~ N(0, 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_DENSITY = r"(?:probability\s+)?(?:densit(?:y|ies)|pdfs?|p\.d\.f\.|laws?|distributions?)(?:\s+functions?)?"
_IS = r"\s*,?\s*(?:be|is|are|denotes?|stands?\s+for|for|as|being)?\s*(?:the\s+)?"
_OF = re.compile(rf"⟦(\d+)⟧{_IS}(?:{_DENSITY}|that|the\s+one)\s+of\s+(?:an?\s+|the\s+)?⟦(\d+)⟧", re.IGNORECASE)
_OF_BOTH = re.compile(
    rf"⟦(\d+)⟧\s*(?:,|and|&)\s*⟦(\d+)⟧{_IS}{_DENSITY}\s+of\s+⟦(\d+)⟧\s*(?:,|and|&)\s*⟦(\d+)⟧", re.IGNORECASE
)
_DRAWN = re.compile(  # x a random variable with density p = N(0, 1)
    rf"⟦(\d+)⟧\s*,?\s*(?:be|is|denotes?|being)?\s*(?:an?\s+|the\s+)?(?:real(?:-valued)?\s+|continuous\s+|scalar\s+)*"
    rf"(?:random\s+(?:variable|number|vector)|r\.\s?v\.)\s+(?:with|having|of|whose)\s+(?:the\s+|an?\s+)?{_DENSITY}\s*"
    r"(?:is|given\s+by|equal\s+to)?\s*⟦(\d+)⟧",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s*(?P<name>\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*(?:\(\s*\\?[A-Za-z]\s*\))?\s*")
_LAW = re.compile(
    r"\s*(?:\\(?:mathcal|operatorname|mathrm|text)\s*(?:\{\s*\w+\s*\}|[A-Z])|N)\s*(?:\\left|\\[bB]igg?l?)?\(.*\)\s*[.,;]?\s*",
    re.DOTALL,
)


def with_density_of(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with the law as a formula where words say what a density is of."""
    return tuple(_said(item) if isinstance(item, Sentence) else item for item in items)


def _said(sentence: Sentence) -> Sentence:
    parts = list(sentence.parts)
    for name, law in _pairs(sentence.template):
        of, is_ = parts[name], parts[law]
        named = _NAMED.fullmatch(of.source.text)
        if named is None or not _LAW.fullmatch(is_.source.text) or not isinstance(of, Formula):
            continue
        parts[name] = replace(of, source=_equated(of.source.cut(*named.span("name")), is_.source))
        parts[law] = Prose(written_at(" ", is_.source.place(0)))
    for found in _DRAWN.finditer(sentence.template):
        _draw(parts, int(found[1]), int(found[2]))
    return replace(sentence, parts=tuple(parts))


def _draw(parts: list[Prose | Formula], name: int, law: int) -> None:
    """The law as that of a name, without the words between; p = N(0, 1) names the density as well."""
    of, said = parts[name], parts[law].source
    begin = said.text.find("=") + 1
    behind = said.cut(begin)
    if not isinstance(of, Formula) or not _LAW.fullmatch(behind.text):
        return
    parts[name] = replace(of, source=joined([of.source, written_at(r" \sim ", behind.place(0)), behind]))
    for place in range(name + 1, law if begin else law + 1):
        parts[place] = Prose(written_at(" and " if begin else " ", parts[place].source.place(0)))


def _pairs(template: str) -> Iterator[tuple[int, int]]:
    """The places of what is called a density, each with that of the law it is of."""
    for found in _OF_BOTH.finditer(template):
        yield int(found[1]), int(found[3])
        yield int(found[2]), int(found[4])
    for found in _OF.finditer(template):
        yield int(found[1]), int(found[2])


def _equated(name: Source, law: Source) -> Source:
    return joined([name, written_at(" = ", name.place(0)), law])


__all__ = ["with_density_of"]
