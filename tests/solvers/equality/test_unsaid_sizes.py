"""Matrices of which no size is said, and derivatives by Greek letters on one line."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts


@pytest.mark.parametrize(("a", "b", "let", "verdict"), [
    ("U U^T", "I", "U orthogonal", "same"), ("Q Q^T x", "x", "Q is an orthogonal matrix", "same"),
    ("Q Q^T", "I", r"Q \in \mathbb{R}^{n \times d} orthogonal", "different"),
    ("W^T W", "I", "W has orthonormal columns", "same"), ("W W^T", "I", "W has orthonormal columns", "different"),
    ("W W^T", "I", "W^T W = I", "different"), ("A^T", "A", "A symmetric", "same"),
    ("A^T", "A", "A is an invertible matrix", "different"), ("(B A)^T", "A^T B^T", "A, B are matrices", "same"),
])  # fmt: skip
def test_matrices(a: str, b: str, let: str, verdict: str) -> None:
    assert compare_texts(a, b, [let]).verdict == verdict


@pytest.mark.parametrize(("a", "right", "wrong", "lets"), [
    ("d/dμ (μ³)", "3μ²", "3μ", []), ("d/dθ log(θ)", "1/θ", "θ", []), ("dL/dα", "3α²", "α²", ["L = α³"]),
    ("dλ/dσ", "2σ", "σ", ["λ = σ²"]), (r"d\lambda/d\sigma", r"2\sigma", r"\sigma", [r"\lambda = \sigma^2"]),
    (r"d/d\mu\; \mu^3", r"3\mu^2", r"\mu^2", []), ("d²/dμ² (μ³)", "6μ", "3μ", []),
    ("d/dμ E_{z~N(μ,σ²)}[z³]", "3(μ² + σ²)", "3μ² + σ²", ["σ > 0", "μ ∈ R"]), ("α dβ/dα", "2β", "β", ["β = α²"]),
])  # fmt: skip
def test_derivatives_by_greek_letters(a: str, right: str, wrong: str, lets: list[str]) -> None:
    assert compare_texts(a, right, lets).verdict == "same"
    assert compare_texts(a, wrong, lets).verdict == "different"


def test_letters_above_a_matrix_may_be_indices() -> None:
    lets = [r"W \in \mathbb{R}^{n \times n}"]
    assert compare_texts("W^{ij}", "W^{ji}", lets).verdict == "unreadable"
    assert compare_texts("W^{2k}", "(W^2)^k", [*lets, r"k \in \mathbb{N}"]).verdict == "same"


def test_the_space_of_one_of_two_laws_says_how_large_both_are() -> None:
    first = r"P = \mathcal{N}(\boldsymbol{\mu}_1, \boldsymbol{\Sigma}_1)"
    second = r"Q = \mathcal{N}(\boldsymbol{\mu}_2, \boldsymbol{\Sigma}_2) on \mathbb{R}^d"
    lets = [
        f"{first}, {second}",
        r"\boldsymbol{\Sigma}_1, \boldsymbol{\Sigma}_2 positive definite",
    ]
    divergence = (
        r"\frac12 [\operatorname{tr}(\Sigma_2^{-1} \Sigma_1) + (\mu_2 - \mu_1)^\top \Sigma_2^{-1} (\mu_2 - \mu_1)"
        r" - d + \log\frac{\det \Sigma_2}{\det \Sigma_1}]"
    )
    assert compare_texts(r"D_{KL}(P \| Q)", divergence, lets).verdict == "same"
    assert compare_texts(r"D_{KL}(P \| Q)", divergence.replace(" - d", " + d"), lets).verdict == "different"
