"""Averages of predictors that words call independent: "averaging $K$ predictors $f_1, ..., f_K$ trained on independent
sets". Their mean has the mean of one f, and a K-th of its variance.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SAID = re.compile(
    r"\b(?:averag\w+|mean|ensemble|bagging|committee)\b[^.;⟦⟧]*⟦(?P<count>\d+)⟧\s+(?:independent(?:ly\s+trained)?\s+)?(?:\w+\s+)?"
    r"(?:predictors?|models?|estimators?|networks?|copies|predictions|estimates|trees)\s+⟦(?P<run>\d+)⟧(?P<behind>[^⟦⟧]*)",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"\s*(?P<name>(?:\\(?:hat|bar|tilde)\s*)?\{?\s*[A-Za-z]\s*\}?)_\{?1\}?\s*,\s*(?:\\[lc]?dots|\.\.\.)\s*,\s*(?P=name)_\{?(?P<last>[A-Z])\}?\s*"
)
_MEAN = (
    r"(?:\\(?:mathbb|operatorname|mathrm|text)\s*\{{?\s*{0}\s*\}}?|(?<![A-Za-z\\]){0})\s*(?:\\left|\\[bB]igg?l?)?\s*[\[(]\s*"
    r"\\[td]?frac\s*\{{?\s*1\s*\}}?\s*\{{?\s*{1}\s*\}}?\s*\\sum(?:\\limits)?\s*_\s*\{{?\s*(?P<letter>[a-z])(?:\s*=\s*1\s*\}}\s*\^\s*\{{?\s*{1}\s*\}}?"
    r"|\s*\}}|(?![A-Za-z]))\s*{2}\s*_\s*\{{?\s*(?P=letter)\s*\}}?\s*(?:\\right|\\[bB]igg?r?)?\s*[\])]"
)


def with_averaged_copies(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, E and Var of such a mean as those of one of them."""
    for number, item in enumerate(items):
        said = _SAID.search(item.template) if isinstance(item, Sentence) else None
        if said is None or not isinstance(item, Sentence) or not re.search(r"\bindependent", said[0], re.IGNORECASE):
            continue
        run = _RUN.fullmatch(item.parts[int(said["run"])].source.text)
        count = item.parts[int(said["count"])].source.text.strip()
        if run is None or run["last"] != count or not _is_alone(items[:number], run["name"]):
            continue
        place = int(said["run"])
        words = Prose(written_at(" these ", item.parts[place].source.place(0)))
        item = replace(item, parts=(*item.parts[:place], words, *item.parts[place + 1 :]))
        return (*items[:number], *(_changed(each, run["name"], count) for each in (item, *items[number + 1 :])))
    return items


def _is_alone(items: tuple[Item, ...], name: str) -> bool:
    """Whether one of them has been spoken of before, without an index."""
    texts = (
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    )
    return any(re.search(rf"{re.escape(name.strip())}(?![A-Za-z]|\s*_)", text) for text in texts)


def _changed(item: Item, name: str, count: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    of = name.strip()
    expected, variance = (re.compile(_MEAN.format(what, re.escape(count), re.escape(of))) for what in ("E", "Var"))
    parts: list[Prose | Formula] = []
    for part in item.parts:
        put = part.source.replaced(expected, lambda _: rf"\mathbb{{E}}[{of}]")
        put = put.replaced(variance, lambda _: rf"\frac{{1}}{{{count}}}\operatorname{{Var}}[{of}]")
        if isinstance(part, Formula) and put.text != part.source.text:
            part = replace(part, source=put, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_averaged_copies"]
