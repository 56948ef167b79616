"""What words tell of steps, eigenvalues, emissions, tables and samples, and how errors in it are found all the same."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


BOWL = r"""Gradient descent on a bowl. Let $f(x)=\frac12x^\top Ax-b^\top x$ with $A$ symmetric and positive definite,
eigenvalues $0<\lambda_{\min}\le\dots\le\lambda_{\max}$. Then

$$\nabla f(x)=Ax-b,\qquad x^*=A^{-1}b.$$

A step with the RATE $\eta$ changes the error $e_k=x_k-x^*$:

$$e_{k+1}=(I-\eta A)\,e_k$$

This goes to zero iff $|1-\eta\lambda_i|<1$ for every $i$, that is

$$0<\eta<\frac{2}{\lambda_{\max}}$$

It is fastest if both ends are the same, $1-\eta\lambda_{\min}=\eta\lambda_{\max}-1$:

$$\eta^*=\frac{2}{\lambda_{\min}+\lambda_{\max}}$$
"""


@pytest.mark.parametrize("rate", ["learning rate", "step size", "step length"])
def test_steps_of_gradient_descent_and_every_eigenvalue(rate: str) -> None:
    page = BOWL.replace("RATE", rate)
    assert {*verdicts(page)} == {"valid"}
    assert "wrong" in verdicts(page.replace(r"(I-\eta A)", r"(I+\eta A)"))
    assert "wrong" in verdicts(page.replace(r"\frac{2}{\lambda_{\max}}", r"\frac{2}{\lambda_{\min}}"))
    assert "wrong" in verdicts(page.replace(r"=\frac{2}{\lambda_{\min}+", r"=\frac{1}{\lambda_{\min}+"))


EIGEN = r"""Let $S=\begin{pmatrix}5&2\\2&2\end{pmatrix}$.

FROM

$$u=\frac1{\sqrt5}\begin{pmatrix}2\\1\end{pmatrix}.$$
"""


@pytest.mark.parametrize("words", [
    "From $(S-6I)u=0$ we get $-u_1+2u_2=0$, hence", "Solving $(S-6I)u=0$ gives", "For $(S - 6I) u = 0$ one solution is",
])  # fmt: skip
def test_eigenvectors_in_numbers_solve_their_equation(words: str) -> None:
    page = EIGEN.replace("FROM", words)
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace(r"2\\1", r"1\\2")) == ["wrong"]


CHAIN = r"""HMM with two hidden states, start $\pi=(0.6,\,0.4)$, transitions $A_{ij}=P(z_{t+1}=j\mid z_t=i)$,

$$A=\begin{pmatrix}0.7&0.3\\0.4&0.6\end{pmatrix},$$

where EMITS. We have SEEN $a,b$. With $\alpha_t(j)=P(x_1,\dots,x_t,z_t=j)$ we have

$$\alpha_{t+1}(j)=P(x_{t+1}\mid z_{t+1}=j)\sum_i\alpha_t(i)\,A_{ij}$$

$t=1$:

$$\alpha_1(1)=0.6\cdot0.5=0.3,\qquad\alpha_1(2)=0.4\cdot0.1=0.04$$

$t=2$, symbol $b$:

$$\alpha_2(1)=0.5\,(0.3\cdot0.7+0.04\cdot0.4)=0.113$$
"""
EMITS = [
    "state 1 emits $a$ with probability 0.5 and $b$ with 0.5; state 2 emits $a$ with 0.1 and $b$ with 0.9",
    "state 1 shows $a$ with probability 0.5 and $b$ with 0.5, and state 2 shows $a$ with chance 0.1 and $b$ with 0.9",
]


@pytest.mark.parametrize("emits", EMITS)
@pytest.mark.parametrize("seen", ["seen the sequence", "observed"])
def test_emissions_in_words(emits: str, seen: str) -> None:
    page = CHAIN.replace("EMITS", emits).replace("SEEN", seen)
    assert {*verdicts(page)} == {"valid"}
    assert (
        verdicts(page.replace(r"0.3\cdot0.7+0.04\cdot0.4)=0.113", r"0.3\cdot0.3+0.04\cdot0.4)=0.053")).count("wrong")
        == 1
    )


TABLE = r"""All logarithms are to base 2. $X,Y\in\{0,1\}$ with TOLD.

$$H(X,Y)=2\cdot\tfrac38\log_2\tfrac83+2\cdot\tfrac18\log_28\approx1.8113$$

$$H(Y|X)=H(X,Y)-H(X)\approx0.8113$$

$$I(X;Y)=H(Y)-H(Y|X)\approx0.1887$$
"""


@pytest.mark.parametrize("told", [
    r"$p(0,0)=p(1,1)=\tfrac38$ and $p(0,1)=p(1,0)=\tfrac18$",
    r"$P(X=0,Y=0)=3/8$, $P(X=1,Y=1)=3/8$, $P(X=0,Y=1)=1/8$ and $P(X=1,Y=0)=1/8$",
])  # fmt: skip
def test_entropies_of_a_table(told: str) -> None:
    page = TABLE.replace("TOLD", told)
    assert {*verdicts(page)} == {"valid"}
    assert "wrong" in verdicts(page.replace(r"H(X,Y)-H(X)\approx0.8113", r"H(X,Y)-H(X)\approx0.8131"))
    assert "wrong" in verdicts(page.replace("H(Y|X)=H(X,Y)-H(X)", "H(Y|X)=H(X,Y)+H(X)"))


def test_entries_of_a_distribution_in_small_letters() -> None:
    page = r"""$P=(\tfrac12,\tfrac14,\tfrac14)$ and $Q=(\tfrac13,\tfrac13,\tfrac13)$ are given.

$$-\sum_ip_i\log_2q_i=\log_23$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace(r"\log_23$", r"\log_22$")) == ["wrong"]


@pytest.mark.parametrize("words", ["the reparametrisation", "the reparameterization trick"])
def test_reparametrisations_say_what_a_sample_is(words: str) -> None:
    page = rf"""Let $q(z) = N(\mu, \sigma^2)$ be over the scalar latent variable $z$.
We use {words} $z=\mu+e^{{s/2}}\varepsilon$ with $\varepsilon\sim N(0,1)$.

$$\frac{{\partial z}}{{\partial s}}=\frac12 e^{{s/2}}\,\varepsilon$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace(r"\frac12 e", "e")) == ["wrong"]


def test_even_numbers_are_counts() -> None:
    page = r"""For $i=0,\dots,\frac d2-1$ ($d$ even) let

$$u_i(p)=\begin{pmatrix}\sin(\omega_ip)\\\cos(\omega_ip)\end{pmatrix},\qquad\omega_i=10000^{-2i/d}.$$

$$u_i(p+k)=\begin{pmatrix}\cos(\omega_ik)&\sin(\omega_ik)\\-\sin(\omega_ik)&\cos(\omega_ik)\end{pmatrix}u_i(p)$$
"""
    assert verdicts(page)[-1] == "valid"
    wrong = page.replace(r"&\sin(\omega_ik)\\-\sin", r"&-\sin(\omega_ik)\\\sin")
    last = check(wrong, latex=False).steps[-1]
    assert last.verdict == "wrong"
    assert "transposed" in (last.diagnosis or "")


LAYERS = r"""Layer $l=1,\dots,L$ of the network has the weight matrix $W^{(l)}\in\mathbb{R}^{n_l\times n_{l-1}}$ and the bias $b^{(l)}$:

$$z^{(l)} = W^{(l)}a^{(l-1)}+b^{(l)},\qquad a^{(l)}=\phi\bigl(z^{(l)}\bigr)\quad(l<L)$$

with $a^{(0)}=x$ the input and $\phi$ applied componentwise. WORDS, $a^{(L)}=z^{(L)}$, and the loss is $J=\tfrac12\|a^{(L)}-y\|^2$.
Let $\delta^{(l)}=\partial J/\partial z^{(l)}$. Then

$$\delta^{(L)} = a^{(L)}-y$$

$$\delta^{(l)} = \bigl((W^{(l+1)})^\top\delta^{(l+1)}\bigr)\odot\phi'\bigl(z^{(l)}\bigr)$$
"""  # noqa: E501


@pytest.mark.parametrize("words", ["Only the last layer is linear", "The output layer has no activation"])
def test_a_last_layer_of_its_own(words: str) -> None:
    page = LAYERS.replace("WORDS", words)
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace(r"(W^{(l+1)})^\top", "W^{(l+1)}")) == ["valid", "wrong"]


SOFTMAX = r"""Let $p_i = e^{z_i}/\sum_{j}e^{z_j}$ be the softmax of $z\in\mathbb{R}^K$, and $y$ with $\sum_i y_i=1$.
The loss is $L=-\sum_i y_i\log p_i$.

$$\frac{\partial L}{\partial z_k} = p_k-y_k$$

$$\frac{\partial^2 L}{\partial z_k\,\partial z_m}=p_k(\delta_{km}-p_m)$$
"""


def test_second_derivatives_by_the_first_one() -> None:
    assert verdicts(SOFTMAX)[-2:] == ["valid", "valid"]
    assert verdicts(SOFTMAX.replace(r"\delta_{km}-p_m", r"\delta_{km}+p_m"))[-1] == "wrong"


@pytest.mark.parametrize("listed", [
    r"$a_k$, $\mu_k$ and $s_k$, $k=1,\dots,K$,", r"$a_k$, $\mu_k$, $s_k$ for $k=1,\dots,K$,",
])  # fmt: skip
def test_numbers_that_are_listed_with_their_range(listed: str) -> None:
    page = rf"""For $t\in\mathbb R$ the network outputs {listed} which mean

$$\pi_k=\frac{{e^{{a_k}}}}{{\sum_je^{{a_j}}}},\qquad\sigma_k=e^{{s_k}}$$

and $\phi_k=\mathcal N(t\mid\mu_k,\sigma_k^2)$. Then

$$\frac{{\partial\log\phi_k}}{{\partial s_k}}=-1+(t-\mu_k)^2e^{{-2s_k}}$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("-1+(t", r"-1+\tfrac12(t")) == ["wrong"]


def test_what_says_something_else_keeps_no_error_open() -> None:
    page = r"""Let $c > 0$. We need the variance of the distribution,

$$\tau^2=\frac{1}{2c}\int_{-c}^{c}u^2\,du=\frac{c^2}{3}$$
"""
    assert "wrong" not in verdicts(page)
    assert verdicts(page.replace("{3}", "{12}"))[-1] == "wrong"
