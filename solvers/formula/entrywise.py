"""Formulas read entry by entry: derivative rows and primed functions over values of any shape, each entry by itself."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from solvers.formula.nodes import Call, Chain, Name, Node, Num, names
from solvers.formula.operators import OPERATORS
from solvers.formula.parser import read
from solvers.formula.tables.table import EvaluationError, Table
from solvers.formula.tokens import scope

_ARGUMENTS = ("x", "y")


@cache
def partial_formula(op: str, place: int) -> Node | None:
    """The derivative of an operator by its argument number `place`, over the names x and y; None if it has none."""
    row = OPERATORS.get(op)
    if row is None or place >= len(row.partials):
        return None
    return read(row.partials[place], scope(x=0, y=0), latex=False)


@cache
def meaning_of(op: str) -> Node | None:
    """What a composed function is made of, over the names x and y; None for the others."""
    row = OPERATORS.get(op)
    return read(row.meaning, scope(x=0, y=0), latex=False) if row is not None and row.meaning else None


def entrywise(node: Node, table: Table, arguments: Mapping[str, Any]) -> Any:
    """The value of a formula whose every operation is meant entry by entry."""
    if isinstance(node, Num):
        return table.number(node.value)
    if isinstance(node, Name):
        return arguments[node.text]
    if isinstance(node, Call) and node.op == "indicator":
        chain = node.args[0]
        assert isinstance(chain, Chain), node
        a, b = (entrywise(side, table, arguments) for side in chain.sides)
        return table.lift(chain.relations[0], a, b)
    if isinstance(node, Call):
        return apply(table, node.op, *(entrywise(arg, table, arguments) for arg in node.args))
    raise EvaluationError(f"a {type(node).__name__.lower()} cannot be read entry by entry")


def apply(table: Table, op: str, *values: Any) -> Any:
    """A scalar operator on each entry; primes are derivatives: tanh'' is the second."""
    if not op.endswith("'"):
        meaning = meaning_of(op)
        return (
            table.lift(op, *values)
            if meaning is None
            else entrywise(meaning, table, dict(zip(_ARGUMENTS, values, strict=False)))
        )
    base = op[:-1]
    if not base.endswith("'") and meaning_of(base) is None:
        formula = partial_formula(base, 0)
        if formula is None or names(formula) & {*_ARGUMENTS[len(values) :]}:  # max' of one vector
            raise EvaluationError(f"the derivative {op} is not known")
        return entrywise(formula, table, dict(zip(_ARGUMENTS, values, strict=False)))
    from solvers.formula.dual import Dual, DualTable

    one = table.lift("add", table.lift("sub", values[0], values[0]), table.number(Fraction(1)))
    tangent = apply(DualTable(table), base, Dual(values[0], one)).tangent
    return table.lift("sub", values[0], values[0]) if tangent is None else tangent
