"""Properties that words give a symbol and that are not imposed on it: what would be wrong of it is undecided.

"Let R be a rotation matrix": R is drawn as any matrix, and det R = 1 would be refuted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.derivation.document import Formula
from engine.derivation.knowing import symbols
from engine.derivation.sentences import Sentence
from solvers.formula.tokens import Declaration

_MATRICES = (
    r"rotations?|reflections?|projections?|skew[- ]?symmetric|anti-?symmetric|hermitian|nilpotent|householder|"
    r"toeplitz|circulant|hankel|vandermonde|hadamard|tri-?diagonal|block[- ]diagonal|"
    r"(?:row|column|doubly|left|right)?[- ]?stochastic|singular|cent(?:er|r)ing|(?:random )?walk|incidence|unimodular"
)
_ON_DIAGONAL = (  # the diagonal matrix of the slopes: what stands on it is said in words alone
    r"diagonal\s+matri(?:x|ces)\s+(?:of|with|whose|containing|holding|formed|made|built)\s+(?:the\s+|its\s+)?"
    r"(?!size|dimension|shape|order|(?:strictly\s+)?(?:positive|non-?negative|non-?zero|real)\b|eigen|singular|unknown|"
    r"constant|free|arbitrary|some\b|diagonal|entr|elements?\b|values?\b)[a-z]{3,}"
)
_PROPERTY = re.compile(
    rf"\b(?:{_ON_DIAGONAL}|(?:{_MATRICES})\s+(?:and\s+[a-z-]+\s+)?matri(?:x|ces)|projectors?|"
    r"skew[- ]?symmetric|anti-?symmetric|"
    r"nilpotent|commuting|commute|involut(?:ory|ions?)|linearly (?:in)?dependent|coprime|traceless|trace[- ]free|"
    r"(?:mutually |pairwise )?(?:orthogonal|orthonormal|perpendicular|parallel|collinear) (?:unit )?"
    r"(?:vectors|directions)|multiples? of|(?:even|odd|prime) (?:number|integer|natural number)s?)\b",
    re.IGNORECASE,
)
_LESS = re.compile(  # what seldom matters: a slip that is named is one all the same
    r"\b(?:(?:upper|lower)[- ]triangular|triangular matri(?:x|ces)|rank[- ](?:one|two|deficient|[12kr])|low[- ]rank|"
    r"(?:mean[- ])?cent(?:er|r)ed|standardi[sz]ed|whitened|decorrelated)\b",
    re.IGNORECASE,
)
_PAIRS = re.compile(
    r"\b(?:(?:mutually |pairwise )?(?:orthogonal|orthonormal|perpendicular|parallel|collinear)|distinct)\b", re.I
)
_MADE = re.compile(
    r"\b(?:quer(?:y|ies)|keys?|values?|weights?|learn\w+|linear|input|output|head|attention)\b", re.IGNORECASE
)
_JOINED = re.compile(r"(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)")
_BEFORE = re.compile(r"⟦(\d+)⟧(?=\s*(?:,[^⟦⟧,.;:]*,)?\s*(?:[a-z]+\s+){0,4}\Z)", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:of size\s+|of the form\s+)?⟦(\d+)⟧", re.IGNORECASE)
_PLACED = re.compile(r"⟦(\d+)⟧")
_SIZE = re.compile(r"\s*\w+\s*(?:\\times(?![A-Za-z])|×)\s*\w+\s*")
_NOT = re.compile(r"\b(?:not|non|nor|no|than|a product of|sum of)\W+\Z", re.IGNORECASE)
_WHEN = re.compile(
    r"\s*(?:,\s*)?(?:when|if|iff|exactly|precisely|provided)\b", re.IGNORECASE
)  # it says what the word means


def unread_properties(sentence: Sentence, known: dict[str, Declaration]) -> Iterator[tuple[str, Formula]]:
    """The symbols of a sentence of which its words say such a property, and where they stand."""
    template = _PLACED.sub(lambda at: "" if _SIZE.fullmatch(_text(sentence, int(at[1]))) else at[0], sentence.template)
    for match in _PROPERTY.finditer(template):
        if not _NOT.search(template[: match.start()]) and not _WHEN.match(template, match.end()):
            yield from _named(sentence, _places(template, match), match[0], known)
    for match in _PAIRS.finditer(template):
        places = _places(template, match)
        several = len(places) > 1 or any("," in _text(sentence, place) for place in places)
        vectors = all(_rank(name, known) == 1 for name, _ in _named(sentence, places, "", known))
        meant = not _NOT.search(template[: match.start()]) and not _WHEN.match(template, match.end())
        if several and vectors and meant:
            yield from _named(sentence, places, match[0], known)


def is_vague(sentence: Sentence) -> bool:
    """Whether the words say something of a symbol that matters to few of the claims about it."""
    return any(_places(sentence.template, match) for match in _LESS.finditer(sentence.template))


def _places(template: str, match: re.Match[str]) -> list[int]:
    """The formulas that a property belongs to: those right behind it, or else those it is said of before it.

    What stands behind "a multiple of" is no such multiple.
    """
    behind = None if match[0].endswith(" of") else _BEHIND.match(template, match.end())
    if behind is not None:
        found, end = [int(behind[1])], behind.end()
        while (joined := _JOINED.match(template, end)) and (more := _PLACED.match(template, joined.end())):
            found.append(int(more[1]))
            end = more.end()
        return found
    before = _BEFORE.search(template[: match.start()])
    if before is None:
        return []
    found, start = [int(before[1])], before.start()
    while (more := re.search(r"⟦(\d+)⟧(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+)\Z", template[:start])) is not None:
        found.append(int(more[1]))
        start = more.start()
    return found


def _named(
    sentence: Sentence, places: list[int], said: str, known: dict[str, Declaration]
) -> Iterator[tuple[str, Formula]]:
    for place in places:
        part = sentence.parts[place]
        if not isinstance(part, Formula):
            continue
        for name in sorted(symbols(re.split(r"\\in(?![a-z])|∈|=", part.source.text)[0])):
            sizes = known[name].shape if name in known else None
            oblong = sizes is not None and len(sizes) == 2 and sizes[0] != sizes[1]
            if not (said.lower().startswith("projection") and (oblong or _MADE.search(sentence.template))):
                yield name, part


def _text(sentence: Sentence, place: int) -> str:
    part = sentence.parts[place]
    return re.split(r"\\in(?![a-z])|∈", part.source.text)[0] if isinstance(part, Formula) else ""


def _rank(name: str, known: dict[str, Declaration]) -> int:
    return len(known[name].shape or ()) if name in known else 1


__all__ = ["is_vague", "unread_properties"]
