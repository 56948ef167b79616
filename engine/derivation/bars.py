"""Means that bars alone tell: \\bar x beside x_1, ..., x_n is their mean, where a page gives it no other value.

So it is in "with the sample means \\bar x and \\bar y", and where no word says it at all. \\overline{x y} and
\\overline{x^2} are means of products.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_FACE = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?"
_BAR = re.compile(
    rf"\\(?:bar|overline)\s*(?:\{{\s*(?P<inside>{_FACE}\{{?\s*[A-Za-z]\s*\}}?)\s*\}}|(?P<letter>[A-Za-z]))"
    r"(?![A-Za-z])(?P<script>\s*[_^]\s*(?:\{[^{}]*\}|\\?\w+))?"
)
_PRODUCT = re.compile(r"\\overline\s*\{\s*(?P<of>[A-Za-z](?:\s*\^\s*\{?\s*\d\s*\}?|(?:\s*[A-Za-z])+))\s*\}")
_UPPER = (  # how far an index runs
    re.compile(r"\\sum(?:\\limits)?\s*_\s*\{\s*[a-z]\s*=\s*1\s*\}\s*\^\s*\{?\s*([A-Za-z])\s*\}?(?![A-Za-z])"),
    re.compile(r"=\s*1\s*,\s*(?:2\s*,\s*)?(?:\\[lc]?dots|\.\.\.|…)\s*,\s*([A-Za-z])(?![A-Za-z_])"),
    re.compile(
        r"_\s*\{?1\}?\s*,\s*(?:[^,=\n]*,\s*)?(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?:\\[a-z]+\s*\{?\s*)?[A-Za-z]\s*\}?\s*_\s*"
        r"\{?\s*([A-Za-z])\s*\}?"
    ),
)
_ADJOINTS = re.compile(r"adjoint|\bbars?\b[^.]*\b(?:denot|derivative|gradient|mean)", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:means?|averages?|centroids?)\b", re.IGNORECASE)
_WITH_MEANS = re.compile(  # "with sample means ⟦k⟧ and ⟦l⟧", "where ⟦k⟧ and ⟦l⟧ are the means of ..."
    r"(?:,?\s*(?:and\s+)?with\s+(?:the\s+)?|(?:we\s+)?(?:denote|write)\s+(?:the\s+)?)"
    r"(?:(?:sample|arithmetic|empirical)\s+)?(?:means?|averages?)\s+(?:by\s+|as\s+)?(?P<one>⟦\d+⟧(?:\s*(?:,|and)\s*⟦\d+⟧)*)|"
    r"(?:where|let|with|here|and)?\s*(?P<two>⟦\d+⟧(?:\s*(?:,|and)\s*⟦\d+⟧)*)\s+(?:is|are|be|denotes?|being)\s+(?:the\s+)?"
    r"(?:corresponding\s+|respective\s+)?(?:(?:sample|arithmetic|empirical)\s+)?(?:means?|averages?)"
    r"(?:\s+of\s+(?:the\s+)?⟦\d+⟧(?:\s*(?:,|and)\s*(?:the\s+)?⟦\d+⟧)*|\s+of\s+the\s+\w+)?",
    re.IGNORECASE,
)


def with_bars(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with a definition of each such mean before the first that speaks of it."""
    found = tuple(items)
    texts = [part.source.text for part in _formulas(found)]
    whole = "\n".join(texts)
    if r"\bar" not in whole and r"\overline" not in whole:
        return found
    count = _count(whole)
    words = " ".join(item.template for item in found if isinstance(item, Sentence))
    meant = {} if count is None or _ADJOINTS.search(words) else _meant(whole, count)
    meant = {mark: said for mark, said in meant.items() if not _said_otherwise(mark, found)}
    read: list[Item] = []
    told = frozenset(meant)
    for item in found:
        if isinstance(item, Sentence):
            for mark in [mark for mark in meant if any(mark in _marks(part.source.text) for part in _formulas([item]))]:
                at = next(part.source.place(0) for part in _formulas([item]) if mark in _marks(part.source.text))
                let = Formula(written_at(meant.pop(mark), at), False)
                read.append(Sentence((Prose(written_at("Let ", at)), let), True, item.section))
            item = _without_words(item, told)
        read.append(item)
    return tuple(read)


def _count(whole: str) -> str | None:
    """The one letter that the numbers of the page run up to."""
    ends = {match[1] for form in _UPPER for match in form.finditer(whole)}
    return ends.pop() if len(ends) == 1 else None


