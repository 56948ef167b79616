"""Eigenvalues of symmetric matrices and largest singular values, over every number table, by Jacobi's rotations."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, getcontext
from fractions import Fraction
from typing import Any

from solvers.formula.dual import Dual, DualTable
from solvers.formula.tables.arrays import ArrayTable
from solvers.formula.tables.precise import PreciseTable
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Table, written

SWEEPS = 8  # through all pairs of axes: after some, each leaves the square of the rest, or less
LARGEST = 12  # rows of a matrix whose eigenvalues are computed
TINY = Fraction(1, 10**9)  # as far as a symmetric matrix may be off by rounding
NOT_SMOOTH = "the derivative of an eigenvalue or of a spectral norm is not computed"


def eigenvalues(table: Table, matrix: Any) -> Any:
    """The eigenvalues of a symmetric matrix as a vector, the largest first; outside its domain for any other."""
    return table.stack(_descending(table, _values(table, matrix)))


def largest(table: Table, matrix: Any) -> Any:
    """The largest eigenvalue of a symmetric matrix."""
    return _best(table, "max", _values(table, matrix))


def smallest(table: Table, matrix: Any) -> Any:
    """The smallest eigenvalue of a symmetric matrix."""
    return _best(table, "min", _values(table, matrix))


def spectral_norm(table: Table, matrix: Any) -> Any:
    """The largest singular value of a matrix; the length of a vector, the size of a number."""
    if not table.shape(matrix):
        return table.lift("abs", matrix)
    if len(table.shape(matrix)) == 1:
        return table.lift("sqrt", _sum(table, table.lift("mul", matrix, matrix)))
    turned = table.swap(matrix)
    rows, columns = table.shape(matrix)
    square = table.matmul(turned, matrix) if columns <= rows else table.matmul(matrix, turned)
    return table.lift("sqrt", table.lift("max", largest(table, square), table.number(Fraction(0))))


def _sum(table: Table, vector: Any) -> Any:
    total = table.pick(vector, (0,))
    for place in range(1, table.shape(vector)[0]):
        total = table.lift("add", total, table.pick(vector, (place,)))
    return total


def _best(table: Table, which: str, values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = table.lift(which, found, value)
    return found


def _descending(table: Table, values: list[Any]) -> list[Any]:
    """The values in order, by exchanges of neighbours."""
    found = list(values)
    for last in range(len(found) - 1, 0, -1):
        for at in range(last):
            a, b = found[at : at + 2]
            found[at : at + 2] = [table.lift("max", a, b), table.lift("min", a, b)]
    return found


def _values(table: Table, matrix: Any) -> list[Any]:
    if isinstance(table, DualTable):
        assert isinstance(matrix, Dual)
        if matrix.tangent is not None:
            raise EvaluationError(NOT_SMOOTH)
        return [Dual(value) for value in _values(table.base, matrix.primal)]
    shape = table.shape(matrix)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeMismatch(f"the eigenvalues of {written(shape)}")
    if shape[0] > LARGEST:
        raise EvaluationError(f"eigenvalues are computed for matrices of up to {LARGEST} rows")
    key = _key(table, matrix)
    if key is not None and key in _COMPUTED:
        return _COMPUTED[key]
    found = _rotated(table, matrix, shape[0])
    if key is not None:
        if len(_COMPUTED) >= KEPT:
            _COMPUTED.clear()
        _COMPUTED[key] = found
    return found


KEPT = 256  # matrices: at one point the same is asked for in every step of a page
_COMPUTED: dict[Any, list[Any]] = {}


def _key(table: Table, matrix: Any) -> Any:
    """What the eigenvalues are kept by: the kind of numbers and the entries; None for other arrays than of numpy."""
    if not isinstance(table, ArrayTable) or not hasattr(matrix, "tobytes"):
        return None
    if not isinstance(table, PreciseTable):
        return (str(matrix.dtype), matrix.shape, table.shape(matrix), matrix.tobytes())
    entries = tuple(e if isinstance(e, Decimal) else (e.middle, e.radius) for e in matrix.reshape(-1).tolist())
    return (id(table.scalars), getcontext().prec, matrix.shape, table.shape(matrix), entries)


def _rotated(table: Table, matrix: Any, rows: int) -> list[Any]:
    entries = [[table.pick(matrix, (i, j)) for j in range(rows)] for i in range(rows)]
    lift = table.lift
    one = is_symmetric(table, entries)
    if rows > 2 and not table.approximates:
        raise EvaluationError("the eigenvalues of a matrix of more than two rows are not computed exactly")
    for _ in range(1 if rows == 2 else SWEEPS):
        for p in range(rows):
            for q in range(p + 1, rows):
                _rotate(lift, table, entries, p, q)
    return [lift("div", lift("mul", entries[i][i], one), one) for i in range(rows)]


def is_symmetric(table: Table, entries: list[list[Any]]) -> Any:
    """1 where a matrix is symmetric, else 0: by that nothing can be divided."""
    lift, zero = table.lift, table.number(Fraction(0))
    scale = off = zero
    for i, row in enumerate(entries):
        for j, entry in enumerate(row):
            scale = lift("max", scale, lift("abs", entry))
            off = lift("max", off, lift("abs", lift("sub", entry, entries[j][i])))
    return lift("add", lift("<=", off, lift("mul", scale, table.number(TINY))), zero)


def _rotate(lift: Callable[..., Any], table: Table, a: list[list[Any]], p: int, q: int) -> None:
    """One rotation of the axes p and q, after which a_pq is zero: its tangent t is the smaller root of a quadratic."""
    zero, two = table.number(Fraction(0)), table.number(Fraction(2))
    apart, joint = lift("sub", a[q][q], a[p][p]), a[p][q]
    root = lift(
        "sqrt", lift("add", lift("mul", apart, apart), lift("mul", lift("mul", two, joint), lift("mul", two, joint)))
    )
    below = lift("add", lift("abs", apart), root)
    still = lift("=", below, zero)  # both are equal, and joined by nothing
    sign = lift("sub", lift("mul", two, lift(">=", apart, zero)), table.number(Fraction(1)))
    t = lift("mul", sign, lift("div", lift("mul", two, joint), lift("add", below, still)))
    c = lift("div", table.number(Fraction(1)), lift("sqrt", lift("add", table.number(Fraction(1)), lift("mul", t, t))))
    s = lift("mul", t, c)
    a[p][p] = lift("sub", a[p][p], lift("mul", t, joint))
    a[q][q] = lift("add", a[q][q], lift("mul", t, joint))
    a[p][q] = a[q][p] = zero
    for k in range(len(a)):
        if k not in (p, q):
            first, second = a[k][p], a[k][q]
            a[k][p] = a[p][k] = lift("sub", lift("mul", c, first), lift("mul", s, second))
            a[k][q] = a[q][k] = lift("add", lift("mul", s, first), lift("mul", c, second))


SPECTRAL: dict[str, Callable[[Table, Any], Any]] = {
    "eigenvalues": eigenvalues, "eigmax": largest, "eigmin": smallest, "opnorm": spectral_norm,
}  # fmt: skip


__all__ = ["SPECTRAL", "eigenvalues", "largest", "smallest", "spectral_norm"]
