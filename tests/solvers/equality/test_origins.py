"""Vectors that count from 0, and vectors with zeros around them: what two texts and their declarations say of them."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts
from solvers.formula.outside import everywhere_said

X, W, A = r"x \in \mathbb{R}^n", r"w \in \mathbb{R}^k", r"A \in \mathbb{R}^{n \times n}"
FROM_ZERO = [
    (r"\|x\|^2", r"\sum_{i=0}^{n-1} x_i^2", (X,), "same"),
    (r"\|x\|^2", r"\sum_{i=0}^{n-2} x_i^2 + x_{n-1}^2", (X,), "same"),
    (r"\|x\|^2", r"\sum_{i=0}^{n-1} x_i x_{n-1-i}", (X,), "different"),
    (r"\sum_{i=0}^{n-1} x_i", r"\sum_j x_j", (X,), "same"),
    (r"\sum_{i=0}^{n-1} x_i", r"\sum_{i=1}^{n} x_i", (X,), "undecided"),  # used both ways
    (r"\frac{\partial}{\partial x_k} \sum_{i=0}^{n-1} x_i^2", "2 x_k", (X,), "same"),
    (r"\frac{\partial}{\partial x_k} \sum_{i=0}^{n-1} x_i^2", "2 x_{k+1}", (X,), "different"),
    (r"\sum_{i=0}^{n-1} A_{ii}", r"\operatorname{tr} A", (A,), "same"),
    (r"\sum_{i=0}^{n-1} A_{i,n-1-i}", r"\operatorname{tr} A", (A,), "different"),
    (r"\sum_{i=0}^{n-1} x_i^2", "x^T x", (r"x_0, \dots, x_{n-1} \in \mathbb{R}",), "same"),
    ("x_0", "x_1", (r"x_0, x_1, \dots, x_{n-1} > 0",), "different"),
    (r"\sum_i |x_i|", r"\sum_i x_i", (X, r"x_i \ge 0, i = 0, \dots, n - 1"), "same"),
    (r"f(x_0) + x - x_0", "x", (r"x, x_0 \in \mathbb{R}", "f(z) = z"), "same"),  # a point, and no entry
]
DIAGONAL = (r"\Lambda = \operatorname{diag}(\lambda_0, \dots, \lambda_{n-1})",)
SLIDING = (X, W, r"y_i = \sum_{j=0}^{k-1} w_j x_{i+j}, \quad i = 0, \dots, n-k")
ENCODED = (r"p \in \mathbb{R}^d", r"p_{2i} = \sin(\omega^i)", r"p_{2i+1} = \cos(\omega^i), \quad i = 0, \dots, d/2 - 1")
DEFINED = [
    (r"\operatorname{tr} \Lambda", r"\sum_{i=0}^{n-1} \lambda_i", DIAGONAL, "same"),
    (r"\operatorname{tr} \Lambda", r"\sum_{i=0}^{n-1} i \lambda_i", DIAGONAL, "different"),
    (r"\sum_i y_i", r"\sum_{i=0}^{n-k} \sum_{j=0}^{k-1} w_j x_{i+j}", SLIDING, "same"),
    (r"\frac{\partial y_i}{\partial w_j}", "x_{i+j}", SLIDING, "same"),
    (r"\frac{\partial y_i}{\partial w_j}", "x_{i+j+1}", SLIDING, "different"),
    (r"\|p\|^2", "d/2", ENCODED, "same"), (r"\|p\|^2", "d", ENCODED, "different"), ("p_0", "0", ENCODED, "different"),
    (r"\sum_{i=0}^{d/2-1} p_{2i+1}", r"\sum_{i=0}^{d/2-1} \cos(\omega^i)", ENCODED, "same"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), [*FROM_ZERO, *DEFINED])
def test_vectors_that_count_from_zero(a: str, b: str, lets: tuple[str, ...], verdict: str) -> None:
    found = compare_texts(a, b, lets)
    assert found.verdict == verdict, found


PADDED = [
    r"x_i = 0 \text{ for } i < 1 \text{ or } i > n", "x_i = 0 for i < 1 and i > n", r"x_j = 0 \text{ if } j \notin [n]",
    r"x_i = 0 for i \le 0 or i \ge n + 1", "x_i = 0 outside", r"x_i = 0 \quad \text{if } i \text{ is out of range}",
    r"x_i = 0 when 1 > i or n < i", "put x_i := 0 outside of the range",
]  # fmt: skip


@pytest.mark.parametrize("said", PADDED)
def test_zeros_around_a_vector(said: str) -> None:
    for other, verdict in ((r"\sum_{i=2}^n x_i", "same"), (r"\sum_{i=1}^n x_i", "different")):
        found = compare_texts(r"\sum_{i=1}^n x_{i+1}", other, (X, said))
        assert found.verdict == verdict, found


@pytest.mark.parametrize("said", ["x_i = 0 for i > k", "x_i = 0 for i > 2", r"x_i = 0 for i < 3", "x_i = 0 for j > n"])
def test_zeros_within_a_vector_are_none_around_it(said: str) -> None:
    assert compare_texts(r"\sum_{i=1}^n x_{i+1}", r"\sum_{i=2}^n x_i", (X, said)).verdict in {"undecided", "unreadable"}


def test_zeros_at_one_end() -> None:
    found = compare_texts(r"\sum_{i=1}^n x_{i-1}", r"\sum_{i=1}^{n-1} x_i", (X, "x_i = 0 for i < 1"))
    assert found.verdict == "same", found
    assert compare_texts(r"\sum_{i=1}^n x_{i+1}", "0", (X, "x_i = 0 for i < 1")).verdict == "undecided"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Terms with an index outside of the range are zero.", True), ("all entries out of range count as 0", True),
        ("The signal is zero-padded.", True), ("padded with zeros", True), ("no zero padding", False),
        ("without zero-padding", False), ("The terms outside the bracket are positive.", False),
    ],
)  # fmt: skip
def test_words_for_zeros_everywhere(words: str, says: bool) -> None:
    assert everywhere_said(words) == says


CELLS = (r"W \in \mathbb{R}^{n \times n}", r"D_t \in \mathbb{R}^{n \times n}, t = 1, \dots, T")
FALLING = [
    (r"(D_TW)(D_{T-1}W)\cdots(D_{1}W)", r"\prod_{s=1}^{T} (D_{T+1-s} W)", CELLS, "same"),
    (r"(D_TW)(D_{T-1}W)\cdots(D_{1}W)", r"\prod_{s=1}^{T} (D_s W)", CELLS, "different"),
    (r"(D_1W)(D_{2}W)\cdots(D_{T}W)", r"\prod_{s=1}^{T} (D_s W)", CELLS, "same"),
    (r"D_T \cdots D_1", r"\prod_{s=1}^{T} D_{T+1-s}", CELLS, "same"),
    (r"D_T \cdots D_1", r"\prod_{s=1}^{T} D_{s}", CELLS, "different"),
    (r"x_n + x_{n-1} + \dots + x_1", r"\sum_i x_i", (X,), "same"),
    (r"x_n + x_{n-1} + \dots + x_2", r"\sum_i x_i", (X,), "different"),
]


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), FALLING)
def test_dots_with_an_index_that_falls(a: str, b: str, lets: tuple[str, ...], verdict: str) -> None:
    found = compare_texts(a, b, lets)
    assert found.verdict == verdict, found
