"""Linear models with noise of a covariance, and conditions that are met anyway."""

from __future__ import annotations

from engine.derivation.check import check


def test_noise_and_coefficients_have_the_sizes_of_the_design() -> None:
    page = (
        "The model is $y = X\\beta + e$ with $X \\in \\mathbb{R}^{n\\times p}$ of full column rank, "
        "$\\mathbb E[e]=0$ and $\\operatorname{Cov}(e)=\\sigma^2 I$. Write $M = (X^T X)^{-1} X^T$.\n\n"
        "$$\\mathbb E[My] = \\beta$$\n\n$$\\mathbb E[My] = X \\beta$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]


def test_a_condition_that_is_met_anyway_beside_orthonormal_columns() -> None:
    page = (
        "Let $x_1, \\dots, x_N \\in \\mathbb{R}^d$ be centred and $S = \\frac1N\\sum_n x_n x_n^T$. We look for the "
        "unit vector $u$ with the largest variance.\n\n$$\\frac1N\\sum_n (u^T x_n)^2 = u^T S u$$\n\n"
        "Lagrangian with multiplier $\\lambda$ for $u^T u=1$:\n\n"
        "$$\\mathcal L(u, \\lambda) = u^T S u - \\lambda (u^T u - 1)$$\n\n"
        "$$\\nabla_u \\mathcal L = 2 S u - 2 \\lambda u$$\n\nLet $U$ be $d\\times k$ with $U^T U = I$. Then\n\n"
        "$$\\frac1N\\sum_n \\|x_n - U U^T x_n\\|^2 = \\mathrm{tr}(S) - \\mathrm{tr}(U^T S U)$$\n\n"
        "$$\\frac1N\\sum_n \\|x_n - U U^T x_n\\|^2 = \\mathrm{tr}(S) - 2\\,\\mathrm{tr}(U^T S U)$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "valid", "wrong"]
