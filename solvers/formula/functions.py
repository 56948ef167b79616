"""Declared functions at their arguments: by their definition, or, for a distribution, by its table of probabilities.

A table has one probability for each value of what stands before the bar, for each value of what stands behind it; it is
kept under the function's name with the values of `given` first. Values are found by comparison, so that arguments may
differ from instance to instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product as cartesian
from math import prod
from typing import Any

from solvers.formula.env import Definition, Env, whole
from solvers.formula.nodes import Apply, Call, Name, Node, SetOf
from solvers.formula.operations import product, transpose
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
    declared = declaration_of(node, env)
    if declared is None or declared.support is None or signature(declared) not in env.values:
        raise EvaluationError(f"the function {node.name} is neither defined nor declared with these arguments")
    return _probability(node, declared, env)


def signature(declared: Declaration) -> str:
    """The key of a function among others of its name: p(v), p(v|h) and p(h) are three."""
    args, given = declared.parameters or ((), ())
    return f"{declared.name}({','.join(args)}|{','.join(given)})"


def declaration_of(node: Apply, env: Env) -> Declaration | None:
    """The declaration with as many arguments on both sides of the bar; one with the very names goes first."""
    fitting = [
        d for key, d in env.declared.items()
        if d.name == node.name and d.parameters is not None and key == signature(d)
        and (len(d.parameters[0]), len(d.parameters[1])) == (len(node.args), len(node.given))
    ]  # fmt: skip

    def strangers(declared: Declaration) -> int:
        wanted = (*(declared.parameters or ((), ()))[0], *(declared.parameters or ((), ()))[1])
        return sum(Name(n) != arg for n, arg in zip(wanted, (*node.args, *node.given), strict=True))

    return min(fitting, key=strangers, default=None)


def domain_of(name: str, declared: Mapping[str, Declaration]) -> Node | None:
    """The finite set that a name lies in: by its own declaration, or as the variable of a declared distribution."""
    from solvers.formula.sums import finite_set

    own = declared.get(name)
    if own is not None and (found := finite_set(own)) is not None:
        return found
    over = (d for d in declared.values() if d.support is not None and d.parameters is not None)
    return next((d.support for d in over if d.parameters is not None and d.parameters[0] == (name,)), None)


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
        return list(cartesian(numbers, repeat=size))
    raise EvaluationError("a distribution over a set that is not finite")


def _probability(node: Apply, declared: Declaration, env: Env) -> Any:
    """The entry of the table that the arguments point to: its row and its column picked by products."""
    assert declared.support is not None
    values = env.values[signature(declared)]
    column = _match(node.args, support(declared.support, env), env)
    row = _selected(node.given, declared, env)
    return product(env.table, product(env.table, transpose(env.table, row), values), column)


def _selected(given: tuple[Node, ...], declared: Declaration, env: Env) -> Any:
    if not given:
        return env.table.stack([env.table.number(Fraction(1))])
    assert declared.parameters is not None
    domain = domain_of(declared.parameters[1][0], env.declared)
    if domain is None:
        raise EvaluationError(f"what {declared.name} is conditioned on has no finite domain: declare it")
    return _match(given, support(domain, env), env)


def _match(arguments: tuple[Node, ...], values: list[tuple[Fraction, ...]], env: Env) -> Any:
    """A vector with 1 at the value that the argument is, and 0 elsewhere."""
    if len(arguments) != 1:
        raise EvaluationError("a distribution declared over one vector takes one argument")
    table, value = env.table, env.value(arguments[0])
    shape = table.shape(value)
    size = prod(shape)
    if size != len(values[0]):
        raise ShapeMismatch(f"an argument of {size} entries where {len(values[0])} are declared")
    flat = table.reshape(value, (size,))
    found: Any = None
    for place, wanted in enumerate(zip(*values, strict=True)):
        candidates = table.value(wanted)
        match = table.lift("=", table.pick(flat, (place,)), candidates)
        found = match if found is None else table.lift("mul", found, match)
    return found
