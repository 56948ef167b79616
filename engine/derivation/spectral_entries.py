"""What a page leaves unsaid of eigenvalues: that the \\lambda_i beside A = Q \\Lambda Q^T stand on the diagonal of
\\Lambda, and of which size a symmetric A is, of which \\lambda_1, ..., \\lambda_n are the eigenvalues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_TURNED = r"\^\s*(?:\{\s*)?(?:\\top|\\intercal|T|-\s*1)(?:\s*\})?"
_MATRIX = r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{\s*[A-Z]\s*\}|[A-Z])"
_MADE = re.compile(rf"\s*{_MATRIX}\s*=\s*(?P<q>{_MATRIX})\s*\\Lambda\s*(?P=q)\s*{_TURNED}\s*[.,;]?\s*")
_SPECTRAL = re.compile(r"\beigen|\bspectral\s+(?:theorem|decomposition)|\bdiagonali[sz]", re.IGNORECASE)
_ENTRY = re.compile(r"\\lambda\s*_\s*(?:\{\s*)?(?P<at>[ijkln1])(?:\s*\}|(?![A-Za-z}]))")
_SAID = re.compile(  # what says of the entries what they are
    r"\\lambda\s*_\s*(?:\{\w+\}|\w)\s*&?\s*(?::?=|[<>]|\\[gl]eq?(?![a-z])|\\in(?![a-z]))|diag[^=]*\\lambda|=\s*\\lambda\s*_"
)
_NUMBER = re.compile(r"\\lambda(?![A-Za-z])(?!\s*_)")
_OF_SYMMETRIC = re.compile(
    r"\beigen-?\s?values\s+(?:⟦(?P<before>\d+)⟧\s*)?of\s+(?:an?|the|our|this|some)\s+(?:real\s+|any\s+)?symmetric\s+"
    r"(?:real\s+)?(?:matrix\s+)?⟦(?P<of>\d+)⟧",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*\\?[A-Za-z]+\s*_\s*\{?\s*1\s*\}?.*_\s*\{?\s*(?P<last>[a-z])\s*\}?\s*", re.DOTALL)


def with_spectral_entries(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such declarations: behind the one that decomposes A, before the one that speaks of it."""
    items = tuple(items)
    texts = list(_texts(items))
    unsaid = any(map(_ENTRY.search, texts)) and not any(map(_SAID.search, texts))
    made = next((p for p in map(_decomposition, items) if p is not None), None) if unsaid else None
    if made is not None and any(map(_NUMBER.search, texts)):  # \lambda is another number: (A + \lambda I)^{-1}
        items = tuple(map(_on_diagonal, items))
        made = None
    found: list[Item] = []
    for place, item in enumerate(items):
        if isinstance(item, Sentence):
            found += _sized(item, items[:place])
        found.append(item)
        if isinstance(item, Sentence) and made is not None and made in item.parts:
            found.append(_let(made, r"\lambda = \operatorname{diag}(\Lambda)", ".", item))
    return tuple(found)


def _decomposition(item: Item) -> Formula | None:
    """The A = Q \\Lambda Q^T of a sentence that speaks of eigenvalues or their like."""
    if not isinstance(item, Sentence) or not _SPECTRAL.search(item.template):
        return None
    return next((p for p in item.parts if isinstance(p, Formula) and _MADE.fullmatch(p.source.text)), None)


def _on_diagonal(item: Item) -> Item:
    """A sentence with \\Lambda_{ii} for \\lambda_i."""
    if not isinstance(item, Sentence):
        return item
    parts: list[Prose | Formula] = []
    for part in item.parts:
        if isinstance(part, Formula) and _ENTRY.search(part.source.text):
            source = part.source.replaced(_ENTRY, lambda m: rf"\Lambda_{{{m['at']}{m['at']}}}")
            part = replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


def _sized(sentence: Sentence, before: Sequence[Item]) -> Iterator[Sentence]:
    """That a matrix is symmetric, and as large as there are eigenvalues, where it is spoken of first."""
    said = _OF_SYMMETRIC.search(sentence.template)
    if said is None:
        return
    matrix = sentence.parts[int(said["of"])]
    formulas = [part for part in sentence.parts if isinstance(part, Formula)]
    lists = [found for part in formulas if (found := _LIST.fullmatch(part.source.text)) is not None]
    name = matrix.source.text.strip()
    spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])")
    if len(lists) != 1 or not re.fullmatch(_MATRIX, name) or any(map(spoken.search, _texts(before))):
        return
    if isinstance(matrix, Formula):
        size = lists[0]["last"]
        yield _let(matrix, rf"{name} \in \mathbb{{R}}^{{{size} \times {size}}}", " be symmetric.", sentence)


def _texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _let(part: Formula, text: str, words: str, sentence: Sentence) -> Sentence:
    place = part.source.place(0)
    lead, behind = Prose(written_at("Let ", place)), Prose(written_at(words, place))
    return Sentence((lead, Formula(written_at(text, place), False), behind), True, sentence.section)


__all__ = ["with_spectral_entries"]
