"""Limits of (1 + a/n)^{b n}, against what large n come to."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

from solvers.equality import compare_texts

LIMITS = [
    (r"(1+1/n)^n", "e"), (r"(1+\frac{x}{n})^n", "e^x"), (r"(1-\frac1n)^n", "e^{-1}"), (r"1-(1-\frac1n)^n", "1-1/e"),
    (r"(1+\frac{2}{n})^{3n}", "e^6"), (r"(1-\frac{a}{2n})^{n}", "e^{-a/2}"), (r"x(1+\frac{1}{n})^{2n}", "x e^2"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "limit"), LIMITS)
def test_it_is_known_and_no_other(body: str, limit: str) -> None:
    assert compare_texts(rf"\lim_{{n\to\infty}} \left({body}\right)", limit, ()).verdict == "same"
    assert compare_texts(rf"\lim_{{n\to\infty}} \left({body}\right)", f"{limit} + 1/9", ()).verdict == "different"


@pytest.mark.parametrize("body", [r"(1+\frac{2}{n})^{n+1}", r"(1+\frac{1}{n^2})^{n}", r"(1 + \frac{a}{n})^n"])
def test_of_others_nothing_is_said(body: str) -> None:
    assert compare_texts(rf"\lim_{{n\to\infty}} {body}", "e", ("a = 1/n",)).verdict == "undecided"


@pytest.mark.parametrize(("a", "b"), [(1, 1), (-1, 1), (2, 3), ("-0.5", 2)])
def test_the_rule_itself(a: float | str, b: int) -> None:
    with mp.workdps(30):
        n = mpf(10) ** 12
        assert abs((1 + mpf(a) / n) ** (b * n) - mp.exp(mpf(a) * b)) < 1e-8 * mp.exp(abs(mpf(a)) * b)
