"""Printing and reading are inverse, in LaTeX and in plain text, for 10,000 random trees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from solvers.formula.nodes import Node
from solvers.formula.parser import Parsed, parse
from solvers.formula.to_latex import to_latex
from solvers.formula.to_plain import to_plain
from tests.solvers.formula.trees import SCOPE, statements

PRINTED = [  # texts by people, and what a printed formula may be misread as
    r"(1)_{i=1}^n",
    r"(c + 1)_{i=2}^{n-1}",
    r"\mathbb{1}{\{x < 0\}} x",
    r"\prod_j \sum_{h'_j \in \{0,1\}} e^{a_j h'_j}",
    r"\min_{W_{\text{ot}}} x",
    r"w_i^* i",
    r"w^*_i x",
    r"{\bf 1}_{\{x < 0\}}",
    r"{1}_{\{x < 0\}} x",
    r"1_n^T x",
    "o^{{\\mathrm{lam}}} c",
    r"\sum_{e < j \le n} n",
    r"\sum_{2.5 < j \le n} n",
    r"\sum_{n - 1 < j \le 2n} j",
    r"\arg\min_{W_{\text{out}}} \|W_{\text{out}} a - c\|^2",  # a word is no run of indices
    r"W_{\text{out}} + \sum_{h} W_{\text{hh}} h",
    r"\lambda_{\max}",
    r"a_\ell",
    r"a_{\hat k}",
    r"a_{\mathcal S}",
    "a_*",
    r"\eta_{\text{alphai}}",
    r"W_{\mathrm{h12}}",
    r"\vec Δ",
    "y_i^{(1) c}",
    r"\mathbb{E} 0",
    "N 2",
    r"\abs(x)",
    r"\abs{h}",
    "y_i^{(1)} c",
    "y_i^{(1) 2}",
    "{H} (a + c)",
    r"\sum_k \delta_k_k",
    "(a = 1) = c",
    r"(a \Rightarrow c) \Rightarrow (a = c)",
    r"a = c \Rightarrow c = a",
    "1/(1 < a)",
    "(a < c)/2",
    r"\sqrt{(a < 1)}",
    r"\|(a < c)\|",
    "W_{(a = 1), 1}",
    r"\begin{bmatrix} (a < 1) & 2 \end{bmatrix}",
    "2^{(a < 1)}",
    r"(\arg\min_i (i - 2)^2) + 1",
    r"1 + \arg\min_i i + 2",
    r"-(\arg\max_i i) + 1",
    r"\sum_{j=1}^3 (\arg\max_i i) + 1",
    r"|z\{\eta|t|\}|",
    r"f_{\mathrm{sum}}",
    "n_{[l]}",
    r"{\mathcal{N}} (a, 2)",
    r"p(-\delta_{ij})",
    r"\Delta P (S + 1)",
    r"\operatorname{diag} \sum_i A_{ij}",
    r"f_{\mathrm{ln}} + \lambda_{\max}",
]


@pytest.mark.parametrize("text", PRINTED)
def test_what_people_write_prints_so_that_it_reads_back(text: str) -> None:
    parsed = parse(text, SCOPE, latex=True)
    assert isinstance(parsed, Parsed), parsed
    again = parse(to_latex(parsed.node), SCOPE, latex=True)
    assert isinstance(again, Parsed), f"{to_latex(parsed.node)}: {again}"
    assert again.node == parsed.node, to_latex(parsed.node)


@pytest.mark.timeout(300)  # half a minute where nothing else runs
@settings(max_examples=10_000, deadline=None)
@given(statements)
def test_printed_trees_read_back(tree: Node) -> None:
    for text, latex in ((to_latex(tree), True), (to_plain(tree), False)):
        parsed = parse(text, SCOPE, latex)
        assert isinstance(parsed, Parsed), f"{text}: {parsed}"
        assert parsed.node == tree, text
