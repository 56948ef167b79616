"""A letter for the state before: "let $p = h_{t-1}$" on a page that writes h, without a step, for the new one.

Where no other formula speaks of a step of h, it says nothing more of p, which may be any state.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z])"
_BEFORE = rf"{_NAME}\s*(?:_\s*\{{\s*[a-z]\s*-\s*1\s*\}}|\^\s*\{{\s*\(\s*[a-z]\s*-\s*1\s*\)\s*\}})"
_SHORT = re.compile(rf"\s*(?P<first>{_NAME}|{_BEFORE})\s*:?=\s*(?P<second>{_NAME}|{_BEFORE})\s*[.,]?\s*")


def with_short_states(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such equations as words."""
    formulas = [p for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)]
    texts = [part.source.text for part in formulas]
    for part in formulas:
        said = None if part.display else _SHORT.fullmatch(part.source.text)
        short, state = ("", "") if said is None else sorted((said["first"], said["second"]), key=_is_stepped)
        if not _is_stepped(state) or _is_stepped(short):
            continue
        state = re.split(r"\s*[_^]", state)[0]
        stepped = re.compile(rf"(?<![A-Za-z\\]){re.escape(state)}\s*(?:_|\^\s*\{{?\s*\()")
        bare = re.compile(rf"\s*{re.escape(state)}\s*&?\s*:?=")
        others = [text for text in texts if text != part.source.text]
        if state != short and any(map(bare.match, others)) and not any(map(stepped.search, others)):
            items = tuple(_without(item, part) for item in items)
    return items


def _is_stepped(text: str) -> bool:
    return re.fullmatch(_BEFORE, text) is not None


def _without(item: Item, formula: Formula) -> Item:
    if not isinstance(item, Sentence) or formula not in item.parts:
        return item
    words = Prose(written_at(" the state before ", formula.source.place(0)))
    return replace(item, parts=tuple(words if part is formula else part for part in item.parts))


__all__ = ["with_short_states"]
