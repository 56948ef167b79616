"""Equations that say what stands in a square or a logarithm: sigma^2 = ..., log lambda_i = ..., log p/(1 - p) = ...."""

from __future__ import annotations

import pytest

from engine.derivation.check import check
from solvers.equality import compare_texts

LINK = "The link is\n\n$$\\log\\lambda_i=\\alpha+\\beta x_i.$$\n\n$$\\frac{\\partial\\lambda_i}{\\partial\\alpha}={}$$"
ODDS = "The model is\n\n$$\\log\\frac{p}{1-p}=a.$$\n\n$$\\frac{dp}{da} = {}$$"
WIDTH = "We set\n\n$$\\log\\sigma^2=s.$$\n\n$$\\frac{d\\sigma}{ds}={}$$"
MEAN = (
    "Batch normalisation computes\n\n$$\\mu=\\frac1m\\sum_{i=1}^m x_i,\\qquad "
    "\\sigma^2=\\frac1m\\sum_{i=1}^m(x_i-\\mu)^2,$$"
    "\n\nwhere we assume $\\sigma>0$.\n\n$$\\frac{\\partial\\sigma^2}{\\partial x_j}={}$$"
)


@pytest.mark.parametrize(("page", "right", "wrong"), [
    (LINK, "\\lambda_i", "\\alpha \\lambda_i"), (ODDS, "p(1-p)", "p(1+p)"), (WIDTH, "\\frac12 \\sigma", "\\sigma"),
    (MEAN, "\\frac2m (x_j-\\mu)", "\\frac1m (x_j-\\mu)"),
])  # fmt: skip
def test_pages(page: str, right: str, wrong: str) -> None:
    for claim, verdict in ((right, "valid"), (wrong, "wrong")):
        assert [step.verdict for step in check(page.replace("{}", claim)).steps] == [verdict]


def test_of_a_declared_number_it_is_a_claim() -> None:
    assert [step.verdict for step in check("Let $z > 0$.\n\n$$\\log z = 2 z$$\n").steps] == ["wrong"]


@pytest.mark.parametrize(("a", "b", "let", "verdict"), [
    ("dp/da", "p(1-p)", "\\log(p/(1-p)) = a", "same"), ("dp/da", "p^2", "\\log(p/(1-p)) = a", "different"),
    (r"\frac{d\lambda}{dx}", r"\beta\lambda", r"\log\lambda=\alpha+\beta x", "same"),
    (r"\frac{d\lambda}{dx}", r"\lambda", r"\log\lambda=\alpha+\beta x", "different"),
])  # fmt: skip
def test_declarations(a: str, b: str, let: str, verdict: str) -> None:
    assert compare_texts(a, b, [let]).verdict == verdict
