"""Vectors that words name without a size."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""{said}, $\sigma$ = logistic sigmoid.

$$J = -\log\sigma(u_o^T v_c) - \sum_{k=1}^K \log\sigma(-u_k^T v_c)$$

$$\frac{\partial J}{\partial v_c} = (\sigma(u_o^T v_c) - 1)\,u_o {sign} \sum_{k=1}^K \sigma(u_k^T v_c)\,u_k$$
$$\frac{\partial J}{\partial u_k} = \sigma({inner}u_k^T v_c)\,v_c$$
"""


@pytest.mark.parametrize("said", [
    "Center vector $v_c$, outside vector $u_o$, negatives $u_1,\\dots,u_K$ (all distinct from $u_o$)",
    "The vectors $v_c$ and $u_o$ belong to two words, and there are negative samples $u_1, \\dots, u_K$",
])  # fmt: skip
def test_vectors_that_are_multiplied_are_of_one_size(said: str) -> None:
    page = PAGE.replace("{said}", said)
    right, turned, outer = (
        [step.verdict for step in check(page.replace("{sign}", sign).replace("{inner}", inner)).steps]
        for sign, inner in (("+", ""), ("+", "-"), ("-", ""))
    )
    assert right == ["valid", "valid"]
    assert turned == ["valid", "wrong"]
    assert outer == ["wrong", "valid"]


def test_a_size_of_the_page_is_not_another_one() -> None:
    page = "Query vector $q$, key vector $k$.\n\n$$s = q^T k / \\sqrt{d}$$\n"
    page += "\n$$\\frac{\\partial s}{\\partial q} = k/\\sqrt d$$\n"
    assert "wrong" not in [step.verdict for step in check(page).steps]
