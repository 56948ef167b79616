"""Functions of Decimals to the digits of a context, and not-a-numbers that say what they come from.

Nothing here raises: outside its domain a function is a NaN whose payload says why, and arithmetic hands it on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal, getcontext, localcontext
from functools import cache, lru_cache

from solvers.formula.tables.table import EvaluationError, Pole, TooLarge, Undefined

MAX_EXPONENT = 10_000  # of powers
MAX_ANGLE = 1_000  # digits before the point: pi is computed to as many
MAX_ARGUMENT, MAX_DECAY = 1_000_000, 7_000_000  # of exp: e^{-2 x^2} at the last point of an integral up to infinity
MAX_DIGITS = 10_000_000  # before the point: what a power may have
POLE, OUTSIDE, LARGE = Decimal("NaN1"), Decimal("NaN2"), Decimal("NaN3")
ZERO, ONE, TWO = Decimal(0), Decimal(1), Decimal(2)
_GUARD = 8  # digits more, inside a function
_FOLDS = 5  # thirds of thirds of an angle, for which the series is short


def context(digits: int) -> Context:
    """Arithmetic of so many digits, of practically any size, that never raises."""
    return Context(prec=digits, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


def why(value: Decimal) -> EvaluationError | None:
    """What is wrong with a value that is not a finite number."""
    if value.is_finite():
        return None
    said = str(value)
    if said.endswith("NaN1"):
        return Pole("division by zero")
    if said.endswith("NaN2"):
        return Undefined("a function is not defined there")
    return TooLarge("a number grew too large")


def divide(a: Decimal, b: Decimal) -> Decimal:
    return a / b if b or a.is_nan() else POLE


def power(x: Decimal, y: Decimal) -> Decimal:
    """x^y; whole powers of any number, others of positive ones."""
    if x.is_nan() or y.is_nan():
        return x + y
    if abs(y) > MAX_EXPONENT or abs(x.adjusted() * y) > MAX_DIGITS:
        return LARGE
    if not x:
        return POLE if y < 0 else ZERO if y else ONE
    if x < 0 and y != y.to_integral_value():
        return OUTSIDE
    return x**y


def root(x: Decimal) -> Decimal:
    return OUTSIDE if x < 0 else x.sqrt()


def log(x: Decimal) -> Decimal:
    return x.ln() if x > 0 or x.is_nan() else OUTSIDE if x else POLE


def exp(x: Decimal) -> Decimal:
    return x.exp() if x.is_nan() or -MAX_DECAY <= x <= MAX_ARGUMENT else LARGE


def sigmoid(x: Decimal) -> Decimal:
    small = exp(-abs(x))
    return ONE / (ONE + small) if x >= 0 else small / (ONE + small)


def softplus(x: Decimal) -> Decimal:
    if x.is_nan():
        return x
    small = exp(-abs(x))
    with localcontext() as inner:
        inner.prec += max(-small.adjusted(), 0) if small and small.adjusted() > -inner.prec else 0
        tail = (ONE + small).ln() if small.is_nan() or small.adjusted() > -inner.prec else small
    return max(x, ZERO) + tail


def sinh(x: Decimal) -> Decimal:
    """Half of e^x - e^-x, with as many digits more as a small x would lose."""
    with localcontext() as inner:
        inner.prec += _GUARD + max(-x.adjusted(), 0) if x.is_finite() else 0
        return (exp(x) - exp(-x)) / 2


def cosh(x: Decimal) -> Decimal:
    return (exp(x) + exp(-x)) / 2


def tanh(x: Decimal) -> Decimal:
    if x.is_nan():
        return x
    with localcontext() as inner:
        inner.prec += _GUARD + max(-x.adjusted(), 0)
        small = exp(-2 * abs(x))
        found = (ONE - small) / (ONE + small)
    return +found.copy_sign(x)


def _pi(digits: int) -> Decimal:
    """To so many digits, or more: a power of two of them is kept."""
    return _pi_to(1 << max(digits.bit_length(), 6))


@cache
def _pi_to(digits: int) -> Decimal:
    """Gauss and Legendre: from the arithmetic and geometric means of 1 and 1/sqrt(2), twice the digits a step."""
    with localcontext(context(digits + 2 * _GUARD)):
        mean, other, rest, power = ONE, 1 / Decimal(2).sqrt(), ONE / 4, 1
        while abs(mean - other) > Decimal(10) ** -(digits + _GUARD):
            before, mean, other = mean, (mean + other) / 2, (mean * other).sqrt()
            rest -= power * (before - mean) ** 2
            power *= 2
        return (mean + other) ** 2 / (4 * rest)


def _arctan_series(x: Decimal) -> Decimal:
    term, total, square, k = x, x, -x * x, 1
    while True:
        term *= square
        k += 2
        more = total + term / k
        if more == total:
            return total
        total = more


def arctan(x: Decimal) -> Decimal:
    """The argument is halved three times: arctan x = 2 arctan(x / (1 + sqrt(1 + x^2)))."""
    if x.is_nan():
        return x
    with localcontext() as inner:
        inner.prec += _GUARD
        small = x if abs(x) <= 1 else ONE / x
        for _ in range(3):
            small = small / (ONE + (ONE + small * small).sqrt())
        found = 8 * _arctan_series(small)
        if abs(x) > 1:
            found = (_pi(inner.prec) / 2).copy_sign(x) - found
    return +found


def erf(x: Decimal) -> Decimal:
    """2 x exp(-x^2)/sqrt(pi) times the sum of (2 x^2)^n/(1 3 5 ... (2 n + 1)), whose terms are all positive."""
    if x.is_nan() or not x:
        return x
    with localcontext() as inner:
        inner.prec += _GUARD
        if abs(x) > inner.prec or x * x > inner.prec * Decimal(10).ln():
            return ONE.copy_sign(x)
        term = total = ONE
        square, odd = 2 * x * x, 1
        while True:
            odd += 2
            term *= square / odd
            more = total + term
            if more == total:
                break
            total = more
        found = 2 * x * exp(-x * x) * total / _pi(inner.prec).sqrt()
    return +found


def _sine_and_cosine(x: Decimal) -> tuple[Decimal, Decimal]:
    if x.is_nan() or x.adjusted() > MAX_ANGLE:
        return (x, x) if x.is_nan() else (LARGE, LARGE)
    sine, cosine = _turned(x, getcontext().prec)
    return +sine, +cosine


@lru_cache(512)  # a sine and a cosine of one angle are seldom far apart
def _turned(x: Decimal, digits: int) -> tuple[Decimal, Decimal]:
    """The sine and the cosine to some digits more, from the remainder after whole quarter turns."""
    with localcontext(context(digits)) as inner:
        inner.prec += 2 * _GUARD + max(x.adjusted(), 0)
        quarter = _pi(inner.prec) / 2
        turns = (x / quarter).to_integral_value()
        rest = x - turns * quarter
        if turns and rest and rest.adjusted() < 0:  # close to a multiple: so many digits were lost
            inner.prec -= rest.adjusted()
            rest = x - turns * (_pi(inner.prec) / 2)
        inner.prec = digits + _GUARD
        small = rest / 3**_FOLDS
        sine, cosine = _alternating(small, small, 1), _alternating(ONE, small, 0)
        for _ in range(_FOLDS):  # of three times the angle
            four = 4 * sine * sine
            sine, cosine = sine * (3 - four), cosine * (1 - four)
        for _ in range(int(turns) % 4):
            sine, cosine = cosine, -sine
    return sine, cosine


def _alternating(first: Decimal, x: Decimal, power: int) -> Decimal:
    """first - first x^2/((power + 1) (power + 2)) + ...: the series of a sine (power 1) or a cosine (power 0)."""
    term, total, square = first, first, -x * x
    while True:
        power += 2
        term *= square / (power * (power - 1))
        more = total + term
        if more == total:
            return total
        total = more


def sin(x: Decimal) -> Decimal:
    return _sine_and_cosine(x)[0]


def cos(x: Decimal) -> Decimal:
    return _sine_and_cosine(x)[1]


def tan(x: Decimal) -> Decimal:
    sine, cosine = _sine_and_cosine(x)
    return divide(sine, cosine)


def sign(x: Decimal) -> Decimal:
    return x if x.is_nan() else ONE if x > 0 else -ONE if x < 0 else ZERO


def factorial(x: Decimal) -> Decimal:
    if x.is_nan() or x < 0 or x != x.to_integral_value():
        return x if x.is_nan() else OUTSIDE
    return LARGE if x > 1000 else +Decimal(math.factorial(int(x)))


def modulo(a: Decimal, b: Decimal) -> Decimal:
    quotient = divide(a, b)
    return a - b * floor(quotient)


def floor(x: Decimal) -> Decimal:
    return x.to_integral_value(ROUND_FLOOR)


def ceil(x: Decimal) -> Decimal:
    return x.to_integral_value(ROUND_CEILING)


def _either(pick: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Decimal, Decimal], Decimal]:
    return lambda a, b: a + b if a.is_nan() or b.is_nan() else pick(a, b)


def _relation(test: Callable[[Decimal, Decimal], bool]) -> Callable[[Decimal, Decimal], Decimal]:
    return _either(lambda a, b: ONE if test(a, b) else ZERO)


UNARY: dict[str, Callable[[Decimal], Decimal]] = {
    "sign": sign, "floor": floor, "ceil": ceil, "sqrt": root, "relu": lambda x: ZERO if x <= 0 else x, "exp": exp,
    "log": log, "log2": lambda x: log(x) / TWO.ln(), "log10": lambda x: log(x) / Decimal(10).ln(), "sin": sin,
    "cos": cos, "tan": tan, "sinh": sinh, "cosh": cosh, "tanh": tanh, "arctan": arctan, "sigmoid": sigmoid,
    "softplus": softplus, "factorial": factorial, "erf": erf,
}  # fmt: skip
BINARY: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "div": divide, "pow": power, "max": _either(max), "min": _either(min), "mod": modulo,
    "<": _relation(lambda a, b: a < b), "<=": _relation(lambda a, b: a <= b), ">": _relation(lambda a, b: a > b),
    ">=": _relation(lambda a, b: a >= b), "=": _relation(lambda a, b: a == b), "!=": _relation(lambda a, b: a != b),
}  # fmt: skip
