"""Habits of ordinary pages: lines of their own, nouns before symbols, bars for means, sums that go on, rows that do."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


def test_formulas_alone_on_an_indented_line_of_an_item_are_displays() -> None:
    page = r"""Let $\theta, x_i \in \mathbb{R}^d$ and $h_i = \sigma(\theta^T x_i)$ with $y_i \in \{0,1\}$, $i = 1..m$.
Log likelihood:
$\ell(\theta) = \sum_{i=1}^m y_i \log h_i + (1 - y_i) \log(1 - h_i)$

1. Chain rule, so
   $\nabla_\theta \ell = \sum_{i=1}^m (y_i - h_i) x_i$
2. Differentiate once more:
   $\nabla^2_\theta \ell = - \sum_{i=1}^m h_i (1 - h_i) x_i x_i^T$
"""
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("- \\sum_{i=1}^m h_i", "\\sum_{i=1}^m h_i")) == ["valid", "wrong"]


def test_sums_go_on_over_terms_with_their_index() -> None:
    page = r"""Define $L = -\sum_{i=1}^N t_i \log o_i + (1 - t_i) \log(1 - o_i)$.

$$\frac{\partial L}{\partial o_i} = \frac{o_i - t_i}{o_i (1 - o_i)}$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("o_i - t_i}", "t_i - o_i}")) == ["wrong"]


@pytest.mark.parametrize(("lead", "symbols"), [
    (r"Let $x_1, \dots, x_n$ be real numbers with sample mean $\bar x$.", r"\bar x"),
    (r"Let $x_1, \dots, x_n \in \mathbb{R}$.", r"\bar{x}"),
    (r"Let $x_1, \dots, x_n \in \mathbb{R}^d$, where $\bar{\mathbf{x}}$ is the mean.", r"\bar{\mathbf{x}}"),
])  # fmt: skip
def test_bars_are_means(lead: str, symbols: str) -> None:
    letter = r"\mathbf{x}" if "mathbf" in symbols else "x"
    lead = lead.replace("$x_1, \\dots, x_n", f"${letter}_1, \\dots, {letter}_n")
    assert verdicts(f"{lead}\n\n$$\\sum_{{i=1}}^n ({letter}_i - {symbols}) = 0$$") == ["valid"]
    assert verdicts(f"{lead}\n\n$$\\sum_{{i=1}}^n ({letter}_i + {symbols}) = 0$$") != ["valid"]


def test_bars_over_products_are_means_of_them() -> None:
    lead = r"Let $x_1, \dots, x_n$ and $y_1, \dots, y_n$ be real."
    claim = r"$$\frac1n \sum_{i=1}^n (x_i - \bar x)(y_i - \bar y) = \overline{xy} - \bar x \bar y$$"
    assert verdicts(f"{lead}\n\n{claim}") == ["valid"]
    assert verdicts(f"{lead}\n\n{claim.replace('} - ', '} + ')}") == ["wrong"]


def test_nouns_before_symbols_declare_them() -> None:
    page = r"""Single-query attention. Keys $k_1,\dots,k_n$ and query $q$ in $\mathbb{R}^d$.

\begin{align*}
s_j &= \frac{q^T k_j}{\sqrt{d}} \\
a_i &= \frac{e^{s_i}}{\sum_{j=1}^n e^{s_j}}
\end{align*}

The softmax Jacobian is
$$\frac{\partial a_i}{\partial s_j} = a_i(\delta_{ij} - a_j)$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("- a_j)", "+ a_j)")) == ["wrong"]
    assert verdicts(page.replace("Keys $k_1,\\dots,k_n$ and query $q$ in $\\mathbb{R}^d$.", "")) != ["wrong"]


def test_what_stands_behind_a_clause_in_brackets_is_claimed() -> None:
    page = r"""Let $a, b \in \mathbb{R}$.

For the square (with $c$ the sum $a + b$):
$$(a + b)^2 = a^2 + 2ab + b^2$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("+ 2ab ", "")) == ["wrong"]


def test_recurrences_and_gradients_in_words() -> None:
    page = r"""$h_t = \tanh(W h_{t-1} + U x_t)$ for $t = 1,\dots,T$, loss $L = \sum_{t=1}^T L_t$
where $L_t$ depends on $h_t$ only. Let $D_t = \mathrm{diag}(1 - h_t^2)$ (square taken elementwise).

Two steps:
$$\frac{\partial h_t}{\partial h_{t-2}} = D_t W D_{t-1} W$$
Denote by $\delta_t$ the (column) gradient of the total loss w.r.t. $h_t$. For $t < T$
$$\delta_t = \nabla_{h_t} L_t + W^\top D_{t+1} \delta_{t+1}$$
"""
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("W^\\top D_{t+1}", "W^\\top D_t"))[-1] == "wrong"


