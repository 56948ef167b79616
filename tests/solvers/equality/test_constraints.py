"""Constraints: identities that need one hold with it and fail without it; what cannot be met is said."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest

from solvers.equality import compare_texts
from solvers.equality.constraints import constrained
from solvers.equality.exactly import exactly
from solvers.equality.relations import judge
from solvers.equality.sample import draw, plan
from solvers.equality.trials import Trials
from solvers.formula.context import Context, infer, read_context
from solvers.formula.nodes import Name
from solvers.formula.parser import Parsed, parse
from solvers.formula.tables.decimals import context

A, B = r"A \in \mathbb{R}^{n \times n}", r"B \in \mathbb{R}^{n \times n}"
W, U = r"W \in \mathbb{R}^{m \times n}", r"U \in \mathbb{R}^{m \times n}"
X, V, Y = r"x \in \mathbb{R}^n", r"w \in \mathbb{R}^n", r"y \in \mathbb{R}^n"
UV = r"U, V \in \mathbb{R}^{n \times n}"
NEEDED: list[tuple[str, str, tuple[str, ...], str]] = [
    (r"\|U x\|", r"\|x\|", (U, X), r"U^\top U = I"), (r"W W^\top z", "z", (W, r"z \in \mathbb{R}^m"), r"W W^\top = I"),
    ("(A + B)^2", "A^2 + 2 A B + B^2", (A, B), "A B = B A"), ("x^2 + 2 x y + y^2", "1", (), "x + y = 1"),
    ("|a - b|", "a - b", (), "a > b"), (r"\|w\|^4", "1", (V,), r"\|w\|_2 = 1"), ("tr(A)", "1", (A,), "tr(A) = 1"),
    (r"(I - 2 w w^\top)^2", "I", (V,), r"\|w\| = 1"), (r"w^\top w", "2", (V,), r"w^\top w = 2"),
    (r"\mathbf{1}^\top A x", r"\mathbf{1}^\top x", (A, X), r"\mathbf{1}^\top A = \mathbf{1}^\top"),
    (r"A A \mathbf{1}", r"\mathbf{1}", (A,), r"A \mathbf{1} = \mathbf{1}"),
    (r"x^\top A x", "0", (A, X), r"A^\top = -A"),
    (r"\|U A V^\top\|_F", r"\|A\|_F", (UV, A), r"U^\top U = V^\top V = I"), ("s^4", "v^2", ("v > 0",), "s^2 = v"),
    (r"|x^\top A x|", r"x^\top A x", (A, X), r"A \succ 0"), ("a/b", "3", (), "a = 3 b"),
    (r"\sum_{k=1}^n y_k^2", "1", (r"y \in \{0, 1\}^n",), r"\sum_{k=1}^n y_k = 1"),
    ("A^4", "A", (A,), "A^2 = A"), (r"(I - A)^3", "I - A", (A,), "A A = A"),
    (r"\|\sum_{i=1}^m u_i\|^2", "m", (r"u_1, \dots, u_m \in \mathbb{R}^n",), r"u_i^\top u_j = \delta_{ij}"),
    (r"z \sum_{k=1}^n y_k", "z", (Y,), r"\sum_{k=1}^n y_k = 1"), (r"x^\top y", "0", (X, Y), r"x^\top y = 0"),
    (r"|\lambda_1 - \lambda_2|", r"\lambda_1 - \lambda_2", (), r"\lambda_1 > \lambda_2 > 0"),
    (r"\frac{\partial}{\partial x} x^\top A x", "2 A x", (A, X), r"A^\top = A"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("a", "b", "lets", "constraint"), NEEDED, ids=[constraint for *_, constraint in NEEDED])
def test_true_with_the_constraint_and_false_without(
    a: str, b: str, lets: tuple[str, ...], constraint: str, seed: int
) -> None:
    with_it = compare_texts(a, b, (*lets, constraint), seed)
    assert with_it.verdict == "same", with_it
    assert compare_texts(a, b, lets, seed).verdict == "different"


@pytest.mark.parametrize(
    "constraint", ["A B = B A", r"A^\top = A", r"A \succ 0", "tr(A) = 1", r"A \mathbf{1} = \mathbf{1}"]
)
def test_no_more_is_taken_for_granted_than_is_said(constraint: str) -> None:
    assert compare_texts("A", "B", (A, B, constraint)).verdict == "different"
    assert compare_texts("A A", "A", (A, B, constraint)).verdict == "different"


C = r"C \in \mathbb{R}^{n \times n}"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("constraint", [("A B = B A", "A C = C A"), ("B A = A B", "A C - C A = 0")])
def test_what_commutes_with_the_same_need_not_commute(constraint: tuple[str, ...], seed: int) -> None:
    given = (A, B, C, *constraint)
    assert compare_texts("A B C", "B C A", given, seed).verdict == "same"
    assert compare_texts("A B C", "C A B", given, seed).verdict == "different"
    assert compare_texts("B C", "C B", given, seed).verdict == "different"


CANNOT = [("x^2 + y^2 = 1", "cannot be sampled"), ("exp(x) + x = 2", "cannot be sampled"), ("x = y = x + 1", "x")]


@pytest.mark.parametrize(("constraint", "says"), CANNOT)
def test_what_cannot_be_met_is_said(constraint: str, says: str) -> None:
    answer = compare_texts("x^2 + y^2 + 1", "2", (constraint,))
    assert answer.verdict == "undecided"
    assert says in answer.evidence


@pytest.mark.parametrize("text", ["x < x - 1", "|x| < 0"])
def test_where_there_is_no_point_nothing_is_the_same(text: str) -> None:
    answer = compare_texts("x", "x + 1 - 1", (text,))
    assert answer.verdict == "undecided"
    assert "no point was found" in answer.evidence


def _given(*lets: str) -> Context:
    found = read_context(lets)
    assert isinstance(found, Context)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_an_exact_point_meets_the_constraints_to_very_many_digits(seed: int) -> None:
    given = _given(U, r"U^\top U = I", V, r"\|w\| = 1", A, B, "A B = B A", r"p \in \Delta^n")
    needed = plan(given, ())
    rng = np.random.default_rng(seed)
    points: Any = ""
    while isinstance(points, str):
        points = constrained(draw(needed, rng, 4), given)
    chosen = {n: _nested(array[0]) for n, array in points.values.items()}
    exact = exactly(chosen, given, points.sizes)
    assert exact is not None
    with localcontext(context(300)):
        u, a, b, w = (_decimals(exact[name]) for name in ("U", "A", "B", "w"))
        assert np.abs(u.T @ u - np.eye(u.shape[1], dtype=int)).max() < Decimal("1e-200")
        assert np.abs(a @ b - b @ a).max() < Decimal("1e-200")
        assert abs((w * w).sum() - 1) < Decimal("1e-200")
    assert sum(exact["p"]) == 1
    for name, value in exact.items():
        assert np.array(value, dtype=float) == pytest.approx(points.values[name][0], rel=1e-7, abs=1e-9)


def _nested(array: Any) -> Any:
    from fractions import Fraction

    return tuple(_nested(entry) for entry in array) if array.ndim else Fraction(float(array))


def _decimals(value: Any) -> Any:
    rows = np.array(value, dtype=object)
    return np.frompyfunc(lambda x: Decimal(x.numerator) / Decimal(x.denominator), 1, 1)(rows)


def test_sizes_are_drawn_again_until_they_fit() -> None:
    given = _given(U, r"U^\top U = I", X)
    trials = Trials((Name("U"),), given, 0)
    for round_ in trials:
        assert isinstance(round_, tuple)
        assert all(trial.points.sizes["m"] >= trial.points.sizes["n"] for trial in round_)


X_I, T_I, V_U = r"x_i \in \mathbb{R}^n", r"t_i \in \{-1, 1\}", r"u \in \mathbb{R}^n"
MARGIN = r"t_i u^\top x_i \ge g"
BOUNDED: list[tuple[str, str, str, tuple[str, ...], str]] = [
    ("<=", r"\|x_i\|^2 + 1", "R^2 + 1", (X_I, r"\|x_i\| \le R"), "valid"),
    ("<=", r"\|x_i\|^2", "R", (X_I, r"\|x_i\| \le R"), "wrong"),
    (">=", r"t_i u^\top x_i", "0", (X_I, T_I, V_U, MARGIN), "wrong"),
    (">=", r"t_i u^\top x_i", "0", (X_I, T_I, V_U, MARGIN, "g > 0"), "valid"),
    ("<", "a |w|", "1", ("|w| < 1", "0 < a < 1"), "valid"),
    ("<=", r"u^\top x_i", "R", (X_I, V_U, r"\|x_i\| \le R", r"\|u\| = 1"), "valid"),
]  # fmt: skip


@pytest.mark.parametrize(("relation", "a", "b", "lets", "verdict"), BOUNDED)
def test_numbers_that_bound_something_follow_it(
    relation: str, a: str, b: str, lets: tuple[str, ...], verdict: str
) -> None:
    given = infer(_given(*lets), a, b)
    left, right = (parse(text, given.scope) for text in (a, b))
    assert isinstance(left, Parsed)
    assert isinstance(right, Parsed)
    assert judge(relation, left.node, right.node, given).verdict == verdict


def test_constraints_that_bear_on_nothing_are_left_out() -> None:
    impossible = ("x > y + 1", "x < y")
    assert compare_texts("a + a", "2 a", impossible).verdict == "same"
    assert compare_texts("x + a", "a + x + 0 x", impossible).verdict == "undecided"


@pytest.mark.parametrize("zero", ["0", r"\mathbf{0}"])
def test_zero_takes_the_size_of_the_other_side(zero: str) -> None:
    assert compare_texts("x - x", zero, (X,)).verdict == "same"
    assert compare_texts("x + x", zero, (X,)).verdict == "different"


def test_entries_are_told_of_the_whole() -> None:
    lets = (r"A \in \mathbb{R}^{n \times n}", r"A_{ij} \in \{0, 1\}")
    assert compare_texts(r"\sum_{i=1}^n A_{i1}^2", r"\sum_{i=1}^n A_{i1}", lets).verdict == "same"
    assert compare_texts(r"A^\top", "A", lets).verdict == "different"
