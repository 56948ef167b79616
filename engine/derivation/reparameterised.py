"""z = m + s e of a z ~ N(m, s^2) and an e ~ N(0, 1): the noise that z is made of, which says the law of z again."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.derivation.declaring import written
from engine.derivation.judging import judge_step
from engine.derivation.rows import Statement
from solvers.formula.nodes import Call, Name, Node, Num, map_children, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def reparameterised(checker: Checker, statement: Statement, left: Node | None, right: Node | None) -> bool:
    """Whether an equation says so; then z is what it is made of, and has no law of its own."""
    if not isinstance(left, Name) or right is None or left.text in checker.context.definitions:
        return False
    law = _normal(checker, left.text)
    noise = [name for name in sorted(names(right)) if _normal(checker, name) == Call("normal", (Num("0"), Num("1")))]
    if law is None or len(noise) != 1 or left.text in names(right):
        return False
    middle, one, two = (_put(right, noise[0], Num(value)) for value in "012")
    slope = Call("sub", (one, middle))
    pairs = (
        (middle, law.args[0]),
        (Call("pow", (slope, Num("2"))), law.args[1]),
        (Call("sub", (two, one)), slope),
    )
    if any(judge_step("=", first, second, checker.here()).verdict != "valid" for first, second in pairs):
        return False
    context = checker.context
    others = MappingProxyType({name: d for name, d in context.scope.names.items() if name != left.text})
    checker.context = replace(context, scope=replace(context.scope, names=others))
    if checker.defined(statement, left):
        checker.note(statement.sides[0], f"{written(statement.sides[0])} is made of {noise[0]} from here on")
        return True
    checker.context = context
    return False


def _normal(checker: Checker, name: str) -> Call | None:
    """The normal law of a number."""
    declared = checker.context.scope.names.get(name)
    law = declared.law if declared is not None and not declared.shape and not declared.family else None
    return law if isinstance(law, Call) and law.op == "normal" else None


def _put(node: Node, name: str, value: Node) -> Node:
    return value if node == Name(name) else map_children(node, lambda inner: _put(inner, name, value))


__all__ = ["reparameterised"]
