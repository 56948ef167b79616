"""What a planted error is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planted:
    """A wrong step: declarations, the side that is right, the wrong one, the kinds that name it rightly, and a pattern
    that the sentence must match.
    """

    id: str
    lets: tuple[str, ...]
    left: str
    wrong: str
    kinds: tuple[str, ...]
    says: str


def planted(name: str, lets: tuple[str, ...], left: str, *wrong: tuple[str, str, str]) -> list[Planted]:
    """Several wrong right sides for one left side, each with its kinds ("sign|factor") and its pattern."""
    return [
        Planted(f"{name}-{place}", lets, left, text, tuple(kinds.split("|")), says)
        for place, (text, kinds, says) in enumerate(wrong, 1)
    ]
