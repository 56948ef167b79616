"""Formulas with what is defined by a name written out, as they change with it: E[e^z] where z = m + s x."""

from __future__ import annotations

from collections.abc import Mapping

from solvers.formula.definitions import reached
from solvers.formula.env import Env
from solvers.formula.nodes import Apply, Name, Node, map_children, names, walk
from solvers.formula.tables.table import EvaluationError

MOST = 20  # definitions, one inside the other


def unfolded(node: Node, name: str, env: Env) -> Node:
    """The formula so; raises EvaluationError where a family or a function leads to the name."""
    for _ in range(MOST):
        made = {n for n in names(node) if n in env.definitions and name in reached(Name(n), env.definitions)}
        if not made:
            break
        plain = {n: found[0].right for n in made if len(found := env.definitions[n]) == 1 and found[0].left == Name(n)}
        if made != plain.keys():
            raise EvaluationError(f"a mean of what is defined by {name} is not computed")
        node = _with(node, plain)
    calls = [inner.name for inner in walk(node) if isinstance(inner, Apply)]
    if made or any(_leads(call, name, env) for call in calls):
        raise EvaluationError(f"a mean of what is defined by {name} is not computed")
    return node


def _leads(function: str, name: str, env: Env) -> bool:
    found = env.definitions.get(function, ())
    return any(name in reached(d.right, env.definitions) and name not in names(d.left) for d in found)


def _with(node: Node, values: Mapping[str, Node]) -> Node:
    if isinstance(node, Name) and node.text in values:
        return values[node.text]
    return map_children(node, lambda inner: _with(inner, values))


__all__ = ["unfolded"]
