"""Branches: agreement counts once both sides of each were reached; what cannot be reached is seen by its form."""

from __future__ import annotations

from math import inf

import pytest

from solvers.equality import compare_texts
from solvers.equality.bounds import Bounds, Known, bounds
from solvers.formula.context import Context, read_context
from solvers.formula.parser import read

V, G = r"x \in \mathbb{R}^n", r"g \in \mathbb{R}^n"
N, S = r"n \in \mathbb{N}", r"s \in \mathbb{N}"
DIFFERENT: list[tuple[str, str, tuple[str, ...]]] = [
    ("relu(x)", "min(max(x, 0), 6)", ()), ("max(x, 0)", "min(max(x, 0), 50)", ()), ("min(max(x, -3), 3)", "x", ()),
    ("max(0, 1 - y f)", "1 - y f", ()), ("max(0, 100 - x)", "100 - x", ()), ("relu(x + 1000)", "x + 1000", ()),
    ("{x^2/2 if |x| <= 1; |x| - 1/2 otherwise}", "x^2/2", ()), ("floor(x)", "ceil(x)", ()),
    ("{x^2/2 if |x| <= d; d (|x| - d/2) otherwise}", "x^2/2", ("d > 0",)), ("ceil(x)", "floor(x) + 1", ()),
    ("ceil(n/s)", "floor(n/s) + 1", (N, S)), ("{0 if x = 0; 1 otherwise}", "1", ()), ("[[x = y]]", "0", ()),
    ("|x - 1| + |x + 1|", "2 |x|", ()), ("{x if x > 20; log(1 + exp(x)) otherwise}", "log(1 + exp(x))", ()),
    ("relu(x - 1e-6)", "relu(x)", ()), ("max(x, 0.01 x)", "relu(x)", ()), ("relu(x - 7)", "0", ("x < 8",)),
    (r"\min(1, 40 / \|g\|) g", "g", (G,)), ("relu(x) - x^2/9", "x - x^2/9", ()),
    ("{1 if x < 5; 2 if x < 5.5; 3 otherwise}", "{1 if x < 5; 3 otherwise}", ()),
    ("relu(p - 0.95)", "0", (r"p \in (0, 1)",)), ("sign(x - 12)", "-1", ()),
    ("relu(k + 5)", "k + 5", (r"k \in \mathbb{Z}",)),
    ("[[0.5001 < x < 0.5002]]", "0", ()), ("[[x > 0.5001]] [[x < 0.5002]]", "0", ()), ("[[x = 0.123456]]", "0", ()),
    ("ceil(x)", "floor(x + 0.95)", ()), ("ceil(x)", "floor(x + 0.99)", ()), ("[[x > 0.3]]", "[[x >= 0.3]]", ()),
    ("|x - 3| + |x - 3.0001|", "2 |x - 3.00005|", ()), ("sum_i [[0.5001 < x_i < 0.5002]]", "0", (V,)),
    ("[[2 x < y < 2 x + 0.0001]]", "0", ()), ("[[0.5001 < exp(x) < 0.5002]]", "0", ()),
    ("{1 if x < 5; 2 if x < 5.001; 3 otherwise}", "{1 if x < 5; 3 otherwise}", ()),
]  # fmt: skip
SAME: list[tuple[str, str, tuple[str, ...]]] = [
    ("relu(x^2)", "x^2", ()), ("|x^2 + 1|", "x^2 + 1", ()), ("|p|", "p", (r"p \in (0, 1)",)),
    ("relu(sigma(x))", "sigma(x)", ()), ("max(x, x - 1)", "x", ()), ("sqrt(x) |x|", "x sqrt(x)", ()),
    ("max(x, 0.01 x)", "{x if x > 0; 0.01 x otherwise}", ()), ("relu(x) - relu(-x)", "x", ()),
    ("max(0, 1 - y f)", "{1 - y f if y f < 1; 0 otherwise}", ()), ("|x|", "max(x, -x)", ()),
    ("ceil(n/s)", "floor((n - 1)/s) + 1", (N, S)), ("max(x, y)", "(x + y + |x - y|)/2", ()),
    ("max(x, y, z)", "max(max(x, y), z)", ()), (r"\|x\| \operatorname{sign}(\|x\|)", r"\|x\|", (V,)),
    ("relu'(x)", "[[x > 0]]", ()), (r"\frac{d}{dx} |x|", "sign(x)", ()), ("relu(log(1 + x^2))", "log(1 + x^2)", ()),
    ("relu(-x^T x)", "0", (V,)), (r"\min(1, \theta / \|g\|) \|g\|", r"\min(\|g\|, \theta)", (G, r"\theta > 0")),
    ("{1 if n > 0; 0 otherwise}", "1", (N,)), ("relu(h_1)", "h_1", (r"h \in \{0, 1\}^m",)),
    ("|s_1|", "s_1", (r"s \in \Delta^k",)),
    ("ceil(x)", "-floor(-x)", ()), ("floor(x + 1)", "floor(x) + 1", ()), ("mod(x, 1)", "x - floor(x)", ()),
    (r"\frac{d}{dx} |x|", "-1", ("x <= 0",)), ("[[x > 3]] [[x < 3]]", "0", ()), ("floor(x/0.1)", "floor(10 x)", ()),
    ("|x - 3| + |x - 3.0001|", "|3 - x| + |3.0001 - x|", ()),
    ("relu(m)", "m", ("m = x^2 + y^2",)), ("relu(a)", "max(a, 0)", (V, "a = x_1 - 1000")),
]  # fmt: skip
UNREACHED = [("max(1e11, x)", "1e11", "1e11 < x"), ("{2 if x > 1e9; 1 otherwise}", "1", "x > 1e9")]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("a", "b", "lets"), DIFFERENT, ids=[f"{a} ~ {b}" for a, b, _ in DIFFERENT])
def test_what_differs_on_one_side_of_a_branch_only(a: str, b: str, lets: tuple[str, ...], seed: int) -> None:
    assert compare_texts(a, b, lets, seed).verdict == "different"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("a", "b", "lets"), SAME, ids=[f"{a} ~ {b}" for a, b, _ in SAME])
