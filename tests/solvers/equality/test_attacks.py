"""Hostile and heavy text through all of `equal`: nothing runs, nothing hangs, each gets a verdict and a sentence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from solvers.equality import compare_texts
from tests.quick import within

BASE = [
    "__import__('os').system('touch /tmp/owned')", "().__class__.__bases__[0].__subclasses__()", "eval('1')",
    "exec(x)",
    "lambda: 0", "open('/etc/passwd')", "$(touch /tmp/owned)", "`id`", "; rm -rf /", "\\input{/etc/passwd}",
    "\\write18{id}", "\\immediate\\write18{id}", "{{7*7}}", "${7*7}", "%s%s%n", "../../etc/passwd",
    "<script>", "' OR 1=1",
    "\x1b[31mred\x1b[0m", "\x00", "\u202eabc", "\u200bx", "ｘ", "х", "１", "9^{9^{9}}", "9**9**9", "10000000!",
    "((10!)!)!",
    "\\binom{10000000}{5000000}", "\\sum_{i=1}^{10^9} i^i",
    "\\sum_{i=1}^{1000} \\sum_{j=1}^{1000} \\sum_{k=1}^{1000} 1",
    "\\sum_{h \\in \\{0,1\\}^{60}} h_1", "\\prod_{i=1}^{9999} \\prod_{j=1}^{9999} 2", "1e999999999", "1e-999999999",
    "0." + "3" * 5000, "7" * 5000, "(" * 400, "(" * 20000, "[" * 400, "{" * 400, "|" * 120, "x_{i_{" * 200,
    "x+" * 3000 + "x",
    "\\frac{" * 300, "\\sqrt{" * 300, "-" * 4000 + "1", "'" * 500, "^" * 50, "_" * 50, "\\frac10", "1/0", "0^{-1}",
    "\\log(0)", "\\sqrt{-1}", "\\begin{bmatrix}" + "1&" * 2000 + "1\\end{bmatrix}", "x" * 9999, "x" * 10001,
    "x " * 190 + "= 1",
    "\\" * 100, "%",
    "\\left" * 100,
    "\\text{" + "a" * 5000 + "}", "\\newcommand{\\x}{\\x}\\x", "\\def\\x{\\x\\x}\\x", "[[1,2],[3]]",
    "[1 2", "[1 -]",
    "[1 2/]", "[; 1 2]", "det([1, 2; 3, 4])^{1/2}", "A^{1000000}", "norm(1, 2, 3)", "argmax(x)", "E_{x \\sim p}[x]",
    "D_{KL}(p)", "p(x | y | z)", "\\frac{d^9 x}{d x^9}", "\\nabla f", "\\partial", "dx", "\\infty - \\infty",
    "=", "a = b = c", "\\frac" * 2000, "\\sqrt" * 2000, "\\tanh" * 2000, "\\partial" * 1000, "," * 9000, "d" * 9000,
    "-+" * 3000, "dL/dW" * 1800, "\\hat{αβ}", "\\hat{x∑}", "\\vecΔ", "c_\\mathbf{}",
    "p(" * 4000, "E[" * 4000, "<" * 9000, "<||" * 3000, "\\," * 5000, "x = 1p(" * 1000, "all " * 2000, ",≤" * 4000,
    "a \\Rightarrow", "\n" * 10000, "\t", "", "  ", ",", "&&&", "\\\\\\\\",
]  # fmt: skip
Case = tuple[str, str, list[str]]
SHAPES: list[Callable[[str], Case]] = [
    lambda text: (text, "x", []),
    lambda text: ("x + 1", f"({text})", []),
    lambda text: ("x", "x", [text]),
]
CASES = list(product(range(len(BASE)), range(len(SHAPES))))
DEFINED = [
    ["a = b", "b = a"], ["h^{(t)} = h^{(t)}"], ["h^{(t)} = h^{(t+1)}"],
    [f"x_{i + 1} = x_{i} + x_{i}" for i in range(150)],
    ["n \\in \\mathbb{N}", "A \\in \\mathbb{R}^{1000000 \\times 1000000}"],
    ["v \\in \\{0,1\\}^{60}", "Z = \\sum_v v_1"],
    ["f(x) = f(x)"], ["f(x) = f(x) + f(x)"], ["x \\in \\mathbb{R}^{n}"] * 300,
]  # fmt: skip
VERDICTS = {"same", "different", "undecided", "unreadable"}


def test_there_are_many() -> None:
    assert len(CASES) >= 200


@pytest.mark.parametrize(("text", "shape"), CASES, ids=[f"{a}-{b}" for a, b in CASES])
def test_attacks(text: int, shape: int) -> None:
    assert _amiss(*SHAPES[shape](BASE[text])) == []


@pytest.mark.parametrize("lets", DEFINED, ids=range(len(DEFINED)))
@pytest.mark.parametrize("a", ["a", "h^{(3)}", "x_150", "A", "Z", "f(2)", "x"])
def test_definitions_that_lead_nowhere(a: str, lets: list[str]) -> None:
    assert _amiss(a, "1", lets) == []


HEAVY: list[tuple[str, str, list[str]]] = [
    ("det(A)", "1", [r"A \in \mathbb{R}^{100 \times 100}"]), ("A^{-1} A", "I", [r"A \in \mathbb{R}^{60 \times 60}"]),
    (r"\frac{\partial \det A}{\partial A}", "A", [r"A \in \mathbb{R}^{30 \times 30}"]),
    (r"\frac{d}{dx}" * 10 + r"\tanh(x)", "x", []), (r"\sum_{i=1}^{9999} \exp(x^2 i)", "x", []),
    (r"\frac{d}{dW} \sum_{v \in \{0,1\}^8} \sum_{h \in \{0,1\}^8} \exp(v^T W h)", "W",
     [r"W \in \mathbb{R}^{8 \times 8}"]),
    (r"\sum_{v \in \{0,1\}^{12}} p(v)", "1", [r"p(v) \in \Delta(\{0,1\}^{12})"]),
    (r"\sum_{h \in \{0,1\}^{13}} \sum_{g \in \{0,1\}^{13}} h_1 g_1", "1", []), ("((((x!)!)!)!)!", "x", []),
    (r"\sum_{i=1}^{99} \sum_{j=1}^{99} \frac{d}{dx}(x^i x^j)", "x", []), ("exp(" * 50 + "x" + ")" * 50, "x", []),
    ("x_1", "x_2", [f"x_{i} > x_{i + 1}" for i in range(1, 60)]),
    ("sin(p/10000^(2i/d)) sin(q/10000^(2i/d)) + cos(p/10000^(2i/d)) cos(q/10000^(2i/d))",
     "cos((p - q)/10000^(2i/d)) + 1", ["p, q in N", "i in N"]),
    ("x", "y", ["a and b conditionally independent given c"]), ("x", "y", ["a, b random, a and b of c unsaid"]),
    ("D^(-D)", "D^(-1)", ["d in R^n", "D = diag(d)"]), ("D^d", "D", ["d in R^n", "D = diag(d)"]),
    ("A^{200}", "A^{100}", [r"A \in \mathbb{R}^{9 \times 9}"]),
    ("A B C", "C A B", [r"A, B, C \in \mathbb{R}^{n \times n}", "A B = B A", "A C = C A"]),
    ("∂L/∂x", "(∂L/∂x) + 1", ["6δ = V h − t", "x, t ∈ ℝⁿ", "h = tanh(U x)", "δ = V h − t", "L = ½‖V h − t‖²"]),
    ("x^T L x", "x^T D x", ["A symmetric adjacency matrix, D = A symmetric, D = diag(A 1)", "L = D L = D - A",
                            "x in R^n"]),
    ("x", "y", ["x = " + "a if b and c " * 700]),
    ("c_2", "f_2 c_0", ["f_t, i_t in (0,1)", "z_t, c_0 in R", "c_t = f_t + c_t = f_t c_(t-1) + i_t z_t"]),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "lets"), HEAVY, ids=range(len(HEAVY)))
def test_heavy_work_is_bounded_by_steps(a: str, b: str, lets: list[str]) -> None:
    assert _amiss(a, b, lets) == []
    assert compare_texts(a, b, lets) == compare_texts(a, b, lets)


def _amiss(a: str, b: str, lets: list[str]) -> list[str]:
    """What is wrong with the answer; of two different texts, none here is light enough to be called the same."""
    answer = within(2, lambda: compare_texts(a, b, lets))
    faults = {
        f"no verdict: {answer.verdict}": answer.verdict not in VERDICTS,
        "says nothing": not answer.evidence,
        f"called the same: {answer.evidence}": answer.verdict == "same" and a != b,
    }
    return [fault for fault, found in faults.items() if found]
