"""A distribution that a page tells up to its factor: \\tilde p(x, y) = f(x) g(y), called unnormalised; then p(x)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_WORDS = re.compile(
    r"\bun-?normali[sz]ed\b|\bpartition function\b|\bnormali[sz](?:ing|ation) constant\b", re.IGNORECASE
)
_FUNCTION = re.compile(r"\s*(\\?[A-Za-z]+(?:\s*[A-Za-z])?)\s*\([^()]*\)\s*")
_HEAD = re.compile(
    r"\s*(?P<tilde>\\tilde\s*(?:\{\s*(?P<braced>[pPqQ])\s*\}|(?P<bare>[pPqQ])))\s*\(\s*(?P<args>[A-Za-z]\w*(?:_\{?\w\}?)?"
    r"(?:\s*,\s*[A-Za-z](?:_\{?\w\}?)?)*)\s*\)\s*"
)


def with_normalised(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with what p is, behind the one that tells \\tilde p, where nothing else says it."""
    found = tuple(items)
    texts = [p.source.text for i in found if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    told = any(isinstance(item, Sentence) and _WORDS.search(item.template) for item in found)
    return tuple(other for item in found for other in (item, *(_said(item, texts) if told else ())))


def _said(item: Item, texts: Sequence[str]) -> Iterator[Sentence]:
    for part in item.parts if isinstance(item, Sentence) else ():
        for statement in (
            statements_of(part.source) if isinstance(part, Formula) and "tilde" in part.source.text else ()
        ):
            head = _HEAD.fullmatch(statement.sides[0].text)
            if head is None or statement.relations[:1] not in {("=",), (":=",)}:
                continue
            letter, args = head["braced"] or head["bare"], head["args"]
            head_of = rf"(?<!\\tilde )(?<![A-Za-z\\}}{{]){letter}\s*\(\s*{re.escape(args)}\s*\)"
            defined = re.compile(rf"{head_of}\s*&?\s*:?=(?!\s*\\d?frac\s*\{{?\d)")
            if any(defined.search(text) for text in texts):
                continue
            place = statement.sides[0].place(0)
            whole = f"\\tilde {letter}({args})"
            said = rf"{letter}({args}) = \frac{{{whole}}}{{\sum_{{{args}}} {whole}}}"
            lead = Prose(written_at("Let ", place))
            yield Sentence((lead, Formula(written_at(said, place), False)), True, getattr(item, "section", 0))


def in_order(statements: Sequence[Statement]) -> list[Statement]:
    """The statements of a formula with each function defined before it is used: p = f(x), f(a) = ..."""
    waiting, found = list(statements), list[Statement]()
    while waiting:
        first = waiting[0]
        ahead = next((other for other in waiting[1:] if _defines_for(other, first)), first)
        waiting.remove(ahead)
        found.append(ahead)
    return found


def _defines_for(other: Statement, first: Statement) -> bool:
    """Whether another statement says what a function is that this one is made of, and is not made of this one."""
    if not other.relations or not first.relations or other.continues or first.continues:
        return False
    heads = [_FUNCTION.fullmatch(statement.sides[0].text) for statement in (other, first)]
    if heads[0] is None or heads[1] is None or heads[0][1] == heads[1][1]:
        return False

    def uses(statement: Statement, name: str) -> bool:
        called = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}\s*\(")
        return any(called.search(side.text) for side in statement.sides[1:])

    return uses(first, heads[0][1]) and not uses(other, heads[1][1])


__all__ = ["in_order", "with_normalised"]
