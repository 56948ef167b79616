"""Names under a factorial: x_i! asks for a count, whatever else is said of x."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.derivation.rows import Statement
from solvers.formula.nodes import Call, Index, Name, walk
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def count_factorials(checker: Checker, statement: Statement) -> None:
    """Takes real numbers whose factorials a statement speaks of as whole ones that are not negative."""
    for side in statement.sides:
        if "!" not in side.text or (node := checker.read(side).node) is None:
            continue
        for call in walk(node):
            if isinstance(call, Call) and call.op == "factorial":
                inner = call.args[0]
                _count(checker, inner.base if isinstance(inner, Index) else inner, statement)


def _count(checker: Checker, under: object, statement: Statement) -> None:
    if not isinstance(under, Name) or under.text in checker.context.definitions:
        return
    declared = checker.context.scope.names.get(under.text, Declaration(under.text, (), (), "inferred"))
    if declared.shape is None or declared.domain not in {"real", "inferred"}:
        return
    checker.context = checker.context.declared(replace(declared, domain="natural", low=Fraction(0), ends="[)"))
    checker.note(statement.sides[0], f"{under.text} is taken as a count, as its factorial is asked for")
