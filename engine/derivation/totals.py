"""A sum and its terms under one letter, L = \\sum_t L_t: the terms get a letter of their own, as L is no list.

So does what words call the terms of an E in which something occurs: "let E_k be the sum of all terms of E with s_k".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_LETTER = (  # of losses, errors, costs, risks, energies
    r"(?:\\(?:mathcal|mathrm|mathsf|mathscr)\s*\{\s*[A-Z]\s*\}|\\(?:ell|mathcal\s+[A-Z])(?![A-Za-z])|"
    r"[LJECRFUQ](?![A-Za-z]))"
)
_COUNT = r"(?:[A-Za-z]|\d+|[A-Za-z]\s*[-+]\s*\d)"
_PLACE = rf"(?:_\s*(?:\{{\s*{_COUNT}\s*\}}|[A-Za-z\d])|\^\s*\{{?\s*\(\s*{_COUNT}\s*\)\s*\}}?)"
_BEFORE = (  # 1/n
    r"(?:\\[dt]?frac\s*(?:\{[^{}]*\}\s*\{[^{}]*\}|\d\s*(?:\d|[A-Za-z]|\{[^{}]*\}))|[A-Za-z\d]\s*/\s*[A-Za-z\d]+|"
    r"\\[,;!])?"
)
_OF = r"(?:(?:\\left)?\([^()=]*\)\s*)?"  # J(w)
_TOTAL = re.compile(
    rf"(?:^|[&,;]|\\\\|\\q?quad|\\begin\{{[a-z]+\*?\}})\s*(?P<letter>{_LETTER})\s*{_OF}&?\s*:?=\s*&?\s*{_BEFORE}\s*"
    r"(?:\\(?:textstyle|displaystyle|limits)\s*)?\\sum\s*"
    rf"(?:\\limits)?\s*_\s*(?:\{{\s*(?P<braced>[a-z])[^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*\}}|(?P<one>[a-z]))\s*"
    rf"(?:\^\s*(?:\{{[^{{}}]*\}}|[A-Za-z\d]))?\s*(?:\\[,;!]\s*)*(?P=letter)\s*"
    rf"(?P<place>{_PLACE})\s*{_OF}(?:[.,;]|\\q?quad|\\\\|$|=)"
)
_PART = re.compile(
    r"⟦(?P<part>\d+)⟧\s*(?:be|is|are|for|denotes?)\s+(?:the\s+)?(?:sum\s+of\s+)?(?:all\s+|those\s+|the\s+)*(?:terms|parts?|contributions?)"
    r"\s+(?:of|in)\s+⟦(?P<whole>\d+)⟧",
    re.IGNORECASE,
)


def with_terms(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with another letter for the terms of each such sum."""
    items = tuple(items)
    texts = [part.source.text for item in items if isinstance(item, Sentence)
             for part in item.parts if isinstance(part, Formula)]  # fmt: skip
    found = {m["letter"] for text in texts for m in _TOTAL.finditer(text)
             if (m["braced"] or m["one"]) in re.findall(r"[a-z]", m["place"])}  # fmt: skip
    found |= {letter for item in items if isinstance(item, Sentence) for letter in _parted(item)}
    for letter in sorted(found):
        other = next((c for c in map(r"\mathcal{{{}}}".format, "LJECFGK") if all(c not in text for text in texts)), "")
        if other and other != letter:
            term = re.compile(rf"(?<![A-Za-z\\]){re.escape(letter)}\s*(?P<place>{_PLACE})")
            items = tuple(_renamed(item, term, other) for item in items)
            texts = [*texts, other]
    return items


def _parted(sentence: Sentence) -> Iterator[str]:
    """The letter of a whole that the words of a sentence take some terms of, under the same letter with an index."""
    for said in _PART.finditer(sentence.template):
        part, whole = (sentence.parts[int(said[name])].source.text.strip() for name in ("part", "whole"))
        if re.fullmatch(_LETTER, whole) and re.fullmatch(rf"{re.escape(whole)}\s*{_PLACE}", part):
            yield whole


def _renamed(item: Item, term: re.Pattern[str], other: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = tuple(
        replace(part, source=part.source.replaced(term, lambda m: f"{other}{m['place']}"),
                written=part.written or part.source)
        if isinstance(part, Formula) and term.search(part.source.text) else part for part in item.parts
    )  # fmt: skip
    return replace(item, parts=parts)


__all__ = ["with_terms"]
