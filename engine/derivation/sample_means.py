"""Sample means that words tell: "$\\bar x$ is the mean of $n$ i.i.d. observations with mean $m$ and variance $v$" says
that it is random, with mean m and variance v/n."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_ALIKE = r"(?:i\.\s?i\.\s?d\.|iid|independent(?:,?\s+(?:and\s+)?identically\s+distributed)?)"
_SAMPLES = r"(?:observations?|samples?|draws?|measurements?|copies|variables|data(?:\s+points)?|values|numbers|results)"
_MOMENTS = (
    r"(?:with|having|of|from\s+an?\s+(?:distribution|law|population)\s+with)\s+(?:common\s+)?"
    r"(?:mean|expectation)\s+⟦(?P<mean>\d+)⟧\s*(?:,|and)\s*(?:and\s+)?(?:common\s+)?(?P<kind>variance)\s+⟦(?P<variance>\d+)⟧"
)
_SAID = re.compile(
    rf"⟦(?P<of>\d+)⟧\s*(?:is|be|denotes?|,|as|for)?\s*(?:the\s+)?(?:(?:sample|arithmetic|empirical)\s+)?(?:mean|average)\s+"
    rf"(?:of|over)\s+⟦(?P<number>\d+)⟧\s+{_ALIKE}\s+(?:random\s+|real\s+)?{_SAMPLES},?\s+(?:each\s+)?{_MOMENTS}",
    re.IGNORECASE,
)
_BOUND = re.compile(r"\\(?:neq?|lt|gt|leq?|geq?)(?![a-z])|[≠<>≤≥]")


def with_sample_means(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with the moments of the mean in place of those of what it is the mean of."""
    return tuple(_told(item) if isinstance(item, Sentence) else item for item in items)


def _told(sentence: Sentence) -> Sentence:
    said = _SAID.search(sentence.template)
    if said is None:
        return sentence
    places = {name: int(said[name]) for name in ("of", "number", "mean", "variance")}
    parts = {name: sentence.parts[place] for name, place in places.items()}
    if any(not isinstance(part, Formula) or part.display for part in parts.values()):
        return sentence
    mean, variance = (_value(parts[name].source.text) for name in ("mean", "variance"))
    start = parts["mean"].source.place(0)
    over = [written_at(rf"\frac{{{variance}}}{{", start), parts["number"].source, written_at("}", start)]
    told: list[Prose | Formula] = [
        Prose(written_at(" is random with mean ", start)), Formula(written_at(mean, start), False),
        Prose(written_at(" and variance ", start)), Formula(joined(over), False),
    ]  # fmt: skip
    kept = (*sentence.parts[: places["of"] + 1], *told, *sentence.parts[places["variance"] + 1 :])
    return replace(sentence, parts=kept)


def _value(text: str) -> str:
    """The m of m \\ne 0."""
    return _BOUND.split(text)[0].strip()


__all__ = ["with_sample_means"]
