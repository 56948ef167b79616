"""What the vectors of linear units and of quadratic forms are, where nothing declares them: w and x of w^T x, and of
w^T x_n beside x_{ni} or beside bold letters; w and w^* of (w - w^*)^T H (w - w^*).

Each line by itself would leave it open how long they are; all of them together do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|\s[A-Za-z](?![A-Za-z]))"
_SMALL = _BOLD.replace("A-Z", "")
_NAME = rf"(?:{_BOLD}|[A-Za-z])"
_TURN = r"\^\s*(?:\{\s*(?:\\top|\\intercal|T)\s*\}|\\top|\\intercal|T)"
_UNIT = re.compile(
    rf"(?<![A-Za-z\\{{_])(?P<w>{_NAME})\s*(?:{_TURN}|\\cdot(?![a-z]))\s*"
    rf"(?P<x>{_NAME})\s*_\s*\{{?\s*(?P<n>[a-z])\s*\}}?(?![\w,])"
)
_BOLD_UNIT = re.compile(rf"(?P<w>{_SMALL})\s*{_TURN}\s*\(?(?P<x>{_SMALL})\s*(?:[+-]\s*(?P<e>{_SMALL})\s*\))?")
_FORM = re.compile(
    rf"\(\s*(?P<w>{_SMALL})\s*-\s*(?P<at>{_SMALL}\s*\^\s*\{{?\s*(?:\*|\\star|\\ast)\s*\}}?)\s*\)\s*{_TURN}\s*"
    rf"(?P<H>{_NAME})\s*\(\s*(?P=w)\s*-\s*(?P=at)\s*\)"
)
_ROWS = r"⟦(?P<X>\d+)⟧[\s,]*(?:whose\s+(?:⟦\d+⟧-?\s*th\s+)?rows?\s+(?:is|are)|with\s+(?:the\s+)?rows?)\s+⟦(?P<x>\d+)⟧"
_COUNTED = re.compile(r"_\s*\{?\s*1\s*\}?\s*,\s*\\[lc]?dots\s*,[^,()]*_\s*\{?\s*(?P<n>[A-Za-z])\s*\}?\s*\)")
_LETTERS = ("d", "D", "p", "q", "m", "M")


def with_linear_units(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind what such names are."""
    texts = list(_texts(items))
    whole = " ".join(texts)
    letter = next((one for one in _LETTERS if not _has(whole, one)), None)
    said = [] if letter is None else _units(whole, letter) or _bold_units(items, whole, letter) or _forms(whole, letter)
    names = [re.split(r"\s*(?:\\in|_)", text)[0] for text in said]
    if not said or _declared(names, texts):
        return items
    place = next(item.parts[0].source.place(0) for item in items if isinstance(item, Sentence))
    found = list(items)
    rest = [text for text in said if not _put(found, text)]
    lets = (
        Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True) for text in rest
    )
    return (*lets, *found)


def _put(items: list[Item], text: str) -> bool:
    """Whether a sentence that declares speaks of the symbol alone: "let w^* be the minimum"; there it is said."""
    name = text.split(r" \in")[0]
    for number, item in enumerate(items):
        for place, part in enumerate(item.parts if isinstance(item, Sentence) and item.declares else ()):
            if isinstance(part, Formula) and not part.display and part.source.text.strip() == name:
                assert isinstance(item, Sentence)
                new = replace(part, source=written_at(text, part.source.place(0)), written=part.written or part.source)
                items[number] = replace(item, parts=(*item.parts[:place], new, *item.parts[place + 1 :]))
                return True
    return False


def _units(whole: str, letter: str) -> list[str]:
    """w and the x_n of w^T x_n, where x_{ni} and w_i stand somewhere, and a sum says how many examples there are."""
    kinds = {(m["w"], m["x"], m["n"]) for m in _UNIT.finditer(whole) if _by_entries(m, whole)}
    many = {m for _, _, n in kinds for m in _many(whole, n)}
    if len(kinds) != 1 or len(many) != 1:
        return []
    w, x, n = kinds.pop()
    return [
        rf"{w} \in \mathbb{{R}}^{{{letter}}}",
        rf"{x}_{n} \in \mathbb{{R}}^{{{letter}}}, {n} = 1, \dots, {many.pop()}",
    ]


