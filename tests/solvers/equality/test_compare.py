"""The policy of equality: what is same, different (with a point that can be recomputed), undecided, unreadable."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import read
from solvers.formula.tables.nested import PLAIN

A, B, X = r"A \in \mathbb{R}^{n \times n}", r"B \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n"
CENTRED = r"H = I - \frac1n \mathbf{1} \mathbf{1}^\top"
BATCH = (
    r"D \in \mathbb{R}^{n \times d}", r"W \in \mathbb{R}^{d \times k}", r"b \in \mathbb{R}^k",
    r"Z = D W + \mathbf{1} b^\top",
)  # fmt: skip
CASES = [
    ("(a+b)^2", "a^2 + 2 a b + b^2", (), "same"),
    ("(a+b)^2", "a^2 + b^2", (), "different"),
    ("A B", "B A", (A, B), "different"),
    (r"(A B)^\top", r"B^\top A^\top", (A, B), "same"),
    (r"x^\top A x", r"x^\top A^\top x", (A, X), "same"),
    (r"\frac{\partial}{\partial x} x^\top A x", "2 A x", (A, X), "different"),
    (r"\frac{\partial}{\partial x} x^\top A x", "2 A x", (A, X, r"A^\top = A"), "same"),
    (r"\nabla_x x^\top A x", r"(A + A^\top) x", (A, X), "same"),
    (r"\sigma'(z)", r"\sigma(z) (1 - \sigma(z))", (), "same"),
    (r"\tanh(z)", r"2 \sigma(2 z) - 1", (), "same"),
    (r"\sqrt{v + 1e-8}", r"\sqrt{v}", ("v > 0",), "different"),
    ("max(x, 0)", "min(max(x, 0), 6)", (), "different"),
    (r"\sum_{i=1}^n x_i", "n x_i", (), "different"),
    (r"\sum_{i=1}^n (x_i + c)", r"\sum_{i=1}^n x_i + n c", (), "same"),
    ("W_{ij} v_i", "W_{ji} v_i", (r"W \in \mathbb{R}^{n \times n}", r"v \in \mathbb{R}^n"), "different"),
    (r"\frac{\partial s_i}{\partial z_j}", r"s_i (\delta_{ij} - s_j)",
     (r"z \in \mathbb{R}^K", r"s_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}"), "same"),
    (r"\frac{\partial s_i}{\partial z_j}", r"s_i (\delta_{ij} - s_i)",
     (r"z \in \mathbb{R}^K", r"s_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}"), "different"),
    (r"\sum_{k=1}^\infty r^k", r"\frac{r}{1 - r}", ("0 < r < 1",), "same"),
    (r"\sum_{k=1}^\infty r^k", r"\frac{1}{1 - r}", ("0 < r < 1",), "different"),
    (r"\sum_{k=0}^\infty r^k - \frac{1}{1 - r}", "0", ("-1 < r < 1",), "same"),
    (r"\frac{d}{dr} \sum_{k=0}^\infty r^k", r"\sum_{k=1}^\infty k r^{k-1}", ("0 < r < 1",), "same"),
    (r"\frac{d}{dr} \sum_{k=0}^\infty r^k", r"\sum_{k=0}^\infty k r^k", ("0 < r < 1",), "different"),
    (r"\sum_{k=0}^\infty k \frac{\lambda^k}{k!} e^{-\lambda}", r"\lambda", (r"\lambda > 0",), "same"),
    (r"\sum_{k=n}^\infty r^k", r"\frac{r^n}{1 - r}", ("0 < r < 1", r"n \in \mathbb{N}"), "same"),
    (r"\sum_{k=1}^\infty 2^{-k}", "1 + 10^{-12}", (), "different"),
    (r"\sum_{k=1}^\infty \frac{1}{k^2}", r"\frac{\pi^2}{6}", (), "undecided"),
    (r"\sum_{t=0}^\infty g^t x_t", "0", ("0 < g < 1",), "undecided"),
    (r"x - m \mathbf{1}", r"(I - \frac1n \mathbf{1} \mathbf{1}^\top) x", (X, r"m = \frac1n \mathbf{1}^\top x"), "same"),
    (r"x^\top H x", r"\sum_i (x_i - \frac1n \sum_j x_j)^2", (X, CENTRED), "same"),
    (r"x^\top H x", r"\sum_i (x_i - \sum_j x_j)^2", (X, CENTRED), "different"),
    (r"A^\top H A", r"A^\top A - \frac1n A^\top \mathbf{1} \mathbf{1}^\top A", (A, CENTRED), "same"),
    (r"A H", r"A - \frac1n (A \mathbf{1}) \mathbf{1}^\top", (A, CENTRED), "same"),
    (r"\nabla_x \frac12 x^\top H x", "H x", (X, CENTRED), "same"),
    (r"\nabla_x \frac12 x^\top H x", "x - H x", (X, CENTRED), "different"),
    (r"I - \mathbf{1} \mathbf{1}^\top", r"I + \mathbf{1} \mathbf{1}^\top", (), "different"),
    (r"\mathbf{1}^2", "I", (), "undecided"),
    ("Z_{ij}", r"\sum_l D_{il} W_{lj} + b_j", BATCH, "same"),
    ("Z_{ij}", r"\sum_l D_{il} W_{lj} + b_i", BATCH, "different"),
    (r"\frac{\partial}{\partial b} \frac12 \|Z\|_F^2", r"Z^\top \mathbf{1}", BATCH, "same"),
    (r"\frac{\partial}{\partial b} \frac12 \|Z\|_F^2", r"Z \mathbf{1}", BATCH, "different"),
    (r"\mathbf{1} b^\top W^\top", r"\mathbf{1} (W b)^\top", BATCH, "same"),
    (r"\mathbf{1} b^\top", r"2 \mathbf{1} b^\top", BATCH, "different"),
    (r"b \mathbf{1}^\top D", r"b (D^\top \mathbf{1})^\top", BATCH, "same"),
    (r"b \mathbf{1}^\top", r"\mathbf{1} b^\top", BATCH, "undecided"),
    (r"D - \frac1n \mathbf{1} \mathbf{1}^\top D", r"D - \mathbf{1} m^\top", (*BATCH, r"m = \frac1n D^\top \mathbf{1}"),
     "same"),
    ("1/0", "2/0", (), "undecided"),
    ("1/0", "1/0", (), "undecided"),
    (r"\log(x - x)", r"\log(x - x)", (), "undecided"),
    (r"\sqrt{x - 3}", r"\sqrt{x - 3}", (), "same"),
    ("9^{9^9}", "9^{9^9}", (), "same"),
    ("u^T x", "x^T u", (X,), "same"),
    ("u^T x", "u x^T", (X,), "undecided"),
    ("h''(x)", "-2h(x)(1-h(x)^2)", (r"h \colon \mathbb{R}\to\mathbb{R}", r"h(x) = \tanh(x)"), "same"),
    ("h''(x)", "-2h(x)(1-h(x))", (r"h \colon \mathbb{R}\to\mathbb{R}", r"h(x) = \tanh(x)"), "different"),
    ("0", "1/(1/0)", (), "undecided"),
    (r"\begin{cases} x & x_1 > 0 \\ x x^\top & x_1 \le 0 \end{cases}", "x", (r"x \in \mathbb{R}^n",), "different"),
    ("9^{9^9}", "8^{9^9}", (), "undecided"),
    (r"\log x^2", r"2 \log x", (), "different"),
    (r"\log x^2", r"2 \log x", ("x > 0",), "same"),
    (r"\lceil n/s \rceil", r"\lfloor n/s \rfloor + 1", (r"n \in \mathbb{N}", r"s \in \mathbb{N}"), "different"),
    ("h^{(2)}", "h^2", (), "different"),
    ("X^2 + x", "x^2 + x", (), "different"),
    (r"W^\top x", "W x", (r"W \in \mathbb{R}^{m \times n}", r"x \in \mathbb{R}^n"), "different"),
    ("e^{-10 x}", "e^{-10 x} + 1/1000", (), "different"),
    ("(W^T x)^T", "x^T W", ("W in R^(m x n)", "x in R^m"), "same"),
    ("x +", "x", (), "unreadable"),
    (r"\sigmma(x)", "x", (), "unreadable"),
    ("x", "x", (r"W \in",), "unreadable"),
]  # fmt: skip


def test_a_printed_zero_is_zero() -> None:
    """The entries of a vector whose sum is 1 are moved there, which leaves rounding."""
    lets = [r"y \in \mathbb{R}^K", r"p \in \mathbb{R}^K", r"\sum_k y_k = 1", r"\sum_k p_k = 1"]
    answer = compare_texts(r"\sum_k y_k - \sum_k p_k", "y_1", lets)
    assert answer.counterexample is not None
    assert answer.counterexample["left"] == 0


@pytest.mark.parametrize(
    ("a", "b", "lets", "verdict"), CASES, ids=[f"{a} ~ {b}, {len(lets)}" for a, b, lets, _ in CASES]
)
@pytest.mark.parametrize("seed", range(3))
def test_verdicts(a: str, b: str, lets: tuple[str, ...], verdict: str, seed: int) -> None:
    answer = compare_texts(a, b, lets, seed)
    assert answer.verdict == verdict, answer
    assert answer.evidence


def test_a_counterexample_can_be_recomputed() -> None:
    answer = compare_texts("(a+b)^2", "a^2 + b^2", ())
    point = answer.counterexample
    assert point is not None
    for text, side in (("(a+b)^2", "left"), ("a^2 + b^2", "right")):
        assert evaluate(read(text), Env(PLAIN, {"a": point["a"], "b": point["b"]})) == point[side]
    assert all(isinstance(point[name], int) for name in ("a", "b", "left", "right"))


def test_the_same_seed_gives_the_same_point() -> None:
    first, second = (compare_texts("A B", "B A", (A, B), 5) for _ in range(2))
    assert first == second


def test_what_was_taken_for_granted_is_said() -> None:
    assert compare_texts("a + b", "b + a", ()).notes == ("not declared, taken as real (or as an index): a, b",)


def test_unreadable_says_where() -> None:
    answer = compare_texts("x", "x + (2", ())
    assert answer.where == {"in": "b", "column": 7, "end": 7, "text": "x + (2"}
