"""What pages say in an order, in words or with letters of their own that must not be taken for something else."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGES = {
    "numbers-for-members": (
        r"""Let $0 < b < 1$. With gradients $g_1, g_2, \dots$ it keeps
$$m_t = b\, m_{t-1} + (1-b)\, g_t, \quad m_0 = 0.$$

With $b = 0.8$, $g_1 = 5$ and $g_2 = -1$:
$$m_2 = 0.8 \cdot 1 - 0.2 \cdot 1 = 0.6$$
$$m_1 = 0.8 \cdot 5 = 4$$""",
        ["valid", "valid", "wrong", "valid"],
    ),
    "decimals-are-exact": (
        r"""Let $g \in \mathbb{R}^n$, $0 < a < 1$, $\epsilon > 0$.

For $a = 0.9$, $\epsilon = 0.01$ and $\|g\| = 2$ the speed is
$$\frac{\epsilon\,\|g\|}{1-a} = \frac{0.02}{0.1} = 0.2$$
$$\frac{\epsilon\,\|g\|}{a} = \frac{0.02}{0.1}$$""",
        ["valid", "valid", "wrong"],
    ),
    "letters-of-gates": (
        r"""Let $x \in \mathbb{R}^d$, $W_r, W_u \in \mathbb{R}^{m\times d}$, and
\begin{align*}
r &= \sigma(a_r), & a_r &= W_r x, \\
u &= \tanh(a_u), & a_u &= W_u x .
\end{align*}
With $L = \sum_k r_k u_k$:
$$\frac{\partial L}{\partial a_u} = r \odot (1 - u \odot u)$$
$$\frac{\partial L}{\partial a_r} = u \odot (1 - r \odot r)$$""",
        ["valid", "wrong"],
    ),
    "a-macro-between-dollars": (
        r"""$\newcommand{\tr}{^{\top}}\newcommand{\R}{\mathbb{R}}$

Let $w, x \in \R^n$.

$$(w\tr x)^2 = x\tr w w\tr x$$
$$(w\tr x)^2 = x\tr w w x$$""",
        ["valid", "wrong"],
    ),
    "the-gradient-at-a-symbol": (
        r"""Let $A \in \mathbb{R}^{n\times n}$ be symmetric, $\theta \in \mathbb{R}^n$, and
$J(\theta) = \frac12 \theta^\top A \theta$.
The gradient at $\theta$ is $g = A\theta$.

$$J(\theta - s g) = J(\theta) - s\, g^\top g + \frac12 s^2 g^\top A g$$
$$J(\theta - s g) = J(\theta) + s\, g^\top g + \frac12 s^2 g^\top A g$$""",
        ["valid", "wrong"],
    ),
    "from-now-on": (
        r"""Let $a \in \mathbb{R}$.

$$\sqrt{a^2} = |a|$$

From now on let $a > 0$. Then

$$\sqrt{a^2} = a$$
$$\sqrt{a^2} = -a$$""",
        ["valid", "valid", "wrong"],
    ),
    "two-sums-that-are-one": (
        r"""Let $p, q$ be probability distributions on $\{1,\dots,n\}$ with $p_i > 0$, $q_i > 0$,
$\sum_{i=1}^n p_i = \sum_{i=1}^n q_i = 1$, and let $m_i = \frac12 (p_i + q_i)$.

$$\sum_i m_i = 1$$
$$\sum_i m_i = 2$$""",
        ["valid", "valid", "valid", "wrong"],
    ),
    "a-function-said-behind": (
        r"""Let $x, w \in \mathbb{R}^d$ and $y \in \{-1, +1\}$. The loss is
$L = \phi(-y\, w^\top x)$, where $\phi(a) = \log(1 + e^a)$.

$$\nabla_w L = -y\, \sigma(-y\, w^\top x)\, x$$
$$\nabla_w L = y\, \sigma(-y\, w^\top x)\, x$$""",
        ["valid", "wrong"],
    ),
    "entries-with-their-ranges": (
        r"""Let $\varphi_{si} \in \mathbb{R}$ be the value of feature $i \in \{1,\dots,d\}$ in state
$s \in \{1, \dots, S\}$, and let $\theta \in \mathbb{R}^d$. Let
$$p_s = \frac{1}{Z} \exp\Big( \sum_{i=1}^d \theta_i \varphi_{si} \Big),
\qquad Z = \sum_{s=1}^S \exp\Big( \sum_{i=1}^d \theta_i \varphi_{si} \Big).$$
For one state $r \in \{1, \dots, S\}$ we have
$$\frac{\partial \log p_r}{\partial \theta_i} = \varphi_{ri} - \sum_{s=1}^S p_s \varphi_{si}$$
$$\frac{\partial \log p_r}{\partial \theta_i} = \varphi_{ri} - \sum_{s=1}^S \varphi_{si}$$""",
        ["valid", "wrong"],
    ),
    "at-the-minimum": (
        r"""Let $z \in \mathbb{R}^K$, $K \ge 2$, $p_k = \frac{e^{z_k}}{\sum_{l=1}^K e^{z_l}}$, and $t \in \mathbb{R}^K$.

