"""What small sizes cannot tell, and what is said of sizes: pairs in which an outside reader saw it missed."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts
from solvers.formula.parser import read as parsed
from solvers.formula.to_latex import to_latex

N, T, K = (r"n \in \mathbb{N}",), (r"T \in \mathbb{N}",), ("n in N", "k in N", "k <= n")
H = ("h^(t) = a h^(t-1)", "h^(0) = 1", "T = 4")
A = (r"A \in \mathbb{R}^{n\times n}",)
SIGMA = (r"\Sigma \in \mathbb{R}^{d\times d}", r"\Sigma \succ 0")
UNIT = (r"T \in \mathbb{N}", r"p \in (0,1)")
AB = (r"A,B \in \mathbb{R}^{n\times n}", "c_{ij} = (AB)_{ij}")
X, FROM_0 = ("x in R^n",), ("n in Z", "n >= 0")
TWO = r"\frac{(\sum_i x_i)^2-\sum_i x_i^2}{2}"
THREE = r"\frac{(\sum_i x_i)^3-3(\sum_i x_i)(\sum_i x_i^2)+2\sum_i x_i^3}{6}"
ROWS = [
    (r"1 + \binom{n}{2} + \binom{n}{4}", "2^{n-1}", N, "different"), (r"2^n", r"\sum_{k=0}^{n}\binom nk", N, "same"),
    (r"\sum_{k=0}^{n}\binom nk", r"\sum_{k=0}^{5}\binom nk", N, "different"), (r"\binom{n}{6}", "0", N, "different"),
    (r"2^n", r"\sum_{k=0}^{10}\binom nk", N, "different"), ("(n choose k)", "n!/k!", K, "different"),
    ("n!", "4n - 6", ("n in N", "n >= 4"), "different"), ("floor(n!/2)", "n!/2", ("n in N",), "different"),
    ("∑_{i=1}^T min(i, 8)", "T(T+1)/2", ("T in N",), "different"),
    ("∑_{i=1}^n 1[i > 6]", "0", ("n in N",), "different"),
    ("∑_{i=1}^n floor(i/7)·x", "0", ("n in N",), "different"),
    ("∏_{i=1}^n (1 - 1[i=7])", "1", ("n in N",), "different"),
    ("∑_{i=1}^T ReLU(i-10)", "0", ("T in N",), "different"), ("∑_{t=1}^T min(t,3)", "3T-3", ("T in N",), "different"),
    (r"\sum_{i=1}^n x_i\,\mathbb{1}[i \le 6]", r"\sum_{i=1}^n x_i", (r"x \in \mathbb{R}^n",), "different"),
    ("x", r"x + \lfloor\frac{n}{8}\rfloor x", (r"x \in \mathbb{R}^n",), "different"),
    (r"\det(-A)", r"-\det A", A, "different"), (r"\det(-A)", r"(-1)^n \det A", A, "same"),
    # what is said of sizes and of whole numbers
    ("q·k/√d", "q·k/8", ("q∈R^d", "k∈R^d", "d = 64"), "same"), ("∑_{t=1}^{T} t", "5050", ("T = 100",), "same"),
    ("‖x‖²/n", "‖x‖²/784", ("x in R^n", "n = 784"), "undecided"),
    ("‖x‖²/n", "‖x‖²", ("x in R^n", "n = 784"), "different"),
    ("∑_{t=1}^T min(t,6)", "6T-15", ("T∈N", "T>=6"), "same"),
    ("∑_{t=1}^T 1[t>100]", "0", ("T∈N", "T>100"), "different"),
    ("∑_{t=1}^T 1[t>100]", "T-100", ("T∈N", "T>100"), "same"), ("∑_{i=1}^n i", "15", ("n∈N", "n≥5", "n≤5"), "same"),
    ("h^(T)", "a^4", H, "same"), ("h^(T)", "a^3", H, "different"), ("x_k", "x_2", ("x∈R^n", "k = 2", "n = 3"), "same"),
    ("x_k", "x_1", ("x∈R^n", "k = 2", "n = 3"), "different"), ("(n choose 2)", "10", ("n = 5",), "same"),
    # powers by T, determinants, names
    ("(1-p)^T", "1-p", UNIT, "different"), (r"1-(1-p)^T", r"p\sum_{t=0}^{T-1}(1-p)^t", UNIT, "same"),
    ("|w|^T", r"\prod_{t=1}^T |w|", (*T, r"w \in \mathbb{R}"), "same"),
    (r"\left(\frac{1}{\lambda}\right)^{T}", r"\lambda^{-T}", (*T, r"\lambda > 0"), "same"),
    ("(A x)^T", "x^T A^T", (*A, *T, r"x \in \mathbb{R}^n"), "same"), (r"|\pi A|", r"\pi^n|A|", A, "same"),
    (r"\ln|2\pi\Sigma|", r"d\ln(2\pi) + \ln|\Sigma|", SIGMA, "same"),
    (r"\ln|2\pi\Sigma|", r"\ln(2\pi) + \ln|\Sigma|", SIGMA, "different"),
    ("|x|/σ_x", "x/σ_x", ("x∈R", "σ_x>0"), "different"), ("d/dx (σ_x x)", "σ_x", ("x∈R", "σ_x>0"), "same"),
    (r"\frac{d}{dx}\frac{x^2}{2\sigma_x^2}", r"\frac{x}{\sigma_x^2}", (r"\sigma_x > 0",), "same"),
    ("|x| H_x", "x H_x", ("x∈R", "H_x>0"), "different"), (r"\sum_{k=1}^K r_{nk}", r"\|a\|_2^2",
     (r"a \in \mathbb{R}^K", "r_{nk} = a_k^2"), "same"),
    (r"\sum_{k=1}^K r_{nk}", r"K\,r_{nk}", (r"a \in \mathbb{R}^K", "r_{nk} = a_k^2"), "different"),
    ("c_{ij}", r"\sum_{k} A_{ik}B_{kj}", AB, "same"),
    (r"\sum_{i=1}^n c_{ii}", r"\operatorname{tr}(BA)", AB, "same"),
    # indices that hang on each other
    (r"\sum_{i<j<k} x_i x_j x_k", THREE, X, "same"), (r"\sum_{1\le i<j<k\le n} x_i x_j x_k", THREE, X, "same"),
    (r"\sum_{i<j, j<k} x_i x_j x_k", THREE, X, "same"), (r"\sum_{k>j>i} x_i x_j x_k", THREE, X, "same"),
    (r"\sum_{i\le j\le k} x_i x_j x_k", THREE, X, "different"), (r"\sum_{i<j\le n} x_i x_j", TWO, X, "same"),
    (r"\sum_{i<j\le n} 1", r"\frac{n(n-1)}{2}", X, "same"), (r"\sum_{i<j<k<l} x_i x_j x_k x_l", "0", X, "different"),
    (r"\sum_{i<j<k<l} x_i x_j x_k x_l", r"\sum_{1\le i<j<k<l\le n} x_i x_j x_k x_l", X, "same"),
    (r"\sum_{1\le i<j<k<l<m<p\le n} x_i x_j x_k x_l x_m x_p", "0", X, "different"),
    (r"\sum_{1\le i<j} x_i", r"\sum_{i=1}^{j-1} x_i", X, "same"),
    (r"\sum_{t<s\le T} g^{s-t} r_s", r"\sum_{s=t+1}^{T} g^{s-t} r_s", ("r in R^T", "0 < g < 1"), "same"),
    (r"\sum_{i\ne j\ne k} x_i x_j x_k", "0", X, "unreadable"), (r"\prod_{i<j<k} 2", "1", X, "undecided"),
    # larger whole numbers, and 0
    (r"\prod_{k=1}^{12}(n-k)", "0", N, "different"), (r"\prod_{k=1}^{40}(n-k)", "0", N, "different"),
    (r"\prod_{k=-15}^{15}(m-k)", "0", ("m in Z",), "different"), ("e^{n^2}", "(e^n)^n", N, "same"),
    ("2^{2^n}", "(2^{2^{n-1}})^2", N, "same"), (r"n^n", r"e^{n\ln n}", N, "same"),
    (r"\sum_{k=0}^n \binom{n}{k}(-1)^k", "0", FROM_0, "different"), (r"\prod_{k=1}^n 0", "0", FROM_0, "different"),
    (r"\sum_{k=0}^n \binom{n}{k}(-1)^k", "0", N, "same"), (r"\prod_{k=1}^n 0", "0", N, "same"),
    (r"\sum_{k=1}^n 1", r"\max(n,1)", FROM_0, "different"), (r"\sum_{k=1}^n k", "n(n+1)/2", FROM_0, "same"),
    (r"\sum_{k=1}^{n-1} k", "n(n-1)/2", FROM_0, "same"), (r"\sum_{k=1}^n x", "n x", (*FROM_0, "x in R^d"), "same"),
    # steps that are touched at one place
    (r"\lfloor e^{-x^2}\rfloor", "0", (), "different"), (r"\lfloor\cos^2 x\rfloor", "0", (), "different"),
    (r"\lceil \tanh^2 x\rceil", "1", (), "different"), (r"\lfloor e^{-x^2-y^2}\rfloor", "0", (), "different"),
    (r"\lfloor e^{-\|x\|^2}\rfloor", "0", X, "different"), (r"\lfloor e^{-x^2}\rfloor", "[x = 0]", (), "same"),
    (r"\operatorname{sign}(x^2)", "1", ("x in R",), "undecided"), ("sign(x^2 + 1)", "1", (), "same"),
    # plain text
    ("(n-1 choose k)", "(n-1)!/(k!(n-1-k)!)", ("n in N", "k in N", "k < n"), "same"),
    ("(n choose k)", "(n-1 choose k) + (n-1 choose k-1)", ("n in N", "k in N", "1 <= k", "k < n"), "same"),
    ("(n choose k-1)", "(n choose k) - 1", K, "different"), ("(2n choose n)", "(2n)!/(n!)^2", ("n in N",), "same"),
    ("5%", "0.05", (), "same"), ("1 - (1 - 5%)^2", "0.0975", (), "same"), ("15% · 10%", "1.5e-3", (), "different"),
    ("max(0,x)", "{x if x>0 else 0}", (), "same"), ("max(0,x)", "{x if x>0 else x}", (), "different"),
]  # fmt: skip
SOLUTIONS = [
    (r"\sin x = 0", r"\sin x\,\cosh x = 0"), (r"1 + e^{-x^2} = 1", "x^2 = -1"), (r"x^2(x-1) \ge 0", r"x^4(x-1) \ge 0"),
    (r"\cos x = 0", r"\cos(x)\,(1 + x^{40}) = 0"), (r"x^5 \ge 0", r"x \ge 0"), (r"x^5 \le 0", r"x \le 0"),
    (r"e^{-x}\sin x = 0", r"\sin x = 0"), (r"e^{-x^2}(x-1) \ge 0", r"x \ge 1"), (r"e^{-x^2}x \ge 0", r"x \ge 0"),
    (r"\cos(x)\,e^{-x} = 0", r"\cos x = 0"), (r"\sin(x)\,e^{x^2} = 0", r"\sin x = 0"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), ROWS, ids=[f"{row[0]}~{row[1]}" for row in ROWS])
@pytest.mark.parametrize("seed", range(3))
def test_what_small_sizes_cannot_tell(a: str, b: str, lets: tuple[str, ...], verdict: str, seed: int) -> None:
    found = compare_texts(a, b, lets, seed)
    assert found.verdict == verdict, found


@pytest.mark.parametrize(("a", "b"), SOLUTIONS)
def test_roots_are_never_told_apart_by_rounding(a: str, b: str) -> None:
    assert compare_texts(a, b, (r"x \in \mathbb{R}",)).verdict != "different"


def test_what_is_invertible_has_no_null_space() -> None:
    lets = (*A, r"x \in \mathbb{R}^n")
    assert compare_texts("A x = 0", "x = 0", (*lets, r"A \text{ invertible}")).verdict != "different"
    assert compare_texts("A x = 0", "x = 0", lets).verdict == "different"


def test_what_fuzzing_found() -> None:
    sized = (r"E \in \mathbb{R}^{n_{1} \times n_{1}} the identity matrix", r"x \in \mathbb{R}^{n_{1}}")
    assert compare_texts("E x", "x", sized).verdict == "same"
    assert compare_texts("max(x_1, x_2)", r"max(x_1, \mathbf{1}, x_2)", ()).verdict == "undecided"
    for text in ("3_{}", r"sum_{\substack{j1\\j\ne i}}^{n}j"):
        assert compare_texts(text, text, ()).verdict == "unreadable"
    assert compare_texts("z", "z", ("z^{[.2]}=W{[2]}",)).verdict == "same"
    for text in ("-mod(7, 3)", "-(7 mod 3)", "-7 mod 3", "-mod(7, 3) mod 2"):
        assert parsed(to_latex(parsed(text))) == parsed(text)
    for label in ("if", "in", "and", "or", "mod"):
        named = parsed(f"q_{label} > f")
        assert parsed(to_latex(named)) == named


def test_what_comes_to_nothing_is_no_size() -> None:
    found = compare_texts("H^T H", "0", (r"H \in \mathbb{R}^{0m \times n}",))
    assert (found.verdict, found.evidence) == ("undecided", "a size of H comes to 0, which is no size")
