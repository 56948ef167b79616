"""Numbers and vectors as words declare them: "let $a$, $b$ be real" and, in a sentence without the signs of formulas,
"let x be real", "given w in R^n, X in R^{m x n}", "s in {-1,1}^n (spins), W is m x n".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, written_at

_REAL = (
    r"(?:be|is|are|being)\s+(?:an?\s+)?(?:(?:arbitrary|any|two|some|all)\s+)?real(?:[- ]valued)?"
    r"(?:\s+(?:numbers?|scalars?|variables?))?"
)
_MARKED = re.compile(
    rf"(?P<names>⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*)\s+{_REAL}\s*(?=[.,;:]|and\b|$)", re.IGNORECASE
)
_SYMBOL = r"\\?[A-Za-z]+(?:_\{?\w+\}?)?"
_SYMBOLS = re.compile(rf"\s*{_SYMBOL}(?:\s*,\s*{_SYMBOL})*\s*")
_LETTER = r"(?<![\w\\$])(?!a\s+(?!be\b|in\b|and\b))[A-Za-zα-ωΑ-Ω](?:_\w)?"
_NO_SIZE = r"(?<![×^])(?<![x×] )(?<!\bby )(?<!-by-)(?<!\blength )(?<!\bdimension )(?<!\bsize )"  # W is m x n, a in R^m
_SIZE = r"(?:\s*\^\s*[{(]?\s*(?P<size>\w(?:\s*[x×]\s*\w)?)\s*[)}]?(?!\w))?"
_BITS = r"\{\s*(?P<low>0|-\s*1|[+]?1)\s*,\s*(?P<high>[+]?1|0|-\s*1)\s*\}"
_SIZED = (
    r"(?:be|is|are)\s+(?:an?\s+)?(?P<rows>\w)(?:\s?[x×]\s?|-by-|\s+by\s+)(?P<columns>\w)(?:\s+matri(?:x|ces))?(?!\w)"
)
_PLAIN = re.compile(
    rf"(?P<names>{_NO_SIZE}{_LETTER}(?:\s*(?:,\s*and|,|and)\s+{_LETTER})*)\s+(?:{_REAL}|(?:(?:be|lie|is|are)\s+)?(?:in|∈)\s+(?:[Rℝ]|{_BITS}){_SIZE}|{_SIZED})"
    r"\s*(?=[.,;:(]|and\b|$)"
)
_CROSS = re.compile(r"\s*[x×]\s*")


def with_reals_told(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences that declare, such words as memberships."""
    items = tuple(items)
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    return tuple(_told(item, texts) if isinstance(item, Sentence) and item.declares else item for item in items)


def _is_more(symbols: str, texts: Sequence[str]) -> bool:
    """Whether one of some symbols has entries or a transpose somewhere, or another formula says where it lies."""
    for name in map(re.escape, re.findall(_SYMBOL, symbols)):
        other = rf"(?<![A-Za-z\\]){name}(?:\s*_|\s*\^\s*\{{?\s*(?:T|\\top)|(?![A-Za-z])[^=<>]*(?:\\in(?![a-z])|∈))"
        if any(re.search(other, text) for text in texts):
            return True
    return False


def _told(sentence: Sentence, texts: Sequence[str]) -> Sentence:
    if all(isinstance(part, Prose) for part in sentence.parts):
        parts = [piece for part in sentence.parts for piece in _pieces(part.source)]
        return replace(sentence, parts=tuple(parts))
    for said in _MARKED.finditer(sentence.template):
        for place in map(int, re.findall(r"\d+", said["names"])):
            part = sentence.parts[place]
            if (
                isinstance(part, Formula)
                and _SYMBOLS.fullmatch(part.source.text)
                and not _is_more(part.source.text, texts)
            ):
                text = f"{part.source.text.strip()} \\in \\mathbb{{R}}"
                put = replace(part, source=written_at(text, part.source.place(0)), written=part.source)
                sentence = replace(sentence, parts=(*sentence.parts[:place], put, *sentence.parts[place + 1 :]))
    return sentence


def _pieces(source: Source) -> list[Prose | Formula]:
    """The words with the memberships among them apart."""
    found: list[Prose | Formula] = []
    done = 0
    for said in _PLAIN.finditer(source.text):
        names = ", ".join(re.findall(_LETTER, said["names"]))
        size = _CROSS.sub(r" \\times ", said["size"]) if said["size"] else "1"
        size = rf"{said['rows']} \times {said['columns']}" if said["rows"] else size
        over = "" if size == "1" else f"^{{{size}}}"
        values = rf"\mathbb{{R}}{over}" if said["low"] is None else rf"\{{{said['low']}, {said['high']}\}}{over}"
        place = source.place(said.start())
        found += [
            Prose(source.cut(done, said.start())),
            Formula(written_at(rf"{names} \in {values}", place), False),
        ]
        done = said.end()
    return [*found, Prose(source.cut(done))] if done < len(source.text) else found


__all__ = ["with_reals_told"]