def test_true_pairs_stay_the_same(a: str, b: str, lets: tuple[str, ...], seed: int) -> None:
    answer = compare_texts(a, b, lets, seed)
    assert answer.verdict == "same", answer


@pytest.mark.parametrize(("a", "b", "says"), UNREACHED)
def test_a_branch_that_no_point_reached_is_named(a: str, b: str, says: str) -> None:
    answer = compare_texts(a, b, ())
    assert answer.verdict == "undecided"
    assert f"the branch {says} was never reached" in answer.evidence


BOUNDS = [
    ("x - (x - 1)", Bounds(1, 1)), ("3 - 2 p", Bounds(1, 3, True, True)), ("A^T A", Bounds()), ("x^T x", Bounds(0)),
    ("x_1^2 + 1", Bounds(1)), ("-exp(a)", Bounds(high=0, below=True)), ("q/(1 + q)", Bounds(0, above=True)),
    ("a b", Bounds()), ("a a", Bounds(0)), ("max(a, 2)", Bounds(2)), ("min(p, a)", Bounds(high=1)),
    ("sum_{i=1}^n |x_i|", Bounds(0)), ("log(p)", Bounds(-inf, 0)), ("{p if a > 0; 2 otherwise}", Bounds(0, 2, True)),
    ("floor(3 p)", Bounds(0, 3)), ("k", Bounds(1)), ("a^3", Bounds()), ("2 p - 2", Bounds(-2, 0, True, True)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BOUNDS, ids=[text for text, _ in BOUNDS])
def test_bounds_by_form(text: str, expected: Bounds) -> None:
    given = read_context(
        (V, r"A \in \mathbb{R}^{n \times n}", r"p \in (0, 1)", "q > 0", r"k \in \mathbb{N}", r"a \in \mathbb{R}")
    )
    assert isinstance(given, Context)
    found = bounds(read(text, given.scope), Known(given.scope.names, given.definitions))
    assert found == expected


def test_what_no_number_of_digits_tells_at_an_edge_is_left_open() -> None:
    assert compare_texts("[[3 x = 1]]", "0", ()).verdict == "undecided"
