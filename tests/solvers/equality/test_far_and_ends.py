"""What differs at the end of a closed interval, or far out: pairs in which an outside reader saw it missed."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

UNIT = ("0 <= x", "x <= 1")
N = (r"n \in \mathbb{N}",)
ROWS = [
    (r"x - \lfloor x\rfloor", "x", UNIT, "different"),
    ("[x < 1]", "1", (r"x \in [0,1]",), "different"),
    ("[x > 0]", "1", (r"x \in [0,1]",), "different"),
    (r"\lceil p\rceil", "1", (r"p \in [0,1]",), "different"),
    (r"\lceil p\rceil", "1", (r"p \in (0,1]",), "same"),
    (r"\lfloor 2p \rfloor", r"[p \ge 1/2]", (r"p \in [0,1]",), "different"),
    (r"\lfloor |y| \rfloor", "0", (r"y \in [-1,1]",), "different"),
    (r"[\lambda > 0]", "1", (r"\lambda \ge 0",), "different"),
    (r"\begin{cases} 1 & x = 1 \\ 0 & x < 1\end{cases}", "0", (r"x \in [0,1]",), "different"),
    (r"\begin{cases} x^2 & x<1\\ 3 & x \ge 1\end{cases}", "x^2", ("x <= 1",), "different"),
    (r"\begin{cases} x^2 & x<1\\ 1 & x \ge 1\end{cases}", "x^2", ("x <= 1",), "same"),
    ("|x|", "x", ("x >= 0",), "same"),
    # far out
    ("n^2 + n + 41", r"\lfloor n^2+n+41+\frac{n}{100}\rfloor", N, "different"),
    (r"\lfloor\frac{n+2p-k}{s}\rfloor", r"\lfloor\frac{n+2p-k}{s} + \frac{1}{20}\rfloor",
     (*N, r"k \in \mathbb{N}", r"s \in \mathbb{N}", r"p \in \mathbb{N}"), "different"),
    (r"\lfloor n/3\rfloor", r"\lfloor 0.3334 n\rfloor", N, "different"),
    (r"\lceil 0.99 n\rceil", "n", N, "different"),
    (r"\lfloor x/10000\rfloor", "-[x < 0]", (r"x \in R",), "different"),
    (r"\lceil n/s \rceil", r"\lfloor (n+s-1)/s \rfloor", (*N, r"s \in \mathbb{N}"), "same"),
    (r"n \bmod 7", r"n - 7 \lfloor n/7 \rfloor", N, "same"),
    ("[x = 12345]", "0", (r"x \in R",), "different"),
    ("x(x-10000) = 0", "x = 0", (r"x \in R",), "different"),
    ("x^2 = 5000 x", "x (x - 5000) = 0", (r"x \in R",), "same"),
    ("n^2 = 144", "n = 12", N, "same"),
    ("n^2 = 144", "n = 12", (r"n \in \mathbb{Z}",), "different"),
    ("n (n - 5000) = 0", "n = 0", (r"n \in \mathbb{Z}", "n >= 0"), "different"),
    ("2^n = 1024", "n = 11", N, "different"),
    (r"\sqrt{(x-5)^2}", "5 - x", (), "different"),
    (r"((x-100)^2)^{1/2}", "100 - x", (), "different"),
    (r"\sqrt{x^2 - 100x + 2500}", "50 - x", (), "different"),
    (r"\sqrt{x^2 - 100x + 2500}", "|50 - x|", (), "same"),
    (r"\log((x-1000)^2)", r"2\log(1000-x)", (), "different"),
    (r"\log((x-1000)^2)", r"2\log|1000-x|", (), "same"),
    ("x < 10^6", "x < 10^7", (), "different"),
    ("x > 2^{20}", "x > 2^{21}", (), "different"),
    ("x > 100000", "x > 10^5", (), "same"),
    ("3 x < 10^5", r"x < 5 \cdot 10^4", (), "different"),
    ("2 x < 10^5", r"x < 5 \cdot 10^4", (), "same"),
    ("x^2 < 10^8", "x^2 < 10^9", (), "different"),
    ("x^2 < 10^8", "|x| < 10^4", (), "same"),
    ("(x-10^6)(x-3) = 0", "x = 3", (), "different"),
    (r"\max(x, 10^{-9})", r"\max(x, 0)", (), "different"),
    # of constants one branch is seen
    ("relu(2)", "2", (), "same"),
    ("f(2)", "4", (r"f(x) = \begin{cases} x^2 & x > 0 \\ -x & x \le 0 \end{cases}",), "same"),
    ("f(x)", "x^2", (r"f(x) = \begin{cases} x^2 & x > 0 \\ -x & x \le 0 \end{cases}",), "different"),
    # counted from 0 and from 1 in one sum
    (r"\langle w, x\rangle", r"\sum_{i=0}^{n-1} w_i x_{i+1}", (r"w \in R^n", r"x \in R^n"), "undecided"),
    (r"\langle w, x\rangle", r"\sum_{i=0}^{n-1} w_i x_i", (r"w \in R^n", r"x \in R^n"), "same"),
    # blocks, traces of numbers, what is declared later, letters with digits
    (r"\begin{bmatrix} A & B \\ 0 & C\end{bmatrix}\begin{bmatrix} x\\ y\end{bmatrix}",
     r"\begin{bmatrix} Ax+By \\ Cy\end{bmatrix}",
     (r"A \in R^{m \times n}", r"B \in R^{m \times p}", r"C \in R^{q \times p}", r"x \in R^n", r"y \in R^p"), "same"),
    (r"\det\begin{bmatrix} 0 & I_n \\ I_n & 0\end{bmatrix}", "(-1)^n", N, "same"),
    (r"\begin{bmatrix}I&0\end{bmatrix}\begin{bmatrix}x\\y\end{bmatrix}", "x",
     (r"x \in R^n", r"y \in R^m"), "undecided"),
    (r"\operatorname{tr}(x^\top A x)", r"x^\top A x", (r"A \in R^{n \times n}", r"x \in R^n"), "same"),
    (r"\operatorname{tr}(\mathbf{1}_n\mathbf{1}_n^\top)", "n", N, "same"),
    ("B_{ij}", "2x_ix_j", ("B_{ij}=2A_{ij}", r"A=xx^\top", r"x \in R^n"), "same"),
    ("n2^n", r"n\cdot2^n", N, "same"),
    (r"\mathbb E[XY]", "p(1,1)", (r"p(x,y)\in\Delta(\{0,1\}^2)", r"X,Y\sim p(x,y)"), "same"),
    (r"\operatorname{vec}(xy^\top)", r"y\otimes x", (r"x \in R^n", r"y \in R^m"), "undecided"),
    (r"e^{\operatorname{tr}A}", r"\det(e^{A})", (r"A \in R^{n \times n}",), "undecided"),
    (r"\operatorname{sign}(x)^2", "1", (r"x \in R",), "undecided"),
    (r"x \operatorname{sign}(x)", "|x|", (r"x \in R",), "same"),
    # a product of vectors of two sizes may be a convolution
    ("(x * w)_3", "x_1w_3+x_2w_2+x_3w_1", (r"x \in R^5", r"w \in R^3"), "undecided"),
    # roots that lie apart
    ("(x-1)(e^x-100)=0", "x=1", (), "different"),
    (r"(x-1)(e^x-100)=0", r"(x-\ln 100)(x-1)=0", (), "same"),
    ("x(e^x-1000)=0", "x=0", (), "different"),
    (r"(x-1)(\ln x-10)=0", "x=1", (), "different"),
    ("(x-1)(2^x-2^{20})=0", "x=1", (), "different"),
    (r"(x-3)(\sqrt{x}-1000)=0", "x=3", (), "different"),
    ("e^{2x}-101e^x+100=0", "x=0", (), "different"),
    (r"\log_2 x (\log_2 x - 30)=0", "x=1", (), "different"),
    ("x^{10}=10^{50}x", "x=0", (), "different"),
    ("(x-2)(e^x-10^9)=0", "x=2", ("x > 0",), "different"),
    ("(x-1)(e^x-10^6)=0", "x=1", ("0 < x < 10",), "same"),
    ("(x-a)(e^x-10^6)=0", "x=a", (), "different"),
    ("(x-1)^2(e^x-1000)^2=0", "x=1", (), "different"),
    ("x(x-10^{-9})=0", "x=0", (), "different"),
    ("x^{10} < 10^{50}x", "x > 0", (), "different"),
    ("x e^x = 0", "x = 0", (), "same"),
    (r"\sigma(z)=0.999", r"z=\ln 999", (), "same"),
    # tiny bounds
    (r"0 \le x < 10^{-9}", "x=0", (), "different"),
    (r"\epsilon < 10^{-9}", r"\epsilon \le 0", (), "different"),
    ("|x-y| < 10^{-12}", "x=y", (), "different"),
    ("|x-1| < 10^{-12}", "x=1", (), "different"),
    ("|x-y| < 10^{-9}", "(x-y)^2 < 10^{-18}", (), "same"),
    # the only solutions of one are points where the other has no value
    (r"\frac{x^2}{x}=0", "x=0", (), "different"),
    (r"\frac{x^2-4}{x-2}=4", "x=2", (), "different"),
    (r"\frac{x^2-5x+6}{x-3}=1", "x=3", (), "different"),
    ("y/x = 2", "y = 2x", (), "same"),
    ("x/x = 1", "x = x", (), "same"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "lets", "verdict"), ROWS, ids=[f"{a} | {b} | {c}" for a, b, c, _ in ROWS])
def test_what_is_seen_far_out_and_at_ends(left: str, right: str, lets: tuple[str, ...], verdict: str) -> None:
    assert compare_texts(left, right, lets, 0).verdict == verdict


@pytest.mark.parametrize("text", [r"H(X\mid Y)", "H(X,Y)", "H(X)", r"H(p(y\mid x))"])
def test_entropies_that_are_not_read(text: str) -> None:
    lets = (r"p(x,y)\in\Delta(\{0,1\}^2)", r"X,Y\sim p(x,y)")
    assert compare_texts(text, "1", lets, 0).verdict == "unreadable"


def test_nothing_lies_between_one_and_one() -> None:
    found = compare_texts(r"y = \tanh x", r"x = \frac12 \ln\frac{1+y}{1-y}", ("1 < y < 1",))
    assert found.verdict == "undecided"
