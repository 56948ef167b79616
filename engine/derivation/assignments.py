"""Values that a page assigns, as a program does: w := w - 0.5 w = 2, w \\leftarrow 2, w = w - 2 = 2 of a w that is 4.

What stands behind the first sign is judged with the value of before; from there on the symbol has the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.derivation.declaring import target, without_definition, written
from engine.derivation.judging import judge_step
from engine.derivation.rows import Statement
from solvers.formula.nodes import Name, Node, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_ASSIGNS = frozenset({":=", "<-"})


def assigns(checker: Checker, statement: Statement) -> bool:
    """Whether a statement gives a name another value; it is told in a note."""
    if not statement.relations or statement.continues or statement.relations[0] not in {*_ASSIGNS, "="}:
        return False
    left, right, *_ = *(checker.read(source).node for source in statement.sides[:2]), None
    name = target(left) if isinstance(left, Name) else None
    if left is None or right is None or name is None:
        return False
    known = [d for d in checker.context.definitions.get(name, ()) if d.left == left]
    numeric = bool(known) and not any(names(d.right) for d in known)
    if statement.relations[0] in _ASSIGNS and not numeric:
        return _not_judged(checker, statement, name, right)
    if not numeric or (statement.relations[0] == "=" and not _in_place(checker, left, right, name)):
        return False
    if len(statement.sides) > 2:
        checker.judge(statement.sides[1:], statement.relations[1:])
    last = statement.sides[-1]
    checker.note(statement.sides[0], f"{written(statement.sides[0])} is given anew here: from here on it is that")
    node = checker.read(last).node
    if node is None or name in names(node):
        checker.unsure[name] = checker.line(last)
        checker.context = without_definition(checker.context, left)
        return True
    checker.context = without_definition(checker.context, left)
    checker.defined(Statement((statement.sides[0], last), ("=",)), left)
    return True


def _not_judged(checker: Checker, statement: Statement, name: str, right: Node) -> bool:
    """Whether it is the first value, w \\leftarrow 4, or the rule of a program, w := w - c g: it claims nothing."""
    left = checker.read(statement.sides[0]).node
    if statement.relations == ("<-",) and name not in names(right) and name not in checker.context.definitions:
        return checker.defined(Statement(statement.sides, ("=",)), left)
    if statement.relations[0] != ":=" or name not in names(right):
        return False
    checker.note(statement.sides[0], "an assignment is not judged")
    return True


def _in_place(checker: Checker, left: Node, right: Node, name: str) -> bool:
    """Whether w = w - 2 is no equation, but what w is next."""
    return name in names(right) and judge_step("=", left, right, checker.here()).verdict == "wrong"


__all__ = ["assigns"]
