"""Dual numbers over any table: a value and its tangent. With them the one interpreter differentiates, nested too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from solvers.formula.entrywise import entrywise, partial_formula
from solvers.formula.records import record
from solvers.formula.tables.table import Deeper, EvaluationError, Pass, Table

_STEPS = frozenset(
    {"<", "<=", ">", ">=", "=", "!=", "sign", "floor", "ceil", "factorial"}
)  # flat where they are smooth


@record
class Dual:
    """A value and its directional derivative; a tangent of None is zero."""

    primal: Any
    tangent: Any = None


class DualTable(Table):
    """Forward mode over the values of another table."""

    def __init__(self, base: Table) -> None:
        self.base = base

    def number(self, value: Fraction) -> Dual:
        return Dual(self.base.number(value))

    def value(self, value: Any) -> Dual:
        return value if isinstance(value, Dual) else Dual(self.base.value(value))

    def shape(self, value: Dual) -> tuple[int, ...]:
        return self.base.shape(value.primal)

    def lift(self, op: str, *values: Dual) -> Dual:
        primals = [value.primal for value in values]
        result = self.base.lift(op, *primals)
        if op in _STEPS or all(value.tangent is None for value in values):
            return Dual(result)
        tangent = None
        for place, value in enumerate(values):
            if value.tangent is not None:
                term = self.base.lift("mul", self._partial(op, place, primals), value.tangent)
                tangent = term if tangent is None else self.base.lift("add", tangent, term)
        if self.base.shape(tangent) != self.base.shape(result):  # of a number that meets a vector
            tangent = self.base.lift("add", tangent, self.tangent_of(Dual(result)))
        return Dual(result, tangent)

    def _partial(self, op: str, place: int, primals: list[Any]) -> Any:
        formula = partial_formula(op, place)
        if formula is None:
            raise EvaluationError(f"the derivative of {op} is not known")
        return entrywise(formula, self.base, dict(zip("xy", primals, strict=False)))

    def matmul(self, a: Dual, b: Dual) -> Dual:
        terms = []
        if a.tangent is not None:
            terms.append(self.base.matmul(a.tangent, b.primal))
        if b.tangent is not None:
            terms.append(self.base.matmul(a.primal, b.tangent))
        tangent = terms[0] if len(terms) == 1 else self.base.lift("add", *terms) if terms else None
        return Dual(self.base.matmul(a.primal, b.primal), tangent)

    def _linear(self, value: Dual, function: Callable[[Any], Any]) -> Dual:
        return Dual(function(value.primal), None if value.tangent is None else function(value.tangent))

    def reshape(self, value: Dual, shape: tuple[int, ...]) -> Dual:
        return self._linear(value, lambda v: self.base.reshape(v, shape))

    def swap(self, value: Dual) -> Dual:
        return self._linear(value, self.base.swap)

    def pick(self, value: Dual, index: tuple[int | slice, ...]) -> Dual:
        return self._linear(value, lambda v: self.base.pick(v, index))

    def stack(self, values: Sequence[Dual]) -> Dual:
        primal = self.base.stack([value.primal for value in values])
        if all(value.tangent is None for value in values):
            return Dual(primal)
        return Dual(primal, self.base.stack([self.tangent_of(value) for value in values]))

    def tangent_of(self, value: Dual) -> Any:
        """The tangent written out: zeros of the value's shape where it is None."""
        if value.tangent is not None:
            return value.tangent
        return self.base.lift("mul", value.primal, self.base.number(Fraction(0)))

    def choose(self, branches: Sequence[tuple[Dual, Callable[[], Dual]]], otherwise: Callable[[], Dual] | None) -> Dual:
        parts: tuple[Callable[[Dual], Any], ...] = (lambda v: v.primal, self.tangent_of)
        primal, tangent = (
            self.base.choose(
                [(condition.primal, _then(part, value)) for condition, value in branches],
                None if otherwise is None else _then(part, otherwise),
            )
            for part in parts
        )
        return Dual(primal, tangent)

    def passes(self, value: Dual) -> list[Pass]:
        return [self._pass(inner) for inner in self.base.passes(value.primal)]

    def _pass(self, inner: Pass) -> Pass:
        def collect(result: Dual) -> list[Dual]:
            tangents = inner.collect(self.tangent_of(result))
            return [Dual(p, t) for p, t in zip(inner.collect(result.primal), tangents, strict=True)]

        table = DualTable(inner.table)
        return Pass(table, lambda value: self._linear(value, inner.expand), Dual(inner.tangent), collect)

    def deeper(self) -> Deeper | None:
        inner = self.base.deeper()
        if inner is None:
            return None
        return Deeper(
            DualTable(inner.table),
            lambda value: self._linear(value, inner.raised),
            lambda value: self._linear(value, inner.along),
            lambda value, count: self._linear(value, lambda part: inner.lowered(part, count)),
        )


def _then(part: Callable[[Dual], Any], value: Callable[[], Dual]) -> Callable[[], Any]:
    return lambda: part(value())
