"""What the trials at the same points share, and which of the values at them were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, final

from solvers.equality.sample import POINTS
from solvers.formula.tables.precise import PreciseTable


@final
class Asked(Mapping[str, Any]):
    """Values that note which of them were asked for."""

    def __init__(self, values: Mapping[str, Any], asked: set[str]) -> None:
        self._values, self._asked = values, asked

    def __getitem__(self, key: str) -> Any:
        value = self._values[key]
        self._asked.add(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._values


@final
@dataclass(slots=True)
class Kept:
    """What the trials at the same points share: definitions and derivatives are worked out once for all indices."""

    small: bool = False  # whether they are small whole numbers
    written: bool = False  # whether 0.1 is a tenth, and not the float beside it
    counted: int = POINTS  # the first so many count; the others are there to fill the batch
    memo: dict[Any, Any] = field(default_factory=dict)  # in float64
    memos: dict[tuple[PreciseTable, int], dict[Any, Any]] = field(default_factory=dict)  # in many digits, by the point
    values: dict[tuple[PreciseTable, int], dict[str, Any]] = field(default_factory=dict)
    asked: dict[int, set[str]] = field(default_factory=dict)  # the names whose values were asked for, by the point
    points: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    kinks: list[Any] = field(default_factory=list)  # see `Watch`
    exponents: list[Any] = field(default_factory=list)
    signs: list[Any] = field(default_factory=list)
