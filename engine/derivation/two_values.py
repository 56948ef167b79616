"""Variables of two values in words: "m_i = 1 with probability p, otherwise 0" is m_i ~ Bernoulli(p)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_SAID = re.compile(
    r"⟦(?P<value>\d+)⟧\s*,?\s*(?:with|w\.\s?p\.)\s*(?:probability\s*)?⟦(?P<chance>\d+)⟧\s*"
    r"(?:,?\s*(?:and|or|but|otherwise|else|is|it|equals?|=)*\s*⟦(?P<other>\d+)⟧(?:\s*(?:otherwise|else)|"
    r"\s*(?:with|w\.\s?p\.)\s*(?:probability\s*)?⟦(?P<rest>\d+)⟧)?)?",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?P<name>[^=<>]+)=\s*1\s*")
_ZERO = re.compile(r"(?:[^=<>]*=\s*)?0\s*")


_BY_CASE = re.compile(
    r"⟦(?P<first>\d+)⟧\s*,?\s*(?:if|when|whenever|where|for)\b(?P<why>[^.;]*?)[,;]?\s*(?:\b(?:and|but|or|while)\s*)?⟦(?P<other>\d+)⟧"
    r"\s*,?\s*(?:otherwise|else|elsewhere|if\s+not|for\s+(?:all\s+)?others?)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(r"(?P<name>[^=<>]+?)\s*=\s*(?P<value>[-+]?\d+)\s*")
_OTHER = re.compile(r"(?:(?P<name>[^=<>]+?)\s*=\s*)?(?P<value>[-+]?\d+)\s*")


def with_two_values(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with the law as a formula, where the other value is 0 or not said; and A_uv in {0, 1} where words
    say when it is which: "A_uv = 1 if v hears of u, and A_uv = 0 otherwise"."""
    return tuple(_said(_by_case(item)) if isinstance(item, Sentence) else item for item in items)


def _by_case(sentence: Sentence) -> Sentence:
    parts = list(sentence.parts)
    for said in _BY_CASE.finditer(sentence.template):
        first, other = parts[int(said["first"])], parts[int(said["other"])]
        one, two = _GIVES.fullmatch(first.source.text), _OTHER.fullmatch(other.source.text)
        why = (parts[int(place)].source.text for place in re.findall(r"⟦(\d+)⟧", said["why"]))
        related = any(re.search(r"[=<>≤≥≠∈∉]|\\(?:in|ni|notin|n?eq?|leq?|geq?|sim)(?![A-Za-z])", text) for text in why)
        if one is None or two is None or related or not isinstance(first, Formula):
            continue
        if two["name"] is not None and two["name"].strip() != one["name"].strip():
            continue
        name, at = first.source.cut(*one.span("name")), first.source.place(0)
        within = written_at(rf" \in \{{{one['value']}, {two['value']}\}}", at)
        parts[int(said["first"])] = replace(first, source=joined([name, within]))
        parts[int(said["other"])] = Prose(written_at(" ", other.source.place(0)))
    return replace(sentence, parts=tuple(parts))


def _said(sentence: Sentence) -> Sentence:
    parts = list(sentence.parts)
    for said in _SAID.finditer(sentence.template):
        places = {kind: int(place) for kind, place in said.groupdict().items() if place is not None}
        value, chance = parts[places["value"]], parts[places["chance"]]
        other = parts[places["other"]] if "other" in places else None
        one = _ONE.fullmatch(value.source.text)
        if (
            one is None
            or (other is not None and not _ZERO.fullmatch(other.source.text))
            or re.search(r"[=<>]", chance.source.text)
        ):
            continue
        assert isinstance(value, Formula)
        at = value.source.place(0)
        name = value.source.cut(0, len(one["name"]))
        law = joined([name, written_at(" \\sim \\operatorname{Bernoulli}(", at), chance.source, written_at(")", at)])
        parts[places["value"]] = replace(value, source=law)
        for kind in places.keys() - {"value"}:
            gone = parts[places[kind]].source
            parts[places[kind]] = Prose(written_at(" ", gone.place(0)))
    return replace(sentence, parts=tuple(parts))
