"""Pages of rules: all matrices of one size, functions that are given anew line by line."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_RULES = (
    "(1) $f = \\mathrm{tr}(AXB)$.\n\n$$\\nabla_X f = A^T B^T$$\n\n"
    "(2) $f = \\mathrm{tr}(X^T A X)$.\n\n$$\\nabla_X f = (A + A^T) X$$\n\n"
    "(3) $f = \\mathrm{tr}(A X^{-1})$. One gets\n\n$$\\nabla_X f = -X^{-T} A^T X^{-T}$$\n\n"
    "$$\\nabla_X f = -X^{-1} A X^{-1}$$"
)


@pytest.mark.parametrize(
    "said",
    [
        "All matrices are real and square ($n\\times n$), with no symmetry assumed.",
        "All matrices are $n \\times n$.",
        "Capital letters are square matrices of size $n \\times n$.".replace("Capital", "All capital"),
        "Let $A, B, X \\in \\mathbb{R}^{n\\times n}$.",
    ],
)
def test_functions_given_anew_rule_by_rule(said: str) -> None:
    found = [step.verdict for step in check(f"{said}\n\n{_RULES}").steps]
    assert found == ["valid", "valid", "valid", "wrong"]


def test_steps_of_one_derivation_are_no_functions_given_anew() -> None:
    page = (
        "Let $y \\in \\mathbb{R}^n$, $X \\in \\mathbb{R}^{n\\times d}$, $w \\in \\mathbb{R}^d$.\n\n"
        "(1) $f = (y - Xw)^T (y - Xw)$.\n\n(2) $f = y^T y - y^T X w + w^T X^T X w$.\n\n"
        "$$\\nabla_w f = -2 X^T y + 2 X^T X w$$"
    )
    assert "wrong" in [step.verdict for step in check(page).steps]
