"""What a number table must offer, and how values that have none are named.

A table's value has a shape: () for a scalar, (n,) for a vector (a column), (m, n) for a matrix. Everything that
depends on
shapes alone (products, transposes, norms) is written once, in `evaluate.py`, over these few primitives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


class EvaluationError(Exception):
    """A formula without a value here; the message is one sentence for people."""


class ShapeMismatch(EvaluationError):
    """Sizes that do not fit."""


class OutOfRange(ShapeMismatch):
    """An entry or member that there is none of: it says nothing where a formula is said for the indices that fit."""


class NoEntry(OutOfRange):
    """A vector has no such entry, wherever it stands in a formula."""


class Undefined(EvaluationError):
    """Outside the domain: division by zero, the logarithm of a negative number, an overflow."""


class Pole(Undefined):
    """Undefined at a single point: division by zero, the logarithm of zero."""


class Uncomputed(Pole):
    """What could not be computed to enough digits at this point."""


class TooLarge(Pole):
    """A number with more digits than are computed: the formula may well have a value."""


class UnknownSize(EvaluationError, AttributeError):
    """A matrix or vector whose size nothing says was asked for what only one of a known size has."""


@dataclass(frozen=True, slots=True)
class Open:
    """`scale` times the identity ("I"), the column of ones ("ones") or the row of ones ("ones^T"), of whatever size.

    "I+J": a pair, of the identity and of the matrix of ones; "rows", "columns": a matrix all rows (columns) of which
    are `scale`; "zero": zeros of any shape; "unit3": a unit vector; "units": places and entries, the others are zero.
    """

    kind: str
    scale: Any

    def __getattr__(self, name: str) -> Any:
        raise UnknownSize("a matrix or vector of unknown size")


def written(shape: tuple[int, ...]) -> str:
    """A shape for people: "a number", "a vector of 3", "2×3"."""
    if not shape:
        return "a number"
    return f"a vector of {shape[0]}" if len(shape) == 1 else "×".join(str(n) for n in shape)


@dataclass(frozen=True, slots=True)
class Pass:
    """One run through a formula that differentiates it: the table it is over, how values come into that table, the
    tangent of the variable there, and how a result comes back as one value a direction."""

    table: Table
    expand: Callable[[Any], Any]
    tangent: Any
    collect: Callable[[Any], list[Any]]


@dataclass(frozen=True, slots=True)
class Deeper:
    """A table with one more axis of instances, such as the states that a sum runs over.

    `raised`: a value that is the same along the new axis. `along`: a value of shape (n, ...) as n instances of the
    rest. `lowered`: a deeper value of n instances as a value of shape (n, ...).
    """

    table: Table
    raised: Callable[[Any], Any]
    along: Callable[[Any], Any]
    lowered: Callable[[Any, int], Any]


class Table(ABC):
    """The primitives. Values are opaque to the interpreter."""

    approximates = True  # whether it computes with numbers of some digits, so that a limit is soon reached

    @abstractmethod
    def number(self, value: Fraction) -> Any:
        """An exact constant as a scalar of this table."""

    @abstractmethod
    def value(self, value: Any) -> Any:
        """A plain Python value (numbers in nested tuples) as a value of this table."""

    @abstractmethod
    def shape(self, value: Any) -> tuple[int, ...]:
        """The shape, without any instance axis."""

    @abstractmethod
    def lift(self, op: str, *values: Any) -> Any:
        """A scalar operation on each entry; the values have one shape, or are scalars."""

    @abstractmethod
    def matmul(self, a: Any, b: Any) -> Any:
        """(m, k) times (k, n)."""

    @abstractmethod
    def reshape(self, value: Any, shape: tuple[int, ...]) -> Any:
        """The same entries, row by row, in another shape."""

    @abstractmethod
    def swap(self, value: Any) -> Any:
        """The transpose of a matrix."""

    @abstractmethod
    def pick(self, value: Any, index: tuple[int | slice, ...]) -> Any:
        """An entry, row or block; indices from 0."""

    @abstractmethod
    def stack(self, values: Sequence[Any]) -> Any:
        """Values of one shape along a new first axis."""

    @abstractmethod
    def passes(self, value: Any) -> list[Pass]:
        """The runs that differentiate by every entry of `value`, row by row."""

    def deeper(self) -> Deeper | None:
        """A table over many more instances at once; None where each has to be computed by itself."""
        return None

    @abstractmethod
    def choose(self, branches: Sequence[tuple[Any, Callable[[], Any]]], otherwise: Callable[[], Any] | None) -> Any:
        """The value of the first branch whose condition (0 or 1) is 1."""
