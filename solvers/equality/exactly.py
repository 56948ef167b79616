"""A float64 point made exact: sums that are 1, matrices that are orthogonal, equations that hold to very many digits.

At fifty digits a constraint that holds to sixteen does not hold, and a true identity that needs it would be refuted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import localcontext
from fractions import Fraction
from typing import Any, Final

from solvers.equality.constraints import impose
from solvers.equality.linear import elimination
from solvers.equality.space import Space, of_indices
from solvers.formula.context import Context
from solvers.formula.domains import numbers_of
from solvers.formula.env import Budget
from solvers.formula.tables.decimals import context as decimals
from solvers.formula.tables.precise import precise_table

DIGITS: Final = 220  # more than those of the balls that decide


def exactly(
    values: Mapping[str, Any], context: Context, sizes: Mapping[str, int], budget: Budget | None = None
) -> dict[str, Any] | None:
    """The point's Fractions in nested tuples, moved by less than rounding so that what is declared holds exactly; None
    if it cannot be. TooMuchWork when the budget of steps is used up.
    """
    found = dict(values)
    for name, value in values.items():
        base = name.partition("^(")[0]
        declared = context.scope.names.get(base)
        domain = "" if declared is None else declared.domain
        if domain in {"simplex", "distribution"}:
            found[name] = _normalised(value)
        elif domain.startswith("{"):
            found[name] = _among(value, numbers_of(domain))
    if any(set(chain.relations) & {"=", "succ"} for chain in context.constraints):
        with localcontext(decimals(DIGITS)):
            return _imposed(found, context, sizes, budget)
    return found


def _among(value: Any, numbers: Sequence[Fraction]) -> Any:
    """The numbers of a set, 9/10, where a float lies beside one, 0.9; what is no such number is left as it is."""
    if isinstance(value, tuple):
        return tuple(_among(entry, numbers) for entry in value)
    return next((number for number in numbers if float(number) == value), value)


def _normalised(entries: Any) -> Any:
    """Probabilities along the last axis."""
    if entries and isinstance(entries[0], tuple):
        return tuple(_normalised(row) for row in entries)
    total = sum(entries, Fraction(0))
    return tuple(entry / total for entry in entries) if total else entries


def _imposed(
    found: dict[str, Any], context: Context, sizes: Mapping[str, int], budget: Budget | None
) -> dict[str, Any] | None:
    table = precise_table(DIGITS) if budget is None else precise_table(DIGITS).metered(budget)
    arrays = {name: table.value(value) for name, value in found.items()}
    space = Space(table, arrays, sizes, context, elimination, exact=True, budget=budget)
    constraints = [c for c in context.constraints if not of_indices(c, found, sizes, context)]
    if impose(constraints, space):
        return None
    return {**found, **{name: _fractions(space.values[name][0]) for name in space.moved}}


def _fractions(array: Any) -> Any:
    return tuple(_fractions(entry) for entry in array) if getattr(array, "ndim", 0) else Fraction(array)
