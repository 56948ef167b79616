"""Equations with several solutions, as equations of products: x = \\pm 2, "x = 2 or x = -2" and x \\in {-2, 2} are all
(x - 2)(x + 2) = 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_SIGN = lazily(r"\\(?P<latex>pm|mp)(?![A-Za-z])|[±∓]")
_OR = lazily(
    r"(?:\\q?quad|\\[,; ]|\s)*(?:\\(?:text|mbox|textrm)\s*\{\s*or\s*\}|\\(?:lor|vee)(?![A-Za-z])|∨|(?<![\w\\])or(?!\w))"
    r"(?:\\q?quad|\\[,; ]|\s)*"
)
_RELATION = lazily(r"[<>=≤≥≠≈∝∈]|\\(?:leq?|geq?|neq?|approx|propto|in|sim|to)(?![A-Za-z])")
_AMONG = lazily(r"(?P<left>[^=<>]+?)\s*(?:\\in(?![A-Za-z])|∈)\s*\\?\{(?P<values>[^{}]*?)\\?\}[\s.,;]*")


def as_products(a: str, b: str) -> tuple[str, str]:
    """The two texts so, where both are relations; others as they are."""
    if not all(map(_RELATION.search, (a, b))):
        return a, b
    return _as_product(a), _as_product(b)


def _as_product(text: str) -> str:
    parts = _OR.split(text.strip(" .,;"))
    if len(parts) > 1:
        pairs = [pair for part in parts if (pair := _equation(part)) is not None]
        return _product(pairs) if len(pairs) == len(parts) else text
    if (among := _AMONG.fullmatch(text)) is not None and "dots" not in text and "..." not in text:
        return _product([(among["left"], value) for value in among["values"].split(",")])
    pair = _equation(text.strip(" .,;"))
    if pair is None or not _SIGN.search(pair[1]) or _SIGN.search(pair[0]):
        return text
    left, right = pair
    return _product([(left, _with_sign(right, upper)) for upper in (True, False)])


def _equation(text: str) -> tuple[str, str] | None:
    """Its two sides; None for what is no single equation."""
    if len(_RELATION.findall(text)) != 1 or "=" not in text:
        return None
    left, _, right = text.partition("=")
    return left.strip(), right.strip()


def _with_sign(text: str, upper: bool) -> str:
    """The text with the upper signs, or the lower ones."""

    def one(sign: re.Match[str]) -> str:
        return " + " if upper == (sign["latex"] == "pm" or sign[0] == "±") else " - "

    return _SIGN.sub(one, text)


def _product(pairs: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"({left} - ({right}))" for left, right in pairs) + " = 0"
