"""What is put in another spelling: functions with a star, D^*(x) = ..., and a divergence that stands without its two
distributions, D_KL for the D_KL(q || p) before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_STAR = r"\^\s*(?:\{\s*(?:\*|\\star|\\ast)\s*\}|\*|\\star(?![a-z])|\\ast(?![a-z]))"
_DEFINED = re.compile(
    rf"(?:^|&|\\\\|\\qquad|\\quad|,|\\boxed\s*\{{)\s*([A-Za-z])\s*{_STAR}\s*(?:\\left)?\(\s*\\?[A-Za-z]\w*(?:\s*[,;]\s*\\?[A-Za-z]\w*)*\s*"
    r"(?:\\right)?\)\s*&?\s*:?="
)
_UPRIGHT = r"\\(?:mathrm|operatorname|text|mathsf)\s*\{\s*KL\s*\}"
_DIVERGENCE = (
    rf"(?:D\s*_\s*(?:\{{\s*(?:KL|{_UPRIGHT})\s*\}}|{_UPRIGHT})|(?<!_)(?<!_\s)(?<!\{{){_UPRIGHT}|"
    r"(?<![A-Za-z\\{_])(?<!\{ )KL(?![A-Za-z]))"
)
_OPENS = r"\s*(?:\\left|\\[Bb]igg?l?|\\,|\\!)?\s*[(\[]"
_TAKEN = re.compile(rf"(?P<name>{_DIVERGENCE})(?P<of>\s*(?:\\left|\\[Bb]igg?l?|\\!)?\([^()=]*(?:\([^()]*\)[^()=]*)*\))")
_BARE = re.compile(rf"{_DIVERGENCE}(?!{_OPENS})")


_WRITING = re.compile(r"\bwrit(?:e|ing)\s+⟦(\d+)⟧\s+(?:for|instead\s+of)\s+⟦(\d+)⟧", re.IGNORECASE)
_SYMBOLS = re.compile(r"\s*(?:\\?[A-Za-z]+(?:_\{?\w+\}?)?)(?:\s*,\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?)*\s*")


def respelled(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with functions that are defined with a star under names without one, D_{opt} for D^*; and with
    the divergence of which a page speaks wherever it is named."""
    texts = _texts(items)
    letters = {m[1] for text in texts for m in _DEFINED.finditer(text)}
    taken = {re.sub(r"\s+", "", m["of"]): m for text in texts for m in _TAKEN.finditer(text) if "|" in m["of"]}
    if letters:
        star = re.compile(rf"(?<![A-Za-z\\])([{''.join(sorted(letters))}])\s*{_STAR}")
        items = [_changed(item, star, r"\g<1>_{\\text{opt}}") for item in items]
    general = _texts(item for item in items if not (isinstance(item, Sentence) and _gives_numbers(item)))
    anew = any(re.match(rf"\s*&?\s*{_DIVERGENCE}\s*&?\s*:?=", text) for text in general)  # it is said for another case
    if len(taken) == 1 and not anew:
        (said,) = taken.values()
        whole = f"{said['name']}{said['of']}".replace("\\", "\\\\")
        items = [_changed(item, _BARE, whole) for item in items]
    return tuple(other for item in _set_anew(items) for other in (*_shortened(item), item))


_NUMBER = re.compile(r"[^=]+=\s*[-+−]?[\d./\s]+")


def _gives_numbers(sentence: Sentence) -> bool:
    """Whether all that a sentence says before its displays are numbers: for m = 1, s = 2"""
    inline = [part.source.text for part in sentence.parts if isinstance(part, Formula) and not part.display]
    return bool(inline) and all(map(_NUMBER.fullmatch, inline))


_COMMA = re.compile(r"(?<=\d)\{,\}(?=\d)")
_DECISIVE = re.compile(r"(?<!\d)0\{,\}\d|\d\{,\}(?:\d{1,2}|\d{4,})(?!\d)")  # no thousands


