"""A sentence and the display in a paragraph of its own behind it, as one sentence: "that is" and a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence


def with_each(items: Sequence[Item], change: Callable[[Sentence], Sequence[Sentence]]) -> tuple[Item, ...]:
    """The items with what `change` makes of each sentence, or of one and the display behind it, if it changes these."""
    found: list[Item] = []
    done = 0
    for place, item in enumerate(items):
        if place < done:
            continue
        whole = _joined(item, items[place + 1]) if place + 1 < len(items) else None
        changed = (whole,) if whole is None else tuple(change(whole))
        if whole is not None and changed != (whole,):
            found += [one for one in changed if one is not None]
            done = place + 2
        else:
            found += change(item) if isinstance(item, Sentence) else [item]
    return tuple(found)


def _joined(item: Item, behind: Item) -> Sentence | None:
    """Both as one sentence, where the first does not end, and the second begins with a display."""
    if not isinstance(item, Sentence) or not isinstance(behind, Sentence) or item.section != behind.section:
        return None
    first, last = behind.parts[0], item.parts[-1]
    shown = isinstance(first, Formula) and first.display
    if not shown or not isinstance(last, Prose) or re.search(r"[.!?]\s*$", last.source.text) or behind.declares:
        return None
    return replace(item, parts=(*item.parts, *behind.parts))


__all__ = ["with_each"]
