"""Weights that stand beside a matrix and beside its rows, X w and w^T x_i: they are as long as X is wide, where nothing
says how long they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SIZE = r"(?P<rows>\w)\s*(?:\\times|×)\s*(?P<columns>\w)"
_LIES = re.compile(
    rf"\s*(?P<name>[A-Z])\s*(?:\\in|∈)\s*\\mathbb\s*\{{?\s*R\s*\}}?\s*\^\s*\{{\s*{_SIZE}\s*\}}\s*[.,;]?\s*"
)
_IS = re.compile(
    r"⟦(?P<name>\d+)⟧\s+(?:be|is|denotes?)\s+(?:an?|the)\s+(?:real\s+)?⟦(?P<size>\d+)⟧[\s-]*(?:data\s+)?matrix", re.I
)
_ROWS = re.compile(r"\brows?\b", re.IGNORECASE)
_TURN = r"\s*\^\s*\{?\s*(?:\\top|\\intercal|T)(?![A-Za-z])\s*\}?\s*"
_WEIGHTS = re.compile(
    rf"(?<![A-Za-z\\])(?:(?P<w>[a-z]|\\(?:beta|theta)){_TURN}(?P<x>[a-z])\s*_\s*\{{?\s*(?P<i>[a-z])\b|"
    rf"(?P<x2>[a-z])\s*_\s*\{{?\s*(?P<i2>[a-z])\s*\}}?{_TURN}(?P<w2>[a-z]|\\(?:beta|theta))(?![A-Za-z_]))"
)


def with_weights_of_rows(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind how long such weights are."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    texts = [part.source.text for s in sentences for part in s.parts if isinstance(part, Formula)]
    if not any(_ROWS.search(sentence.template) for sentence in sentences):
        return items
    names = {said["w"] or said["w2"] for text in texts for said in _WEIGHTS.finditer(text)}
    lets = [
        rf"{name} \in \mathbb{{R}}^{{{width}}}"
        for name in sorted(names)
        for matrix, width in _sized(sentences).items()
        if _beside(matrix, name, texts) and not _is_said(name, texts)
    ]
    place = sentences[0].parts[0].source.place(0)
    said = (
        Sentence((Prose(written_at("Let ", place)), Formula(written_at(let, place), False)), True) for let in lets[:1]
    )
    return (*said, *items)


def _sized(sentences: Sequence[Sentence]) -> dict[str, str]:
    """How wide matrices are that a page declares with their size."""
    found: dict[str, str] = {}
    for sentence in sentences:
        for part in sentence.parts:
            lies = _LIES.fullmatch(part.source.text) if isinstance(part, Formula) else None
            found.update({lies["name"]: lies["columns"]} if lies else {})
        for said in _IS.finditer(sentence.template):
            size = re.fullmatch(rf"\s*{_SIZE}\s*", sentence.parts[int(said["size"])].source.text)
            found.update({sentence.parts[int(said["name"])].source.text.strip(): size["columns"]} if size else {})
    return found


def _beside(matrix: str, name: str, texts: Sequence[str]) -> bool:
    product = re.compile(rf"(?<![A-Za-z\\]){re.escape(matrix)}\s*{re.escape(name)}(?![A-Za-z_])")
    return any(map(product.search, texts))


def _is_said(name: str, texts: Sequence[str]) -> bool:
    """Whether a formula says where a symbol lies, what it is made of, or counts it: w_j, w^{(t)}."""
    escaped = re.escape(name)
    said = re.compile(
        rf"(?<![A-Za-z\\]){escaped}\s*(?:_|\^\s*\{{?\s*\()|^[^=<>]*(?<![A-Za-z\\]){escaped}(?![A-Za-z])[^=<>]*(?:\\in(?![a-z])|∈)"
    )
    return any(map(said.search, texts))


__all__ = ["with_weights_of_rows"]
