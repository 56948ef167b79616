"""What declarations say of indices: several over one range, ranges that leave entries out, lists within two bounds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from solvers.equality import compare_texts
from solvers.formula.context import Context, read_context
from solvers.formula.index_ranges import split_range
from solvers.formula.nodes import Name, Num

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


@pytest.mark.parametrize("text", ["(x + y)_i > 0", "(x + y)_1 > 0"])
def test_a_bound_on_what_is_no_symbol_is_a_constraint(text: str) -> None:
    context = read_context(["x, y \\in R^3", text])
    assert isinstance(context, Context)
    assert len(context.constraints) == 1
