"""Energies of binary states, E(s) with s \\in {0,1}^n and P(s) = e^{-E(s)}/Z, as pages write about them.

Sums over pairs i < j are written out, and a derivative by w_ij is one by a pair; <.>_model and <.>_data are means over
P and over some distribution of data; E(s_i = 1) and P(s_i = 1 | s_{-i}) are values with one unit set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_STATES = re.compile(
    r"\s*(?P<s>\\?[A-Za-z])\s*\\in\s*\\\{\s*(?P<low>0|-\s*1)\s*,\s*(?P<high>\+?\s*1)\s*\\\}\s*\^\s*\{?\s*(?P<n>[A-Za-z])\s*\}?\s*"
)
_PAIRS = re.compile(r"\\sum\s*(?:\\limits)?\s*_\s*\{\s*(?:\(?\s*(?P<i>[a-z])\s*<\s*(?P<j>[a-z])\s*\)?)\s*\}")
_LABEL = r"(?:\{\s*)?\\(?:rm|mathrm|text|textrm)\s*\{?\s*(?P<label>data|model)\s*\}?(?:\s*\})?"
_MEAN = re.compile(rf"(?P<close>\\rangle\s*)_\s*{_LABEL}")
_SAID = re.compile(r"\\q?quad|\\text(?:rm)?\s*\{[^{}]*\b(?:for|if|where|when|all)\b|\bfor\b|<")
_MODEL = r"(?<![A-Za-z\\])(?P<p>[PpQ])\s*\(\s*{s}\s*\)\s*=[^=]*(?:e\s*\^|\\exp)[^=]*E\s*\("
_OTHERS = (
    r"{s}\s*_\s*\{\s*(?:-\s*{i}|\\(?:setminus|backslash|neq?|not)\s*(?:=\s*)?\{?\s*{i}\s*\}?|"
    r"[a-z]\s*\\neq?\s*{i})\s*\}"
)


@dataclass(frozen=True, slots=True)
class _Page:
    state: str
    values: tuple[str, str]
    size: str
    law: str  # the P of P(s) = e^{-E(s)}/Z, "" where there is none
    coupling: str  # the w of \\sum_{i<j} w_ij s_i s_j
    pair: tuple[str, str]
    unit: str = r"\Xi"


def with_energy_states(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences of a page about one such energy, in formulas over its states."""
    page = _page_of(list(_texts(items)))
    if page is None:
        return items
    changed = tuple(_changed(item, page) if isinstance(item, Sentence) else item for item in items)
    if all(one is other for one, other in zip(items, changed, strict=True)):
        return items
    return (*_declared(items, changed, page), *changed)


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _page_of(texts: Sequence[str]) -> _Page | None:
    states = [found for text in texts if (found := _STATES.fullmatch(text.strip(" .,;"))) is not None]
    whole = " ; ".join(texts)
    if len(states) != 1 or r"\Xi" in whole or r"\xi" in whole:
        return None
    s = states[0]["s"]
    head = re.search(rf"(?<![A-Za-z\\])E\s*\(\s*{re.escape(s)}\s*\)\s*&?\s*=", whole)
    laws = {m["p"] for text in texts for m in re.finditer(_MODEL.replace("{s}", re.escape(s)), text)}
    if head is None or len(laws) > 1:
        return None
    pairs = {
        (m["w"], m["i"], m["j"]) for text in texts
        for m in re.finditer(_PAIRS.pattern + r"\s*(?P<w>\\?[A-Za-z])\s*_\s*\{\s*(?P=i)\s*,?\s*(?P=j)\s*\}", text)
    }  # fmt: skip
    if len(pairs) > 1:
        return None
    w, i, j = pairs.pop() if pairs else ("", "", "")
    values = states[0]["low"].replace(" ", ""), "1"
    return _Page(s, values, states[0]["n"], laws.pop() if laws else "", w, (i, j))


# ---- what is rewritten


def _changed(sentence: Sentence, page: _Page) -> Sentence:
    parts: list[Prose | Formula] = []
    same = True
    for part in sentence.parts:
        if not isinstance(part, Formula):
            parts.append(part)
            continue
        if not part.display and re.search(r"\\cdot\s*\\rangle", part.source.text):
            parts.append(Prose(part.source))  # <.>_data names a mean
            same = False
            continue
        source = _with_range(_rewritten(part.source, page), part, page)
        same = same and source.text == part.source.text
        changed = source.text != part.source.text
        parts.append(replace(part, source=source, written=part.written or part.source) if changed else part)
    return sentence if same else replace(sentence, parts=tuple(parts))


