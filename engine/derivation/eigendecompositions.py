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
    spectral, symmetric = (form.search(item.template) is not None for form in (_SPECTRAL, _SYMMETRIC))
    for part in item.parts:
        made = _MADE.fullmatch(part.source.text)
        if made is None or not isinstance(part, Formula) or made["q"] == made["l"]:
            continue
        orthogonal = _ORTHOGONAL.search(item.template) is not None
        diagonal = _is_said(made["l"], "diagonal", items, made[0])
        first = not _spoken_before(made["h"], item, items)
        customary = symmetric and (orthogonal or (first and r"\Lambda" in made["l"]))
        if not (spectral or customary or (orthogonal and diagonal)) or (diagonal and not first):
            continue
        if diagonal and _is_equated(made["l"], item) and (item.declares or not orthogonal):
            continue  # all of it is said
        sizes = list(_sized(part, made, item, items))
        yield from sizes
        if first and (orthogonal or customary):
            yield _let(part, made["q"], " be orthogonal.", item)
        yield from (_let(part, text, ".", item) for text in _entries(made["l"], item) if first)
        if diagonal or not (sizes or customary):
            continue
        yield _let(part, made["l"], " be diagonal.", item)
        if spectral and made["turned"][:1] != "-" and not _is_said(made["q"], "ortho", items, made[0]):
            yield _let(part, made["q"], " be orthogonal.", item)


def _is_equated(symbol: str, sentence: Sentence) -> bool:
    """Whether a sentence says what the entries on the diagonal are."""
    equated = re.compile(rf"\s*{re.escape(symbol)}\s*:?=")
    return any(equated.match(part.source.text) for part in sentence.parts if isinstance(part, Formula))


def _spoken_before(symbol: str, sentence: Sentence, items: Sequence[Item]) -> bool:
    """Whether a sentence further up speaks of a matrix: then it has said of which size it is."""
    spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])")
    before = items[: items.index(sentence)]
    return any(
        spoken.search(p.source.text)
        for s in before
        if isinstance(s, Sentence)
        for p in s.parts
        if isinstance(p, Formula)
    )


def _entries(symbol: str, sentence: Sentence) -> Iterator[str]:
    """What a sentence that declares nothing says of the entries on the diagonal: L = diag(l_1, ..., l_n)."""
    form = re.compile(
        rf"\s*{re.escape(symbol)}\s*=\s*\\(?:operatorname\s*\{{|mathrm\s*\{{|text\s*\{{)?diag\b.*", re.DOTALL
    )
    texts = (part.source.text for part in sentence.parts if isinstance(part, Formula) and not part.display)
    yield from (text.strip(" .,;") for text in texts if not sentence.declares and form.match(text))


def _sized(part: Formula, made: re.Match[str], item: Sentence, items: Sequence[Item]) -> Iterator[Sentence]:
    """The sizes of the factors, where only that of the whole is told."""
    texts = [p.source.text for s in items if isinstance(s, Sentence) for p in s.parts if isinstance(p, Formula)]
    inside = (re.match(rf"\s*{re.escape(made['h'])}\s*(?P<set>(?:\\in(?![a-z])|∈).+)", text) for text in texts)
    told = next((match["set"].strip(" .,;") for match in inside if match is not None), "")
    square = next((m for text in texts if (m := re.fullmatch(r"\s*(\w)\s*(?:\\times|×)\s*\1\s*", text))), None)
    if not told and square is not None:  # a symmetric n x n matrix
        told = rf"\in \mathbb{{R}}^{{{square[0].strip()}}}"
    if not told and not _square_told(items):
        letter = next(
            (n for n in "ndmkp" if not any(re.search(rf"(?<![A-Za-z\\]){n}(?![A-Za-z])", t) for t in texts)), ""
        )
        told = rf"\in \mathbb{{R}}^{{{letter} \times {letter}}}" if letter else ""
    for symbol in (made["q"], made["l"]) if told else ():
        member = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol)}\s*(?:,[^\\∈]*)?(?:\\in(?![a-z])|∈)")
        if not any(member.search(text) or re.match(rf"\s*{re.escape(symbol)}\s*:?=", text) for text in texts):
            yield _let(part, f"{symbol} {told}", ".", item)


def _square_told(items: Sequence[Item]) -> bool:
    """Whether words give a matrix its sizes: an n x n matrix."""
    templates = (item.template for item in items if isinstance(item, Sentence))
    return any(re.search(r"⟦\d+⟧(?:\s*(?:by|x|×)\s*⟦\d+⟧)?\s+(?:[a-z]+\s+)?matri", text) for text in templates)


def _is_said(symbol: str, word: str, items: Sequence[Item], made: str) -> bool:
    """Whether any sentence speaks of a symbol with such a word, or an equation or a set says what it is."""
    spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])")
    one = re.escape(symbol)
    given = re.compile(rf"\s*{one}\s*(?::?=|\\in(?![a-z]))|\s*{one}\s*\^\s*\{{?\s*(?:\\top|T)\}}?\s*{one}")
    for sentence in (item for item in items if isinstance(item, Sentence)):
        texts = [
            part.source.text for part in sentence.parts
            if isinstance(part, Formula) and part.source.text != made and (sentence.declares or not part.display)
        ]  # fmt: skip
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
