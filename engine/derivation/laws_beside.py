"""Laws that stand beside what they are of, without a sign: "x_1, ..., x_n i.i.d. \\mathcal N(\\mu, \\sigma^2)"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_IID = r"(?:i\.\s?i\.\s?d\.|iid|independent(?:ly)?(?:\s+and\s+identically)?)"
_BESIDE = re.compile(
    rf"\s*,?\s*(?:(?:are|be|is|drawn|sampled)\s+)*{_IID}\s*(?:(?:drawn|sampled|samples?|draws?|distributed|observations|random|"
    r"variables)\s+)*(?:from|as|according\s+to|with\s+law)?\s*(?:an?\s+|the\s+)?",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"\s*(?:\\(?:mathcal|mathrm|operatorname|text)\s*\{?\s*)?(?:N|U|Bernoulli|Bern|Ber|Uniform|Normal|Poisson|Exp)\s*\}?\s*"
    r"(?:\\left|\\[bB]igg?l?)?\(.+\)\s*[.,;]?\s*"
)
_SYMBOLS = re.compile(r"[^=<>~∼\\]*(?:\\(?!sim|in|le|ge|neq?)[a-z]+[^=<>~∼\\]*)*")


def with_laws_beside(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with the sign between both."""
    return tuple(_signed(item) if isinstance(item, Sentence) else item for item in items)


def _signed(sentence: Sentence) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        of, words = (parts[-2], parts[-1]) if len(parts) > 1 else (None, None)
        beside = isinstance(words, Prose) and _BESIDE.fullmatch(words.source.text) is not None
        plain = all(isinstance(p, Formula) and not p.display for p in (of, part))
        if not beside or not plain or not isinstance(of, Formula) or not isinstance(part, Formula):
            parts.append(part)
            continue
        if not _LAW.fullmatch(part.source.text) or not _SYMBOLS.fullmatch(of.source.text):
            parts.append(part)
            continue
        at = part.source.place(0)
        law = Formula(joined([of.source, written_at(r" \sim ", at), part.source]), False)
        parts[-2:] = [law, Prose(written_at(" i.i.d. ", part.source.end))]
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_laws_beside"]
