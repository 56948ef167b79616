"""Intervals whose ends are no numbers: x in [a, b), theta in [0, 2 pi]."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.nodes import Name
from solvers.formula.targets import target_of
from solvers.formula.tokens import Declaration

_ENDS = re.compile(r"\s*([\[(])\s*([^\[\](){},;]+?)\s*[,;]\s*([^\[\](){},;]+?)\s*([\])])\s*")
_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-z]|\\(?!infty(?![A-Za-z])|[,;:! ])[A-Za-z]|[α-ω]")


def between_symbols(targets: Sequence[str], text: str) -> tuple[tuple[Declaration, ...], tuple[str, ...]] | None:
    """What x in [a, b) says: that x is a number, and a <= x < b; None of ends that are numbers, and of other sets."""
    ends = _ENDS.fullmatch(text)
    if ends is None or _LETTER.search(f"{ends[2]} {ends[3]}") is None:
        return None
    first, low, high, last = ends.groups()
    below = "" if "infty" in low else f"{low} {'<=' if first == '[' else '<'} "
    above = "" if "infty" in high else f" {'<=' if last == ']' else '<'} {high}"
    found = [node for target in targets if isinstance(node := target_of(target), Name)]
    return tuple(Declaration(node.text, ()) for node in found), tuple(f"{below}{target}{above}" for target in targets)


__all__ = ["between_symbols"]
