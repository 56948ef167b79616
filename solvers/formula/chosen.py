"""O_{t, c_t}: an entry at a place that is a value, one of the whole numbers 1, ..., K: a case for each of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from solvers.formula.domains import numbers_of
from solvers.formula.env import Env, whole
from solvers.formula.nodes import Call, Index, Member, Name, Node, Num
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration

MOST = 64  # places


def chosen(node: Index, env: Env) -> Any:
    """The entry, or None where every index is known by itself."""
    for axis, index in enumerate(node.indices):
        base = index.base if isinstance(index, (Member, Index)) else None
        if not isinstance(base, Name) or (declared := env.declared.get(base.text)) is None:
            continue
        places = _places(declared, env)
        if not places:
            continue
        value = env.value(index)
        cases = [
            (env.table.lift("=", value, env.table.number(number)), partial(env.value, _at(node, axis, number)))
            for number in places
        ]
        return env.table.choose(cases, None)
    return None


def _at(node: Index, axis: int, place: Any) -> Node:
    return replace(node, indices=(*node.indices[:axis], Num(str(place)), *node.indices[axis + 1 :]))


def _places(declared: Declaration, env: Env) -> list[Any]:
    """The whole numbers that an index may be, by its declaration; none where nothing says them."""
    over = declared.support
    if declared.domain.startswith("{"):
        numbers = numbers_of(declared.domain)
        return list(numbers) if all(n.denominator == 1 and n >= 0 for n in numbers) else []
    if not isinstance(over, Call) or over.op != "range":
        return []
    low, high = (whole(end, env.sizes) for end in over.args)
    if high - low >= MOST:
        raise EvaluationError(f"an index with {high - low + 1} values; at most {MOST} are tried")
    return [Fraction(number) for number in range(max(low, 0), high + 1)]
