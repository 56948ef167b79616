"""Numbers that a table gives for every index, | layer $l$ | $k_l$ | and rows | 1 | 5 |, as a sentence: Given k_1 = 5.

Only what a page gives is read so: a column whose symbol has an equation of its own holds results, and claims nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.chance_tables import cells_of
from engine.derivation.source import Source, joined, written_at

_TABLE = re.compile(r"^[ \t]*+\|?[^\n|]++\|[^\n]*+\n(?=[ \t:|]*+-)[ \t:|-]++(?:\n[^\n|]*+\|[^\n]*+)+", re.MULTILINE)
_TABULAR = re.compile(r"\\begin\{tabular\}\s*\{[^{}]*\}.*?\\end\{tabular\}", re.DOTALL)
_INDEX = re.compile(r"(?:[A-Za-z]+\s+)?(?:\$\s*([a-z])\s*\$|(?<![A-Za-z])([a-z]))")
_FAMILY = re.compile(r"\$\s*(\\?[A-Za-z]+)\s*(?:_\s*\{?\s*([a-z])\s*\}?|\^\s*\{?\(\s*([a-z])\s*\)\}?)\s*\$")
_NUMBER = re.compile(r"\$?\s*([-+]?\d+(?:\.\d+)?(?:\s*/\s*\d+)?)\s*\$?")
_FOUND = re.compile(
    r"\b(?:results?|computed?|obtain\w*|get|found|find|fill\w*|gives?|yields?|claim\w*|solution|answers?|summar\w+)\b",
    re.IGNORECASE,
)


def with_tables(source: Source) -> Source:
    """The text with the numbers that tables give for every index as sentences in their place."""
    parts, done = [], 0
    for match in sorted((*_TABLE.finditer(source.text), *_TABULAR.finditer(source.text)), key=lambda m: m.start()):
        if match.start() < done or _FOUND.search(_above(source.text[: match.start()])):
            continue
        around = source.text[: match.start()] + source.text[match.end() :]
        told = list(_told(cells_of(match.group()), around))
        if told:
            parts += [source.cut(done, match.start())]
            parts += [written_at(f"\n\nGiven: {', '.join(told)}.\n\n", source.place(match.start()))]
            done = match.end()
    return joined([*parts, source.cut(done)]) if parts else source


def _above(text: str) -> str:
    """The paragraph that leads up to a table."""
    return re.split(r"\n\s*\n", text.rstrip())[-1]


def _told(rows: Sequence[Sequence[str]], around: str) -> Iterator[str]:
    """k_1 = 5, ... of the columns, or of the rows, that an index and its symbols stand at the head of."""
    if rows and _INDEX.fullmatch(rows[0][0]) and all(cell.isdigit() for cell in rows[0][1:]):
        rows = list(zip(*rows, strict=True))
    index = _INDEX.fullmatch(rows[0][0]) if len(rows) > 1 else None
    places = [row[0].strip("$ ") for row in rows[1:]]
    if index is None or not all(place.isdigit() for place in places) or len(set(places)) < len(places):
        return
    for column, head in enumerate(rows[0]):
        family = _FAMILY.fullmatch(head)
        numbers = [_NUMBER.fullmatch(row[column]) for row in rows[1:]]
        if (
            family is None
            or (index[1] or index[2]) not in family.groups()[1:]
            or not all(numbers)
            or _has_equation(family, around)
        ):
            continue
        for place, number in zip(places, numbers, strict=True):
            member = f"_{{{place}}}" if family[2] else f"^{{({place})}}"
            yield f"${family[1]}{member} = {number[1] if number else ''}$"


def _has_equation(family: re.Match[str], around: str) -> bool:
    """Whether the text says by an equation what the symbol of a column is."""
    script = (
        r"_\s*\{?\s*(?:[a-z]|\d+)(?:\s*[+-]\s*\d)?\s*\}?" if family[2] else r"\^\s*\{?\(\s*(?:[a-z]|\d+)[^()]*\)\}?"
    )
    plain = rf"(?<![A-Za-z\\])(?<!\\hat )(?<!\\tilde )(?<!\\bar ){re.escape(family[1])}"  # \\hat x_i = ... is another
    return re.search(rf"{plain}\s*{script}\s*&?\s*(?::?=|\\approx)", around) is not None
