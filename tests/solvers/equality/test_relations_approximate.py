"""Approximations, to the digits printed. Labels by Python's own rounding of the exact value."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solvers.equality.judged import Row, U, V, W, judged

GIVEN = ("z = 0.7", "w = 2.5", "n = 4")
ROWS: list[Row] = [
    ("1/3 ≈ 0.33", (), V),
    ("1/3 ≈ 0.333", (), V),
    ("1/3 ≈ 0.34", (), W),
    ("1/3 ≈ 0.3", (), V),
    ("2/3 ≈ 0.67", (), V),
    ("2/3 ≈ 0.66", (), W),  # cut off, not rounded
    ("1/8 ≈ 0.12", (), V),  # a tie may be rounded either way
    ("1/8 ≈ 0.13", (), V),
    ("0.33 ≈ 1/3", (), V),
    ("0.34 ≈ 1/3", (), W),
    ("π ≈ 3.14", (), V),
    ("π ≈ 3.15", (), W),
    ("π ≈ 3.1416", (), V),
    ("π ≈ 3.1415", (), W),
    ("π ≈ 22/7", (), U),  # no digits are printed
    ("π ≈ 2", (), W),
    (r"e^2 \approx 7.39", (), V),
    (r"e^2 \approx 7.38", (), W),
    (r"\sqrt{2} \approx 1.414", (), V),
    (r"\sqrt{2} \approx 1.415", (), W),
    (r"\log 2 \approx 0.693", (), V),
    (r"\log_2 3 \approx 1.585", (), V),
    (r"-\log 0.2 \approx 1.61", (), V),
    (r"-\log 0.2 \approx -1.61", (), W),
    (r"\tanh(0.5) \approx 0.46", (), V),
    (r"\tanh(0.5) \approx 0.47", (), W),
    (r"\sigma(0.7) \approx 0.668", (), V),
    (r"1/7 \approx 1.43 \times 10^{-1}", (), V),
    (r"1/7 \approx 1.43 \cdot 10^{-2}", (), W),
    (r"1/7 \approx 1.42 \times 10^{-1}", (), W),
    ("1/7 ≈ 1.43e-1", (), V),
    ("1/700 ≈ 1.4e-3", (), V),
    ("10/3 ≈ 3", (), V),
    ("10/3 ≈ 4", (), W),
    ("1234 ≈ 1200", (), V),
    ("1260 ≈ 1200", (), W),
    ("999.7 ≈ 1000", (), V),
    ("60 ≈ 100", (), W),
    ("96 ≈ 100", (), V),
    ("0.4 ≈ 0", (), U),  # it rounds to it, and nobody would say so
    ("0.6 ≈ 0", (), W),
    (r"e^{-10} \approx 0", (), V),
    ("1.4 ≈ 1", (), U),
    ("0.12 ≈ 0.1234", (), V),
    ("0.13 ≈ 0.1234", (), W),
    ("[0.12, 1] ≈ [0.1234, 1.01]", (), V),
    ("0.333 3 ≈ 1".replace("0.333 3", "0.333·3"), (), V),
    ("1.41^2 ≈ 2", (), V),
    ("0.05 · 0.35 ≈ 0.02", (), V),
    ("0.05 · 0.35 ≈ 0.0175", (), V),
    ("0.05 · 0.35 ≈ 0.0176", (), W),
    ("0.6667 ≈ 0.667", (), V),
    ("0.6664 ≈ 0.667", (), W),
    ("[1/3, 2/3] ≈ [0.33, 0.67]", (), V),
    ("[1/3, 2/3] ≈ [0.33, 0.68]", (), W),
    ("[1/3; 2/3] ≈ [0.33; 0.67]", (), V),
    ("[1/3, 2/3; 1/6, 1] ≈ [0.333, 0.667; 0.167, 1.000]", (), V),
    ("[1/3, 2/3; 1/6, 1] ≈ [0.333, 0.667; 0.166, 1.000]", (), W),
    ("[1/3, 2/3] ≈ [0.33, 0.67, 0]", (), W),
    (r"\sigma(z) \approx 0.668", GIVEN, V),
    (r"\sigma(z) \approx 0.669", GIVEN, W),
    (r"w z / n \approx 0.44", GIVEN, V),
    (r"w z / n \approx 0.43", GIVEN, W),
    (r"\tanh(z) w \approx 0.604 w", GIVEN, V),
    (r"\tanh(z) w \approx 0.614 w", GIVEN, W),
    (r"\tanh(z) w \approx 0.604 \cdot 2.5", GIVEN, V),
    (r"\log(2) x \approx 0.693 x", (), V),
    (r"\log(2) x \approx 0.703 x", (), U),
    (r"e^x \approx 1 + x", (), U),
    (r"e^x \approx 1.0 + x", (), U),
    (r"\log(1 + x) \approx x", (), U),
    (r"n! \approx \sqrt{2 \pi n} (n/e)^n", (r"n \in \mathbb{N}",), U),
    (r"(a+b)^2 \approx a^2 + 2 a b + b^2", (), V),
    (r"\sigma(x) \approx 0.73", (), U),
    (r"x \approx x", (), V),
    (r"W x \approx [0.5, 0.25]", (r"W \in \mathbb{R}^{2 \times 2}", r"x \in \mathbb{R}^2"), U),
    ("1/0 ≈ 0.5", (), U),
]  # fmt: skip


def test_what_was_cut_off_is_named() -> None:
    assert "cut off" in judged("2/3 ≈ 0.66").evidence
    assert "cut off" not in judged("2/3 ≈ 0.68").evidence


@given(st.integers(1, 999), st.integers(1, 999), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_every_rounding_is_valid_and_its_neighbours_are_not(a: int, b: int, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    rounded = round(Decimal(a) / Decimal(b), places)
    tie = abs(Decimal(a) / Decimal(b) - rounded) * 2 == unit
    assert judged(f"{a}/{b} ≈ {rounded:f}").verdict == V
    if not tie:
        assert judged(f"{a}/{b} ≈ {rounded + unit:f}").verdict == W
    if not tie and rounded > unit:
        assert judged(f"{a}/{b} ≈ {rounded - unit:f}").verdict == W


@given(st.floats(0.1, 30), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_truncation_is_told_from_rounding(x: float, places: int) -> None:
    text = f"{x:.4f}"
    value = math.sqrt(float(text))
    cut = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
    remainder = (Decimal(value) - cut).scaleb(places)
    if abs(remainder - Decimal("0.5")) < Decimal("1e-6"):
        return
    expected = V if remainder < Decimal("0.5") else W
    assert judged(f"\\sqrt{{{text}}} \\approx {cut:f}").verdict == expected
