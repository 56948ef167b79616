"""What pages tell in plain words or plain text: equations, sample means, the normal law's functions, functions anew."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

MEAN = r"$\bar x$ is the mean of $n$ i.i.d. observations with mean $\theta\ne0$ and variance $\sigma^2$."
AVERAGE = r"Let $a$ be the average of $m$ independent samples from a distribution with mean $\mu$ and variance $s^2$."
NORMAL = (
    r"Let $f(x)=x\,\Phi(x)$ where $\Phi,\varphi$ are the distribution function and the density of $\mathcal N(0,1)$."
)
CDF = r"Here $F$ is the standard normal cdf and $p$ its density. Let $g(x)=F(x)-xp(x)$."
PLAIN = "Exercise 2\n\np = N(a, b²), q = N(c, 1), natural logs. The error is e = a − c."
ANEW = (
    "- **Softsign.** $f(x)=\\frac{x}{1+|x|}$, $f'(x)=\\frac{1}{(1+|x|)^2}$.\n\n"
    "- **Swish.** $f(x)=x\\sigma(x)$ with the logistic $\\sigma(x)=\\frac{1}{1+e^{-x}}$:"
)
BOUND = r"""Of the rules one is $\partial\log\det X/\partial X=X^{-\top}$ for $\det X>0$.

Let $X\in\mathbb R^{n\times n}$ be invertible and $a,b\in\mathbb R^n$."""
FORM = r"Write the differential as $df=\mathrm{tr}(G^\top dX)$. Let $X\in\mathbb R^{n\times n}$ be invertible."
NOISE = r"""$z\sim\mathcal N(\mu,\sigma^2)$ and $\varepsilon\sim\mathcal N(0,1)$ with $\mathbb{E}[\varepsilon^4]=3$.
$z=\mu+\sigma\varepsilon$."""
ROWS = [
    (NOISE, r"z^2\varepsilon = \mu^2\varepsilon+2\mu\sigma\varepsilon^2+\sigma^2\varepsilon^3", "valid"),
    (NOISE, r"z^2\varepsilon = \mu^2\varepsilon+\mu\sigma\varepsilon^2+\sigma^2\varepsilon^3", "wrong"),
    (NOISE, r"\mathbb{E}[z\varepsilon] = \sigma", "valid"),
    (NOISE, r"\mathbb{E}[z\varepsilon] = \mu", "wrong"),
    ("", r"0.5^2\,0.2^2 = 0.01", "valid"),
    ("", r"0.5^2\,0.2^2 = 0.1", "wrong"),
    ("", r"2^3 4 = 32", "valid"),
    ("", r"\frac1\sigma\left(a+b\right) = \frac a\sigma+\frac b\sigma", "valid"),
    ("", r"\frac1\sigma\left(a+b\right) = \frac a\sigma+b", "wrong"),
    (MEAN, r"\mathbb{E}[c\bar x]-\theta = (c-1)\theta", "valid"),
    (MEAN, r"\mathrm{Var}(c\bar x) = c^2\sigma^2/n", "valid"),
    (MEAN, r"\mathrm{Var}(c\bar x) = c^2\sigma^2", "wrong"),
    (AVERAGE, r"\mathbb{E}[a^2] = \mu^2+\frac{s^2}{m}", "valid"),
    (AVERAGE, r"\mathbb{E}[a^2] = \mu^2+s^2", "wrong"),
    (NORMAL, r"f'(x) = \Phi(x)+x\varphi(x)", "valid"),
    (NORMAL, r"f'(x) = \Phi(x)+\varphi(x)", "wrong"),
    (CDF, r"g'(x) = x^2p(x)", "valid"),
    (CDF, r"g'(x) = xp(x)", "wrong"),
    (PLAIN, r"E_p[(x-c)^2] = b^2+e^2", "valid"),
    (PLAIN, r"E_p[(x-c)^2] = b^2+e", "wrong"),
    (ANEW, r"f'(x) = \sigma(x)+x\sigma(x)(1-\sigma(x))", "valid"),
    (ANEW, r"f'(x) = \sigma(x)-x\sigma(x)(1-\sigma(x))", "wrong"),
    (BOUND, r"\frac{\partial(a^\top X^{-1}b)}{\partial X} = -X^{-\top}ab^\top X^{-\top}", "valid"),
    (BOUND, r"\frac{\partial(a^\top X^{-1}b)}{\partial X} = -X^{-\top}ba^\top X^{-\top}", "wrong"),
    (FORM, r"d(X^{-1}) = -X^{-1}\,dX\,X^{-1}", "valid"),
    (FORM, r"d(X^{-1}) = X^{-1}\,dX\,X^{-1}", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "claim", "verdict"), ROWS)
def test_claims(page: str, claim: str, verdict: str) -> None:
    steps = check(f"{page}\n\n$${claim}$$").steps
    assert steps[-1].verdict == verdict, steps[-1].evidence


@pytest.mark.parametrize(
    "words",
    ["For k = 2 and n = 1..N this holds.", "At the minimum a = b.", "In the case s = 0, nothing is left.",
     "We get 2x + y = 3 apples.", "Let f(x) = x (for x > 0 only, of course) and see part b = 2."],
)  # fmt: skip
def test_what_counts_or_is_a_case_defines_nothing(words: str) -> None:
    report = check(f"{words}\n\n$$k+n+a+s+y = y+s+a+n+k$$")
    assert not [note for note in report.notes if "definition" in note.text and "f" not in note.text.split()[0]]
    assert report.steps[-1].verdict == "valid"


@pytest.mark.parametrize(
    ("words", "verdicts"),
    [("New estimate:", ["valid"]), ("**(b)** With stride 1,", ["valid"]), ("So", ["wrong"]), ("", ["wrong"])],
)
def test_values_that_are_given_anew(words: str, verdicts: list[str]) -> None:
    steps = check(f"Let $a=0.6$.\n\n{words} $$a=\\frac{{1+2}}{{4}}=0.75.$$").steps
    assert [step.verdict for step in steps][:1] == verdicts
