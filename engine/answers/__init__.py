"""The answer kinds: one file a kind, one row of KINDS; what they share is beside them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.answers.choice import CHOICE
from engine.answers.choices import CHOICES
from engine.answers.closeness import allowed
from engine.answers.exact import EXACT
from engine.answers.expression import EXPRESSION, same_formula
from engine.answers.integer import INTEGER
from engine.answers.kind import Kind, Outcome, Typed
from engine.answers.matrix import MATRIX
from engine.answers.number import NUMBER
from engine.answers.shape import SHAPE
from engine.answers.vector import VECTOR
from engine.numbers import entries
from engine.records import Value

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {kind.name: kind for kind in (INTEGER, NUMBER, EXACT, EXPRESSION, VECTOR, MATRIX, SHAPE, CHOICE, CHOICES)}
)


def tolerance(kind: str, places: int | None, key: Value) -> float:
    """How far an entry of an answer may be from the key's and still be right: the largest over the key's entries.

    0.0 for kinds that are compared exactly, and for exact keys without places.
    """
    if not KINDS[kind].numeric or kind == "integer":
        return 0.0
    asked = None if kind == "exact" else places
    return float(max((allowed(entry, asked) for entry in entries(key)), default=0))


__all__ = ["KINDS", "Kind", "Outcome", "Typed", "same_formula", "tolerance"]
