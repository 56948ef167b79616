"""Matrices that words tell by a property alone: "let A and B be symmetric", "D diagonal". They are square, of one size.

As numbers they would commute, and (AB)^T = AB would hold of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_KIND = (
    r"(?:(?:real|complex|skew-?\s?|anti-?\s?|both|all|also|square|positive|negative|strictly)\s*)*"
    r"(?:symmetric|invertible|non-?singular|regular|diagonal(?:i[sz]able)?|orthogonal|(?:semi-?\s?)?definite|"
    r"(?:orthogonal\s+)?projections?|projectors?|idempotent|nilpotent|covariance\s+matri(?:x|ces)|spd|psd)\b"
)
_PLACES = r"⟦\d+⟧(?:(?:\s*,\s*and\s*|\s*,\s*|\s+and\s+)⟦\d+⟧)*"
_SAID = re.compile(
    rf"(?P<places>{_PLACES})\s*,?\s*(?:(?:be|is|are|being|denotes?|which\s+(?:is|are))\s+)?(?:an?\s+|two\s+|any\s+|some\s+)?"
    rf"{_KIND}(?!\s*(?:bilinear|function|distribut|form|part|group|about|in\b|with\s+respect))|"
    rf"(?P<commuting>{_PLACES})\s+commute\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?(?:[A-HJ-Z]|\\(?:Sigma|Lambda|Phi|Psi|Omega|Gamma))\s*\}?\s*"
)


def with_matrices_by_words(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with a declaration of such matrices before the first that speaks of one."""
    found = tuple(items)
    texts = [part.source.text for part in _formulas(found)]
    said = list(dict.fromkeys(name for item in found for name in _called(item)))
    names = [name for name in said if not _is_told(name, texts, found)]
    if not names or len(names) < 2:
        return found
    place = next(k for k, item in enumerate(found) if any(name in names for name in _called(item)))
    first = found[place]
    assert isinstance(first, Sentence)
    at = next(part.source.place(0) for part in first.parts)
    parts: list[Prose | Formula] = [Prose(written_at("Let ", at))]
    for number, name in enumerate(names):
        parts += [Prose(written_at(" and ", at))] if number else []
        parts.append(Formula(written_at(name, at), False))
    kind = "symmetric" if all(name in {*_called(first, "symmetric")} for name in names) else "square"
    parts.append(Prose(written_at(f" be {kind} matrices.", at)))
    return (*found[:place], Sentence(tuple(parts), True, first.section), *found[place:])


def _called(item: Item, kind: str = "") -> Iterator[str]:
    """The capital letters that a sentence calls so, or by one such word."""
    if not isinstance(item, Sentence):
        return
    for said in _SAID.finditer(item.template):
        if kind and not re.search(rf"(?<!\w)(?<![-\s]skew )(?<!skew-)(?<!anti){kind}\b", said[0]):
            continue
        for place in re.findall(r"⟦(\d+)⟧", said["places"] or said["commuting"]):
            part = item.parts[int(place)]
            for name in part.source.text.split(",") if isinstance(part, Formula) and not part.display else ():
                if _CAPITAL.fullmatch(name):
                    yield name.strip()


def _is_told(name: str, texts: Sequence[str], items: Sequence[Item]) -> bool:
    """Whether anything on the page says how large a symbol is, or what it is made of."""
    own = re.escape(name)
    given = re.compile(
        rf"(?<![A-Za-z\\]){own}(?:\s*,\s*[^,=<>]+)*\s*(?:\\in(?![a-z])|∈|:)|(?:^|[,;&]|\\\\)\s*{own}\s*&?\s*(?::?=|\\equiv)|"
        rf"^\s*{own}\s*\(|(?<![A-Za-z\\]){own}\s*_\s*\{{?\s*\w+\s*(?:\\times|×)"
    )
    if any(given.search(text) for text in texts):
        return True
    for item in items:
        for k, part in enumerate(item.parts if isinstance(item, Sentence) else ()):
            if isinstance(part, Formula) and part.source.text.strip() == name and isinstance(item, Sentence):
                behind = item.template.split(f"⟦{k}⟧", 1)[1][:40]
                if re.match(r"[^.;]{0,30}⟦\d+⟧\s*matri|[^.;]{0,25}\bn\s*[x×]\s*n\b", behind):
                    return True
    return False


def _formulas(items: Iterable[Item]) -> Iterator[Formula]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part


__all__ = ["with_matrices_by_words"]
