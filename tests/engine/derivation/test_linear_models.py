"""Linear models with noise of a covariance."""

from __future__ import annotations

from engine.derivation.check import check


def test_noise_and_coefficients_have_the_sizes_of_the_design() -> None:
    page = (
        "The model is $y = X\\beta + e$ with $X \\in \\mathbb{R}^{n\\times p}$ of full column rank, "
        "$\\mathbb E[e]=0$ and $\\operatorname{Cov}(e)=\\sigma^2 I$. Write $M = (X^T X)^{-1} X^T$.\n\n"
        "$$\\mathbb E[My] = \\beta$$\n\n$$\\mathbb E[My] = X \\beta$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
