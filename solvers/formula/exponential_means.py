"""E[e^(a x + b)] = e^(a m + b + a^2 v/2) of x ~ N(m, v), the moment generating function of a Gaussian."""

from __future__ import annotations

from functools import reduce
from typing import Any

from solvers.formula.affine import PRODUCTS, degree
from solvers.formula.env import Env
from solvers.formula.nodes import Call, Node, Num, names


def of_exponential(body: Node, name: str, law: Call, env: Env) -> Any:
    """The mean of exponentials of what is affine in a number, and of their products with what is free of it, under its
    normal law; None of anything else.
    """
    parts = _parts(body, name) if law.op == "normal" else None
    if parts is None or not parts[1]:
        return None
    exponent = reduce(lambda one, other: Call("add", (one, other)), parts[1])
    if degree(exponent, frozenset({name})) != 1:
        return None
    table = env.table
    mean, variance = map(env.value, law.args)
    if table.shape(mean) or table.shape(variance):
        return None
    further = table.lift("add", mean, env.value(Num("1")))
    at, beyond = (env.holding(name, value).value(exponent) for value in (mean, further))
    if table.shape(at):
        return None
    slope = table.lift("sub", beyond, at)
    half = table.lift("div", table.lift("mul", table.lift("mul", slope, slope), variance), env.value(Num("2")))
    found = table.lift("exp", table.lift("add", at, half))
    for factor in parts[0]:
        found = table.lift("mul", env.value(factor), found)
    return found


def _parts(body: Node, name: str) -> tuple[list[Node], list[Node]] | None:
    """The factors that are free of the name, and the exponents of the others."""
    if name not in names(body):
        return [body], []
    if not isinstance(body, Call):
        return None
    if body.op == "exp":
        return [], [body.args[0]]
    if body.op not in PRODUCTS:
        return None
    both = [_parts(arg, name) for arg in body.args]
    found = [part for part in both if part is not None]
    if len(found) < len(both):
        return None
    return [f for factors, _ in found for f in factors], [e for _, exponents in found for e in exponents]


__all__ = ["of_exponential"]
