"""Moments of what a page defines by random numbers are judged."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

DRAWN = [
    (r"Let $m \sim \mathrm{Bernoulli}(p)$ and $y = mx$.", r"E[y] = px", "valid"),
    (r"Let $m \sim \mathrm{Bernoulli}(p)$ and $y = mx$.", r"E[y] = mx", "wrong"),
    (r"Let $m \sim \mathrm{Bernoulli}(p)$ and $y = mx$.", r"\operatorname{Var}(y) = p(1-p)x^2", "valid"),
    (r"Let $m \sim \mathrm{Bernoulli}(p)$ and $y = mx$.", r"\operatorname{Var}(y) = px^2", "wrong"),
    (r"Let $X \sim \mathrm{Bernoulli}(p)$ and $Y = 1-X$.", r"E[Y] = 1-p", "valid"),
    (r"Let $X \sim \mathrm{Bernoulli}(p)$ and $Y = 1-X$.", r"E[Y] = p", "wrong"),
    (r"Let $P(m=1)=p$, $P(m=0)=1-p$, and $y=mx/p$.", r"E[y] = x", "valid"),
    (r"Let $P(m=1)=p$, $P(m=0)=1-p$, and $y=mx/p$.", r"E[y] = px", "wrong"),
    (r"Let $m\in\{0,1\}$ with $P(m=1)=p$ and $y=mx/p$.", r"E[y] = p\cdot\frac xp+(1-p)\cdot 0", "valid"),
    (r"Let $m\in\{0,1\}$ with $P(m=1)=p$ and $y=mx/p$.", r"E[y] = p\cdot x+(1-p)\cdot 0", "wrong"),
    (r"Let $x\sim\mathrm{Bernoulli}(\theta)$ and $s=\frac{x}{\theta}-\frac{1-x}{1-\theta}$.", r"E[s] = 0", "valid"),
    (
        r"Let $x\sim\mathrm{Bernoulli}(\theta)$ and $s=\frac{x}{\theta}-\frac{1-x}{1-\theta}$.",
        r"E[s^2] = \frac{1}{\theta(1-\theta)}",
        "valid",
    ),
    (
        r"Let $x\sim\mathrm{Bernoulli}(\theta)$ and $s=\frac{x}{\theta}-\frac{1-x}{1-\theta}$.",
        r"E[s^2] = \frac{1}{\theta}",
        "wrong",
    ),
    (r"Let $m \sim \mathrm{Bernoulli}(p)$.", r"\operatorname{Var}(m) \le \frac14", "valid"),
    (r"Let $m \sim \mathrm{Bernoulli}(p)$.", r"E[m] \le 1", "valid"),
    (r"Let $z \sim \mathrm{Bernoulli}(p)$ and $u = 2z - 1$.", r"E[e^{u}] = pe + (1-p)e^{-1}", "valid"),
    (r"Let $z \sim \mathrm{Bernoulli}(p)$ and $u = 2z - 1$.", r"E[e^{u}] = pe + (1-p)e", "wrong"),
    (r"Let $z \sim \mathrm{Bernoulli}(p)$.", r"E[e^{z}] = pe + 1 - p", "valid"),
    (r"Let $z \sim \mathrm{Bernoulli}(p)$.", r"E[e^{z}] = pe", "wrong"),
    (r"Let $z \sim \mathrm{Bernoulli}(p)$ and $u = 2z - 1$.", r"\operatorname{Cov}(u, z) = 2p(1-p)", "valid"),
    (r"Let $z \sim \mathrm{Bernoulli}(p)$ and $u = 2z - 1$.", r"\operatorname{Cov}(u, z) = p(1-p)", "wrong"),
    (r"Let $P(X=1)=\frac13$, $P(X=-1)=\frac23$, and $Y = X^2 + X$.", r"E[Y] = \frac23", "valid"),
    (r"Let $P(X=1)=\frac13$, $P(X=-1)=\frac23$, and $Y = X^2 + X$.", r"E[Y] = \frac13", "wrong"),
]


@pytest.mark.parametrize(("said", "claim", "verdict"), DRAWN)
def test_definitions_see_what_is_drawn(said: str, claim: str, verdict: str) -> None:
    assert [step.verdict for step in check(f"{said}\n\n$${claim}$$\n").steps] == [verdict]


def test_no_number_is_looked_for_in_claims_about_random_ones() -> None:
    page = (
        "Let $X$ and $Y$ be independent random variables.\n\n"
        "$$\\operatorname{Var}(X-Y) = \\operatorname{Var}(X) - \\operatorname{Var}(Y)$$\n\n"
        "$$\\operatorname{Var}(XY) = \\operatorname{Var}(X)\\operatorname{Var}(Y)$$\n"
    )
    assert [step.verdict for step in check(page).steps] == ["wrong", "wrong"]


MATRICES = r"Let $Q,K\in\mathbb{R}^{n\times d}$ have i.i.d. standard normal entries"
NORMAL = r"Let $W\in\mathbb{R}^{n\times m}$ have i.i.d. standard normal entries."
SAID = (
    r"Let $W\in\mathbb{R}^{n\times m}$ have independent entries with $E[W_{ij}]=0$ and $E[W_{ij}^2]=s^2$, "
    r"and $x\in\mathbb{R}^m$."
)
ENTRIES = [
    (MATRICES + r" and $s_{ij}=\sum_k Q_{ik}K_{jk}$.", r"E[s_{ij}]=0", "valid"),
    (MATRICES + r" and $s_{ij}=\sum_k Q_{ik}K_{jk}$.", r"E[s_{ij}]=1", "wrong"),
    (MATRICES + r" and $s_{ij}=\sum_k Q_{ik}K_{jk}$.", r"\operatorname{Var}(s_{ij}/\sqrt d)=1", "valid"),
    (MATRICES + r" and $s_{ij}=\sum_k Q_{ik}K_{jk}$.", r"\operatorname{Var}(s_{ij})=d^2", "wrong"),
    (
        r"$S=QK^\top$ where the entries of $Q,K\in\mathbb{R}^{n\times d}$ are i.i.d. standard normal.",
        r"\operatorname{Var}(S_{ij})=d^2",
        "wrong",
    ),
    (
        r"$S=QK^\top$ where the entries of $Q,K\in\mathbb{R}^{n\times d}$ are i.i.d. standard normal.",
        r"\operatorname{Var}(S_{ij}/d)=\frac1d",
        "valid",
    ),
    (MATRICES + r" and $S=\frac{QK^\top}{\sqrt d}$.", r"\operatorname{Var}(S_{ij})=1", "valid"),
    (MATRICES + r" and $S=\frac{QK^\top}{\sqrt d}$.", r"\operatorname{Var}(S_{ij})=d", "wrong"),
    (MATRICES + r".", r"\operatorname{Var}((QK^\top)_{ij})=d", "valid"),
    (MATRICES + r".", r"\operatorname{Var}((Q^\top K)_{ij})=n", "valid"),
    (MATRICES + r".", r"\operatorname{Var}((Q^\top K)_{ij})=2d", "wrong"),
    (MATRICES + r".", r"\operatorname{Var}((2QK^\top+K K^\top)_{ii})=6d", "valid"),
    (NORMAL + r" Let $B = WW^\top$.", r"E[B_{ii}]=m", "valid"),
    (NORMAL + r" Let $B = WW^\top$.", r"E[B_{ij}]=7", "wrong"),
    (NORMAL, r"E[W_{ij}^2]=1", "valid"),
    (NORMAL, r"E[W_{ij}^2]=7", "wrong"),
    (NORMAL, r"E[W_{12}]=3", "wrong"),
    (SAID, r"E[(Wx)_i^2]=s^2\|x\|^2", "valid"),
    (SAID, r"E[(Wx)_i^2]=s\|x\|^2", "wrong"),
    (r"Let $x_1, \dots, x_n$ be i.i.d. with mean $0$ and variance $s^2$.", r"E[x_1]=3", "wrong"),
]


@pytest.mark.parametrize(("said", "claim", "verdict"), ENTRIES)
def test_moments_of_entries_are_claims(said: str, claim: str, verdict: str) -> None:
    assert [step.verdict for step in check(f"{said}\n\n$${claim}$$\n").steps] == [verdict]


def test_wrong_moments_do_not_follow_from_each_other() -> None:
    page = SAID + "\n\n$$E[W_{ij}^2]=7$$\n\n$$E[W_{12}]=3$$\n"
    assert [step.verdict for step in check(page).steps] == ["wrong", "wrong"]


APART = [
    ("P(X,Y)=P(X)P(Y)", "valid"),
    ("P(X,Y)=P(X)+P(Y)", "wrong"),
    (r"P(X\mid Y)=P(Y)", "wrong"),
    ("P(X=1,Y=1)=P(X=1)P(Y=1)", "valid"),
    ("P(X=1,Y=1)=P(X=1)", "wrong"),
]


@pytest.mark.parametrize(("claim", "verdict"), APART)
@pytest.mark.parametrize("letter", ["P(", r"\Pr("])
def test_probabilities_of_independent_variables(letter: str, claim: str, verdict: str) -> None:
    page = f"Let $X$ and $Y$ be independent binary variables.\n\n$$P(X\\mid Y)=P(X)$$\n\n$${claim}$$\n"
    assert [step.verdict for step in check(page.replace("P(", letter)).steps] == ["valid", verdict]


def test_others_need_not_be_independent() -> None:
    page = "Let $X$ and $Y$ be independent binary variables and $Z$ a binary variable.\n\n$$P(X,Y,Z)=P(X)P(Y)P(Z)$$\n"
    assert "valid" not in [step.verdict for step in check(page).steps]


def test_a_sum_of_marginals_is_no_definition() -> None:
    page = "Let $X$ and $Y$ be independent.\n\n$$P(X,Y)=P(X)+P(Y)$$\n"
    assert {step.verdict for step in check(page).steps} <= {"undecided", "unreadable", "wrong"}
    assert check(page).steps
