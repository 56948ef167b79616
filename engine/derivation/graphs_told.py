"""Matrices of graphs that words give: "the adjacency matrix of the path 1 - 2 - 3", "D the diagonal matrix of the row
sums of A".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_IS = r"\s*,?\s*(?:be|is|denotes?|for)?\s*(?:the\s+)?"
_GRAPH = r"(?:undirected\s+)?(?:path|chain|cycle|ring)(?:\s+graph)?"
_ADJACENT = re.compile(
    rf"(?P<before>.*?)(?:(?<![A-Za-z])(?P<plain>[A-Z])(?![A-Za-z])|⟦(?P<place>\d+)⟧){_IS}adjacency\s+matrix\s+of\s+(?:the|an?)\s+"
    rf"{_GRAPH}\s*(?:⟦(?P<nodes>\d+)⟧|(?P<written>\d(?:\s*[-–—]+\s*\d)+))",
    re.DOTALL,
)
_DEGREES = re.compile(
    rf"⟦(?P<place>\d+)⟧{_IS}(?:diagonal\s+)?(?:matrix\s+(?:of\s+(?:the\s+)?|with\s+the\s+)(?:row\s+sums|degrees)|degree\s+matrix)"
    r"(?:\s+(?:of|in)\s+⟦(?P<of>\d+)⟧)(?!\s*[-+])",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*(?:\\(?:tilde|hat|bar|widetilde|widehat)\s*)?(?:\{\s*)?\\?[A-Za-z]+(?:\s*\})?\s*")
_OTHER = re.compile(r"\b(?<!un)directed|\bweight\w*|\bself[- ]loops?", re.IGNORECASE)


def with_graphs(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such matrices as formulas."""
    return tuple(_degrees(_adjacent(item)) if isinstance(item, Sentence) and item.declares else item for item in items)


def _adjacent(sentence: Sentence) -> Sentence:
    said = _ADJACENT.match(sentence.template)
    if said is None or _OTHER.search(sentence.template):
        return sentence
    written = said["written"] or sentence.parts[int(said["nodes"])].source.text
    matrix = _matrix([int(node) for node in re.findall(r"\d+", written)])
    if not matrix:
        return sentence
    parts = list(sentence.parts)
    if said["place"]:
        part = parts[int(said["place"])]
        if isinstance(part, Formula) and _NAME.fullmatch(part.source.text):
            parts[int(said["place"])] = replace(part, source=_equated(part.source, matrix))
        return replace(sentence, parts=tuple(parts))
    at = next((k for k, part in enumerate(parts) if isinstance(part, Prose) and "adjacency" in part.source.text), None)
    if at is None:
        return sentence
    text = parts[at].source
    name = re.search(rf"(?<![A-Za-z]){said['plain']}(?![A-Za-z])(?={_IS}adjacency)", text.text)
    if name is None:
        return sentence
    formula = Formula(_equated(text.cut(name.start(), name.end()), matrix), False)
    parts[at : at + 1] = [Prose(text.cut(0, name.start())), formula, Prose(text.cut(name.end()))]
    return replace(sentence, parts=tuple(parts))


def _matrix(nodes: list[int]) -> str:
    """The adjacency matrix of a path or cycle through the nodes 1, ..., n, each once; empty for all else."""
    closed = len(nodes) > 3 and nodes[0] == nodes[-1]
    inner = nodes[:-1] if closed else nodes
    if sorted(inner) != [*range(1, len(inner) + 1)] or not 2 <= len(inner) <= 8:
        return ""
    edges = {frozenset(edge) for edge in pairwise(nodes)}
    every = range(1, len(inner) + 1)
    rows = (" & ".join(str(int(frozenset((i, j)) in edges and i != j)) for j in every) for i in every)
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def _degrees(sentence: Sentence) -> Sentence:
    parts = list(sentence.parts)
    for said in _DEGREES.finditer(sentence.template):
        of, diagonal = parts[int(said["of"])], parts[int(said["place"])]
        if isinstance(diagonal, Formula) and _NAME.fullmatch(diagonal.source.text) and _NAME.fullmatch(of.source.text):
            sums = rf"\operatorname{{diag}}({of.source.text.strip()} \mathbf{{1}})"
            parts[int(said["place"])] = replace(diagonal, source=_equated(diagonal.source, sums))
            parts[int(said["of"])] = Prose(written_at(" it ", of.source.place(0)))
    return replace(sentence, parts=tuple(parts))


def _equated(name: Source, text: str) -> Source:
    return joined([name, written_at(f" = {text}", name.end)])


__all__ = ["with_graphs"]
