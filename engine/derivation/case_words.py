"""Words that open a case right before a formula: "for w = 0, b = 1" gives numbers there, and defines nothing."""

from __future__ import annotations

from engine.derivation.cases import CASE


def ends_in_case(words: str) -> bool:
    """Whether words end in a case that they open: "for w = 0, b = 1"."""
    return any(said.end() == len(words.rstrip()) for said in CASE.finditer(words))
