"""Ranges in a formula of their own: "y_i = 2 x_i for $i = 1, ..., n$" is one formula with its range behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.derivation.document import Formula, Prose
from engine.derivation.marks import marks
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at
from solvers.formula.context import Context
from solvers.formula.index_ranges import is_listed, runs_within
from solvers.formula.nodes import Node, free_names
from solvers.formula.tokens import Declaration

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


_FROM = re.compile(r"(?<![A-Za-z\\])([a-z])\s*(?:\\geq?(?![A-Za-z])|≥|>=)\s*([01])(?![\d.])")
_ON = re.compile(
    r"(?<![A-Za-z\\])([a-z])\s*=\s*([01])\s*,\s*[12]\s*,\s*(?:[23]\s*,\s*)?(?:\\[lc]?dots[a-z]?|\.\.\.|…)(?!\s*,)"
)


def counting_letters(items: Iterable[Item]) -> dict[str, int]:
    """The letters that count without an end, t of "h_t = W h_{t-1} for t >= 1", each with its least value."""
    texts = [p.source.text for s in items if isinstance(s, Sentence) for p in s.parts if isinstance(p, Formula)]
    found = {match[1]: int(match[2]) for text in texts for form in (_FROM, _ON) for match in form.finditer(text)}
    below = {letter for text in texts for letter in re.findall(r"[_^]\s*\{?\s*\(?\s*([a-z])(?![A-Za-z])", text)}
    return {letter: least for letter, least in found.items() if letter in below}


def with_counting(context: Context, nodes: Sequence[Node], letters: Mapping[str, int]) -> Context:
    """The context in which such letters are whole numbers, where a formula takes them for numbers, as W^t does."""
    known = context.scope.names.keys() | context.definitions.keys()
    free = frozenset().union(*map(free_names, nodes))
    new = sorted(letters.keys() & free - known)
    return context.declared(*(Declaration(n, (), (), "natural", low=Fraction(letters[n]), ends="[]") for n in new))
