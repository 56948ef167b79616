"""Many instances at once: numpy or torch arrays, the instance first. Outside its domain a function is NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import factorial, prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from solvers.formula.tables.nested import NestedTable
from solvers.formula.tables.table import Deeper, Pass, ShapeMismatch, Table, written

if TYPE_CHECKING:
    from solvers.formula.env import Budget


LARGEST = 8_000_000  # entries of one operation: beyond it memory takes longer than all the rest
KEPT = 256  # constants that a table keeps


class ArrayTable(Table):
    """Arrays of an array library `xp` (numpy, torch); `convert` makes an array of plain numbers.

    A value of shape s is an array (instances, *s); constants have one instance and broadcast. There may be more axes
    of instances, `axes` in all: the directions of a derivative, the states of a sum.
    """

    grain = 2048  # entries that cost about one step
    _weights: Mapping[str, int] = MappingProxyType({})  # how many times the steps of a product an operation costs

    def __init__(self, xp: Any, convert: Callable[[Any], Any], axes: int = 1, budget: Budget | None = None) -> None:
        self._xp, self._convert, self._axes, self._budget = xp, convert, axes, budget
        self._operations = self._entrywise()
        self._constants: dict[tuple[int, int], Any] = {}  # by numerator and denominator

    def _entrywise(self) -> Mapping[str, Callable[..., Any]]:
        return _entrywise(self._xp)

    def _again(self, axes: int, budget: Budget | None) -> ArrayTable:
        return ArrayTable(self._xp, self._convert, axes, budget)

    def metered(self, budget: Budget) -> ArrayTable:
        """The same table, whose larger operations are counted: TooMuchWork when the budget is used up."""
        found = self._again(self._axes, budget)
        found._constants = self._constants
        return found

    def _spend(self, entries: int, budget: Budget) -> None:
        if entries > LARGEST:
            budget.refuse()
        budget.spend_entries(entries, self.grain)

    def _constant(self, value: Any) -> Any:
        array = self._convert(value)
        return array.reshape(*[1] * self._axes, *array.shape)

    def number(self, value: Fraction) -> Any:
        key = value.numerator, value.denominator
        found = self._constants.get(key)
        if found is None:
            if len(self._constants) >= KEPT:
                self._constants.clear()
            found = self._constants[key] = self._exactly(value)
        return found

    def _exactly(self, value: Fraction) -> Any:
        return self._constant(_float(value))

    def value(self, value: Any) -> Any:
        return value if hasattr(value, "ndim") else self._constant(_floats(value))

    def shape(self, value: Any) -> tuple[int, ...]:
        return tuple(value.shape[self._axes :])

    def lift(self, op: str, *values: Any) -> Any:
        if op == "factorial":
            entries = [_factorial(entry) for entry in values[0].reshape(-1).tolist()]
            return self._convert(entries).reshape(values[0].shape)
        return self._computed(op, self._aligned(values))

    def _computed(self, op: str, aligned: Sequence[Any]) -> Any:
        """An operation on arrays of one rank; ShapeMismatch where their sizes do not fit."""
        try:
            if self._budget is not None:
                entries = together(aligned) * self._weights.get(op, 1)
                if entries > LARGEST:
                    self._budget.refuse()
                self._budget.spend_entries(entries, self.grain)
            return self._operations[op](*aligned)
        except (ValueError, RuntimeError) as error:
            raise ShapeMismatch(APART) from error

    def _aligned(self, values: Sequence[Any]) -> Sequence[Any]:
        """(instances,) -> (instances, 1, ...): a scalar meets each entry."""
        if len(values) == 1 or (len(values) == 2 and values[0].ndim == values[1].ndim):
            return values
        rank = max(v.ndim for v in values)
        return [v.reshape(*v.shape, *[1] * (rank - self._axes)) if v.ndim == self._axes else v for v in values]

    def matmul(self, a: Any, b: Any) -> Any:
        if self._budget is not None:
            stacked = [value.shape[:-2] for value in (a, b)]
            width = max(map(len, stacked))
            every = prod(max(sizes) for sizes in zip(*((1,) * (width - len(s)) + s for s in stacked), strict=True))
            self._spend(every * a.shape[-2] * a.shape[-1] * b.shape[-1], self._budget)
        return fitting(self._xp.matmul, a, b)

    def reshape(self, value: Any, shape: tuple[int, ...]) -> Any:
        return value.reshape(*value.shape[: self._axes], *shape)

    def swap(self, value: Any) -> Any:
        return self._xp.swapaxes(value, -1, -2)

    def pick(self, value: Any, index: tuple[int | slice, ...]) -> Any:
        return value[(*[slice(None)] * self._axes, *index)]

    def stack(self, values: Sequence[Any]) -> Any:
        if any(v.shape != values[0].shape for v in values):
            full = fitting(self._xp.broadcast_shapes, *(v.shape for v in values))
            values = [self._xp.broadcast_to(v, full) for v in values]
        return fitting(self._xp.stack, values, self._axes)

    def passes(self, value: Any) -> list[Pass]:
        """One run for all directions, along an axis of instances of their own."""
        shape, inner = self.shape(value), self.deeper()
        size = prod(shape)
        if self._budget is not None:
            self._spend(size * prod(value.shape), self._budget)
        one, zero = self.value((1, 0)).reshape(-1).tolist()
        unit = self._convert(([one, *[zero] * size] * size)[: size * size])  # row by row
        tangent = inner.along(unit.reshape(*[1] * self._axes, size, *shape))

        def collect(result: Any) -> list[Any]:
            apart = inner.lowered(result, size)
            return [self.pick(apart, (place,)) for place in range(size)]

        return [Pass(inner.table, inner.raised, tangent, collect)]

    def deeper(self) -> Deeper:
        place = self._axes

        def raised(value: Any) -> Any:
            return value.reshape(*value.shape[:place], 1, *value.shape[place:])

        def lowered(value: Any, count: int) -> Any:
            return self._xp.broadcast_to(value, (*value.shape[:place], count, *value.shape[place + 1 :]))

        return Deeper(self._again(place + 1, self._budget), raised, lambda value: value, lowered)

    def choose(self, branches: Sequence[tuple[Any, Callable[[], Any]]], otherwise: Callable[[], Any] | None) -> Any:
        result = otherwise() if otherwise else self.number(Fraction(0)) * float("nan")
        for condition, value in reversed(branches):
            branch = value()
            mine, others = self.shape(branch), self.shape(result)
            if mine and others and mine != others:
                raise ShapeMismatch(f"the cases differ in size: {written(mine)} and {written(others)}")
            result = fitting(self._where, *self._aligned((condition, branch, result)))
        return result

    def _where(self, condition: Any, value: Any, other: Any) -> Any:
        return self._xp.where(condition != 0, value, other)


def fitting(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result; ShapeMismatch where the sizes of arrays do not fit."""
    try:
        return function(*arguments)
    except (ValueError, RuntimeError) as error:
        raise ShapeMismatch(APART) from error


APART = "sizes that do not fit beside each other"


def together(aligned: Sequence[Any]) -> int:
    """How many entries arrays of one rank have once they are broadcast; few ones are not counted."""
    most: int = aligned[0].size
    for array in aligned[1:]:
        most = max(most, array.size)
    if most < 64 or len(aligned) == 1:
        return most
    return prod(map(max, zip(*(array.shape for array in aligned), strict=True)))


def _factorial(x: float) -> float:
    if not (0 <= x <= 170 and x == int(x)):
        return float("nan") if x <= 170 or x != x else float("inf")
    return float(factorial(int(x)))


def _floats(value: Any) -> Any:
    return [_floats(entry) for entry in value] if isinstance(value, (tuple, list)) else _float(value)


def _float(value: Any) -> float:
    """The nearest float; infinity for what is larger than all of them."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


@cache
def _entrywise(xp: Any) -> dict[str, Callable[..., Any]]:
    def number(truth: Any) -> Any:
        return truth * 1.0

    def sigmoid(x: Any) -> Any:
        small = xp.exp(-xp.abs(x))  # at most 1: no overflow
        return xp.where(x >= 0, 1.0, small) / (1 + small)

    return {
        "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
        "pow": lambda a, b: a**b, "neg": lambda a: -a, "abs": xp.abs, "sign": xp.sign, "floor": xp.floor,
        "ceil": xp.ceil, "sqrt": xp.sqrt, "max": xp.maximum, "min": xp.minimum, "mod": xp.remainder,
        "relu": lambda x: xp.where(x > 0, x, 0 * x), "exp": xp.exp, "log": xp.log, "log2": xp.log2,
        "log10": xp.log10, "sin": xp.sin, "cos": xp.cos, "tan": xp.tan, "sinh": xp.sinh, "cosh": xp.cosh,
        "tanh": xp.tanh, "arctan": xp.arctan, "sigmoid": sigmoid,
        "erf": xp.erf if hasattr(xp, "erf") else xp.vectorize(math.erf, otypes=[float]),
        "softplus": lambda x: xp.where(x > 0, x, 0 * x) + xp.log1p(xp.exp(-xp.abs(x))),
        "<": lambda a, b: number(a < b), "<=": lambda a, b: number(a <= b), ">": lambda a, b: number(a > b),
        ">=": lambda a, b: number(a >= b), "=": lambda a, b: number(a == b), "!=": lambda a, b: number(a != b),
    }  # fmt: skip


@cache
def numpy_table() -> ArrayTable:
    """float64 over numpy; imported here because numpy costs 12 times the start of Python."""
    import numpy as np

    return ArrayTable(np, lambda value: np.asarray(value, dtype=np.float64))


def torch_table(device: str = "cpu") -> ArrayTable:
    """float64 over torch on any device; torch costs 110 times the start of Python."""
    import torch

    return ArrayTable(torch, lambda value: torch.tensor(value, dtype=torch.float64, device=device))


def sympy_table() -> NestedTable:
    """Exact values over sympy, built node by node and never parsed; sympy costs 23 times the start of Python."""
    from solvers.formula.tables.exact import SCALARS, rational

    return NestedTable(SCALARS, rational, approximates=False)
