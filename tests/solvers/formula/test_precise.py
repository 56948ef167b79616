"""Decimals against mpmath, and balls that hold the true number, however it was cancelled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import read
from solvers.formula.tables import decimals
from solvers.formula.tables.balls import Ball
from solvers.formula.tables.precise import PreciseTable, certain_table, precise_table
from solvers.formula.tables.table import Pole, TooLarge, Undefined
from solvers.formula.tokens import Declaration, Scope

ORACLES: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp, "log": mpmath.log, "log2": lambda x: mpmath.log(x, 2), "log10": mpmath.log10, "sin": mpmath.sin,
    "cos": mpmath.cos, "tan": mpmath.tan, "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh,
    "arctan": mpmath.atan, "sqrt": mpmath.sqrt, "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "erf": mpmath.erf,
}  # fmt: skip
ARGUMENTS = [
    "1e-30", "1e-9", "0.25", "0.7853981633974483", "1", "3.3", "-1e-9", "-0.5", "-2", "-41.5", "52", "-200", "333.25",
    "22",
]  # fmt: skip
POSITIVE = {"log", "log2", "log10", "sqrt"}


@pytest.mark.parametrize("digits", [50, 200])
@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("text", ARGUMENTS)
def test_functions_agree_with_mpmath(name: str, text: str, digits: int) -> None:
    argument = Decimal(text)
    if name in POSITIVE and argument < 0:
        argument = -argument
    with localcontext(decimals.context(digits)):
        found = decimals.UNARY[name](argument)
    with mpmath.workdps(digits + 300):
        expected = ORACLES[name](mpmath.mpf(str(argument)))
        assert abs(mpmath.mpf(str(found)) - expected) <= abs(expected) * mpmath.mpf(10) ** (3 - digits)


def _at(table: PreciseTable, text: str, **values: Any) -> Any:
    made = {name: table.value(value) for name, value in values.items()}
    value = evaluate(read(text), Env(table, made))
    return table.failure(value) or value.reshape(-1)[0]


REASONS: list[tuple[str, type[Undefined]]] = [
    ("1/(x - x)", Pole), ("log(x - x)", Pole), ("log(-x)", Undefined), ("sqrt(-x)", Undefined),
    ("(-x)^(1/x)", Undefined),
    ("0^(-x)", Pole), ("exp(exp(exp(10 x)))", TooLarge), ("9^(9^9)", TooLarge), ("1/(x - x) + log(-x)", Pole),
    ("(x/2)!", Undefined), ("2 + 0 log(-x)", Undefined), ("[[log(-x) > 0]]", Undefined), ("max(1, log(-x))", Undefined),
    ("{x if x < 0; 2 if x < 1}", Undefined), ("tanh(1/(x - x))", Pole), ("softplus(sqrt(-x))", Undefined),
]  # fmt: skip


@given(
    st.decimals(-1000, 1000, allow_nan=False, places=8),
    st.sampled_from(["0", "1e-40", "1e-9", "0.3"]),
    st.integers(1, 60),
)
def test_a_ball_to_a_whole_power_holds_every_power_of_its_numbers(middle: Decimal, radius: str, n: int) -> None:
    with localcontext(decimals.context(30)):
        found = certain_table(30).scalars.functions["pow"](Ball(middle, Decimal(radius)), Ball(Decimal(n)))
    for part in (-1, Fraction(-1, 3), 0, 1):
        exact = (Fraction(middle) + part * Fraction(radius)) ** n
        assert abs(exact - Fraction(found.middle)) <= Fraction(found.radius)


@pytest.mark.parametrize("table", [precise_table, certain_table])
@pytest.mark.parametrize(("text", "reason"), REASONS, ids=[text for text, _ in REASONS])
def test_what_is_undefined_says_why(text: str, reason: type[Undefined], table: Callable[[], PreciseTable]) -> None:
    assert type(_at(table(), text, x=Fraction(3))) is reason


UNSETTLED = [
    "1/(3 (1/3) - 1)", "sign(3 (1/3) - 1)", "floor(3 (1/3))", "sqrt(3 (1/3) - 1)", "log(3 (1/3) - 1)",
    "[[3 (1/3) > 1]]", "[[sqrt(2)^2 = 2]]", "(1 - tanh(400)) exp(800) / (1 - tanh(400))", "tan(pi/2)",
    "floor(exp(log(x)))", "{2 if sqrt(x)^2 < x; 3 otherwise}",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSETTLED)
def test_what_no_number_of_digits_settles_is_not_called_a_value(text: str) -> None:
    assert isinstance(_at(certain_table(), text, x=Fraction(3)), Pole)


CERTAIN = [
    ("floor(6/x)", 2), ("ceil(6/x)", 2), ("sqrt(4)", 2), ("[[x^2 = 9]]", 1), ("sign(x - 3)", 0), ("0.1 + 0.2 - 0.3", 0),
    ("2^10 - 1024", 0), ("5! - 120", 0), ("x^(-2) 9 - 1", 0), ("min(x, 3) - 3", 0), ("mod(7, x)", 1), ("exp(0)", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CERTAIN, ids=[text for text, _ in CERTAIN])
def test_what_is_exact_stays_exact_enough_to_be_decided(text: str, value: int) -> None:
    found = _at(certain_table(), text, x=Fraction(3))
    assert isinstance(found, Ball), found
    assert found.meets(Ball(Decimal(value)))
    assert found.radius < Decimal("1e-190")


FORMULAS = [
    "exp(x) - exp(y)", "log(1 + x^2) / sqrt(2 + y^2)", "tanh(x y) sigmoid(x) - softplus(y)",
    "(x - 1/3)^3 / (1 + exp(y))",
    "sin(10 x) cos(y) + tan(x/9)", "arctan(x) - arctan(y) + sinh(x/3) cosh(y/3)", "max(x, y) relu(x - y) + |x y|",
    "(2 + x^2)^(y/7)", "log2(3 + x^2) - log10(3 + y^2)", "1 - sigmoid(60 + x)", "x^7 - y^(-2)", "1/(1 - tanh(20 + y))",
    "erf(x) - erf(y/3)", "1 - erf(4 + x)",
]  # fmt: skip
REALS = st.fractions(min_value=-6, max_value=6, max_denominator=1000).filter(bool)


@pytest.mark.parametrize("text", FORMULAS)
@given(x=REALS, y=REALS)
def test_a_ball_holds_the_value_of_many_more_digits(text: str, x: Fraction, y: Fraction) -> None:
    narrow, wide = _at(certain_table(60), text, x=x, y=y), _at(precise_table(200), text, x=x, y=y)
    assert isinstance(narrow, Ball), narrow
    assert narrow.meets(Ball(wide, Decimal("1e-140") * max(1, abs(wide))))
    assert narrow.radius <= Decimal("1e-30") * max(1, abs(wide))


@pytest.mark.parametrize("table", [precise_table, certain_table])
def test_states_and_directions_are_computed_at_once(table: Callable[[], PreciseTable]) -> None:
    made = table()
    env = Env(made, {"x": made.value((Fraction(1, 2), Fraction(-1, 3)))}, {"n": 2})
    text = r"\frac{\partial}{\partial x_1} \log \sum_{h \in \{0,1\}^n} \exp(x^T h)"
    scope = Scope().with_names([Declaration("x", (read("n"),)), Declaration("h", (read("n"),))])
    value = evaluate(read(text, scope), env).reshape(-1)[0]
    middle = value.middle if isinstance(value, Ball) else value
    with mpmath.workdps(60):
        assert abs(mpmath.mpf(str(middle)) - 1 / (1 + mpmath.exp(-mpmath.mpf(1) / 2))) < mpmath.mpf(10) ** -48
