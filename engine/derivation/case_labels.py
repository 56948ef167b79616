"""Cases with a label: "Case 1: x > 0." and "(ii) x < 0:" are "Suppose x > 0." and "For x < 0:"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_LABEL = re.compile(
    r"[\W_]*(?:(?:first|second|third|1st|2nd|3rd)\s+case|case\s*(?:\d+|[a-z]|[ivx]+)?|\(?(?:i{1,3}|iv|v)[.)])\s*\)?\s*[:.,–—-]*[\W_]*(?:that\s+|if\s+)?",
    re.IGNORECASE,
)
_ORDER = frozenset({"<", "<=", ">", ">=", "!="})


def with_case_labels(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such labels as words that open a case."""
    found = tuple(items)
    return tuple(
        _opened(item, _leads_on(other)) if isinstance(item, Sentence) else item
        for item, other in zip(found, (*found[1:], None), strict=True)
    )


def _leads_on(item: Item | None) -> bool:
    """Whether what stands behind a sentence begins with a colon."""
    first = item.parts[0] if isinstance(item, Sentence) else None
    return isinstance(first, Prose) and first.source.text.lstrip().startswith(":")


def _opened(sentence: Sentence, before_colon: bool) -> Sentence:
    first = sentence.parts[0]
    labelled = isinstance(first, Prose) and _LABEL.fullmatch(first.source.text) is not None
    place = 1 if labelled else 0
    condition = sentence.parts[place] if len(sentence.parts) > place else None
    alone = before_colon and len(sentence.parts) == place + 1
    if not isinstance(condition, Formula) or not (labelled or alone or _stands_alone(sentence)):
        return sentence
    said = statements_of(condition.source)
    if len(said) != 1 or len(said[0].relations) < 1 or said[0].continues:
        return sentence
    sets = set(said[0].relations) <= _ORDER or (labelled and said[0].relations == ("=",))
    if not sets:
        return sentence
    at = condition.source.place(0)
    behind = sentence.parts[place + 1 :]
    words = "For " if behind and isinstance(behind[0], Prose) else "Suppose "
    shown = replace(condition, display=False)
    rest = (
        behind if behind and isinstance(behind[0], Prose) else (Prose(written_at(".", condition.source.end)), *behind)
    )
    return replace(sentence, parts=(Prose(written_at(words, at)), shown, *rest), declares=words == "Suppose ")


def _stands_alone(sentence: Sentence) -> bool:
    """Whether a condition stands at the head of a sentence, before a colon: (i) x > 0:"""
    behind = sentence.parts[1] if len(sentence.parts) > 1 else None
    return isinstance(behind, Prose) and re.match(r"\s*:\s*$", behind.source.text) is not None


__all__ = ["with_case_labels"]
