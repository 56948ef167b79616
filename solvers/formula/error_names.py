"""Labels that are names of vectors: \\delta_z = ... beside \\delta = ..., where z is derived by; no entry \\delta."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from solvers.formula.operators import GREEK

_LABELLED = re.compile(r"\s*(\\?[A-Za-z]+)\s*_\s*(?:\{\s*(\\?[A-Za-z]+)\s*\}|(\\[A-Za-z]+|[A-Za-z]))\s*")
_DERIVED = re.compile(
    r"(?:\}\s*\{|/)\s*\\partial\s*(\\?[A-Za-z]+)(?![A-Za-z_])(?!\s*[_^])|\\nabla\s*_\s*\{?\s*(\\?[A-Za-z]+)\s*\}?"
)
_LISTED = re.compile(r"(\\?[A-Za-z]+)\s*_\s*\{?1\}?\s*,\s*(?:\\[lc]?dots[a-z]?|\.\.\.|…)")
_VECTORS = re.compile(r"([^=<>]*)\\in(?![a-z])\s*\\mathbb\s*\{?\s*R\s*\}?\s*\^")


def labels_of(stated: Iterable[tuple[Sequence[str], Sequence[str]]]) -> frozenset[str]:
    """The names with a label that statements give a value, where that label is what is derived by, or a vector; and
    u_o in R^d beside u_1, ..., u_K in R^d."""
    known = list(stated)
    lines = [(r" \in " if relations[:1] == ("in",) else " = ").join(sides) for sides, relations in known]
    given = [part for sides, relations in known for part in _given(sides[0], relations)]
    heads = [_LABELLED.fullmatch(part) for part in given]
    wanted = {(head[1], head[2] or head[3]) for head in heads if head is not None}
    whole = {part.strip() for part in given}
    vectors = {m[1] or m[2] for line in lines for m in _DERIVED.finditer(line)} & whole
    for sides, relations in known:
        line = f"{sides[0]} \\in {sides[1]}" if relations[:1] == ("in",) else ""
        declared = _VECTORS.match(line)
        vectors |= {part.strip() for part in declared[1].split(",")} if declared is not None else set()
    listed = {(m[1], letter) for line in lines for m in _LISTED.finditer(line) for letter in "abcoz"}
    return frozenset(
        f"{_plain(base)}_{_plain(label)}"
        for base, label in wanted
        if (label in vectors or (base, label) in listed) and not _counts(label, lines)
    )


def _given(side: str, relations: Sequence[str]) -> list[str]:
    """What a statement gives a value, or says the set of."""
    if relations[:1] in {("=",), (":=",)}:
        return [side]
    return re.split(r",(?![^{(]*[})])", side) if relations[:1] == ("in",) else []


def _counts(label: str, lines: Iterable[str]) -> bool:
    """Whether a letter is an index somewhere: of a sum, with a range, of a set."""
    letter = re.escape(label)
    index = re.compile(
        rf"\\(?:sum|prod|max|min|bigcup)\s*_\s*\{{?\s*(?:[a-z]\s*,\s*)*{letter}(?![A-Za-z])|"
        rf"(?<![A-Za-z\\]){letter}\s*(?:=\s*\d|\\in\s*\\\{{|\\n?eq?\s*[a-z](?![A-Za-z]))"
    )
    return any(index.search(line) for line in lines)


def _plain(name: str) -> str:
    return name.strip("\\") if name.strip("\\") in GREEK or name.startswith("\\") else name


__all__ = ["labels_of"]
