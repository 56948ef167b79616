"""Systems of linear equations in the entries of one name, at many points: their rows by evaluation, and least moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from solvers.formula.tables.arrays import ArrayTable

LINEAR: Final = 1e-9
FLAT: Final = 1e-12  # beside the values, what a name changes that stands in them and cancels
_Function = Callable[[Any], list[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """matrix @ change = -gap for each point: (points, m, n) and (points, m)."""

    matrix: Any
    gap: Any

    @classmethod
    def of(cls, function: _Function, array: Any, table: ArrayTable) -> Rows | None:
        """The rows of values that are to become zero; None if they are not linear, or there are none."""
        import numpy as np  # 12 times the start of Python

        count, shape = array.shape[0], array.shape[1:]
        size = prod(shape)
        zero = table.lift("sub", array, array)
        units = np.eye(size).reshape(size, *shape).astype(array.dtype)
        start = _values(function, zero, count)
        found = _values(function, array, count)
        if start is None or found is None:
            return None
        columns: list[Any] = []
        for unit in table.value(units.tolist())[0] if array.dtype == object else units:
            column = _values(function, zero + unit, count)
            if column is None:
                return None
            columns.append(column - start)
        matrix = np.stack(columns, axis=2)
        flat = array.reshape(count, size, 1)
        expected = np.matmul(matrix, flat)[:, :, 0] + start
        apart = np.abs(expected - found).astype(float)
        scale = 1 + np.abs(found).astype(float) + np.abs(start).astype(float)
        if not np.any(np.isfinite(apart)) or np.nanmax(apart / scale) > LINEAR:
            return None
        if not np.any(np.abs(matrix).astype(float) > FLAT * (1 + np.abs(start).astype(float))[:, :, None]):
            return None  # x + u - u says nothing of u
        return cls(matrix, found)


def _values(function: _Function, array: Any, count: int) -> Any:
    """All entries of all values, (points, m)."""
    import numpy as np  # 12 times the start of Python

    found = []
    for value in function(array):
        if value is None:
            return None
        flat = value.reshape(value.shape[0], -1)
        found.append(np.broadcast_to(flat, (count, flat.shape[1])))
    return np.concatenate(found, axis=1)


def correction(rows: Rows, array: Any, solve: Callable[[Any, Any], Any]) -> Any:
    """The values moved so that the equations hold, where they can."""
    import numpy as np  # 12 times the start of Python

    changes = [solve(matrix, -gap) for matrix, gap in zip(rows.matrix, rows.gap, strict=True)]
    return array + np.stack(changes).reshape(array.shape)


def least_squares(matrix: Any, right: Any) -> Any:
    """The smallest change in floats; none where something is not finite."""
    import numpy as np  # 12 times the start of Python

    if not (np.isfinite(matrix).all() and np.isfinite(right).all()):
        return np.zeros(matrix.shape[1])
    return np.linalg.lstsq(matrix, right, rcond=None)[0]


def elimination(matrix: Any, right: Any) -> Any:
    """A change by Gauss and Jordan in Decimals, the entries without a pivot unmoved."""
    import numpy as np  # 12 times the start of Python

    rows = [[*row, value] for row, value in zip(matrix.tolist(), right.tolist(), strict=True)]
    width = matrix.shape[1]
    largest = max((abs(entry) for row in rows for entry in row[:width]), default=0)
    pivots: list[int] = []
    for column in range(width):
        top = len(pivots)
        best = max(range(top, len(rows)), key=lambda r: abs(rows[r][column]), default=None)
        if best is None or not abs(rows[best][column]) > largest / 10**20:
            continue
        rows[top], rows[best] = rows[best], rows[top]
        rows[top] = [entry / rows[top][column] for entry in rows[top]]
        for other in range(len(rows)):
            if other != top:
                factor = rows[other][column]
                rows[other] = [x - factor * y for x, y in zip(rows[other], rows[top], strict=True)]
        pivots.append(column)
    change = [entry * 0 for entry in (rows[0][:width] if rows else [])]
    for row, column in zip(rows, pivots, strict=False):
        change[column] = row[width]
    return np.array(change, dtype=object)
