"""What pages say by their layout or in words beside it: next values, tables of sizes, starts, entries of a vector."""

from __future__ import annotations

import pytest

from engine.derivation.check import check
from tests.quick import within

PAGES = {
    "a-primed-number-is-the-next": (
        r"""Given: the gates are $u = 0.25$ and $v = 0.5$, the state is $m = 4$ and the candidate is $q = -1$.
The next state is $m' = u m + v q$.

$$m' = \frac14 \cdot 4 - \frac12 = \frac12$$
$$m' = \frac14 \cdot 4 + \frac12 = \frac32$$""",
        ["valid", "valid", "wrong", "valid"],
    ),
    "numbers-in-a-table": (
        r"""Let $k_l$ be the width of the kernel and $s_l$ the stride of layer $l$:

| layer $l$ | kind | $k_l$ | $s_l$ |
|---|---|---|---|
| 1 | convolution | 7 | 2 |
| 2 | pooling | 3 | 3 |

The length behind layer $l$ is $n_l = \lfloor (n_{l-1} - k_l)/s_l \rfloor + 1$ with $n_0 = 29$.

$$n_1 = \lfloor 22/2 \rfloor + 1 = 12$$
$$n_2 = \lfloor 9/3 \rfloor + 1 = 4$$
$$n_2 = \lfloor 9/2 \rfloor + 1 = 5$$""",
        ["valid", "valid", "valid", "valid", "wrong", "valid"],
    ),
    "numbers-in-the-rows-of-a-table": (
        r"""The weights and the inputs of a neuron are

| $i$ | 1 | 2 | 3 |
|---|---|---|---|
| $w_i$ | 0.5 | -1 | 2 |
| $x_i$ | 4 | 3 | 1 |

Its net input is $a = \sum_{i=1}^3 w_i x_i$.

$$a = 2 - 3 + 2 = 1$$
$$a = 2 + 3 + 2 = 7$$""",
        ["valid", "valid", "wrong", "valid"],
    ),
    "a-table-of-results-gives-nothing": (
        r"""Let $w_0 = 1$ and $w_{t+1} = w_t / 2$.

| $t$ | $w_t$ |
|---|---|
| 1 | 0.5 |
| 2 | 0.75 |

$$w_2 = 0.25$$
$$w_2 = 0.75$$""",
        ["valid", "wrong"],
    ),
    "where-an-iteration-starts": (
        r"""Let $J(u) = u^2$ and $g_t = 2u_{t-1}$, $\kappa = 10^{-8}$. The rule reads
$$v_t = 0.5\, v_{t-1} + g_t, \qquad u_t = u_{t-1} - \frac{0.2}{\kappa + 1} v_t .$$

Start at $u_0 = 3$ and $v_0 = 0$.

1. $g_1 = 2 \cdot 3 = 6$
2. $v_1 = 6$
3. $u_1 \approx 3 - 0.2 \cdot 6 \approx 1.8$
4. $v_2 \approx 3 + 3.6 = 6.6$
5. $u_2 \approx 1.8 + 0.2 \cdot 6.6 = 3.12$""",
        ["valid"] * 7 + ["wrong", "valid"],
    ),
    "diagonal-in-words": (
        r"""Let $D \in \mathbb{R}^{n\times n}$ be diagonal and $B \in \mathbb{R}^{n\times n}$.

$$D^\top = D$$
$$B D = D B$$""",
        ["valid", "wrong"],
    ),
    "no-word-of-being-diagonal": (
        r"""Let $D \in \mathbb{R}^{n\times n}$ be block diagonal and
$B \in \mathbb{R}^{n\times n}$ have a zero on the diagonal.

$$B^\top = B$$""",
        ["wrong"],
    ),
    "definite-and-decomposed": (
        r"""Let $v \in \mathbb{R}^n$, the matrix $K \in \mathbb{R}^{n\times n}$ be symmetric positive definite, and let
$K = U D U^\top$ where $U$ is orthogonal and $D$ is diagonal. Let $\gamma > 0$.

$$U^\top K v = D U^\top v$$
$$U^\top (K + \gamma I)^{-1} v = (D + \gamma I)^{-1} U^\top v$$
$$U^\top (K + \gamma I)^{-1} v = (D - \gamma I)^{-1} U^\top v$$""",
        ["valid", "valid", "wrong"],
    ),
    "two-that-coincide-if": (
        r"""Let $a, b, c > 0$. We want the form of a square:

$$a^2 + 2ab + b^2 = (a + b)^2$$
$$a^2 - 2ab + b^2 = (a - b)^2$$

The two coincide if

$$a + b = c$$""",
        ["valid", "valid"],
    ),
    "the-form-that-is-wanted": (
        r"""Let $a, b, c > 0$. We want the form of a square:

$$a^2 + ab + b^2 = (a + b)^2$$""",
        ["wrong"],
    ),
    "a-vector-of-its-entries": (
        r"""Let $T = \begin{bmatrix} 0.8 & 0.3 \\ 0.2 & 0.7 \end{bmatrix}$ and
let $q = (q_1, q_2)^\top$ be the stationary distribution, i.e. $T q = q$ and $q_1 + q_2 = 1$.

$$0.8\, q_1 + 0.3\, q_2 = q_1$$
$$0.3\, q_2 = 0.2\, q_1$$
$$q_1 = \frac35$$
$$q_2 = \frac35$$""",
        ["valid", "valid", "valid", "wrong"],
    ),
    "a-kernel-of-its-entries": (
        r"""The kernel is $h = (h_1, h_2)$ and the matrix of the convolution is
$$M = \begin{pmatrix} h_1 & h_2 & 0 \\ 0 & h_1 & h_2 \end{pmatrix} .$$

Let $z = (z_1, z_2)^\top$.

$$M^\top z = \begin{pmatrix} h_1 z_1 \\ h_2 z_1 + h_1 z_2 \\ h_2 z_2 \end{pmatrix}$$
$$M^\top z = \begin{pmatrix} h_1 z_1 \\ h_2 z_1 + h_1 z_1 \\ h_2 z_2 \end{pmatrix}$$

For $h_1 = 2$ and $h_2 = 3$ we get
$$\|h\|^2 = 13$$

and the product, which for our numbers is
$$M M^\top = \begin{pmatrix} 13 & 6 \\ 6 & 13 \end{pmatrix}$$""",
        ["valid", "wrong", "valid", "valid"],
    ),
    "functions-of-an-index": (
        r"""Let $q = \begin{bmatrix} 0.7 \\ 0.3 \end{bmatrix}$ and
$M = \begin{bmatrix} 0.2 & 0.8 \\ 0.5 & 0.5 \end{bmatrix}$.
The values are $f_1(i) = q_i M_{i2}$ and
$f_2(j) = M_{j1} \sum_{i=1}^2 f_1(i) M_{ij}$.

$$f_1(1) = 0.7 \cdot 0.8$$
$$f_1(2) = 0.3 \cdot 0.5$$
$$f_2(1) = 0.2\,(0.56 \cdot 0.2 + 0.15 \cdot 0.5)$$
$$f_2(2) = 0.5\,(0.56 \cdot 0.8 + 0.15 \cdot 0.5)$$
$$f_2(2) = 0.5\,(0.56 \cdot 0.5 + 0.15 \cdot 0.5)$$""",
        ["valid", "valid", "valid", "valid", "wrong"],
    ),
}


@pytest.mark.parametrize(("text", "verdicts"), PAGES.values(), ids=PAGES)
def test_page(text: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(text).steps] == verdicts


@pytest.mark.parametrize("line", ["-" * 20_000, " " * 20_000, "-|" * 8_000, "|" * 20_000], ids=range(4))
def test_what_only_looks_like_a_table_is_read_in_linear_time(line: str) -> None:
    found = within(2, lambda: check(f"a|b\n{line}\n\n$$x = x$$\n"))
    assert [step.verdict for step in found.steps][-1:] == ["valid"]
