"""Exponents so large at every point that float64 and fifty digits lose what differs."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

ROWS = [
    ("1 + e^{-100}", "1", (), "different"),
    ("1 + e^{-100 - x^2}", "1", (), "different"),
    ("x + 10^{-60}", "x", (), "different"),
    (r"\log(1 + e^{-100})", "0", (), "different"),
    (r"\sigma(x)", "1", ("x > 100",), "different"),
    (r"e^{-x}", "0", ("x > 10000",), "different"),
    (r"\sum_{i=1}^3 \sigma(x_i)", "3", (r"x \in R^3", "x_i > 100"), "different"),
    (r"\sigma(x)", "1", ("x > 1000",), "undecided"),
    ("1 + e^{-1000}", "1", (), "undecided"),
    ("1 + x^{200}", "1", ("0 < x < 0.1",), "undecided"),
    # what is equal stays so
    (r"\tanh x", "1 - 2/(e^{2x} + 1)", ("x > 50",), "same"),
    (r"\sigma(x) + \sigma(-x)", "1", ("x > 100",), "same"),
    ("e^{50} e^{50}", "e^{100}", (), "same"),
    ("2^{100}", "4^{50}", (), "same"),
    ("0.9^{2t}", "0.81^t", (r"t \in \mathbb{N}", "t > 300"), "same"),
    (r"\int_{-\infty}^\infty e^{-x^2} dx", r"\sqrt\pi", (), "same"),
    (r"\sum_{k=0}^\infty 2^{-k}", "2", (), "same"),
]


@pytest.mark.parametrize(("left", "right", "lets", "verdict"), ROWS, ids=[f"{a} {c}" for a, _, c, _ in ROWS])
def test_what_large_exponents_hide(left: str, right: str, lets: tuple[str, ...], verdict: str) -> None:
    assert compare_texts(left, right, lets, 0).verdict == verdict
