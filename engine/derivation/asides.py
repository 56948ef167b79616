"""What stands beside a formula in its display as a condition: a = b, \\quad i \\ne j; x > 0, \\quad y = x."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from engine.derivation.declaring import read_side, target
from engine.derivation.provisos import ORDERS
from engine.derivation.rows import Statement
from engine.derivation.source import Source
from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Name, Node, Num, names
from solvers.formula.parser import Parsed


def with_asides(context: Context, statements: Sequence[Statement]) -> list[Statement]:
    """The statements with what stands beside them as a condition: a = b, \\quad i \\ne j; x > 0, \\quad y = x.

    What speaks of what is defined claims.
    """
    statements = _defined_first(context, statements)
    own = {_defined_by(context, statement) for statement in statements}
    found: list[Statement] = []
    ahead: list[Statement] = []  # conditions before the first statement
    for place, statement in enumerate(statements):
        linked = statement.link or (place + 1 < len(statements) and statements[place + 1].link)
        if len(statements) == 1 or linked or not _is_aside(context, statement, own):
            found.append(replace(statement, given=(*ahead, *statement.given)))
            ahead = []
        elif found:
            found[-1] = replace(found[-1], given=(*found[-1].given, statement))
        else:
            ahead.append(statement)
    return [*found, *ahead]


def _defined_first(context: Context, statements: Sequence[Statement]) -> list[Statement]:
    """The statements with those that say what a symbol is before the one that speaks of it: a = b c, c = d.

    Not x = b/a behind a x = b: what is made of nothing else is worked out.
    """
    found = list(statements)
    for at in range(1, len(found)):
        before, later = found[at - 1], found[at]
        name = None if later.link or later.continues else _defined_by(context, later)
        if name is None or before.continues or name not in _spoken(context, before):
            continue
        first = node_of(before.sides[0], context)
        inside = first is not None and name not in names(first) and len(before.sides) > 2  # H = ... = X^T S X, S = ...
        new = _spoken(context, later) - _spoken(context, before)
        if isinstance(node_of(later.sides[0], context), Name) and (new or inside):
            found[at - 1], found[at] = later, before
    return found


def _spoken(context: Context, statement: Statement) -> set[str]:
    nodes = (node_of(side, context) for side in statement.sides)
    return {name for node in nodes if node is not None for name in names(node)}


def _defined_by(context: Context, statement: Statement) -> str | None:
    """The name that an equation would define, of which nothing is known: x = 3."""
    if statement.relations[:1] not in {("=",), (":=",)} or statement.continues:
        return None
    left, right = (node_of(side, context) for side in statement.sides[:2])
    name = None if left is None or isinstance(left, Apply) else target(left)
    if name is None or right is None or name in names(right):
        return None
    declared = context.scope.names.get(name)
    return name if declared is None or declared.domain == "inferred" else None


def _is_aside(context: Context, statement: Statement, own: Collection[str | None]) -> bool:
    if not statement.relations or not set(statement.relations) <= ORDERS or statement.continues:
        return False
    nodes = [node_of(side, context) for side in statement.sides]
    plain = all(isinstance(node, (Name, Num)) for node in nodes)
    spoken = {node.text for node in nodes if isinstance(node, Name)}
    return plain and bool(spoken) and not spoken & {*context.definitions, *own}


def node_of(source: Source, context: Context) -> Node | None:
    parsed = read_side(source.text, context.scope)
    return parsed.node if isinstance(parsed, Parsed) else None
