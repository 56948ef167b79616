"""Formulas with their indices, or all their numbers, put in: literals in place of names, so that brackets follow."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final

from engine.numbers import depth, written
from engine.records import Scalar, Value
from solvers.formula.evaluate import Env, evaluate, whole
from solvers.formula.nodes import (
    Big,
    Binder,
    Call,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    map_children,
)  # fmt: skip
from solvers.formula.tables.table import EvaluationError

LONGEST_SUM: Final = 6  # terms that are written out
_PRODUCTS = frozenset({"mul", "dot", "times", "hadamard"})


def with_indices(node: Node, integers: Mapping[str, int]) -> Node:
    """h^{(t-1)} at t = 3 becomes h^{(2)}; bounds of sums too. Names outside indices stay."""
    if isinstance(node, Big):
        bound = {binder.name.text for binder in node.binders}
        inner = {name: value for name, value in integers.items() if name not in bound}
        binders = tuple(_binder(binder, integers) for binder in node.binders)
        return Big(node.op, binders, with_indices(node.body, inner))
    if isinstance(node, (Member, Index)):
        indices = tuple(_index(index, integers) for index in node.indices)
        return type(node)(with_indices(node.base, integers), indices)
    return map_children(node, lambda child: with_indices(child, integers))


def _binder(binder: Binder, integers: Mapping[str, int]) -> Binder:
    low, high, domain = (_end(end, integers) for end in (binder.low, binder.high, binder.domain))
    return Binder(binder.name, low, high, domain)


def _end(node: Node | None, integers: Mapping[str, int]) -> Node | None:
    return None if node is None else _index(node, integers)


def _index(node: Node, integers: Mapping[str, int]) -> Node:
    try:
        return literal(whole(node, integers))
    except EvaluationError:  # it holds the index of a sum around it: put in what is known
        if isinstance(node, Name):
            return literal(integers[node.text]) if node.text in integers else node
        return map_children(node, lambda child: _index(child, integers))


def literal(value: Value, places: int | None = None) -> Node:
    """A value as the nodes of its printed form: vectors are columns, numbers are rounded to `places` decimals."""
    if not isinstance(value, tuple):
        return _number(value, places)
    rows = [row if isinstance(row, tuple) else (row,) for row in value]
    return Matrix(tuple(tuple(literal(entry, places) for entry in row) for row in rows))


def _number(value: Scalar, places: int | None) -> Node:
    pieces = written(value, places)
    node: Node = Num(pieces.digits)
    if pieces.below:
        node = Call("div", (node, Num(pieces.below)))
    if pieces.exponent is not None:
        size: Node = Num(str(abs(pieces.exponent)))
        power = Call("pow", (Num("10"), Call("neg", (size,)) if pieces.exponent < 0 else size))
        node = Call("dot", (node, power))
    return Call("neg", (node,)) if pieces.negative else node


def with_numbers(node: Node, env: Env, places: int) -> Node:
    """Every name with a value replaced by it; sums of up to LONGEST_SUM terms written out."""
    if isinstance(node, Big):
        return _unrolled(node, env, places)
    if isinstance(node, (Name, Member, Index, Derivative)):
        return _value(node, env, places)
    if isinstance(node, Call) and node.op == "norm":
        return Call("norm", (with_numbers(node.args[0], env, places), *node.args[1:]))
    put = map_children(node, lambda child: with_numbers(child, env, places))
    return _tidy(put) if isinstance(put, Call) else put


def _value(node: Node, env: Env, places: int) -> Node:
    if isinstance(node, Name) and node.text == "pi" and "pi" not in env.values:
        return node
    try:
        value: Value = evaluate(node, env)
    except EvaluationError:
        return with_indices(node, env.integers)
    finite = not isinstance(value, float) or abs(value) < float("inf")
    return literal(value, places) if depth(value) <= 2 and finite else with_indices(node, env.integers)


def _unrolled(node: Big, env: Env, places: int) -> Node:
    ranges = [_range(binder, env) for binder in node.binders]
    known = [found for found in ranges if found is not None]
    count = 1
    for found in known:
        count *= len(found)
    if len(known) < len(ranges) or count > LONGEST_SUM:
        return with_indices(node, env.integers)
    terms = []
    for values in product(*known):
        inner = env
        for binder, value in zip(node.binders, values, strict=True):
            inner = inner.binding(binder.name.text, value)
        terms.append(with_numbers(node.body, inner, places))
    return _joined(node.op, terms)


def _range(binder: Binder, env: Env) -> list[int] | None:
    """What a sum runs over; None where it is not known, or depends on another index."""
    try:
        if isinstance(binder.domain, SetOf):
            return [whole(item, env.integers) for item in binder.domain.items]
        if binder.low is None or binder.high is None:
            return None
        low, high = whole(binder.low, env.integers), whole(binder.high, env.integers)
    except EvaluationError:
        return None
    return list(range(low, min(high, low + LONGEST_SUM) + 1))


def _joined(op: str, terms: list[Node]) -> Node:
    if not terms:
        return Num("0" if op == "sum" else "1")
    total = terms[0]
    for term in terms[1:]:
        total = Call("add" if op == "sum" else "dot", (total, term))
    return total


def _tidy(node: Call) -> Node:
    r"""Products of numbers with \cdot; no transpose of a number."""
    if node.op == "transpose" and _numeric(node.args[0]):
        return node.args[0]
    if node.op in _PRODUCTS and _numeric(node.args[1]) and (node.op == "mul" or _numeric(node.args[0])):
        return Call("dot", node.args)
    return node


def _numeric(node: Node) -> bool:
    """Whether a node is made of numbers and products, quotients, powers and signs of numbers."""
    if isinstance(node, Num):
        return True
    return isinstance(node, Call) and node.op in {"neg", "div", "pow", "dot"} and all(map(_numeric, node.args))
