"""Gaussians by a plain letter or a word: p = N(m, s^2), \\mathrm{Normal}(0, 1), q(z) = N(z; m, V)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_NAME = re.compile(
    r"(?<![A-Za-z\\{_^])(?<!mathcal )"
    r"(?:\\(?:mathrm|text|textrm|operatorname|mathsf)\s*\{\s*(?:N|Normal|Gaussian|Gauss)\s*\}|"
    r"Normal|Gaussian|N)\s*(?=(?:\\left|\\[bB]igg?l?)?\s*\()"
)
_FUNCTION = re.compile(r"\s*N\s*\([^()]*\)\s*(?::?=|\\(?:equiv|triangleq))")


def with_normal_letters(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with \\mathcal{N} for them, where the page has no function N of its own."""
    items = tuple(items)
    texts = [p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    if any(_FUNCTION.match(text) for text in texts) or not any(_NAME.search(text) for text in texts):
        return items
    return tuple(_changed(item) if isinstance(item, Sentence) else item for item in items)


def _changed(sentence: Sentence) -> Sentence:
    parts = tuple(
        replace(part, source=part.source.replaced(_NAME, _as_law)) if isinstance(part, Formula) else part
        for part in sentence.parts
    )
    return replace(sentence, parts=parts)


def _as_law(match: re.Match[str]) -> str:
    """A mean and a variance, or a place in front of them; N(n + 1) is a product."""
    return r"\mathcal{N}" if _arguments(match.string, match.end()) in {2, 3} else match[0]


def _arguments(text: str, start: int) -> int:
    """How many arguments stand in the brackets that open behind `start`; 0 where these do not close."""
    depth, found = 0, 1
    for sign in text[text.index("(", start) :]:
        depth += (sign in "([{") - (sign in ")]}")
        found += depth == 1 and sign in ",;|"
        if depth == 0:
            return found
    return 0
