"""Formulas in plain text within a sentence that has no others: "denote by δ the gradient ∂L/∂h_t"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_INDEX = r"(?:_(?:\{[^{}\s]*\}|[A-Za-z\d]+))"
_NAME = rf"(?:\\(?:tilde|hat|bar)\s*\{{?[A-Za-z]\}}?{_INDEX}?|[A-Za-z]{_INDEX}|[α-ωΑ-Ω]{_INDEX}?)"
_FORMULA = re.compile(rf"(?<![\w\\$])(?:∂\s*[A-Za-z]\s*/\s*∂\s*(?:{_NAME}|[A-Za-z])|{_NAME})(?![\w^(=])")
_TELLS = re.compile(r"∂\s*[A-Za-z]\s*/\s*∂|\bpre-?\s?activations?\b", re.IGNORECASE)


def with_plain_formulas(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences that tell of derivatives or of pre-activations in words alone, with their symbols as formulas."""
    return tuple(_told(item) if isinstance(item, Sentence) else item for item in items)


def _told(sentence: Sentence) -> Sentence:
    if not all(isinstance(part, Prose) for part in sentence.parts) or not _TELLS.search(sentence.template):
        return sentence
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        done = 0
        for found in _FORMULA.finditer(part.source.text):
            parts += [Prose(part.source.cut(done, found.start())), Formula(part.source.cut(*found.span()), False)]
            done = found.end()
        parts.append(Prose(part.source.cut(done)))
    shown = tuple(part for part in parts if isinstance(part, Formula) or part.source.text)
    return replace(sentence, parts=shown)


__all__ = ["with_plain_formulas"]
