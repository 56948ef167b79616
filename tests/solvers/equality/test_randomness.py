"""Means of random numbers of which no law is said: what holds for every law is the same, what needs more is open."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

ROWS = [
    ((r"x \sim \mathcal{N}(\mu, \sigma^2)", r"\sigma > 0"), "E[e^x]", r"e^{\mu + \sigma^2/2}", "same"),
    ((r"x \sim \mathcal{N}(0, 1)",), r"E[\tanh x]", "0", "same"),
    (("X, Y independent random variables",), "E[XY]", "E[X]E[Y]", "same"),
    (("X, Y random variables",), "E[XY]", "E[X]E[Y]", "undecided"),
    (
        ("x_1, \\dots, x_m i.i.d. with mean 0 and variance \\sigma^2",),
        "\\operatorname{Var}[\\sum_{i=1}^m x_i]",
        "m\\sigma^2",
        "same",
    ),
    (
        ("x_1, \\dots, x_m are independent with mean 0 and variance \\sigma^2",),
        "\\operatorname{Var}(\\frac1m\\sum_{i=1}^m x_i)",
        "\\sigma^2/m",
        "same",
    ),
    (
        ("x_1, \\dots, x_m are independent with mean 0 and variance \\sigma^2",),
        "\\operatorname{Var}(\\frac1m\\sum_{i=1}^m x_i)",
        "\\sigma^2",
        "different",
    ),
    (("E[g_i] = mu for all i",), "E[(g_1 + g_2)/2]", "mu", "same"),
    (
        (
            "\\mathbb{E}[g_i] = \\mu for all i",
            "\\operatorname{Var}[g_i] = s^2",
        ),
        "\\mathbb{E}[g_i^2]",
        "\\mu^2+s^2",
        "same",
    ),
    (("X random variable with mean mu and variance s^2",), "E[X^2]", "mu^2 + s^2", "same"),
    (("X has zero mean and unit variance",), "Var(a X + b)", "a^2", "same"),
    (
        (
            "E[x] = 0",
            "Var[x] = 1",
        ),
        "E[(a x + b)^2]",
        "a^2 + b^2",
        "same",
    ),
    (("E[x] = 0, Var[x] = 1",), "E[(a x + b)^2]", "a^2 + b^2", "same"),
    (
        ("q, k \\in \\mathbb{R}^d have independent entries with mean 0 and variance 1",),
        "\\operatorname{Var}(q^\\top k)",
        "d",
        "same",
    ),
    (
        ("q, k \\in \\mathbb{R}^d have independent entries with zero mean and unit variance",),
        "\\operatorname{Var}\\left(\\frac{q^\\top k}{\\sqrt{d}}\\right)",
        "1",
        "same",
    ),
    (
        (
            "w_i, x_i independent with zero mean",
            "\\operatorname{Var}[w_i] = \\sigma_w^2",
            "\\operatorname{Var}[x_i]=\\sigma_x^2",
        ),
        "\\operatorname{Var}\\left[\\sum_{i=1}^n w_i x_i\\right]",
        "n\\sigma_w^2\\sigma_x^2",
        "same",
    ),
    (
        (
            "w_i, x_i zero mean",
            "\\operatorname{Var}[w_i] = \\sigma_w^2",
            "\\operatorname{Var}[x_i]=\\sigma_x^2",
        ),
        "\\operatorname{Var}\\left[\\sum_{i=1}^n w_i x_i\\right]",
        "n\\sigma_w^2\\sigma_x^2",
        "undecided",
    ),
    (
        (
            "\\epsilon \\in \\mathbb{R}^d",
            "\\mathbb{E}[\\epsilon] = 0",
            "\\operatorname{Cov}(\\epsilon) = I",
            "L \\in \\mathbb{R}^{d \\times d}",
            "\\mu \\in \\mathbb{R}^d",
            "z = \\mu + L\\epsilon",
        ),
        "\\operatorname{Cov}[z]",
        "L L^\\top",
        "same",
    ),
    (
        (
            "\\epsilon \\in \\mathbb{R}^d",
            "\\mathbb{E}[\\epsilon] = 0",
            "\\mathbb{E}[\\epsilon\\epsilon^\\top] = I",
            "L \\in \\mathbb{R}^{d \\times d}",
            "\\mu \\in \\mathbb{R}^d",
            "z = \\mu + L\\epsilon",
        ),
        "\\operatorname{Cov}[z]",
        "L^\\top L",
        "different",
    ),
    (
        (
            "x \\in \\mathbb{R}^d",
            "x has mean \\mu and covariance \\Sigma",
            "w \\in \\mathbb{R}^d",
        ),
        "\\operatorname{Var}(w^\\top x)",
        "w^\\top\\Sigma w",
        "same",
    ),
    (
        (
            "x \\in \\mathbb{R}^d",
            "x has mean \\mu and covariance \\Sigma",
            "A \\in \\mathbb{R}^{d\\times d}",
        ),
        "\\mathbb{E}[x^\\top A x]",
        "\\operatorname{tr}(A\\Sigma) + \\mu^\\top A\\mu",
        "same",
    ),
    (
        (
            "\\epsilon_i with mean zero",
            "\\mathbb{E}[\\epsilon_i^2] = v",
            "\\mathbb{E}[\\epsilon_i\\epsilon_j] = c",
        ),
        "\\mathbb{E}[(\\frac1k\\sum_{i=1}^k\\epsilon_i)^2]",
        "\\frac vk+\\frac{k-1}kc",
        "same",
    ),
    (
        (
            "\\epsilon_i with mean zero",
            "\\mathbb{E}[\\epsilon_i^2] = v",
            "\\mathbb{E}[\\epsilon_i\\epsilon_j] = c",
        ),
        "\\mathbb{E}[(\\frac1k\\sum_{i=1}^k\\epsilon_i)^2]",
        "\\frac vk+c",
        "different",
    ),
    (
        (
            "w \\sim U(-a, a)",
            "a > 0",
        ),
        "\\operatorname{Var}[w]",
        "a^2/3",
        "same",
    ),
    (
        (
            "w_i uniform on [-a, a] and independent",
            "a > 0",
        ),
        "\\operatorname{Var}[\\sum_{i=1}^n w_i]",
        "n a^2/3",
        "same",
    ),
    (
        (
            "m_i \\sim \\operatorname{Bernoulli}(p) i.i.d.",
            "p \\in (0,1)",
            "x \\in \\mathbb{R}^n",
        ),
        "\\operatorname{Var}[\\sum_{i=1}^n m_i x_i]",
        "p(1-p)\\sum_{i=1}^n x_i^2",
        "same",
    ),
    (("X, Y uncorrelated",), "Var(X + Y)", "Var(X) + Var(Y)", "same"),
    (
        ("x_1, \\dots, x_n uncorrelated with mean \\mu and variance \\sigma^2",),
        "\\mathbb{E}[(\\frac1n\\sum_{i=1}^n x_i - \\mu)^2]",
        "\\sigma^2/n",
        "same",
    ),
    (
        ("x_i \\sim \\mathcal{N}(\\mu, \\sigma^2) i.i.d.",),
        "\\operatorname{Var}[\\frac1n\\sum_{i=1}^n x_i]",
        "\\sigma^2/n",
        "same",
    ),
    (
        (
            "noise random variable with mean 0 and variance s^2",
            "f, y_0 \\in R",
        ),
        "E[(y_0 + noise - f)^2]",
        "(y_0 - f)^2 + s^2",
        "same",
    ),
    (
        (
            "\\epsilon independent of x",
            "\\mathbb{E}[\\epsilon]=0",
            "x random variable",
        ),
        "\\mathbb{E}[x\\epsilon]",
        "0",
        "same",
    ),
    (("\\mathbb{E}[x]=\\mu",), "\\mathbb{E}\\,x", "\\mu", "same"),
    (("X, X' i.i.d.",), "E[(X-X')^2]", "2 Var(X)", "same"),
    (("independent X, Y with mean 0 and variance 1",), "Var(X - Y)", "2", "same"),
    (
        (
            "X \\in \\mathbb{R}",
            "\\mathbb{V}[X] = \\sigma^2",
        ),
        "\\mathbb{V}[3X]",
        "9\\sigma^2",
        "same",
    ),
]


@pytest.mark.parametrize(("lets", "a", "b", "verdict"), ROWS)
def test_every_law(lets: tuple[str, ...], a: str, b: str, verdict: str) -> None:
    assert compare_texts(a, b, lets).verdict == verdict


def test_what_is_missing_is_said() -> None:
    """Two numbers of which nothing is said may depend on each other."""
    found = compare_texts("E[XY]", "E[X] E[Y]", ("X, Y random variables",))
    assert found.evidence == "right if X and Y are independent, which is not said"


@pytest.mark.parametrize("let", ["X has mean 1 and something else", "X has mean", "x uniform on 3"])
def test_words_that_are_not_understood(let: str) -> None:
    assert compare_texts("1", "1", (let,)).verdict == "unreadable"


def test_a_mean_is_said_once() -> None:
    found = compare_texts("1", "1", ("X has mean 1", "X has mean 2"))
    assert "the mean of X is said twice" in found.evidence


DENSITIES = (r"p \in \Delta^k", r"q \in \Delta^k", r"m = \frac{p + q}{2}")


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        (r"\mathbb{E}_p[\log\frac{p}{m}]", r"KL(p\|m)", "same"),
        (r"\mathbb{E}_p[\log\frac{p}{p + q}]", r"KL(p\|m) - \log 2", "same"),
        (r"\mathbb{E}_p[\log\frac{p}{p + q}]", r"KL(p\|m)", "different"),
        (r"\mathbb{E}_q[\log p]", r"\sum_i p_i \log p_i", "different"),
    ],
)
def test_means_under_vectors_of_probabilities(a: str, b: str, verdict: str) -> None:
    """What stands in the mean is a function of the value that is drawn."""
    assert compare_texts(a, b, DENSITIES).verdict == verdict


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        (r"\mathbb{E}_p[\log p(x)]", r"-\frac12\log(2\pi s^2) - \frac12", "same"),
        (r"\mathbb{E}_p[(x - m)^2]", "s^2", "same"),
        (r"\mathbb{E}_p[(x - m)^2]", "s", "different"),
        (r"\mathbb{E}_p[\log p(x) - \log q(x)]", r"KL(p\|q)", "same"),
    ],
)
def test_means_under_a_law_with_a_name(a: str, b: str, verdict: str) -> None:
    lets = ("s > 0", "t > 0", r"m \in \mathbb{R}", r"p = \mathcal{N}(m, s^2)", r"q = \mathcal{N}(0, t^2)")
    assert compare_texts(a, b, lets).verdict == verdict
