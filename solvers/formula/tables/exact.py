"""Exact scalars over sympy: objects built call by call from our own tree, so no text ever reaches sympy's parser."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy

_DIGITS = 50


def rational(value: Any) -> Any:
    """An int, Fraction, float or sympy number as an exact sympy number."""
    if isinstance(value, sympy.Basic):
        return value
    exact = Fraction(value)
    return sympy.Rational(exact.numerator, exact.denominator)


def _compare(test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], int]:
    def decided(a: Any, b: Any) -> int:
        difference = sympy.simplify(a - b) if (a - b).is_number else a - b
        return int(bool(test(difference.evalf(_DIGITS) if not difference.is_Rational else difference, 0)))

    return decided


def _power(base: Any, exponent: Any) -> Any:
    if exponent.is_Rational and abs(exponent) > 10_000:
        raise OverflowError
    if base.is_zero and exponent.is_negative:
        raise ZeroDivisionError
    return base**exponent


def _divide(a: Any, b: Any) -> Any:
    if b.is_zero:
        raise ZeroDivisionError
    return a / b


def _log(x: Any) -> Any:
    if x.is_nonpositive:
        raise ValueError("the logarithm of a number that is not positive")
    return sympy.log(x)


SCALARS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": _divide, "pow": _power,
    "neg": lambda a: -a, "abs": sympy.Abs, "sign": sympy.sign, "floor": sympy.floor, "ceil": sympy.ceiling,
    "sqrt": sympy.sqrt, "max": sympy.Max, "min": sympy.Min, "mod": sympy.Mod, "factorial": sympy.factorial,
    "relu": lambda x: sympy.Max(x, 0), "exp": sympy.exp, "log": _log, "log2": lambda x: _log(x) / sympy.log(2),
    "log10": lambda x: _log(x) / sympy.log(10), "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan,
    "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "arctan": sympy.atan, "erf": sympy.erf,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)), "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "<": _compare(lambda a, b: a < b), "<=": _compare(lambda a, b: a <= b), ">": _compare(lambda a, b: a > b),
    ">=": _compare(lambda a, b: a >= b), "=": _compare(lambda a, b: a == b), "!=": _compare(lambda a, b: a != b),
}  # fmt: skip
