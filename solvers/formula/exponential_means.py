"""E[e^(a x + b)] = e^(a m + b + a^2 v/2) of x ~ N(m, v), the moment generating function of a Gaussian."""

from __future__ import annotations

from typing import Any

from solvers.formula.env import Env
from solvers.formula.nodes import Call, Name, Node, Num, names


def of_exponential(body: Node, name: str, law: Call, env: Env) -> Any:
    """The mean of exponentials of what is affine in a number, and of their products with what is free of it, under its
    normal law; None of anything else.
    """
    parts = _parts(body, name) if law.op == "normal" else None
    if parts is None or not parts[1]:
        return None
    exponent = parts[1][0] if len(parts[1]) == 1 else Call("add", tuple(parts[1]))
    if _degree(exponent, name) != 1:
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
    if body.op not in {"mul", "times", "star", "dot"}:
        return None
    both = [_parts(arg, name) for arg in body.args]
    found = [part for part in both if part is not None]
    if len(found) < len(both):
        return None
    return [f for factors, _ in found for f in factors], [e for _, exponents in found for e in exponents]


def _degree(node: Node, name: str) -> int | None:
    """In the name, of sums and products; None of what is no polynomial as it is written."""
    if name not in names(node):
        return 0
    if isinstance(node, Name):
        return 1
    if not isinstance(node, Call):
        return None
    degrees = [_degree(arg, name) for arg in node.args]
    if None in degrees:
        return None
    found = [degree for degree in degrees if degree is not None]
    if node.op in {"add", "sub", "neg"}:
        return max(found)
    if node.op in {"mul", "times", "star", "dot"}:
        return sum(found)
    return found[0] if node.op == "div" and found[1] == 0 else None


__all__ = ["of_exponential"]
