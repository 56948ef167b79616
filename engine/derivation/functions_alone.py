"""Derivatives of a function that stands by itself, d\\sigma/da beside \\sigma(a): of \\sigma(a).

The letter of such a formula stands for any number, also where a page calls a_n something else: there it gets another.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_NAME = r"(?:\\(?:sigma|tanh)(?![A-Za-z])|\\operatorname\s*\{\s*\w+\s*\}|\\mathrm\s*\{\s*\w{3,}\s*\})"
_D = r"(?:d|\\mathrm\s*\{\s*d\s*\}|\\partial)"
_DERIVED = re.compile(
    rf"\\[dt]?frac\s*\{{\s*{_D}\s*(?P<f>{_NAME})\s*\}}\s*\{{\s*{_D}\s*(?P<x>[a-z])\s*\}}(?!\s*(?:\\left)?[(\[])"
)
_LETTERS = "uvrsxz"


def with_functions_alone(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with d\\sigma(a)/da for d\\sigma/da."""
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    if not any(map(_DERIVED.search, texts)):
        return items
    return tuple(_told(item, texts) if isinstance(item, Sentence) else item for item in items)


def _told(sentence: Sentence, texts: list[str]) -> Sentence:
    parts = tuple(
        replace(part, source=_at_letter(part.source, texts), written=part.written or part.source)
        if isinstance(part, Formula) and _speaks(part.source.text, texts) else part
        for part in sentence.parts
    )  # fmt: skip
    return replace(sentence, parts=parts)


def _speaks(text: str, texts: list[str]) -> bool:
    """Whether a formula begins with such a derivative of a function: \\sigma(a) stands somewhere."""
    found = _DERIVED.match(text.lstrip(" \n&"))
    if found is None:
        return False
    called = re.compile(rf"{re.escape(found['f'])}\s*(?:\\left)?\(\s*{found['x']}\s*(?:\\right)?\)")
    return any(map(called.search, texts))


def _at_letter(source: Source, texts: list[str]) -> Source:
    """The formula with the function at its letter, which is a new one where a_n is something on the page."""
    found = _DERIVED.search(source.text)
    assert found is not None
    letter = found["x"]
    alone = re.compile(rf"(?<![A-Za-z\\_]){letter}(?![A-Za-z_])")
    indexed = re.compile(rf"(?<![A-Za-z\\]){letter}\s*_")
    free = next((x for x in _LETTERS if not any(re.search(rf"(?<![A-Za-z\\]){x}(?![A-Za-z])", t) for t in texts)), "")
    change = bool(free) and any(map(indexed.search, texts)) and not indexed.search(source.text)
    new = free if change else letter
    whole = source.replaced(_DERIVED, lambda m: rf"\frac{{d {m['f']}({m['x']})}}{{d {m['x']}}}")
    return whole.replaced(alone, lambda _: new) if change else whole


__all__ = ["with_functions_alone"]
