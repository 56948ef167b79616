"""The one interpreter: a formula's value over any number table. What an operator means for shapes is written here once.

Vectors are columns. A result whose sizes are all 1 is a scalar, so that V h with a one-row V is a number. Nothing is
broadcast in silence: a literal number beside a vector stands for a vector of it (1 - z), anything else must fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from solvers.formula.entrywise import apply
from solvers.formula.nodes import (
    All,
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
    map_children,
)  # fmt: skip
from solvers.formula.operations import OPERATIONS, collapsed, norm
from solvers.formula.operators import OPERATORS, elementwise
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Table, Undefined, written

MAX_TERMS = 10_000


MAX_OPEN = 60


@dataclass(frozen=True, slots=True)
class Definition:
    """left = right, for every value of the index names in `indices`: h^(t) = tanh(W h^(t-1)) has ("t",)."""

    left: Node
    right: Node
    indices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Env:
    """What the names stand for: values by key (see `key_of`), whole numbers (sizes, times, bound indices), definitions.

    Definitions are computed when they are asked for, under `sizes` (the whole numbers that are not bound by a sum), and
    kept in `memo`. `shapes` says how long a vector is that is defined entry by entry.
    """

    table: Table
    values: Mapping[str, Any] = field(default_factory=dict)
    integers: Mapping[str, int] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    shapes: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)

    def binding(self, name: str, value: int) -> Env:
        """The same with a whole number bound, as a sum does."""
        return replace(self, integers={**self.integers, name: value})

    def with_values(self, table: Table, values: Mapping[str, Any]) -> Env:
        """The same definitions over other values: nothing computed so far is kept."""
        return replace(self, table=table, values=values, memo={})


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
    if node.text in env.definitions:
        return _defined(node, node.text, env)
    if node.text == "pi":
        quarter = env.table.lift("arctan", env.table.number(Fraction(1)))
        return env.table.lift("mul", quarter, env.table.number(Fraction(4)))
    raise EvaluationError(f"{node.text} has no value here")


def _kept(node: Member | Index | Derivative, env: Env) -> Any:
    key = key_of(node, env.integers)
    if key is not None and key in env.values:
        return env.values[key]
    if isinstance(node, Derivative):
        from solvers.formula.differentiate import derivative  # it evaluates in its turn

        return derivative(node, env)
    base = node.base if isinstance(node.base, Name) else None
    if key is not None and base is not None and base.text in env.definitions:
        if isinstance(node, Member):
            return _defined(node, key, env)
        if any(d.indices and isinstance(d.left, Index) for d in env.definitions[base.text]):
            return _defined(node, key, env)
    if isinstance(node, Index):
        return _element(node, env)
    raise EvaluationError(f"{key or 'this'} has no value here")


def _defined(node: Node, key: str, env: Env) -> Any:
    """The value of what a definition defines, computed once."""
    if key in env.memo:
        if env.memo[key] is _OPEN:
            raise EvaluationError(f"{key} is defined by itself")
        return env.memo[key]
    if sum(value is _OPEN for value in env.memo.values()) >= MAX_OPEN:
        raise EvaluationError(f"{key}: definitions lead to definitions more than {MAX_OPEN} deep")
    env.memo[key] = _OPEN
    try:
        env.memo[key] = value = _from_definition(node, key, env)
    finally:
        if env.memo[key] is _OPEN:
            del env.memo[key]
    return value


_OPEN = object()


def _from_definition(node: Node, key: str, env: Env) -> Any:
    found = _definition_of(node, env)
    if found is not None:
        definition, bound = found
        return evaluate(definition.right, replace(env, integers={**env.sizes, **bound}))
    if isinstance(node, Name) and node.text in env.shapes:
        return _whole_vector(node, env)
    raise EvaluationError(f"{key} is not defined")


def _definition_of(node: Node, env: Env) -> tuple[Definition, dict[str, int]] | None:
    """The definition of a name, member or entry, and what its index names stand for. A start value goes first."""
    base = node if isinstance(node, Name) else getattr(node, "base", None)
    if not isinstance(base, Name) or base.text not in env.definitions:
        return None
    places = tuple(whole(i, env.integers) for i in node.indices) if isinstance(node, (Member, Index)) else ()
    found = [(d, _matched(d, type(node), places, env.sizes)) for d in env.definitions[base.text]]
    fitting = [(definition, bound) for definition, bound in found if bound is not None]
    return min(fitting, key=lambda pair: len(pair[1]), default=None)


def right_side(node: Node, env: Env) -> Node | None:
    """The right side of what defines `node`, with the index names put in; None if nothing does."""
    found = _definition_of(node, env)
    if found is None:
        return None
    definition, bound = found
    return _with_numbers(definition.right, bound)


def _with_numbers(node: Node, bound: Mapping[str, int]) -> Node:
    if isinstance(node, Name) and node.text in bound:
        return Num(str(bound[node.text])) if bound[node.text] >= 0 else Call("neg", (Num(str(-bound[node.text])),))
    return map_children(node, lambda child: _with_numbers(child, bound))


def _matched(
    definition: Definition, kind: type, places: tuple[int, ...], sizes: Mapping[str, int]
) -> dict[str, int] | None:
    """What the index names of a definition stand for so that its left side is the one asked for; None if it is not."""
    left = definition.left
    if type(left) is not kind:
        return None
    indices = () if isinstance(left, Name) else left.indices  # type: ignore[union-attr]
    if len(indices) != len(places):
        return None
    bound: dict[str, int] = {}
    for index, place in zip(indices, places, strict=True):
        if isinstance(index, Name) and index.text in definition.indices:
            bound[index.text] = place
        elif whole(index, sizes) != place:
            return None
    return bound


def _whole_vector(node: Name, env: Env) -> Any:
    """A vector or matrix that is defined entry by entry."""
    sizes = [whole(size, env.sizes) for size in env.shapes[node.text]]

    def block(places: tuple[int, ...]) -> Any:
        if len(places) == len(sizes):
            return evaluate(Index(node, tuple(Num(str(p)) for p in places)), env)
        return env.table.stack([block((*places, p)) for p in range(1, sizes[len(places)] + 1)])

    return block(())


def _element(node: Index, env: Env) -> Any:
    base = evaluate(node.base, env)
    shape = env.table.shape(base)
    if len(node.indices) > len(shape):  # a column is a vector, one entry a number: give the sizes of 1 back
        if len(node.indices) > 2:
            raise ShapeMismatch(f"{len(node.indices)} indices on {written(shape)}")
        shape = (*shape, *[1] * (len(node.indices) - len(shape)))
        base = env.table.reshape(base, shape)
    picked: list[int | slice] = []
    for index, size in zip(node.indices, shape, strict=False):
        place = None if isinstance(index, All) else whole(index, env.integers)
        if place is not None and not 1 <= place <= size:
            raise ShapeMismatch(f"index {place} is outside 1..{size}")
        picked.append(slice(None) if place is None else place - 1)
    return collapsed(env.table, env.table.pick(base, tuple(picked)))


def _call(node: Call, env: Env) -> Any:
    if node.op == "indicator":
        return truth(node.args[0], env)
    if node.op in {"add", "sub"}:
        return _sum_of_two(node, env)
    arguments = [evaluate(arg, env) for arg in node.args] if node.op != "norm" else [evaluate(node.args[0], env)]
    if node.op.endswith("'"):
        return apply(env.table, node.op, arguments[0])
    if node.op == "norm":
        return norm(env.table, arguments[0], node.args[1])
    if elementwise(node.op) or node.op in {"neg", "factorial"}:
        return env.table.lift(node.op, *arguments)
    return OPERATIONS[node.op](env.table, *arguments)


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
    return collapsed(env.table, env.table.stack(rows))


def _entry(node: Node, env: Env) -> Any:
    value = evaluate(node, env)
    if env.table.shape(value) != ():
        raise ShapeMismatch(f"an entry of a matrix or vector must be a number, not {written(env.table.shape(value))}")
    return value


def _tuple(node: Tuple, env: Env) -> Any:
    return env.table.stack([_entry(item, env) for item in node.items])


def _unreachable(node: Node, env: Env) -> Any:
    raise EvaluationError(f"a {type(node).__name__.lower()} has no value by itself")


_MEANING: dict[type, Callable[[Any, Env], Any]] = {
    Num: _number, Name: _name, Member: _kept, Index: _kept, Derivative: _kept, Call: _call, Cases: _cases, Big: _big,
    Matrix: _matrix, Tuple: _tuple, Chain: truth, SetOf: _unreachable, All: _unreachable,
}  # fmt: skip
