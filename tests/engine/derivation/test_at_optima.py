"""What is said "at the minimum $w^*$" of a w^* that nothing defines, behind the gradient by w."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""Let $H \in \mathbb{R}^{n\times n}$ be symmetric positive definite, $w, b \in \mathbb{R}^n$, $a > 0$.

$$J(w) = \tfrac12 w^\top H w - b^\top w + \tfrac{a}{2} w^\top w$$
$$\nabla J(w) = H w - b + a w$$

{said}
$$(H {sign} a I)NAME = b$$
$$NAME = (H + a I)^{-1} b$$
"""


@pytest.mark.parametrize(("said", "name"), [
    ("At the optimum $w^*$ we have", "w^*"),
    ("At the minimum $\\hat w$:", "\\hat w"),
    ("At the minimum:", "w_{opt}"),
    ("The minimiser $w^\\star$ satisfies", "w^\\star"),
])  # fmt: skip
def test_the_gradient_is_zero_at_an_optimum(said: str, name: str) -> None:
    page = PAGE.replace("{said}", said).replace("NAME", name)
    right, wrong = ([s.verdict for s in check(page.replace("{sign}", sign)).steps] for sign in "+-")
    assert right == ["valid", "valid", "valid"]
    assert wrong == ["valid", "undecided", "valid"]


def test_without_words_nothing_is_zero() -> None:
    page = PAGE.replace("{said}", "").replace("NAME", "w^*").replace("{sign}", "+")
    assert check(page).steps[1].verdict == "undecided"
