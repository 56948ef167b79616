"""The one interpreter: a formula's value over any number table. What an operator means is written here once.

Vectors are columns. A result whose sizes are all 1 is a scalar, so that V h with a one-row V is a number. Nothing is
broadcast in silence: a literal number beside a vector stands for a vector of it (1 - z), anything else must fit.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial, reduce
from math import prod
from typing import Any

from solvers.formula.binomials import binomial
from solvers.formula.branches import chosen_by_indices
from solvers.formula.definitions import defined, right_side
from solvers.formula.domains import constant
from solvers.formula.entrywise import apply
from solvers.formula.env import Definition, Env, TooMuchWork, beyond, key_of, place_of, whole
from solvers.formula.functions import applied
from solvers.formula.information import INFORMATION
from solvers.formula.nodes import (
    All,
    Apply,
    At,
    Big,
    Call,
    Cases,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    Tuple,
    names,
    walk,
)  # fmt: skip
from solvers.formula.open_sizes import SQUARE, blocks, matrix_power, sized, with_open
from solvers.formula.operations import OPERATIONS, collapsed, norm, square_norm, transpose
from solvers.formula.operators import OPERATORS, elementwise
from solvers.formula.row_vectors import diagonal_of, is_row, is_row_of_matrix, is_written_row, made_of_vectors
from solvers.formula.scripts import SIZED
from solvers.formula.sums import big
from solvers.formula.tables.table import EvaluationError, Open, OutOfRange, ShapeMismatch, written

SMALL_POWER = 8  # of usual numbers it is no extreme one
__all__ = ["Definition", "Env", "evaluate", "key_of", "right_side", "truth", "whole"]


def evaluate(node: Node, env: Env) -> Any:
    """The value of `node`; raises EvaluationError (ShapeMismatch, Undefined) with one sentence where there is none."""
    if env.budget is not None:
        env.budget.spend(env.weight)
    try:
        return _MEANING[type(node)](node, env)
    except RecursionError:
        raise TooMuchWork("the formulas and definitions are nested too deep") from None


def _number(node: Num, env: Env) -> Any:
    return env.table.number(node.value)


def _name(node: Name, env: Env) -> Any:
    if node.text in env.integers:
        return env.table.number(Fraction(env.integers[node.text]))
    if node.text in env.values:
        return env.values[node.text]
    if node.text in env.definitions:
        return defined(node, node.text, env)
    if node.text in {"I", "ones"}:
        return Open(node.text, env.table.number(Fraction(1)))
    if node.text == "zeros":
        return Open("zero", env.table.number(Fraction(0)))
    if node.text == "pi":
        quarter = env.table.lift("arctan", env.table.number(Fraction(1)))
        return env.table.lift("mul", quarter, env.table.number(Fraction(4)))
    raise EvaluationError(f"{node.text} has no value here")


def _kept(node: Member | Index | Derivative, env: Env) -> Any:
    if isinstance(node, Index) and not {Member, Index}.isdisjoint(map(type, node.indices)):
        from solvers.formula.chosen import chosen  # only where a place is a value

        if (entry := chosen(node, env)) is not None:
            return entry
    if isinstance(node, Index) and beyond(node, env):
        return env.table.number(Fraction(0))
    key = key_of(node, env.integers)
    if key is not None and key in env.values:
        return env.values[key]
    if isinstance(node, Derivative):
        from solvers.formula.differentiate import derivative  # it evaluates in its turn

        return derivative(node, env)
    base = node.base if isinstance(node.base, Name) else None
    if isinstance(node, Index) and key_of(node.base, env.integers) in env.values:
        return _element(node, env)  # its value is given, or it is cut loose: not what its entries are defined by
    root = node.base.base if isinstance(node.base, Member) else node.base
    known = key is not None and isinstance(root, Name) and root.text in env.definitions
    if (
        known
        and key is not None
        and isinstance(root, Name)
        and (isinstance(node, Member) or _by_entries(node, root, env))
    ):
        return defined(node, key, env)
    if isinstance(node, Index):
        if base is not None and base.text in SIZED and base.text not in env.values:
            return sized(base.text, node.indices, env)
        return _element(node, env)
    raise OutOfRange(f"{key or 'this'} has no value here")


def _by_entries(node: Index, root: Name, env: Env) -> bool:
    """Whether entries are what is defined: z_i, or z_i^(2) of a family."""
    nested = isinstance(node.base, Member)
    found = [d for d in env.definitions[root.text] if isinstance(d.left, Index)]
    one_by_one = len(found) == len(env.definitions[root.text])  # z_1 = 1, z_2 = 3, and nothing of z as a whole
    return any(
        isinstance(d.left, Index) and isinstance(d.left.base, Member) is nested and (d.indices or one_by_one)
        for d in found
    )


def _element(node: Index, env: Env) -> Any:
    base = evaluate(node.base, env) if isinstance(node.base, (Name, Member, Index)) else _whole(node.base, env)
    shape = env.table.shape(base)
    if shape == () and not isinstance(node.base, (Name, Member, Index)) and set(node.indices) & set(walk(node.base)):
        raise EvaluationError(
            "whether one entry or the matrix of all is meant is not said: write it by a name, as a_{ij}"
        )
    if len(node.indices) == 1 and len(shape) == 2 and shape[0] == 1 and is_written_row(node.base, env):
        shape = shape[1:]
        base = env.table.reshape(base, shape)
    if len(node.indices) > len(shape):  # a column is a vector, one entry a number: give the sizes of 1 back
        if len(node.indices) > 2:
            raise ShapeMismatch(f"{len(node.indices)} indices on {written(shape)}")
        shape = (*shape, *[1] * (len(node.indices) - len(shape)))
        base = env.table.reshape(base, shape)
    indices = _two_places(node.indices, shape)
    picked: list[int | slice] = [
        slice(None) if isinstance(index, All) else place_of(index, node.base, size, env)
        for index, size in zip(indices, shape, strict=False)
    ]
    value = env.table.pick(base, tuple(picked))
    if len(picked) == 2 and isinstance(picked[0], int) and isinstance(picked[1], slice):
        return env.table.reshape(value, (1, shape[1])) if shape[1] > 1 else collapsed(env.table, value)  # a row
    return collapsed(env.table, value)


def _two_places(indices: tuple[Node, ...], shape: tuple[int, ...]) -> tuple[Node, ...]:
    """11 on a matrix of two rows: 1, 1."""
    digits = indices[0].text if len(indices) == 1 and len(shape) == 2 and isinstance(indices[0], Num) else ""
    two = len(digits) == 2 and digits.isdecimal() and int(digits) > shape[0]
    return tuple(map(Num, digits)) if two else indices


def _whole(node: Node, env: Env) -> Any:
    """The value of (AB) in (AB)_{ij}, computed once for all entries if it says nothing of i and j."""
    if any(env.integers.get(name) != env.sizes.get(name) for name in names(node)):
        return evaluate(node, env)
    key = ("whole", node)
    if key not in env.memo:
        env.memo[key] = evaluate(node, env)
    return env.memo[key]


def _call(node: Call, env: Env) -> Any:
    if node.op == "transpose" and (listed := _listed(node.args[0], env)) is not None:
        return listed
    if (own := _OWN.get(node.op)) is not None:
        return own(node, env)
    if node.op == "mul" and (row := _written_row(node.args[0], env)) is not None:
        right = evaluate(node.args[1], env)
        if not isinstance(right, Open) and len(env.table.shape(right)) == 1:
            return OPERATIONS["dot"](env.table, row, right)  # (a, b)^T x
    arguments = [evaluate(arg, env) for arg in node.args] if node.op != "norm" else [evaluate(node.args[0], env)]
    if Open in map(type, arguments):
        return with_open(env.table, node.op, *arguments)
    if env.watch is not None:
        env.watch.call(node, arguments)
    if node.op.endswith("'"):
        return apply(env.table, node.op, arguments[0])
    if node.op == "norm":
        return norm(env.table, arguments[0], node.args[1], _order(node.args[1], env))
    if elementwise(node.op) or node.op in {"neg", "factorial"}:
        return apply(env.table, node.op, *arguments)
    if node.op == "hadamard" and env.entrywise and () in map(env.table.shape, arguments):
        return env.table.lift("mul", *arguments)
    if node.op == "div" and _entry_by_entry(node, *map(env.table.shape, arguments), env=env):
        return env.table.lift("div", *arguments)
    if node.op == "dot" and all(is_written_row(arg, env) for arg in node.args):
        return OPERATIONS["total"](env.table, OPERATIONS["hadamard"](env.table, *arguments))
    operation = SQUARE.get(node.op) or OPERATIONS.get(node.op)
    if operation is None:
        raise EvaluationError(f"{node.op} has no value by itself")
    try:
        return operation(env.table, *arguments)
    except ShapeMismatch:
        if node.op == "mul" and is_row_of_matrix(node.args[0], env):
            return OPERATIONS["dot"](env.table, *arguments)
        if node.op != "mul" or len(env.table.shape(arguments[1])) != 2 or not is_row(node.args[0], env):
            raise
        return OPERATIONS["mul"](env.table, transpose(env.table, arguments[1]), arguments[0])


def _listed(node: Node, env: Env) -> Any:
    """The column that is written in a line, (a, b)^T and (x_1, ..., x_n)^T; None of other formulas."""
    if isinstance(node, Tuple):
        return evaluate(node, env)
    listed = evaluate(node, env) if isinstance(node, Big) and node.op == "list" else None
    return listed if listed is not None and not isinstance(listed, Open) and len(env.table.shape(listed)) == 1 else None


def _order(kind: Node, env: Env) -> Any:
    """What p of a p-norm is: a number from 1 on, or a name that such numbers have."""
    number = constant(kind)
    other = kind.text in {"p", "q", "r"} if isinstance(kind, Name) else number is not None and number >= 1
    return evaluate(kind, env) if other and kind not in _PLAIN_NORMS else None


def _entry_by_entry(node: Call, above: tuple[int, ...], below: tuple[int, ...], *, env: Env) -> bool:
    """Whether a quotient is one of entries: p/(p + q) of densities; 1/(1 + exp(-a)), the number in every entry."""
    return (env.entrywise and above == below != ()) or (above == () and (env.entrywise or _literal(node.args[0])))


def _written_row(node: Node, env: Env) -> Any:
    """The vector of (a, b)^T and (x_1, ..., x_n)^T, a row before another vector; None of other formulas."""
    inner = node.args[0] if isinstance(node, Call) and node.op == "transpose" else None
    written_out = isinstance(inner, Tuple) or (isinstance(inner, Big) and inner.op == "list")
    return evaluate(inner, env) if inner is not None and written_out else None


def _sum_of_two(node: Call, env: Env) -> Any:
    a, b = (evaluate(arg, env) for arg in node.args)
    if isinstance(a, Open) or isinstance(b, Open):
        return with_open(env.table, node.op, a, b)
    sa, sb = env.table.shape(a), env.table.shape(b)
    if sa == sb:
        return env.table.lift(node.op, a, b)
    if () in (sa, sb) and prod((*sa, *sb)) == 1:  # a number and a vector of one entry
        return collapsed(env.table, env.table.lift(node.op, a, b))
    literal = any(s == () and _literal(arg) for s, arg in ((sa, node.args[0]), (sb, node.args[1])))
    if not literal and not (env.entrywise and () in (sa, sb)):
        raise ShapeMismatch(f"{written(sa)} {OPERATORS[node.op].plain} {written(sb)}: the sizes differ")
    return env.table.lift(node.op, a, b)


def _power(node: Call, env: Env) -> Any:
    """A power of a number; of a square matrix where the exponent is a whole number written out."""
    base, exponent = node.args
    if isinstance(base, Call) and base.op == "norm" and base.args[1] in _EUCLIDEAN and exponent == Num("2"):
        inner = evaluate(base.args[0], env)
        if isinstance(inner, Open):
            return with_open(env.table, "norm", inner)
        return square_norm(env.table, inner)  # smooth at zero, as the norm is not
    diagonal = diagonal_of(base, env)
    if diagonal is not None:
        raised = OPERATIONS["pow"](env.table, evaluate(diagonal, env), evaluate(exponent, env))
        return OPERATIONS["diag"](env.table, raised)
    a = evaluate(base, env)
    broken = constant(exponent)
    if broken is not None and broken.denominator > 1 and not isinstance(a, Open) and len(env.table.shape(a)) == 2:
        from solvers.formula.roots import symmetric_power  # only where a matrix has a root

        return symmetric_power(env.table, a, broken)
    if isinstance(a, Open) or len(env.table.shape(a)) == 2:
        return matrix_power(env.table, a, whole(exponent, env.integers))
    raised_to = evaluate(exponent, env)
    power = OPERATIONS["pow"](env.table, a, raised_to)
    if env.watch is not None and (broken is None or abs(broken) > SMALL_POWER):
        env.watch.power(a, raised_to)
    return power


def _trace(node: Call, env: Env) -> Any:
    """The trace; tr(x^T A x) is what it is of, but of numbers that nothing declares, tr(ABC), there is none."""
    value = evaluate(node.args[0], env)
    if isinstance(value, Open):
        return with_open(env.table, "tr", value)
    number = env.table.shape(value) == () and made_of_vectors(node, env)
    return value if number else OPERATIONS["tr"](env.table, value)


def _unit(node: Call, env: Env) -> Any:
    """A vector with a 1 at one place; its length is not said."""
    return Open(f"unit{whole(node.args[0], env.integers)}", env.table.number(Fraction(1)))


_OWN: dict[str, Callable[[Call, Env], Any]] = {  # operators that do not just compute with the values of their arguments
    "indicator": lambda node, env: truth(node.args[0], env), "add": _sum_of_two, "sub": _sum_of_two,
    "pow": _power, "tr": _trace,
    "binom": binomial, "unit": _unit, **INFORMATION,
}  # fmt: skip
_EUCLIDEAN = (Num("2"), Name("F"))
_PLAIN_NORMS = (Num("1"), *_EUCLIDEAN)


def _literal(node: Node) -> bool:
    """A number written out: beside a vector it stands for a vector of that number."""
    return isinstance(node, Num) or (
        isinstance(node, Call) and node.op in {"neg", "div"} and all(map(_literal, node.args))
    )


def truth(node: Node, env: Env) -> Any:
    """1 where every relation of the chain holds, 0 elsewhere."""
    if isinstance(node, Call) and node.op in {"and", "or"}:
        return env.table.lift("mul" if node.op == "and" else "max", *(truth(arg, env) for arg in node.args))
    if not isinstance(node, Chain):
        raise EvaluationError("expected a condition such as x > 0")
    sides = [evaluate(side, env) for side in node.sides]
    found = []
    for relation, a, b in zip(node.relations, sides, sides[1:], strict=False):
        shapes = {env.table.shape(a), env.table.shape(b)} - {()}
        if relation not in {"=", "!=", "<", "<=", ">", ">="} or len(shapes) > 1:
            raise EvaluationError("a condition compares numbers with =, !=, <, <=, > or >=")
        found.append(env.table.lift(relation, a, b))
        if env.watch is not None and env.watch.closer:
            env.watch.apart(env.table.lift("sub", a, b))
    if env.watch is not None:
        env.watch.condition(node, found)
    return reduce(lambda one, other: env.table.lift("mul", one, other), found)


def _cases(node: Cases, env: Env) -> Any:
    taken = chosen_by_indices([c for _, c in node.branches if c is not None], env.integers)
    conditioned = [
        (truth(c, env), partial(_branch, v, k in taken, env))
        for k, (v, c) in enumerate((v, c) for v, c in node.branches if c is not None)
    ]
    if env.watch is not None:
        env.watch.cases(node, [condition for condition, _ in conditioned])
    otherwise = next((v for v, c in node.branches if c is None), None)
    last = None if otherwise is None else partial(_branch, otherwise, len(conditioned) in taken, env)
    return env.table.choose(conditioned, last)


def _branch(value: Node, taken: bool, env: Env) -> Any:
    """The value of a branch; what no index leads to may speak of entries that there are not."""
    return evaluate(value, env) if taken else env.table.number(Fraction(0))


def _matrix(node: Matrix, env: Env) -> Any:
    values = [[evaluate(entry, env) for entry in row] for row in node.rows]
    whole_blocks = any(isinstance(value, Open) or env.table.shape(value) != () for row in values for value in row)
    if whole_blocks and not names(node):  # 1, [2, 3] typed as numbers is no block matrix
        values = [[_entry(entry, env) for entry in row] for row in node.rows]
    elif len(values) == 1 and {0, 1} == {-1 if isinstance(v, Open) else len(env.table.shape(v)) for v in values[0]}:
        return _in_a_row(env, values[0])  # [1, x]
    elif whole_blocks:
        zero = Open("zero", env.table.number(Fraction(0)))  # 0 beside blocks stands for as many zeros as fit
        rows = zip(node.rows, values, strict=True)
        values = [[zero if e == Num("0") else v for e, v in zip(*row, strict=True)] for row in rows]
        values = blocks(env.table, values)
    return collapsed(env.table, env.table.stack([env.table.stack(row) for row in values]))


def _entry(node: Node, env: Env) -> Any:
    value = evaluate(node, env)
    if env.table.shape(value) != ():
        raise ShapeMismatch(f"an entry of a matrix or vector must be a number, not {written(env.table.shape(value))}")
    return value


def _tuple(node: Tuple, env: Env) -> Any:
    return _in_a_row(env, [evaluate(item, env) for item in node.items])


def _in_a_row(env: Env, parts: list[Any]) -> Any:
    """Numbers and vectors one after the other as one vector."""
    entries: list[Any] = []
    for part in parts:
        shape = () if isinstance(part, Open) else env.table.shape(part)
        if isinstance(part, Open) or len(shape) > 1:
            raise ShapeMismatch("what stands in a row is numbers and vectors")
        entries += [part] if not shape else [env.table.pick(part, (place,)) for place in range(shape[0])]
    return env.table.stack(entries)


def _at(node: At, env: Env) -> Any:
    for name, value in zip(node.names, node.values, strict=True):
        env = env.holding(key_of(name, env.integers), evaluate(value, env))
    return evaluate(node.body, env)


def _unreachable(node: Node, env: Env) -> Any:
    raise EvaluationError(f"a {type(node).__name__.lower()} has no value by itself")


_MEANING: dict[type, Callable[[Any, Env], Any]] = {
    Num: _number, Name: _name, Member: _kept, Index: _kept, Derivative: _kept, Call: _call, Cases: _cases, Big: big,
    Matrix: _matrix, Tuple: _tuple, Chain: truth, SetOf: _unreachable, At: _at, Apply: applied, All: _unreachable,
}  # fmt: skip
