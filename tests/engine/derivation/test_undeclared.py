"""Pages that declare next to nothing: shapes by use, what is told in passing, entries of what is random."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

SOFTMAX = r"""Scores $z = Wx$, probabilities $p_k = e^{z_k}/\sum_j e^{z_j}$, one-hot target $y$, loss
$\ell = -\sum_k y_k\log p_k$."""
LOGISTIC = r"One example: $z = w^\top x + b$, $p = \sigma(z)$, $\ell = -y\log p - (1-y)\log(1-p)$."
ATTENTION = r"For $a = \mathrm{softmax}(s)$ and $o = \sum_j a_j v_j$ with $v_j \in \mathbb R^m$,"
RBM = r"""Energy $E(v,h) = -a^\top v - b^\top h - v^\top W h$, $v\in\{0,1\}^m$, $h\in\{0,1\}^n$,
$P(v,h) = e^{-E(v,h)}/Z$."""
BAGGING = r"""$k$ models with errors $\epsilon_i$, $\mathbb E[\epsilon_i]=0$, $\mathbb E[\epsilon_i^2] = v$,
$\mathbb E[\epsilon_i\epsilon_j] = c$ for $i\neq j$."""
MEANS = r"Let $x, y\in\mathbb{R}^n$, $\bar x = \frac1n\sum_i x_i$ and $\bar y = \frac1n\sum_i y_i$. Setting it to zero:"
GAUSSIANS = r"Let $q = \mathcal N(\mu, \sigma^2)$ and $p=\mathcal N(0,1)$ be densities on $\mathbb{R}$, $\sigma>0$."
NOISE = r"Let $z = \mu + \sigma\epsilon$ with $\epsilon\sim\mathcal N(0,1)$, $\sigma > 0$. For $f(z) = z^2$:"
SPECTRAL = r"""Let $A\in\mathbb{R}^{n\times n}$ be symmetric with $A = Q\Lambda Q^\top$, $Q$ orthogonal,
$\Lambda=\operatorname{diag}(\lambda_1,\dots,\lambda_n)$."""
DEFINITE = r"""Let $H\in\mathbb{R}^{d\times d}$ be symmetric positive definite with $H = Q\Lambda Q^\top$,
$Q$ orthogonal, $\Lambda=\operatorname{diag}(\lambda_1,\dots,\lambda_d)$."""

ROWS = [
    (SOFTMAX, [r"\frac{\partial \log p_k}{\partial z_i} = \delta_{ki} - p_i",
               r"\frac{\partial\ell}{\partial z_i} = y_i - p_i"], "valid wrong", "softmax"),
    (SOFTMAX, [r"\frac{\partial\ell}{\partial W_{ij}} = (p_i-y_i)x_j"], "valid", "softmax-weights"),
    (LOGISTIC, [r"\frac{\partial\ell}{\partial p} = \frac{p-y}{p(1-p)}", r"\nabla_w\ell = (p-y)x",
                r"\nabla^2_w\ell = (p-y)\,xx^\top"], "valid valid wrong", "logistic"),
    (ATTENTION, [r"\frac{\partial a_j}{\partial s_i} = a_j(\delta_{ij} - a_i)",
                 r"\frac{\partial o}{\partial s_i} = a_i(v_i + o)"], "valid wrong", "by-an-entry"),
    (RBM, [r"P(h|v) = \prod_j P(h_j|v)", r"P(v_i=1|h) = \sigma(a_i + \sum_j W_{ij}h_j)",
           r"P(h|v) = P(h_1|v)"], "valid valid wrong", "entries-of-what-is-random"),
    (BAGGING, [r"\mathbb E\left[\Big(\frac1k\sum_i\epsilon_i\Big)^2\right] = \frac1kv+\frac{k-1}kc",
               r"\mathbb E\left[\Big(\frac1k\sum_i\epsilon_i\Big)^2\right] = \frac1kv+\frac{k+1}kc"],
     "valid wrong", "how-many-there-are"),
    (MEANS, [r"\sum_i x_i (w(x_i-\bar x) - (y_i - \bar y)) = 0",
             r"\Rightarrow\quad w = \frac{\sum_i x_i (y_i-\bar y)}{\sum_i x_i (x_i - \bar x)}"], "valid",
     "divided-by-nothing"),
    (GAUSSIANS, [r"\mathrm{KL}(q\|p) = \mathbb E_{z\sim q}[\log q(z) - \log p(z)]",
                 r"\partial_\mu \mathrm{KL} = 2 \mu"], "valid wrong", "a-divergence-by-its-name"),
    (NOISE, [r"\mathbb E[f(z)] = \mu^2 + \sigma^2", r"\mathbb E[2z\epsilon] = \sigma"], "valid wrong",
     "a-function-in-a-case"),
    ("Let $q, k\\in\\mathbb{R}^d$ have independent components with mean 0 and variance 1.",
     [r"\operatorname{Var}(q\cdot k) = \sum_{i=1}^d \mathbb E[q_i^2]\,\mathbb E[k_i^2]",
      r"\operatorname{Var}(q\cdot k) = d^2"], "valid wrong", "independent-components"),
    (r"Let $A$ be a symmetric $n\times n$ matrix with $Av = \lambda v$, $v\ne0$.",
     [r"A^2v = A(\lambda v) = \lambda^2v", r"A^3 v = 3\lambda v"], "valid valid wrong", "an-eigenvector"),
    (SPECTRAL,
     [r"\operatorname{tr}A = \sum_i\lambda_i", r"\det A = \sum_i\lambda_i"], "valid wrong", "a-decomposition"),
    (DEFINITE, [r"H^{-1} = Q\Lambda^{-1}Q^\top", r"H^{-1} = Q^\top\Lambda^{-1}Q"], "valid wrong", "definite"),
    (r"$P = \begin{pmatrix}0.9&0.1\\0.4&0.6\end{pmatrix}$ (rows sum to one), start $\pi_0 = (1, 0)$.",
     [r"\pi_1 = \pi_0P = (0.9, 0.1)", r"(0.8, 0.2)P = (0.8, 0.2)", r"(0.9, 0.1)P = (0.85, 0.25)"],
     "valid valid wrong", "rows-before-a-matrix"),
    (r"Prior $x\sim\mathcal N(m, p)$, measurement $y = x+\nu$, $\nu\sim\mathcal N(0,r)$ independent.",
     [r"\operatorname{Cov}(x,y) = p", r"\operatorname{Var}(y) = p - r"], "valid wrong", "variances-are-positive"),
    (r"Let $A\in\mathbb{R}^{n\times n}$, $b\in\mathbb{R}^n$, $w_{t+1} = w_t - \eta(Aw_t-b)$.",
     [r"w_{t+1} - w_t = \eta b - \eta Aw_t", r"w_{t+1} - w_t = \eta b + \eta Aw_t"], "valid wrong",
     "letters-side-by-side"),
    (r"$\tanh(0.8) \approx 0.664$.",
     [r"0.6\tanh(0.8) = 0.6\cdot 0.664 = 0.398", r"\frac13 = 0.333", r"\frac23 = 0.66"],
     "valid valid valid valid wrong", "rounded-numbers"),
    (r"For $a,b>0$ the function $g(y) = a\log y+b\log(1-y)$ is concave:",
     [r"g'(y) = \frac ay - \frac b{1-y}", r"g'(y) = \frac ay + \frac b{1-y}"], "valid wrong", "bounds-of-several"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "claims", "verdicts", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_page(given: str, claims: list[str], verdicts: str, name: str) -> None:
    text = given + "\n" + "".join(f"\n$${claim}$$\n" for claim in claims)
    assert [step.verdict for step in check(text).steps] == verdicts.split()


def test_derivatives_behind_a_definition_claim() -> None:
    text = r"""$$J = \tfrac12 (m^2 + s^2)$$