def _rewritten(source: Source, page: _Page) -> Source:
    n, s = page.size, re.escape(page.state)

    def both(match: re.Match[str]) -> str:
        return rf"\sum_{{{match['i']}=1}}^{{{n}}} \sum_{{{match['j']}={match['i']}+1}}^{{{n}}}"

    source = source.replaced(_PAIRS, both) if page.coupling else source
    law = {"model": page.law, "data": r"p_{\text{data}}"}
    if page.law:
        source = source.replaced(_MEAN, lambda m: rf"{m['close']}_{{{page.state} \sim {law[m['label']]}}}")
    event = rf"{s}\s*_\s*\{{?\s*(?P<i>[a-z])\s*\}}?\s*=\s*(?P<v>[-+]?\s*[01])"
    source = source.replaced(re.compile(rf"(?<![A-Za-z\\])E\s*\(\s*{event}\s*\)"), lambda m: f"E({_set(page, m)})")
    if page.law:
        bar = r"\s*(?:\\mid(?![a-z])|\||\\vert(?![a-z]))\s*"
        others = _OTHERS.replace("{s}", s).replace("{i}", "(?P=i)")
        chance = rf"(?<![A-Za-z\\]){page.law}\s*\(\s*{event}{bar}{others}\s*\)"
        source = source.replaced(re.compile(chance), _conditional(page))
    return source


def _set(page: _Page, match: re.Match[str], value: str = "") -> str:
    """The state with one unit set: s + (1 - s_i) e_i."""
    i, v = match["i"], value or match["v"].replace(" ", "").replace("+", "")
    return rf"{page.state} + ({v} - {page.state}_{{{i}}}) {page.unit}_{{:,{i}}}"


def _conditional(page: _Page) -> Callable[[re.Match[str]], str]:
    def of_unit(match: re.Match[str]) -> str:
        terms = [rf"{page.law}({_set(page, match, value)})" for value in page.values]
        return rf"\frac{{{page.law}({_set(page, match)})}}{{{' + '.join(terms)}}}"

    return of_unit


def _with_range(source: Source, part: Formula, page: _Page) -> Source:
    """A claim about a derivative by w_ij as one about pairs: where nothing else is said of i and j."""
    i, j = page.pair
    slope = rf"\\partial\s*{re.escape(page.coupling)}\s*_\s*\{{\s*{i}\s*,?\s*{j}\s*\}}"
    by = re.compile(slope) if page.coupling else None
    if by is None or not part.display or by.search(source.text) is None or "\\begin" in source.text:
        return source
    said = statements_of(source)
    if len(said) != 1 or said[0].over is not None or _SAID.search(source.text):
        return source
    bare = source.text.rstrip(" .,;\n")
    end = source.cut(len(bare)).place(0) if len(bare) < len(source.text) else source.end
    return joined([source.cut(0, len(bare)), written_at(rf", \quad {i}<{j}", end)])


# ---- what is declared


def _declared(items: Sequence[Item], changed: Sequence[Item], page: _Page) -> Iterator[Sentence]:
    texts, n = list(_texts(items)), page.size
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    states = rf"\{{{', '.join(page.values)}\}}^{{{n}}}"
    wanted: list[str] = []
    if any(page.unit in text for text in _texts(changed)):
        wanted += [rf"{page.unit} \in \mathbb{{R}}^{{{n} \times {n}}}", rf"\xi \in \mathbb{{R}}^{{{n}}}", r"\xi_i = 1"]
        wanted.append(rf"{page.unit} = \operatorname{{diag}}(\xi)")
    told = re.compile(rf"(?<![A-Za-z\\]){re.escape(page.coupling or 'w')}(?![A-Za-z_])")
    if page.coupling and not any(told.search(text) for text in texts):
        wanted += [rf"{page.coupling} \in \mathbb{{R}}^{{{n} \times {n}}}", rf"{page.coupling}^T = {page.coupling}"]
    if any(r"\sim p_{\text{data}}" in text for text in _texts(changed)):
        wanted.append(rf"p_{{\text{{data}}}}({page.state}) \in \Delta({states})")
    for text in wanted:
        yield Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True)


__all__ = ["with_energy_states"]
