"""\\lim_{t \\to \\infty} v_t = ... behind v_t = ... = g (1 - b^t)/(1 - b): the limit of what v_t was found to be last.

A sum of as many terms as the place says has no limit that could be computed term by term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.derivation.at_infinity import closed_forms
from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence

_LIMIT = re.compile(
    r"^(?P<lim>\s*&?\s*\\lim\s*(?:\\limits\s*)?_\s*\{\s*(?P<letter>[a-z])\s*\\(?:to|rightarrow)\s*\\infty\s*\}\s*)"
    r"(?P<name>\\[A-Za-z]+|[A-Za-z])\s*_\s*(?:\{\s*(?P=letter)\s*\}|(?P=letter)(?![A-Za-z]))(?=\s*&?\s*=)"
)


def with_limits_of_members(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with what v_t was found to be in such limits."""
    found: list[Item] = []
    closed: dict[str, tuple[str, str]] = {}
    for item in items:
        if not isinstance(item, Sentence):
            found.append(item)
            continue
        parts: list[Prose | Formula] = []
        for part in item.parts:
            parts.append(_written(part, closed) if isinstance(part, Formula) and part.display else part)
            if isinstance(part, Formula):
                closed.update(closed_forms(statements_of(part.source)))
        found.append(replace(item, parts=tuple(parts)))
    return tuple(found)


def _written(part: Formula, closed: Mapping[str, tuple[str, str]]) -> Formula:
    said = _LIMIT.match(part.source.text)
    letter, last = ("", "") if said is None else closed.get(said["name"], ("", ""))
    if said is None or said["letter"] != letter:
        return part
    source = part.source.replaced(_LIMIT, lambda match: rf"{match['lim']}\left({last}\right)")
    return replace(part, source=source, written=part.written or part.source)


__all__ = ["with_limits_of_members"]
