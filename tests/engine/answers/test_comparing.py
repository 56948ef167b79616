"""Answers against keys, kind by kind: verdict, share of the points, what is said. Nothing here needs a solver."""

from __future__ import annotations

import math
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import KINDS, tolerance
from engine.grading import grade, grade_part, read_answer
from engine.numbers import latex_value, plain_value
from engine.records import PartVerdict, Value, VariantPart, Verdict
from tests.engine.variants import options, part, variant
from tests.quick import within

C, P, W, I, U = Verdict.CORRECT, Verdict.PARTIAL, Verdict.WRONG, Verdict.INVALID, Verdict.UNDECIDED
T = math.tanh(0.5)  # 0.46211715726...
M = ((F(1, 2), T), (-2, 3))
FOUR = options(True, False, True, False)

# kind, key, places, by element, answer, verdict, share, a piece of the message
ROWS: list[tuple[str, Value, int | None, bool, str, Verdict, F | int, str]] = [
    ("integer", 12, None, False, "12", C, 1, ""),
    ("integer", 12, None, False, "12.0", C, 1, ""),
    ("integer", 12, None, False, "3*4", C, 1, ""),
    ("integer", 12, None, False, "floor(25/2)", C, 1, ""),
    ("integer", 12, None, False, "13", W, 0, ""),
    ("integer", 12, None, False, "12.5", W, 0, "whole number"),
    ("integer", 12, None, False, "12.0000001", W, 0, "whole number"),
    ("integer", 12, None, False, "-12", W, 0, "sign"),
    ("integer", 12, None, False, "24", W, 0, "factor 2"),
    ("integer", 12, None, False, "twelve", I, 0, "not known"),
    ("integer", F(12, 1), None, False, "12", C, 1, ""),
    ("number", T, 3, False, "0.462", C, 1, ""),
    ("number", T, 3, False, "0.461", W, 0, ""),
    ("number", T, 3, False, "0.463", C, 1, ""),
    ("number", T, 3, False, "0.464", W, 0, ""),
    ("number", T, 3, False, "0.46211715726", C, 1, ""),
    ("number", T, 3, False, "tanh(1/2)", C, 1, ""),
    ("number", T, 3, False, "0.46", P, F(1, 2), "give 3 places"),
    ("number", T, 3, False, "0.47", W, 0, ""),
    ("number", T, 3, False, "0.5", P, F(1, 2), "give 3 places"),
    ("number", T, 3, False, "0", W, 0, ""),
    ("number", T, 3, False, "0.4", W, 0, ""),
    ("number", T, 1, False, "0.5", C, 1, ""),
    ("number", T, 3, False, "-0.462", W, 0, "sign"),
    ("number", T, 3, False, "0.924", W, 0, "twice"),
    ("number", T, 3, False, "0.231", W, 0, "half"),
    ("number", 0.6, 3, False, "1", W, 0, ""),
    ("number", 14.321, 2, False, "14", P, F(1, 2), "give 2 places"),
    ("number", 14.321, 1, False, "14", P, F(1, 2), "give 1 place."),
    ("number", 0.25, 3, False, "0.25", C, 1, ""),
    ("number", 0.25, 3, False, "1/4", C, 1, ""),
    ("number", F(1, 3), 3, False, "0.333", C, 1, ""),
    ("number", F(1, 3), 3, False, "0.334", C, 1, ""),
    ("number", F(1, 3), 3, False, "0.335", W, 0, ""),
    ("number", F(1, 3), None, False, "1/3", C, 1, ""),
    ("number", F(1, 3), None, False, "2/6", C, 1, ""),
    ("number", F(1, 3), None, False, "0.333", P, F(1, 2), "exactly"),
    ("number", F(1, 3), None, False, "0.34", W, 0, ""),
    ("number", F(1, 4), None, False, "sqrt(1/16)", C, 1, ""),
    ("number", F(1, 4), None, False, "exp(0)/4", C, 1, ""),
    ("number", T, None, False, "tanh(0.5)", C, 1, ""),
    ("number", T, None, False, "0.4621171573", C, 1, ""),
    ("number", T, None, False, "0.4621", P, F(1, 2), "more places"),
    ("number", 0, 3, False, "0", C, 1, ""),
    ("number", 0, 3, False, "0.001", C, 1, ""),
    ("number", 0, 3, False, "0.0011", W, 0, ""),
    ("number", 1e-17, None, False, "0", C, 1, ""),
    ("number", math.nan, 3, False, "0", W, 0, ""),
    ("number", math.inf, 3, False, "10^300", W, 0, ""),
    ("number", 5, None, False, "1000!/7", W, 0, ""),
    ("number", 1e300, 3, False, "10^300 + 1", C, 1, ""),
    ("exact", F(1, 3), None, False, "1/3", C, 1, ""),
    ("exact", F(1, 3), None, False, r"\frac{2}{6}", C, 1, ""),
    ("exact", F(1, 3), None, False, "0.333", W, 0, "give it exactly"),
    ("exact", F(1, 3), None, False, "0.3333333333333", W, 0, "give it exactly"),
    ("exact", F(1, 4), None, False, "0.25", C, 1, ""),
    ("exact", F(1, 4), None, False, "1/4", C, 1, ""),
    ("exact", math.sqrt(2) / 2, None, False, "sqrt(2)/2", C, 1, ""),
    ("exact", math.sqrt(2) / 2, None, False, "1/sqrt(2)", C, 1, ""),
    ("exact", math.sqrt(2) / 2, None, False, "2^(-1/2)", C, 1, ""),
    ("exact", math.sqrt(2) / 2, None, False, "0.7071", W, 0, "give it exactly"),
    ("exact", math.sqrt(2) / 2, None, False, "0.70710678118654752", W, 0, "give it exactly"),
    ("exact", math.sqrt(2) / 2, None, False, "0.70710678118654752 exp(0)", W, 0, "give it exactly"),
    ("exact", math.sqrt(2) / 2, None, False, "sqrt(3)/2", W, 0, ""),
    ("exact", math.log(2), None, False, "ln 2", C, 1, ""),
    ("exact", math.log(2), None, False, "-ln(1/2)", C, 1, ""),
    ("exact", math.exp(-0.5), None, False, "e^(-0.5)", C, 1, ""),
    ("exact", math.pi / 4, None, False, "arctan(1)", C, 1, ""),
    ("exact", 2.0, None, False, "2", C, 1, ""),
    ("vector", (1, 2, 3), None, False, "1, 2, 3", C, 1, ""),
    ("vector", (1, 2, 3), None, False, "[1; 2; 3]", C, 1, ""),
    ("vector", ((1, 2, 3),), None, False, "1, 2, 3", C, 1, ""),
    ("vector", (1, 2, 3), None, False, "1, 2, 4", W, 0, ""),
    ("vector", (1, 2, 3), None, True, "1, 2, 4", P, F(2, 3), "2 of 3 entries are right; look at entry 3"),
    ("vector", (1, 2, 3), None, True, "4, 5, 6", W, 0, ""),
    ("vector", (1, 2, 3), None, False, "-1, -2, -3", W, 0, "sign"),
    ("vector", (1, 2, 3), None, False, "1, 2", W, 0, "A vector of 3 is asked; this is a vector of 2"),
    ("vector", (1, 2, 3), None, True, "1, 2", W, 0, "A vector of 3 is asked"),
    ("vector", (T, T), 3, False, "0.462, 0.462", C, 1, ""),
    ("vector", (T, T), 3, False, "0.46, 0.462", P, F(1, 2), "give 3 places"),
    ("vector", (T, 7), 3, True, "0.46, 8", W, 0, ""),
    ("vector", (T, 7), 3, True, "0.462, 8", P, F(1, 2), "1 of 2"),
    ("vector", (T, 7, 9), 3, True, "0.46, 7, 8", P, F(1, 2), "1 of 3"),
    ("vector", (5,), None, False, "5", C, 1, ""),
    ("vector", 5, None, False, "5", C, 1, ""),
    ("vector", (1, math.nan), None, True, "1, 2", P, F(1, 2), "1 of 2"),
    ("matrix", M, 3, False, "[0.5 0.462; -2 3]", C, 1, ""),
    ("matrix", M, 3, False, "[0.5 0.46; -2 3]", P, F(1, 2), "give 3 places"),
    ("matrix", M, 3, False, "[0.5 0.4; -2 3]", W, 0, ""),
    ("matrix", M, 3, True, "[0.5 0.4; -2 3]", P, F(3, 4), "3 of 4 entries are right; look at entry (1, 2)"),
    ("matrix", M, 3, True, "[0.5 0.4; 2 3]", P, F(1, 2), "look at entries (1, 2), (2, 1)"),
    ("matrix", M, 3, True, "[0.5 -2; 0.462 3]", W, 0, "This is the transpose of the right answer."),
    ("matrix", M, 3, False, "[0.5 0.462; -2 3]^T", W, 0, "transpose"),
    ("matrix", M, 3, True, "[1 2 3]", W, 0, "A 2×2 matrix is asked; this is a 1×3 matrix"),
    ("matrix", ((1, 2, 3), (4, 5, 6)), None, False, "[1 4; 2 5; 3 6]", W, 0, "transpose"),
    ("matrix", ((1, 2, 3),), None, False, "[1 2 3]", C, 1, ""),
    ("matrix", ((1, 2, 3),), None, False, "1, 2, 3", C, 1, ""),
    ("matrix", ((1, 2, 3),), None, False, "[1; 2; 3]", W, 0, "transpose"),
    ("matrix", (1, 2, 3), None, False, "[1; 2; 3]", C, 1, ""),
    ("matrix", (1, 2, 3), None, False, "[1 2 3]", W, 0, "transpose"),
    ("matrix", 5, None, False, "5", C, 1, ""),
    ("matrix", ((1, 2), (2, 1)), None, False, "[1 2; 2 1]", C, 1, ""),
    ("matrix", ((2, 4), (6, 8)), None, False, "[1 2; 3 4]", W, 0, "half"),
    ("shape", (3, 32, 32), None, False, "3x32x32", C, 1, ""),
    ("shape", (3, 32, 32), None, False, "32x32x3", W, 0, "another order"),
    ("shape", (3, 32, 32), None, False, "3x32", W, 0, "3 sizes asked for; this has 2 sizes"),
    ("shape", (3, 32, 32), None, False, "3x32x31", W, 0, ""),
    ("shape", ((0.5, 1.5, 2.5), (1, 2, 3)), None, False, "2x3", C, 1, ""),
    ("shape", ((0.5, 1.5, 2.5), (1, 2, 3)), None, False, "3x2", W, 0, "another order"),
    ("choice", (1,), None, False, "b", C, 1, ""),
    ("choice", (1,), None, False, "c", W, 0, "Reason 3."),
    ("choice", (0, 2), None, False, "c", C, 1, ""),
    ("choices", (0, 2), None, False, "ca", C, 1, ""),
    ("choices", (0, 2), None, False, "a", W, 0, "This holds too: c"),
    ("choices", (0, 2), None, False, "a, b, c, d", W, 0, "These do not hold: b, d"),
    ("choices", (0, 2), None, False, "none", W, 0, "These hold too: a, c"),
    ("choices", (), None, False, "none", C, 1, ""),
    ("choices", (), None, False, "b", W, 0, "This does not hold: b"),
]  # fmt: skip


