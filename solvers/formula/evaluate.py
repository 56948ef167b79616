"""The one interpreter: a formula's value over any number table. What an operator means for shapes is written here once.

Vectors are columns. A result whose sizes are all 1 is a scalar, so that V h with a one-row V is a number. Nothing is
broadcast in silence: a literal number beside a vector stands for a vector of it (1 - z), anything else must fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

from solvers.formula.nodes import (
    All, Big, Call, Cases, Chain, Derivative, Index, Matrix, Member, Name, Node, Num, SetOf, Tuple,
)  # fmt: skip
from solvers.formula.operators import OPERATORS, elementwise
from solvers.formula.parser import read
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Table, Undefined, written

MAX_TERMS = 10_000


@dataclass(frozen=True, slots=True)
class Env:
    """What the names stand for: values by key (see `key_of`), and whole numbers (sizes, times, bound indices)."""

    table: Table
    values: Mapping[str, Any] = field(default_factory=dict)
    integers: Mapping[str, int] = field(default_factory=dict)

    def binding(self, name: str, value: int) -> Env:
        return Env(self.table, self.values, {**self.integers, name: value})


def whole(node: Node, integers: Mapping[str, int]) -> int:
    """The value of an index or bound: a whole number, from whole numbers only."""
    value = _fraction(node, integers)
    if value.denominator != 1:
        raise EvaluationError(f"an index must be a whole number, not {value}")
    return int(value)


def _fraction(node: Node, integers: Mapping[str, int]) -> Fraction:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Name) and node.text in integers:
        return Fraction(integers[node.text])
    if isinstance(node, Call) and node.op in _INDEX_ARITHMETIC:
        return _INDEX_ARITHMETIC[node.op](*[_fraction(arg, integers) for arg in node.args])
    name = node.text if isinstance(node, Name) else "this expression"
    raise EvaluationError(f"{name} stands in an index, but is not a known whole number")


def _quotient(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        raise Undefined("division by zero in an index")
    return a / b


_INDEX_ARITHMETIC: dict[str, Callable[..., Fraction]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "dot": lambda a, b: a * b,
    "neg": lambda a: -a, "div": _quotient, "floor": lambda a: Fraction(a // 1), "ceil": lambda a: Fraction(-(-a // 1)),
}  # fmt: skip


def key_of(node: Node, integers: Mapping[str, int]) -> str | None:
    """The name under which a node's value is kept: "W", "h^(2)", "PE_(3,1)", "dL/dW"; None if it has none."""
    if isinstance(node, Name):
        return node.text
    if isinstance(node, (Member, Index)):
        base = key_of(node.base, integers)
        if base is None or any(isinstance(i, All) for i in node.indices):
            return None
        numbers = ",".join(str(whole(i, integers)) for i in node.indices)
        return f"{base}^({numbers})" if isinstance(node, Member) else f"{base}_({numbers})"
    if isinstance(node, Derivative):
        parts = [key_of(part, integers) for part in (node.of, *node.by)]
        if any(part is None for part in parts):
            return None
        order = f"^{len(node.by)}" if len(node.by) > 1 else ""
        return f"d{order}{parts[0]}/" + "".join(f"d{part}" for part in parts[1:])
    return None


def evaluate(node: Node, env: Env) -> Any:
    """The value of `node`; raises EvaluationError (ShapeMismatch, Undefined) with one sentence where there is none."""
    return _MEANING[type(node)](node, env)


def _number(node: Num, env: Env) -> Any:
    return env.table.number(node.value)


def _name(node: Name, env: Env) -> Any:
    if node.text in env.integers:
        return env.table.number(Fraction(env.integers[node.text]))
    if node.text in env.values:
        return env.values[node.text]
    if node.text == "pi":
        return env.table.lift(
            "mul", env.table.lift("arctan", env.table.number(Fraction(1))), env.table.number(Fraction(4))
        )
    raise EvaluationError(f"{node.text} has no value here")


def _kept(node: Node, env: Env) -> Any:
    key = key_of(node, env.integers)
    if key is not None and key in env.values:
        return env.values[key]
    if isinstance(node, Index):
        return _element(node, env)
    raise EvaluationError(f"{key or 'this'} has no value here")


def _element(node: Index, env: Env) -> Any:
    base = evaluate(node.base, env)
    shape = env.table.shape(base)
    if len(node.indices) > len(shape):
        if all(not isinstance(i, All) and whole(i, env.integers) == 1 for i in node.indices):
            return base
        raise ShapeMismatch(f"{len(node.indices)} indices on {written(shape)}")
    picked: list[int | slice] = []
    for index, size in zip(node.indices, shape, strict=False):
        place = None if isinstance(index, All) else whole(index, env.integers)
        if place is not None and not 1 <= place <= size:
            raise ShapeMismatch(f"index {place} is outside 1..{size}")
        picked.append(slice(None) if place is None else place - 1)
    return env.table.pick(base, tuple(picked))


