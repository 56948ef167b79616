"""Next values that are given in one column, (v_{t+1}; x_{t+1}) = M (v_t; x_t): each by its row.

Where nothing spoke of an entry of the column before, the equation says what they all are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_MATRIX = r"\\begin\s*\{{([pb]?matrix)\}}(?P<{0}>(?:(?!\\begin|\\end).)*)\\end\s*\{{[pb]?matrix\}}"
_STACKED = re.compile(rf"\s*{_MATRIX.format('left')}\s*=(?P<right>[^=]*)(?P<more>=.*)?", re.DOTALL)
_PRODUCT = re.compile(
    rf"\s*{_MATRIX.format('by')}\s*(?:\\cdot\s*|\\,\s*)?{_MATRIX.format('of')}\s*(?:\+\s*{_MATRIX.format('plus')}\s*)?[.,]?\s*",
    re.DOTALL,
)
_NEXT = re.compile(
    r"\s*(\\?[A-Za-z]+)\s*(?:_\s*\{?\s*([a-z])\s*\+\s*1\s*\}?|'|\^\s*\{?\\prime\}?|\^\s*\{\\text\{new\}\})\s*"
)


def with_stacked(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences in which such a column is written row by row."""
    found: list[Item] = []
    heard = ""
    for item in items:
        if isinstance(item, Sentence):
            parts = [other for part in item.parts for other in _apart(part, heard)]
            item = item if len(parts) == len(item.parts) else replace(item, parts=tuple(parts))
            heard += " ".join(part.source.text for part in item.parts if isinstance(part, Formula))
        found.append(item)
    return tuple(found)


def _apart(part: Prose | Formula, heard: str) -> Iterator[Prose | Formula]:
    said = _STACKED.fullmatch(part.source.text) if isinstance(part, Formula) and part.display else None
    rows = None if said is None else _rows(said)
    if not isinstance(part, Formula) or said is None or rows is None or any(_spoken(name, heard) for name, _ in rows):
        yield part
        return
    at = part.source.place(0)
    yield from (replace(part, source=written_at(f"{name} = {value}", at)) for name, value in rows)
    if said["more"] is not None:
        yield replace(part, source=part.source.cut(said.start("right")))


def _rows(said: re.Match[str]) -> list[tuple[str, str]] | None:
    """Each name with what its row is; None where they are no next values, or the right side is no product."""
    names, product = _split(said["left"]), _PRODUCT.fullmatch(said["right"])
    if product is None or not all(_NEXT.fullmatch(name) for name in names):
        return None
    by, of = [row.split("&") for row in _split(product["by"])], _split(product["of"])
    plus = _split(product["plus"]) if product["plus"] else [""] * len(names)
    if not len(by) == len(names) == len(plus) or any(len(row) != len(of) for row in by):
        return None
    sums = (" + ".join(rf"\left({a.strip()}\right) {b.strip()}" for a, b in zip(row, of, strict=True)) for row in by)
    more = (f" + \\left({term}\\right)" if term else "" for term in plus)
    return [(name, total + rest) for name, total, rest in zip(names, sums, more, strict=True)]


def _split(column: str) -> list[str]:
    return [row.strip() for row in re.split(r"\\\\(?:\s*\[[^\]]*\])?", column) if row.strip()]


def _spoken(name: str, heard: str) -> bool:
    """Whether a formula spoke of a next value before."""
    return re.sub(r"\s", "", name) in re.sub(r"\s", "", heard)


__all__ = ["with_stacked"]