def judged(kind: str, key: Value, text: str, places: int | None = None, by_element: bool = False) -> PartVerdict:
    asked = part("p", kind, key=key, places=places, by_element=by_element, points=4, options=FOUR)
    return grade_part(variant(asked, solver=None), asked, text)


@pytest.mark.parametrize(
    ("kind", "key", "places", "by_element", "text", "verdict", "share", "message"), ROWS,
    ids=[f"{row[0]}-{place}:{row[4]}" for place, row in enumerate(ROWS)],
)  # fmt: skip
def test_answers_are_judged(
    kind: str, key: Value, places: int | None, by_element: bool, text: str, verdict: Verdict, share: F, message: str
) -> None:
    found = judged(kind, key, text, places, by_element)
    assert (found.verdict, found.points, found.of) == (verdict, F(4 * share), F(4)), found
    assert message in found.message
    assert bool(found.read_as) == (verdict is not I)
    assert found.message or verdict is C or message == ""


# ---- own keys and near misses, for every numeric kind

numbers = st.one_of(
    st.integers(-1000, 1000), st.fractions(-100, 100, max_denominator=60), st.floats(-1000, 1000).filter(lambda x: x)
)
vectors = st.lists(numbers, min_size=1, max_size=4).map(tuple)
matrices = st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[numbers] * n), min_size=1, max_size=3).map(tuple))
KEYS_OF: dict[str, Any] = {"number": numbers, "vector": vectors, "matrix": matrices}


