"""Inequalities: refuted at a point, or not refuted. Labels by the known inequality, or by a point found by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solvers.equality.judged import Row, U, V, W, judged

X, Y = r"x \in \mathbb{R}^n", r"y \in \mathbb{R}^n"
A, B = r"A \in \mathbb{R}^{n \times n}", r"B \in \mathbb{R}^{n \times n}"
P, Q = r"p \in \Delta^n", r"q \in \Delta^n"
ROWS: list[Row] = [
    (r"||x| - |y|| \le |x - y|", (), V),
    (r"||x| - |y|| \le |x| - |y|", (), W),
    (r"x < a", (r"x \in [0, a]", "a > 0"), W),  # x = a
    (r"x < a", (r"x \in [0, a)", "a > 0"), V),
    (r"b > 0", (r"a \ge b \ge 0",), W),
    (r"\sin x \ge 0", (r"0 \le x \le \pi",), V),
    (r"e^x > x^e", ("x > 0",), "undecided"),  # they touch at x = e
    (r"\sin x < 1", (), "undecided"),  # at pi/2
    (r"\tanh x < 1", (), V),
    (r"n \le 100", (r"n \in \mathbb{N}",), W),
    (r"n \log 0.95 \ge \log 0.05", (r"n \in \mathbb{N}",), W),  # n >= 59
    (r"n \ge 1", (r"n \in \mathbb{N}",), V),
    (r"\sum_{k=1}^n \frac{1}{k} \le 4", (), W),  # n >= 31
    (r"\sum_{k=1}^n \frac{1}{k^2} \le 2", (), V),
    (r"\sum_{k=1}^n q^k \le 10", ("0 < q < 1",), W),  # q near 1, and many terms
    (r"\sum_{k=1}^n q^k \le \frac{q}{1-q}", ("0 < q < 1",), V),
    (r"n! \ge 2^{n-1}", (r"n \in \mathbb{N}",), V),
    (r"h_i^2 \ge 0", (r"W \in \mathbb{R}^{m \times d}", r"x \in \mathbb{R}^d", "h = W x"), V),
    (r"h_i^2 \le 1", (r"W \in \mathbb{R}^{m \times d}", r"x \in \mathbb{R}^d", "h = W x"), W),
    (r"h_i \ne 7", (r"W \in \mathbb{R}^{m \times d}", r"x \in \mathbb{R}^d", "h = W x"), W),
    (r"x^2 + y^2 \ge 2 x y", (), V),
    (r"x^2 + y^2 > 2 x y", (), W),  # equal at x = y
    (r"x^2 \ge x", (), W),  # x = 1/2
    (r"x^2 \ge x", ("x > 1",), V),
    (r"x^2 \ge 0", (), V),
    (r"x^2 > 0", (), W),  # x = 0
    (r"x^2 > 0", ("x > 0",), V),
    (r"e^x \ge 1 + x", (), V),
    (r"e^x \ge 1 + x + x^2/2", (), W),  # x < 0
    (r"e^x \ge 1.0001 + x", (), W),  # at x = 0 only nearly
    (r"x^2 - 3.1 x + 2.4 \ge 0", (), W),  # negative between 1.5 and 1.6 alone
    (r"x^2 - 3.1 x + 2.41 \ge 0", (), V),  # the least value is 0.0075
    (r"\log x \le x - 1", ("x > 0",), V),
    (r"\log x < x - 1", ("x > 0",), W),  # x = 1
    (r"\log x \ge 1 - 1/x", ("x > 0",), V),
    (r"\log x \ge 1 - 1/x^2", ("x > 0",), W),
    (r"\sigma(x) < 1", (), V),
    (r"\sigma(x) > 0", (), V),
    (r"\sigma(x) \le 1/2", (), W),
    (r"\sigma'(x) \le 1/4", (), V),
    (r"\sigma'(x) < 1/4", (), W),  # x = 0
    (r"\tanh'(x) \le 1", (), V),
    (r"|\tanh(x)| \le |x|", (), V),
    (r"|\sin x| \le |x|", (), V),
    (r"\cos x \ge 1 - x^2/2", (), V),
    (r"\max(x, 0) \ge x", (), V),
    (r"\max(x, 0) > x", (), W),
    ("softplus(x) > max(x, 0)", (), V),
    ("softplus(x) >= max(x, 0) + 1/10", (), W),  # log 2 at 0, but it dies away
    (r"|a + b| \le |a| + |b|", (), V),
    (r"|a + b| \ge |a| + |b|", (), W),
    (r"|a - b| \ge |a| - |b|", (), V),
    (r"\sqrt{a b} \le (a + b)/2", ("a > 0", "b > 0"), V),
    (r"\sqrt{a b} \ge (a + b)/2", ("a > 0", "b > 0"), W),
    (r"x < x + 1", (), V),
    (r"x \le x", (), V),
    (r"x < x", (), W),
    (r"(a+b)^2 \le 2 a^2 + 2 b^2", (), V),
    (r"(a+b)^2 \le a^2 + b^2", (), W),
    (r"|x^\top y| \le \|x\|_2 \|y\|_2", (X, Y), V),
    (r"\|x\|_2 \le \|x\|_1", (X,), V),
    (r"\|x\|_1 \le \|x\|_2", (X,), W),
    (r"\|x\|_1 \le \sqrt{n} \|x\|_2", (X,), V),
    (r"\|x + y\|_2 \le \|x\|_2 + \|y\|_2", (X, Y), V),
    (r"\|x + y\|_2 \ge \|x\|_2 - \|y\|_2", (X, Y), V),
    (r"\|x - y\|_2^2 \le \|x\|_2^2 + \|y\|_2^2", (X, Y), W),
    (r"x^\top A^\top A x \ge 0", (A, X), V),
    (r"x^\top A x \ge 0", (A, X), W),
    (r"\|A x\|_2 \le \|A\|_F \|x\|_2", (A, X), V),
    (r"-\sum_{i=1}^n p_i \log p_i \ge 0", (P,), V),
    (r"-\sum_{i=1}^n p_i \log p_i \le \log n", (P,), V),
    (r"-\sum_{i=1}^n p_i \log p_i < \log n", (P,), W),  # equal where p is uniform
    (r"\sum_{i=1}^n p_i \log p_i \le 0", (P, "p_i > 0"), V),
    (r"\sum_{i=1}^n p_i \log p_i \le 0", (X.replace("x", "p"), "p_i > 0"), W),
    (r"D_{KL}(p \| q) \ge 0", (P, Q), V),
    (r"D_{KL}(p \| q) \ge D_{KL}(q \| p)", (P, Q), W),
    (r"\log \sum_{i=1}^n p_i e^{x_i} \ge \sum_{i=1}^n p_i x_i", (P, X), V),  # Jensen
    (r"\log \sum_{i=1}^n p_i e^{x_i} \le \sum_{i=1}^n p_i x_i", (P, X), W),
    (r"(\sum_{i=1}^n p_i x_i)^2 \le \sum_{i=1}^n p_i x_i^2", (P, X), V),
    (r"(\sum_{i=1}^n x_i)^2 \le \sum_{i=1}^n x_i^2", (X,), W),
    (r"p (1 - p) \le 1/4", ("0 < p < 1",), V),
    (r"p (1 - p) < 1/4", ("0 < p < 1",), W),  # p = 1/2
    (r"p (1 - p) > 0", ("0 < p < 1",), V),
    (r"p (1 - p) > 0", (), W),
    (r"x_i^2 \ge 0", (X,), V),
    (r"x_i \ge 0", (X,), W),
    (r"x \ge 0", (X,), W),
    (r"x \odot x \ge 0", (X,), V),
    (r"\log x \le x", (), V),  # where the logarithm is defined
    (r"\log(-x^2) \le x", (), U),
    ("10^{400} > 1", (), V),  # too large for float64
    ("10^{400} > 10^{401}", (), W),
    (r"9^{9^9} \le 8^{9^9}", (), U),
    (r"\sum_{i=1}^{100000} i \ge 0", (), U),
    (r"x^2 \ge x", (r"x \in \{0, 1\}",), V),
    (r"x + y \ne 3", (r"x \in \{0, 1\}", r"y \in \{0, 1\}"), V),
    (r"x + y \ne 2", (r"x \in \{0, 1\}", r"y \in \{0, 1\}"), W),
    (r"2^n \ge n^2", (r"n \in \mathbb{N}",), W),  # n = 3
    (r"2^n > n", (r"n \in \mathbb{N}",), V),
    (r"\det(A)^2 \ge 0", (A,), V),
    (r"\log \sum_{i=1}^n e^{x_i} \ge \max(x)", (X,), V),
    (r"\log \sum_{i=1}^n e^{x_i} \le \max(x) + \log n", (X,), V),
    (r"\log \sum_{i=1}^n e^{x_i} < \max(x) + \log n", (X,), W),  # equal entries
    (r"x^2 - 3.1 x + 2.4025 > 0", (), W),  # a double root at 1.55
    (r"(x - 40)^2 \ge 1/100", (), W),
    (r"x \ne x + 1", (), V),
    (r"x \ne 0", (), W),
    (r"e^x \ne 0", (), V),
    (r"x \ne x^2", (), W),
    (r"A B \ne B A", (A, B), V),
    (r"(A B)^\top \ne B^\top A^\top", (A, B), W),
    (r"(A B)^\top \ne A^\top B^\top", (A, B), V),
    (r"x^3 \ne 7", (), U),  # they cross somewhere
]  # fmt: skip


def test_an_inequality_is_never_called_proved() -> None:
    assert judged(r"x^2 \ge 0").evidence.startswith("not refuted at ")


def test_points_too_close_to_call_are_not_called_equal() -> None:
    """tanh(300) differs from 1 beyond two hundred digits: such a point neither refutes nor counts."""
    found = judged(r"|\tanh(x)| < 1")
    assert found.verdict == V
    assert "equality" not in found.evidence


def test_a_counterexample_is_one() -> None:
    point = judged(r"x^2 \ge x").counterexample
    assert point is not None
    assert point["left"] == pytest.approx(point["x"] ** 2)
    assert point["left"] < point["right"] == point["x"]


def test_the_same_seed_gives_the_same_verdict() -> None:
    assert judged(r"\|x\|_1 \le \|x\|_2", (X,), 4) == judged(r"\|x\|_1 \le \|x\|_2", (X,), 4)


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-20, 20))
@settings(max_examples=40, deadline=None)
def test_a_parabola_is_refuted_exactly_where_it_dips_below(a: int, b: int, c: int) -> None:
    """a x^2 + b x + c >= 0 for all x: by the discriminant."""
    holds = (a > 0 and b * b <= 4 * a * c) or (a == 0 and b == 0 and c >= 0)
    found = judged(f"({a}) x^2 + ({b}) x + ({c}) >= 0")
    assert (found.verdict == V) == holds, found
    if found.counterexample is not None:
        x = found.counterexample.get("x", 0)
        assert a * x * x + b * x + c < 1e-9 * max(1.0, math.fabs(x) ** 2)


@given(st.integers(-9, 9), st.integers(-9, 9))
@settings(max_examples=40, deadline=None)
def test_whole_numbers_are_compared_as_they_are(a: int, b: int) -> None:
    for sign, holds in (("<", a < b), ("<=", a <= b), (">", a > b), (">=", a >= b), ("!=", a != b)):
        assert (judged(f"{a} {sign} {b}").verdict == V) == holds
