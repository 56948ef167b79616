"""Many digits, many instances at once: arrays of Decimals, or of balls around them. What float64 leaves open is settled
here: fifty digits tell rounding from a difference, and balls that do not meet make the difference certain.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, getcontext, localcontext
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, final

from solvers.formula.tables import decimals
from solvers.formula.tables.arrays import ArrayTable
from solvers.formula.tables.table import EvaluationError, Undefined

if TYPE_CHECKING:
    from solvers.formula.env import Budget

DIGITS = 50
HEAVY = 20  # times that exp and its like cost what a product does
FIRST = 60  # digits with bounds that tell most differences
CERTAIN = 200  # 1 - σ(80) has lost fifteen of fifty


@dataclass(frozen=True)
class Scalars:
    """A kind of number: how it is made of a plain one and read as a Decimal, its functions, how many cost a step."""

    context: Context
    make: Callable[[Any], Any]
    middle: Callable[[Any], Decimal]
    functions: Mapping[str, Callable[..., Any]]
    grain: int


@final
class PreciseTable(ArrayTable):
    """An ArrayTable over numpy. Outside its domain a function is a NaN that says why (see `failure`)."""

    _weights = dict.fromkeys(decimals.UNARY, HEAVY)

    def __init__(self, xp: Any, scalars: Scalars, axes: int = 1, budget: Budget | None = None) -> None:
        self.scalars, self.grain = scalars, scalars.grain
        super().__init__(xp, lambda value: xp.array(value, dtype=object), axes, budget)

    def _entrywise(self) -> Mapping[str, Callable[..., Any]]:
        return self.scalars.functions

    def _again(self, axes: int, budget: Budget | None) -> PreciseTable:
        return PreciseTable(self._xp, self.scalars, axes, budget)

    def _exactly(self, value: Fraction) -> Any:
        return self.value(value)

    def value(self, value: Any) -> Any:
        with localcontext(self.scalars.context):
            return value if hasattr(value, "ndim") else self._constant(self._made(value))

    def _made(self, value: Any) -> Any:
        return [self._made(e) for e in value] if isinstance(value, (tuple, list)) else self.scalars.make(value)

    def lift(self, op: str, *values: Any) -> Any:
        if self.is_set():
            return self._computed(op, self._aligned(values))
        with localcontext(self.scalars.context):
            return self._computed(op, self._aligned(values))

    def is_set(self) -> bool:
        """Whether the arithmetic here is that of the table, as whoever evaluates a whole formula sees to."""
        now, own = getcontext(), self.scalars.context
        return now.prec == own.prec and now.Emax == own.Emax

    def matmul(self, a: Any, b: Any) -> Any:
        with localcontext(self.scalars.context):
            return super().matmul(a, b)

    def choose(self, branches: Sequence[tuple[Any, Callable[[], Any]]], otherwise: Callable[[], Any] | None) -> Any:
        return super().choose(branches, otherwise or (lambda: self.value(decimals.OUTSIDE)))

    def _where(self, condition: Any, value: Any, other: Any) -> Any:
        return self._operations["choose"](condition, value, other)

    def failure(self, value: Any) -> EvaluationError | None:
        """What is wrong with a value that is not a finite number in every entry; the worst of it."""
        entries = map(self.scalars.middle, value.reshape(-1).tolist())
        found = [error for entry in entries if (error := decimals.why(entry)) is not None]
        return next((error for error in found if type(error) is Undefined), found[0] if found else None)


def _functions(xp: Any, unary: Mapping[str, Any], binary: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    native: dict[str, Callable[..., Any]] = {
        "add": operator.add, "sub": operator.sub, "mul": operator.mul, "neg": operator.neg, "abs": abs
    }  # fmt: skip
    one = {name: xp.frompyfunc(function, 1, 1) for name, function in unary.items()}
    two = {name: xp.frompyfunc(function, 2, 1) for name, function in binary.items()}
    chosen = xp.frompyfunc(lambda c, value, other: c if c.is_nan() else value if c else other, 3, 1)
    return {**native, **one, **two, "choose": chosen}


def _decimal(value: Any) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)


@cache
def precise_table(digits: int = DIGITS) -> PreciseTable:
    """So many digits over numpy, which costs 12 times the start of Python."""
    import numpy as np

    functions = _functions(np, decimals.UNARY, decimals.BINARY)
    return PreciseTable(np, Scalars(decimals.context(digits), _decimal, lambda value: value, functions, 40))


@cache
def certain_table(digits: int = CERTAIN) -> PreciseTable:
    """So many digits with a bound on the rounding of each number."""
    import numpy as np

    from solvers.formula.tables import balls  # only where something seems to differ

    functions = _functions(np, balls.UNARY, balls.BINARY)
    grain = 2 if digits >= CERTAIN else 8
    return PreciseTable(np, Scalars(decimals.context(digits), balls.ball, lambda value: value.middle, functions, grain))