def _call(node: Call, env: Env) -> Any:
    if node.op == "indicator":
        return truth(node.args[0], env)
    if node.op in {"add", "sub"}:
        return _sum_of_two(node, env)
    arguments = [evaluate(arg, env) for arg in node.args] if node.op != "norm" else [evaluate(node.args[0], env)]
    if node.op.endswith("'"):
        return _primed(node.op, arguments[0], env.table)
    if node.op == "norm":
        return _norm(env.table, arguments[0], node.args[1])
    if elementwise(node.op) or node.op in {"neg", "factorial"}:
        return env.table.lift(node.op, *arguments)
    return _OPERATIONS[node.op](env.table, *arguments)


def _sum_of_two(node: Call, env: Env) -> Any:
    a, b = (evaluate(arg, env) for arg in node.args)
    sa, sb = env.table.shape(a), env.table.shape(b)
    literal = any(s == () and _literal(arg) for s, arg in ((sa, node.args[0]), (sb, node.args[1])))
    if sa != sb and not literal:
        sign = OPERATORS[node.op].plain
        raise ShapeMismatch(f"{written(sa)} {sign} {written(sb)}: the sizes differ")
    return env.table.lift(node.op, a, b)


def _literal(node: Node) -> bool:
    """A number written out: beside a vector it stands for a vector of that number."""
    return isinstance(node, Num) or (
        isinstance(node, Call) and node.op in {"neg", "div"} and all(map(_literal, node.args))
    )


@cache
def _derivative_of(op: str) -> Node:
    base = op.removesuffix("'")
    formula = OPERATORS[base].derivative if base in OPERATORS else None
    if formula is None:
        raise EvaluationError(f"the derivative {op} is not known")
    return read(formula, latex=False)


def _primed(op: str, argument: Any, table: Table) -> Any:
    formula = _derivative_of(op)
    return table.each(lambda x: evaluate(formula, Env(table, {"x": x})), argument)


def truth(node: Node, env: Env) -> Any:
    """1 where every relation of the chain holds, 0 elsewhere."""
    if not isinstance(node, Chain):
        raise EvaluationError("expected a condition such as x > 0")
    sides = [evaluate(side, env) for side in node.sides]
    holds = env.table.number(Fraction(1))
    for relation, a, b in zip(node.relations, sides, sides[1:], strict=False):
        if relation not in {"=", "!=", "<", "<=", ">", ">="} or env.table.shape(a) != () or env.table.shape(b) != ():
            raise EvaluationError("a condition compares numbers with =, !=, <, <=, > or >=")
        holds = env.table.lift("mul", holds, env.table.lift(relation, a, b))
    return holds


def _cases(node: Cases, env: Env) -> Any:
    conditioned = [(truth(c, env), lambda v=v: evaluate(v, env)) for v, c in node.branches if c is not None]
    otherwise = next((v for v, c in node.branches if c is None), None)
    last = None if otherwise is None else (lambda: evaluate(otherwise, env))
    return env.table.choose(conditioned, last)


def _big(node: Big, env: Env) -> Any:
    op = {"sum": "add", "prod": "mul"}[node.op]
    terms = _assignments(node, env)
    values = [evaluate(node.body, inner) for inner in terms]
    if not values:
        return env.table.number(Fraction(0 if node.op == "sum" else 1))
    total = values[0]
    for value in values[1:]:
        if env.table.shape(value) != env.table.shape(total):
            raise ShapeMismatch(f"terms of {written(env.table.shape(total))} and {written(env.table.shape(value))}")
        total = env.table.lift(op, total, value)
    return total


def _assignments(node: Big, env: Env) -> list[Env]:
    found = [env]
    for binder in node.binders:
        found = [inner.binding(binder.name.text, i) for inner in found for i in _range(binder, inner)]
        if len(found) > MAX_TERMS:
            raise EvaluationError(f"the sum has more than {MAX_TERMS} terms")
    return found


def _range(binder: Any, env: Env) -> range | list[int]:
    if isinstance(binder.domain, SetOf):
        return [whole(item, env.integers) for item in binder.domain.items]
    if binder.low is None or binder.high is None:
        raise EvaluationError(f"what {binder.name.text} runs over is not said")
    low, high = whole(binder.low, env.integers), whole(binder.high, env.integers)
    if high - low >= MAX_TERMS:
        raise EvaluationError(f"the sum has more than {MAX_TERMS} terms")
    return range(low, high + 1)


def _matrix(node: Matrix, env: Env) -> Any:
    rows = [env.table.stack([_entry(entry, env) for entry in row]) for row in node.rows]
    stacked = env.table.stack(rows)
    height, width = len(node.rows), len(node.rows[0])
    return env.table.reshape(stacked, (height,)) if width == 1 else stacked


def _entry(node: Node, env: Env) -> Any:
    value = evaluate(node, env)
    if env.table.shape(value) != ():
        raise ShapeMismatch(f"an entry of a matrix or vector must be a number, not {written(env.table.shape(value))}")
    return value


def _tuple(node: Tuple, env: Env) -> Any:
    return env.table.stack([_entry(item, env) for item in node.items])


