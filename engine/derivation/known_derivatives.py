"""Derivatives of well known functions as pages recall them: "\\tanh' = 1 - \\tanh^2", "\\tanh'(a) = 1 - \\tanh^2(a)".

What they are of stands for any number: it gets a letter of its own, where it has none, or where a_t is something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_F = r"\\(?:tanh|sigma|sin|cos|exp)(?![A-Za-z])"
_PRIME = r"\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)"
_AT = re.compile(rf"\s*&?\s*(?P<f>{_F}){_PRIME}\s*\(\s*(?P<x>[a-z])\s*\)\s*&?\s*")
_ALONE = re.compile(rf"\s*&?\s*(?P<f>{_F}){_PRIME}\s*&?\s*")
_SIGNS = re.compile(rf"(?:{_F}|\\(?:frac|cdot|left|right|,)(?![A-Za-z])|[\d\s+\-*/(){{}}^.,;'&])*")
_APPLIED = re.compile(rf"(?P<f>{_F})(?P<mark>{_PRIME}|\s*\^\s*(?:\d|\{{\s*\d\s*\}}))?")
_SIGMOID = re.compile(r"\\sigma\s*(?:\\left)?\(\s*(?:\\[a-z]+\s*)?[A-Za-z]\w*\s*(?:[_^]|(?:\\right)?\))")  # \sigma(a_t)
_LETTERS = "uvrqsxz"


def with_known_derivatives(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such equations at a letter that is nothing else on the page."""
    found = tuple(items)
    texts = [p.source.text for i in found if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    free = next((x for x in _LETTERS if not any(re.search(rf"(?<![A-Za-z\\]){x}(?![A-Za-z])", t) for t in texts)), "")
    if not free:
        return found
    return tuple(_told(item, texts, free) if isinstance(item, Sentence) else item for item in found)


def _told(sentence: Sentence, texts: Sequence[str], free: str) -> Sentence:
    parts = (_changed(part, texts, free) if isinstance(part, Formula) else part for part in sentence.parts)
    return replace(sentence, parts=tuple(parts))


def _changed(part: Formula, texts: Sequence[str], free: str) -> Formula:
    said = statements_of(part.source)
    source = _at_letter(part.source, said[0], texts, free) if len(said) == 1 else None
    return part if source is None else replace(part, source=source, written=part.written or part.source)


def _at_letter(source: Source, said: Statement, texts: Sequence[str], free: str) -> Source | None:
    """The formula at the free letter; None if it is none of these."""
    left, right = said.sides[0].text, " ".join(side.text for side in said.sides[1:])
    if set(said.relations) != {"="}:
        return None
    at, alone = _AT.fullmatch(left), _ALONE.fullmatch(left)
    if alone is not None and _SIGNS.fullmatch(right) and alone["f"] in right and _is_function(alone["f"], texts):
        return source.replaced(_APPLIED, lambda m: f"{m['f']}{m['mark'] or ''}({free})")
    if at is None or not any(re.search(rf"(?<![A-Za-z\\]){at['x']}\s*_", text) for text in texts):
        return None
    letter = re.compile(rf"(?<![A-Za-z\\]){at['x']}(?![A-Za-z])")
    if not _SIGNS.fullmatch(letter.sub(" ", right)) or re.search(rf"(?<![A-Za-z\\]){at['x']}\s*_", source.text):
        return None
    return source.replaced(letter, lambda _: free)


def _is_function(name: str, texts: Sequence[str]) -> bool:
    """Whether a sign is a function: a sigma may be a standard deviation, unless it is taken at something elsewhere."""
    return name != r"\sigma" or any(map(_SIGMOID.search, texts))


__all__ = ["with_known_derivatives"]
