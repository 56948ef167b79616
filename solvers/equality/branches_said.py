"""Definitions by cases in a line: "g(z) = z if z >= 0, a z if z < 0", "t_k = 1 if k = c, and t_k = 0 otherwise"."""

from __future__ import annotations

import re

from solvers.formula.lazily import lazily

_WORD = lazily(r"\\(?:text|mbox|mathrm)\s*\{\s*(if|when|and|otherwise|else|for)\s*\}")
_CASES = lazily(
    r"(?P<left>[^=<>≤≥]+?)\s*:?=\s*(?P<first>[^=<>≤≥]+?)\s+(?:if|when)\s+(?P<one>[^;]+?)"
    r"\s*(?:[,;]\s*(?:and\s+)?|\band\s+)(?:(?P=left)\s*=\s*)?(?P<second>[^=<>≤≥,;]+?)"
    r"\s+(?:(?:if|when)\s+(?P<other>[^,;]+)|otherwise|else)[\s.]*"
)


def with_branches(let: str) -> str:
    """A declaration with such cases as formulas write them; any other as it is."""
    words = _WORD.sub(r" \1 ", let)
    said = _CASES.fullmatch(words)
    if said is None or re.search(r"\b(?:if|when|otherwise)\b", said["first"] + said["second"]):
        return let
    if "\\" in words:
        other = said["other"] or "\\text{otherwise}"
        rows = f"{said['first']} & {said['one']} \\\\ {said['second']} & {other}"
        return f"{said['left']} = \\begin{{cases}} {rows} \\end{{cases}}"
    other = f"if {said['other']}" if said["other"] else "otherwise"
    return f"{said['left']} = {{{said['first']} if {said['one']}; {said['second']} {other}}}"


__all__ = ["with_branches"]
