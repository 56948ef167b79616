"""Worked solutions: what is printed reads back, with the same value; brackets, sums, indices as people write them."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

from engine.put_in import LONGEST_SUM, literal, with_indices, with_numbers
from engine.records import Value
from engine.solution import solution_of, worked_solution
from engine.typeset.reader import parse as typeset
from engine.typeset.tree import Display
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import read
from solvers.formula.tables.nested import PLAIN
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import scope
from solvers.trace import Trace, Tracer, run, solver
from tests.engine.variants import GIVEN, part, variant, worked

STEPS = solution_of(worked())
ASKED = part("o", "number", "o^(2)", places=3)


def flat(value: Any) -> list[Any]:
    return [x for v in value for x in flat(v)] if isinstance(value, tuple) else [value]


# ---- a whole solution


@pytest.mark.parametrize("place", range(len(STEPS)), ids=[step.name for step in STEPS])
def test_every_line_is_typeset(place: int) -> None:
    step = STEPS[place]
    for text in (step.formula, step.numbers, step.value):
        assert not text or isinstance(typeset(text), Display), text
    assert step.formula
    assert step.value


@pytest.mark.parametrize("place", range(len(STEPS)), ids=[step.name for step in STEPS])
def test_the_numbers_put_in_give_the_value(place: int) -> None:
    """The second route: the printed line is read and evaluated; rounding to 6 places is all that is lost."""
    step = solution_of(worked(), places=6)[place]
    expected = worked().steps[place].value
    for text in (step.numbers, step.value):
        if text:
            found = evaluate(read(text), Env(PLAIN))
            assert [float(x) for x in flat(found)] == pytest.approx([float(x) for x in flat(expected)], abs=1e-4)


def test_only_the_steps_that_lead_there_are_shown() -> None:
    names = [step.name for step in worked_solution(variant(ASKED))]
    assert names == ["h^(0)", "a_h^(1)", "h^(1)", "a_h^(2)", "h^(2)", "a_o^(2)", "o^(2)"]


def test_a_line_of_each_kind() -> None:
    shown = {step.name: step for step in worked_solution(variant(ASKED))}
    assert shown["h^(2)"].formula == r"h^{(2)} = \tanh\left(a_{h}^{(2)}\right)"
    assert shown["h^(2)"].numbers == r"\tanh\left(\begin{bmatrix} 0.0319 \\ 0.6129 \end{bmatrix}\right)"
    assert shown["h^(2)"].value == r"\begin{bmatrix} 0.0319 \\ 0.5462 \end{bmatrix}"
    assert shown["h^(2)"].note == "state"
    assert shown["a_h^(2)"].formula == "a_{h}^{(2)} = U x^{(2)} + W h^{(1)} + b"
    assert (shown["h^(0)"].formula, shown["h^(0)"].numbers) == ("h^{(0)}", "")


def test_a_question_whose_parts_name_no_step_shows_all() -> None:
    asked = part("q", "choice", key=(0,))
    assert len(worked_solution(variant(asked))) == len(STEPS)


@pytest.mark.parametrize("name", [None, "no.solver"])
def test_without_a_solver_there_are_no_steps(name: str | None) -> None:
    assert worked_solution(variant(ASKED, solver=name)) == ()


@solver(r"w \in \mathbb{R}", r"\eta \in \mathbb{R}", notes="2.1")
def descent(trace: Tracer) -> None:
    """Two steps down the parabola w^2."""
    trace.step(r"w = w - \eta (2 w)")
    trace.step(r"w = w - \eta (2 w)")


def test_a_step_that_changes_a_given_reads_the_value_before_it() -> None:
    given: dict[str, Value] = {"w": 4, "eta": F(1, 4)}
    trace = run(descent, given)
    assert isinstance(trace, Trace)
    lines = solution_of(trace, start=given)
    assert [line.numbers for line in lines] == [
        r"4 - 0.25 \cdot \left(2 \cdot 4\right)",
        r"2 - 0.25 \cdot \left(2 \cdot 2\right)",
    ]
    assert [line.value for line in lines] == ["2", "1"]


# ---- numbers put in: formula, what is printed

KNOWN = {
    "a": 2, "b": -3, "c": F(1, 3), "d": 0.123456, "z": -2e-7, "v": (1, -2), "M": ((1, 2), (3, 4)), "R": ((5, 6),),
    "x^(1)": 7, "x^(2)": -8, "x^(3)": 9, "k_(1)": 4,
}  # fmt: skip
PUT: dict[str, tuple[str, str]] = {
    "sum": ("a + b", r"2 + \left(-3\right)"),
    "difference": ("a - b", r"2 - \left(-3\right)"),
    "negative-first": ("b + a", "-3 + 2"),
    "product": ("a a", r"2 \cdot 2"),
    "product-with-negative": ("a b", r"2 \cdot \left(-3\right)"),
    "product-of-three": ("a a b", r"2 \cdot 2 \cdot \left(-3\right)"),
    "literal-times-name": ("4 a", r"4 \cdot 2"),
    "product-of-sum": ("a (a + b)", r"2 \left(2 + \left(-3\right)\right)"),
    "fraction": ("c", r"\frac{1}{3}"),
    "times-fraction": ("a c", r"2 \cdot \frac{1}{3}"),
    "float": ("d", "0.1235"),
    "scientific": ("a z", r"2 \cdot \left(-2 \cdot 10^{-7}\right)"),
    "square-of-negative": ("b^2", r"\left(-3\right)^{2}"),
    "square-of-fraction": ("c^2", r"\left(\frac{1}{3}\right)^{2}"),
    "quotient": (r"\frac{a}{b}", r"\frac{2}{-3}"),
    "minus-negative": ("-b", r"-\left(-3\right)"),
    "function": (r"\tanh(b)", r"\tanh\left(-3\right)"),
    "slope": (r"\tanh'(a)", r"\tanh'\left(2\right)"),
    "vector": ("v", r"\begin{bmatrix} 1 \\ -2 \end{bmatrix}"),
    "matrix-vector": ("M v", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} 1 \\ -2 \end{bmatrix}"),
    "row": ("R v", r"\begin{bmatrix} 5 & 6 \end{bmatrix} \begin{bmatrix} 1 \\ -2 \end{bmatrix}"),
    "transposed": (r"v^\top v", r"\begin{bmatrix} 1 \\ -2 \end{bmatrix}^{\top} \begin{bmatrix} 1 \\ -2 \end{bmatrix}"),
    "transposed-number": (r"a^\top b", r"2 \cdot \left(-3\right)"),
    "hadamard-of-numbers": (r"a \odot b", r"2 \cdot \left(-3\right)"),
    "number-times-vector": ("a v", r"2 \begin{bmatrix} 1 \\ -2 \end{bmatrix}"),
    "element": ("v_2", "-2"),
    "element-of-matrix": ("M_{12}", "2"),
    "family": ("x^{(2)}", "-8"),
    "family-index": ("x^{(t-1)}", "-8"),
    "sum-of-family": (r"\sum_{i=1}^{3} x^{(i)}", r"7 + \left(-8\right) + 9"),
    "sum-of-products": (r"\sum_{i=1}^{2} a x^{(i)}", r"2 \cdot 7 + 2 \cdot \left(-8\right)"),
    "sum-of-sums": (r"\sum_{i=1}^{2} (a + i)", r"2 + 1 + \left(2 + 2\right)"),
    "product-over": (r"\prod_{i=1}^{3} x^{(i)}", r"7 \cdot \left(-8\right) \cdot 9"),
    "sum-times": (r"a \sum_{i=1}^{2} x^{(i)}", r"2 \left(7 + \left(-8\right)\right)"),
    "double-sum": (r"\sum_{i=1}^{2} \sum_{j=1}^{2} M_{ij}", r"1 + 2 + \left(3 + 4\right)"),
    "empty-sum": (r"\sum_{i=1}^{0} a", "0"),
    "long-sum": (r"\sum_{i=1}^{7} i a", r"\sum_{i=1}^{7} i a"),
    "pi": (r"2 \pi", r"2 \pi"),
    "unknown-name": ("q a", r"q \cdot 2"),
    "whole-number": ("t a", r"3 \cdot 2"),
    "norm": (r"\|v\|_2", r"\left\lVert \begin{bmatrix} 1 \\ -2 \end{bmatrix} \right\rVert"),
    "max": (r"\max(0, b)", r"\max\left(0, -3\right)"),
}  # fmt: skip
SCOPE = scope(v=1, M=2, R=2, x=None, k=1)


@pytest.mark.parametrize(("formula", "printed"), PUT.values(), ids=PUT)
def test_numbers_are_put_in(formula: str, printed: str) -> None:
    env = Env(PLAIN, KNOWN, {"t": 3})
    put = to_latex(with_numbers(read(formula, SCOPE, latex=True), env, 4))
    assert put == printed
    assert isinstance(typeset(put), Display)


@pytest.mark.parametrize("name", [n for n, (f, p) in PUT.items() if f != p and n not in {"unknown-name", "pi"}])
def test_what_is_put_in_has_the_same_value(name: str) -> None:
    env = Env(PLAIN, KNOWN, {"t": 3})
    formula, printed = PUT[name]
    expected = flat(evaluate(read(formula, SCOPE, latex=True), env))
    assert [float(x) for x in flat(evaluate(read(printed, latex=True), Env(PLAIN)))] == pytest.approx(
        [float(x) for x in expected], abs=1e-4
    )


INDEXED: dict[str, tuple[str, str]] = {
    "family": ("h^{(t)}", "h^{(3)}"),
    "earlier": ("h^{(t-1)}", "h^{(2)}"),
    "transposed": (r"h^{(t-1)\top}", r"h^{(2)\top}"),
    "element": ("W_{t,1}", "W_{3, 1}"),
    "column": ("W_{:,t}", "W_{:, 3}"),
    "bound": (r"\sum_{t=1}^{T} h^{(t)}", r"\sum_{t=1}^{4} h^{(t)}"),
    "bound-and-free": (r"\sum_{k=1}^{t} h^{(t-k)}", r"\sum_{k=1}^{3} h^{(3 - k)}"),
    "outside-indices": ("t h^{(t)}", "t h^{(3)}"),
    "derivative": (r"\frac{\partial L}{\partial h^{(t)}}", r"\frac{\partial L}{\partial h^{(3)}}"),
}


@pytest.mark.parametrize(("formula", "printed"), INDEXED.values(), ids=INDEXED)
def test_indices_are_put_in(formula: str, printed: str) -> None:
    put = with_indices(read(formula, scope(W=2, h=None), latex=True), {"t": 3, "T": 4})
    assert to_latex(put) == printed


def test_a_sum_is_written_out_up_to_its_limit() -> None:
    def terms(count: int) -> str:
        return to_latex(with_numbers(read(rf"\sum_{{i=1}}^{{{count}}} i", latex=True), Env(PLAIN), 4))

    assert terms(LONGEST_SUM) == "1 + 2 + 3 + 4 + 5 + 6"
    assert "sum" in terms(LONGEST_SUM + 1)


@pytest.mark.parametrize("value", [0, -3, F(-1, 3), 0.5, -1e-9, (1, F(1, 2)), ((1, -2), (3, 4)), ((1, 2, 3),)], ids=str)
def test_literals_stand_for_their_value(value: Value) -> None:
    found = evaluate(literal(value), Env(PLAIN))
    assert [float(x) for x in flat(found)] == [float(x) for x in flat(value)]


def test_given_is_printed_with_the_given() -> None:
    assert "0.5" in to_latex(literal(GIVEN["U"]))