At the minimum $p = t$, and so

$$z_1 - z_2 = \log \frac{p_1}{p_2} = \log \frac{t_1}{t_2}$$""",
        ["valid", "valid"],
    ),
    "an-argument-is-not-transposed": (
        r"""Let $a > 0$ and $q(s) = \begin{bmatrix} \cos(as) \\ \sin(as) \end{bmatrix}$, and let $h \in \mathbb{R}$.

$$q(s)^\top q(s + h) = \cos(ah)$$
$$q(s)^\top q(s + h) = \sin(ah)$$
$$\cos(a(s + h)) = \cos(as)\cos(ah) - \sin(as)\sin(ah)$$""",
        ["valid", "wrong", "valid"],
    ),
    "a-sequence-by-hand": (
        r"""Given $A = \begin{bmatrix} 3 & 0 \\ 0 & 1 \end{bmatrix}$, $b = \begin{bmatrix} 3 \\ 1 \end{bmatrix}$ and
$x_0 = \begin{bmatrix} 0 \\ 0 \end{bmatrix}$. Here $r_k$ is the residual and $d_{k+1} = r_{k+1} + \beta_k d_k$.
$$r_0 = b - A x_0 = \begin{bmatrix} 3 \\ 1 \end{bmatrix}, \qquad d_0 = r_0$$
$$a_0 = \frac{r_0^\top r_0}{d_0^\top A d_0} = \frac{10}{28}$$
$$r_1 = r_0 - a_0 A d_0 = \begin{bmatrix} -3/14 \\ 9/14 \end{bmatrix}$$
$$\beta_0 = \frac{r_1^\top r_1}{r_0^\top r_0} = \frac{9}{196}$$
$$d_1 = r_1 + \beta_0 d_0 = \begin{bmatrix} -15/196 \\ 135/196 \end{bmatrix}$$
$$r_1^\top r_0 = 0$$
$$d_1 = r_1 - \beta_0 d_0$$""",
        ["valid", "valid", "valid", "valid", "valid", "valid", "valid", "wrong"],
    ),
    "said-both-ways-round": (
        r"""The net puts out $m \in \mathbb{R}$ and $s \in \mathbb{R}$ with $s = \log \tau^2$. Let $y \in \mathbb{R}$
and
$$\ell = \log\tau + \frac{(y-m)^2}{2\tau^2}$$
where $\tau = e^{s/2}$.

$$\frac{\partial \ell}{\partial s} = \frac12 - \frac12 (y-m)^2 e^{-s}$$
$$\frac{\partial \ell}{\partial m} = (y - m) e^{-s}$$""",
        ["valid", "wrong"],
    ),
    "said-both-ways-round-amiss": (
        r"""The net puts out $m \in \mathbb{R}$ and $s \in \mathbb{R}$ with $s = \log \tau^2$. Let $y \in \mathbb{R}$
and
$$\ell = \log\tau + \frac{(y-m)^2}{2\tau^2}$$
where $\tau = e^{s}$.

$$\frac{\partial \ell}{\partial s} = 1 - (y-m)^2 e^{-2s}$$""",
        ["undecided"],
    ),
    "a-table-of-notation": (
        r"""| symbol | meaning | size |
|---|---|---|
| $A$ | data, rows $a_i^\top$ | $m \times k$ |
| $a_i$ | example number $i$ | $\mathbb{R}^k$ |
| $u$ | weights | $k$ |
| $t_i$ | target, 0 or 1 | scalar |
| $r_i$ | $r_i = a_i^\top u - t_i$ | scalar |

$$\nabla_u \frac12 \sum_{i=1}^m (a_i^\top u - t_i)^2 = \sum_{i=1}^m r_i a_i$$
$$\sum_{i=1}^m (a_i^\top u)^2 = \|Au\|^2$$
$$t_i^2 = t_i$$
$$\sum_{i=1}^m (a_i^\top u)^2 = \|Au\|$$""",
        ["valid", "valid", "valid", "wrong"],
    ),
    "a-table-in-latex": (
        r"""\section{Ridge}