@pytest.mark.parametrize("kind", ["integer", "exact", *KEYS_OF])
@given(data=st.data(), places=st.none() | st.integers(0, 6))
def test_the_key_as_it_is_printed_is_right(kind: str, data: st.DataObject, places: int | None) -> None:
    rationals = {"integer": st.integers(), "exact": st.fractions(max_denominator=10_000)}
    key = data.draw(KEYS_OF[kind] if kind in KEYS_OF else rationals[kind])
    asked = part("p", kind, key=key, places=places if kind in KEYS_OF else None)
    for text in KINDS[kind].show(asked, key):
        assert grade_part(variant(asked, solver=None), asked, text).verdict is C, text
    if places is not None and kind in KEYS_OF:
        for text in (latex_value(key, max(places, 4)), plain_value(key, max(places, 4))):
            assert grade_part(variant(asked, solver=None), asked, text).verdict is C, text


@pytest.mark.parametrize("kind", ["shape", "choice", "choices"])
@given(data=st.data())
def test_keys_without_numbers_are_right_as_printed(kind: str, data: st.DataObject) -> None:
    drawn: dict[str, Any] = {
        "shape": st.lists(st.integers(1, 999), min_size=1, max_size=5).map(tuple),
        "choice": st.tuples(st.integers(0, 3)),
        "choices": st.sets(st.integers(0, 3)).map(lambda ticked: tuple(sorted(ticked))),
    }
    key = data.draw(drawn[kind])
    asked = part("p", kind, key=key, options=FOUR)
    latex, plain = KINDS[kind].show(asked, key)
    assert grade_part(variant(asked, solver=None), asked, plain).verdict is C
    assert kind != "shape" or grade_part(variant(asked, solver=None), asked, latex).verdict is C


