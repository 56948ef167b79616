"""Numbers with a bound on their rounding: a Decimal and a radius. Two that do not meet are different for certain.

A function of a ball that is not settled, such as 1/x or the sign of x around zero, is a NaN that says nothing (a Pole).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_UP, Context, Decimal, Inexact, getcontext
from fractions import Fraction
from typing import final

from solvers.formula.records import record
from solvers.formula.tables import decimals
from solvers.formula.tables.decimals import ONE, OUTSIDE, POLE, ZERO

_UP = Context(prec=6, rounding=ROUND_UP, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])  # radii
_LARGEST = Decimal("0.1")  # of the radius that exp and its like are computed for
_SLACK = Decimal("1.0001")  # for the six digits of radii
_ULPS = 100  # what the functions of `decimals` may be off by, many times over


@final
@record
class Ball:
    """Some number no further than `radius` from `middle`; a NaN in the middle is no number."""

    middle: Decimal
    radius: Decimal = ZERO

    def __add__(self, other: Ball) -> Ball:
        return _rounded(self.middle + other.middle, _UP.add(self.radius, other.radius))

    def __sub__(self, other: Ball) -> Ball:
        return _rounded(self.middle - other.middle, _UP.add(self.radius, other.radius))

    def __mul__(self, other: Ball) -> Ball:
        product = self.middle * other.middle
        if not self.radius and not other.radius:
            return _rounded(product, ZERO)
        a, b = self.middle.copy_abs(), other.middle.copy_abs()
        across = _UP.add(_UP.multiply(a, other.radius), _UP.multiply(b, self.radius))
        return _rounded(product, _UP.add(across, _UP.multiply(self.radius, other.radius)))

    def __neg__(self) -> Ball:
        return Ball(self.middle.copy_negate(), self.radius)

    def __abs__(self) -> Ball:
        return Ball(self.middle.copy_abs(), self.radius)

    def __bool__(self) -> bool:
        return bool(self.middle)

    def is_nan(self) -> bool:
        return self.middle.is_nan()

    def holds_zero(self) -> bool:
        return self.middle.copy_abs() <= self.radius

    def exact(self) -> bool:
        return not self.radius

    def meets(self, other: Ball) -> bool:
        """Whether both may be the same number."""
        if not self.radius and not other.radius:
            return self.middle == other.middle
        apart = _UP.subtract(self.middle, other.middle).copy_abs()
        return apart <= _UP.multiply(_SLACK, _UP.add(self.radius, other.radius))


def ball(value: object) -> Ball:
    """A whole number, float, Fraction or Decimal as a ball."""
    if isinstance(value, Fraction):
        _fresh()
        return _rounded(Decimal(value.numerator) / Decimal(value.denominator), ZERO)
    if isinstance(value, Ball):
        return value
    assert isinstance(value, (int, float, Decimal))
    return Ball(Decimal(value))


def _fresh() -> None:
    getcontext().clear_flags()


def _rounded(value: Decimal, radius: Decimal) -> Ball:
    """A result of one operation: if it was rounded, that much wider. The flag is cleared for the next."""
    context = getcontext()
    if context.flags[Inexact]:
        context.clear_flags()
        radius = _UP.add(radius, _ulp(value, 1))
    return Ball(value, radius)


def _ulp(value: Decimal, count: int) -> Decimal:
    return Decimal(count).scaleb(value.adjusted() - getcontext().prec + 1, _UP) if value.is_finite() else ZERO


def _near(value: Decimal, radius: Decimal) -> Ball:
    """A result of a function of `decimals`."""
    _fresh()
    return Ball(value, _UP.add(radius, _ulp(value, _ULPS)))


_UNSETTLED = Ball(POLE)
_ZERO, _ONE = Ball(ZERO), Ball(ONE)


def _divide(a: Ball, b: Ball) -> Ball:
    if a.is_nan() or b.is_nan():
        return a if a.is_nan() else b
    if b.holds_zero():
        return _UNSETTLED
    _fresh()
    quotient = a.middle / b.middle
    if not a.radius and not b.radius:
        return _rounded(quotient, ZERO)
    rounding = _rounded(quotient, ZERO).radius
    least = _UP.subtract(b.middle.copy_abs(), b.radius) / _SLACK
    wide = _UP.divide(_UP.add(a.radius, _UP.multiply(quotient.copy_abs(), b.radius)), least)
    _fresh()
    return Ball(quotient, _UP.add(rounding, wide))


def _smooth(function: Callable[[Decimal], Decimal], at_zero: Decimal, slope: int = 1) -> Callable[[Ball], Ball]:
    """A function that changes no faster than `slope` times its argument."""

    def of(x: Ball) -> Ball:
        if x.is_nan():
            return x
        if x.exact() and not x.middle:
            return Ball(at_zero) if at_zero.is_finite() else _near(function(ZERO), ZERO)
        return _near(function(x.middle), x.radius if slope == 1 else _UP.multiply(Decimal(slope), x.radius))

    return of


def _growing(function: Callable[[Decimal], Decimal], slope: Callable[[Decimal], Decimal]) -> Callable[[Ball], Ball]:
    """A function whose slope at most doubles over a small radius."""

    def of(x: Ball) -> Ball:
        if x.is_nan() or x.radius > _LARGEST:
            return x if x.is_nan() else _UNSETTLED
        value = function(x.middle)
        if x.exact() and value in (ZERO, ONE) and not x.middle:
            _fresh()
            return Ball(value)
        return _near(value, _UP.multiply(2 * abs(slope(x.middle)), x.radius) if x.radius else ZERO)

    return of


def _log(x: Ball) -> Ball:
    if x.is_nan():
        return x
    if x.holds_zero():
        return _UNSETTLED
    if x.middle < 0:
        return Ball(OUTSIDE)
    _fresh()
    least = (x.middle - x.radius) / _SLACK
    _fresh()
    return _rounded(x.middle.ln(), _UP.divide(x.radius, least) if x.radius else ZERO)


def _root(x: Ball) -> Ball:
    if x.is_nan():
        return x
    if x.holds_zero():
        return _ZERO if x.exact() else _UNSETTLED
    if x.middle < 0:
        return Ball(OUTSIDE)
    least = (x.middle - x.radius).sqrt() / _SLACK
    _fresh()
    return _rounded(x.middle.sqrt(), _UP.divide(x.radius, least) if x.radius else ZERO)


def _power(x: Ball, y: Ball) -> Ball:
    if x.is_nan() or y.is_nan():
        return x if x.is_nan() else y
    if abs(y.middle) > decimals.MAX_EXPONENT or abs(x.middle.adjusted() * y.middle) > decimals.MAX_DIGITS:
        return Ball(decimals.LARGE)
    if not y.exact() or y.middle != y.middle.to_integral_value():
        if x.exact() and not x.middle:
            return _ZERO if y.middle > y.radius else _UNSETTLED
        return _exp(y * _log(x))
    if y.middle < 0:
        return _divide(_ONE, _power(x, -y))
    return _whole_power(x, int(y.middle)) if y.middle else _ONE


def _whole_power(x: Ball, n: int) -> Ball:
    """x^n for n of 1 and more. By the mean value theorem it is off by no more than n r (|x| + r)^(n-1)."""
    _fresh()
    value = x.middle**n
    rounding = _ulp(value, 2) if getcontext().flags[Inexact] else ZERO
    _fresh()
    if not x.radius:
        return Ball(value, rounding)
    slope = _UP.power(_UP.add(x.middle.copy_abs(), x.radius), n - 1)
    off = _UP.multiply(_UP.multiply(n, x.radius), _UP.multiply(slope, _SLACK))
    return Ball(value, _UP.add(off, rounding))


def _sign(x: Ball) -> Ball:
    if x.is_nan() or (x.holds_zero() and not x.exact()):
        return x if x.is_nan() else _UNSETTLED
    return Ball(decimals.sign(x.middle))


def _stepped(step: Callable[[Decimal], Decimal]) -> Callable[[Ball], Ball]:
    def of(x: Ball) -> Ball:
        if x.is_nan():
            return x
        low, high = step(x.middle - x.radius), step(x.middle + x.radius)
        _fresh()
        return Ball(low) if low == high else _UNSETTLED

    return of


def _pick(choose: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Ball, Ball], Ball]:
    def of(a: Ball, b: Ball) -> Ball:
        if a.is_nan() or b.is_nan():
            return a if a.is_nan() else b
        if not a.meets(b) or (a.exact() and b.exact()):
            return a if choose(a.middle, b.middle) == a.middle else b
        return Ball(choose(a.middle, b.middle), max(a.radius, b.radius))

    return of


def _relation(test: Callable[[Decimal, Decimal], bool]) -> Callable[[Ball, Ball], Ball]:
    def of(a: Ball, b: Ball) -> Ball:
        if a.is_nan() or b.is_nan():
            return a if a.is_nan() else b
        if a.meets(b) and not (a.exact() and b.exact()):
            return _UNSETTLED
        return _ONE if test(a.middle, b.middle) else _ZERO

    return of


def _factorial(x: Ball) -> Ball:
    return _rounded(decimals.factorial(x.middle), ZERO) if x.exact() or x.is_nan() else _UNSETTLED


_floor = _stepped(decimals.floor)
_exp = _growing(decimals.exp, decimals.exp)
_sin, _cos = _smooth(decimals.sin, ZERO), _smooth(decimals.cos, ONE)
UNARY: dict[str, Callable[[Ball], Ball]] = {
    "sign": _sign, "floor": _floor, "ceil": _stepped(decimals.ceil), "sqrt": _root,
    "relu": lambda x: _pick(max)(x, _ZERO), "exp": _exp, "log": _log,
    "log2": lambda x: _divide(_log(x), _log(Ball(decimals.TWO))),
    "log10": lambda x: _divide(_log(x), _log(Ball(Decimal(10)))), "sin": _sin, "cos": _cos,
    "tan": lambda x: _divide(_sin(x), _cos(x)), "sinh": _growing(decimals.sinh, decimals.cosh),
    "cosh": _growing(decimals.cosh, decimals.cosh), "tanh": _smooth(decimals.tanh, ZERO),
    "arctan": _smooth(decimals.arctan, ZERO), "sigmoid": _smooth(decimals.sigmoid, Decimal("0.5")),
    "softplus": _smooth(decimals.softplus, POLE), "factorial": _factorial, "erf": _smooth(decimals.erf, ZERO, 2),
}  # fmt: skip
BINARY: dict[str, Callable[[Ball, Ball], Ball]] = {
    "div": _divide, "pow": _power, "max": _pick(max), "min": _pick(min),
    "mod": lambda a, b: a - b * _floor(_divide(a, b)),
    "<": _relation(lambda a, b: a < b), "<=": _relation(lambda a, b: a <= b), ">": _relation(lambda a, b: a > b),
    ">=": _relation(lambda a, b: a >= b), "=": _relation(lambda a, b: a == b), "!=": _relation(lambda a, b: a != b),
}  # fmt: skip