def test_gradients_named_in_plain_words() -> None:
    page = r"""LSTM cell, backward pass for one time step.

Gates: $f = \sigma(a_f)$, $i = \sigma(a_i)$, candidate $g = \tanh(a_g)$. All products are elementwise.
$c_t = f \odot c_{t-1} + i \odot g$

Write dX for the gradient of the loss wrt X; $dc_t$ is given.
 - $df = dc_t \odot c_{t-1}$
 - $da_g = dg \odot (1 - g \odot g)$
"""
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("(1 - g \\odot g)", "g \\odot (1 - g)")) == ["valid", "wrong"]


def test_numbers_between_zero_and_one_where_roots_need_them() -> None:
    page = r"""Let $\alpha_t = 1 - \beta_t$.

$$\sqrt{\alpha_t} \sqrt{\alpha_{t-1}} = \sqrt{\alpha_t \alpha_{t-1}}$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(r"Let $a, b \in \mathbb{R}$." + "\n\n" + r"$$\sqrt{a} \sqrt{b} = \sqrt{a b}$$") != ["valid"]


@pytest.mark.parametrize("said", [
    r"Let $a > 0$ and $a < 1$.", r"Assume $a > 0$. Assume also that $a < 2$.", r"Let $a$ be positive, and let $a < 1$.",
    r"Let $a \in (0, 1)$. Assume $a < 1/2$.", r"Let $a > 0$. Suppose $a > -5$.",
])  # fmt: skip
def test_bounds_hold_together(said: str) -> None:
    assert verdicts(f"{said}\n\n$$\\sqrt{{a^2}} = a$$") == ["valid"]
    assert verdicts(f"{said}\n\n$$\\sqrt{{a^2}} = -a$$") == ["wrong"]


@pytest.mark.parametrize("sign", ["&+b^2", "&+ b^2", "& +b^2", "&{}+b^2", "&\\quad+b^2"])
def test_rows_go_on_with_a_plus_before_a_letter(sign: str) -> None:
    page = "Let $a, b \\in \\mathbb{{R}}$.\n\n\\begin{{align*}}\n(a+b)^2 &= a^2 + {} \\\\\n{}\n\\end{{align*}}"
    assert verdicts(page.format("2ab", sign)) == ["valid"]
    assert verdicts(page.format("ab", sign)) == ["wrong"]


@pytest.mark.parametrize(("right", "wrong"), [
    (r"\operatorname{ReLU}(x) = \max(0, x)", r"\operatorname{ReLU}(x) = \min(0, x)"),
    (r"\operatorname{softplus}(x) = \log(1 + e^x)", r"\operatorname{softplus}(x) = \log(1 - e^x)"),
])  # fmt: skip
def test_displays_do_not_redefine_functions(right: str, wrong: str) -> None:
    assert verdicts(f"Let $x$ be real.\n\n$${right}$$") == ["valid"]
    assert verdicts(f"Let $x$ be real.\n\n$${wrong}$$") == ["wrong"]


def test_primes_of_symmetric_matrices() -> None:
    page = r"Let $A \in \mathbb{R}^{n \times n}$ with $A' = A$ and $x, y \in \mathbb{R}^n$." + "\n\n$$x'Ay = y'Ax$$"
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("A' = A", "A' = -A")) == ["wrong"]


def test_weights_of_pairs() -> None:
    page = r"""Let $x \in \{-1,1\}^n$, $W \in \mathbb{R}^{n \times n}$ and $E = -\sum_{i<j} W_{ij} x_i x_j$.

$$\frac{\partial E}{\partial W_{ij}} = -x_i x_j$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("= -x_i x_j", "= x_i x_j")) == ["wrong"]


def test_products_end_before_the_next_one() -> None:
    page = r"""Let $x_i \in \{0,1\}$ for $i=1,\dots,n$ and $0<p<1$.

$$\prod_{i=1}^n p^{x_i}(1-p)^{1-x_i} = \prod_{i=1}^n p^{x_i}\prod_{i=1}^n(1-p)^{1-x_i}
= p^{\sum_i x_i}(1-p)^{n-\sum_i x_i}$$
"""
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("(1-p)^{n-", "(1-p)^{1-")) == ["valid", "wrong"]


def test_a_third_number_joins_two_that_were_gathered() -> None:
    page = "Probabilities:\n\n$p_1 = 2/8 = 0.25$, $p_2 = 1/8 = 0.125$, $p_3 = 5/8 = 0.625$."
    assert verdicts(page) == ["valid", "valid", "valid"]
    assert verdicts(page.replace("0.625", "0.652")) == ["valid", "valid", "wrong"]
