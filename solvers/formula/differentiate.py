"""Derivatives by the interpreter itself, over dual numbers: by leaves, by entries, by intermediates, nested.

What a derivative is taken by is cut loose (DESIGN 5): its own definition is forgotten, everything defined from it is
recomputed. A gradient has the shape of what it is taken by; a Jacobian is outputs x inputs. The immediate derivative
(written with a plus) holds every other defined name still; one within a step, what a recursion was before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from math import prod
from typing import Any

from solvers.formula.dual import Dual, DualTable
from solvers.formula.env import Definition, Layer, place_of, whole
from solvers.formula.evaluate import Env, evaluate, key_of
from solvers.formula.nodes import Apply, Call, Derivative, Index, Member, Name, Node, Num, names, walk
from solvers.formula.operations import transpose
from solvers.formula.operators import PRIME, ROW, WITHIN, elementwise
from solvers.formula.tables.table import EvaluationError, Open, Pass, Table

EVERY = 1 << 30  # a step after all others


def derivative(node: Derivative, env: Env) -> Any:
    """The value of a derivative; raises EvaluationError where it has none."""
    *outer, variable = node.by
    of: Node = Derivative(node.sign, node.of, tuple(outer)) if outer else node.of
    if outer:  # d2f/dx dy: first by y, then by x
        of, variable = Derivative(node.sign, node.of, (variable,)), outer[-1]
        for other in reversed(outer[:-1]):
            of, variable = Derivative(node.sign, of, (variable,)), other
    base, element = _variable(variable, env)
    key = key_of(base, env.integers)
    if key is None:
        raise EvaluationError("a derivative is taken by a name, a member of a family or an entry")
    value = evaluate(base, env)
    rows = _kept_directions(of, key, value, env, _held(node.sign, of, env))
    shape = env.table.shape(value)
    if node.sign == PRIME and shape and goes_by_entries(of, env.definitions):
        return reduce(lambda one, other: env.table.lift("add", one, other), rows)
    found = _arranged(env.table, rows, shape, element)
    scalar = element is None and not isinstance(rows[0], Open) and not env.table.shape(rows[0])
    return transpose(env.table, found) if scalar and node.sign.endswith(ROW) else found


def goes_by_entries(node: Node, definitions: Mapping[str, Sequence[Definition]]) -> bool:
    """Whether f(z) is taken of each entry of z by itself: f is made of operations that are."""
    if isinstance(node, Derivative):
        return goes_by_entries(node.of, definitions)
    found = definitions.get(node.name, ()) if isinstance(node, Apply) else ()
    calls = [inner for d in found for inner in walk(d.right) if not isinstance(inner, (Name, Num))]
    return bool(found) and all(isinstance(c, Call) and (c.op in _EACH or elementwise(c.op)) for c in calls)


_EACH = frozenset("add sub neg mul div pow max min hadamard leakyrelu".split())


def _held(sign: str, of: Node, env: Env) -> int | None:
    """Before which step all is held still: at any step (EVERY) for the immediate derivative; None for the total one."""
    if sign.startswith("partial+"):
        return EVERY
    if not sign.startswith(WITHIN):
        return None
    member = of.base if isinstance(of, Index) else of
    if not isinstance(member, Member) or len(member.indices) != 1:
        raise EvaluationError("what is held still within a step is known of members of families alone")
    return whole(member.indices[0], env.integers)


def _kept_directions(of: Node, key: str, value: Any, env: Env, held: int | None) -> list[Any]:
    """The directions, which are the same for every entry a derivative is taken by: kept as definitions are."""
    bound = tuple(sorted((name, env.integers[name]) for name in names(of) & env.integers.keys()))
    kept = (of, key, held, bound)
    if kept not in env.memo:
        env.memo[kept] = _directions(of, key, value, env, held)
    found: list[Any] = env.memo[kept]
    return found


def _variable(node: Node, env: Env) -> tuple[Node, int | None]:
    """What is cut loose, and the number of the single entry the derivative is taken by (None: all entries)."""
    if not isinstance(node, Index):
        return node, None
    shape = env.table.shape(evaluate(node.base, env))
    if not shape:
        return node.base, None
    if len(shape) != len(node.indices):
        raise EvaluationError("a derivative is taken by an entry or by the whole, not by a row or column")
    place = 0
    for index, size in zip(node.indices, shape, strict=True):
        place = place * size + place_of(index, node.base, size, env)
    return node.base, place


def _directions(of: Node, key: str, value: Any, env: Env, held: int | None) -> list[Any]:
    """The tangent of `of` along each entry of the variable, in order."""
    found: list[Any] = []
    for run in env.table.passes(value):
        found += _run(of, key, value, env, run, held)
    return found


def _run(of: Node, key: str, value: Any, env: Env, run: Pass, held: int | None) -> list[Any]:
    table = DualTable(run.table)
    seeded = Dual(run.expand(value), run.tangent)
    source: Mapping[str, Any] = env.values if held is None else _Held(env, held)
    inner = env.with_values(table, Layer(source, {key: seeded}, lambda v: Dual(run.expand(v))))
    result = evaluate(_unfolded(of, env) if held == EVERY else of, inner)
    if isinstance(result, Open):
        raise EvaluationError("the derivative of a matrix of unknown size")
    return run.collect(table.tangent_of(result))


class _Held(Mapping[str, Any]):
    """Every name with its value, the defined ones too (of families the members before a step): what is held still."""

    def __init__(self, env: Env, before: int) -> None:
        self._env, self._before = env, before

    def _node(self, key: str) -> Node | None:
        base, *indices = re.split(r"(?=[_^]\()", key)
        if base not in self._env.definitions or not self._is_before(indices):
            return None
        node: Node = Name(base)
        for index in indices:
            numbers = tuple(_whole(i) for i in index[2:-1].split(","))
            node = Member(node, numbers) if index[0] == "^" else Index(node, numbers)
        return node

    def _is_before(self, indices: Sequence[str]) -> bool:
        if self._before == EVERY:
            return True
        step = re.fullmatch(r"\^\((-?\d+)\)", indices[0]) if indices else None
        return step is not None and int(step[1]) < self._before

    def __getitem__(self, key: str) -> Any:
        if key in self._env.values:
            return self._env.values[key]
        node = self._node(key)
        if node is None:
            raise KeyError(key)
        return evaluate(node, self._env)

    def __iter__(self) -> Iterator[str]:
        return iter(self._env.values)

    def __len__(self) -> int:
        return len(self._env.values)

    def __contains__(self, key: object) -> bool:
        return key in self._env.values or (isinstance(key, str) and self._node(key) is not None)


def _whole(text: str) -> Node:
    return Call("neg", (Num(text[1:]),)) if text.startswith("-") else Num(text)


def _unfolded(of: Node, env: Env) -> Node:
    """A defined name as the right side of its definition, one step deep."""
    from solvers.formula.evaluate import right_side

    found = right_side(of, env)
    if found is None and isinstance(of, Index):  # an entry of what is defined as a whole
        base = _unfolded(of.base, env)
        return of if base == of.base else replace(of, base=base)
    return of if found is None else found


def _arranged(table: Table, rows: list[Any], inner: tuple[int, ...], element: int | None) -> Any:
    """One value a direction -> outputs x inputs; for a scalar output the shape of the input."""
    if element is not None:
        return rows[element]
    outer = table.shape(rows[0])
    if not inner:
        return rows[0]
    if not outer:
        return table.reshape(table.stack(rows), inner)
    flat = [table.reshape(row, (prod(outer),)) for row in rows]
    entries = [table.stack([table.pick(row, (i,)) for row in flat]) for i in range(prod(outer))]
    return table.reshape(table.stack(entries), (*outer, *inner))