with derivatives $\partial J/\partial m = m$ and $\partial J/\partial s = 2 s$."""
    assert [step.verdict for step in check(text).steps] == ["valid", "wrong"]


def test_a_row_that_ends_in_a_star_ends() -> None:
    text = r"""Let $H\in\mathbb{R}^{n\times n}$ be symmetric, $\lambda>0$. The minimum satisfies
\begin{align*}
\lambda\tilde w + H(\tilde w - w^*) &= 0\\
(H+\lambda I)\tilde w &= Hw^*\\
\tilde w &= (H+\lambda I)^{-1}Hw^*
\end{align*}"""
    assert [step.verdict for step in check(text).steps] == ["valid", "valid"]


CASES = [
    (
        r"""Let $f(w) = \frac12 (w-a)^2 + \lambda |w|$ with $a \in \mathbb{R}$ and $\lambda > 0$.

For $w > 0$ we have
$$f'(w) = w - a + \lambda$$
Setting it to zero,
$$w^\star = a - \lambda$$
For $w<0$ we have
$$f'(w) = w - a - \lambda$$
Setting it to zero,
$$w^\star = a - \lambda$$""",
        "valid valid valid wrong", "solved-in-each-case",
    ),
    (
        r"""Let $y \in \mathbb{R}^n$, $c = \frac1n\sum_i y_i$.
