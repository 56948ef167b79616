"""h^{\\langle t \\rangle} and h^{<t>}: the index of a step in angle brackets, for h^{(t)} of the same length."""

from __future__ import annotations

import re

_PLACE = r"(?:[A-Za-z]\w?|\d+)(?:\s*[+-]\s*(?:[A-Za-z]|\d+))?"
_IN_BRACES = re.compile(
    r"(?<![\s{(=+\-*/])(?<!\be)(\s*\^\s*\{\s*)(\\langle(?![A-Za-z])|<|⟨)(\s*"
    + _PLACE
    + r"\s*)(\\rangle(?![A-Za-z])|>|⟩)"
)
_BARE = re.compile(r"(?<=\w)(?<!\be)(\^)([<⟨])(\s*" + _PLACE + r"\s*)([>⟩])")


def step_in_angles(text: str) -> str:
    """The text with steps in round brackets; e^{\\langle s \\rangle} stays a power."""
    if "^" not in text or not any(sign in text for sign in ("langle", "<", "⟨")):
        return text
    return _BARE.sub(_rounded, _IN_BRACES.sub(_rounded, text))


def _rounded(match: re.Match[str]) -> str:
    """The same superscript in round brackets, with blanks for what they are shorter by."""
    head, opening, place, closing = match.groups()
    return f"{head}({' ' * (len(opening) - 1)}{place}){' ' * (len(closing) - 1)}"
