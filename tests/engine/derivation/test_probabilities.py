"""Densities and probabilities as write-ups state them: in formulas, numbers, tables, energies and integrals."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

FAMILY = (
    "Let $x^{(i)} \\in \\mathbb{R}^n$ and $y^{(i)} \\in \\mathbb{R}$ for $i = 1, \\dots, m$, "
    "let $w \\in \\mathbb{R}^n$ and $\\sigma > 0$.\\n"
)
NOISE = (
    FAMILY + "Let $p(y^{(i)} \\mid x^{(i)}; w) = \\frac{1}{\\sqrt{2\\pi}\\sigma} "
    "\\exp\\left(-\\frac{(y^{(i)} - w^\\top x^{(i)})^2}{2\\sigma^2}\\right)$.\n\n"
)
ENTRIES = (
    "Let $x \\in \\mathbb{R}^n$, $\\mu\\in\\mathbb R$ and $\\sigma>0$. The density of each observation is "
    "$p(x_i) = \\frac{1}{\\sqrt{2\\pi}\\sigma} e^{-(x_i-\\mu)^2/(2\\sigma^2)}$.\n\n"
)
AT_MEMBERS = [
    (
        NOISE + "$$\\log \\prod_{i=1}^m p(y^{(i)} \\mid x^{(i)}; w) = -m\\log\\sigma - \\frac m2 \\log 2\\pi"
        " - \\frac{1}{2\\sigma^2}\\sum_{i=1}^m (y^{(i)} - w^\\top x^{(i)})^2$$",
        ["valid"], "conditional-density",
    ),
    (
        NOISE + "$$\\nabla_w \\sum_{i=1}^m \\log p(y^{(i)} \\mid x^{(i)}; w) = "
        "\\frac{1}{\\sigma^2}\\sum_{i=1}^m (y^{(i)} - w^\\top x^{(i)}) x^{(i)}$$",
        ["valid"], "its-gradient",
    ),
    (
        NOISE + "$$\\nabla_w \\log p(y^{(1)} \\mid x^{(1)}; w) = "
        "-\\frac{1}{\\sigma^2} (y^{(1)} - w^\\top x^{(1)}) x^{(1)}$$",
        ["wrong"], "the-gradient-of-one-with-the-wrong-sign",
    ),
    (
        NOISE + "$$p(y^{(1)} \\mid x^{(2)}; w) = p(y^{(1)} \\mid x^{(1)}; w)$$",
        ["undecided"], "what-the-definition-does-not-speak-of",
    ),
    (
        ENTRIES + "$$\\frac{\\partial}{\\partial\\mu} \\sum_{i=1}^n \\log p(x_i) = "
        "\\frac{1}{\\sigma^2}\\sum_{i=1}^n (x_i - \\mu)$$",
        ["valid"], "of-entries",
    ),
    (
        ENTRIES + "$$\\sum_{i=1}^n \\log p(x_i) = -\\frac n2 \\log(2\\pi\\sigma) - "
        "\\sum_{i=1}^n \\frac{(x_i-\\mu)^2}{2\\sigma^2}$$",
        ["wrong"], "of-entries-wrong",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), AT_MEMBERS, ids=[row[-1] for row in AT_MEMBERS])
def test_densities_at_the_members_of_a_family(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts


RBM = (
    "RBM with $v\\in\\{0,1\\}^{n}$, $h\\in\\{0,1\\}^{m}$, $b \\in \\mathbb R^n$, $c \\in \\mathbb R^m$, "
    "$W \\in \\mathbb R^{n \\times m}$, the energy "
    "$E(v,h) = -b^Tv - c^Th - v^TWh$ and $P(v,h) = \\frac1Z e^{-E(v,h)}$.\n\n"
)
ISING = (
    "An Ising pair $s_1, s_2 \\in \\{-1, 1\\}$ has energy $E(s_1,s_2) = -J s_1 s_2$ with $J \\in \\mathbb{R}$ and "
    "$p(s_1,s_2) = \\frac{e^{-E(s_1,s_2)}}{Z}$.\n\n"
)
WEIGHTS = "Counts $x \\in \\{0,1,2\\}$ with $\\theta > 0$, and weights $p(x;\\theta) \\propto \\theta^x$.\n\n"
ENERGIES = [
    (
        RBM + "$$P(h\\mid v) = \\frac{P(v,h)}{P(v)} = \\frac{1}{P(v) Z} e^{b^Tv + c^Th + v^TWh}"
        " \\propto e^{c^Th + v^TWh}$$",
        ["valid"] * 3, "rbm",
    ),
    (RBM + "$$P(h_j=1\\mid v) = \\sigma(c_j + v^TW_{:,j})$$", ["valid"], "rbm-unit"),
    (RBM + "$$P(v_i=1\\mid h) = \\sigma(c_i + W_{i,:} h)$$", ["wrong"], "rbm-unit-with-the-other-bias"),
    (RBM + "$$Z = \\sum_{v} \\sum_{h} e^{-E(v,h)}$$", ["valid"], "its-partition-function"),
    (RBM + "$$Z = \\sum_{h} e^{-E(v,h)}$$", ["wrong"], "its-partition-function-wrong"),
    (ISING + "$$Z = 2e^{J} + 2e^{-J} = 4\\cosh J$$\n\n$$\\frac{d}{dJ} \\log Z = \\tanh J$$", ["valid"] * 3, "ising"),
    (ISING + "$$p(s_1 = 1 \\mid s_2 = 1) = \\sigma(2J)$$\n\n$$p(s_1 = 1) = \\sigma(J)$$", ["valid", "wrong"], "spins"),
    (
        WEIGHTS + "$$p(2;\\theta) = \\frac{\\theta^2}{1+\\theta+\\theta^2}$$\n\n$$p(1;\\theta) = \\theta p(0; \\theta)"
        " = \\theta$$",
        ["valid", "valid", "wrong"], "weights",
    ),
    (
        ("States $k \\in \\{1, 2, 3\\}$ and $\\beta>0$:\n\n$$P(k) \\propto e^{-\\beta k}$$\n\n"
        "$$\\frac{P(2)}{P(1)} = e^{-\\beta}$$\n\n$$P(1) = e^{-\\beta}$$"),
        ["valid", "wrong"], "weights-displayed",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), ENERGIES, ids=[row[-1] for row in ENERGIES])
def test_probabilities_by_energies_and_weights(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts


ELBO = "Let $p(x,z)$ be a joint density and $q(z\\mid x)$ a density in $z$.\n\n"
LIFETIME = "The lifetime $t$ has the density $f(t) = \\lambda e^{-\\lambda t}$, where $\\lambda > 0$.\n\n"
GAUSS = "Let $x\\in\\mathbb{R}$, $s > 0$ and $p(x) = \\frac1Z e^{-x^2/(2s^2)}$.\n\n"
INTEGRALS = [
    (
        ELBO + "$$\\log p(x) = \\log\\int p(x,z)\\,dz = \\log\\mathbb{E}_{q(z\\mid x)}\\Big[\\frac{p(x,z)}{q(z\\mid x)}"
        "\\Big] \\ge \\int q(z\\mid x) \\log\\frac{p(x,z)}{q(z\\mid x)} \\mathrm{d}z$$",
        ["valid"] * 3, "jensen",
    ),
    (
        ELBO + "$$\\log p(x) \\le \\int q(z\\mid x) \\log\\frac{p(x,z)}{q(z\\mid x)} \\mathrm{d}z$$", ["wrong"],
        "jensen-turned-round",
    ),
    (
        ELBO + "$$\\mathbb{E}_q\\Big[\\log\\frac{p(x,z)}{q(z\\mid x)}\\Big] = \\mathbb{E}_q[\\log p(x\\mid z)]"
        " - D_{KL}(q(z\\mid x)\\|p(z)) = \\log p(x) - D_{KL}(q(z\\mid x)\\|p(z\\mid x))$$",
        ["valid"] * 2, "three-forms-of-a-bound",
    ),
    (
        ELBO + "$$\\mathbb{E}_q\\Big[\\log\\frac{p(x,z)}{q(z\\mid x)}\\Big] = \\mathbb{E}_q[\\log p(x\\mid z)]"
        " + D_{KL}(q(z\\mid x)\\|p(z))$$",
        ["wrong"], "a-bound-with-the-wrong-sign",
    ),
    (ELBO + "$$\\int p(x,z)\\,dx\\,dz = 1$$\n\n$$\\int p(x, z) \\, dx = p(x)$$", ["valid", "wrong"], "marginals"),
    (
        ("Densities $p(x)$ and $q(x)$.\n\n$$\\int p(x)\\log\\frac{p(x)}{q(x)}dx = D_{KL}(p\\|q) \\ge 0$$\n\n"
        "$$-\\int p(x)\\log p(x)\\,dx \\ge 0$$"),
        ["valid", "valid", "undecided"], "an-entropy-of-a-density-may-be-negative",
    ),
    (
        LIFETIME + "$$\\int_0^\\infty f(t)\\,dt = 1$$\n\n$$\\int_a^\\infty f(t)\\,dt = e^{-\\lambda a}$$\n\n"
        "$$\\int_0^\\infty t f(t)\\,dt = \\lambda$$",
        ["valid", "valid", "wrong"], "a-lifetime",
    ),
    (
        GAUSS + "$$Z = \\int_{-\\infty}^{\\infty} e^{-x^2/(2s^2)}\\,dx = s\\sqrt{2\\pi}$$\n\n"
        "$$\\int_{\\mathbb{R}} x^2 p(x)\\,dx = s^2$$\n\n$$Z = s\\sqrt{\\pi}$$",
        ["valid", "valid", "valid", "wrong"], "a-normalizer",
    ),
    (
        "Let $x, \\mu\\in\\mathbb{R}^n$ and $p(x) = \\frac1Z e^{-\\|x-\\mu\\|^2/2}$.\n\n$$Z = (2\\pi)^{n/2}$$",
        ["undecided"], "no-normalizer-of-vectors",
    ),
    ("$$\\frac{d}{dx} \\int_0^x e^{-t^2} dt = e^{-x^2}$$", ["valid"], "the-fundamental-theorem"),
    ("$$\\frac{d}{dx} \\int_0^{x^2} e^{-t} dt = e^{-x^2}$$", ["wrong"], "its-inner-derivative-forgotten"),
    ("$$\\int_0^1 x \\log x\\,dx = -\\frac14$$", ["valid"], "a-singular-end"),
    ("$$\\int_0^1 \\frac1x\\,dx = 5$$", ["undecided"], "no-value"),
    ("$$\\int_{-1}^1 |x|\\,dx = 1$$\n\n$$\\int_{-1}^1 |x|\\,dx = 2$$", ["valid", "wrong"], "a-kink"),
    ("$$\\int_0^1 x^2 dx \\approx 0.333$$\n\n$$\\int_0^1 x^2 dx \\approx 0.34$$", ["valid", "wrong"], "to-the-digits"),
    (
        ("Let $p(x)$ be a density on the real line.\n\n$$\\int_{-\\infty}^{\\infty} p(x)\\,dx = 1$$\n\n"
        "$$\\int_0^1 p(x)\\,dx = 1$$\n\n$$\\int x^2\\,dx = \\frac{x^3}{3}$$"),
        ["valid", "undecided", "valid"], "what-a-density-does-not-say",
    ),
    (
        "$$\\int (a x + b) p(x)\\,dx = a\\int x p(x)\\,dx + b$$\n\n$$\\int (a x + b) p(x)\\,dx = a\\int x p(x)\\,dx$$",
        ["valid", "wrong"], "a-mean-is-linear",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), INTEGRALS, ids=[row[-1] for row in INTEGRALS])
def test_integrals(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts


PRIMED = "Let $h\\in\\{0,1\\}^m$, $a \\in \\mathbb{R}^m$.\n\n"
FACTORS = "= \\prod_{j=1}^m (1 + e^{a_j})$$\n\n"
SUMS = [
    (PRIMED + "$$\\prod_j \\sum_{h'_j\\in\\{0,1\\}} e^{a_jh'_j} " + FACTORS, ["valid"], "an-entry-with-a-prime"),
    (PRIMED + "$$\\sum_{h'} \\prod_{j=1}^m e^{a_j h_j'} = \\prod_{j=1}^m \\sum_{h'_j\\in\\{0,1\\}} e^{a_j h'_j} "
     + FACTORS, ["valid", "valid"], "a-vector-with-a-prime-and-its-entries"),
    (PRIMED + "$$\\sum_{h'} \\prod_{j=1}^m e^{a_j h'_j} = \\prod_{j=1}^m (1 + e^{2a_j})$$",
     ["wrong"], "a-vector-with-a-prime-and-wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), SUMS, ids=[row[-1] for row in SUMS])
def test_sums_over_what_has_a_prime(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts


BOUND = r"""Let $c \in \{1,\dots,M\}$ be a hidden class with joint distribution $p(y, c) > 0$, and let $q(c) > 0$ be any
distribution on $\{1,\dots,M\}$. Define