def _bold_units(items: Sequence[Item], whole: str, letter: str) -> list[str]:
    """w, x and the e of w^T (x + e) in bold letters; the matrix with rows x_n^T and its targets."""
    found = {_plain(m[key]): m[key] for m in _BOLD_UNIT.finditer(whole) for key in ("w", "x", "e") if m[key]}
    if len({_plain(m["w"]) for m in _BOLD_UNIT.finditer(whole)}) != 1:
        return []
    said = [rf"{name} \in \mathbb{{R}}^{{{letter}}}" for name in found.values()]
    w = next(_BOLD_UNIT.finditer(whole))["w"]
    for X, n in _stacked(items):
        many = _many(whole, n)
        if len(many) == 1 and re.search(rf"{re.escape(X)}\s*{re.escape(w)}", whole):
            size = many.pop()
            said.append(rf"{X} \in \mathbb{{R}}^{{{size} \times {letter}}}")
            y = re.search(rf"{re.escape(X)}\s*{re.escape(w)}\s*-\s*(?P<y>{_BOLD})(?!\s*[_^])", whole)
            y = y or re.search(rf"(?P<y>{_BOLD})\s*-\s*{re.escape(X)}\s*{re.escape(w)}", whole)
            said += [] if y is None else [rf"{y['y']} \in \mathbb{{R}}^{{{size}}}"]
    return said if len(said) > len(found) else []


def _stacked(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """The matrices whose rows are said to be x_n^T, each with the letter n."""
    for item in items:
        for said in re.finditer(_ROWS, item.template) if isinstance(item, Sentence) else ():
            matrix, row = (item.parts[int(said[key])].source.text.strip() for key in ("X", "x"))  # type: ignore[union-attr]
            at = re.fullmatch(rf"{_BOLD}\s*_\s*\{{?\s*([a-z])\s*\}}?\s*{_TURN}", row)
            if at is not None and re.fullmatch(_BOLD, matrix):
                yield matrix, at[1]


def _forms(whole: str, letter: str) -> list[str]:
    """w and w^* of a quadratic form around it, as long as a diagonal that is written out, where there is one."""
    kinds = {(m["w"], m["at"]) for m in _FORM.finditer(whole)}
    sizes = {m["n"] for m in _COUNTED.finditer(whole)}
    if len(kinds) != 1 or len(sizes) > 1:
        return []
    _, optimum = kinds.pop()
    return [rf"{optimum} \in \mathbb{{R}}^{{{next(iter(sizes), letter)}}}"]


def _many(whole: str, letter: str) -> set[str]:
    limits = re.finditer(rf"\\sum\s*_\s*\{{\s*{letter}\s*=\s*1\s*\}}\s*\^\s*\{{?\s*([A-Za-z])\s*\}}?", whole)
    return {found[1] for found in limits}


def _by_entries(unit: re.Match[str], text: str) -> bool:
    """Whether x_{ni} and w_i stand somewhere, for one letter i, or x_n x_n^T, which is a matrix."""
    x, n, w = re.escape(unit["x"]), unit["n"], re.escape(unit["w"])
    letters = {m[1] for m in re.finditer(rf"(?<![A-Za-z\\]){x}\s*_\s*\{{\s*{n}\s*,?\s*([a-z])\s*\}}", text)}
    outer = re.search(rf"(?<![A-Za-z\\]){x}\s*_\s*\{{?{n}\}}?\s*{x}\s*_\s*\{{?{n}\}}?\s*{_TURN}", text)  # x_n x_n^T
    return outer is not None or any(
        re.search(rf"(?<![A-Za-z\\]){w}\s*_\s*\{{?\s*{i}(?![A-Za-z])", text) for i in letters
    )


def _declared(names: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a membership speaks of one of the names."""
    any_of = "|".join(map(re.escape, names))
    says = re.compile(rf"(?<![A-Za-z\\])(?:{any_of})(?![A-Za-z])[^=<>]*(?:\\in(?![a-z])|∈)")
    return any(map(says.search, texts))


def _has(text: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", text) is not None


def _plain(name: str) -> str:
    return "".join(name.split()).replace("{", "").replace("}", "")


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


__all__ = ["with_linear_units"]
