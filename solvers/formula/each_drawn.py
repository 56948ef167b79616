"""Numbers that are drawn, where definitions speak of them: E[y] of y = m x and m ~ Bernoulli(p) takes each m."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from solvers.formula.env import Env
from solvers.formula.nodes import Apply, Big, Name, Node, walk


def led_to(body: Node, drawn: Iterable[str], env: Env) -> frozenset[str]:
    """Those among some names that the definitions which a formula leads to speak of."""
    seen: set[str] = set()
    told: set[str] = set()
    waiting = _spoken(body)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for definition in env.definitions.get(name, ()):
            told |= _spoken(definition.right)
        waiting = (waiting | told) - seen
    return frozenset(drawn) & told


def _spoken(node: Node) -> set[str]:
    """The names and functions of a formula."""
    inner = list(walk(node))
    return {n.text for n in inner if isinstance(n, Name)} | {n.name for n in inner if isinstance(n, Apply)}


def drawn_in(node: Big, env: Env) -> frozenset[str]:
    """The names that a mean is over, as far as definitions in its body speak of them."""
    return led_to(node.body, [binder.name.text for binder in node.binders], env)


def as_drawn(env: Env, drawn: Iterable[str]) -> Env:
    """The same where definitions, too, see the whole numbers that some names are bound to."""
    for name in drawn:
        if name in env.integers:
            bound = env.integers[name]
            sizes = {**env.sizes, name: bound} if name in env.sizes else env.sizes
            env = replace(env.holding(name, env.table.number(Fraction(bound))), sizes=sizes)
    return env


__all__ = ["as_drawn", "drawn_in", "led_to"]
