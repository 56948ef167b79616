"""Random numbers that are distributed alike: what is said of the mean or the variance of one is said of all."""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Call, Node, names
from solvers.formula.tokens import Declaration


def with_alike(context: Context, declared: Declaration, law: Call) -> Context:
    """The context in which what is distributed as a name has its law, where that law is the same for all members."""
    said = declared.dependence
    if said is None or not said.like or names(law) & {*said.letters}:
        return context
    others = [d for d in context.scope.names.values() if d.dependence is not None and d.dependence.like == said.like]
    unsaid = (d for d in others if isinstance(d.law, Call) and d.law.op == law.op)
    return context.declared(*(replace(d, law=law) for d in unsaid if d.name != declared.name))


def is_said_alike(declared: Declaration, kind: str, value: Node) -> bool:
    """Whether a moment is what it was said to be of another number that is distributed alike."""
    law, like = declared.law, declared.dependence is not None and declared.dependence.like
    return bool(like) and isinstance(law, Call) and value == law.args[("E", "Var").index(kind)]
