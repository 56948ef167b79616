"""Means without limits: the sum of \\mu = \\frac1d \\sum_i x_i runs over i = 1, ..., d, where nothing else says so.

Zeros in bold letters, = \\mathbf{0}, are a 0 of whatever shape it takes. And "(\\delta_{ij} is 1 for i = j, else 0)"
says what everybody knows; it is no case i = j for what stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_COUNT = r"[NnMmDdKTBCPR]"
_OVER = rf"\\[dt]?frac\s*(?:\{{\s*1\s*\}}|1)\s*(?:\{{\s*(?P<count>{_COUNT})\s*\}}|(?P<bare>{_COUNT}))"
_MEAN = re.compile(
    rf"(?P<over>{_OVER})(?P<sum>\s*(?:\\,|\\!)?\s*\\sum)(?:\\nolimits|\\limits)?\s*_\s*"
    r"(?:\{\s*(?P<letter>[i-nst])\s*\}|(?P<one>[i-nst]))(?![\s]*\^)"
)
_ZERO = re.compile(r"(?<==)\s*\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*0\s*\}|0)(?=\s*(?:$|[.,;&\\=]))")
_DELTA = re.compile(
    r"⟦(?P<delta>\d+)⟧\s*(?:is|being|equals|=)\s*(?:⟦\d+⟧|1|one)\s*(?:for|if|when|where)\s*⟦(?P<same>\d+)⟧"
    r"(?P<rest>\s*,?\s*(?:and\s+)?(?:else|otherwise|(?:zero|0|⟦\d+⟧)\s+(?:else|otherwise)))",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\s*\\delta\s*_\s*\{?\s*(?P<i>[a-z])\s*,?\s*(?P<j>[a-z])\s*\}?\s*")


def with_mean_limits(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with limits for the sums of means, and without words on what the Kronecker delta is."""
    found = tuple(_plain(_without_delta(item)) if isinstance(item, Sentence) else item for item in items)
    text = " ".join(part.source.text for part in _formulas(found))
    open_letters = {said["letter"] or said["one"] for said in _MEAN.finditer(text)}
    open_letters -= {letter for letter in open_letters if re.search(rf"(?<![A-Za-z]){letter}\s*=\s*\d", text)}
    if not open_letters:
        return found
    return tuple(_limited(item, open_letters) if isinstance(item, Sentence) else item for item in found)


def _limited(sentence: Sentence, letters: set[str]) -> Sentence:
    def changed(said: re.Match[str]) -> str:
        letter, count = said["letter"] or said["one"], said["count"] or said["bare"]
        return f"{said['over']}{said['sum']}_{{{letter}=1}}^{{{count}}} " if letter in letters else said[0]

    return _changed(sentence, _MEAN, changed)


def _plain(sentence: Sentence) -> Sentence:
    return _changed(sentence, _ZERO, lambda _: " 0")


def _changed(sentence: Sentence, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> Sentence:
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if isinstance(part, Formula):
            source: Source = part.source.replaced(pattern, change)
            same = source.text == part.source.text
            part = part if same else replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))


def _without_delta(sentence: Sentence) -> Sentence:
    said = _DELTA.search(sentence.template)
    if said is None:
        return sentence
    symbol = _SYMBOL.fullmatch(sentence.parts[int(said["delta"])].source.text)
    if symbol is None or set(re.findall(r"[a-z]", sentence.parts[int(said["same"])].source.text)) != {*symbol.groups()}:
        return sentence
    places = {int(place) for place in re.findall(r"⟦(\d+)⟧", said[0])}
    words = Prose(sentence.parts[0].source.cut(0, 0))
    return replace(sentence, parts=tuple(words if k in places or (k - 1 in places and k + 1 in places) else part
                                         for k, part in enumerate(sentence.parts)))  # fmt: skip


def _formulas(items: Iterable[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_mean_limits"]