def _letter(match: re.Match[str]) -> str:
    return re.sub(r"[\s{}]+", "", match["inside"] or match["letter"])


def _marks(text: str) -> set[str]:
    """What stands below the bars of a formula: x, and x y of a mean of products."""
    products = {re.sub(r"[\s{}]+", "", match["of"]) for match in _PRODUCT.finditer(text)}
    return products | {_letter(match) for match in _BAR.finditer(text)}


def _meant(whole: str, count: str) -> dict[str, str]:
    """By what stands below the bar, the definition that is meant."""
    found: dict[str, str] = {}
    families = set(re.findall(r"(?<![A-Za-z\\])([A-Za-z])\s*\}?\s*_\s*\{?\s*[ijknmt]\s*\}?(?![A-Za-z])", whole))
    steps = {_letter(match) for match in _BAR.finditer(whole) if match["script"] and match["script"].strip() != "^2"}
    for match in _BAR.finditer(whole):
        letter, own = _letter(match), match[0].removesuffix(match["script"] or "")
        given = re.search(
            rf"(?:^|[&,;]|\\\\)\s*{re.escape(own)}\s*&?\s*(?::?=|\\(?:equiv|triangleq|in|sim)(?![a-z]))",
            whole,
            re.MULTILINE,
        )
        bare = letter[-1:]
        if bare in families and letter not in steps and given is None:
            index = "i" if count != "i" else "j"
            found.setdefault(
                letter, rf"{own} = \frac{{1}}{{{count}}} \sum_{{{index}=1}}^{{{count}}} {_plain(match)}_{{{index}}}"
            )
    for match in _PRODUCT.finditer(whole):
        of = re.sub(r"[\s{}]+", "", match["of"])
        letters = re.findall("[A-Za-z]", of)
        if len(of) > 1 and set(letters) <= families and not re.search(rf"{re.escape(match[0])}\s*&?\s*:?=", whole):
            term = re.sub(r"[A-Za-z]", lambda m: f"{m[0]}_i", of) if "^" not in of else f"{of[0]}_i^{of[-1]}"
            found.setdefault(of, rf"{match[0]} = \frac{{1}}{{{count}}} \sum_{{i=1}}^{{{count}}} {_spaced(term)}")
    return found


def _plain(match: re.Match[str]) -> str:
    return (match["inside"] or match["letter"]).strip()


def _spaced(term: str) -> str:
    return re.sub(r"(?<=_i)(?=[A-Za-z])", " ", term)


def _said_otherwise(mark: str, items: Sequence[Item]) -> bool:
    """Whether words within a sentence are about such a symbol, and none of them calls it a mean."""
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            alone = isinstance(part, Formula) and not part.display and _BAR.fullmatch(part.source.text.strip())
            if alone and _letter(alone) == mark and isinstance(item, Sentence) and not _CALLED.search(item.template):
                return True
    return False


def _without_words(sentence: Sentence, told: frozenset[str]) -> Sentence:
    """The sentence without the words that call such symbols means: the formula says it."""
    said = _WITH_MEANS.search(sentence.template)
    places = [] if said is None else list(map(int, re.findall(r"⟦(\d+)⟧", said[0])))
    named = [] if said is None else list(map(int, re.findall(r"⟦(\d+)⟧", said["one"] or said["two"] or "")))
    formulas = [sentence.parts[place].source.text.strip() for place in named]
    bars = [_BAR.fullmatch(text) for text in formulas]
    if said is None or not all(bar is not None and _letter(bar) in told for bar in bars):
        return sentence
    parts: list[Prose | Formula] = []
    for place, part in enumerate(sentence.parts):
        if place in places:
            continue
        parts.append(part)
    joined_words = re.compile(
        r"(?:,?\s*(?:and\s+)?with\s+(?:the\s+)?|(?:we\s+)?(?:denote|write)\s+(?:the\s+)?)?(?:(?:sample|arithmetic|empirical)\s+)?"
        r"(?:means?|averages?)\b(?:\s+(?:by|as|of(?:\s+the)?)\b)?|\b(?:where|is|are|denotes?|respective|corresponding)\b",
        re.IGNORECASE,
    )
    parts = [Prose(p.source.without(joined_words)) if isinstance(p, Prose) else p for p in parts]
    return replace(sentence, parts=tuple(parts))


def _formulas(items: Iterable[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_bars"]
