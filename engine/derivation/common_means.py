"""E[g] of a page that speaks of g_1, g_2, ... only: the mean that they have in common, a symbol of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_E = r"(?:\\mathbb\s*\{?\s*E\s*\}?|\\(?:operatorname|mathrm)\s*\{\s*E\s*\}|(?<![A-Za-z\\])E(?![A-Za-z_]))"
_SIZES = r"(?:\\left|\\[bB]igg?l?)?"
_SQUARE = r"(?:\s*\^\s*\{?\s*2\s*\}?)?"
_MEAN = re.compile(rf"{_E}\s*{_SIZES}[\[(]\s*(?P<of>[a-z]{_SQUARE})\s*(?:\\right|\\[bB]igg?r?)?[\])]")
_SAME = re.compile(
    r"\b(?:identically\s+distributed|i\.?\s?i\.?\s?d\.?(?![A-Za-z])|same\s+(?:distribution|law))", re.IGNORECASE
)
_ENERGY = re.compile(r"\benerg(?:y|ies)\b", re.IGNORECASE)
_ALIKE = re.compile(
    r"\b(?:identically\s+distributed|stationary|i\.?\s?i\.?\s?d\.?|(?:the\s+)?same\s+(?:distribution|law|mean|expectation))"
    r"[^.;⟦]*?(?:(?:with|and)\s+)?(?:the\s+)?(?:common\s+)?(?:mean\s+|expectation\s+)?⟦(\d+)⟧",
    re.IGNORECASE,
)


def with_common_means(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with a symbol for each such mean, and with whose mean it is where words say so without a symbol."""
    found = tuple(items)
    if any(isinstance(item, Sentence) and _ENERGY.search(item.template) for item in found):
        return found  # E(s) is the energy of s
    texts = list(_texts(found))
    alike = any(isinstance(item, Sentence) and _SAME.search(item.template) for item in found)
    for letter in dict.fromkeys(m["of"][0] for text in texts for m in _MEAN.finditer(text)):
        pattern = _MEAN.pattern if alike else _MEAN.pattern.replace(_SQUARE, "")
        means = re.compile(pattern.replace("[a-z]", letter, 1))
        alone = re.compile(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z_])")
        indexed = next(
            (m[0] for text in texts for m in re.finditer(rf"(?<![A-Za-z\\]){letter}_\{{?[a-z]\}}?", text)), ""
        )
        if not indexed or any(alone.search(means.sub("", text)) for text in texts):
            continue
        found = tuple(other for item in found for other in _heard(item, means, indexed))
    return found


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _symbol(match: re.Match[str]) -> str:
    """The symbol of E[g]; E[g^2] is that of the first."""
    letter = match["of"][0]
    return rf"\bar {{{letter}}}" if len(match["of"]) == 1 else rf"\mathbb{{E}}[{letter}_1^2]"


def _heard(item: Item, means: re.Pattern[str], indexed: str) -> list[Item]:
    """The sentence with the symbols, behind one that says whose mean it is."""
    if not isinstance(item, Sentence):
        return [item]
    said = _ALIKE.search(item.template)
    part = item.parts[int(said[1])] if said is not None else None
    own = any(indexed in p.source.text for p in item.parts if isinstance(p, Formula))
    changed = replace(item, parts=tuple(
        replace(p, source=p.source.replaced(means, _symbol), written=p.written or p.source)
        if isinstance(p, Formula) and means.search(p.source.text) else p for p in item.parts
    ))  # fmt: skip
    whole = means.fullmatch(part.source.text.strip()) if isinstance(part, Formula) else None
    if part is None or own or whole is None or len(whole["of"]) > 1:
        return [changed]
    place = part.source.place(0)
    told = Sentence((
        Prose(written_at("Here ", place)), Formula(written_at(indexed, place), False),
        Prose(written_at(" are identically distributed with mean ", place)),
        Formula(written_at(_symbol(whole), place), False), Prose(written_at(".", place)),
    ), False, item.section)  # fmt: skip
    words = re.compile(
        r"\b(?:identically\s+distributed|stationary|i\.?\s?i\.?\s?d\.?|mean|expectation)(?![A-Za-z])", re.I
    )
    parts = [replace(p, source=p.source.without(words)) if isinstance(p, Prose) else p for p in changed.parts]
    return [told, replace(changed, parts=tuple(parts))]


__all__ = ["with_common_means"]
