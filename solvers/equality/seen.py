"""What two sides were seen to be at the points so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solvers.equality.trials import Trial
from solvers.formula.tables.table import EvaluationError, NoEntry, OutOfRange

FILTER: Final = 1e-13


@dataclass(frozen=True, slots=True)
class Lopsided:
    """A point at which one side has no value, and why."""

    side: str
    why: EvaluationError
    point: Mapping[str, Any]


@dataclass(slots=True)
class Found:
    """What was seen of sides `i` and `j` over all points so far.

    `undefined` counts the points where neither side has a value, or where one has a pole or too many digits (`beyond`:
    those of too many digits), `unsettled` those that no number of digits settles, `lopsided` those where one side has a
    value.
    """

    i: int
    j: int
    compared: int = 0
    undefined: int = 0
    unsettled: int = 0
    beyond: int = 0
    holes: list[EvaluationError] = field(default_factory=list)  # why one side alone has no value, where numbers vary
    lopsided: list[Lopsided] = field(default_factory=list)
    defined: list[Mapping[str, Any]] = field(default_factory=list)
    agreed: list[tuple[Trial, int]] = field(default_factory=list)  # points at which float64 sees no difference
    rounds: int = 0
    wide: int = 0  # those of values on mixed scales
    confirmed: int = 0
    near: float = FILTER  # how far apart in float64 what agrees may be
    signed: bool = False  # they differ where a sign is taken of zero, if that is 0
    torn: bool = False  # at an edge of a branch they differ in float64, and no digits tell: [[3 x = 1]]
    index_values: int = 0
    outside: OutOfRange | None = None
    one_outside: NoEntry | None = None
    varied: bool = False  # not both are 0 at all points
    hidden: list[tuple[Trial, int]] = field(default_factory=list)  # points of numbers beside which a 1 is lost
    calmest: tuple[float, Trial, int] | None = None  # the least of the largest exponents, and at which point

    def met(self, trial: Trial, place: int, hidden: bool) -> None:
        """Notes a point at which the bounds on both sides meet, though not closely: for their numbers are so large, or
        since no digits settle it.
        """
        self.compared += hidden
        self.unsettled += not hidden
        self.hidden += [(trial, place)] if hidden else []

    def agreeing(self) -> list[Mapping[str, Any]]:
        """The values of the names where float64 sees no difference."""
        points = ((trial, trial.point(place)) for trial, place in self.agreed)
        return [{**trial.points.sizes, **trial.indices, **point} for trial, point in points if point is not None]