\[ 2 c = \frac{2}{n} s, \qquad s = \sum_{i=1}^n y_i \]
\[ 2 c = \frac{3}{n} s \]""",
        "valid wrong", "what-it-is-behind-it",
    ),
    (
        r"""Let $X$ be a random vector in $\mathbb R^n$ with mean $\mu$ and covariance
$\Sigma=\mathbb E[(X-\mu)(X-\mu)^\top]$. The second moment: $\mathbb E[XX^\top]=\Sigma+\mu\mu^\top$.
$$\operatorname{tr}\big(\mathbb E[XX^\top]\big) = \operatorname{tr}(\Sigma) - \mu^\top\mu$$""",
        "wrong", "a-moment-by-another",
    ),
    (
        r"""Let $z=\mu+\sigma\epsilon$ with $\epsilon\sim\mathcal N(0,1)$ independent of the parameters. In expectation
over $\epsilon$ (with $\mathbb E[\epsilon]=0$), we get

$$\mathbb E[(x - wz)^2] = (x-w\mu)^2+w\sigma^2$$""",
        "valid wrong", "in-expectation",
    ),
    (
        r"""With $\tilde w=pw$ for $w, x\in\mathbb{R}^n$, $p > 0$, the penalty reads
$$p\sum_i w_i^2x_i^2 = p\sum_i\tilde w_i^2x_i^2$$""",
        "wrong", "reads",
    ),
    (
        r"""Let $H = -\sum_{i=1}^np_i\log p_i$. For the uniform distribution $p_i=1/n$ we get
$$H = \log n.$$""",
        "undecided", "a-case-of-what-nothing-declares",
    ),
    (
        r"""PCA: $S = \frac1n\sum_ix_ix_i^\top$, $u^\top u = 1$, $L(u,\lambda) = u^\top Su+\lambda(1-u^\top u)$.
$$\nabla_uL = 2Su-2\lambda u$$""",
        "valid", "a-norm-that-is-set",
    ),
    (
        r"""The gradient of $f(W) = \operatorname{tr}(W^\top AW)$, $A\in\mathbb{R}^{n\times n}$, is
$$\nabla_W f = (A+A^\top)W$$
and for symmetric $A$ it is
$$\nabla_W f = 2AW$$""",
        "valid valid", "symmetric-in-words",
    ),
    (
        r"""Let $t, k, a$ be real numbers.
$$\sin a t\sin a(t+k)+\cos a t\cos a(t+k) = \cos a k$$""",
        "undecided", "where-an-angle-ends",
    ),
    (
        r"""Let $A\in\mathbb{R}^{2\times 2}$, $v\in\mathbb{R}^2$.
$$Av + A\cdot 0 = Av$$
$$Av + A\cdot 0 = v$$""",
        "valid wrong", "the-vector-zero",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), CASES, ids=[row[-1] for row in CASES])
def test_whole_page(text: str, verdicts: str, name: str) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts.split()
