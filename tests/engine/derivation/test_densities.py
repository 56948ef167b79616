"""Densities that a page only calls so, mixtures of them, functionals at what was found, laws supposed to be one."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

TWO = r"""Let $p,g>0$ be densities and $m=\frac12(p+g)$ their mixture. Recall

$$\mathrm{JS}(p,g)=\tfrac12\mathrm{KL}(p\,\|\,m)+\tfrac12\mathrm{KL}(g\,\|\,m).$$
"""
GAN = r"""The data have density $r$, the generator has density $g$. The discriminator maximises

$$V(D) = \int \big[r(x)\log D(x)+g(x)\log(1-D(x))\big]\,dx,$$

and the best one is

$$D^*(x)=\frac{r(x)}{r(x)+g(x)}.$$
"""
DRAWN = r"""With the distribution $p_d$ of the data and $p_g$ of the generator

$$V(D) = \mathbb E_{x\sim p_d}[\log D(x)]+\mathbb E_{x\sim p_g}[\log(1-D(x))]
= \int p_d(x)\log D(x)+p_g(x)\log(1-D(x))\,dx$$

with the maximum at

$$D^*(x)=\frac{p_d(x)}{p_d(x)+p_g(x)}.$$
"""
SQUARES = r"""With positive densities $p_d,p_g$ the generator minimises, with the discriminator at its optimum $D^*$,

$$C=\int\left(p_d(x)+p_g(x)\right)D^*(x)^2\,dx .$$

From $p_d(D-1)+p_g(D+1)=0$, where $D$ is $D(x)$, follows

$$D^*=\frac{p_d-p_g}{p_d+p_g}.$$
"""
ROWS = [
    (SQUARES, r"C = \int\frac{(p_d-p_g)^2}{p_d+p_g}\,dx", "valid"),
    (SQUARES, r"C = 2-4\int\frac{p_dp_g}{p_d+p_g}\,dx", "valid"),
    (SQUARES, r"C = 2-2\int\frac{p_dp_g}{p_d+p_g}\,dx", "wrong"),
    (TWO, r"\int p\,dx = 1", "valid"),
    (TWO, r"\int m\,dx = 2", "wrong"),
    (TWO, r"\int p\log\frac pm\,dx = \int p\log\frac{p}{p+g}\,dx+\log2", "valid"),
    (TWO, r"\int p\log\frac pm\,dx = \int p\log\frac{p}{p+g}\,dx-\log2", "wrong"),
    (TWO, r"\int p\log\frac{p}{p+g}\,dx+\int g\log\frac{g}{p+g}\,dx = 2\,\mathrm{JS}(p,g)-\log4", "valid"),
    (TWO, r"\int p\log\frac{p}{p+g}\,dx+\int g\log\frac{g}{p+g}\,dx = \mathrm{JS}(p,g)-\log4", "wrong"),
    (TWO, r"\mathrm{KL}(p\,\|\,g)-\mathrm{KL}(p\,\|\,m) = \int p\log\frac{m}{g}\,dx", "valid"),
    (TWO, r"\mathrm{KL}(p\,\|\,g)-\mathrm{KL}(g\,\|\,p) = \int (p+g)\log\frac{p}{g}\,dx", "valid"),
    (TWO, r"\mathrm{KL}(p\,\|\,g)+\mathrm{KL}(g\,\|\,p) = \int (p+g)\log\frac{p}{g}\,dx", "wrong"),
    (GAN, r"1-D^*(x) = \frac{g(x)}{r(x)+g(x)}", "valid"),
    (GAN, r"D^*(x) = \frac{1}{1+r(x)/g(x)}", "wrong"),
    (GAN, r"V(D^*) = \int r\log\frac{r}{r+g}\,dx+\int g\log\frac{g}{r+g}\,dx", "valid"),
    (GAN, r"V(D^*) = \int r\log\frac{g}{r+g}\,dx+\int g\log\frac{g}{r+g}\,dx", "wrong"),
    (DRAWN, r"V(D^*) = \int p_d(x)\log D^*(x)\,dx+\int p_g(x)\log\frac{p_g(x)}{p_d(x)+p_g(x)}\,dx", "valid"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "claim", "verdict"), ROWS)
def test_claims(page: str, claim: str, verdict: str) -> None:
    steps = check(f"{page}\n\nThen\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence


@pytest.mark.parametrize(("claim", "verdict"), [(r"-\log4", "valid"), (r"-\log2", "wrong")])
def test_two_laws_that_are_supposed_to_be_one(claim: str, verdict: str) -> None:
    steps = check(f"{DRAWN}\n\nIf $p_g=p_d$, we have\n\n$$V(D^*) = {claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence


def test_what_is_told_is_what_was_written() -> None:
    steps = check(f"{TWO}\n\n$$\\int p\\log\\frac pm\\,dx = \\mathrm{{JS}}(p,g)$$").steps
    assert (steps[-1].lhs, steps[-1].rhs) == (r"\int p\log\frac pm\,dx", r"\mathrm{JS}(p,g)")


VALUE = r"""Let $p_{data}$ be the data distribution and $p_g$ that of the model, with

$$V(G,D) = \mathbb{E}_{x\sim p_{data}}[\log D(x)] + \mathbb{E}_{x\sim p_g}[\log(1-D(x))].$$

The maximum is at

$$D^*_G(x) = \frac{p_{data}(x)}{p_{data}(x)+p_g(x)}$$
"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"V(G,D) = \int_x p_{data}(x)\log D(x) + p_g(x)\log(1-D(x))\,dx", "valid"),
        (r"V(G,D) = \int_x p_{data}(x)\log D(x) - p_g(x)\log(1-D(x))\,dx", "wrong"),
        (r"V(G,D_G^*) = -\log4+KL(p_{data}\|\tfrac{p_{data}+p_g}{2})+KL(p_g\|\tfrac{p_{data}+p_g}{2})", "valid"),
        (r"V(G,D_G^*) = -\log2+KL(p_{data}\|\tfrac{p_{data}+p_g}{2})+KL(p_g\|\tfrac{p_{data}+p_g}{2})", "wrong"),
    ],
)
def test_functionals_of_two(claim: str, verdict: str) -> None:
    steps = check(f"{VALUE}\n\nThen\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence
