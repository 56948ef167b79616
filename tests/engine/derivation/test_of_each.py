"""What sentences say of the entries of vectors that sums run over, and how they introduce symbols."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

WEIGHTS = r"""{said}

$$\Bigl(\sum_k y_k\Bigr)\log\sum_j e^{{z_j}} = {factor}\log\sum_j e^{{z_j}} .$$
"""
LAYER = r"""For $x \in \mathbb{R}^d$ let $\mu = \frac1d \mathbf{1}^\top x$ and
$\sigma^2 = \frac1d\|x - \mu\mathbf{1}\|^2{sign}$.
The layer returns $$y = \frac{x - \mu\mathbf{1}}{\sigma} .$$ Hence
$$\frac{\partial y}{\partial x} = \frac1\sigma\Bigl(I - \frac1d\mathbf{1}\mathbf{1}^T {last}\frac1d y y^\top\Bigr) .$$
"""
BITS = r"""Joint distribution of two bits $X$, $Y$.

$$ H(X) - H(X \mid Y) = H(X) + H(Y) - H(X,Y) . $$
"""


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


@pytest.mark.parametrize("said", [
    r"Scores $z_1, \dots, z_K$. Let $y_k \ge 0$ with $\sum_k y_k = 1$.",
    r"Scores $z_1, \dots, z_K$. Targets $y_k \ge 0$ with $\sum_k y_k = 1$ (soft labels allowed).",
])  # fmt: skip
def test_a_sum_of_one_is_heard(said: str) -> None:
    assert verdicts(WEIGHTS.format(said=said, factor="")) == ["valid"]
    assert verdicts(WEIGHTS.format(said=said, factor="2")) != ["valid"]


def test_a_sum_in_passing_leaves_it_open() -> None:
    said = r"Scores $z_1, \dots, z_K$. The targets $y_k \ge 0$ satisfy $\sum_k y_k = 1$."
    assert verdicts(WEIGHTS.format(said=said, factor="")) == ["undecided"]


@pytest.mark.parametrize("sign", ["", " > 0"])
def test_a_sign_behind_a_definition_is_assumed(sign: str) -> None:
    page = LAYER.replace("{sign}", sign)
    assert verdicts(page.replace("{last}", "-")) == ["valid"]
    assert verdicts(page.replace("{last}", "+")) == ["wrong"]


def test_bits_that_have_a_distribution_are_none() -> None:
    assert verdicts(BITS) == ["valid"]


def test_numbers_of_a_new_pass_contradict_nothing() -> None:
    page = r"""Let $y = u h$, $h = 2$, $u = 3$ and $L = \frac12 (y - 1)^2$.

$$L = \frac12 (6 - 1)^2 = 12.5$$

The new forward pass has $y = 4$, and
$$L = \frac12 (4 - 1)^2 = 4.5 .$$
"""
    assert verdicts(page) == ["valid", "valid", "undecided", "valid"]


def test_what_goes_on_behind_a_proportion_is_claimed() -> None:
    page = r"""The posterior, for $\theta \in (0,1)$, is

$$ p(\theta \mid k) \propto \theta^k (1-\theta)^{n-k} \cdot \theta^{a-1} (1-\theta)^{b-1}
   = \theta^{{last}} (1-\theta)^{n-k+b-1} $$
"""
    assert verdicts(page.replace("{last}", "k+a-1")) == ["valid"]
    assert verdicts(page.replace("{last}", "k+a")) == ["wrong"]


def test_gradients_beside_one_another_are_taken_by_the_same() -> None:
    page = r"""Let $x, w \in \mathbb{R}^d$ and $\ell(w) = \log(1 + e^{-w^\top x})$.

$$\nabla \ell(w) = \frac{1}{1 + e^{-w^\top x}} \nabla e^{-w^\top x} = {sign}\frac{e^{-w^\top x}}{1 + e^{-w^\top x}} x$$
"""
    assert verdicts(page.replace("{sign}", "-")) == ["valid", "valid"]
    assert verdicts(page.replace("{sign}", "")) == ["valid", "wrong"]
