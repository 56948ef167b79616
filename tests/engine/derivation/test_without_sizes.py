"""Losses that are sums of terms under their letter, one-hot targets of no size, entries that are zero out of range."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_SIZES = (
    "Let $W \\in \\mathbb{R}^{k\\times n}$, $h_t \\in \\mathbb{R}^n$, $y_t \\in \\mathbb{R}^k$, $t = 1, \\dots, T$. "
    "Let $o_t = W h_t$, $p_t = \\mathrm{softmax}(o_t)$.\n\n"
)
_MANY = "Let $x_i, w \\in \\mathbb{R}^n$, $y_i \\in \\mathbb{R}$, $i = 1, \\dots, N$. The cost is\n\n"
_CONV = (
    "Input $x_0,\\dots,x_{n-1}$, kernel $w_0,\\dots,w_{K-1}$ with $K\\le n$, bias $b$:\n\n"
    "$$ y_i = b + \\sum_{k=0}^{K-1} w_k\\,x_{i+k}, \\qquad i=0,\\dots,n-K. $$\n\n"
)
PAGES = [
    (
        (f"{_SIZES}The loss is $L = \\sum_{{t=1}}^T L_t$, where $L_t = -y_t^\\top \\log p_t$ and $y_t$ is one-hot.\n\n"
         "$$\\frac{\\partial L}{\\partial o_t} = p_t - y_t$$\n\n"
         "$$\\frac{\\partial L}{\\partial W} = \\sum_{t=1}^T (p_t - y_t) h_t^T$$\n\n"
         "$$\\frac{\\partial L}{\\partial W} = \\sum_{t=1}^T (y_t - p_t) h_t^T$$"),
        ["valid", "valid", "wrong"], "a-sum-and-its-terms",
    ),
    (
        (f"{_MANY}$$J(w) = \\frac{{1}}{{N}}\\sum_{{i=1}}^N J_i(w), \\qquad "
         "J_i(w) = \\frac{1}{2}(w^T x_i - y_i)^2$$\n\n"
         "$$\\nabla J_i(w) = (w^T x_i - y_i) x_i$$\n\n"
         "$$\\nabla J(w) = \\frac{1}{N}\\sum_{i=1}^N (w^T x_i - y_i) x_i$$\n\n"
         "$$\\nabla J(w) = \\sum_{i=1}^N (w^T x_i - y_i) x_i$$"),
        ["valid", "valid", "wrong"], "a-mean-and-its-terms-as-functions",
    ),
    (
        (f"{_MANY}$$\\ell = \\sum_i \\ell^{{(i)}}$$\n\nwhere $\\ell^{{(i)}} = \\frac{{1}}{{2}}(w^T x_i - y_i)^2$.\n\n"
         "$$\\nabla_w \\ell = \\sum_{i=1}^N (w^T x_i - y_i) x_i$$\n\n"
         "$$\\frac{\\partial \\ell^{(i)}}{\\partial w} = (y_i - w^T x_i) x_i$$"),
        ["valid", "wrong"], "a-sum-of-terms-with-bracketed-indices",
    ),
    (
        ("Let $p = \\mathrm{softmax}(z)$ and $L = -y^\\top \\log p$ where $y$ is one-hot.\n\n"
         "$$\\frac{\\partial L}{\\partial z} = p - y$$\n\n$$\\frac{\\partial L}{\\partial z} = y - p$$"),
        ["valid", "wrong"], "a-one-hot-vector-of-no-size",
    ),
    (
        ("Let $W \\in \\mathbb{R}^{k\\times n}$, $h \\in \\mathbb{R}^n$, and $y \\in \\mathbb{R}^k$ one-hot.\n\n"
         "$$\\sum_{j=1}^k y_j = 1$$\n\n$$\\sum_{j=1}^n h_j = 1$$"),
        ["valid", "wrong"], "one-hot-is-the-last-alone",
    ),
    (
        (f"{_CONV}$$ \\frac{{\\partial y_i}}{{\\partial x_j}} = \\begin{{cases}} w_{{j-i}} & "
         "\\text{if } 0\\le j-i\\le K-1,\\\\ 0 & \\text{otherwise.}\\end{cases} $$\n\n"
         "$$ \\frac{\\partial y_i}{\\partial x_j} = \\begin{cases} w_{i-j} & \\text{if } 0\\le i-j\\le K-1,\\\\ "
         "0 & \\text{otherwise.}\\end{cases} $$"),
        ["valid", "wrong"], "a-branch-with-entries-that-there-are-not-elsewhere",
    ),
    (
        (f"{_CONV}Let the $(n-K+1)\\times n$ matrix $T$ have the entries $T_{{ij}}=w_{{j-i}}$ (zero where the index is "
         "out of range).\n\n$$ y = Tx + b\\mathbf 1 $$\n\n$$ y = 2 Tx + b\\mathbf 1 $$"),
        ["valid", "wrong"], "zero-out-of-range-in-words",
    ),
    (
        ("Everything is a scalar: $h_t = w h_{t-1} + u x_t$ for $t=1,\\dots,T$, $h_0 = 0$.\n\n"
         "$$ \\frac{\\partial h_T}{\\partial h_t} = w^{T-t} $$\n\n"
         "$$ h_T = u\\sum_{t=1}^{T} w^{T-t} x_t $$\n\n$$ h_T = u\\sum_{t=1}^{T} w^{T-t-1} x_t $$"),
        ["valid", "valid", "wrong"], "a-power-that-is-no-transpose",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("page", "verdicts"), [row[:2] for row in PAGES], ids=[row[2] for row in PAGES])
def test_a_page_without_sizes(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts


@pytest.mark.parametrize(
    "mean", ["\\operatorname{\\mathbb{E}}", "\\operatorname*{\\mathbb E}", "\\operatorname{\\mathsf{E}}", "\\E"]
)
def test_a_mean_as_an_operator(mean: str) -> None:
    page = (
        "\\DeclareMathOperator{\\E}{\\mathbb{E}}\n\\begin{document}\nLet $x \\sim \\mathcal{N}(0, s^2)$ with $s > 0$.\n"
        f"\\[ {mean}[x^2] = s^2 \\]\n\\[ {mean}[x^2] = 2 s^2 \\]\n\\end{{document}}"
    )
    assert [step.verdict for step in check(page, latex=True).steps] == ["valid", "wrong"]
