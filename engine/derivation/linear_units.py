"""Linear units w^T x_n whose inputs are taken entry by entry too, x_{ni} and w_i: then w and every x_n are vectors.

Where nothing declares them, x_n beside x_{ni} would be a row of a table, and w a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*[A-Za-z]\s*\}|[A-Za-z])|[A-Za-z])"
_UNIT = re.compile(
    rf"(?<![A-Za-z\\{{])(?P<w>{_NAME})\s*(?:\^\s*(?:\{{\s*(?:\\top|\\intercal|T)\s*\}}|\\top|\\intercal|T)|\\cdot(?![a-z]))\s*"
    rf"(?P<x>{_NAME})\s*_\s*\{{?\s*(?P<n>[a-z])\s*\}}?(?![\w,])"
)
_LETTERS = ("d", "D", "p", "q", "m", "M")


def with_linear_units(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind what such names are, where the page says how many examples there are and no more."""
    texts = list(_texts(items))
    whole = " ".join(texts)
    units = [m for m in _UNIT.finditer(whole) if _by_entries(m, whole) and not _declared(m, texts)]
    kinds = {(m["w"], m["x"], m["n"]) for m in units}
    letter = next((one for one in _LETTERS if not re.search(rf"(?<![A-Za-z\\]){one}(?![A-Za-z])", whole)), None)
    if len(kinds) != 1 or letter is None:
        return items
    w, x, n = kinds.pop()
    many = {m[1] for m in re.finditer(rf"\\sum\s*_\s*\{{\s*{n}\s*=\s*1\s*\}}\s*\^\s*\{{?\s*([A-Za-z])\s*\}}?", whole)}
    if len(many) != 1:
        return items
    said = (
        rf"{w} \in \mathbb{{R}}^{{{letter}}}",
        rf"{x}_{n} \in \mathbb{{R}}^{{{letter}}}, {n} = 1, \dots, {many.pop()}",
    )
    place = next(item.parts[0].source.place(0) for item in items if isinstance(item, Sentence))
    lets = (
        Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True) for text in said
    )
    return (*lets, *items)


def _by_entries(unit: re.Match[str], text: str) -> bool:
    """Whether x_{ni} and w_i stand somewhere, for one letter i."""
    x, n, w = re.escape(unit["x"]), unit["n"], re.escape(unit["w"])
    letters = {m[1] for m in re.finditer(rf"(?<![A-Za-z\\]){x}\s*_\s*\{{\s*{n}\s*,?\s*([a-z])\s*\}}", text)}
    return any(re.search(rf"(?<![A-Za-z\\]){w}\s*_\s*\{{?\s*{i}(?![A-Za-z])", text) for i in letters)


def _declared(unit: re.Match[str], texts: Sequence[str]) -> bool:
    """Whether a membership speaks of w or of x."""
    names = "|".join(re.escape(unit[key]) for key in ("w", "x"))
    says = re.compile(rf"(?<![A-Za-z\\])(?:{names})(?![A-Za-z])[^=<>]*(?:\\in(?![a-z])|∈)")
    return any(map(says.search, texts))


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


__all__ = ["with_linear_units"]
