"""Integrals whose differential stands in the numerator, and those with a pole at a limit."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_PAGES = [
    ("\\int_0^T \\frac{dt}{\\sqrt t}", "2\\sqrt{T}", "\\sqrt{T}"),
    ("\\int_1^2 \\frac{\\mathrm{d}x}{x^2}", "\\frac12", "1"),
    ("\\int_0^1 \\frac{x\\,dx}{1+x^2}", "\\frac12 \\log 2", "\\log 2"),
    ("\\int_1^2 dx/x", "\\log 2", "\\log 3"),
    ("\\int_1^2 \\frac{dx}{x} \\cdot 3 + 1", "3\\log 2 + 1", "3\\log 2"),
    ("\\frac12 \\int_1^2 \\frac{dx}{x} + \\frac12 \\int_0^1 \\frac{dy}{1+y}", "\\log 2", "2 \\log 2"),
]


@pytest.mark.parametrize(("left", "right", "other"), _PAGES)
def test_a_differential_in_the_numerator(left: str, right: str, other: str) -> None:
    page = f"Let $T > 0$.\n\n$${left} = {right}$$\n\n$${left} = {other}$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
