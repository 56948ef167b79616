"""Random numbers made of others without an equation; words about means and variances of many."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

CONTROL = r"""Let $U$, $V$ be random variables with finite means and variances. Put
$Z_\lambda = U + \lambda V$ for a real $\lambda$ and let $\hat\lambda = -Cov(U,V)/Var(V)$. The average $M$ of $k$ i.i.d.
copies of $Z_{\hat\lambda}$ is taken.
"""
MANY = r"""The prediction $\hat f$ is random. Let $\hat f_1,\dots,\hat f_M$ have the same mean $\mu$, the same
variance $v$ and pairwise covariance $c$. For the average $a = \frac1M\sum_m\hat f_m$ we find
"""
NOISE = r"""Labels $s=h(x)+\eta$ at a fixed $x$ with $\mathbb E[\eta]=0$ and $Var(\eta)=\tau^2$. The fit
$\hat h$ is random and independent of $\eta$. Write $\bar h=\mathbb E[\hat h]$ and $h=h(x)$. Then
"""
ROWS = [
    (CONTROL, r"Var(Z_\lambda)=Var(U)+2\lambda Cov(U,V)+\lambda^2Var(V)", "valid"),
    (CONTROL, r"Var(Z_{\hat\lambda}) = Var(U) - Cov(U,V)^2/Var(V)", "valid"),
    (CONTROL, r"Var(Z_{\hat\lambda}) = Var(U) + Cov(U,V)^2/Var(V)", "wrong"),
    (CONTROL, r"Var(M) = \frac1k Var(U) - \frac{Cov(U,V)^2}{k Var(V)}", "valid"),
    (CONTROL, r"Var(M) = Var(U) - \frac{Cov(U,V)^2}{Var(V)}", "wrong"),
    (CONTROL, r"\mathbb E[M] = \mathbb E[U] - \frac{Cov(U,V)}{Var(V)}\mathbb E[V]", "valid"),
    (MANY, r"Var(a) = \frac{v}{M}+\frac{M-1}{M}c", "valid"),
    (MANY, r"Var(a) = \frac{v}{M}+c", "wrong"),
    (MANY, r"\mathbb E[a] = \mu", "valid"),
    (NOISE, r"\mathbb E[(s-\hat h)^2] = \mathbb E[(h-\hat h)^2]+\tau^2", "valid"),
    (NOISE, r"\mathbb E[(s-\hat h)^2] = (h-\bar h)^2+Var(\hat h)+\tau^2", "valid"),
    (NOISE, r"\mathbb E[(s-\hat h)^2] = (h-\bar h)^2+Var(\hat h)", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "claim", "verdict"), ROWS)
def test_claims(page: str, claim: str, verdict: str) -> None:
    steps = check(f"{page}\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence


def test_what_else_is_said_of_the_variable_keeps_the_function() -> None:
    page = "Let $f(x)=x^2$. Write $f=f(x)$.\n\n$$\\frac{d}{dx}f(x) = 2x$$\n\n$$\\frac{d}{dx}f(x) = x$$"
    assert [step.verdict for step in check(page).steps[-2:]] == ["valid", "wrong"]


MOVING = r"""Let $m_0=0$, $v_0=0$ and for $t\ge1$ let $m_t=\beta m_{t-1}+(1-\beta)g_t$ and
$v_t=\gamma v_{t-1}+(1-\gamma)g_t^2$ with $0\le\beta<1$ and $0\le\gamma<1$.
"""
MEANS = [
    (r"If the gradients are identically distributed with mean $\mathbb E[g]$, then", "valid wrong valid wrong"),
    (r"The $g_t$ are i.i.d. with mean $\mathbb E[g]$. Then", "valid wrong valid wrong"),
    (r"If $\mathbb E[g_t]=\mathbb E[g]$ for all $t$, then", "undecided undecided undecided undecided"),
]


@pytest.mark.parametrize(("words", "verdicts"), MEANS)
def test_a_common_mean(words: str, verdicts: str) -> None:
    claims = [
        r"\mathbb{E}[m_t] = \mathbb E[g](1-\beta^t)", r"\mathbb{E}[m_t] = \mathbb E[g](1-\beta^{t-1})",
        r"\mathbb{E}[v_t] = \mathbb E[g^2](1-\gamma^t)", r"\mathbb{E}[v_t] = \mathbb E[g^2](1-\gamma^{t-1})",
    ]  # fmt: skip
    page = "\n\n".join([MOVING, words, *(f"$${claim}$$" for claim in claims)])
    assert [step.verdict for step in check(page).steps] == verdicts.split()


ENTROPY = r"""Let $x\sim\mathcal N(\mu,\Sigma)$ in $\mathbb R^d$ and let $B\in\mathbb R^{d\times d}$ be invertible,
$c\in\mathbb R^d$. If $y=Bx+c$, then
"""
VAE = r"""Let $q=\mathcal N(\mu,\sigma^2)$ and $p=\mathcal N(0,1)$ with $\sigma>0$. Under $q$ we have
$\mathbb E[z^2]=\mu^2+\sigma^2$.
"""
LAWS = [
    (ENTROPY, r"H(y)=H(x)+\log|\det B|", "valid"),
    (ENTROPY, r"H(y)=H(x)+\log(\det B)^2", "wrong"),
    (ENTROPY, r"H(y)=\frac12\log\det(2\pi e\,B\Sigma B^\top)", "valid"),
    (ENTROPY, r"H(y)=\frac12\log\det(2\pi e\,B\Sigma)", "wrong"),
    (VAE, r"\mathbb E_q[z^2] = \mu^2+\sigma^2", "valid"),
    (VAE, r"\mathbb E_q[\log q(z)-\log p(z)] = -\log\sigma-\frac12+\frac12(\mu^2+\sigma^2)", "valid"),
    (VAE, r"\mathbb E_q[\log q(z)-\log p(z)] = -\log\sigma+\frac12(\mu^2+\sigma^2)", "wrong"),
]


@pytest.mark.parametrize(("page", "claim", "verdict"), LAWS)
def test_gaussian_laws(page: str, claim: str, verdict: str) -> None:
    steps = check(f"{page}\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence
