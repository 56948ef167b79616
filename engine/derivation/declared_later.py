"""Declarations of a later section that say nothing of an earlier one: h \\in R of one unit, behind h_t = W h_{t-1}."""

from __future__ import annotations

from collections.abc import Iterable

from engine.derivation.document import Formula
from engine.derivation.knowing import symbols
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence


def declared_later(items: Iterable[Item]) -> frozenset[int]:
    """Where the memberships stand of symbols that an earlier section speaks of, and says no set of itself."""
    spoken: dict[str, int] = {}
    given: set[str] = set()
    found: set[int] = set()
    for section, statement in _statements(items):
        heard = {name for side in statement.sides for name in symbols(side.text)}
        if statement.relations[:1] == ("in",):
            about = symbols(statement.sides[0].text)
            late = any(spoken.get(name, section) < section for name in about - given)
            found |= {statement.sides[0].place(0)} if late else set()
            given |= about
        for name in heard:
            spoken.setdefault(name.partition("_")[0], section)
    return frozenset(found)


def _statements(items: Iterable[Item]) -> Iterable[tuple[int, Statement]]:
    for item in (item for item in items if isinstance(item, Sentence)):
        for part in item.parts:
            if isinstance(part, Formula):
                yield from ((item.section, statement) for statement in statements_of(part.source))


__all__ = ["declared_later"]
