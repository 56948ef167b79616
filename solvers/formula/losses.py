"""A loss of which only its derivative is known: G = \\partial L/\\partial H makes L some smooth function of H.

Backpropagation is often written so: the gradient by a layer's output is given, and those by what it is made of follow
by the chain rule, whatever the loss. L is taken as waves of H's entries with random coefficients, the same wherever
it is spoken of, so that what holds for it holds for any loss of H but by accident.
"""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Call, Derivative, Index, Member, Name, Node, Num, names
from solvers.formula.tokens import Declaration

_MARK = "~"  # of the names of the coefficients, which nobody can write


def with_loss(context: Context, right: Node) -> Context:
    """The context in which an unknown L is a function of H, where `right` is the derivative of L by H or an entry."""
    if not isinstance(right, Derivative) or len(right.by) != 1 or not isinstance(right.of, Name):
        return context
    loss, by = right.of.text, right.by[0]
    whole = by.base if isinstance(by, Index) else by
    declared = context.scope.names.get(loss)
    free = declared is None or (
        declared.shape == () and not declared.family and declared.domain in {"real", "inferred"}
    )
    if not free or loss in context.definitions or not isinstance(whole, (Name, Member)) or loss in names(by):
        return context
    if isinstance(whole, Member) and not all(isinstance(index, Num) for index in whole.indices):
        return context  # of every time at once: what L makes of them is not said
    return _defined(context, loss, whole)


def _defined(context: Context, loss: str, of: Node) -> Context:
    from solvers.formula.defining import with_definition  # it stands on this module

    coefficients = [f"{loss}{_MARK}{letter}" for letter in "abcd"]
    a, b, c, d = (Name(name) for name in coefficients)
    context = context.declared(*(Declaration(name) for name in coefficients))
    slow = Call("total", (Call("sin", (Call("mul", (a, of)),)),))
    fast = Call("total", (Call("cos", (Call("mul", (b, of)),)),))
    right = Call("add", (Call("mul", (c, slow)), Call("mul", (Call("sin", (Call("add", (d, slow)),)), fast))))
    return with_definition(context, Name(loss), right, loss)


def is_hidden(context: Context, name: str) -> bool:
    """Whether a name's definition is only this module's."""
    found = context.definitions.get(name, ())
    return bool(found) and any(n.startswith(f"{name}{_MARK}") for d in found for n in names(d.right))


def without_hidden(context: Context, name: str) -> Context:
    """The context before nothing but the derivative of a loss was known: it is defined now."""
    if not is_hidden(context, name):
        return context
    definitions = {n: d for n, d in context.definitions.items() if n != name}
    scope = {n: d for n, d in context.scope.names.items() if n != name and not n.startswith(f"{name}{_MARK}")}
    return replace(context, definitions=definitions, scope=replace(context.scope, names=scope))
