"""Infinite sums: term by term until what is left is certain to be small, as it is where the terms shrink geometrically.

Whole blocks of terms are computed at once. Where they do not shrink the sum has no value; where they shrink too slowly
to say what is left (1/k^2), nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from solvers.formula.dual import Dual, DualTable
from solvers.formula.env import Env, whole
from solvers.formula.nodes import Big
from solvers.formula.tables.arrays import ArrayTable
from solvers.formula.tables.balls import Ball
from solvers.formula.tables.precise import PreciseTable
from solvers.formula.tables.table import EvaluationError, Table, Uncomputed, Undefined

BLOCK: Final = 256
BLOCKS: Final = 12
HALF: Final = BLOCK // 2
RATIO: Final = Fraction(99, 100)  # of a term to the one before it, on average over half a block
LEFT: Final = 100  # times the last term is more than all that are left, at that ratio
PATIENCE: Final = 7  # blocks after which terms that do not shrink are taken not to: k^p r^k grows at first
SMALL, VERY_SMALL = Fraction(1, 10**20), Fraction(1, 10**60)  # beside the sum, for floats and for many digits


def endless(node: Big, env: Env) -> Any:
    """The sum; NaN, or an error for many digits, where it has none."""
    binder, table = node.binders[0], env.table
    assert binder.low is not None
    low, total, terms = whole(binder.low, env.integers), None, None
    for block in range(BLOCKS):
        terms = _terms(node, env, low + block * BLOCK)
        part = _added(table, terms, BLOCK)
        total = part if total is None else table.lift("add", total, part)
        if all(_ones(settled) for settled in _settled(table, total, terms)):
            return _widened(table, total, terms)
        if block >= PATIENCE and all(_ones(b.lift("max", *state)) for b, *state in _states(table, total, terms)):
            break
    return _without_value(table, total, terms)


def _terms(node: Big, env: Env, start: int) -> Any:
    """The terms from `start` on as the entries of a vector."""
    name = node.binders[0].name.text
    over = env.over(name, env.table.value(tuple(range(start, start + BLOCK))), BLOCK)
    if over is None:
        raise EvaluationError("an infinite sum inside of so many others is not computed")
    inner, deeper = over
    try:
        value = inner.value(node.body)
        if inner.table.shape(value) != ():
            raise EvaluationError("its terms are no numbers")
    except Undefined:
        raise
    except EvaluationError as error:
        raise EvaluationError(f"this infinite sum is not computed: {error}") from None
    return deeper.lowered(value, BLOCK)


def _added(table: Table, terms: Any, count: int) -> Any:
    while count > 1:
        count //= 2
        terms = table.lift("add", table.pick(terms, (slice(0, count),)), table.pick(terms, (slice(count, 2 * count),)))
    return table.pick(terms, (0,))


def _parts(table: Table, total: Any, terms: Any) -> Iterator[tuple[Table, Any, Any]]:
    """The sum and its terms, and their derivatives, over the table that holds numbers."""
    if not isinstance(table, DualTable):
        yield table, total, terms
        return
    yield from _parts(table.base, total.primal, terms.primal)
    if terms.tangent is not None:
        yield from _parts(table.base, table.tangent_of(total), terms.tangent)


def _settled(table: Table, total: Any, terms: Any) -> list[Any]:
    return [settled for _, settled, _ in _states(table, total, terms)]


def _states(table: Table, total: Any, terms: Any) -> Iterator[tuple[Table, Any, Any]]:
    """1 where what is left is small beside the sum and the terms shrink; 1 where they do not shrink at all."""
    for base, whole_sum, each in _parts(table, total, terms):
        last, before = (base.lift("abs", base.pick(each, (place,))) for place in (BLOCK - 1, HALF - 1))
        size = base.lift("abs", whole_sum)
        small = SMALL if not isinstance(base, PreciseTable) else VERY_SMALL
        enough = base.lift("<=", last, base.lift("mul", size, base.number(small)))
        shrinks = base.lift("<=", last, base.lift("mul", before, base.number(RATIO**HALF)))
        yield base, base.lift("mul", enough, shrinks), base.lift(">=", last, before)


def _ones(value: Any) -> bool:
    """Whether a relation holds at every point."""
    return all(getattr(entry, "middle", entry) == 1 for entry in value.reshape(-1).tolist())


def _widened(table: Table, total: Any, terms: Any) -> Any:
    """The sum; where numbers have a bound on their error, with what is left in it."""
    if isinstance(table, DualTable):
        left = Dual(terms.primal) if terms.tangent is None else terms
        tangent = None if left.tangent is None else _widened(table.base, table.tangent_of(total), left.tangent)
        return Dual(_widened(table.base, total.primal, left.primal), tangent)
    last = table.pick(terms, (BLOCK - 1,))
    if not isinstance(table, PreciseTable) or not isinstance(last.reshape(-1).tolist()[0], Ball):
        return total
    entries = [Ball(Decimal(0), LEFT * (abs(t.middle) + t.radius)) for t in last.reshape(-1).tolist()]
    left = table.value(entries)
    return table.lift("add", total, left.reshape(last.shape))


def _without_value(table: Table, total: Any, terms: Any) -> Any:
    """NaN at the points where a sum of floats does not settle; for many digits the reason."""
    found = _settled(table, total, terms)
    bases = [base for base, _, _ in _parts(table, total, terms)]
    if all(type(base) is ArrayTable for base in bases):
        fine = found[0]
        for more in found[1:]:
            fine = bases[0].lift("mul", fine, more)
        condition = fine
        for _ in range(_depth(table)):
            condition = Dual(condition)
        return table.choose([(condition, lambda: total)], None)
    for base, _, each in _parts(table, total, terms):
        last, before = (base.lift("abs", base.pick(each, (place,))) for place in (BLOCK - 1, HALF - 1))
        if not _ones(base.lift("<", last, before)):
            raise Undefined("the infinite sum does not converge")
    raise Uncomputed("the infinite sum converges too slowly to be computed")


def _depth(table: Table) -> int:
    return 1 + _depth(table.base) if isinstance(table, DualTable) else 0
