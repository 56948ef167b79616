"""Two values in one shape: the identity, ones and zeros take the size of what they stand beside."""

from __future__ import annotations

from typing import Any

from solvers.formula.open_sizes import full
from solvers.formula.tables.arrays import ArrayTable
from solvers.formula.tables.table import EvaluationError, Open, ShapeMismatch


def arrays_of(value: Any) -> list[Any]:
    """The arrays that a value is made of: one of no size of its own has some numbers too."""
    parts = value.scale if isinstance(value, Open) else value
    return [part for part in (parts if isinstance(parts, (tuple, list)) else [parts]) if hasattr(part, "reshape")]


def of_one_shape(sides: tuple[Any, Any], table: ArrayTable) -> tuple[Any, Any]:
    """The identity, ones and zeros of no size of their own in the size of the other side."""
    left, right = sides
    if isinstance(left, Open) and isinstance(right, Open):
        if left.kind == right.kind == "I+J":
            return table.stack(left.scale), table.stack(right.scale)
        if left.kind == right.kind != "zero":
            return left.scale, right.scale
        return (EvaluationError("both sides are of unknown size"),) * 2
    return _beside(left, right, table), _beside(right, left, table)


def _beside(value: Any, other: Any, table: ArrayTable) -> Any:
    if not isinstance(value, Open) or isinstance(other, EvaluationError):
        return value
    if value.kind == "zero":
        import numpy as np  # 12 times the start of Python

        with np.errstate(invalid="ignore"):  # beside what is infinite there is none
            return table.lift("sub", other, other)
    try:
        return full(table, value, table.shape(other))
    except ShapeMismatch as error:
        return error


def errors(values: tuple[Any, Any]) -> list[EvaluationError]:
    return [value for value in values if isinstance(value, EvaluationError)]
