"""Optima that a sentence gives within it: "so the minimum is at $w^* = H^{-1} b$." They claim, as if displayed,
where a derivative has been worked out that they can be judged by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence
from engine.derivation.set_in_passing import worked_out

_AT = re.compile(
    r"(?:^|[,;:.]\s*|\b(?:so|hence|thus|therefore|then|and|that)\s+)(?:the\s+|its\s+|this\s+)?(?:(?:global|unique|only|unregulari[sz]ed)\s+)?"
    r"(?:minimum|maximum|optimum|optimi[sz]er|minimi[sz]er|maximi[sz]er|stationary\s+point|critical\s+point)\s+"
    r"(?:(?:is|lies|sits)\s+(?:(?:attained|reached|found|located|then|therefore|thus)\s+)*(?:at|in|by)|is)\s+"
    r"⟦(?P<at>\d+)⟧\s*[.;,]?\s*$",
    re.IGNORECASE,
)
_OPTIMUM = re.compile(  # w^* = ..., \hat w = ...
    r"\s*(?:\\?[A-Za-z]+\s*\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|\\hat\s*\{?\s*\\?[A-Za-z]+\s*\}?)\s*=[^=<>]+"
)


def with_optima_within(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such an equation as a display."""
    found = tuple(items)
    if not worked_out(found):
        return found
    return tuple(_shown(item) if isinstance(item, Sentence) and not item.declares else item for item in found)


def _shown(sentence: Sentence) -> Sentence:
    said = _AT.search(sentence.template)
    if said is None:
        return sentence
    place = int(said["at"])
    part = sentence.parts[place]
    if not isinstance(part, Formula) or part.display or _OPTIMUM.fullmatch(part.source.text) is None:
        return sentence
    parts = (*sentence.parts[:place], replace(part, display=True), *sentence.parts[place + 1 :])
    return replace(sentence, parts=parts)


__all__ = ["with_optima_within"]
