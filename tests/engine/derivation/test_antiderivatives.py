"""Integrals without limits: right up to a constant, and slips in them found."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


@pytest.mark.parametrize(("line", "verdicts"), [
    (r"\int e^{a x}\, dx = \frac1a e^{ax} + C", ["valid"]),
    (r"\int e^{a x}\, dx = a e^{ax}", ["wrong"]),
    (r"\int x e^x dx = x e^x - \int e^x dx = (x - 1) e^x + C", ["valid", "valid"]),
    (r"\int x e^x dx = x e^x + \int e^x dx", ["wrong"]),
    (r"\int \frac{1}{1+e^{-x}} dx = \log(1 + e^x) + C", ["valid"]),
    (r"\int \tanh(x) dx = \log\cosh(x)", ["valid"]),
    (r"2 \int x^2 dx = \frac{2 x^3}{3} + C", ["valid"]),
    (r"\int x^2 dx = \frac{x^3}{2}", ["wrong"]),
])  # fmt: skip
def test_by_derivatives(line: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(f"Let $a \\ne 0$.\n\n$${line}$$\n", latex=False).steps] == verdicts


def test_over_all_x_it_is_a_number() -> None:
    page = r"Let $p(x) = \frac{1}{\sqrt{2\pi}} e^{-x^2/2}$." + "\n\n" + r"$$\int p(x) dx = 1$$" + "\n"
    assert [step.verdict for step in check(page, latex=False).steps] == ["valid"]
