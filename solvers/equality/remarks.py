"""Remarks in brackets at the end of a declaration that only explain a count, "P = 4 h d^2 (all entries)", "G = n d + n
(one gate: W is n x d, b has n entries)": they are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_TEXT = lazily(r"\\text(?:rm)?\s*\{\s*(\([^{}]*\))\s*\}\s*$")
_REMARK = lazily(r"(?P<said>[^=]+=.+?)\s+\((?P<words>[^()=<>≤≥\\]+)\)[\s.]*$")
_WORDS = frozenset(
    "all entries entry weights weight biases bias parameters parameter matrices matrix vectors vector elements "
    "components one each every gate gates head heads layer layers unit units the of and is are has have here counted "
    "in total number numbers count counts together".split()
)
_SIZED = lazily(r"(?<=\sis\s)\w\s*(?:x|×)\s*\w(?!\w)|(?<=\shas\s)\w(?=\sentries)")
_SYMBOL = lazily(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])")


def without_remarks(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The declarations so, where a remark speaks in plain words, and what it says of a symbol is said elsewhere or of
    no use.
    """
    found = list(lets)
    for place, let in enumerate(lets):
        said = _REMARK.match(_TEXT.sub(r" \1", let))
        if said is None:
            continue
        words = {word.lower() for word in re.findall(r"[A-Za-z'’]{2,}", said["words"])}
        others = [a, b, said["said"], *lets[:place], *lets[place + 1 :]]
        spoken = {name for text in others for name in _SYMBOL.findall(text)}
        named = set(_SYMBOL.findall(_SIZED.sub(" ", said["words"])))
        if words and words <= _WORDS and not named & spoken:
            found[place] = said["said"]
    return found


__all__ = ["without_remarks"]
