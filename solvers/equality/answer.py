"""The answer on two texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

VERDICTS: Final = {"valid": "same", "wrong": "different", "undecided": "undecided"}  # of relations


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, its evidence, a counterexample, where something could not be read, and how both texts were read."""

    verdict: str
    evidence: str
    counterexample: Mapping[str, Any] | None = None
    where: Mapping[str, Any] | None = None
    read_as: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
