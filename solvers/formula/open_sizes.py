"""Matrices whose size the context says: the identity I, the vector of ones; and powers of matrices, which need I."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial, reduce
from math import prod
from typing import Any

from solvers.formula.entrywise import apply
from solvers.formula.env import Env, whole
from solvers.formula.nodes import Call, Node, Num
from solvers.formula.operations import OPERATIONS, norm, product, transpose
from solvers.formula.operators import elementwise
from solvers.formula.spectra import SPECTRAL
from solvers.formula.tables.table import EvaluationError, Open, ShapeMismatch, Table, written

MAX_POWER = 200
MAX_SIZE = 1000
SINGULAR = Fraction(1, 10**12)  # a determinant this small beside its bound is zero up to rounding


def identity(table: Table, size: int, scale: Any) -> Any:
    """`scale` on the diagonal of a size x size matrix."""
    zero = table.lift("sub", scale, scale)
    every = [scale if place % (size + 1) == 0 else zero for place in range(size * size)]
    return table.reshape(table.stack(every), (size, size))  # (size^2,) -> (size, size)


def with_open(table: Table, op: str, *arguments: Any) -> Any:
    """An operation at least one of whose arguments is open; EvaluationError where it has no value then."""
    if len(arguments) > 2:
        raise EvaluationError(f"{op} of what has an unknown size")
    if any(isinstance(a, Open) and a.kind == "zero" for a in arguments):
        return _with_zero(table, op, arguments)
    if len(arguments) == 1:
        return _alone(table, op, arguments[0])
    a, b = arguments
    if op in {"add", "sub"}:
        return _added(table, op, a, b)
    if op == "div" and isinstance(a, Open) and not isinstance(b, Open) and table.shape(b) == ():
        return _scaled(table, "div", a, b)
    if op in {"mul", "dot", "times", "star"}:
        return _multiplied(table, a, b)
    if op == "hadamard":
        return _masked(table, a, b)
    raise EvaluationError(f"{op} with a matrix of unknown size")


def _with_zero(table: Table, op: str, arguments: tuple[Any, ...]) -> Any:
    """Zeros of any shape: neutral in sums, and zero in products; a function of them is that of 0 in every entry."""
    if len(arguments) == 1:
        if op in {"neg", "transpose"}:
            return arguments[0]
        if op in {"norm", "tr", "total", "mean"}:
            return table.number(Fraction(0))
        if not elementwise(op):
            raise EvaluationError(f"{op} of zeros of unknown size")
        return Open("ones", apply(table, op, arguments[0].scale))
    a, b = arguments
    if op == "add":
        return b if isinstance(a, Open) and a.kind == "zero" else a
    if op == "sub":
        if isinstance(b, Open) and b.kind == "zero":
            return a
        return _alone(table, "neg", b) if isinstance(b, Open) else table.lift("neg", b)
    if op in {"mul", "dot", "times", "star", "hadamard", "div"}:
        return Open("zero", table.number(Fraction(0)))
    raise EvaluationError(f"{op} with zeros of unknown size")


def _alone(table: Table, op: str, a: Open) -> Any:
    if op == "neg":
        return _scaled(table, "mul", a, table.number(Fraction(-1)))
    if op == "transpose" and a.kind == "I+J":
        return a
    if op == "transpose" and a.kind in {"rows", "columns"}:
        return Open("rows" if a.kind == "columns" else "columns", transpose(table, a.scale))
    if op == "transpose":
        turned = a.kind.removesuffix("^T") if a.kind.endswith("^T") else a.kind + "^T"
        return Open(a.kind if a.kind == "I" else turned, a.scale)
    if op == "det" and a.kind == "I":
        return table.number(Fraction(1))
    if a.kind in {"ones", "rows", "columns"} and elementwise(op):
        return Open(a.kind, apply(table, op, a.scale))
    raise EvaluationError(f"{op} of a matrix of unknown size")


def blocks(table: Table, rows: list[list[Any]]) -> list[list[Any]]:
    """The entries of a matrix of blocks: rows of one height, columns that add up to one width. I and zeros fit in."""
    known = [[None if isinstance(v, Open) else (*table.shape(v), 1, 1)[:2] for v in row] for row in rows]
    heights: list[int | None] = [next((s[0] for s in row if s is not None), None) for row in known]
    widths: list[int | None] = [
        next((size[1] for row in known if j < len(row) and (size := row[j]) is not None), None)
        for j in range(len(rows[0]))
    ]
    placed = ((i, j, v) for i, row in enumerate(rows) for j, v in enumerate(row))
    squares = [(i, j) for i, j, v in placed if isinstance(v, Open) and v.kind == "I"]
    for i, j in squares * len(squares):  # the identity is as wide as it is high
        heights[i] = heights[i] or widths[j]
        widths[j] = widths[j] or heights[i]
    if None in heights or None in widths:
        raise EvaluationError("how large a block of zeros or an identity is, nothing says: write I_n, 0_{m \\times n}")
    found: list[list[Any]] = []
    for i, row in enumerate(rows):
        for line in range(heights[i] or 1):
            entries: list[Any] = []
            for j, value in enumerate(row):
                entries += _block_row(table, value, (heights[i] or 1, widths[j] or 1), line)
            found.append(entries)
    if len({len(entries) for entries in found}) > 1:
        raise ShapeMismatch("the blocks of the matrix do not fit together")
    return found


def _block_row(table: Table, value: Any, shape: tuple[int, int], line: int) -> list[Any]:
    if isinstance(value, Open):
        if value.kind == "zero":
            return [table.number(Fraction(0))] * shape[1]
        value = full(table, value, shape if value.kind == "I" or shape[1] > 1 else shape[:1])
    found = (*table.shape(value), 1, 1)[:2]
    if found[0] != shape[0]:
        raise ShapeMismatch(f"a block of {written(table.shape(value))} beside one of height {shape[0]}")
    block = table.reshape(value, (found[0], found[1]))
    return [table.pick(block, (line, j)) for j in range(found[1])]


def sized(kind: str, indices: tuple[Node, ...], env: Env) -> Any:
    """I_n, the ones of 1_n, the zeros of 0_{m x n}; two indices on I pick an entry."""
    table = env.table
    if len(indices) == 1 and isinstance(indices[0], Call) and indices[0].op == "times":
        shape = tuple(whole(size, env.integers) for size in indices[0].args)
    else:
        places = tuple(whole(size, env.integers) for size in indices)
        if kind == "I" and len(places) == 2:
            return table.number(Fraction(int(places[0] == places[1])))
        shape = places
    if any(not 1 <= size <= MAX_SIZE for size in shape) or len(shape) > 2:
        raise EvaluationError(f"a matrix of size {'×'.join(map(str, shape))} cannot be made")
    if kind == "I":
        return identity(table, shape[0], table.number(Fraction(1)))
    value = table.number(Fraction(kind == "ones"))
    for size in reversed(shape):
        value = table.stack([value] * size)
    return value


def full(table: Table, a: Open, shape: tuple[int, ...]) -> Any:
    """An open matrix at a size."""
    if a.kind == "I":
        if len(shape) != 2 or shape[0] != shape[1]:
            raise ShapeMismatch(f"the identity beside {written(shape)}")
        return identity(table, shape[0], a.scale)
    if a.kind == "I+J" and len(shape) == 2 and shape[0] == shape[1]:
        ones = table.stack([a.scale[1]] * shape[0])
        return table.lift("add", identity(table, shape[0], a.scale[0]), table.stack([ones] * shape[0]))
    if a.kind in {"rows", "columns"} and len(shape) == 2:
        line = table.reshape(a.scale, (prod(table.shape(a.scale)),))
        if table.shape(line)[0] == shape[a.kind == "rows"]:
            lines = table.stack([line] * shape[a.kind != "rows"])
            return lines if a.kind == "rows" else table.swap(lines)
        raise ShapeMismatch(f"{a.kind} of {table.shape(line)[0]} entries beside {written(shape)}")
    if a.kind == "ones" and len(shape) == 1:
        return table.stack([a.scale] * shape[0])
    if a.kind == "ones^T" and len(shape) == 2 and shape[0] == 1:
        return table.reshape(table.stack([a.scale] * shape[1]), shape)
    if a.kind.startswith("unit") and len(shape) == 1:
        return _unit(table, a, shape[0])
    raise ShapeMismatch(f"the vector of ones beside {written(shape)}")


def _unit(table: Table, a: Open, length: int) -> Any:
    entries = dict(_entries(a))
    for place in entries:
        if not 1 <= place <= length:
            raise ShapeMismatch(f"the unit vector number {place} beside {length} entries")
    one = next(iter(entries.values()))
    zero = table.lift("sub", one, one)
    return table.stack([entries.get(i, zero) for i in range(1, length + 1)])


def _entries(a: Open) -> tuple[tuple[int, Any], ...]:
    """The entries of a unit vector, or of a sum of several, that are not zero, with their places."""
    kind = a.kind.removesuffix("^T")
    return a.scale if kind == "units" else ((int(kind.removeprefix("unit")), a.scale),)


def _shared(table: Table, a: dict[int, Any], b: dict[int, Any]) -> Any:
    """The inner product of two vectors by their entries that are not zero."""
    terms = [table.lift("mul", a[place], b[place]) for place in sorted(a.keys() & b.keys())]
    return reduce(partial(table.lift, "add"), terms, table.number(Fraction(0)))


def _sum_of_units(table: Table, op: str, a: Open, b: Open) -> Open:
    """e_1 + 2 e_3."""
    column = not a.kind.endswith("^T")
    if column == b.kind.endswith("^T"):
        raise ShapeMismatch("a column beside a row")
    if not a.kind.startswith("unit") or not b.kind.startswith("unit"):
        raise EvaluationError("a sum of vectors of unknown size")
    entries = dict(_entries(a))
    for place, entry in _entries(b if op == "add" else _alone(table, "neg", b)):
        entries[place] = table.lift("add", entries[place], entry) if place in entries else entry
    return Open("units" if column else "units^T", tuple(sorted(entries.items())))


def _scaled(table: Table, op: str, a: Open, by: Any) -> Open:
    """An open matrix times (or divided by) a number."""
    if a.kind.startswith("units"):
        return Open(a.kind, tuple((place, table.lift(op, entry, by)) for place, entry in a.scale))
    scales = tuple(table.lift(op, s, by) for s in a.scale) if a.kind == "I+J" else table.lift(op, a.scale, by)
    return Open(a.kind, scales)


def _pair(table: Table, a: Open) -> tuple[Any, Any]:
    """The scales of the identity and of the matrix of ones."""
    return a.scale if a.kind == "I+J" else (a.scale, table.lift("sub", a.scale, a.scale))


def _spread(table: Table, a: Open, other: Any, first: bool) -> Any:
    """(s I + t J) M, or M (s I + t J): J adds up columns, or rows."""
    shape = table.shape(other)
    ones = table.stack([a.scale[1]] * (shape[0] if first else shape[-1]))
    unscaled = table.stack([table.number(Fraction(1))] * (shape[0] if first else shape[-1]))
    if first:
        sums = product(table, ones, product(table, transpose(table, unscaled), other))
    else:
        sums = product(table, product(table, other, unscaled), transpose(table, ones))
    return table.lift("add", table.lift("mul", a.scale[0], other), sums)


def _of_lines(table: Table, a: Open, other: Any, first: bool) -> Any:
    """A matrix of equal rows (or columns) times a matrix or vector; `first`: it stands before it."""
    if first == (a.kind == "rows"):  # 1 r^T M = 1 (r^T M); M v 1^T = (M v) 1^T
        line = product(table, a.scale, other) if first else product(table, other, a.scale)
        if table.shape(line) == ():  # one number a row
            return Open("ones" if first else "ones^T", line)
        return Open(a.kind, line)
    shape = table.shape(other)
    ones = table.stack([table.number(Fraction(1))] * (shape[0] if first else shape[-1]))
    if first:  # v 1^T M
        return product(table, a.scale, product(table, transpose(table, ones), other))
    return product(table, product(table, other, ones), a.scale)  # M 1 r^T


def _added(table: Table, op: str, a: Any, b: Any) -> Any:
    if isinstance(a, Open) and isinstance(b, Open):
        if (a.kind != b.kind and {a.kind, b.kind} == {"I", "I+J"}) or a.kind == b.kind == "I+J":
            pairs = zip(_pair(table, a), _pair(table, b), strict=True)
            return Open("I+J", tuple(table.lift(op, x, y) for x, y in pairs))
        if "unit" in {a.kind[:4], b.kind[:4]} and not {a.kind, b.kind} & {"I", "I+J", "rows", "columns"}:
            return _sum_of_units(table, op, a, b)
        if a.kind != b.kind and {"rows", "columns"} & {a.kind, b.kind}:
            raise EvaluationError("a sum of matrices of unknown size")
        if a.kind != b.kind:
            raise ShapeMismatch("the identity beside a vector of ones")
        if a.kind in {"rows", "columns"} and table.shape(a.scale) != table.shape(b.scale):
            raise ShapeMismatch(
                f"{a.kind} that are {written(table.shape(a.scale))} and {written(table.shape(b.scale))}"
            )
        return Open(a.kind, table.lift(op, a.scale, b.scale))
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Open) and one.kind not in {"I", "I+J"} and table.shape(other) == ():  # in every entry
            if one.kind.startswith("unit"):
                raise EvaluationError("a number beside a vector of unknown size")
            scales = (one.scale, other) if one is a else (other, one.scale)
            return Open(one.kind, table.lift(op, *scales))
    if isinstance(a, Open):
        return table.lift(op, full(table, a, table.shape(b)), b)
    return table.lift(op, a, full(table, b, table.shape(a)))


def _multiplied(table: Table, a: Any, b: Any) -> Any:
    for one, other, first in ((a, b, True), (b, a, False)):
        if isinstance(one, Open) and one.kind == "I":
            if isinstance(other, Open):
                return _scaled(table, "mul", other, one.scale)
            return (
                Open("I", table.lift("mul", one.scale, other))
                if table.shape(other) == ()
                else table.lift("mul", one.scale, other)
            )
        if isinstance(one, Open) and not isinstance(other, Open):
            shape = table.shape(other)
            if shape == ():
                return _scaled(table, "mul", one, other)
            if one.kind == "I+J":
                return _spread(table, one, other, first)
            if one.kind in {"rows", "columns"}:
                return _of_lines(table, one, other, first)
            if one.kind == "ones" and first and len(shape) == 2 and shape[0] == 1:
                return Open("rows", table.lift("mul", one.scale, other))
            if one.kind == "ones^T" and not first and len(shape) == 1:
                return Open("columns", table.lift("mul", one.scale, other))
            length = shape[0] if first else shape[-1]
            column = not one.kind.endswith("^T")
            ones = _unit(table, one, length) if one.kind.startswith("unit") else table.stack([one.scale] * length)
            return product(table, *((transpose(table, ones) if not column else ones, other) if first else
                                    (other, ones if column else transpose(table, ones))))  # fmt: skip
    if a.kind == "ones" and b.kind == "ones^T":
        scale = table.lift("mul", a.scale, b.scale)
        return Open("I+J", (table.lift("sub", scale, scale), scale))
    if a.kind[:4] == b.kind[:4] == "unit" and a.kind.endswith("^T") and not b.kind.endswith("^T"):
        return _shared(table, dict(_entries(a)), dict(_entries(b)))
    raise EvaluationError("a product of vectors of ones: their length is not said")


def _masked(table: Table, a: Any, b: Any) -> Any:
    one, other = (a, b) if isinstance(a, Open) else (b, a)
    if isinstance(other, Open):
        raise EvaluationError("an entrywise product of matrices of unknown size")
    return table.lift("mul", full(table, one, table.shape(other)), other)


def matrix_power(table: Table, a: Any, exponent: int) -> Any:
    """A^k of a square matrix for a whole number k; negative powers are powers of the inverse."""
    if isinstance(a, Open) and a.kind == "zero" and exponent > 0:
        return a
    if isinstance(a, Open):
        if a.kind != "I":
            raise EvaluationError("a power of a matrix or vector of unknown size")
        return Open("I", table.lift("pow", a.scale, table.number(Fraction(exponent))))
    shape = table.shape(a)
    if shape[0] != shape[1]:
        raise ShapeMismatch(f"a power of {written(shape)}: the matrix is not square")
    if abs(exponent) > MAX_POWER:
        raise EvaluationError(f"a matrix to the power {exponent}; at most {MAX_POWER} is computed")
    if exponent < 0:
        return matrix_power(table, inverse(table, a), -exponent)
    result = a if exponent else identity(table, shape[0], _one_at(table, a))
    for _ in range(exponent - 1):
        result = table.matmul(result, a)
    return result


def _one_at(table: Table, a: Any) -> Any:
    """The number 1, at every point that there is a matrix."""
    corner = table.pick(a, (0, 0))
    return table.lift("add", table.lift("sub", corner, corner), table.number(Fraction(1)))


def _characteristic(table: Table, a: Any) -> tuple[Any, Any]:
    """Faddeev and LeVerrier: the last auxiliary matrix M_n and the last coefficient c_0 = (-1)^n det A.

    A M_n = -c_0 I, with matrix products and traces only, so that it runs over every table and under derivatives.
    """
    size = table.shape(a)[0]
    auxiliary, product = identity(table, size, _one_at(table, a)), a
    coefficient = table.lift("neg", OPERATIONS["tr"](table, product))
    for k in range(2, size + 1):
        auxiliary = table.lift("add", product, identity(table, size, coefficient))
        product = table.matmul(a, auxiliary)
        trace = OPERATIONS["tr"](table, product)
        coefficient = table.lift("div", table.lift("neg", trace), table.number(Fraction(k)))
    return auxiliary, coefficient


def inverse(table: Table, a: Any) -> Any:
    """The inverse of a square matrix, or of a number; outside its domain (division by zero) for a singular one."""
    shape = table.shape(a)
    if shape == ():
        return table.lift("div", table.number(Fraction(1)), a)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeMismatch(f"the inverse of {written(shape)}")
    auxiliary, coefficient = _characteristic(table, a)
    bound = table.number(Fraction(1))
    for i in range(table.shape(a)[0]):  # Hadamard: |det A| is at most the product of the lengths of the rows
        bound = table.lift("mul", bound, norm(table, table.pick(a, (i,)), Num("1")))
    tiny = table.lift("mul", bound, table.number(SINGULAR))
    regular = table.lift(">", table.lift("abs", coefficient), tiny)
    return table.lift("div", table.lift("neg", auxiliary), table.lift("mul", coefficient, regular))


def determinant(table: Table, a: Any) -> Any:
    """The determinant of a square matrix."""
    shape = table.shape(a)
    if shape == ():
        return a
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeMismatch(f"the determinant of {written(shape)}")
    _, coefficient = _characteristic(table, a)
    return coefficient if shape[0] % 2 == 0 else table.lift("neg", coefficient)


def pseudoinverse(table: Table, a: Any) -> Any:
    """The pseudoinverse of Moore and Penrose of a matrix of full rank, (A^T A)^{-1} A^T or A^T (A A^T)^{-1}; outside
    its domain for any other.
    """
    shape = table.shape(a)
    if len(shape) != 2:
        raise ShapeMismatch(f"the pseudoinverse of {written(shape)}")
    turned = transpose(table, a)
    if shape[0] >= shape[1]:
        return table.matmul(inverse(table, table.matmul(turned, a)), turned)
    return table.matmul(turned, inverse(table, table.matmul(a, turned)))


SQUARE: dict[str, Callable[[Table, Any], Any]] = {"det": determinant, "inv": inverse, "pinv": pseudoinverse, **SPECTRAL}
