"""Entropies of two variables whose table a page gives, H(X, Y), H(Y | X) and I(X; Y) of p(0,0) = p(1,1) = 3/8, ..., and
the entries p_i of a distribution that is given as P = (1/2, 1/4, 1/4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_NUMBER = r"(?:\d+(?:\.\d+)?(?:\s*/\s*\d+)?|\\[dt]?frac\s*(?:\{\s*\d+\s*\}|\d)\s*(?:\{\s*\d+\s*\}|\d))"
_AT = re.compile(r"\s*[pP]\s*\(\s*(?:(?P<X>[A-Z])\s*=\s*)?(?P<x>\w+)\s*,\s*(?:(?P<Y>[A-Z])\s*=\s*)?(?P<y>\w+)\s*\)\s*")
_PAIR = re.compile(r"(?<![A-Za-z\\])(?P<X>[A-Z])\s*,\s*(?P<Y>[A-Z])\s*\\in\s*\\\{")
_VECTOR = re.compile(rf"\s*(?P<name>[PQ])\s*=\s*\(\s*{_NUMBER}(?:\s*,\s*(?:\\[,;])?\s*{_NUMBER})+\s*\)\s*")
_OPENS = r"\s*(?:\\left|\\[bB]igg?l?)?\(\s*"
_CLOSES = r"\s*(?:\\right|\\[bB]igg?r?)?\)"
Table = Mapping[tuple[str, str], Fraction]


def with_entropies(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such entropies as sums over the table, and such entries as those of the vector."""
    texts = [part.source.text for part in _formulas(items)]
    items = _entries(items, texts)
    told = _table(texts)
    if told is None:
        return items
    (first, second), table = told
    words = " ".join(item.template for item in items if isinstance(item, Sentence))
    two = any(r"\log_2" in text for text in texts) or re.search(r"\bbits?\b|\bbase\s+(?:2|two)\b", words) is not None
    log = r"\log_2" if two else r"\ln"
    for pattern, value in _values(first, second, table, log):
        items = tuple(_changed(item, pattern, value) for item in items)
    return items


def _table(texts: Sequence[str]) -> tuple[tuple[str, str], Table] | None:
    """The names of the variables and the chances of their values; None where not all are told."""
    table: dict[tuple[str, str], Fraction] = {}
    named = {(m["X"], m["Y"]) for text in texts for m in _PAIR.finditer(text)}
    for text in texts:
        *heads, last = text.strip(" .,;").split("=") if "|" not in text and "mid" not in text else [""]
        joined = "=".join(heads)
        found = list(_AT.finditer(joined))
        if not found or not re.fullmatch(rf"\s*{_NUMBER}\s*", last) or _AT.sub("", joined).strip("= "):
            continue
        named |= {(m["X"], m["Y"]) for m in found if m["X"] and m["Y"]}
        table |= {(m["x"], m["y"]): _value(last) for m in found}
    values = [sorted({key[k] for key in table}) for k in (0, 1)]
    whole = bool(table) and {*table} == {*product(*values)} and sum(table.values()) == 1
    return (named.pop(), table) if whole and len(named) == 1 else None


def _values(first: str, second: str, table: Table, log: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """What stands on a page for each entropy, and the sum that it is."""
    both = _entropy(table.values(), log)
    of_first, of_second = (_entropy(_margin(table, place), log) for place in (0, 1))
    bar, comma = r"\s*(?:\||\\mid(?![a-z]))\s*", r"\s*,\s*"
    pairs = ((first, second), (second, first))
    for x, y in pairs:
        yield re.compile(rf"(?<![A-Za-z\\])H{_OPENS}{x}{comma}{y}{_CLOSES}"), both
        yield (
            re.compile(rf"(?<![A-Za-z\\])[IM]{_OPENS}{x}\s*[;,]\s*{y}{_CLOSES}"),
            rf"\left({of_first}+{of_second}-{both}\right)",
        )
    for x, y, given in ((first, second, of_second), (second, first, of_first)):
        yield re.compile(rf"(?<![A-Za-z\\])H{_OPENS}{x}{bar}{y}{_CLOSES}"), rf"\left({both}-{given}\right)"
    for x, value in ((first, of_first), (second, of_second)):
        yield re.compile(rf"(?<![A-Za-z\\])H{_OPENS}{x}{_CLOSES}"), value


def _margin(table: Table, place: int) -> list[Fraction]:
    values = dict.fromkeys(key[place] for key in table)
    return [sum((p for key, p in table.items() if key[place] == value), Fraction(0)) for value in values]


def _entropy(chances: Iterable[Fraction], log: str) -> str:
    terms = (rf"-\frac{{{p.numerator}}}{{{p.denominator}}}{log}\left(\frac{{{p.numerator}}}{{{p.denominator}}}\right)"
             for p in chances if p)  # fmt: skip
    return rf"\left({''.join(terms)}\right)"


def _value(text: str) -> Fraction:
    over = re.findall(r"\d+(?:\.\d+)?", text)
    if "frac" in text and len(over) == 1:
        over = [*over[0]]
    return Fraction(over[0]) / (Fraction(over[1]) if len(over) > 1 else 1)


def _entries(items: tuple[Item, ...], texts: Sequence[str]) -> tuple[Item, ...]:
    """P_i for the p_i of a page that gives P = (1/2, 1/4, 1/4) and says of no p_i what it is."""
    names = {m["name"] for text in texts if (m := _VECTOR.fullmatch(text.rstrip(" .,;")))}
    for name in sorted(names):
        small = re.compile(
            rf"(?:(?<![A-Za-z\\])|(?<=_[a-z])){name.lower()}(?=\s*_\s*(?:[a-z](?![A-Za-z])|\{{\s*[a-z]\s*\}}))"
        )
        given = re.compile(rf"(?:^|,|&|\\quad)\s*{name.lower()}\s*_\s*\{{?\w+\}}?\s*(?:=|\\in)")
        if not any(map(given.search, texts)):
            items = tuple(_changed(item, small, name) for item in items)
    return items


def _changed(item: Item, pattern: re.Pattern[str], text: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts = list(item.parts)
    for place, part in enumerate(parts):
        if isinstance(part, Formula):
            source = part.source.replaced(pattern, lambda _: text)
            if source.text != part.source.text:
                parts[place] = replace(part, source=source, written=part.written or part.source)
    return replace(item, parts=tuple(parts))


def _formulas(items: Iterable[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_entropies"]