\begin{tabular}{l|l|l}
\hline
Symbol & Meaning & Shape \\ \hline
$A$ & data matrix (rows $a_i^\top$) & $m \times k$ \\
$a_i$ & example number $i$ & $\mathbb{R}^k$ \\
$u$ & weights & $k$ \\
$t$ & targets & $\mathbb{R}^m$ \\
$L$ & loss, $L = \frac12 \sum_{i=1}^m (a_i^\top u - t_i)^2$ & scalar \\ \hline
\end{tabular}

\begin{align}
L &= \frac12 \|A u - t\|^2 \\
\nabla_u L &= \sum_{i=1}^m (a_i^\top u - t_i) a_i \\
\nabla_u L &= A^\top (t - A u)
\end{align}""",
        ["valid", "valid", "wrong"],
    ),
    "entries-before-their-vector": (
        r"""Let $s \in \mathbb{R}^M$ and $q_i > 0$ for $i = 1, \dots, M$ with $\sum_{i=1}^M q_i = 1$.

$$\sum_{i=1}^M q_i (\delta_{ij} - s_j) = q_j - s_j$$
$$\sum_{i=1}^M q_i (\delta_{ij} - s_j) = q_j + s_j$$""",
        ["valid", "wrong"],
    ),
    "entries-and-then-their-sum": (
        r"""Let $x_i > 0$ be the length of the $i$-th stick, and $c \in \mathbb{R}$.

$$c x_i = x_i c$$
$$\log \prod_{i=1}^n x_i^2 = 2 \sum_{i=1}^n \log x_i$$
$$\sum_{i=1}^n c x_i = n c x_i$$""",
        ["valid", "valid", "wrong"],
    ),
    "bounds-on-what-is-long-to-compute": (
        r"""Let $x_i, v, w \in \mathbb{R}^d$ for $i = 1, \dots, n$ and
$F(w) = \sum_{i=1}^n \log(1 + e^{w^\top x_i})$. Let $p_i = \sigma(w^\top x_i)$.

$$v^\top (\nabla_w^2 F)\, v = \sum_{i=1}^n p_i (1 - p_i) (v^\top x_i)^2$$
$$v^\top (\nabla_w^2 F)\, v \le \frac14 \sum_{i=1}^n (v^\top x_i)^2$$
$$v^\top (\nabla_w^2 F)\, v \le \frac18 \sum_{i=1}^n (v^\top x_i)^2$$""",
        ["valid", "valid", "wrong"],
    ),
    "a-name-given-later": (
        r"""Let $x, v \in \mathbb{R}$, $q = \tanh(v x)$ and $E = (q - 1)^2$. Write $a = v x$ for the net input.

$$\frac{\partial q}{\partial a} = 1 - q^2$$
$$\frac{\partial E}{\partial a} = 2 (q - 1)(1 - q^2)$$
$$\frac{\partial E}{\partial v} = 2 (q - 1)(1 - q^2) x$$
$$\frac{\partial q}{\partial a} = (1 - q^2) x$$""",
        ["valid", "valid", "valid", "wrong"],
    ),
    "a-name-given-later-for-a-part": (
        r"""Let $x, v \in \mathbb{R}$ and $q = \tanh(v x) + v$. Write $a = v x$.

$$\frac{\partial q}{\partial a} = 1 - \tanh^2(a)$$""",
        ["undecided"],
    ),
    "one-of-two-values": (
        r"""There is one input $x$, and the output is $o = \sigma(v x)$. The target is $t \in \{0, 1\}$ and the loss is
$E = -t \ln o - (1 - t) \ln(1 - o)$.

$$\frac{\partial E}{\partial v} = (o - t)\, x$$

Now the numbers $x = 3$, $v = 0.5$, $t = 1$:
$$o = \sigma(1.5) \approx 0.8176$$
$$\frac{\partial E}{\partial v} \approx (0.8176 - 1) \cdot 3 \approx -0.5472$$
$$\frac{\partial E}{\partial v} \approx 0.8176 \cdot 3$$""",
        ["valid", "valid", "valid", "valid", "valid", "wrong"],
    ),
    "minimised-step-by-step": (
        r"""Let $A \in \mathbb{R}^{n \times n}$ be symmetric, $b \in \mathbb{R}^n$, $s > 0$ and $w_k \in \mathbb{R}^n$.

We minimise $f(w) = \frac12 w^\top A w - b^\top w$ by gradient descent, $w_{k+1} = w_k - s \nabla f(w_k)$.

$$w_{k+1} = (I - s A) w_k + s b$$
$$w_{k+1} = (I - s A) w_k - s b$$""",
        ["valid", "wrong"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "verdicts"), PAGES.values(), ids=PAGES)
def test_a_page_is_read_in_the_order_it_means(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts
