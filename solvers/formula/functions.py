"""Declared functions at their arguments: by their definition, or, for a distribution, by its table of probabilities.

A table has one probability for each value of what stands before the bar, for each value of what stands behind it; it is
kept under the function's name with the values of `given` first. Values are found by comparison, so that arguments may
differ from instance to instance.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from solvers.formula.env import Definition, Env, whole
from solvers.formula.nodes import Apply, Call, Name, Node, SetOf
from solvers.formula.tables.table import EvaluationError, ShapeMismatch
from solvers.formula.tokens import Declaration

MAX_SUPPORT = 4096


def applied(node: Apply, env: Env) -> Any:
    """The value of f(x) or q(h | v)."""
    definition = _definition(node, env)
    if definition is not None:
        left = definition.left
        assert isinstance(left, Apply)
        inner = env
        for parameter, argument in zip((*left.args, *left.given), (*node.args, *node.given), strict=True):
            assert isinstance(parameter, Name)
            inner = _holding(inner, parameter.text, argument, env)
        return inner.value(definition.right)
    declared = env.declared.get(node.name)
    if declared is None or declared.parameters is None or node.name not in env.values:
        raise EvaluationError(f"the function {node.name} is neither defined nor declared with these arguments")
    return _probability(node, declared, env)


def _holding(inner: Env, parameter: str, argument: Node, env: Env) -> Env:
    if isinstance(argument, Name) and argument.text in env.integers:
        return inner.binding(parameter, env.integers[argument.text])
    return inner.holding(parameter, env.value(argument))


def _definition(node: Apply, env: Env) -> Definition | None:
    """The definition with as many arguments on both sides of the bar; one with the very names goes first."""
    fitting = [
        d for d in env.definitions.get(node.name, ())
        if isinstance(d.left, Apply) and len(d.left.args) == len(node.args) and len(d.left.given) == len(node.given)
    ]  # fmt: skip
    return min(fitting, key=lambda d: d.left != Apply(node.name, node.args, node.given), default=None)


def support(domain: Node, env: Env) -> list[tuple[Fraction, ...]]:
    """The values of a finite set, each as its entries: {0, 1}^2 has four of two entries."""
    if isinstance(domain, SetOf):
        return [(Fraction(whole(item, env.integers)),) for item in domain.items]
    if isinstance(domain, Call) and domain.op == "pow" and isinstance(domain.args[0], SetOf):
        items, size = domain.args[0].items, whole(domain.args[1], env.integers)
        if len(items) ** min(size, 60) > MAX_SUPPORT:
            raise EvaluationError(f"a set of more than {MAX_SUPPORT} values")
        numbers = [Fraction(whole(item, env.integers)) for item in items]
        return list(product(numbers, repeat=size))
    raise EvaluationError("a distribution over a set that is not finite")


def _probability(node: Apply, declared: Declaration, env: Env) -> Any:
    """The entry of the table that the arguments point to."""
    assert declared.support is not None
    values = support(declared.support, env)
    rows = _selected(node.given, declared, env)
    columns = _matches(node.args, values, env)
    table = env.values[declared.name]
    total: Any = None
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            weight = env.table.lift("mul", row, column)
            term = env.table.lift("mul", weight, env.table.pick(table, (i, j)))
            total = term if total is None else env.table.lift("add", total, term)
    return total


def _selected(given: tuple[Node, ...], declared: Declaration, env: Env) -> list[Any]:
    if not given:
        return [env.table.number(Fraction(1))]
    assert declared.parameters is not None
    condition = env.declared.get(declared.parameters[1][0])
    domain = _domain_of(condition)
    if domain is None:
        raise EvaluationError(f"what {declared.name} is conditioned on has no finite domain")
    return _matches(given, support(domain, env), env)


def _domain_of(declared: Declaration | None) -> Node | None:
    from solvers.formula.sums import finite_set

    return None if declared is None else finite_set(declared)


def _matches(arguments: tuple[Node, ...], values: list[tuple[Fraction, ...]], env: Env) -> list[Any]:
    """For each value 1 where the argument is that value, else 0."""
    if len(arguments) != 1:
        raise EvaluationError("a distribution declared over one vector takes one argument")
    value = env.value(arguments[0])
    shape = env.table.shape(value)
    size = prod(shape)
    if size != len(values[0]):
        raise ShapeMismatch(f"an argument of {size} entries where {len(values[0])} are declared")
    flat = env.table.reshape(value, (size,))
    entries = [env.table.pick(flat, (i,)) for i in range(size)]
    found = []
    for candidate in values:
        match = env.table.number(Fraction(1))
        for entry, wanted in zip(entries, candidate, strict=True):
            match = env.table.lift("mul", match, env.table.lift("=", entry, env.table.number(wanted)))
        found.append(match)
    return found
