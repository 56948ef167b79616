"""Gradients and losses that words tell, and how errors behind them are found all the same."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


UNROLLED = r"""Let $h_t\in\mathbb{R}^n$ and $x_t\in\mathbb{R}^m$ for $t=1,\dots,T$, $h_0\in\mathbb{R}^n$,
$W\in\mathbb{R}^{n\times n}$, $U\in\mathbb{R}^{n\times m}$. Define $a_t=Wh_{t-1}+Ux_t$ and $h_t=\tanh(a_t)$,
elementwise. Let $L=\sum_{t=1}^{T}L_t$, where $L_t$ FUNCTION.
Write $D_t=\operatorname{diag}(1-h_t\odot h_t)$, and let $\delta_t\in\mathbb{R}^n$ GRADIENT.

$$\delta_t = \nabla_{h_t}L_t+W^\top D_{t+1}\,\delta_{t+1}$$

$$\nabla_W L = \sum_{t=1}^{T}D_t\,\delta_t\,h_{t-1}^\top$$
"""


@pytest.mark.parametrize(("function", "gradient"), [
    ("is a differentiable function of $h_t$ alone", "be the total gradient of $L$ with respect to $h_t$"),
    ("depends on $h_t$ only", "be the derivative of the loss $L$ w.r.t. $h_t$"),
])  # fmt: skip
def test_what_a_loss_depends_on_and_what_its_gradient_is_called(function: str, gradient: str) -> None:
    page = UNROLLED.replace("FUNCTION", function).replace("GRADIENT", gradient)
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("D_{t+1}", "D_t")) == ["wrong", "valid"]
    assert verdicts(page.replace(r"h_{t-1}^\top$$", r"h_t^\top$$")) == ["valid", "wrong"]


@pytest.mark.parametrize(("function", "gradient"), [
    ("is a differentiable function of $h_t$ alone", "be no larger than the gradient of $L$ with respect to $h_t$"),
    ("is larger than a function of $h_t$", "be the total gradient of $L$ with respect to $h_t$"),
])  # fmt: skip
def test_words_that_say_something_else(function: str, gradient: str) -> None:
    page = UNROLLED.replace("FUNCTION", function).replace("GRADIENT", gradient)
    assert "valid" not in verdicts(page)


def test_a_gradient_in_words_is_judged_where_a_display_tells_it() -> None:
    page = r"""Let $A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$ and
$L = \frac12 \|A x - b\|^2$. Let $g$ be the gradient of $L$ with respect to $x$. Then

$$g = A^\top (A x - b)$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("A x - b)$$", "A x + b)$$")) == ["wrong"]