@pytest.mark.parametrize("kind", [*KEYS_OF])
@given(data=st.data(), places=st.none() | st.integers(0, 6))
def test_ten_tolerances_away_is_not_right(kind: str, data: st.DataObject, places: int | None) -> None:
    key = data.draw(KEYS_OF[kind])
    step = F(10 * (tolerance(kind, places, key) or 1e-9))

    def away(value: Value) -> Value:
        return tuple(map(away, value)) if isinstance(value, tuple) else F(value) + step

    found = judged(kind, key, plain_value(away(key), None), places)
    assert found.verdict is W, found


@pytest.mark.parametrize(
    ("kind", "places", "key", "expected"),
    [
        ("integer", None, 12, 0.0),
        ("exact", None, F(1, 3), 0.0),
        ("number", 3, F(1, 2), 1e-3),
        ("number", None, F(1, 2), 0.0),
        ("number", None, 0.5, 5e-10),
        ("vector", 2, (1, 2.5), 1e-2),
        ("shape", None, (1, 2), 0.0),
        ("choice", None, (1,), 0.0),
    ],
    ids=str,
)
def test_tolerances(kind: str, places: int | None, key: Value, expected: float) -> None:
    assert tolerance(kind, places, key) == pytest.approx(expected, rel=0.01)


# ---- formulas