$$\mathcal{F}(q) = \sum_{c=1}^M q(c) \log \frac{p(y,c)}{q(c)}$$

$$\mathrm{KL}(q) = \sum_{c=1}^M q(c) \log \frac{q(c)}{p(c \mid y)}$$

"""


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (r"\mathcal{F}(q) + \mathrm{KL}(q) = \log p(y)", "valid"),
        (r"\mathcal{F}(q) = \sum_c q(c) \log p(y \mid c) + \sum_c q(c) \log \frac{p(c)}{q(c)}", "valid"),
        (r"\mathcal{F}(q) = \sum_c q(c) \log p(y \mid c) - \sum_c q(c) \log \frac{p(c)}{q(c)}", "wrong"),
        (r"\log p(y) = \mathcal{F}(q) - \mathrm{KL}(q)", "wrong"),
        (r"\mathcal{F}(q) \le \log p(y)", "valid"),
    ],
)
def test_a_bound_at_one_law(claim: str, verdict: str) -> None:
    assert check(f"{BOUND}$${claim}$$").steps[-1].verdict == verdict


VECTOR = "Let $x\\sim\\mathcal N(\\mu,\\Sigma)$ in $\\mathbb{R}^d$ with $\\Sigma$ symmetric positive definite.\n\n"
SAME = (
    "Let $v \\sim \\mathcal{N}(m, S)$ with $v \\in \\mathbb{R}^k$ and $S$ positive definite. "
    "A scalar equals its trace.\n\n"
)
GAUSSIANS = [
    (VECTOR + "$$\\operatorname{tr}(\\Sigma^{-1}\\Sigma) = d$$\n\n$$\\operatorname{tr}(\\Sigma\\Sigma^{-1}) = 2d$$",
     ["valid", "wrong"], "sizes"),
    (VECTOR + "$$\\mathbb{E}[(x-\\mu)^\\top\\Sigma^{-1}(x-\\mu)] = d$$", ["valid"], "a-square"),
    (VECTOR + "$$\\log p(x)=-\\frac d2\\log(2\\pi)-\\frac12\\log\\det\\Sigma-\\frac12(x-\\mu)^\\top\\Sigma^{-1}"
     "(x-\\mu)$$\n\n$$p(x) = (2\\pi)^{-d/2} e^{-\\frac12(x-\\mu)^\\top\\Sigma^{-1}(x-\\mu)}$$", ["valid", "wrong"],
     "density"),
    (VECTOR + "$$H(x) = -\\mathbb{E}[\\log p(x)] = \\frac12\\log\\det(2\\pi e\\,\\Sigma)$$\n\n"
     "$$H(x) = \\frac12\\log\\det(2\\pi\\Sigma)$$", ["valid", "valid", "wrong"], "entropy"),
    (SAME + "$$\\mathbb{E}[v v^\\top] = S + m m^\\top$$\n\n$$\\mathbb{E}[v v^\\top] = S - m m^\\top$$",
     ["valid", "wrong"], "second-moment"),
    ("Let $s > 0$ and $z \\sim N(0, s^2)$.\n\n$$H(z) = \\frac12 \\log(2\\pi e s^2)$$\n\n$$H(z) = \\log(2\\pi e s^2)$$",
     ["valid", "wrong"], "entropy-of-a-number"),
    (("Let $\\theta \\in (0,1)$ and $b \\sim \\operatorname{Bernoulli}(\\theta)$.\n\n"
      "$$H(b) = -\\theta\\log\\theta - (1-\\theta)\\log(1-\\theta)$$\n\n$$H(b) = -\\theta\\log\\theta$$"),
     ["valid", "wrong"], "entropy-of-a-coin"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), GAUSSIANS, ids=[row[-1] for row in GAUSSIANS])
def test_gaussians_told_in_a_sentence(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts
