"""One instance in plain Python: entries in nested tuples, over whatever scalars the subclass of arithmetic gives.

PLAIN keeps ints and Fractions exact and turns to float at the first transcendental function. It needs no import, so
that
the first question of a session is not kept waiting by a numerical library.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from solvers.formula.tables.table import Open, Pass, Pole, Table, Undefined, UnknownSize

MAX_EXPONENT = 10_000
MAX_BITS = 20_000


class NestedTable(Table):
    """Nested tuples over scalars; `scalars` maps an operation's name to a function of scalars."""

    def __init__(
        self, scalars: Mapping[str, Callable[..., Any]], number: Callable[[Fraction], Any], approximates: bool = True
    ) -> None:
        self._scalars, self._number, self.approximates = scalars, number, approximates

    def number(self, value: Fraction) -> Any:
        return self._number(value)

    def value(self, value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return tuple(self.value(entry) for entry in value)
        return self._number(value)

    def shape(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, Open):
            raise UnknownSize("a matrix or vector of unknown size")
        sizes = []
        while isinstance(value, tuple):
            sizes.append(len(value))
            value = value[0] if value else None
        return tuple(sizes)

    def lift(self, op: str, *values: Any) -> Any:
        function = self._scalars[op]
        return self._lift(function, values)

    def _lift(self, function: Callable[..., Any], values: tuple[Any, ...]) -> Any:
        length = next((len(v) for v in values if isinstance(v, tuple)), None)
        if length is None:
            return _guarded(function, values)
        return tuple(
            self._lift(function, tuple(v[i] if isinstance(v, tuple) else v for v in values)) for i in range(length)
        )

    def matmul(self, a: Any, b: Any) -> Any:
        columns = tuple(zip(*b, strict=True))
        return tuple(tuple(self._dot(row, column) for column in columns) for row in a)

    def _dot(self, row: tuple[Any, ...], column: tuple[Any, ...]) -> Any:
        total = row[0] * column[0]
        for x, y in zip(row[1:], column[1:], strict=True):
            total = total + x * y
        return total

    def reshape(self, value: Any, shape: tuple[int, ...]) -> Any:
        flat = list(_entries(value))
        for size in reversed(shape[1:]):
            flat = [tuple(flat[i : i + size]) for i in range(0, len(flat), size)]
        return tuple(flat) if shape else flat[0]

    def swap(self, value: Any) -> Any:
        return tuple(zip(*value, strict=True))

    def pick(self, value: Any, index: tuple[int | slice, ...]) -> Any:
        if not index:
            return value
        first, *rest = index
        if isinstance(first, slice):
            return tuple(self.pick(entry, tuple(rest)) for entry in value[first])
        return self.pick(value[first], tuple(rest))

    def stack(self, values: Sequence[Any]) -> Any:
        return tuple(values)

    def passes(self, value: Any) -> list[Pass]:
        shape = self.shape(value)
        size = math.prod(shape)
        zero, one = self.number(Fraction(0)), self.number(Fraction(1))
        units = [tuple(one if i == j else zero for j in range(size)) for i in range(size)]
        return [Pass(self, lambda v: v, self.reshape(unit, shape), lambda result: [result]) for unit in units]

    def choose(self, branches: Sequence[tuple[Any, Callable[[], Any]]], otherwise: Callable[[], Any] | None) -> Any:
        for condition, value in branches:
            if condition:
                return value()
        if otherwise is None:
            raise Undefined("no case holds, and there is no otherwise")
        return otherwise()


def _entries(value: Any) -> Any:
    if isinstance(value, tuple):
        for entry in value:
            yield from _entries(entry)
    else:
        yield value


def _guarded(function: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    try:
        return function(*values)
    except ZeroDivisionError:
        raise Pole("division by zero") from None
    except OverflowError:
        raise Undefined("a number grew too large") from None
    except ValueError as error:
        raise Undefined(f"a function is not defined there ({error})") from None


def power(base: Any, exponent: Any) -> Any:
    """base^exponent: exact for rationals with a small integer exponent, in floats otherwise."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = int(exponent)
    if isinstance(base, (int, Fraction)) and isinstance(exponent, int):
        size = Fraction(base)
        bits = max(size.numerator.bit_length(), size.denominator.bit_length())
        if abs(exponent) <= MAX_EXPONENT and bits * abs(exponent) <= MAX_BITS:
            return size**exponent
    if base < 0 and not isinstance(exponent, int):
        raise ValueError("a negative number to a broken power")
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    if exponent == Fraction(1, 2):
        return square_root(base)
    return float(base) ** float(exponent)


def square_root(x: Any) -> Any:
    if isinstance(x, (int, Fraction)) and x >= 0:
        exact = Fraction(x)
        top, bottom = math.isqrt(exact.numerator), math.isqrt(exact.denominator)
        if top * top == exact.numerator and bottom * bottom == exact.denominator:
            return Fraction(top, bottom)
    return math.sqrt(x)


def sigmoid(x: Any) -> float:
    """1/(1 + e^-x) without overflow on either side."""
    z = float(x)
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def softplus(x: Any) -> float:
    z = float(x)
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def divide(a: Any, b: Any) -> Any:
    return Fraction(a) / b if isinstance(a, int) and isinstance(b, (int, Fraction)) else a / b


def factorial(n: Any) -> int:
    if n != int(n) or not 0 <= n <= 1000:
        raise ValueError("n! is read for whole numbers up to 1000")
    return math.factorial(int(n))


_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def comparisons() -> dict[str, Callable[[Any, Any], int]]:
    """Relations as functions to 0 or 1."""
    return {name: _as_number(test) for name, test in _ORDER.items()}


def _as_number(test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], int]:
    return lambda a, b: int(bool(test(a, b)))


def _float(function: Callable[[float], float]) -> Callable[[Any], float]:
    return lambda x: function(float(x))


_PLAIN: dict[str, Callable[..., Any]] = {
    **comparisons(),
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": divide, "pow": power, "neg": operator.neg,
    "abs": abs, "sign": lambda x: (x > 0) - (x < 0), "floor": math.floor, "ceil": math.ceil, "sqrt": square_root,
    "max": max, "min": min, "mod": operator.mod, "factorial": factorial, "relu": lambda x: max(x, 0),
    "exp": _float(math.exp), "log": _float(math.log), "log2": _float(math.log2), "log10": _float(math.log10),
    "sin": _float(math.sin), "cos": _float(math.cos), "tan": _float(math.tan), "sinh": _float(math.sinh),
    "cosh": _float(math.cosh), "tanh": _float(math.tanh), "arctan": _float(math.atan),
    "sigmoid": sigmoid, "softplus": softplus, "erf": _float(math.erf),
}  # fmt: skip


def _plain_number(value: Any) -> Any:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


PLAIN = NestedTable(_PLAIN, _plain_number)
