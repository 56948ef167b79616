"""Operations on values by their shapes, over any number table: products, norms, softmax, convolutions.

Vectors are columns. A result whose sizes are all 1 is a scalar, so that V h with a one-row V is a number.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any

from solvers.formula.nodes import Name, Node, Num
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Table, written


def _two_dimensional(shape: tuple[int, ...]) -> tuple[int, int]:
    return (shape[0], 1) if len(shape) == 1 else (shape[0], shape[1])


def collapsed(table: Table, value: Any) -> Any:
    """One entry is a number, one column a vector."""
    shape = table.shape(value)
    if shape and prod(shape) == 1:
        return table.reshape(value, ())
    return table.reshape(value, (shape[0],)) if len(shape) == 2 and shape[1] == 1 else value


def product(table: Table, a: Any, b: Any) -> Any:
    """a b: scaling, or the matrix product of columns, rows and matrices."""
    sa, sb = table.shape(a), table.shape(b)
    if sa == () or sb == ():
        return table.lift("mul", a, b)
    if len(sa) > 2 or len(sb) > 2:
        raise ShapeMismatch(f"{written(sa)} times {written(sb)}: a product is of vectors and matrices")
    da, db = _two_dimensional(sa), _two_dimensional(sb)
    if da[1] != db[0]:
        raise ShapeMismatch(f"{written(sa)} times {written(sb)}: the inner sizes {da[1]} and {db[0]} differ")
    result = table.matmul(table.reshape(a, da), table.reshape(b, db))
    return collapsed(table, result)


def _dot(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
    if len(sa) == 1 and sa == sb:
        return product(table, transpose(table, a), b)
    return product(table, a, b)


def _times(table: Table, a: Any, b: Any) -> Any:
    """a × b: the cross product of two vectors of three entries, else a product."""
    if table.shape(a) != (3,) or table.shape(b) != (3,):
        return product(table, a, b)

    def entry(i: int, j: int) -> Any:
        first, second = (table.lift("mul", table.pick(a, (m,)), table.pick(b, (n,))) for m, n in ((i, j), (j, i)))
        return table.lift("sub", first, second)

    return table.stack([entry(1, 2), entry(2, 0), entry(0, 1)])


def _tensor(table: Table, a: Any, b: Any) -> Any:
    """A ⊗ B: the Kronecker product of two matrices, the outer product of two vectors."""
    (m, n), (p, q) = (table.shape(each) if len(table.shape(each)) == 2 else (0, 0) for each in (a, b))
    if not m or not p:
        return _outer(table, a, b)

    def entry(i: int, j: int) -> Any:
        return table.lift("mul", table.pick(a, (i // p, j // q)), table.pick(b, (i % p, j % q)))

    return table.stack([table.stack([entry(i, j) for j in range(n * q)]) for i in range(m * p)])


def _vec(table: Table, a: Any) -> Any:
    """The columns of a matrix, one below the other."""
    shape = table.shape(a)
    if len(shape) != 2:
        raise ShapeMismatch(f"vec of {written(shape)}: it is taken of a matrix")
    return table.stack([table.pick(a, (i, j)) for j in range(shape[1]) for i in range(shape[0])])


def _hadamard(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
    if sa != sb:
        raise ShapeMismatch(f"{written(sa)} ⊙ {written(sb)}: the sizes differ")
    return table.lift("mul", a, b)


def _star(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
    if sa != sb and len(sa) == len(sb) == 1:
        raise EvaluationError(f"{written(sa)} * {written(sb)}: whether that is a convolution is not said: write \\star")
    return _hadamard(table, a, b) if sa == sb else product(table, a, b)


def _divide(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
    if sb != () and prod(sb) == 1:
        b, sb = table.reshape(b, ()), ()
    if sb != () and sa != sb:
        raise ShapeMismatch(f"{written(sa)} divided by {written(sb)}")
    return table.lift("div", a, b)


def transpose(table: Table, a: Any) -> Any:
    shape = table.shape(a)
    if shape == ():
        return a
    return (
        table.reshape(a, (1, shape[0]))
        if len(shape) == 1
        else table.swap(a)
        if shape[0] > 1 or len(shape) > 2
        else table.reshape(a, (shape[1],))
    )


def _power(table: Table, a: Any, b: Any) -> Any:
    if table.shape(b) != ():
        raise ShapeMismatch(f"the exponent is {written(table.shape(b))}")
    return table.lift("pow", a, b)  # of a vector, each entry


def _fold(op: str) -> Callable[..., Any]:
    def fold(table: Table, *values: Any) -> Any:
        entries = [e for v in values for e in _flat(table, v)]
        total = entries[0]
        for entry in entries[1:]:
            total = table.lift(op, total, entry)
        return total

    return fold


def _extreme(op: str) -> Callable[..., Any]:
    """The largest (smallest) entry of one value; of several, entry by entry: max(0, z) is the ReLU."""
    fold = _fold(op)

    def extreme(table: Table, *values: Any) -> Any:
        shapes = {table.shape(value) for value in values} - {()}
        if len(values) == 1 or not shapes:
            return fold(table, *values)
        if len(shapes) > 1:
            raise ShapeMismatch(f"the {op} of {' and '.join(written(table.shape(v)) for v in values)}")
        total = values[0]
        for value in values[1:]:
            total = table.lift(op, total, value)
        return total

    return extreme


def _total(table: Table, value: Any) -> Any:
    if table.shape(value) == ():
        raise EvaluationError("the sum of a number: say what it runs over")
    return _fold("add")(table, value)


def _mean(table: Table, value: Any) -> Any:
    return table.lift("div", _total(table, value), table.number(Fraction(prod(table.shape(value)))))


def _log_sum_exp(table: Table, value: Any) -> Any:
    largest = _fold("max")(table, value)
    weights = table.lift("exp", table.lift("sub", value, largest))
    return table.lift("add", table.lift("log", _fold("add")(table, weights)), largest)


def _place(better: str) -> Callable[[Table, Any], Any]:
    """The place, counted from 1, of the largest or smallest entry."""

    def place(table: Table, value: Any) -> Any:
        return best_of(table, better, [(table.number(Fraction(i)), e) for i, e in enumerate(_flat(table, value), 1)])

    return place


def best_of(table: Table, better: str, candidates: list[tuple[Any, Any]]) -> Any:
    """Of (argument, value) pairs the argument with the best value; the first one where several are best."""
    argument, best = candidates[0]
    for other, value in candidates[1:]:
        wins = table.lift(better, value, best)
        argument = table.choose([(wins, partial(_itself, other))], partial(_itself, argument))
        best = table.lift("max" if better == ">" else "min", best, value)
    return argument


def _itself(value: Any) -> Any:
    return value


def _leaky(table: Table, value: Any, slope: Any) -> Any:
    below = table.lift("relu", table.lift("neg", value))
    return table.lift("sub", table.lift("relu", value), table.lift("mul", slope, below))


def _inner(table: Table, a: Any, b: Any) -> Any:
    """The sum of the products of the entries: of vectors, and of matrices as Frobenius has it."""
    if table.shape(a) == table.shape(b) == ():
        return table.lift("mul", a, b)
    if table.shape(a) != table.shape(b):
        raise ShapeMismatch(f"the inner product of {written(table.shape(a))} and {written(table.shape(b))}")
    return _fold("add")(table, table.lift("mul", a, b))


def _outer(table: Table, a: Any, b: Any) -> Any:
    return product(table, a, transpose(table, b))


def _flat(table: Table, value: Any) -> list[Any]:
    size = prod(table.shape(value))
    flat = table.reshape(value, (size,))
    return [table.pick(flat, (i,)) for i in range(size)]


def norm(table: Table, value: Any, kind: Node, order: Any = None) -> Any:
    """The norm of a kind; `order`: the number that p of another p-norm is."""
    word = kind.text if isinstance(kind, (Name, Num)) else ""
    if len(table.shape(value)) == 2 and word != "F":
        raise EvaluationError(
            "which norm of a matrix is meant is not said: write ‖·‖_F, or ‖·‖_{op} for the spectral norm"
        )
    if word == "infty":
        return _fold("max")(table, table.lift("abs", value))
    if word == "1":
        return _fold("add")(table, table.lift("abs", value))
    if order is not None and table.shape(order) == ():
        powers = table.lift("pow", table.lift("abs", value), order)
        return table.lift("pow", _fold("add")(table, powers), table.lift("div", table.number(Fraction(1)), order))
    if word not in {"2", "F"}:
        raise EvaluationError("the norms that can be computed are 1, 2, p and ∞ of vectors and F of matrices")
    return table.lift("sqrt", _fold("add")(table, table.lift("mul", value, value)))


def square_norm(table: Table, value: Any) -> Any:
    """The sum of the squares of all entries."""
    return _fold("add")(table, table.lift("mul", value, value))


def _diag(table: Table, value: Any) -> Any:
    shape = table.shape(value)
    entries = _flat(table, value)
    if len(shape) == 2:
        return table.stack([table.pick(value, (i, i)) for i in range(min(shape))])
    zero, size = table.lift("mul", entries[0], table.number(Fraction(0))), len(entries)
    every = [entry if i == j else zero for i, entry in enumerate(entries) for j in range(size)]
    return table.reshape(table.stack(every), (size, size))  # (size^2,) -> (size, size)


def _trace(table: Table, value: Any) -> Any:
    shape = table.shape(value)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeMismatch(f"the trace of {written(shape)}")
    total = table.pick(value, (0, 0))
    for i in range(1, shape[0]):
        total = table.lift("add", total, table.pick(value, (i, i)))
    return total


def _softmax(table: Table, value: Any) -> Any:
    if len(table.shape(value)) == 2:  # row by row, as attention takes it
        return table.stack([_softmax(table, table.pick(value, (i,))) for i in range(table.shape(value)[0])])
    if len(table.shape(value)) != 1:
        raise ShapeMismatch(f"the softmax of {written(table.shape(value))}")
    weights = table.lift("exp", table.lift("sub", value, _fold("max")(table, value)))
    return table.lift("div", weights, _fold("add")(table, weights))


def _flip(table: Table, value: Any) -> Any:
    """The kernel turned round along every axis: what makes a convolution of a cross-correlation."""
    shape = table.shape(value)
    return table.reshape(table.stack(_flat(table, value)[::-1]), shape)


def _cross_correlation(table: Table, image: Any, kernel: Any) -> Any:
    """The valid cross-correlation of a signal or image with a kernel, stride 1 (notes 8.1.1)."""
    n, k = table.shape(image), table.shape(kernel)
    if len(n) != len(k) or not n or any(b > a for a, b in zip(n, k, strict=False)):
        raise ShapeMismatch(f"a kernel of {written(k)} on {written(n)}")
    add = _fold("add")
    if len(n) == 1:
        windows = [table.pick(image, (slice(i, i + k[0]),)) for i in range(n[0] - k[0] + 1)]
        return table.stack([add(table, table.lift("mul", window, kernel)) for window in windows])
    rows = []
    for i in range(n[0] - k[0] + 1):
        windows = [table.pick(image, (slice(i, i + k[0]), slice(j, j + k[1]))) for j in range(n[1] - k[1] + 1)]
        rows.append(table.stack([add(table, table.lift("mul", window, kernel)) for window in windows]))
    return table.stack(rows)


def _spread(table: Table, factor: Any, value: Any) -> Any:
    """All entries in a row, each times the factor and a number of its place, so that none stands for another."""
    entries = _flat(table, value)
    places = [table.number(1 + Fraction(place * 7 % 11, 13) + Fraction(place, 17)) for place in range(len(entries))]
    return table.stack(
        [table.lift("mul", table.lift("mul", factor, n), e) for n, e in zip(places, entries, strict=True)]
    )


OPERATIONS: dict[str, Callable[..., Any]] = {
    "mul": product, "times": _times, "dot": _dot, "hadamard": _hadamard, "star": _star, "div": _divide, "pow": _power,
    "transpose": transpose, "max": _extreme("max"), "min": _extreme("min"), "diag": _diag, "tr": _trace,
    "softmax": _softmax, "flip": _flip, "xcorr": _cross_correlation,
    "conv": lambda t, a, b: _cross_correlation(t, a, _flip(t, b)),
    "mod": lambda t, a, b: t.lift("mod", a, b), "total": _total, "mean": _mean, "logsumexp": _log_sum_exp,
    "argmax": _place(">"), "argmin": _place("<"), "leakyrelu": _leaky, "outer": _outer, "inner": _inner,
    "tensor": _tensor, "vec": _vec, "spread~": _spread,
}  # fmt: skip
