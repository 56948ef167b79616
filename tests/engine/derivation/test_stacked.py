"""Examples and the matrix that they are stacked in, as people say it; sums over them, with limits or without."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PRODUCT = r"""Let $x_n \in \mathbb{R}^d$ for $n = 1, \dots, N$ WORDS. Then

$$X^T X = \sum_n x_n x_n^T$$

$$X^T X = 2 \sum_n x_n x_n^T$$
"""
LOGISTIC = r"""Logistic regression: TOLDlabels $y_n \in \{0,1\}$, $p_n = \sigma(w^T x_n)$.

$$\ell(w) = \sum_{n=1}^N \left( y_n \log p_n + (1 - y_n) \log(1 - p_n) \right)$$

$$\nabla \ell = \sum_n (y_n - p_n) x_n$$

$$\nabla^2 \ell = -\sum_n p_n (1 - p_n) x_n x_n^T$$
"""


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text, latex=False).steps]


@pytest.mark.parametrize("words", [
    "and $X$ the matrix with rows $x_n^T$", r"and let $X$ be the matrix whose rows are $x_n^\top$",
    "stacked as rows of $X$", r"and $X$ the design matrix whose $n$-th row is $x_n^\top$",
    "and collect them as rows in $X$", r"and the data matrix $X$ with the $x_n^\top$ as rows",
    r"and $X = [x_1, \dots, x_N]^\top$",
])  # fmt: skip
def test_rows_say_what_the_matrix_is(words: str) -> None:
    assert verdicts(PRODUCT.replace("WORDS", words)) == ["valid", "wrong"]


@pytest.mark.parametrize("told", ["", r"$w, x_n \in \mathbb{R}^d$, "])
def test_sums_run_as_those_with_limits(told: str) -> None:
    page = LOGISTIC.replace("TOLD", told)
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("= -", "= ")) == ["valid", "wrong"]
    assert verdicts(page.replace("(y_n - p_n)", "(p_n - y_n)")) == ["wrong", "valid"]


def test_a_constraint_stays_behind_a_gradient() -> None:
    page = r"""Let $S$ be a symmetric $d \times d$ matrix. Maximise $u^T S u$ subject to $u^T u = 1$. The Lagrangian is

$$\mathcal L(u, \lambda) = u^T S u + \lambda (1 - u^T u)$$

$$\nabla_u \mathcal L = 2 S u - 2 \lambda u$$

Setting it to zero gives $S u = \lambda u$ and therefore

$$u^T S u = \lambda$$
"""
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("u^T S u = ", "u^T S u = 2 ")) == ["valid", "wrong"]
