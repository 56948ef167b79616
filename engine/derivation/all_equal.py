"""z_1 = z_2 = \\dots = z_K, which says of every entry that it is the first one: z_k = z_1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SYMBOL = r"(?:\\(?:mathbf|boldsymbol|bm|tilde|hat|bar)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\[A-Za-z]+|[A-Za-z])"
_ALL = re.compile(
    rf"\s*(?P<base>{_SYMBOL})\s*_\s*\{{?\s*1\s*\}}?\s*=(?:\s*(?P=base)\s*_\s*\{{?\s*2\s*\}}?\s*=)?\s*\\[lc]?dots\s*=\s*"
    rf"(?P=base)\s*_\s*(?:[A-Za-z]|\{{\s*[A-Za-z]\s*\}})\s*(?P<behind>[.,;]?\s*|=.*)",
    re.DOTALL,
)
_LETTERS = "kijlmnrs"


def with_all_equal(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with z_k = z_1 for such chains, and what stands behind them."""
    texts = list(_texts(items))
    if not any(map(_ALL.fullmatch, texts)):
        return items
    free = [x for x in _LETTERS if not any(re.search(rf"(?<![A-Za-z\\]){x}(?![A-Za-z])", text) for text in texts)]
    letter = free[0] if free else "k"
    return tuple(_written(item, letter) if isinstance(item, Sentence) else item for item in items)


def _written(sentence: Sentence, letter: str) -> Sentence:
    parts = list(sentence.parts)
    for place, part in enumerate(parts):
        said = _ALL.fullmatch(part.source.text) if isinstance(part, Formula) else None
        if said is not None and isinstance(part, Formula):
            text = rf"{said['base']}_{{{letter}}} = {said['base']}_{{1}} {said['behind']}"
            new = written_at(text, part.source.place(0))
            parts[place] = replace(part, source=new, written=part.written or part.source)
    return replace(sentence, parts=tuple(parts))


def _texts(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


__all__ = ["with_all_equal"]
