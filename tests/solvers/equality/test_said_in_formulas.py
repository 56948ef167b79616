"""Declarations in sentences that say what a formula says, and laws of which two moments are read."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

SAME = [
    ("v^T A v", r"\lambda", [r"v is a unit eigenvector of the matrix A with eigenvalue \lambda"]),
    ("A^2 v", r"\mu^2 v", [r"\mu is an eigenvalue of A with eigenvector v"]),
    ("X^T X w", "s w", ["w is an eigenvector of X^T X for the eigenvalue s", "X in R^{m x n}"]),
    ("(A + I) u", "(k + 1) u", ["(k, u) is an eigenpair of A", "A in R^{n x n}"]),
    ("y^2", "1", ["y is either 1 or -1"]), ("v^2 h", "v h", ["v and h are binary, 0 or 1"]),
    (r"\sum_{i=1}^n (x_i - \bar x)", "0", [r"\bar x is the average of x_1, \dots, x_n"]),
    (r"\bar x", r"\frac{x_1 + x_2 + x_3}{3}", [r"\bar x = \frac1n\sum_i x_i", "n = 3"]),
    (r"\nabla_z f", "g(z)", ["g(z) = 1 if z > 0 and 0 otherwise", "f = max(0, z)"]),
    ("|c|", "c", ["c is at least 2"]), ("x^T x", r"\sum_i x_i^2", ["x is a column vector with K entries"]),
    ("P^2", "P", ["P = A (A^T A)^(-1) A^T", "A is an m × n matrix with linearly independent columns"]),
    ("Var(X + Y)", "a + b", ["X ~ Poisson(a)", "Y ~ Poisson(b)", "X, Y independent"]),
    (r"\mathrm{Var}(\frac1n\sum_{i=1}^n X_i)", r"\frac{\lambda}{n}", [r"X_i \sim \mathrm{Poisson}(\lambda) i.i.d."]),
    ("E[X^2]", r"2/\lambda^2", [r"X \sim \operatorname{Exp}(\lambda)"]), ("Var(X)", "n p (1-p)", ["X ~ Bin(n, p)"]),
    ("E[X]", "a/(a+b)", ["X ~ Beta(a, b)", "a, b > 0"]), ("Var(X)", "2 b^2", ["X ~ Laplace(m, b)"]),
]  # fmt: skip
DIFFERENT = [
    ("v^T A v", r"2\lambda", [r"v is a unit eigenvector of A with eigenvalue \lambda"]),
    ("(A + c I) v", "(s - c) v", ["v is an eigenvector of A with eigenvalue s", "A is an n x n matrix"]),
    ("y", "1", ["y is either 1 or -1"]),
    ("Var(X + Y)", "a - b", ["X ~ Poisson(a)", "Y ~ Poisson(b)", "X, Y independent"]),
    ("Var(X)", "n p", ["X ~ Bin(n, p)"]), (r"\bar x", "x_1", [r"\bar x is the mean of x_1, \dots, x_n"]),
]  # fmt: skip
OPEN = [  # true, and false, of the law that is named
    ("E[X^3]", r"\lambda^3+3\lambda^2+\lambda", [r"X \sim \mathrm{Poisson}(\lambda)"]),
    ("E[X^3]", r"\lambda", [r"X \sim \mathrm{Poisson}(\lambda)"]),
    ("E[e^{tX}]", r"e^{\lambda(e^t-1)}", [r"X \sim \mathrm{Poisson}(\lambda)"]),
]


@pytest.mark.parametrize(("a", "b", "lets"), SAME)
def test_what_holds_is_the_same(a: str, b: str, lets: list[str]) -> None:
    assert compare_texts(a, b, lets).verdict == "same"


@pytest.mark.parametrize(("a", "b", "lets"), DIFFERENT)
def test_what_does_not_hold_is_different(a: str, b: str, lets: list[str]) -> None:
    assert compare_texts(a, b, lets).verdict == "different"


@pytest.mark.parametrize(("a", "b", "lets"), OPEN)
def test_of_two_moments_no_third_one_is_told(a: str, b: str, lets: list[str]) -> None:
    assert compare_texts(a, b, lets).verdict == "undecided"


@pytest.mark.parametrize("let", ["v is an eigenvector of A", "y is either blue or red", "X ~ Poisson(a, b)"])
def test_what_is_not_understood_is_said(let: str) -> None:
    assert compare_texts("x", "x + 1", [let]).verdict == "unreadable"