WX = (r"W \in \mathbb{R}^{m \times n}", r"x \in \mathbb{R}^{n}", r"b \in \mathbb{R}^{m}")
WV = (r"W \in \mathbb{R}^{n \times n}", r"v \in \mathbb{R}^{n}")
RNN = (r"W \in \mathbb{R}^{H \times H}", r"h^{(t)} \in \mathbb{R}^{H}, t = 0, \dots, T")
FORMULAS: dict[str, tuple[tuple[str, ...], str, str, Verdict, str]] = {
    "same-letters": ((), "x + y", "x + y", C, ""),
    "turned": ((), "x + y", "y + x", C, ""),
    "expanded": ((), "(x + y)^2", "x^2 + 2 x y + y^2", C, ""),
    "latex": ((), r"\frac{a}{b}", "a/b", C, ""),
    "wrong": ((), "(x + y)^2", "x^2 + y^2", W, "this gives"),
    "sign": ((), "x - y", "y - x", W, "this gives"),
    "tanh": ((), r"1 - \tanh(x)^2", "(1 - tanh(x)) (1 + tanh(x))", C, ""),
    "sigma": ((), r"\sigma(x)(1-\sigma(x))", "exp(-x)/(1 + exp(-x))^2", C, ""),
    "log-half-defined": ((), r"\log x + \log y", "log(x y)", U, "not defined"),
    "never-defined": ((), r"\sqrt{-1 - x^2}", "sqrt(-2 - x^2)", U, "not defined"),
    "positive": ((r"x > 0", r"y > 0"), r"\log x + \log y", "log(x y)", C, ""),
    "matrix": (WX, "W x + b", "b + W x", C, ""),
    "matrix-shape": (WX, "W x + b", "W^T x + b", W, "the inner sizes"),
    "matrix-transposed": (WV, "W v", "W^T v", W, "this gives"),
    "matrix-product-turned": (WV, r"v^\top W v", "v^T W^T v", C, ""),
    "matrix-row": (WV, r"W v", "v^T W^T", W, "Your formula is 1×2, the right formula a vector of 2"),
    "outer": (WV, r"v v^\top", "(v v^T)^T", C, ""),
    "family": (RNN, r"W h^{(t-1)}", "W h^(t-1)", C, ""),
    "family-other-time": (RNN, r"W h^{(t-1)}", "W h^(t)", W, "this gives"),
    "family-shown": ((r"x^{(t)} \in \mathbb{R}, t = 0, \dots, T",), "x^{(1)} + x^{(2)}", "x^(1)", W, "At x^(1) = "),
    "define": ((), "2 x", "y = 2 x", C, ""),
    "undeclared": (WX, "W x", "W q", I, "not declared"),
    "endless": ((), "x", "x + sum_{i=1}^9999 sum_{j=1}^9999 0", U, "too many steps"),
}  # fmt: skip


@pytest.mark.parametrize(("symbols", "key", "text", "verdict", "message"), FORMULAS.values(), ids=FORMULAS)
def test_formulas_are_compared(symbols: tuple[str, ...], key: str, text: str, verdict: Verdict, message: str) -> None:
    asked = part("p", "expression", key=0, formula=key, symbols=symbols)
    found = grade_part(variant(asked, solver=None), asked, text)
    assert found.verdict is verdict, found
    assert message in found.message


def test_formulas_are_judged_the_same_every_time() -> None:
    asked = part("p", "expression", key=0, formula="x y - y")
    assert len({grade_part(variant(asked, solver=None), asked, "x y + y").message for _ in range(3)}) == 1


def test_a_key_that_cannot_be_read_costs_nothing() -> None:
    asked = part("p", "expression", key=0, formula=r"\frac{")
    assert grade_part(variant(asked, solver=None), asked, "x").verdict is U


# ---- several parts


def parts() -> tuple[VariantPart, ...]:
    return part("a", "integer", key=3, points=1), part("b", "number", key=F(1, 2), points=2)


def test_only_answered_parts_are_graded() -> None:
    found = grade(variant(*parts(), solver=None), {"b": "0.5"})
    assert [(p.name, p.verdict) for p in found.parts] == [("b", C)]
    assert (found.points, found.of) == (F(2), F(2))


@pytest.mark.parametrize("answers", [{"b": "0.5"}, {"b": "0.5", "a": "  "}], ids=["missing", "blank"])
def test_handed_in_missing_answers_are_wrong(answers: dict[str, str]) -> None:
    found = grade(variant(*parts(), solver=None), answers, final=True)
    assert [(p.name, p.verdict, p.message) for p in found.parts] == [("a", W, "No answer."), ("b", C, "")]
    assert (found.points, found.of) == (F(2), F(3))


def test_answers_to_unknown_parts_are_passed_over() -> None:
    assert grade(variant(*parts(), solver=None), {"z": "1"}).parts == ()


def test_a_blank_answer_costs_nothing_before_the_end() -> None:
    found = grade(variant(*parts(), solver=None), {"a": ""})
    assert found.parts[0].verdict is I


def test_reading_is_fast_enough_for_every_key_press() -> None:
    asked = part("p", "matrix", key=((1, 2), (3, 4)))
    text = r"\begin{bmatrix} \frac{1}{3} & \tanh(0.5) \\ -2.5 & 1 \end{bmatrix}"
    assert within(0.02, lambda: read_answer(asked, text)).ok
