"""Fifty digits over mpmath, in a context of our own: what settles whether a difference in float64 is rounding."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from solvers.formula.tables.nested import NestedTable, comparisons

DIGITS = 50
MAX_EXPONENT = 10_000


@cache
def precise_table(digits: int = DIGITS) -> NestedTable:
    """Nested tuples of mpmath numbers of so many digits; mpmath costs 3 times the start of Python."""
    from mpmath import MPContext

    context = MPContext()
    context.dps = digits

    def number(value: Any) -> Any:
        if isinstance(value, Fraction):
            return context.mpf(value.numerator) / value.denominator
        return context.mpf(value)

    return NestedTable(_scalars(context), number)


def _scalars(context: Any) -> dict[str, Callable[..., Any]]:
    one = context.mpf(1)

    def sigmoid(x: Any) -> Any:
        return one / (one + _exp(context, -x))

    def softplus(x: Any) -> Any:
        return _log(context, one + _exp(context, x)) if x < 100 else x + _log(context, one + _exp(context, -x))

    return {
        **comparisons(),
        "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
        "pow": _power, "neg": lambda a: -a, "abs": abs, "sign": lambda x: context.mpf((x > 0) - (x < 0)),
        "floor": context.floor, "ceil": context.ceil, "sqrt": lambda x: _root(context, x), "max": max, "min": min,
        "mod": lambda a, b: a - b * context.floor(a / b), "factorial": lambda x: _factorial(context, x),
        "relu": lambda x: x if x > 0 else 0 * x, "exp": lambda x: _exp(context, x), "log": lambda x: _log(context, x),
        "log2": lambda x: _log(context, x) / context.log(2), "log10": lambda x: _log(context, x) / context.log(10),
        "sin": context.sin, "cos": context.cos, "tan": context.tan, "sinh": context.sinh, "cosh": context.cosh,
        "tanh": context.tanh, "arctan": context.atan, "sigmoid": sigmoid, "softplus": softplus,
    }  # fmt: skip


def _power(x: Any, y: Any) -> Any:
    if x == 0 and y < 0:
        raise ZeroDivisionError
    if x < 0 and y != int(y):
        raise ValueError("a negative number to a broken power")
    if abs(y) > MAX_EXPONENT:
        raise OverflowError
    return x ** int(y) if y == int(y) else x**y


def _root(context: Any, x: Any) -> Any:
    if x < 0:
        raise ValueError("the root of a negative number")
    return context.sqrt(x)


def _log(context: Any, x: Any) -> Any:
    if x == 0:
        raise ZeroDivisionError
    if x < 0:
        raise ValueError("the logarithm of a number that is not positive")
    return context.log(x)


def _exp(context: Any, x: Any) -> Any:
    if abs(x) > MAX_EXPONENT:
        raise OverflowError
    return context.exp(x)


def _factorial(context: Any, x: Any) -> Any:
    if x < 0 or x != int(x):
        raise ValueError("the factorial of a number that is not whole")
    if x > 1000:
        raise OverflowError
    return context.factorial(x)
