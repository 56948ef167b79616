"""What every answer kind has in common: one row a kind, the answer as read, and what a comparison says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from engine.records import Reading, Value, VariantPart, Verdict
from solvers.formula.nodes import Node

ALL, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer as read: its value, the formula it was read from, and its entries as they were typed.

    `decimals` holds, an entry each, how many decimals were typed; None where an entry is no plain decimal number.
    """

    value: Value
    node: Node | None = None
    decimals: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison with the key says: the verdict, the share of the points, a sentence for the student."""

    verdict: Verdict
    share: Fraction
    message: str = ""


RIGHT = Outcome(Verdict.CORRECT, ALL)


def wrong(message: str = "") -> Outcome:
    """No points."""
    return Outcome(Verdict.WRONG, NOTHING, message)


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table of answer kinds.

    `read` never raises; its Reading's value is a Typed. `show` gives (LaTeX, plain text) of a value of this kind.
    `compare` judges a Typed against the part's key and may raise EvaluationError where nothing can be said.
    """

    name: str
    hint: str
    read: Callable[[VariantPart, str], Reading]
    show: Callable[[VariantPart, Value], tuple[str, str]]
    compare: Callable[[VariantPart, Typed], Outcome]
    numeric: bool = False  # the value is that of the step the part names: it can be carried on and diagnosed


def refused(message: str, start: int = 0, end: int | None = None) -> Reading:
    """A reading that failed, at the columns start..end-1."""
    return Reading(error=message, span=(start, start + 1 if end is None else end))
