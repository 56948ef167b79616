"""How far random vectors spread: the lower triangular root of a covariance, row by row."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from solvers.formula.tables.table import EvaluationError, Open, Table

Row = list[tuple[tuple[int, ...], Any]]  # the places that an entry is made of, with the numbers before them


def lower(table: Table, variance: Any, shape: tuple[int, ...]) -> Callable[[tuple[int, ...]], Row]:
    """The row of L at a place, where L L^T is the variance: of a number, c I, a diagonal or a positive definite matrix.

    A number is the variance of each entry; EvaluationError where the sizes do not fit.
    """
    if isinstance(variance, Open):
        if variance.kind not in {"I", "zero"}:
            raise EvaluationError("a covariance is a number, c I or a matrix")
        scale = table.number(Fraction(0)) if variance.kind == "zero" else table.lift("sqrt", variance.scale)
        return lambda at: [(at, scale)]
    size = table.shape(variance)
    if not size:
        deviation = table.lift("sqrt", variance)
        return lambda at: [(at, deviation)]
    if len(size) != 2 or size[0] != size[1] or shape != size[:1]:
        raise EvaluationError("a covariance is a square matrix, of the size of the vector")
    rows = cholesky(table, variance)
    return lambda at: [((j,), value) for j, value in enumerate(rows[at[0]])]


def cholesky(table: Table, matrix: Any) -> list[list[Any]]:
    """The rows of L up to the diagonal, L L^T = A."""
    rows: list[list[Any]] = []
    for i in range(table.shape(matrix)[0]):
        row: list[Any] = []
        for j in range(i + 1):
            left = table.pick(matrix, (i, j))
            for k in range(j):
                known = row[k] if i == j else rows[j][k]
                left = table.lift("sub", left, table.lift("mul", row[k], known))
            row.append(table.lift("sqrt", left) if i == j else table.lift("div", left, rows[j][j]))
        rows.append(row)
    return rows


__all__ = ["cholesky", "lower"]
