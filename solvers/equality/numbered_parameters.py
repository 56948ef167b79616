"""J(θ) = ... of a θ that is spoken of by its numbers only, θ_0 + θ_1 x: J is defined by these, which are names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_HEAD = lazily(
    r"(?P<name>\s*(?:\\(?:mathcal|mathrm)\s*\{\s*[A-Za-z]\s*\}|\\?[A-Za-z]+))\s*(?:\\left)?\(\s*(?P<of>\\[A-Za-z]+|[^\W\d_])\s*"
    r"(?:\\right)?\)(?P<rest>\s*:?=.+)",
)
NUMBERED = lazily(r"_\s*\{?\s*\d|[₀-₉]")


def with_numbered_parameters(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The declarations with J = ... for such a J; the others as they are."""
    found = list(lets)
    for place, let in enumerate(lets):
        head = _HEAD.fullmatch(let)
        if head is None or any("nabla" in text or "∇" in text for text in (a, b, *lets)):
            continue
        of = head["of"]
        others = [head["rest"], a, b, *lets[:place], *lets[place + 1 :]]
        ends = r"(?![A-Za-z])" if of.startswith("\\") else ""
        spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(of)}{ends}(?P<number>\s*_\s*\{{?\s*\d|[₀-₉])?")
        uses = [match["number"] for text in others for match in spoken.finditer(text)]
        if uses and all(uses):
            found[place] = head["name"] + head["rest"]
    return found
