"""Numbers of a P among declarations: what they fix is judged, what they leave open is not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.derivation.chance_tables import told_by_tables
from solvers.equality import compare_texts
from solvers.formula.polytope import mixed

CHAIN = ("P(A=1)=0.4", "P(B=1|A=1)=0.7", "P(B=1|A=0)=0.2", "P(C=1|B=1)=0.9", "P(C=1|B=0)=0.3")
TEST = ("P(D)=0.01", "P(+|D)=0.95", r"P(+|\neg D)=0.05")
TABLE: list[tuple[str, str, tuple[str, ...], str]] = [
    ("P(C=1)", "0.54", CHAIN, "same"),
    ("P(C=1)", "0.55", CHAIN, "different"),
    ("P(C=1|A=1)", "0.72", CHAIN, "undecided"),  # C may depend on A
    ("P(C=1|A=1)", "0.72", (*CHAIN, "A -> B -> C"), "same"),
    ("P(C=1|A=1)", "0.54", (*CHAIN, r"A \to B \to C"), "different"),
    ("P(A=1|C=1)", "8/15", (*CHAIN, "P(a,b,c) = P(a)P(b|a)P(c|b)"), "same"),
    ("P(A=1|C=1)", "0.5", (*CHAIN, "P(A,B,C) = P(A)P(B|A)P(C|B)"), "different"),
    ("P(C=1|A=1)", "sum_b P(b|A=1) P(C=1|b)", (*CHAIN, "C and A are independent given B"), "same"),
    ("P(C=1|A=1)", "sum_b P(b|A=1) P(C=1|b)", CHAIN, "undecided"),
    ("P(D|+)", "0.0095/0.059", TEST, "same"),
    ("P(D|+)", "0.95", TEST, "different"),
    (r"P(\bar D|-)", "1 - P(D | -)", TEST, "same"),
    ("P(D|+)", "0.0095/0.059", TEST[:2], "undecided"),
    ("P(A,B)", "0.2", ("P(A)=0.5", "P(B)=0.4"), "undecided"),
    ("P(A,B)", "0.2", ("P(A)=0.5", "P(B)=0.4", r"A \perp B"), "same"),
    ("P(A,B)", "0.3", ("P(A)=0.5", "P(B)=0.4", "A and B are independent"), "different"),
    ("P(A,B)", "P(A) P(B|A)", ("P(A)=0.5", "P(B)=0.4"), "same"),
    ("p(x=1)", "3/4", ("p(x=0)=0.25",), "same"),
    ("P(X=3)", "1/2", ("P(X=1)=1/6", "P(X=2)=1/3", r"X \in \{1,2,3\}"), "same"),
    ("P(X=3)", "1/2", ("P(X=1)=1/6", "P(X=2)=1/3"), "undecided"),  # X may be 4
    (r"P(W=\text{rain})", "0.3", (r"P(W=\text{sun})=0.7", r"P(W=\text{rain})=30\%"), "same"),
    ("P(D|T)", r"\frac{s \pi_1}{s\pi_1 + 0.1(1-\pi_1)}", (r"P(D) = \pi_1", "P(T|D)=s", "P(T|D^c)=0.1"), "same"),
    ("P(A)", "0.5", ("P(A)=0.5", "P(A)=0.6"), "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "lets", "verdict"), TABLE)
def test_what_numbers_fix(a: str, b: str, lets: tuple[str, ...], verdict: str) -> None:
    assert compare_texts(a, b, lets).verdict == verdict


def test_an_opposite_number_is_not_called_wrong_where_nothing_is_told() -> None:
    answer = compare_texts("P(C=1|A=1)", "0.9", CHAIN)
    assert answer.verdict == "undecided"
    assert "do not fix this" in answer.evidence


def test_points_satisfy_the_equations_exactly() -> None:
    zero, one = Fraction(0), Fraction(1)
    rows = [([zero, zero, one, one], Fraction(2, 5)), ([zero, zero, Fraction(-7, 10), Fraction(3, 10)], zero)]
    points = mixed(4, rows)
    assert points is not None
    assert len(points) == 2
    for point in points:
        assert sum(point) == 1
        assert min(point) >= 0
        assert all(sum(c * x for c, x in zip(row, point, strict=True)) == right for row, right in rows)
    assert mixed(2, [([one, zero], Fraction(3, 2))]) is None
    assert mixed(2, [([one, zero], Fraction(1, 4))]) == [[Fraction(1, 4), Fraction(3, 4)]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("| $x$ | $P(x)$ |\n|--|--|\n| 0 | $0.1$ |\n| 1 | 0.9 |", ["P(x=0) = 0.1", "P(x=1) = 0.9"]),
        ("A | P(B=1 given A)\n--|--\n0 | 0.5", ["P(B=1 | A=0) = 0.5"]),
        (
            (
                "\\begin{tabular}{c|cc} & $Y=0$ & $Y=1$ \\\\ \\hline $X=0$ & 0.5 & 0.5 \\\\ $X=1$ & 0.2 & 0.8"
                " \\end{tabular}"
            ),
            ["P(Y=0 | X=0) = 0.5", "P(Y=1 | X=0) = 0.5", "P(Y=0 | X=1) = 0.2", "P(Y=1 | X=1) = 0.8"],
        ),
        ("| n | cost |\n|--|--|\n| 1 | 0.5 |", []),
        ("| A | P(B=1, C) |\n|--|--|\n| 0 | 0.5 |", []),
    ],
)
def test_tables_of_probabilities(text: str, told: list[str]) -> None:
    assert told_by_tables(text) == told
