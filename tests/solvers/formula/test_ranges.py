"""What declarations say of indices: several over one range, ranges that leave entries out, lists within two bounds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from solvers.equality import compare_texts
from solvers.formula.context import Context, read_context
from solvers.formula.index_ranges import split_range
from solvers.formula.nodes import Name, Num
from solvers.formula.to_plain import to_plain

TWO = [
    r"i, j = 1, \dots, n", r"i,j=1,\dots,n", "for i, j = 1, ..., n", r"i, j \in \{1,\dots,n\}",
    r"i, j = 1, 2, \dots, n",
    "i,j = 1..n", r"\forall i, j = 1, \ldots, n", r"\text{for all } i, j = 1, \dots, n",
    r"i = 1, \dots, n, j = 1, \dots, n", r"i = 1, \dots, n; j = 1, \dots, n", r"$i, j = 1, \dots, n$",
    r"i = 1, \dots, n \text{ and } j = 1, \dots, n", r"i, j = 1, \dots, n, i \neq j",
]  # fmt: skip


@pytest.mark.parametrize("text", TWO)
def test_two_indices_are_declared(text: str) -> None:
    context = read_context([text])
    assert isinstance(context, Context), context
    assert list(context.scope.names) == ["i", "j"]
    for declared in context.scope.names.values():
        assert declared.domain == "natural"
        assert declared.support == read_context([r"k = 1, \dots, n"]).scope.names["k"].support  # type: ignore[union-attr]
    assert len(context.constraints) == (r"\neq" in text)


def test_a_range_that_does_not_go_up_by_ones_is_none() -> None:
    assert split_range(r"i = 1, 3, \dots, 9") == (r"i = 1, 3, \dots, 9", ())
    assert split_range(r"x_i \in R, i = 1, 2, \dots, 9") == (r"x_i \in R", (("i", Num("1"), Num("9")),))


def test_entries_with_two_ranges_are_a_matrix() -> None:
    for text in (
        r"x_{ij} \in \mathbb{R}, i = 1, \dots, m, j = 1, \dots, n",
        r"x_{ij} > 0, i = 1, \dots, m, j = 1, \dots, n",
    ):
        context = read_context([text])
        assert isinstance(context, Context), context
        assert context.scope.names["x"].shape == (Name("m"), Name("n"))


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        (r"0 \le a, b \le 1", {"a": (0, 1), "b": (0, 1)}),
        ("0 < p_1, p_2, p_3 < 1", {"p_1": (0, 1), "p_2": (0, 1), "p_3": (0, 1)}),
        ("a < 1, b < 2", {"a": (None, 1), "b": (None, 2)}),
    ],
)
def test_lists_within_bounds(text: str, bounds: dict[str, tuple[int | None, int | None]]) -> None:
    context = read_context([text])
    assert isinstance(context, Context), context
    found = {name: (d.low, d.high) for name, d in context.scope.names.items()}
    assert found == {n: tuple(b if b is None else Fraction(b) for b in pair) for n, pair in bounds.items()}
    assert not context.constraints


X3, XN, W3 = r"x \in \mathbb{R}^3", r"x \in \mathbb{R}^n", r"W \in \mathbb{R}^{3 \times 3}"
JUDGED = [
    ("|x_1|", "x_1", [X3, r"x_i > 0, i = 2, \dots, 3"], "different"),
    ("|x_2|", "x_2", [X3, r"x_i > 0, i = 2, \dots, 3"], "same"),
    ("|x_1|", "x_1", [X3, r"x_i > 0 for i = 1, \dots, 3"], "same"),
    ("|x_1|", "x_1", [XN, r"x_i > 0, i = 1, \dots, n"], "same"),
    ("|x_1|", "x_1", [XN, r"x_i > 0, i = 2, \dots, n"], "unreadable"),
    ("|W_{21}|", "W_{21}", [W3, r"W_{ij} > 0, i = 1, \dots, 3, j = 2, \dots, 3"], "different"),
    ("|W_{21}|", "W_{21}", [r"W_{ij} > 0, i, j = 1, \dots, 3"], "same"),
    ("x_1", "0", [X3, "x_i = 0"], "same"),
    ("x_1", "0", [X3, r"x_i = 0, i = 2, \dots, 3"], "undecided"),
    ("A_{ij}", "A_{ji}", [r"A \in \mathbb{R}^{n \times n}", "A^T = A", r"i, j = 1, \dots, n"], "same"),
    ("A_{ij}", "A_{ji}", [r"A \in \mathbb{R}^{n \times n}", r"i, j = 1, \dots, n"], "different"),
    ("x/x + y/y", "2", [r"x, y \ne 0"], "same"),
    ("|a - c|", "c - a", ["a, b < c"], "same"),
]


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), JUDGED)
def test_what_ranges_and_lists_assume(a: str, b: str, lets: list[str], verdict: str) -> None:
    found = compare_texts(a, b, lets)
    assert found.verdict == verdict, found


SPELLED = [  # what stands behind y_i = x_i, and the range that it says
    (r", \qquad i = 1, \dots, n.", "1", "n"), (r" \quad (i = 1, \dots, n)", "1", "n"), (r", 1 \le i \le n", "1", "n"),
    (r" \text{ for all } i = 1, 2, \ldots, n", "1", "n"),
    (r" \quad \forall i \in [n],", "1", "n"), (", i in [n]", "1", "n"),
    (r", i \in \{0, \dots, n - k\}", "0", "n - k"), (r",\ i = 0, 1, \dots, n/2 - 1;", "0", "n/2 - 1"),
    (r", i = 1, \dots, nk", "1", "n k"), (r", 0 \leq i < n", "0", "n - 1"), (r" \quad (i \geq 2)", "2", "0"),
    (r", i = 1, 2, \dots", "1", "0"), (r", \quad i \in \mathbb{N}", "1", "0"), (r", i \in \mathbb{N}_0", "0", "0"),
    (" for i = 1..n", "1", "n"), (", i > 3", "4", "0"), (r", i = 1, \dots, \lfloor n/2 \rfloor", "1", "floor(n/2)"),
]  # fmt: skip


@pytest.mark.parametrize(("behind", "low", "high"), SPELLED)
def test_spellings_of_a_range(behind: str, low: str, high: str) -> None:
    text, bounds = split_range(f"y_i = x_i{behind}")
    assert (text, [(n, to_plain(a), to_plain(b)) for n, a, b in bounds]) == ("y_i = x_i", [("i", low, high)])


@pytest.mark.parametrize(
    "text",
    ["f(x) = x^2, x > 1", r"a = b c, c \ge 1", r"x \in \mathbb{R}^n, n \ge 3", "0 < a, b < 1", r"y_i = x_i, n \ge 1"],
)
def test_what_bounds_no_index_is_no_range(text: str) -> None:
    assert split_range(text) == (text, ())


POOLED = (r"x \in \mathbb{R}^{nk}", r"y_i = \frac1k \sum_{j=1}^k x_{(i-1)k+j},\qquad i=1,\dots,n.")
HALVED = (r"x \in \mathbb{R}^n", r"z_i = x_{2i} + x_{2i-1}, i = 1, \dots, n/2")
STEPS = (r"x \in \mathbb{R}^n", r"z_i = x_{i+1} - x_i \text{ for } 1 \le i < n")
SHIFTED = (r"x \in \mathbb{R}^n", r"y_i = 2 x_{i+1} \quad \forall i \in \{0, \dots, n-1\}")
SLID = (
    r"x \in \mathbb{R}^n",
    r"w \in \mathbb{R}^k",
    r"y_i = \sum_{a=1}^k w_a x_{i+a-1},\ i = 1, \dots, m",
    "m = n - k + 1",
)
DEFINED = [
    (r"\sum_i y_i", r"\frac1k \sum_{m=1}^{nk} x_m", POOLED, "same"),
    (r"\sum_{i=1}^n y_i", r"\frac1n \sum_{m=1}^{nk} x_m", POOLED, "different"),
    (r"\sum_i z_i", r"\sum_i x_i", HALVED, "same"), (r"\sum_i z_i", r"\sum_{i=2}^n x_i", HALVED, "different"),
    (r"\sum_i z_i", "x_n - x_1", STEPS, "same"), (r"\sum_i z_i", "x_n - x_2", STEPS, "different"),
    (r"\|y\|^2", r"4 \|x\|^2", SHIFTED, "same"), ("y_i", "2 x_{i+1}", SHIFTED, "same"),
    ("y_i", "2 x_i", SHIFTED, "different"),
    ("y_0", "2 x_1", SHIFTED, "same"), (r"\frac{\partial y_i}{\partial x_j}", r"2 \delta_{j,i+1}", SHIFTED, "same"),
    (r"\frac{\partial y_i}{\partial x_j}", r"2 \delta_{ij}", SHIFTED, "different"),
    (r"\sum_{i=1}^m y_i", r"\sum_{i=1}^{n-k+1} \sum_{a=1}^k w_a x_{i+a-1}", SLID, "same"),
    (r"\sum_{i=1}^m y_i", r"\sum_{i=1}^{n-k} \sum_{a=1}^k w_a x_{i+a-1}", SLID, "different"),
    ("h_2", "w^2 h_0", (r"h_t = w h_{t-1}, t = 1, 2, \dots",), "same"),
    ("h_2", "w h_0", (r"h_t = w h_{t-1} \quad (t \ge 1)",), "different"),
    (r"\sum_{i=1}^k x_i", "x_1 + x_2", (r"x \in \mathbb{R}^k", "k = 2"), "same"),
    (r"\sum_{i=1}^k x_i", "x_1 + x_2", (r"x \in \mathbb{R}^n", "k = 2"), "same"),
    (r"\sum_{i=1}^k x_i", "x_1 + x_2", (r"x \in \mathbb{R}^n", "k = 3"), "different"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), DEFINED)
def test_definitions_with_ranges(a: str, b: str, lets: tuple[str, ...], verdict: str) -> None:
    found = compare_texts(a, b, lets)
    assert found.verdict == verdict, found


@pytest.mark.parametrize("text", ["(x + y)_i > 0", "(x + y)_1 > 0"])
def test_a_bound_on_what_is_no_symbol_is_a_constraint(text: str) -> None:
    context = read_context(["x, y \\in R^3", text])
    assert isinstance(context, Context)
    assert len(context.constraints) == 1
