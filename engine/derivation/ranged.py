"""Ranges in a formula of their own: "y_i = 2 x_i for $i = 1, ..., n$" is one formula with its range behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.derivation.declaring import range_text, ranged, text_of
from engine.derivation.document import Formula, Prose
from engine.derivation.marks import marks
from engine.derivation.rows import Statement
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at
from solvers.formula.context import Context
from solvers.formula.declare import declared_index
from solvers.formula.index_ranges import is_listed, runs_within
from solvers.formula.nodes import Big, Name, Node, Num, free_names, names, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.tokens import Declaration, Scope

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

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


_FROM = re.compile(  # t >= 1, but no e^x >= 1 + x
    r"(?<![A-Za-z\\^_{])([d-t])\s*(?:\\geq?(?![A-Za-z])|≥|>=)\s*([01])(?![\d.]|\s*[-+*/^\\(a-z])"
)
_ON = re.compile(
    r"(?<![A-Za-z\\])([a-z])\s*=\s*([01])\s*,\s*[12]\s*,\s*(?:[23]\s*,\s*)?(?:\\[lc]?dots[a-z]?|\.\.\.|…)(?!\s*,)"
)


def counting_letters(items: Iterable[Item]) -> dict[str, int]:
    """The letters that count without an end, t of "h_t = W h_{t-1} for t >= 1", each with its least value."""
    texts = [p.source.text for s in items if isinstance(s, Sentence) for p in s.parts if isinstance(p, Formula)]
    found = {match[1]: int(match[2]) for text in texts for form in (_FROM, _ON) for match in form.finditer(text)}
    below = {letter for text in texts for letter in re.findall(r"[_^]\s*\{?\s*\(?\s*([a-z])(?![A-Za-z])", text)}
    return {letter: least for letter, least in found.items() if letter in below}


_UP_TO = re.compile(
    r"(?<![A-Za-z\\])([a-z])\s*(?:=|\\in\s*\\\{)\s*([01])\s*,\s*(?:[12]\s*,\s*)?(?:\\[lc]?dots[a-z]?|\.\.\.|…)\s*,\s*"
    r"([A-Z])(?!\s*[-+_A-Za-z\d])"
)


def letters_up_to(items: Iterable[Item]) -> dict[str, tuple[Node, Node]]:
    """What letters run through wherever a page says it, t = 1, ..., T; none of two ranges."""
    texts = [p.source.text for s in items if isinstance(s, Sentence) for p in s.parts if isinstance(p, Formula)]
    found: dict[str, set[tuple[str, str]]] = {}
    for match in (m for text in texts for m in _UP_TO.finditer(text)):
        found.setdefault(match[1], set()).add((match[2], match[3]))
    return {letter: (Num(low), Name(high)) for letter, said in found.items() if len(said) == 1 for low, high in said}


@dataclass(frozen=True, slots=True)
class Counting:
    """The letters that count without an end, with their least values, and those that count up to another."""

    least: Mapping[str, int] = field(default_factory=dict)
    runs: Mapping[str, tuple[Node, Node]] = field(default_factory=dict)


def with_counting(context: Context, nodes: Sequence[Node], letters: Counting) -> Context:
    """The context in which such letters are whole numbers, where a formula takes them for numbers, as W^t does; and no
    larger than the T beside them that they run up to.
    """
    known = context.scope.names.keys() | context.definitions.keys()
    free = frozenset().union(*map(free_names, nodes)) - known
    new = sorted(letters.least.keys() & free)
    context = context.declared(
        *(Declaration(n, (), (), "natural", low=Fraction(letters.least[n]), ends="[]") for n in new)
    )
    beside = (n for n in sorted(letters.runs.keys() & free) if n not in new and names(letters.runs[n][1]) <= free)
    return context.declared(*(declared_index(n, *letters.runs[n]) for n in beside))


def ranges_of_sums(texts: Iterable[str], scope: Scope) -> dict[str, tuple[Node, Node]]:
    """What the letters run through of which every sum with limits says the same: n = 1, ..., N where \\sum_{n=1}^N
    stands and no other sum over n has limits. A family y_n of which nothing else is said has these members.
    """
    nodes = [parsed.node for text in texts if "sum" in text or "∑" in text or "Σ" in text
             if isinstance(parsed := parse(text, scope), Parsed)]  # fmt: skip
    bigs = [inner for node in nodes for inner in walk(node) if isinstance(inner, Big) and inner.op in {"sum", "prod"}]
    letters = {binder.name.text for big in bigs for binder in big.binders}
    found: dict[str, set[tuple[Node, Node]]] = {}
    for binder in (b for big in bigs for b in big.binders if b.low is not None and b.high is not None):
        assert binder.low is not None
        assert binder.high is not None
        found.setdefault(binder.name.text, set()).add((binder.low, binder.high))
    return {
        letter: ends
        for letter, (ends, *others) in ((letter, sorted(all_, key=str)) for letter, all_ in found.items())
        if not others and isinstance(ends[1], Name) and ends[1].text not in letters and isinstance(ends[0], Num)
    }


def reach(checker: Checker, statement: Statement) -> None:
    """A range behind a family that was declared: for s = 1, ..., N."""
    checker.family += f", {range_text(text_of(statement))}"
    whole = ranged(checker.family, checker.context.scope)
    if whole is not None:
        checker.context = checker.unranged
        checker.extend(whole, statement)
