"""Write-ups with ranges, vectors that count from 0 and zeros around vectors: right lines and wrong ones."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

V, W, U = "valid", "wrong", "undecided"
LISTED = r"Input $x_0, \dots, x_{n-1}$ and kernel $w_0, \dots, w_{k-1}$, $k \le n$. // "
SLID = LISTED + r"$$y_i = \sum_{j=0}^{k-1} w_j x_{i+j}, \qquad i = 0, \dots, n-k.$$ // "
LOSS = r"Let $L$ be a loss and $g_i = \partial L/\partial y_i$ ("
BACK = r") // $$\frac{\partial L}{\partial x_m} = \sum_{j=0}^{k-1} g_{m - j} w_j$$"
XN = r"Let $x \in \mathbb{R}^n$"
KERNEL = (
    XN + r", $w \in \mathbb{R}^k$ and $y_i = \sum_{a=1}^k w_a x_{i+a-1}$ for $i = 1, \dots, m$, where $m = n - k + 1$"
)
MOMENTUM = (
    r"We write $g_t$ for the gradient at step $t$ ($t = 1, 2, \dots$), $v_0 = 0$. // $$v_t = \alpha v_{t-1} + g_t$$ // "
)
PAIRS = r"Let $x \in \mathbb{R}^d$ with even $d$. Put $p_i = x_{2i-1} x_{2i}$ for all $i = 1, \dots, d/2$. // "
ENCODED = (
    r"Let $p \in \mathbb{R}^d$ with $p_{2i} = \sin a_i$ and $p_{2i+1} = \cos a_i$ for $i = 0, \dots, d/2 - 1$. // "
)
CELLS = r"Let $W \in \mathbb{R}^{n \times n}$, $D_t \in \mathbb{R}^{n \times n}$ and $h_t \in \mathbb{R}^n$. "
ROWS = [  # a write-up with // between its paragraphs, the verdicts, a name
    (
        SLID + r"$$\frac{\partial y_i}{\partial w_j} = x_{i+j}$$ // $$\frac{\partial y_i}{\partial w_j} = x_{i-j}$$",
        [V, W], "listed-and-counted-from-zero",
    ),
    (SLID + LOSS + r"put $g_i = 0$ when $i$ is outside $0, \dots, n-k$" + BACK, [V], "zeros-around"),
    (SLID + LOSS + "with $g_i = 0$ for $i < 0$ and for $i > n - k$" + BACK, [V], "zeros-around-by-numbers"),
    (SLID + LOSS + "$g_i = 0$ outside" + BACK.replace("m - j", "m + j"), [W], "zeros-around-and-wrong"),
    (SLID + LOSS + "$g_i = 0$ for $i > 1$" + BACK, [U], "zeros-within"),
    (
        XN + r" and $s_i = \sum_{j=1}^i x_j$ for $i = 1, \dots, n$. // $$s_i - s_{i-1} = x_i, \qquad i = 2, \dots, n.$$"
        r" // $$s_i = s_{i-1} + x_{i-1}, \quad 2 \le i \le n$$",
        [V, W], "a-claim-with-its-range",
    ),
    (
        XN + r". // $$|i - 2| x_i = (i - 2) x_i \quad (i = 2, \dots, n)$$ // "
        r"$$|i - 2| x_i = (i - 2) x_i \quad \forall i \in \{1, \dots, n\}$$",
        [V, W], "a-range-that-leaves-one-out",
    ),
    (
        r"Let $x \in \mathbb{R}^{nk}$ and // " + r"$$b_i = \sum_{j=1}^k x_{(i-1)k+j}, \quad 1 \le i \le n,$$ // "
        r"$$\sum_i b_i = \sum_{m=1}^{nk} x_m$$ // $$\sum_i b_i = \sum_{m=1}^{n} x_m$$",
        [V, W], "blocks",
    ),
    (
        PAIRS + r"$$\frac{\partial}{\partial x_2} \sum_i p_i = x_1$$ // "
        r"$$\frac{\partial}{\partial x_1} \sum_i p_i = x_1$$",
        [V, W], "pairs",
    ),
    (
        MOMENTUM + r"$$v_t = \sum_{s=1}^t \alpha^{t-s} g_s$$ // $$v_t = \sum_{s=1}^t \alpha^{t-s+1} g_s$$",
        [V, W], "an-open-range",
    ),
    (
        KERNEL + r". // The entry $x_j$ occurs in $y_i$ when $i + a - 1 = j$, so // "
        r"$$\sum_{i=1}^m y_i = \sum_{i=1}^m \sum_{a=1}^k w_a x_{i+a-1}$$ // $$\sum_{i=1}^n y_i = \sum_{i=1}^m y_i$$",
        [V, U], "a-size-that-is-defined",
    ),
    (
        CELLS + r"With a loss $L$ put $d_t = \nabla_{h_t} L$. // $$d_{t-1} = D_t W^\top d_t$$",
        [W], "a-loss-of-which-nothing-is-said-behind-a-definition",
    ),
    (ENCODED + r"$$\|p\|^2 = \frac d2$$ // $$\|p\|^2 = d$$", [V, W], "sines-and-cosines-in-turn"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_ranges_of_write_ups(text: str, verdicts: list[str], name: str) -> None:
    assert [step.verdict for step in check(text.replace(" // ", "\n\n")).steps] == verdicts
