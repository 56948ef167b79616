"""Gaussian densities given with a condition, numbers that are multiplied one after the other, names given later."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

TWO = r"""Two classes, $P(C_1) = \pi$, $P(C_0) = 1-\pi$, and $p(x|C_k) = \mathcal N(x\,|\,\mu_k, \Sigma)$.

$$P(C_1|x) = \frac{\pi\, p(x|C_1)}{\pi\, p(x|C_1) + (1-\pi)\, p(x|C_0)} = \frac{1}{1+e^{-a}}$$

with the log odds

$$a = \log\frac{p(x|C_1)}{p(x|C_0)} + \log\frac{\pi}{1-\pi}$$

The normalisation cancels:

$$\log\frac{p(x|C_1)}{p(x|C_0)} = (\mu_1-\mu_0)^T\Sigma^{-1}x
- \tfrac12\mu_1^T\Sigma^{-1}\mu_1 + \tfrac12\mu_0^T\Sigma^{-1}\mu_0$$
"""
PLAIN = r"""Let $x \in \mathbb{R}^d$. The priors are $p(\omega_1) = \pi_1$ and $p(\omega_2) = 1 - \pi_1$, the class
densities are $p(x \mid \omega_i) = \mathcal{N}(x; m_i, S)$.

$$p(x) = \pi_1 p(x \mid \omega_1) + (1 - \pi_1) p(x \mid \omega_2)$$

$$p(\omega_2 \mid x) = 1 - p(\omega_1 \mid x)$$

$$\nabla_x \log p(x \mid \omega_2) = - S^{-1}(x - m_2)$$
"""
CHAIN = r"""Let $\beta_t=1-\alpha_t$ and $\bar\alpha_t=\alpha_1\cdots\alpha_t$, all $\alpha$'s in $(0,1)$, $t \ge 2$.
Also $q(x_t\mid x_{t-1})=\mathcal N(\sqrt{\alpha_t}\,x_{t-1},\beta_t)$ and
$q(x_t\mid x_0)=\mathcal N(\sqrt{\bar\alpha_t}\,x_0,1-\bar\alpha_t)$.

$$q(x_{t-1}\mid x_t,x_0) = \frac{q(x_t\mid x_{t-1})\,q(x_{t-1}\mid x_0)}{q(x_t\mid x_0)}$$

$$\alpha_t(1-\bar\alpha_{t-1}) + \beta_t = 1-\bar\alpha_t$$
"""
RIGHT = [
    (TWO, 3, "classes"),
    (TWO.replace("C_", r"\mathcal{C}_"), 3, "script-classes"),
    (PLAIN, 3, "other-labels"),
    (CHAIN, 2, "chain"),
    (CHAIN.replace(r"all $\alpha$'s in $(0,1)$", r"$0<\alpha_t<1$"), 2, "bound-of-one"),
    (CHAIN.replace(r"all $\alpha$'s in $(0,1)$", r"$\alpha_t \in (0,1)$ for all $t$"), 2, "bound-of-all"),
    (CHAIN.replace(r"\alpha_1\cdots\alpha_t", r"\prod_{s=1}^t \alpha_s"), 2, "product"),
]
WRONG = [
    (TWO.replace("1+e^{-a}", "1+e^{a}"), ["valid", "undecided", "valid"], "either-of-two"),
    (TWO.replace(r"- \tfrac12\mu_1", r"+ \tfrac12\mu_1"), ["valid", "valid", "wrong"], "sign"),
    (TWO.replace(r"\pi\, p(x|C_1)}{\pi", r"p(x|C_1)}{\pi"), ["wrong", "undecided", "valid"], "dropped-prior"),
    (PLAIN.replace("- S^{-1}", "S^{-1}"), ["valid", "valid", "wrong"], "score"),
    (CHAIN.replace(r"x_{t-1})\,q(x_{t-1}\mid x_0)}", r"x_{t-1})\,q(x_t\mid x_0)}"), ["wrong", "valid"], "bayes"),
    (CHAIN.replace(r"+ \beta_t = 1-\bar\alpha_t", r"+ \beta_t = 1-\alpha_t"), ["valid", "wrong"], "chain-sum"),
]


@pytest.mark.parametrize(("page", "count"), [row[:2] for row in RIGHT], ids=[row[2] for row in RIGHT])
def test_densities_are_put_in_where_they_are_used(page: str, count: int) -> None:
    verdicts = [step.verdict for step in check(page).steps]
    assert verdicts == ["valid"] * count


@pytest.mark.parametrize(("page", "verdicts"), [row[:2] for row in WRONG], ids=[row[2] for row in WRONG])
def test_errors_are_found_where_they_stand(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts


def test_a_bias_beside_its_vector_is_a_number() -> None:
    page = r"Let $x, w \in \mathbb{R}^n$, $w_0 \in \mathbb{R}$, $y = w^T x + w_0$." + "\n\n"
    page += "\n\n".join(rf"$$\frac{{\partial y}}{{\partial {name}}} = {value}$$" for name, value in
                        (("w", "x"), ("w_0", "1"), ("w_0", "2")))  # fmt: skip
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


KEEP = r"""Here $p\in(0,1]$ is the probability of \emph{keeping} an input, the $m_i\sim\mathrm{Bernoulli}(p)$ are
independent, and the masks are $s_i = m_i/p$.

Mean of the mask:

$$\mathbb{E}[s_i] = 1$$

Variance of the mask:

$$\operatorname{Var}(s_i) = \frac{1-p}{p}$$

$$\operatorname{Var}(s_i) = 1-p$$
"""


def test_words_for_the_parameter_of_a_law_say_nothing_more() -> None:
    assert [step.verdict for step in check(KEEP).steps] == ["valid", "valid", "wrong"]
