"""Positive numbers that are said to sum to one are probabilities: p_1, ..., p_n > 0 with \\sum_i p_i = 1.

As a constraint the sum could not be sampled, nor would an entropy or a divergence of p be read.
"""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Big, Chain, Index, Name, Num


def with_probabilities(context: Context) -> Context:
    """The context in which such vectors are declared as probabilities, without the constraint that said so."""
    found = {chain: name for chain in context.constraints if (name := _summed(chain, context)) is not None}
    if not found:
        return context
    known = (context.scope.names[name] for name in found.values())
    declared = (replace(d, domain="simplex", positive=False, low=None, high=None) for d in known)
    kept = tuple(chain for chain in context.constraints if chain not in found)
    return replace(context.declared(*declared), constraints=kept)


def _summed(chain: Chain, context: Context) -> str | None:
    """The name of a positive vector whose entries a constraint sums to one; None of any other constraint."""
    if chain.relations != ("=",) or Num("1") not in chain.sides:
        return None
    total = chain.sides[0] if chain.sides[1] == Num("1") else chain.sides[1]
    if not isinstance(total, Big) or total.op != "sum" or len(total.binders) != 1 or not isinstance(total.body, Index):
        return None
    base, (binder,) = total.body.base, total.binders
    declared = context.scope.names.get(base.text) if isinstance(base, Name) else None
    if declared is None or total.body.indices != (binder.name,) or declared.name in context.definitions:
        return None
    whole = binder.domain is None and binder.low in {None, Num("1")} and declared.origin == 1
    size = declared.shape[0] if declared.shape is not None and len(declared.shape) == 1 else None
    if not whole or size is None or declared.family or binder.high not in {None, size}:
        return None
    positive = declared.positive or (declared.low == 0 and declared.high in {None, 1})
    return declared.name if declared.domain == "real" and declared.law is None and positive else None


__all__ = ["with_probabilities"]
