"""Functions that a page names by another one: \\phi = \\tanh, "where g is the sigmoid"."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

LAYER = "Let $W\\in\\mathbb{R}^{m\\times n}$, $x\\in\\mathbb{R}^n$, $c\\in\\mathbb{R}^m$"
ROWS = [
    ("Let $y=a\\phi(wx)$ with $\\phi=\\tanh$.", "\\frac{\\partial y}{\\partial w}=ax(1-\\tanh^2(wx))", "valid"),
    ("Let $y=a\\phi(wx)$ with $\\phi=\\tanh$.", "\\frac{\\partial y}{\\partial w}=ax(1+\\tanh^2(wx))", "wrong"),
    ("A neuron computes $y=g(wx+b)$ with $g=\\sigma$.", "\\frac{dy}{dw}=xy(1-y)", "valid"),
    ("$y=\\phi(wx)$, $\\phi=\\tanh$.", "\\frac{dy}{dw}=x(1-y^2)", "valid"),
    (f"{LAYER}, where $\\phi$ is tanh, $L=c^\\top\\phi(Wx)$.",
     "\\nabla_xL=W^\\top\\left((1-\\phi(Wx)^2)\\odot c\\right)", "valid"),
    (f"{LAYER}, $L=c^\\top\\phi(Wx)$ with $\\phi = \\mathrm{{ReLU}}$.",
     "\\nabla_xL=W^\\top\\left(\\mathbb{1}[Wx>0]\\odot c\\right)", "valid"),
    ("Let $f$ be the sigmoid function.", "f'(z)=f(z)(1-f(z))", "valid"),
    ("Let $f$ denote the ReLU.", "f(x) = \\max(0,x)", "valid"),
    ("$\\phi=\\tanh$ applied elementwise.", "\\phi'(x) = 1 + \\phi(x)^2", "wrong"),
    ("Let $\\sigma$ be the sigmoid.", "\\sigma'(z) = \\sigma(z)(1+\\sigma(z))", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "shown", "verdict"), ROWS, ids=[row[0] + row[1] for row in ROWS])
def test_a_function_that_is_named(said: str, shown: str, verdict: str) -> None:
    assert [step.verdict for step in check(f"{said}\n\n$${shown}$$\n").steps] == [verdict]


def test_a_number_of_that_name_stays_one() -> None:
    assert [step.verdict for step in check("Let $s=\\sigma$.\n\n$$s^2 = \\sigma^2$$\n").steps] == ["valid"]
