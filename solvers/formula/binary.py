"""Random numbers that are 0 or 1: their mean is the probability of a 1, so that it says their law."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.domains import Domain
from solvers.formula.known import Context
from solvers.formula.nodes import names
from solvers.formula.parser import Parsed, parse
from solvers.formula.random_words import Facts
from solvers.formula.said_of import Extend
from solvers.formula.symbol_names import name_of, symbol_of
from solvers.formula.targets import declaration_of_target, target_of
from solvers.formula.tokens import Unreadable


def with_binary(
    context: Context, targets: Sequence[str], facts: Facts, extend: Extend
) -> tuple[Context, list[str]] | Unreadable:
    """The context with what words say of those symbols that are 0 or 1, and the other symbols."""
    binary = [target for target in targets if _is_binary(context, target, facts)]
    for target in binary:
        context = _as_binary(context, target)
        said = extend(context, f"{target} \\sim \\operatorname{{Bernoulli}}({facts.mean})") if facts.mean else context
        if isinstance(said, Unreadable):
            return said
        context = said
    if facts.independent and len(binary) > 1:
        context = context.told("apart together", ", ".join(symbol_of(target) or "" for target in binary))
    return context, [target for target in targets if target not in binary]


def _is_binary(context: Context, target: str, facts: Facts) -> bool:
    """Whether words call a symbol 0 or 1 that has no law, and say no more of it than its mean, and that it is alone."""
    node = target_of(target)
    name = None if isinstance(node, Unreadable) else name_of(node)
    declared = context.scope.names.get(name or "")
    more = facts.variance or facts.deviation or facts.interval or facts.law or facts.pair or facts.uncorrelated
    if name is None or name in context.definitions or more or facts.gaussian or facts.apart:
        return False
    if declared is None or (declared.domain in {"real", "inferred"} and declared.law is None and not declared.positive):
        return facts.binary and (declared is None or declared.low is declared.high is None)
    return declared.domain == "{0, 1}" and declared.law is None and all_known(facts.mean, context)


def all_known(text: str, context: Context) -> bool:
    """Whether the members that a formula speaks of are of known families: not z_i of a z never heard of."""
    parsed = parse(text, context.scope) if text else None
    spoken = names(parsed.node) if isinstance(parsed, Parsed) else frozenset()
    return all(name in context.scope.names or not re.fullmatch(r"\w+_[a-z]{1,2}", name) for name in spoken)


def _as_binary(context: Context, target: str) -> Context:
    node = target_of(target)
    assert not isinstance(node, Unreadable)
    declared = context.scope.names.get(name_of(node) or "") or declaration_of_target(node, Domain("{0, 1}"), ())
    return context.declared(replace(declared, domain="{0, 1}"))


__all__ = ["all_known", "with_binary"]