def with_decimal_commas(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with points for the commas of 0{,}95, where a page has those: then 1{,}125 is no thousand."""
    texts = _texts(items)
    if not any(map(_DECISIVE.search, texts)):
        return tuple(items)
    return tuple(_changed(item, _COMMA, ".") for item in items)


_VALUE = re.compile(  # no log_2(8)
    r"(?<![A-Za-z\\])(?P<name>[A-Za-z]|\\(?:alpha|beta|gamma|delta|psi|phi|pi|xi|mu))\s*_"
    r"\s*\{?\s*(?P<step>\w)\s*\}?\s*\(\s*(?P<at>\w)\s*\)"
)


def with_values_at(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with \\alpha_{2,1} for the \\alpha_2(1) of a page that gives only its numbers, one by one."""
    stated = [text for text in _texts(items) if re.search(r"[=<>]", text)]
    found = [match for text in stated for match in _VALUE.finditer(text)]
    open_ = {match["name"] for match in found if not (match["step"] + match["at"]).isdigit()}
    names = sorted({match["name"] for match in found} - open_)
    place = r"\s*_\s*\{?(\d)\}?\s*\(\s*(\d)\s*\)"
    first = [rf"(?<![A-Za-z\\]){re.escape(name)}{place}\s*&?\s*=" for name in names]
    if not names or not all(any(re.search(form, text) for text in stated) for form in first):
        return tuple(items)
    value = re.compile(rf"(?<![A-Za-z\\])({'|'.join(map(re.escape, names))}){place}")
    return tuple(_changed(item, value, r"\g<1>_{\g<2>,\g<3>}") for item in items)


_LIST = re.compile(r"(?<![A-Za-z\\])([a-z])_1\s*,\s*\1_2(?:\s*,\s*\1_\d)*(?=\s*(?:\\in(?![a-z])|∈))")


def with_listed_arguments(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with p(x_1, x_2, x_3) for the p(x) that a page says by the x_i that it has listed."""
    texts = _texts(items)
    lists = {match[1]: match[0] for text in texts for match in _LIST.finditer(text)}
    for letter, listed in lists.items():
        whole = rf"(?<![A-Za-z\\]){letter}(?![A-Za-z_])"
        said = re.compile(rf"\s*([A-Za-z])\s*\(\s*{letter}\s*\)\s*(?::?=|\\propto)(.*)", re.DOTALL)
        found = [match for text in texts if (match := said.match(text)) is not None]
        names = {m[1] for m in found if f"{letter}_1" in m[2] and not re.search(whole, m[2])}
        if names:
            applied = re.compile(rf"(?<![A-Za-z\\])([{''.join(sorted(names))}])\s*\(\s*{letter}\s*\)")
            items = [_changed(item, applied, rf"\g<1>({listed})") for item in items]
    return tuple(items)


_SETS = re.compile(
    r"[\s\W]*(?:(?:now|then|next|finally|further|also|here)[,\s]+)?(?:we\s+)?(?:set|put)\s*", re.IGNORECASE
)
_GIVEN = re.compile(r"\s*(\\?[A-Za-z]+(?:_(?:\w|\{\w+\}))?)\s*=(?!\s*-?[\d.]+\s*$)[^=]+")


def _set_anew(items: Sequence[Item]) -> list[Item]:
    """The sentences where "set Q = X W" says what Q is, of which nothing was spoken before; else it chooses a case."""
    found: list[Item] = []
    before: list[str] = []
    for item in items:
        if isinstance(item, Sentence) and _SETS.fullmatch(item.parts[0].source.text) and not item.declares:
            formulas = [part for part in item.parts if isinstance(part, Formula)]
            given = [_GIVEN.fullmatch(part.source.text) for part in formulas]
            new = [m for m in given if m and not any(_spoken(m[1]).search(text) for text in before)]
            if formulas and len(new) == len(given) and not any(part.display for part in formulas):
                lead = Prose(written_at("Let ", item.parts[0].source.place(0)))
                item = replace(item, parts=(lead, *item.parts[1:]), declares=True)
        found.append(item)
        before += _texts([item])
    return found


def _spoken(symbol: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z\\_])(?<!_\{{){re.escape(symbol)}(?![A-Za-z_])")


def _shortened(item: Item) -> list[Item]:
    """Before "writing m, s for m_1, s_1": that m_1 is m, and s_1 is s."""
    said = _WRITING.search(item.template) if isinstance(item, Sentence) else None
    if said is None or not isinstance(item, Sentence):
        return []
    new, old = (item.parts[int(place)].source for place in said.groups())
    if not _SYMBOLS.fullmatch(new.text) or not _SYMBOLS.fullmatch(old.text):
        return []
    pairs = list(zip(old.text.split(","), new.text.split(","), strict=False))
    if len(pairs) != len(new.text.split(",")) or len(pairs) != len(old.text.split(",")):
        return []
    place = new.place(0)
    lead = Prose(written_at("Let ", place))
    made = [Formula(written_at(f"{before.strip()} = {after.strip()}", place), False) for before, after in pairs]
    return [Sentence((lead, formula), True, item.section) for formula in made]


def _texts(items: Iterable[Item]) -> list[str]:
    parts = (part for item in items if isinstance(item, Sentence) for part in item.parts)
    return [part.source.text for part in parts if isinstance(part, Formula)]


def _changed(item: Item, pattern: re.Pattern[str], template: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts: list[Prose | Formula] = []
    for part in item.parts:
        changed = part.source.replaced(pattern, lambda found: found.expand(template))
        if isinstance(part, Formula) and changed is not part.source:
            part = replace(part, source=changed, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))
