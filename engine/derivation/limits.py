"""Limits told in words: "for \\lambda \\to 0 we obtain w_0 = ..." is judged at 0; that something tends to it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_ARROW = r"(?:\\(?:to|rightarrow|longrightarrow|downarrow|searrow)(?![A-Za-z])|→)"
_SYMBOL = r"(?:\\[A-Za-z]+|[A-Za-z])"
_NEARS = re.compile(
    rf"\s*(?P<what>{_SYMBOL})\s*{_ARROW}\s*(?P<value>-?\d+(?:\.\d+)?)\s*(?:\^\s*\{{?\s*\+\s*\}}?|\+)?\s*"
)
_WORDS = re.compile(
    r"(?:\b(?:as|letting|let|taking|when|for|if|with|in\s+the\s+limit(?:\s+(?:of|as|where|when))?|sending)\s*)$",
    re.IGNORECASE,
)
_TENDS = re.compile(
    rf"(?:\\[,;:!> ]|\\q?quad|\s|&)*{_ARROW}(?:\\[,;:!> ]|\s)*(?:-?\d+|[-+]?\\infty|{_SYMBOL})\s*(?:[.,;]?\s*)$"
)


def with_limits(items: Iterable[Item]) -> tuple[tuple[Item, ...], list[int]]:
    """The sentences with limits as values, and where something tends to something at the end of a formula."""
    found: list[Item] = []
    places: list[int] = []
    nears: dict[str, str] = {}
    for item in items:
        if isinstance(item, Sentence):
            nears = nears if isinstance(item.parts[0], Formula) else {}  # the display behind "As ... we get"
            found.append(_changed(item, nears, places))
        else:
            found.append(item)
    return tuple(found), places


def _changed(sentence: Sentence, nears: dict[str, str], places: list[int]) -> Sentence:
    """The sentence as it is read; what it says tends to a value is added to `nears`."""
    parts = list(sentence.parts)
    for place, part in enumerate(parts):
        if not isinstance(part, Formula):
            continue
        said = _NEARS.fullmatch(part.source.text)
        before = parts[place - 1] if place else None
        if said is not None and isinstance(before, Prose) and _WORDS.search(before.source.text):
            parts[place - 1] = replace(before, source=before.source.replaced(_WORDS, lambda _: "for "))
            parts[place] = _rewritten(part, re.compile(_ARROW + r".*", re.DOTALL), f"= {said['value']}")
            nears[said["what"]] = said["value"]
        elif part.display:
            parts[place] = _at_limits(_without_tending(part, places), nears)
    return replace(sentence, parts=tuple(parts))


def _rewritten(part: Formula, pattern: re.Pattern[str], text: str) -> Formula:
    return replace(part, source=part.source.replaced(pattern, lambda _: text), written=part.written or part.source)


def _without_tending(part: Formula, places: list[int]) -> Formula:
    """The formula without the arrow at its end: what it tends to is not judged."""
    said = _TENDS.search(part.source.text)
    sides = [] if said is None else re.split(r"[=<>]|\\(?:le|ge|leq|geq)(?![a-z])", part.source.text[: said.start()])
    if said is None or len(sides) < 2 or re.search(r"\\(?:text|mbox|mathrm|q?quad|lim)(?![a-z])", sides[-1]):
        return part  # "as n \to \infty" says when
    places.append(part.source.place(said.start()))
    cut: Source = part.source.cut(0, said.start())
    return replace(part, source=cut, written=part.written or part.source)


def _at_limits(part: Formula, nears: dict[str, str]) -> Formula:
    """w_0 behind "for \\lambda \\to 0" is what w_\\lambda is there."""
    for what, value in nears.items():
        below = re.compile(rf"(?<=_)\s*(?:\{{\s*{re.escape(value)}\s*\}}|{re.escape(value)}(?!\d))")
        if below.search(part.source.text):
            part = _rewritten(part, below, f"{{{what}}}")
    return part
