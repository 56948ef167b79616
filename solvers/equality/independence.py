"""What two formulas are where random numbers are independent of which nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.definitions import reached
from solvers.formula.known import Context
from solvers.formula.nodes import Big, Call, Node, walk
from solvers.formula.tokens import Declaration, Dependence


def independent(context: Context, nodes: Sequence[Node]) -> tuple[Context, str] | None:
    """The context in which all random numbers that the formulas speak of are independent, and what that adds, for
    people; None if it adds nothing.
    """
    spoken = set[str]().union(*(reached(node, context.definitions) for node in nodes))
    random = {n: d for n, d in context.scope.names.items() if n == d.name and n in spoken and _unknown(d)}
    if not random or not any(_mean(node) for node in nodes) or any(map(_covaries, nodes)):
        return None  # where a covariance stands, it is not meant to be zero
    said: list[str] = []
    changed: list[Declaration] = []
    for name, declared in random.items():
        old = declared.dependence or Dependence()
        others = {
            n for n in random.keys() - {name} - old.apart if name not in (random[n].dependence or Dependence()).apart
        }
        many = bool(declared.family or declared.shape) and old.entries != "independent" and old.covariance is None
        if others or many:
            said += [name] if others else [f"the {name}_{(declared.family or (('i',),))[0][0]}"]
            entries = "independent" if many else old.entries
            changed.append(replace(declared, dependence=replace(old, entries=entries, apart=old.apart | others)))
    if not changed:
        return None
    return context.declared(*changed), " and ".join(dict.fromkeys(said))


def _unknown(declared: Declaration) -> bool:
    return isinstance(declared.law, Call) and declared.law.op == "unknown"


def _covaries(node: Node) -> bool:
    """Whether the covariance of two names stands in a formula: E[XY] - E[X] E[Y]."""
    for inner in walk(node):
        if isinstance(inner, Call) and inner.op == "sub":
            first, second = inner.args
            both = first.body if isinstance(first, Big) and first.op == "E" else None
            parts = second.args if isinstance(second, Call) and second.op == "mul" else ()
            apart = tuple(part.body for part in parts if isinstance(part, Big) and part.op == "E")
            if isinstance(both, Call) and both.op == "mul" and both.args == apart and both.args[0] != both.args[1]:
                return True
    return False


def _mean(node: Node) -> bool:
    return any(isinstance(inner, Big) and inner.op == "E" for inner in walk(node))


__all__ = ["independent"]
