"""Means under laws: finite sums for Bernoulli and categorical ones and for unknown ones on a few values, quadrature for
Gaussian and uniform ones."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any
from zlib import crc32

from solvers.formula.each_drawn import as_drawn, drawn_in
from solvers.formula.env import Env, whole
from solvers.formula.nodes import Big, Binder, Call, Index, Name, Node, Num
from solvers.formula.quadrature import continuous_mean
from solvers.formula.sums import big
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, written
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

MAX_STATES = 1024


def mean_under(node: Big, law: Call, env: Env) -> Any:
    """E_{x ~ law}[body]."""
    if law.op in {"normal", "uniform"}:
        return continuous_mean(node, law, env)
    if law.op == "categorical":  # x is the place
        binder = node.binders[0]
        size = env.table.shape(env.value(law.args[0]))
        if len(size) != 1:
            raise ShapeMismatch(f"the probabilities of a categorical law are a vector, not {written(size)}")
        over = Binder(binder.name, Num("1"), Num(str(size[0])))
        weighted = Call("mul", (Index(law.args[0], (binder.name,)), node.body))
        return big(Big("sum", (over,), weighted), env, drawn_in(node, env))
    return _bernoulli(node, law, env) if law.op == "bernoulli" else _finite(node, law, env)


def _bernoulli(node: Big, law: Call, env: Env) -> Any:
    """0 and 1; for a vector all vectors of them, whose entries are independent."""
    table, name = env.table, node.binders[0].name.text
    p = env.value(law.args[0])
    if table.shape(p):
        raise ShapeMismatch("the probability of a Bernoulli law is a number")
    chances = (table.lift("sub", table.number(Fraction(1)), p), p)
    declared = env.declared.get(name)
    shape = () if declared is None else declared.shape or ()
    if len(shape) > 1 or UNKNOWN in shape:
        raise EvaluationError(f"how long {name} is cannot be known: declare it")
    size = whole(shape[0], env.integers) if shape else 1
    if 2**size > MAX_STATES:
        raise EvaluationError(f"{name} has more than {MAX_STATES} values")
    total, drawn = None, drawn_in(node, env)
    for state in product((0, 1), repeat=size):
        weight = chances[state[0]]
        for bit in state[1:]:
            weight = table.lift("mul", weight, chances[bit])
        inner = env.holding(name, table.value(state)) if shape else as_drawn(env.binding(name, state[0]), drawn)
        term = table.lift("mul", weight, inner.value(node.body))
        total = term if total is None else table.lift("add", total, term)
    return total


def _finite(node: Big, law: Call, env: Env) -> Any:
    """Some values with some probabilities."""
    table, name = env.table, node.binders[0].name.text
    values, chances = (env.value(arg) for arg in law.args)
    total: Any = None
    for place in range(table.shape(chances)[0]):
        inner = env.holding(name, table.pick(values, (place,)))
        term = table.lift("mul", table.pick(chances, (place,)), inner.value(node.body))
        total = term if total is None else table.lift("add", total, term)
    return total


_VALUES = 3  # of a law of which nothing is known


def mean_under_any(node: Big, law: Name, env: Env) -> Any:
    """E_{x ~ p}[body] of a p that is nothing but a name: some values with odd probabilities, the same for every p."""
    table, name = env.table, node.binders[0].name.text
    declared = env.declared.get(name)
    shape = () if declared is None else declared.shape or ()
    if UNKNOWN in shape:
        raise EvaluationError(f"how long {name} is cannot be known: declare it")
    size = tuple(whole(n, env.integers) for n in shape)
    weights = [_odd(f"{law.text} weight {place}") ** 2 for place in range(_VALUES)]
    total: Any = None
    for place, weight in enumerate(weights):
        entries = tuple(_odd(f"{law.text} {place} {entry}") for entry in range(prod(size)))
        value = table.reshape(table.value(entries), size) if size else table.number(entries[0])
        inner = env.holding(name, value).value(node.body)
        term = table.lift("mul", table.number(weight / sum(weights)), inner)
        total = term if total is None else table.lift("add", total, term)
    return total


def _odd(label: str) -> Fraction:
    """A number between -2 and 2 that nothing else says, and that is not 0."""
    drawn = crc32(label.encode()) % 398 - 199
    return Fraction(drawn + (drawn >= 0), 97)


__all__ = ["mean_under", "mean_under_any"]


def variance_in(law: Node | None, spoken: Collection[str]) -> list[Declaration]:
    """The v of N(m, v) as a positive number and the p of Bernoulli(p) as one in (0, 1), where nothing speaks of them
    yet; a capital is a covariance."""
    value = law.args[-1] if isinstance(law, Call) and law.op in {"normal", "bernoulli"} else None
    if not isinstance(law, Call) or not isinstance(value, Name) or value.text in spoken:
        return []
    if law.op == "bernoulli":
        return [Declaration(value.text, (), (), "inferred", low=Fraction(0), high=Fraction(1))]
    return [] if value.text[:1].isupper() else [Declaration(value.text, (), (), "real", True)]
