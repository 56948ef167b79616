"""Powers of symmetric positive definite matrices by halves: A^{1/2}, A^{-1/2}, A^{3/2}, over every number table."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from solvers.formula.open_sizes import determinant, identity, inverse, matrix_power
from solvers.formula.operations import OPERATIONS
from solvers.formula.spectra import is_symmetric
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Table, written

STEPS = 12  # of Newton's method: some to come near the root, then the digits double
DEEPEST = 8  # the largest denominator of an exponent: a root of a root of a root


def symmetric_power(table: Table, matrix: Any, exponent: Fraction) -> Any:
    """The power of a symmetric positive definite matrix whose exponent is a fraction; no other has one."""
    shape = table.shape(matrix)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeMismatch(f"a power of {written(shape)}: the matrix is not square")
    if exponent.denominator > DEEPEST or exponent.denominator & (exponent.denominator - 1):
        raise EvaluationError(f"a matrix to the power {exponent}: whole powers and square roots are computed")
    if not table.approximates:
        raise EvaluationError("a root of a matrix is not computed exactly")
    root = matrix
    for _ in range(exponent.denominator.bit_length() - 1):
        root = square_root(table, root)
    return matrix_power(table, root, exponent.numerator)


def square_root(table: Table, matrix: Any) -> Any:
    """The symmetric root of a symmetric positive definite matrix, by the iteration of Denman and Beavers."""
    size = table.shape(matrix)[0]
    root, other = matrix, identity(table, size, table.number(Fraction(1)))
    for _ in range(STEPS):
        turned = inverse(table, root), inverse(table, other)
        scale = _scale(table, (root, other), turned)
        root, other = (_middle(table, each, back, scale) for each, back in ((root, turned[1]), (other, turned[0])))
    return table.lift("mul", _allowed(table, matrix), root)


def _scale(table: Table, pair: tuple[Any, Any], turned: tuple[Any, Any]) -> Any:
    """What both are multiplied by so that their eigenvalues lie around 1: one at the end."""
    tr = OPERATIONS["tr"]
    above, below = (table.lift("mul", tr(table, a), tr(table, b)) for a, b in (turned, pair))
    return table.lift("sqrt", table.lift("sqrt", table.lift("div", above, below)))


def _middle(table: Table, matrix: Any, back: Any, scale: Any) -> Any:
    """Half of s M + N / s."""
    both = table.lift("add", table.lift("mul", scale, matrix), table.lift("div", back, scale))
    return table.lift("mul", table.number(Fraction(1, 2)), both)


def _allowed(table: Table, matrix: Any) -> Any:
    """1 for a symmetric matrix all leading minors of which are positive; without a value for any other."""
    size = table.shape(matrix)[0]
    rows = [[table.pick(matrix, (i, j)) for j in range(size)] for i in range(size)]
    good = is_symmetric(table, rows)
    for count in range(1, size + 1):
        minor = table.stack([table.stack(row[:count]) for row in rows[:count]])
        value = determinant(table, minor)
        good = table.lift("mul", good, table.lift(">", value, table.number(Fraction(0))))
    return table.lift("div", good, good)
