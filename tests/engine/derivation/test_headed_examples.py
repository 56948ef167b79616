"""Examples in numbers below words of their own: "*Example.* $x = (1, 2, 0, 3)$, ..."."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""Input $x_0,\dots,x_{N-1}$, kernel $w_0,\dots,w_{K-1}$:

$$y_i = \sum_{k=0}^{K-1} w_k\, x_{i+k}, \qquad i = 0,\dots,N-K$$

Denote $g_i = \partial L/\partial y_i$, and set $g_i = 0$ outside $0..N-K$.

Inputs: $$\frac{\partial L}{\partial x_j} = \sum_{k=0}^{K-1} g_{j{sign}k}\, w_k$$

{head} $x = (1, 2, 0, 3)$, $w = (1, -1)$, so
$$y = (-1, 2, {last})$$
"""


@pytest.mark.parametrize("head", ["*Example.*", "**Numerical example**\n\nLet", "### Example\n\nTake", "*Check.* With"])
def test_examples_below_a_word(head: str) -> None:
    page = PAGE.replace("{head}", head)
    for sign, last, found in (
        ("-", "-3", ["valid"] * 2),
        ("+", "-3", ["wrong", "valid"]),
        ("-", "3", ["valid", "wrong"]),
    ):
        told = check(page.replace("{sign}", sign).replace("{last}", last))
        assert [step.verdict for step in told.steps] == found
