"""H = Q \\Lambda Q^T of a symmetric H: that \\Lambda is diagonal a page may leave unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SYMBOL = (
    r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[A-Za-z]+\s*\}|\\(?:Lambda|Sigma|Gamma|Phi|Omega)(?![A-Za-z])|[A-Z])"
)
_TURNED = r"\^\s*(?:\{\s*)?(?P<turned>\\top|\\intercal|T|\\mathsf\s*\{?\s*T\s*\}?|-\s*1)(?:\s*\})?"
_MADE = re.compile(rf"\s*(?P<h>{_SYMBOL})\s*=\s*(?P<q>{_SYMBOL})\s*(?P<l>{_SYMBOL})\s*(?P=q)\s*{_TURNED}\s*[.,;]?\s*")
_SPECTRAL = re.compile(r"\beigen|\bspectral\s+(?:theorem|decomposition)|\bdiagonali[sz]", re.IGNORECASE)
_SYMMETRIC = re.compile(r"\b(?<!not )symmetric\b|\bpositive[- ](?:semi-?\s?)?definite\b", re.IGNORECASE)
_ORTHOGONAL = re.compile(r"\borthogonal\b|\borthonormal\b", re.IGNORECASE)


def with_eigendecompositions(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with "Let L be diagonal" before one that decomposes a symmetric matrix so."""
    items = tuple(items)
    return tuple(other for item in items for other in (*_unsaid(item, items), item))


def _unsaid(item: Item, items: Sequence[Item]) -> Iterator[Sentence]:
    if not isinstance(item, Sentence):
        return
    spectral = _SPECTRAL.search(item.template) is not None
    for part in item.parts:
        made = _MADE.fullmatch(part.source.text)
        if made is None or not isinstance(part, Formula) or made["q"] == made["l"]:
            continue
        symmetric = _SYMMETRIC.search(item.template) is not None and _ORTHOGONAL.search(item.template) is not None
        if not (spectral or symmetric) or _is_said(made["l"], "diagonal", items, made[0]):
            continue
        sizes = list(_sized(part, made, item, items))
        if not sizes and not symmetric:
            continue
        yield from sizes
        yield _let(part, made["l"], " be diagonal.", item)
        if spectral and made["turned"][:1] != "-" and not _is_said(made["q"], "ortho", items, made[0]):
            yield _let(part, made["q"], " be orthogonal.", item)


def _sized(part: Formula, made: re.Match[str], item: Sentence, items: Sequence[Item]) -> Iterator[Sentence]:
    """The sizes of the factors, where only that of the whole is told."""
    texts = [p.source.text for s in items if isinstance(s, Sentence) for p in s.parts if isinstance(p, Formula)]
    inside = (re.match(rf"\s*{re.escape(made['h'])}\s*(?P<set>(?:\\in(?![a-z])|∈).+)", text) for text in texts)
    told = next((match["set"].strip(" .,;") for match in inside if match is not None), "")
    for symbol in (made["q"], made["l"]) if told else ():
        member = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol)}\s*(?:,[^\\∈]*)?(?:\\in(?![a-z])|∈)")
        if not any(member.search(text) for text in texts):
            yield _let(part, f"{symbol} {told}", ".", item)


def _is_said(symbol: str, word: str, items: Sequence[Item], made: str) -> bool:
    """Whether any sentence speaks of a symbol with such a word, or an equation or a set says what it is."""
    spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])")
    one = re.escape(symbol)
    given = re.compile(rf"\s*{one}\s*(?::?=|\\in(?![a-z]))|\s*{one}\s*\^\s*\{{?\s*(?:\\top|T)\}}?\s*{one}")
    for sentence in (item for item in items if isinstance(item, Sentence)):
        texts = [part.source.text for part in sentence.parts if isinstance(part, Formula) and part.source.text != made]
        if any(given.match(text) for text in texts):
            return True
        if word in sentence.template.lower() and any(spoken.search(text) for text in texts):
            return True
    return False


def _let(part: Formula, symbol: str, words: str, sentence: Sentence) -> Sentence:
    place = part.source.place(0)
    said = (
        Prose(written_at("Let ", place)),
        Formula(written_at(symbol, place), False),
        Prose(written_at(words, place)),
    )
    return Sentence(said, True, sentence.section)


__all__ = ["with_eigendecompositions"]
