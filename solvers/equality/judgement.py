"""What is said of a relation: valid, wrong (with a point), or undecided, and how it was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Judgement:
    """`evidence` is one sentence for people; `counterexample` maps names to numbers, with "left" and "right".

    `domain`: the relation holds where both sides are defined, and they differ in where they are.
    """

    verdict: Literal["valid", "wrong", "undecided"]
    evidence: str
    counterexample: Mapping[str, Any] | None = None
    domain: bool = False
    notes: tuple[str, ...] = ()
