"""sigma^2 = ... as what says what a sigma is of which nothing is known but that it is positive."""

from __future__ import annotations

from engine.derivation.declaring import extended, text_of, without_definition
from engine.derivation.rows import Statement
from solvers.formula.context import Context
from solvers.formula.nodes import Call, Name, Node, Num
from solvers.formula.tokens import Declaration


def is_only_positive(declared: Declaration | None, context: Context) -> bool:
    """Whether nothing is said of a number but that it is positive."""
    if declared is None or declared.name in context.definitions or declared.law is not None:
        return False
    return declared.positive and declared.shape == () and not declared.family and declared.domain == "real"


def sign_apart(statement: Statement) -> tuple[Statement, Statement | None]:
    """s^2 = x^T x > 0 as the definition, and as what is assumed of its right side."""
    if statement.relations not in {("=", ">"), (":=", ">")} or statement.sides[-1].text.strip(" .,;") != "0":
        return statement, None
    head, sign = ((statement.sides[:2], statement.relations[:1]), (statement.sides[1:], statement.relations[1:]))
    return Statement(*head, over=statement.over), Statement(*sign, over=statement.over)


def signed(context: Context, statement: Statement) -> Context:
    """The context with the sign behind an equation: g > 0 of g_i = g > 0."""
    _, sign = sign_apart(statement)
    found = context if sign is None else extended(context, text_of(sign))
    return found if isinstance(found, Context) else context


def to_define(context: Context, left: Node) -> Context:
    """The context in which the left side of an equation may be defined by it: without what defined it before."""
    context = without_definition(context, left)
    root = left.args[0] if isinstance(left, Call) and left.op == "pow" and left.args[1] == Num("2") else None
    if not isinstance(root, Name) or not is_only_positive(context.scope.names.get(root.text), context):
        return context
    from engine.derivation.knowing import without

    return without(context, {root.text})


__all__ = ["is_only_positive", "sign_apart", "signed", "to_define"]
