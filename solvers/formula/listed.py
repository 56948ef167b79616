"""Declarations of several names at once: x, y \\in \\mathbb{R}^n; a, b > 0; x_1, ..., x_n \\in \\mathbb{R}."""

from __future__ import annotations

import re

_RELATION = re.compile(r"\\in(?![A-Za-z])|∈|\bin\b|\\[gl]eq?(?:slant)?(?![A-Za-z])|≥|≤|>=|<=|>|<|\\neq?(?![A-Za-z])|≠")
_DOTS = re.compile(r"\s*(?:\\[lc]?dots[a-z]?|\.\.\.?|…|⋯)\s*")
_ENDS = re.compile(
    r"(?P<base>[A-Za-z]\w*|\\[A-Za-z]+(?:\s*\{[^{}]*\}|\s+[A-Za-z])?)\s*(?P<mark>[_^])\s*(?P<index>\{[^{}]*\}|\w)"
)


def listed(text: str) -> list[str]:
    """The declarations a text stands for, one a name; the text itself where it speaks of one name."""
    relation = next((m for m in _RELATION.finditer(text) if not _depth(text[: m.start()])), None)
    if relation is None:
        return [text]
    parts = _parts(text[: relation.start()])
    sign, rest = relation.group(), text[relation.end() :]
    if len(parts) == 1:
        return [text]
    dots = next((i for i, part in enumerate(parts) if _DOTS.fullmatch(part)), None)
    if dots is None:
        return [f"{part} {sign} {rest}" for part in parts]
    if not 0 < dots < len(parts) - 1:
        return [text]
    start = dots - 1
    while start and _base(parts[start - 1]) == _base(parts[dots - 1]):  # x_1, x_2, ..., x_n
        start -= 1
    family = _family(parts[start], parts[dots + 1], sign, rest)
    others = [*parts[:start], *parts[dots + 2 :]]
    return [text] if family is None else [*family, *(f"{part} {sign} {rest}" for part in others)]


def _base(part: str) -> str:
    match = _ENDS.fullmatch(part)
    return match["base"] if match else ""


def _depth(text: str) -> int:
    return sum((c in "{([") - (c in "})]") for c in text)


def _parts(text: str) -> list[str]:
    """The text between its commas outside of brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "{([") - (char in "})]")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [p for p in (re.sub(r"^\s*(?:and|\\text\{\s*and\s*\})\s+", "", part).strip() for part in parts) if p]


def _family(first: str, last: str, sign: str, rest: str) -> list[str] | None:
    """x_1, ..., x_n with what they lie in: a vector of numbers, or a family of vectors."""
    one, end = _ENDS.fullmatch(first), _ENDS.fullmatch(last)
    if one is None or end is None or one["base"] != end["base"] or one["mark"] != end["mark"]:
        return None
    base, low, high = one["base"], one["index"].strip("{} "), end["index"].strip("{} ")
    if one["mark"] == "^" or low.startswith("("):
        return [f"{base}^{{(i)}} {sign} {rest}, i = {low.strip('()[] ')}, \\dots, {high.strip('()[] ')}"]
    if re.search(r"R\}?\s*\^|ℝ\s*\^|\}\s*\^", rest) and low == "1":
        return [f"{base}_i {sign} {rest}, i = 1, \\dots, {high}"]
    if low != "1":
        return None
    if re.fullmatch(r"\\in|∈|in", sign):
        return [f"{base} {sign} {rest.strip().rstrip('.,')}^{{{high}}}"]
    return [f"{base} \\in \\mathbb{{R}}^{{{high}}}", f"{base} {sign} {rest}"]
