"""Entropies of variables with any law: the sums that they are; and pages that suppose more, which are left alone."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

V, W = "valid", "wrong"
JOINT = "Let $p(x,y)$ be the joint distribution of $X$ and $Y$.\n\n"
ROWS = [
    ("H(X,Y) = -\\sum_{x,y} p(x,y) \\log p(x) - \\sum_{x,y} p(x,y) \\log p(y \\mid x) = H(X) + H(Y \\mid X)", [V, V]),
    ("H(X,Y) = H(X) + H(Y)", [W]),
    ("I(X;Y) = H(X) + H(Y) - H(X,Y)", [V]),
    ("I(X;Y) = H(X) + H(Y) + H(X,Y)", [W]),
    ("I(X;Y) = H(Y) - H(Y|X)", [V]),
    ("I(X;Y) = H(Y) - H(X|Y)", [W]),
    ("H(X|Y) \\ge H(X)", [W]),
    ("I(X;Y) = \\sum_{x,y}p(x,y)\\log\\frac{p(x,y)}{p(x)\\,p(y)} \\ge 0", [V, V]),
    ("I(X;Y) = \\sum_{x,y}p(x,y)\\log\\frac{p(x)\\,p(y)}{p(x,y)}", [W]),
]


@pytest.mark.parametrize(("claim", "verdicts"), ROWS)
def test_of_any_law(claim: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(f"{JOINT}$${claim}$$").steps] == verdicts


def test_a_definition_that_is_recalled() -> None:
    page = JOINT.replace(".\n", ". We write $H(X) = -\\sum_x p(x) \\log p(x)$.\n")
    report = check(f"{page}$$H(X,Y) = H(X) + H(Y|X)$$\n\n$$H(X,Y) = H(X) - H(Y|X)$$")
    assert [step.verdict for step in report.steps] == [V, W]


@pytest.mark.parametrize(
    "said",
    [
        "Suppose that $X$ and $Y$ are independent.",
        "Let $Y$ be a function of $X$.",
        "For independent variables we have",
        "Let $X = Y$.",
        "With a different convention $H(X) = \\sum_x p(x) \\log p(x)$.",
    ],
)
def test_where_more_is_supposed(said: str) -> None:
    report = check(f"{JOINT}{said}\n\n$$H(X,Y) = H(X) + H(Y)$$\n\n$$I(X;Y) = 0$$\n\n$$H(Y|X) = 0$$")
    assert W not in {step.verdict for step in report.steps}
