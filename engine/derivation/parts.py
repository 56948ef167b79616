"""Sentences that name the parts of a matrix: "A with entries a_{ij}", "where u_i are the columns of U"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, text_of
from engine.derivation.diagonals import HEAD, SYMBOL, name_diagonals
from engine.derivation.document import Formula
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.words import roles_in
from solvers.formula.context import Context
from solvers.formula.nodes import Index, Member, Name
from solvers.formula.parts import entries_named, sized
from solvers.formula.targets import target_of

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_GAP = r"[^⟦⟧.;:]{0,15}?"
_ORDINAL = r"(?:\(?⟦\d+⟧\)?(?:-?(?:th|st|nd|rd))?,?\s*(?:⟦\d+⟧(?:-?th)?\s*)?)?"
_WORDS = {
    "entries": ("entr(?:y|ies)|elements?", "entries|elements"),
    "rows": ("rows?", "rows"),
    "columns": ("columns?", "columns"),
}
_OWNED = {  # A with entries a_{ij}; X whose n-th row is x_n; X with the x_n as rows
    kind: tuple(
        re.compile(form, re.IGNORECASE)
        for form in (
            rf"(?:\b(?:with|has|have|having|whose|its|and|as)\b{_GAP}|[,(]\s*)\b(?:{many})\b(?!,){_GAP}⟦(?P<part>\d+)⟧",
            rf"\bwhose\s+{_ORDINAL}\s*(?:{word})\s+(?:is|are|equals?){_GAP}⟦(?P<part>\d+)⟧",
            rf"\bwith\s+(?:the\s+)?(?:[a-z]+\s+)?⟦(?P<part>\d+)⟧\s+as\s+(?:its\s+|the\s+)?(?:{many})\b",
        )
    )
    for kind, (word, many) in _WORDS.items()
}
_OF = {  # a_{ij} the entries of A; the columns u_i of U
    kind: tuple(
        re.compile(rf"{before}\b(?:{word})(?: vectors?)?{between}\s+(?:of|in)\b{_GAP}⟦(?P<whole>\d+)⟧", re.IGNORECASE)
        for before, between in (
            (rf"⟦(?P<part>\d+)⟧[^⟦⟧.;:]{{0,60}}?{_ORDINAL}[^⟦⟧.;:]{{0,20}}?", ""), ("", r"\s+⟦(?P<part>\d+)⟧")
        )
    )
    for kind, (word, _) in _WORDS.items()
}  # fmt: skip


def _named(sentence: Sentence, kind: str) -> Iterator[tuple[str, str]]:
    """The matrices and the names for their parts that a sentence gives, as they are written before any relation."""
    template, heads = sentence.template, _heads(sentence)
    for match in chain.from_iterable(form.finditer(template) for form in _OWNED[kind]):
        before = [int(k) for k in re.findall(r"⟦(\d+)⟧", template[: match.start()])]
        whole = next((k for k in reversed(before) if SYMBOL.fullmatch(heads.get(k, ""))), None)
        if whole is not None:
            yield heads[whole], heads[int(match["part"])]
    for pattern in _OF[kind]:
        for match in pattern.finditer(template):
            yield heads[int(match["whole"])], heads[int(match["part"])]


def _heads(sentence: Sentence) -> dict[int, str]:
    """What stands before the relations of the formulas that are spoken of, by their places."""
    sizes = {place for place, role in roles_in(sentence.template).items() if role == "size"}
    return {
        place: "" if place in sizes else HEAD.split(part.source.text)[0].strip()
        for place, part in enumerate(sentence.parts) if isinstance(part, Formula)
    }  # fmt: skip


def entries_called(items: Iterable[Item]) -> list[tuple[str, str]]:
    """What the entries of matrices are called anywhere in a write-up: (a, A) for A = (a_{ij})."""
    found: list[tuple[str, str] | None] = []
    for sentence in (item for item in items if isinstance(item, Sentence)):
        found += [entries_named(whole, f"({part})") for whole, part in _named(sentence, "entries")]
        for part in sentence.parts:
            for statement in statements_of(part.source) if isinstance(part, Formula) else ():
                found += [_of(statement)]
    return [pair for pair in found if pair is not None]


def _of(statement: Statement) -> tuple[str, str] | None:
    equation = statement.relations[:1] in {("=",), (":=",)} and len(statement.sides) > 1
    return entries_named(statement.sides[0].text, statement.sides[1].text) if equation else None


def without_entries(checker: Checker, statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements but for A = (a_{ij}), which says how the entries are called, and maybe of which size."""
    for statement in statements:
        pair = _of(statement) if len(statement.sides) == 2 else None
        if pair is None or checker.context.scope.entries.get(pair[0]) != pair[1]:
            yield statement
            continue
        size = sized(statement.sides[0].text, statement.sides[1].text)
        found = checker.context if size is None else extended(checker.context, size)
        checker.context = found if isinstance(found, Context) else checker.context


def assumes_all(checker: Checker, statement: Statement) -> bool:
    """Whether Q^T Q = Q Q^T = I sets what nothing has said yet; then it is kept."""
    found = extended(checker.context, text_of(statement)) if set(statement.relations) == {"="} else None
    if not isinstance(found, Context) or Name("I") not in [checker.read(side).node for side in statement.sides]:
        return False
    checker.context = found
    return True


def name_parts(checker: Checker, sentence: Sentence) -> None:
    """Keeps what a sentence calls the rows and columns of a matrix."""
    for kind in ("rows", "columns"):
        told = set[str]()
        for whole, part in _named(sentence, kind):
            if kind == "rows" and _bases(part) == _bases(whole):
                told.add(part)  # W_j of W: that is what W_j is anyway
                continue
            found = extended(checker.context, f"{whole} with {kind} {part}")
            if isinstance(found, Context):
                checker.context = found
                told.add(part)
        for place in map(int, re.findall(rf"\b{kind}\s+⟦(\d+)⟧", sentence.template)):
            source = sentence.parts[place].source
            for part in source.text.split(","):  # of which matrix, is not understood
                loose = set() if part.strip() in told else _bases(part)
                checker.unsure.update(dict.fromkeys(loose, checker.line(source)))
    name_diagonals(checker, sentence)


def _bases(text: str) -> set[str]:
    """The symbol k of k_t; nothing of what stands before a relation."""
    node = target_of(text.strip(" .;"))
    while isinstance(node, (Index, Member)):
        node = node.base
    return {node.text.partition("_")[0]} if isinstance(node, Name) else set()
