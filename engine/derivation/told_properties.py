"""Sentences that say what symbols are, and nothing else: "A and B are symmetric n x n matrices." declares as Let does.

Only of symbols that no formula before has spoken of: of others it may be a conclusion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.knowing import symbols
from engine.derivation.sentences import Item, Sentence

_TELLS = re.compile(
    r"[\s\W]*(?:\(?[a-z0-9]{1,3}[.)]\s+)?(?:(?:throughout|here|as usual|in what follows|below|both|all|the|real|square|"
    r"matri(?:x|ces)|vectors?|numbers?|scalars?|weights?|inputs?|variables?|constants?|parameters?)[,\s]+)*"
    r"(?P<places>⟦\d+⟧(?:\s*(?:,|,?\s+and)\s*⟦\d+⟧)*)\s*,?\s*(?:(?:is|are|denotes?)\s+|(?=(?:real\s+)?(?:symmetric|"
    r"orthogonal|diagonal|positive|binary|invertible)\b))(?P<what>[^=]+)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"⟦(\d+)⟧")
_NOT_SO = re.compile(
    r"\b(?:not|no|never|neither|nor|if|iff|when(?:ever)?|unless|because|since|so|hence|then|thus|therefore|but|only|"
    r"given by|equal(?:s| to)?|called|zero|obtained|minimi[sz]\w+|maximi[sz]\w+|optimal|fixed point)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:matri(?:x|ces)|vectors?|scalars?|numbers?|integers?|symmetric|orthogonal|orthonormal|diagonal|positive|"
    r"non-?negative|binary|invertible|unit|definite|distributions?|one-?hot|independent|random|constants?)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()]*\)")
_RELATION = re.compile(r"[=<>≤≥]|\\(?:[lg]eq?|sim|approx|equiv)(?![a-z])")


def with_told_properties(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences, such ones as declarations."""
    found: list[Item] = []
    before: set[str] = set()
    for item in items:
        if isinstance(item, Sentence):
            texts = [part.source.text for part in item.parts if isinstance(part, Formula)]
            if not item.declares and _declares(item, before):
                item = replace(item, declares=True)
            before |= {name for text in texts for name in symbols(text)}
        found.append(item)
    return tuple(found)


def _declares(sentence: Sentence, before: set[str]) -> bool:
    match = _TELLS.fullmatch(sentence.template.rstrip().rstrip("."))
    if match is None:
        return False
    what = _ASIDE.sub(" ", match["what"])
    if _NOT_SO.search(what) or not _SAID.search(what):
        return False
    parts = [part for part in sentence.parts if isinstance(part, Formula)]
    plain = not any(part.display or part.aside or _RELATION.search(part.source.text) for part in parts)
    subjects = [sentence.parts[int(place)] for place in _PLACE.findall(match["places"])]
    spoken = {name for part in subjects for name in symbols(re.split(r"\\in(?![a-z])|∈", part.source.text)[0])}
    return plain and bool(spoken) and not spoken & before


__all__ = ["with_told_properties"]
