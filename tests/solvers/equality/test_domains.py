"""Sides that agree where both are defined: where one is not, said by the name that decides it; narrow domains."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import read
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.table import EvaluationError

APART = [
    (r"\log x^2", r"2 \log x", "the right side is undefined for x < 0"),
    ("sqrt(x)^2", "x", "the left side is undefined for x < 0"), ("sqrt(x - 3)^2", "x - 3", "undefined for x < 3"),
    ("log(x y)", "log x + log y", "the right side is undefined for x < 0"), ("sqrt(5 - x)^2", "5 - x", "for x > 5"),
    ("x", "exp(log(x))", "the right side is undefined for x < 0"), ("sqrt(x y)", "sqrt(x) sqrt(y)", "the right side"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("a", "b", "says"), APART)
def test_where_a_side_is_undefined_is_said(a: str, b: str, says: str, seed: int) -> None:
    answer = compare_texts(a, b, (), seed)
    assert answer.verdict == "different"
    assert "where both are defined" in answer.evidence
    assert says in answer.evidence
    point = dict(answer.counterexample or {})
    undefined = next(side for side in ("left", "right") if side in point and point[side] is None)
    values = {name: value for name, value in point.items() if name not in {"left", "right"}}
    with pytest.raises(EvaluationError):
        evaluate(read({"left": a, "right": b}[undefined]), Env(PLAIN, values))
    evaluate(read({"left": b, "right": a}[undefined]), Env(PLAIN, values))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("text", ["sqrt(x) sqrt(y) sqrt(z)", "log(x - 100)", "log(1 - p) + log(p)", "1/sqrt(4 - x^2)"])
def test_a_narrow_domain_is_found(text: str, seed: int) -> None:
    assert compare_texts(text, f"2 ({text}) - ({text})", (), seed).verdict == "same"
    assert compare_texts(text, f"({text}) + 1/7", (), seed).verdict == "different"


@pytest.mark.parametrize("text", ["log(-x^2)", "1/(x - x)", "sqrt(-1 - x^2)", "x/0"])
def test_nowhere_defined_is_the_same_as_nothing(text: str) -> None:
    answer = compare_texts(text, f"({text}) + 0", ())
    assert answer.verdict == "undecided"
    assert "both sides have a value at 0 of" in answer.evidence


NOISE = ["exp(600) (1 - tanh(300))", "(x - (x/3) 3)/(x - (x/3) 3)", "1/(x - (x/7) 7)"]


@pytest.mark.parametrize("text", NOISE)
def test_what_is_only_rounding_is_no_difference(text: str) -> None:
    assert compare_texts(text, "2", ()).verdict == "undecided"


JOINT = ("P(x, y) in Delta({0,1} x {0,1})",)
BELIEF = (r"p(h) \in \Delta(\{0,1\}^m)", r"p(v \mid h) \in \Delta(\{0,1\}^n)")


@pytest.mark.parametrize(
    ("a", "b", "lets", "wanted"),
    [
        ("P(x | y)", "P(x) P(y | x) / sum_{x in {0,1}} P(x) P(y | x)", JOINT, "same"),
        ("P(x | y)", "P(y) P(y | x) / sum_{x in {0,1}} P(x) P(y | x)", JOINT, "different"),
        (
            r"p(h \mid v)",
            r"\frac{p(v \mid h) p(h)}{\sum_{g \in \{0,1\}^m} p(v \mid g) p(g)}",
            BELIEF,
            "same",
        ),
        (r"p(h \mid v)", r"\frac{p(v \mid h)}{\sum_{g \in \{0,1\}^m} p(v \mid g)}", BELIEF, "different"),
        (
            "p(x, y)",
            "p(x) p(y)",
            (r"p(x) \in \Delta(\{1, \dots, K\})", r"p(y \mid x) \in \Delta(\{0,1\})"),
            "different",
        ),
        ("p(z)^2", "p(z) p(z)", (r"p(x) \in \Delta(\{1, \dots, K\})",), "same"),
        ("p(z)", "1 - p(z)", (r"p(x) \in \Delta(\{1, 2\})",), "different"),
    ],
)
def test_what_nobody_declares_is_a_value_of_the_distribution(
    a: str, b: str, lets: tuple[str, ...], wanted: str
) -> None:
    assert compare_texts(a, b, lets).verdict == wanted
