"""Laws that nothing is said of, functions with a star or a label, limits in words."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

ROWS = [
    (
        r"""Let $p,q$ be distributions on a finite set with $q(x)>0$ for every $x$, $f$ a real function.

        $$\mathbb E_p[f(x)] = \sum_x q(x)\frac{p(x)f(x)}{q(x)}
        = \mathbb E_q\left[\frac{p(x)f(x)}{q(x)}\right]$$

        $$\mathbb E_p[f(x)] = \mathbb E_q\left[\frac{p(x)f(x)}{q(x)^2}\right]$$""",
        "valid valid wrong", "importance-weights",
    ),
    (
        r"""We want $\mu = \mathbb E_{x\sim p}[f(x)]$. Draw $x_1,\dots,x_N\sim p$ i.i.d. and put
        $\hat\mu = \frac1N\sum_{i=1}^N f(x_i)$. Then

        $$\mathbb E[\hat\mu] = \mu$$

        $$\mathrm{Var}(\hat\mu) = \frac{1}{N}\mathrm{Var}_p(f(x))$$

        $$\mathrm{Var}(\hat\mu) = \frac{1}{N^2}\mathrm{Var}_p(f(x))$$""",
        "valid valid wrong", "a-monte-carlo-estimate",
    ),
    (
        r"""Two pmfs $p$ and $q$ on a finite set, and $s = \sum_x p(x) f(x)$. Draw $x_1,\dots,x_n$ i.i.d.
        from $q$ and set

        $$\hat s_q = \frac1n\sum_{i=1}^n\frac{p(x_i)}{q(x_i)}f(x_i).$$

        $$\operatorname{Var}[\hat s_q] = \frac1n\left(\sum_x\frac{p(x)^2f(x)^2}{q(x)}-s^2\right)$$""",
        "valid", "drawn-from",
    ),
    (
        r"""A model on a finite set $\mathcal X$: $p(x;\theta) = \frac{1}{Z(\theta)} e^{-E(x;\theta)}$ with
        $Z(\theta)=\sum_{x\in\mathcal X}e^{-E(x;\theta)}$.

        $$\nabla_\theta \log p(x;\theta) = -\nabla_\theta E(x;\theta)
        + \mathbb{E}_{x'\sim p}[\nabla_\theta E(x';\theta)]$$

        $$\nabla_\theta \log p(x;\theta) = -\nabla_\theta E(x;\theta)
        - \mathbb{E}_{x'\sim p}[\nabla_\theta E(x';\theta)]$$""",
        "valid wrong", "behind-a-semicolon",
    ),
    (
        r"""Energies on a finite set: $p_\theta(x) = e^{-E_\theta(x)}/Z(\theta)$, $Z(\theta)=\sum_x e^{-E_\theta(x)}$;
        a prime means $\partial/\partial\theta$.

        $$\frac{d}{d\theta}\log Z(\theta) = -\mathbb E_{p_\theta}[E'_\theta]$$

        $$\frac{d}{d\theta}\log Z(\theta) = \sum_x p_\theta(x) E_\theta'(x)$$""",
        "valid valid valid wrong", "with-the-parameter-below",
    ),
    (
        r"""Let $p_\theta$ be a pmf on a finite set. Then

        $$\nabla_\theta \mathbb E_{x\sim p_\theta}[f(x)]
        = \mathbb E_{x\sim p_\theta}[f(x)\nabla_\theta\log p_\theta(x)]$$""",
        "valid", "score-function",
    ),
    (
        r"""Let $p$ and $q$ be pmfs on a finite set and $m=\frac12(p+q)$.

        $$\sum_x p(x)\log\frac{p(x)}{p(x)+q(x)} = D_{KL}(p\|m) - \log 2$$

        $$\sum_x p(x)\log\frac{p(x)}{p(x)+q(x)} = D_{KL}(p\|m) + \log 2$$""",
        "valid wrong", "a-mixture",
    ),
    (
        r"""With $f^*(x) = \frac{x}{x+1}$ we get

        $$1 - f^*(x) = \frac{1}{x+1}$$

        $$1 - f^\star(2) = \frac{1}{4}$$""",
        "valid wrong", "a-star",
    ),
    (
        r"""Let $x\in\{0,1\}$.

        $$D_{\text{opt}}(x) = \frac{x}{x+2}$$

        $$1 - D_{\text{opt}}(x) = \frac{2}{x+2}$$

        $$1 - D_{\text{opt}}(x) = \frac{1}{x+2}$$""",
        "valid wrong", "a-label",
    ),
    (
        r"""Let $w_\lambda = \frac{a}{b+\lambda}$ with $b > 0$, $\lambda>0$. As $\lambda\to0$ we get

        $$w_0 = \frac ab$$

        Letting $\lambda \to 0^+$ gives

        $$w_0 = \frac{b}{a}$$

        $$\frac{a}{b+\lambda} - \frac ab = -\frac{a \lambda}{b(b+\lambda)} \longrightarrow 0.$$""",
        "valid wrong valid", "limits",
    ),
    (
        r"""For each $x$, let $\varphi(y) = a\log y+b\log(1-y)$.

        $$\varphi'(y) = \frac ay-\frac b{1-y}$$

        $$\varphi'(y) = \frac ay+\frac b{1-y}$$""",
        "valid wrong", "let-within-a-sentence",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_page(text: str, verdicts: str, name: str) -> None:
    page = "\n".join(line.strip() for line in text.splitlines())
    assert [step.verdict for step in check(page).steps] == verdicts.split()


def test_what_is_told_is_what_was_written() -> None:
    text = "Let $p$ be a pmf on a finite set.\n\n$$\\mathbb E_p[f(x)] = \\sum_x p(x) f(x)$$"
    (step,) = check(text).steps
    assert (step.lhs, step.rhs) == ("\\mathbb E_p[f(x)]", "\\sum_x p(x) f(x)")
