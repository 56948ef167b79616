"""Gaussian vectors: how long they are, covariances, what is known of one part given another."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

MODEL = r"""Linear Gaussian model: $x\sim\mathcal N(\mu,\Sigma)$ in $\mathbb{R}^n$,
$y=Ax+b+\varepsilon$ in $\mathbb{R}^m$, where $A$ is $m\times n$,
$b\in\mathbb{R}^m$, and $\varepsilon\sim\mathcal N(0,R)$ is independent of $x$.
Then $x,y$ are jointly Gaussian. Write $K=\Sigma A^\top(A\Sigma A^\top+R)^{-1}$.
"""
LATENT = r"""Let $z\sim\mathcal N(m,P)$ with $z\in\mathbb R^k$, and $v=Cz+\eta$ in $\mathbb R^d$, where $C$ is a
$d\times k$ matrix and $\eta\sim\mathcal N(0,Q)$ is independent of $z$.
"""
PCA = r"""The model is $z\sim\mathcal N(0,I)$ in $\mathbb R^k$, $x=Wz+\mu+\epsilon$ with
$\epsilon\sim\mathcal N(0,\sigma^2 I)$ independent of $z$, $W$ of size $d\times k$.
"""
ROWS = [
    (PCA, r"\mathbb{E}[x] = \mu", "valid"),
    (PCA, r"\operatorname{Cov}(x) = WW^\top+\sigma^2I", "valid"),
    (PCA, r"\operatorname{Cov}(x) = WW^\top+\sigma I", "wrong"),
    (PCA, r"\operatorname{Cov}(x) = W^\top W+\sigma^2I", "wrong"),
    (PCA, r"\operatorname{Cov}(x,z) = W", "valid"),
    (MODEL, r"\mathbb{E}[y] = A\mu+b", "valid"),
    (MODEL, r"\mathbb{E}[y] = A\mu", "wrong"),
    (MODEL, r"\operatorname{Cov}(y,y) = A\Sigma A^\top+R", "valid"),
    (MODEL, r"\operatorname{Cov}(y,y) = A\Sigma A^\top", "wrong"),
    (MODEL, r"\operatorname{Cov}(x,y) = \Sigma A^\top", "valid"),
    (MODEL, r"\mathbb{E}[x\mid y] = \mu+K(y-A\mu-b)", "valid"),
    (MODEL, r"\mathbb{E}[x\mid y] = \mu+K(y-A\mu)", "wrong"),
    (MODEL, r"\operatorname{Cov}(x\mid y) = (I-KA)\Sigma", "valid"),
    (MODEL, r"\operatorname{Cov}(x\mid y) = \Sigma-A\Sigma K", "wrong"),
    (MODEL, r"\operatorname{Cov}(x\mid y)^{-1} = \Sigma^{-1}+A^\top R^{-1}A", "valid"),
    (LATENT, r"\mathbb{E}[v] = Cm", "valid"),
    (LATENT, r"\operatorname{Cov}(v) = CPC^\top+Q", "valid"),
    (LATENT, r"\operatorname{Cov}(v) = C^\top PC+Q", "wrong"),
    (LATENT, r"\operatorname{Cov}(v,z) = CP", "valid"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "claim", "verdict"), ROWS)
def test_claims(page: str, claim: str, verdict: str) -> None:
    steps = check(f"{page}\n\nThen\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence


@pytest.mark.parametrize("claim", [r"E[x\mid y] = 1", r"\operatorname{Cov}(x\mid y) = 2", r"P(u\mid 1) = 0.5"])
def test_what_stands_behind_a_bar_is_a_condition(claim: str) -> None:
    steps = check(f"Let $x,y$ be random.\n\n$${claim}$$").steps
    assert "a condition: declare what is distributed" in steps[0].evidence