def _unreachable(node: Node, env: Env) -> Any:
    raise EvaluationError(f"a {type(node).__name__.lower()} has no value by itself")


# ---- operations on values, by shape


def _two_dimensional(shape: tuple[int, ...]) -> tuple[int, int]:
    return (shape[0], 1) if len(shape) == 1 else (shape[0], shape[1])


def _collapse(table: Table, value: Any, shape: tuple[int, ...]) -> Any:
    """A column is a vector; all sizes 1 is a number."""
    if prod(shape) == 1:
        return table.reshape(value, ())
    return table.reshape(value, (shape[0],)) if shape[1] == 1 else value


def product(table: Table, a: Any, b: Any) -> Any:
    """a b: scaling, or the matrix product of columns, rows and matrices."""
    sa, sb = table.shape(a), table.shape(b)
    if sa == () or sb == ():
        return table.lift("mul", a, b)
    da, db = _two_dimensional(sa), _two_dimensional(sb)
    if da[1] != db[0]:
        raise ShapeMismatch(f"{written(sa)} times {written(sb)}: the inner sizes {da[1]} and {db[0]} differ")
    result = table.matmul(table.reshape(a, da), table.reshape(b, db))
    return _collapse(table, result, (da[0], db[1]))


def _dot(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
    if len(sa) == 1 and sa == sb:
        return product(table, transpose(table, a), b)
    return product(table, a, b)


def _hadamard(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
    if sa != sb:
        raise ShapeMismatch(f"{written(sa)} ⊙ {written(sb)}: the sizes differ")
    return table.lift("mul", a, b)


def _star(table: Table, a: Any, b: Any) -> Any:
    return _hadamard(table, a, b) if table.shape(a) == table.shape(b) else product(table, a, b)


def _divide(table: Table, a: Any, b: Any) -> Any:
    sa, sb = table.shape(a), table.shape(b)
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
        if shape[0] > 1
        else table.reshape(a, (shape[1],))
    )


def _power(table: Table, a: Any, b: Any) -> Any:
    if table.shape(b) != ():
        raise ShapeMismatch(f"the exponent is {written(table.shape(b))}")
    if table.shape(a) != ():
        raise ShapeMismatch(f"a power of {written(table.shape(a))}: say which product is meant (⊙ for each entry)")
    return table.lift("pow", a, b)


def _fold(op: str) -> Callable[..., Any]:
    def fold(table: Table, *values: Any) -> Any:
        entries = [e for v in values for e in _flat(table, v)]
        total = entries[0]
        for entry in entries[1:]:
            total = table.lift(op, total, entry)
        return total

    return fold


def _flat(table: Table, value: Any) -> list[Any]:
    size = prod(table.shape(value))
    flat = table.reshape(value, (size,))
    return [table.pick(flat, (i,)) for i in range(size)]


def _norm(table: Table, value: Any, kind: Node) -> Any:
    word = kind.text if isinstance(kind, (Name, Num)) else ""
    if word == "infty":
        return _fold("max")(table, table.lift("abs", value))
    if word == "1":
        return _fold("add")(table, table.lift("abs", value))
    if word not in {"2", "F"} or (word == "2" and len(table.shape(value)) == 2):
        raise EvaluationError("the norms that can be computed are 1, 2 and ∞ of vectors and F of matrices")
    return table.lift("sqrt", _fold("add")(table, table.lift("mul", value, value)))


def _diag(table: Table, value: Any) -> Any:
    shape = table.shape(value)
    entries = _flat(table, value)
    if len(shape) == 2:
        return table.stack([table.pick(value, (i, i)) for i in range(min(shape))])
    zero = table.lift("mul", entries[0], table.number(Fraction(0)))
    return table.stack(
        [table.stack([e if i == j else zero for j, _ in enumerate(entries)]) for i, e in enumerate(entries)]
    )


def _trace(table: Table, value: Any) -> Any:
    shape = table.shape(value)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeMismatch(f"the trace of {written(shape)}")
    return _fold("add")(table, _diag(table, value))


def _softmax(table: Table, value: Any) -> Any:
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


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "mul": product, "times": product, "dot": _dot, "hadamard": _hadamard, "star": _star, "div": _divide, "pow": _power,
    "transpose": transpose, "max": _fold("max"), "min": _fold("min"), "diag": _diag, "tr": _trace, "softmax": _softmax,
    "flip": _flip, "xcorr": _cross_correlation, "conv": lambda t, a, b: _cross_correlation(t, a, _flip(t, b)),
    "mod": lambda t, a, b: t.lift("mod", a, b),
}  # fmt: skip

_MEANING: dict[type, Callable[[Any, Env], Any]] = {
    Num: _number, Name: _name, Member: _kept, Index: _kept, Derivative: _kept, Call: _call, Cases: _cases, Big: _big,
    Matrix: _matrix, Tuple: _tuple, Chain: truth, SetOf: _unreachable, All: _unreachable,
}  # fmt: skip
