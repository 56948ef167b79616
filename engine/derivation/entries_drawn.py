"""Random numbers one letter at a time, beside others that the page sums with them: "m_i ~ Bernoulli(p)", x_i m_i/p and
\\sum_i w_i x_i. They are the entries of vectors of one size, which may have no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"(?:\\(?:tilde|hat|bar|mathbf|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z])|\\?[A-Za-z]+)"
_DRAWN = re.compile(
    rf"\s*(?P<name>{_NAME})\s*_\s*\{{?(?P<letter>[i-k])\}}?\s*(?:\\sim(?![a-z])|∼|~)\s*(?P<law>.+)", re.DOTALL
)
_LIST = re.compile(
    rf"\s*(?P<name>{_NAME})\s*_\s*\{{?1\}}?\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?P=name)\s*_\s*\{{?(?P<size>[A-Za-z])\}}?\s*"
    r"(?:\\sim(?![a-z])|∼|~).+",
    re.DOTALL,
)
_SUM = (
    r"\\sum(?:\\limits)?\s*_\s*"
    r"(?:\{{\s*{0}\s*(?:=\s*1\s*\}}\s*\^\s*\{{?\s*(?P<high>[A-Za-z])\s*\}}?|\}})|{0}(?![A-Za-z]))"
)
_RANGE = r"\s*{0}\s*=\s*1\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?P<high>[A-Za-z])\s*"
_MEMBER = r"(?<![A-Za-z\\{{])(?P<name>{1})\s*_\s*(?:\{{\s*{0}\s*\}}|{0}(?![A-Za-z]))"
_OTHERWISE = (  # vectors and steps: x_i^T, |x_i|, x_{i-1}, x_{ij}, x_0; and what is declared, or stands alone
    r"(?<![A-Za-z\\]){0}\s*(?:_\s*(?!(?:\{{\s*{1}\s*\}}|{1})(?![A-Za-z]))|\(|"
    r"_\s*(?:\{{\s*{1}\s*\}}|{1})\s*(?:\(|\^\s*\{{?\s*(?:\\top|T|\()))|\|\s*{0}\s*_|"
    r"(?<![A-Za-z\\]){0}\s*(?:_\s*\{{?{1}\}}?\s*)?(?:,[^=]*)?\\in(?![a-z])|(?<![A-Za-z\\]){0}(?!\s*_|[A-Za-z])"
)
_SIZES = "ndNDmMKJ"
_OTHER_NAMES = frozenset("E P Pr Var Cov I \\delta \\mathbb \\text \\sum \\prod \\frac \\log \\exp".split())


def with_entries_drawn(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, such numbers as vectors: m_1, ..., m_n ~ Bernoulli(p), behind x, w in R^n."""
    inline = [part.source.text for part in _formulas(items) if not part.display]
    texts = [part.source.text for part in _formulas(items)]
    drawn = [said for text in inline if (said := _DRAWN.fullmatch(text))]
    lists = [said for text in inline if (said := _LIST.fullmatch(text))]
    letters = {said["letter"] for said in drawn} | {i for said in lists for i in _letters(texts, said["name"])}
    if len(letters) != 1:
        return items
    letter = letters.pop()
    sizes = {said["size"] for said in lists} or {_size(texts, letter)}
    size, random = sizes.pop(), {said["name"] for said in (*drawn, *lists)}
    others = _others(texts, letter, random)
    if size is None or sizes or not others or any(_has(said["law"], letter) for said in drawn):
        return items
    told = {*others, *(said["name"] for said in drawn)}
    other = [re.compile(_OTHERWISE.format(re.escape(name), letter)) for name in told]
    if any(form.search(text) for form in other for text in texts if not re.fullmatch(_NAME, text.strip())):
        return items
    at = next(iter(_formulas(items))).source.place(0)
    let = Formula(written_at(rf"{', '.join(sorted(others))} \in \mathbb{{R}}^{{{size}}}", at), False)
    return (Sentence((Prose(written_at("Let ", at)), let), True), *(_listed(item, size) for item in items))


def _size(texts: Sequence[str], letter: str) -> str | None:
    """How many there are: up to where all sums over the letter run, or a letter that is free."""
    sums = [said for text in texts for said in re.finditer(_SUM.format(letter), text)]
    ranges = [said["high"] for text in texts if (said := re.fullmatch(_RANGE.format(letter), text))]
    highs = {said["high"] for said in sums if said["high"]} | {*ranges}
    if not sums or len(highs) > 1:
        return None
    used = " ".join(texts)
    free = (size for size in _SIZES if not re.search(rf"(?<![A-Za-z\\]){size}(?![A-Za-z])", used))
    return highs.pop() if highs else next(free, None)


def _letters(texts: Sequence[str], name: str) -> set[str]:
    """The letters that count the numbers of a list."""
    return {
        found
        for text in texts
        for found in re.findall(rf"(?<![A-Za-z\\]){re.escape(name)}\s*_\s*\{{?([i-k])(?![A-Za-z])", text)
    }


def _others(texts: Sequence[str], letter: str, random: set[str]) -> set[str]:
    """The other names with the letter below, but those that an equation is said of."""
    found = {said["name"] for text in texts for said in re.finditer(_MEMBER.format(letter, _NAME), text)}
    defined = {said["name"] for text in texts if (said := re.match(rf"\s*{_MEMBER.format(letter, _NAME)}\s*:?=", text))}
    return found - random - defined - _OTHER_NAMES


def _has(text: str, letter: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", text) is not None


def _listed(item: Item, size: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    return replace(item, parts=tuple(_in_a_list(part, size) for part in item.parts))


def _in_a_list(part: Prose | Formula, size: str) -> Prose | Formula:
    said = _DRAWN.fullmatch(part.source.text) if isinstance(part, Formula) and not part.display else None
    if said is None:
        return part
    text = rf"{said['name']}_1, \dots, {said['name']}_{size} \sim {said['law']}"
    return Formula(written_at(text, part.source.place(0)), False, written=part.source)


def _formulas(items: Sequence[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_entries_drawn"]
