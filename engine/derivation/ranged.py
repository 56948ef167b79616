"""Ranges in a formula of their own: "y_i = 2 x_i for $i = 1, ..., n$" is one formula with its range behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.marks import marks
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at
from solvers.formula.index_ranges import is_listed, runs_within

_JOINS = re.compile(
    r"[\s,;(]*(?:(?:for|where|with|and|as)\b\s*)*(?:(?:all|each|every|any)\b\s*)?(?:indices\s*)?\(?\s*", re.I
)


def with_ranges(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with each range as part of the equation or declaration that it stands behind."""
    return tuple(_joined(item) if isinstance(item, Sentence) else item for item in items)


def _joined(sentence: Sentence) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        before = parts[-2] if len(parts) > 1 else None
        between = parts[-1] if parts else None
        if (
            isinstance(part, Formula) and not part.display
            and isinstance(before, Formula) and isinstance(between, Prose)
            and _JOINS.fullmatch(between.source.text)
            and any(mark.kind == "relation" for mark in marks(before.source.text))
            and not is_listed(before.source.text) and runs_within(part.source.text, before.source.text)
        ):  # fmt: skip
            comma = written_at(r",\quad ", before.source.end)
            parts[-2:] = [replace(before, source=joined([before.source, comma, part.source]))]
        else:
            parts.append(part)
    return replace(sentence, parts=tuple(parts))
