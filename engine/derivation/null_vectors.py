"""Eigenvectors in numbers: "from (S - 6I)u = 0 we get u = (2, 1)" claims that (S - 6I)(2, 1) = 0; others do it too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_FROM = re.compile(r"\b(?:from|solving|solve|by|for|since|because|as)\s+⟦(?P<at>\d+)⟧", re.IGNORECASE)
_NULL = re.compile(
    r"\s*(?P<matrix>\([^()]*[-+][^()]*\))\s*(?P<u>\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*\w\s*\}?|[A-Za-z](?:_\{?\d\}?)?)\s*=\s*"
    r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?\s*0\s*\}?\s*"
)
_VECTOR = re.compile(
    r"\s*&?\s*(?:\\[dt]?frac\s*(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\d)\s*(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\d)|\d+)?\s*"
    r"(?:\\begin\{[bp]?matrix\}[-+\d\s./\\]*\\end\{[bp]?matrix\}|\([-+\d./]+(?:\s*,\s*[-+\d./]+)+\)(?:\s*\^\s*\{?\s*(?:\\top|T)\s*\}?)?)\s*"
)


def is_null(text: str) -> bool:
    """Whether a formula says that a matrix takes a vector to zero: (S - 6I) u = 0."""
    said = _NULL.fullmatch(text.strip(" .,;"))
    return said is not None and re.search(r"[A-Z]", said["matrix"]) is not None


def with_null_vectors(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with what such a vector is claimed to solve, in place of what it is called."""
    found: list[Item] = []
    before = None
    for item in items:
        null = (_null(item) or before) if isinstance(item, Sentence) else None
        found.append(_claimed(item, null) if isinstance(item, Sentence) and null is not None else item)
        before = null if isinstance(item, Sentence) and not _shows(item) else None
    return tuple(found)


def _null(sentence: Sentence) -> re.Match[str] | None:
    """The (S - 6I) u = 0 that a sentence goes on from."""
    said = _FROM.search(sentence.template)
    return _NULL.fullmatch(sentence.parts[int(said["at"])].source.text.strip(" .,;")) if said is not None else None


def _shows(sentence: Sentence) -> bool:
    return any(isinstance(part, Formula) and part.display for part in sentence.parts)


def _claimed(sentence: Sentence, null: re.Match[str]) -> Sentence:
    last = sentence.parts[-1]
    if not isinstance(last, Formula) or not last.display:
        return sentence
    one = statements_of(last.source)
    if len(one) != 1 or one[0].relations != ("=",) or one[0].sides[0].text.strip(" &") != null["u"].strip():
        return sentence
    value = one[0].sides[1]
    if not _VECTOR.fullmatch(value.text.rstrip(" .,;")):
        return sentence
    place = value.place(0)
    value = value.cut(0, len(value.text.rstrip(" .,;\n")))
    size = 1 + max(value.text.count("\\\\"), value.text.count(","))
    zeros = r"\begin{pmatrix}" + r" \\ ".join(["0"] * size) + r"\end{pmatrix}"
    text = joined([written_at(rf"{null['matrix']} \left(", place), value, written_at(rf"\right) = {zeros}", place)])
    return replace(
        sentence, parts=(*sentence.parts[:-1], replace(last, source=text, written=last.written or last.source))
    )


__all__ = ["is_null", "with_null_vectors"]
