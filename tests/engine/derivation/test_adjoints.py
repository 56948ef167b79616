"""Names for the derivatives of one loss by everything, and what a loss is said to depend on."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

LAYER = r"Let $z = Wx + b$, $a = \tanh(z)$ with $W\in\mathbb R^{m\times n}$, $x \in \mathbb R^n$, $b \in \mathbb R^m$."
GATES = r"""$$f_t = \sigma(\hat f_t), \quad g_t = \tanh(\hat g_t)$$
$$c_t = f_t\odot c_{t-1} + g_t, \qquad h_t = \tanh(c_t)$$
"""

ROWS = [
    (
        LAYER,
        r"""Write $\bar v = \partial L/\partial v$.
        $$\bar W = \bar z x^\top$$
        $$\bar x = W \bar z$$""",
        "valid wrong", "accent",
    ),
    (
        LAYER,
        r"""We use $\overline v$ for $\dfrac{\partial L}{\partial v}$.
        $$\overline z = \overline a \odot (1 - a^2)$$
        $$\overline b = -\overline z$$""",
        "valid wrong", "said-to-stand-for",
    ),
    (
        LAYER,
        r"""Bars denote derivatives of the loss $L$.
        $$\bar x = W^\top \bar z$$
        $$\bar z = \bar a \odot (1 - a)$$""",
        "valid wrong", "bars-in-words",
    ),
    (
        LAYER,
        r"""Put $\delta_v := \partial L/\partial v$ for any variable $v$.
        $$\delta_W = \delta_z x^\top$$
        $$\delta_x = W^\top \delta_a$$""",
        "valid wrong", "index-of-delta",
    ),
    (
        "Let $u = x y$, $v = \\sin u$, $L = v^2 + u$.",
        r"""Adjoints: $\bar q = \frac{\partial L}{\partial q}$ for every node $q$.
        $$\bar u = \bar v \cos u + 1$$
        $$\bar y = \bar u y$$""",
        "valid wrong", "of-a-known-loss",
    ),
    (
        GATES,
        r"""The loss $L$ depends on $h_t$ only; write $\bar v = \partial L/\partial v$.

- $\bar c_t = \bar h_t\odot(1 - h_t^2)$
- $\bar f_t = \bar c_t\odot c_{t-1}$
- $\bar{\hat g}_t = \bar g_t\odot(1 - g_t^2)$""",
        "valid valid valid", "through-a-recursion",
    ),
    (
        GATES,
        r"""The loss $L$ depends on $h_t$ only; write $\bar v = \partial L/\partial v$.

- $\bar c_t = \bar h_t\odot(1 - h_t^2)$
- $\bar f_t = \bar c_t\odot c_t$
- $\bar{\hat g}_t = \bar g_t\odot(1 - g_t)$""",
        "valid wrong wrong", "through-a-recursion-and-wrong",
    ),
    (
        GATES,
        r"""Suppose that $L$ depends on $c_t$ only via $h_t$. Bars are gradients of $L$.

- $\bar c_{t-1} = \bar c_t \odot f_t$
- $\bar c_{t-1} = \bar c_t \odot f_{t-1}$""",
        "valid wrong", "one-step-before",
    ),
    (
        r"Let $x \in \mathbb R^n$ and $\bar x = \frac1n \sum_i x_i$.",
        r"$$\sum_i (x_i - \bar x) = 0$$",
        "valid", "a-mean-stays-a-mean",
    ),
    (
        r"Let $c_t = f_t c_{t-1} + g_t$, $h_t = \tanh(c_t)$, $L = h_t^2$.",
        r"""$$\frac{\partial L}{\partial c_t} = 2 h_t (1 - h_t^2)$$
        $$\frac{\partial L}{\partial c_t} = 2 h_t (1 - h_t)$$""",
        "valid wrong", "by-a-member-of-a-recursion",
    ),
    (
        r"""Let $a=W_zx+U_zg+b_z$ and $z=\sigma(a)$. Given $\bar z=\partial L/\partial z$; other bars likewise.
        $L$ depends on $x$, $g$ and the weights only through $z$.
        """,
        r"""$$\bar a = \bar z\odot z\odot(1-z)$$

$$\bar g = U_z^\top\bar a$$

$$\bar g = \bar a$$""",
        "valid valid wrong", "other-bars-likewise",
    ),
    (
        r"""Let $W\in\mathbb R^{n\times m}$, $x\in\mathbb R^m$ and $y=Wx$.
        For a loss $L$ write $\bar A=\partial L/\partial A$, of the same shape as $A$; $L$ depends on $y$ only.
        """,
        r"""$$\bar W = \bar y x^\top$$

$$\bar x = W\bar y$$""",
        "valid wrong", "any-letter-that-is-spoken-of-again",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "text", "verdicts", "name"), ROWS, ids=[row[-1] for row in ROWS])
def test_notation(given: str, text: str, verdicts: str, name: str) -> None:
    lines = [line.strip() for line in f"{given}\n{text}".splitlines()]
    assert [step.verdict for step in check("\n".join(lines)).steps] == verdicts.split()
