"""Values as printed: tables, and printing read back as the same number."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numbers import latex_value, plain_value, shape_words
from engine.records import Value
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import read
from solvers.formula.tables.nested import PLAIN

SCALARS: dict[str, tuple[Value, int | None, str, str]] = {
    "integer": (3, 4, "3", "3"),
    "negative": (-12, 4, "-12", "-12"),
    "zero": (0, 4, "0", "0"),
    "minus-zero": (-0.0, 4, "0", "0"),
    "big-integer": (12345678, 4, "12345678", "12345678"),
    "quarter": (Fraction(1, 4), 4, "0.25", "0.25"),
    "third": (Fraction(-1, 3), 4, r"-\frac{1}{3}", "-1/3"),
    "whole-fraction": (Fraction(6, 2), 4, "3", "3"),
    "wide-fraction": (Fraction(1, 1001), 4, "0.001", "0.001"),
    "wide-fraction-in-full": (Fraction(1, 1001), None, r"\frac{1}{1001}", "1/1001"),
    "float": (0.46211715726, 4, "0.4621", "0.4621"),
    "float-3": (0.46211715726, 3, "0.462", "0.462"),
    "float-trimmed": (0.5, 4, "0.5", "0.5"),
    "float-whole": (3.0, 4, "3", "3"),
    "float-rounds-to-nothing": (0.00012, 3, "0", "0"),
    "negative-rounds-to-nothing": (-0.0001, 3, "0", "0"),
    "tiny": (1.2345678e-5, 4, r"1.2346 \cdot 10^{-5}", "1.2346e-5"),
    "tiny-negative": (-2e-10, 4, r"-2 \cdot 10^{-10}", "-2e-10"),
    "huge": (1.5e9, 4, r"1.5 \cdot 10^{9}", "1.5e9"),
    "in-full": (0.1 + 0.2, None, "0.30000000000000004", "0.30000000000000004"),
    "nan": (math.nan, 4, r"\text{undefined}", "undefined"),
    "infinite": (math.inf, 4, r"\infty", "infinite"),
    "minus-infinite": (-math.inf, 4, r"-\infty", "infinite"),
    "beyond-floats": (Fraction(10**400, 3), 4, rf"\frac{{{10**400}}}{{3}}", f"{10**400}/3"),
    "vector": ((1, Fraction(1, 2)), 4, r"\begin{bmatrix} 1 \\ 0.5 \end{bmatrix}", "[1, 0.5]"),
    "matrix": (((1, 2), (3, 4)), 4, r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1, 2; 3, 4]"),
    "row": (((1, 2),), 4, r"\begin{bmatrix} 1 & 2 \end{bmatrix}", "[1, 2]"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "places", "latex", "plain"), SCALARS.values(), ids=SCALARS)
def test_values_are_written(value: Value, places: int | None, latex: str, plain: str) -> None:
    assert latex_value(value, places) == latex
    assert plain_value(value, places) == plain


@pytest.mark.parametrize(
    ("shape", "words"),
    [((), "a number"), ((3,), "a vector of 3"), ((2, 3), "a 2×3 matrix"), ((3, 32, 32), "a 3×32×32 tensor")],
    ids=["scalar", "vector", "matrix", "tensor"],
)
def test_shapes_have_words(shape: tuple[int, ...], words: str) -> None:
    assert shape_words(shape) == words


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False), st.integers(0, 8))
def test_what_is_printed_is_within_rounding(value: float, places: int) -> None:
    """Read back, both forms are the value within half a unit of the last place, of the mantissa where there is one."""
    exponent = max(0, math.floor(math.log10(abs(value)))) if abs(value) >= 1e6 else 0
    for text in (latex_value(value, places), plain_value(value, places)):
        back = evaluate(read(text), Env(PLAIN))
        assert abs(Fraction(back) - Fraction(value)) <= Fraction(10**exponent, 2 * 10**places) * Fraction(
            1000001, 10**6
        )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_in_full_nothing_is_lost(value: float) -> None:
    assert float(evaluate(read(plain_value(value, None)), Env(PLAIN))) == value


@given(st.fractions())
def test_fractions_in_full_are_exact(value: Fraction) -> None:
    assert evaluate(read(latex_value(value, None)), Env(PLAIN)) == value
    assert evaluate(read(plain_value(value, None)), Env(PLAIN)) == value
