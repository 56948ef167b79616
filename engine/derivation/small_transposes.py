"""A small t above as the sign of a transpose, where a page has no other t."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from solvers.formula.small_t import turned_so


def with_small_transposes(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with \\top in its place."""
    items = tuple(items)
    parts = [part for item in items if isinstance(item, Sentence) for part in item.parts]
    sign = turned_so((part.source.text for part in parts if isinstance(part, Formula)), latex=True)
    if sign is None:
        return items

    def changed(part: Prose | Formula) -> Prose | Formula:
        if not isinstance(part, Formula):
            return part
        source = part.source.replaced(sign, lambda _: r"^\top ")
        same = source.text == part.source.text
        return part if same else replace(part, source=source, written=part.written or part.source)

    return tuple(
        replace(item, parts=tuple(map(changed, item.parts))) if isinstance(item, Sentence) else item for item in items
    )


__all__ = ["with_small_transposes"]
