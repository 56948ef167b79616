"""A thin SVD in words, and labels that are numbers of the page."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = r"""{said}

$$X^T X = V\Sigma^2 V^T$$
$$(X^T X)^{-1}X^T = V\Sigma^{power}U^T$$
Hence
$$\hat w = \sum_{i=1}^d \frac{u_i^T y}{\sigma_i}\, v_i$$
$$X\hat w = U{turned}U^T y$$
For ridge with $\lambda > 0$
$$\hat w_\lambda = (X^T X + \lambda I)^{-1}X^T y$$
$$\hat w_\lambda = V(\Sigma^2 {sign} \lambda I)^{-1}\Sigma U^T y$$
"""
RANK = (
    r"$X = U\Sigma V^T$ is the thin SVD of the $n\times d$ data matrix, $X$ has rank $d$, singular values "
    r"$\sigma_1,\dots,\sigma_d > 0$; $u_i$, $v_i$ are the columns of $U$, $V$."
)
FULL = (
    r"Let $X = U\Sigma V^T$ be the reduced singular value decomposition of the $n \times d$ matrix $X$ of full column "
    r"rank, with singular values $\sigma_1 \ge \dots \ge \sigma_d$. Let $u_i$ and $v_i$ be the columns of $U$ and $V$."
)


def verdicts(said: str, power: str = "{-1}", turned: str = "", sign: str = "+") -> list[str]:
    page = PAGE.replace("{said}", said).replace("{power}", power).replace("{turned}", turned).replace("{sign}", sign)
    return [step.verdict for step in check(page).steps]


@pytest.mark.parametrize("said", [RANK, FULL])
def test_a_thin_svd(said: str) -> None:
    assert verdicts(said) == ["valid"] * 4
    assert verdicts(said, power="{-2}") == ["valid", "wrong", "valid", "valid"]
    assert verdicts(said, turned="U^T U")[2] == "valid"
    assert verdicts(said, turned="\\Sigma ") == ["valid", "valid", "wrong", "valid"]
    assert verdicts(said, sign="-") == ["valid", "valid", "valid", "wrong"]


def test_without_its_rank_nothing_is_told() -> None:
    assert "wrong" not in verdicts(RANK.replace("$X$ has rank $d$, ", ""))


def test_a_label_that_is_a_number_is_no_index() -> None:
    page = r"""Let $X \in \mathbb{R}^{n\times d}$, $y \in \mathbb{R}^n$, $\lambda > 0$.

$$\hat w = X^T y$$
$$\hat w_\lambda = (X^T X + \lambda I)^{-1}X^T y$$
$$(X^T X {sign} \lambda I) \hat w_\lambda = \hat w$$
"""
    assert [step.verdict for step in check(page.replace("{sign}", "+")).steps] == ["valid"]
    assert [step.verdict for step in check(page.replace("{sign}", "-")).steps] == ["wrong"]
