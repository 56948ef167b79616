"""What only words say, or an equation in passing, is never held against a page; what they say in formulas is used."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGES = {
    "numbers-before-their-recursion": (
        r"""- $g_1 = 2$, $g_2 = -1$: the gradients
- $r_1 = 0.5$, $r_2 = 0.25$: decay rates
- $s_t$: first moment, $s_t = r_1 s_{t-1} + (1-r_1) g_t$ with $s_0 = 0$

$$s_1 = 0.5 \cdot 2 = 1$$
$$s_2 = 0.5 \cdot 1 + 0.5 \cdot 1 = 1$$""",
        ["valid", "valid", "wrong", "valid"],
    ),
    "inputs-before-their-recursion": (
        r"""Let $x_1, x_2 \in \mathbb{R}$ and $u, w \in \mathbb{R}$, and let
$h_t = \tanh(u x_t + w h_{t-1})$, $h_0 = 0$.

$$\frac{dh_2}{dw} = (1 - h_2^2) h_1$$
$$\frac{dh_2}{dw} = (1 - h_2^2) h_2$$""",
        ["valid", "wrong"],
    ),
    "one-value-at-all-steps": (
        r"""Let $g_t \in \mathbb{R}^n$, $0 < a < 1$ and $v_t \in \mathbb{R}^n$ with
$$v_t = a v_{t-1} - g_t, \qquad v_0 = 0.$$

Now suppose that the gradient is constant, $g_j = g$ for all $j$, where $g \in \mathbb{R}^n$. Then
$$v_t = - \frac{1 - a^t}{1 - a}\, g$$
$$v_t = - \frac{1 - a^{t+1}}{1 - a}\, g$$""",
        ["valid", "wrong"],
    ),
    "entries-of-a-diagonal": (
        r"""**Notation.**

- $X \in \mathbb{R}^{n \times d}$ with SVD $X = U S V^\top$
- $U \in \mathbb{R}^{n \times d}$, $U^\top U = I$, $V \in \mathbb{R}^{d \times d}$, $V^\top V = I$
- $S \in \mathbb{R}^{d \times d}$: diagonal with positive entries $s_1, \dots, s_d$

$$\operatorname{tr}(X^\top X) = \sum_{i=1}^d s_i^2$$
$$\operatorname{tr}(X^\top X) = \sum_{i=1}^d s_i$$""",
        ["valid", "wrong"],
    ),
    "two-values-in-words": (
        r"""Let $w \in \mathbb{R}^d$ and let $m_1, \dots, m_d$ be independent, $m_i = 1$
with probability $q$ and $0$ otherwise.

$$\operatorname{Var}\left(\sum_{i=1}^d m_i w_i\right) = q(1-q)\sum_{i=1}^d w_i^2$$
$$\mathbb{E}[m_i] = q$$""",
        ["valid", "valid"],
    ),
    "a-distance-in-words": (
        r"""Let $w, a \in \mathbb{R}^d$ with $w \neq 0$, $b \in \mathbb{R}$, and let $r \in \mathbb{R}$
be its signed distance from the surface.

$$w^\top a - r\,\|w\| + b = 0$$
$$\|w\|^2 = 2 w^\top w$$""",
        ["undecided", "wrong"],
    ),
    "energies-in-words": (
        r"""Let $W \in \mathbb{R}^{n\times n}$ and $s, b \in \mathbb{R}^n$. Let $E_1$ be the energy
with $s_k = 1$ and $E_0$ the energy with $s_k = 0$.

$$E_0 - E_1 = \sum_{j=1}^n W_{kj} s_j + b_k$$""",
        ["undecided"],
    ),
    "a-solution-in-passing": (
        r"""Let $x \in \mathbb{R}^n$, $\tau > 0$,
$\ell(\tau) = -\frac n2 \log\tau - \frac{1}{2\tau} \sum_{i=1}^n x_i^2$.

Setting the derivative to zero yields $\hat\tau = \frac1n \sum_{i=1}^n x_i^2$.

$$\ell(\hat\tau) = -\frac n2 \log\hat\tau - \frac n2$$

For every value we have

$$\ell(\tau) = -\frac n2 \log\tau - \frac n2$$""",
        ["valid", "wrong"],
    ),
    "a-vector-with-a-number": (
        r"""Let $u \in \mathbb{R}^d$. With $u_1 = \begin{pmatrix} 1 \\ 2 \end{pmatrix}$ one checks
$$2 u_1 = \begin{pmatrix} 2 \\ 4 \end{pmatrix}$$
$$3 u_1 = \begin{pmatrix} 3 \\ 5 \end{pmatrix}$$""",
        ["valid", "wrong"],
    ),
    "a-list-below-a-heading-in-bold": (
        r"""**Variables.**

- $A \in \mathbb{R}^{n\times n}$, $A^T = A$
- $x \in \mathbb{R}^n$

$$x^T A^T = x^T A$$
$$x^T A^T = A x$$""",
        ["valid", "wrong"],
    ),
    "a-claim-behind-a-membership": (
        r"""$A, B \in \mathbb{R}^{n\times n}$ satisfy
$$(AB)^T = A^T B^T$$""",
        ["wrong"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "verdicts"), PAGES.values(), ids=PAGES)
def test_what_is_left_open_is_not_called_wrong(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts
