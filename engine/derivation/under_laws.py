"""Laws that words name for the means behind them: "Under $q$ we have" and E[(z - m)^2], where q(z) stands elsewhere.

The means of that sentence are those of z under q; so are those that are written E_q, where q is given as a law alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence, words_of

_UNDER = re.compile(
    r"\b(?:under|with\s+respect\s+to|w\.r\.t\.?)\s+(?:the\s+(?:law|distribution|density)\s+)?⟦(\d+)⟧", re.IGNORECASE
)
_LAW = re.compile(
    r"\s*(?P<law>[a-z])\s*(?:=|:=)\s*(?:\\mathcal\s*\{?\s*N|\\mathrm\s*\{|\\text\s*\{|\\operatorname\s*\{|N\s*\().*",
    re.DOTALL,
)
_MOMENT = (
    r"(?P<mean>(?:\\mathbb\s*\{{?\s*E\s*\}}?|(?<![A-Za-z\\])E)|\\(?:mathrm|text|operatorname)\s*\{{\s*Var\s*\}})\s*{0}"
    r"(?=\s*(?:\\left)?[\[(])"
)
_AT = r"(?<![A-Za-z\\]){0}\s*(?:\\left)?\(\s*([a-z])\s*(?:\\right)?\)"


def with_means_under_laws(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, such means as \\mathbb{E}_{z \\sim q}[...]."""
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    for law in {said["law"] for text in texts if (said := _LAW.fullmatch(text))}:
        letter = _letter(texts, law)
        if letter is not None:
            items = tuple(_told(item, items[k - 1] if k else None, law, letter) for k, item in enumerate(items))
    return items


def _letter(texts: Sequence[str], law: str) -> str | None:
    """What the law is of: the letter that it is always taken at."""
    found = {letter for text in texts for letter in re.findall(_AT.format(law), text)}
    return found.pop() if len(found) == 1 else None


def _told(sentence: Item, before: Item | None, law: str, letter: str) -> Item:
    if not isinstance(sentence, Sentence):
        return sentence
    goes_on = isinstance(before, Sentence) and not before.shown and re.search(r"\w", words_of(sentence)) is None
    named = _named(sentence) | (_named(before) if goes_on and isinstance(before, Sentence) else set())
    below = rf"_\s*(?:\{{\s*{law}\s*\}}|{law}(?![A-Za-z]))"
    pattern = re.compile(_MOMENT.format(f"(?:{below})?" if named == {law} else below))
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        put = part.source.replaced(pattern, lambda said: f"{said['mean']}_{{{letter} \\sim {law}}}")
        if isinstance(part, Formula) and put is not part.source:
            part = replace(part, source=put, written=part.written or part.source)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))


def _named(sentence: Sentence) -> set[str]:
    return {sentence.parts[int(said[1])].source.text.strip() for said in _UNDER.finditer(sentence.template)}


__all__ = ["with_means_under_laws"]
