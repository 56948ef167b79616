"""A number table for what strangers type: exact like PLAIN, but every step is counted and every number bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from solvers.formula.tables.nested import PLAIN, NestedTable
from solvers.formula.tables.table import EvaluationError, Pass, Undefined

MAX_STEPS = 5_000
MAX_BITS = 10_000


class BoundedTable(NestedTable):
    """PLAIN with a budget, one table an evaluation. EvaluationError where the work or a number grows too large."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise EvaluationError(f"this takes more than {MAX_STEPS} steps to compute: write the result")

    def number(self, value: Fraction) -> Any:
        self._spend(1)
        return PLAIN.number(value)

    def value(self, value: Any) -> Any:
        return PLAIN.value(value)

    def lift(self, op: str, *values: Any) -> Any:
        return self._each(lambda *scalars: PLAIN.lift(op, *scalars), values)

    def _each(self, function: Callable[..., Any], values: tuple[Any, ...]) -> Any:
        length = next((len(v) for v in values if isinstance(v, tuple)), None)
        if length is None:
            self._spend(1)
            return _bounded(function(*values))
        rows = [tuple(v[i] if isinstance(v, tuple) else v for v in values) for i in range(length)]
        return tuple(self._each(function, row) for row in rows)

    def passes(self, value: Any) -> list[Pass]:
        size = prod(self.shape(value))
        self._spend(size * size)
        return super().passes(value)

    def matmul(self, a: Any, b: Any) -> Any:
        self._spend(len(a) * len(b) * len(b[0]))
        return self._each(lambda entry: entry, (super().matmul(a, b),))

    def stack(self, values: Sequence[Any]) -> Any:
        self._spend(len(values))
        return super().stack(values)


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise Undefined("a number grew too large")
    if isinstance(value, Fraction) and max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise Undefined("a number grew too large")
    return value
