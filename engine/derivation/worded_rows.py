"""Rows of a display that declare by their words: \\text{Let } f(x) = x^2. They are sentences of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_WORDED = re.compile(
    r"\s*(?:\\begin\s*\{\w+\*?\}\s*)?(?:&\s*)?\\(?:text|textrm|mbox|textbf)\s*\{(?P<words>\s*(?:Let|Define|Given|Suppose|Assume|With|Where)\b[^{}]*)\}"
    r"\s*(?:\\[,;: ]|\\q?quad)?\s*(?:&\s*)?"
)
_END = re.compile(r"\s*\\end\s*\{\w+\*?\}[\s.,;]*$")


def with_worded_rows(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such rows apart."""
    return tuple(other for item in items for other in _apart(item))


def _apart(item: Item) -> Iterator[Item]:
    first = item.parts[0] if isinstance(item, Sentence) and len(item.parts) == 1 else None
    if not isinstance(item, Sentence) or not isinstance(first, Formula) or not first.display:
        yield item
        return
    rows = list(_rows(first.source))
    said = [_WORDED.match(row.text) for row in rows]
    if not any(said):
        yield item
        return
    kept: list[Source] = []
    for row, words in zip(rows, said, strict=True):
        if words is None:
            kept.append(row)
            continue
        yield from _shown(item, first, kept)
        kept = []
        formula = row.cut(words.end())
        end = _END.search(formula.text) if formula.text.count("\\end") > formula.text.count("\\begin") else None
        formula = formula if end is None else formula.cut(0, end.start())
        prose = Prose(row.cut(words.start("words"), words.end("words")))
        yield replace(item, parts=(prose, replace(first, source=formula, display=False)), declares=True)
    yield from _shown(item, first, kept)


def _shown(item: Sentence, first: Formula, rows: list[Source]) -> Iterator[Item]:
    for row in rows:
        if re.sub(r"\\(?:begin|end)\s*\{\w+\*?\}", "", row.text).strip():
            yield replace(item, parts=(replace(first, source=row),))


def _rows(source: Source) -> Iterator[Source]:
    """What stands between double backslashes that no brace and no inner environment holds."""
    depth, start = 0, 0
    for match in re.finditer(r"\\begin|\\end|\\\\(?:\s*\[[^\]]*\])?|\\.|[{}]", source.text):
        sign = match[0]
        depth += (sign in {"\\begin", "{"}) - (sign in {"\\end", "}"})
        outer = 1 if re.match(r"\s*\\begin", source.text) else 0
        if sign.startswith("\\\\") and depth <= outer:
            yield source.cut(start, match.start())
            start = match.end()
    yield source.cut(start)


__all__ = ["with_worded_rows"]
