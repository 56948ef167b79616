"""w_0 beside w^T x: the bias is a number of its own, and no entry of the vector w, whose entries count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_SYMBOL = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])"
_TURNED = r"\s*\^\s*(?:\{\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?)\s*\}|\\top|\\intercal|T)"
_AFFINE = re.compile(  # w^T x + w_0, w_0 + w^T x
    rf"(?P<w>{_SYMBOL}){_TURNED}\s*{_SYMBOL}(?:_\{{?\w\}}?)?\s*\+\s*(?P<zero>{_SYMBOL})\s*_\s*\{{?\s*0\s*\}}?|"
    rf"(?P<before>{_SYMBOL})\s*_\s*\{{?\s*0\s*\}}?\s*\+\s*(?P<v>{_SYMBOL}){_TURNED}"
)


def with_biases_apart(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with another name for such a w_0, where w is taken from no index 0 on."""
    texts = list(_texts(items))
    named = {name for text in texts for name in _biases(text)}
    for name in sorted(named):
        listed = rf"{re.escape(name)}_\{{?0\}}?\s*,\s*{re.escape(name)}_\{{?1|x_\{{?0\}}?\s*=\s*1"
        if not any(re.search(listed, text) for text in texts):
            items = tuple(_renamed(item, name) if isinstance(item, Sentence) else item for item in items)
    return items


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _biases(text: str) -> Iterator[str]:
    """The letters of biases: w of w^T x + w_0, also where it is \\mathbf w that is turned."""
    for found in _AFFINE.finditer(text):
        turned, zero = found["w"] or found["v"], found["zero"] or found["before"]
        if _letter(turned) == _letter(zero):
            yield zero


def _letter(symbol: str) -> str:
    return re.sub(r"\\(?:mathbf|boldsymbol|bm|vec)|[\s{}]", "", symbol)


def _renamed(sentence: Sentence, name: str) -> Sentence:
    zero = re.compile(rf"(?<![A-Za-z\\{{]){re.escape(name)}\s*_\s*(?:\{{\s*0\s*\}}|0(?!\d))")
    own = rf"b_{{\text{{{_letter(name).strip(chr(92))}}}}}"
    parts = []
    for part in sentence.parts:
        if isinstance(part, Formula) and zero.search(part.source.text):
            part = replace(part, source=part.source.replaced(zero, lambda _: own), written=part.written or part.source)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_biases_apart"]
