"""Solvers and their traces: steps, start values, mistakes, overrides, what depends on what, what a given must be."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.formula.nodes import Chain
from solvers.formula.tables.arrays import numpy_table, sympy_table
from solvers.formula.tables.table import EvaluationError
from solvers.trace import Solver, Trace, Tracer, run, solver

F = Fraction


@solver(
    r"w \in \mathbb{R}",
    r"x^{(i)} \in \mathbb{R}, i = 1, \dots, n",
    r"t \in \mathbb{R}",
    notes="0.0",
    mistakes={"shifted": "the product was moved by one", "halved": "the half was taken twice"},
)
def line(trace: Tracer, n: int) -> None:
    """Products, their sum, half of it, and an error that stands beside."""
    trace.let("s^{(0)}", 0, note="nothing is summed yet")
    for i in range(1, n + 1):
        trace.step(r"p^{(i)} = w x^{(i)}", i=i, mistakes={"shifted": r"w x^{(i)} + 1"}, note="one product")
        trace.step(r"s^{(i)} = s^{(i-1)} + p^{(i)}", i=i)
    trace.step(r"q = \frac{1}{2} \sum_{i=1}^{n} p^{(i)}", mistakes={"halved": r"\frac{1}{4} \sum_{i=1}^{n} p^{(i)}"})
    trace.step(r"d = (t - q)^2", mistakes={"halved": r"\frac{1}{2} (t - q)^2"})
    trace.step(r"f = t + 1")


LINE: Mapping[str, Any] = {"w": F(1, 3), "x": (1, 2, 4), "t": 2}


@solver(
    r"A \in \mathbb{R}^{m \times n}",
    r"b \in \mathbb{R}^{m}",
    r"x^{(t)} \in \mathbb{R}^{n}, t = 1, \dots, 3",
    r"k \in \mathbb{N}",
    notes="0.0",
    exact=False,
)
def layer(trace: Tracer, m: int, k: int) -> None:
    """A family of layers; the gradient of one number by a matrix."""
    for t in range(1, 4):
        trace.step(r"h^{(t)} = \tanh(A x^{(t)} + b)", t=t)
    trace.step(r"g = h_1^{(3)}") if k > 1 else trace.step(r"g = 0 b_1")
    trace.step(r"\frac{\partial L}{\partial A} = h^{(1)} x^{(2)\top}")
    trace.step(r"z = \sum_{i=1}^{m} b_i")
    trace.step(r"r = \|\frac{\partial L}{\partial A}\|_F + A_{1,1}")


LAYER: Mapping[str, Any] = {
    "A": ((1, 2, 0), (F(1, 2), 0, -1)),
    "b": (F(1, 4), 0),
    "x": ((1, 0, 0), (0, 1, 1), (1, -1, F(1, 2))),
    "k": 2,
}


def worked(of: Solver, values: Mapping[str, Any], **options: Any) -> Trace:
    trace = run(of, values, **options)
    assert isinstance(trace, Trace), trace
    return trace


# ---- what a solver is


def test_a_solver_is_named_by_its_file_and_function() -> None:
    assert (line.name, line.exact, line.wholes) == ("test_trace.line", True, ("n",))
    assert line.doc == "Products, their sum, half of it, and an error that stands beside."
    assert [declaration.name for declaration in line.given] == ["w", "x", "t"]
    assert {each.name: each.says for each in line.mistakes}["shifted"] == "the product was moved by one"


def test_a_second_route_is_registered_and_stays_a_function() -> None:
    @solver(r"a \in \mathbb{R}", notes="0.0")
    def doubled(trace: Tracer) -> None:
        trace.step("d = 2 a")

    @doubled.second_route("by adding")
    def by_adding(values: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
        return {"d": values["a"] + values["a"]}

    assert doubled.routes == [("by adding", by_adding)]
    assert by_adding({"a": 3}, {}) == {"d": 6}


def test_a_declaration_that_cannot_be_read_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="expected a declaration"):
        solver("w = 3", notes="0.0")(lambda trace: None)


# ---- steps


def test_steps_come_in_order_under_the_names_of_their_left_sides() -> None:
    names = [step.name for step in worked(line, LINE).steps]
    assert names == ["s^(0)", "p^(1)", "s^(1)", "p^(2)", "s^(2)", "p^(3)", "s^(3)", "q", "d", "f"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("p^(1)", F(1, 3)),
        ("p^(3)", F(4, 3)),
        ("s^(0)", 0),
        ("s^(3)", F(7, 3)),
        ("q", F(7, 6)),
        ("d", F(25, 36)),
        ("f", 3),
    ],
)
def test_values_are_exact(name: str, expected: Fraction | int) -> None:
    trace = worked(line, LINE)
    found = trace.values[name]
    assert found == expected
    assert isinstance(found, int | Fraction)
    step = trace.step(name)
    assert step is not None
    assert step.value == expected


def test_a_step_remembers_its_equation_its_indices_and_its_note() -> None:
    trace = worked(line, LINE)
    step, start = trace.step("p^(2)"), trace.step("s^(0)")
    assert step is not None and start is not None  # noqa: PT018 - one fact: both are there
    assert isinstance(step.equation, Chain)
    assert (step.integers["i"], step.integers["n"], step.note) == (2, 3, "one product")
    assert set(step.mistakes) == {"shifted"}
    assert (start.equation, start.reads, start.note) == (None, (), "nothing is summed yet")


def test_the_trace_knows_sizes_and_gives_nothing_for_an_unknown_name() -> None:
    trace = worked(line, LINE)
    assert trace.integers["n"] == 3
    assert trace.step("nothing") is None


def test_a_trace_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        worked(line, LINE).values["q"] = 0  # type: ignore[index]


def test_step_and_let_hand_their_value_back() -> None:
    seen: list[Any] = []

    @solver(r"a \in \mathbb{R}^{2}", notes="0.0")
    def handed(trace: Tracer) -> None:
        seen.append(trace.let("c", (1, F(1, 2))))
        seen.append(trace.step("d = a + c"))

    worked(handed, {"a": (1, 1)})
    assert seen == [(1, F(1, 2)), (2, F(3, 2))]


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        ("2 a = 3", "left side of a step must be a name"),
        ("d = a +", "d = a"),
        (r"d = \sigmma(a)", "sigm"),
    ],
    ids=["left-side", "cut-off", "misspelt"],
)
def test_a_formula_of_the_program_that_cannot_be_used_is_our_own_mistake(equation: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(_single(equation), {"a": 1})


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        (r"d = \frac{1}{a - a}", "division by zero"),
        (r"d = \log(a - 2)", "not defined"),
        (r"d = a + g", "g has no value here"),
        (r"d = \sum_{i=1}^{k} a", "k stands in an index"),
    ],
    ids=["zero", "log", "unknown", "index"],
)
def test_a_formula_without_a_value_says_why(equation: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        run(_single(equation), {"a": 1})


def _single(equation: str) -> Solver:
    def single(trace: Tracer) -> None:
        trace.step(equation)

    return solver(r"a \in \mathbb{R}", notes="0.0")(single)


# ---- mistakes and overrides


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        (None, {"p^(1)": F(1, 3), "s^(3)": F(7, 3), "q": F(7, 6), "d": F(25, 36), "f": 3}),
        ("shifted", {"p^(1)": F(4, 3), "s^(3)": F(16, 3), "q": F(8, 3), "d": F(4, 9), "f": 3}),
        ("halved", {"p^(1)": F(1, 3), "s^(3)": F(7, 3), "q": F(7, 12), "d": F(289, 288), "f": 3}),
    ],
    ids=["right", "at-every-product", "at-two-steps"],
)
def test_a_mistake_runs_its_formula_wherever_it_stands(mistake: str | None, expected: Mapping[str, Any]) -> None:
    values = worked(line, LINE, mistake=mistake).values
    assert {name: values[name] for name in expected} == expected


def test_a_mistake_leaves_the_printed_equation_and_what_is_read() -> None:
    right, wrong = worked(line, LINE), worked(line, LINE, mistake="halved")
    for one, other in zip(right.steps, wrong.steps, strict=True):
        assert (one.name, one.equation, one.reads, set(one.mistakes)) == (
            other.name, other.equation, other.reads, set(other.mistakes)
        )  # fmt: skip


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"p^(2)": 1}, {"p^(1)": F(1, 3), "p^(2)": 1, "s^(3)": F(8, 3), "q": F(4, 3), "f": 3}),
        ({"q": 2}, {"s^(3)": F(7, 3), "q": 2, "d": 0}),
        ({"s^(0)": 1}, {"s^(1)": F(4, 3), "s^(3)": F(10, 3), "q": F(7, 6)}),
        ({"d": -1}, {"q": F(7, 6), "d": -1}),
        ({"p^(1)": 0, "p^(3)": 0}, {"q": F(1, 3)}),
    ],
    ids=["middle", "late", "start-value", "last", "two"],
)
def test_an_override_is_carried_through(overrides: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    trace = worked(line, LINE, overrides=overrides)
    assert {name: trace.values[name] for name in expected} == expected
    step = trace.step(next(iter(overrides)))
    assert step is not None
    assert step.value == next(iter(overrides.values()))


def test_an_override_stands_against_a_mistake_at_its_own_step() -> None:
    trace = worked(line, LINE, mistake="halved", overrides={"q": 1})
    assert (trace.values["q"], trace.values["d"]) == (1, F(1, 2))


# ---- what depends on what


@pytest.mark.parametrize(
    ("of", "values", "name", "expected"),
    [
        (line, LINE, "p^(2)", {"w", "x^(2)"}),
        (line, LINE, "s^(2)", {"s^(1)", "p^(2)"}),
        (line, LINE, "q", {"p^(1)", "p^(2)", "p^(3)"}),
        (line, LINE, "f", {"t"}),
        (layer, LAYER, "h^(1)", {"A", "x^(1)", "b"}),
        (layer, LAYER, "g", {"h^(3)"}),
        (layer, LAYER, "dL/dA", {"h^(1)", "x^(2)"}),
        (layer, LAYER, "z", {"b"}),
        (layer, LAYER, "r", {"dL/dA", "A"}),
    ],
    ids=["product", "recursion", "sum", "beside", "family", "entry", "gradient", "sum-of-entries", "norm"],
)
def test_a_step_knows_what_it_read(of: Solver, values: Mapping[str, Any], name: str, expected: set[str]) -> None:
    step = worked(of, values).step(name)
    assert step is not None
    assert set(step.reads) == expected


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("s^(2)", {"s^(2)", "s^(1)", "s^(0)", "p^(2)", "p^(1)", "w", "x^(1)"}, {"p^(3)", "s^(3)", "q", "t"}),
        ("d", {"d", "q", "p^(3)", "t", "w"}, {"s^(1)", "f"}),
        ("f", {"f", "t"}, {"w", "q", "d"}),
        ("w", {"w"}, {"p^(1)"}),
    ],
)
def test_upstream_reaches_back_to_the_given(name: str, inside: set[str], outside: set[str]) -> None:
    found = worked(line, LINE).upstream(name)
    assert inside <= found
    assert not outside & found


@pytest.mark.parametrize("name", ["p^(1)", "p^(3)", "s^(0)", "s^(2)", "q"])
def test_what_is_not_downstream_does_not_move(name: str) -> None:
    """Upstream is what overrides show it to be: another value at a step moves nothing that does not depend on it."""
    right, moved = worked(line, LINE), worked(line, LINE, overrides={name: F(17, 5)})
    changed = {a.name for a, b in zip(right.steps, moved.steps, strict=True) if a.value != b.value}
    assert changed == {step.name for step in right.steps if name in right.upstream(step.name)}


# ---- what a given must be


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"w": None}, ["w: missing"]),
        ({"w": None, "t": None}, ["t: missing", "w: missing"]),
        ({"W": 1}, ["W: not a given of test_trace.line; it takes t, w, x"]),
        ({"w": (1, 2)}, ["w: expected a number, found 2"]),
        ({"x": 1}, ["x: expected n, found a number"]),
        ({"x": ((1, 2), (3, 4))}, ["x: expected n, found 2×2"]),
    ],
    ids=["missing", "two-missing", "extra", "vector", "number", "matrix"],
)
def test_a_given_that_does_not_fit_is_said(change: Mapping[str, Any], expected: list[str]) -> None:
    assert run(line, changed(LINE, change)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"b": (1, 2, 3)}, ["b: expected m (m = 2), found 3"]),
        ({"A": 3}, ["A: expected m×n, found a number"]),
        ({"x": ((1, 0, 0), (0, 1, 1))}, ["x: expected 3×n (n = 3), found 2×3"]),
        ({"x": ((1, 0), (0, 1), (1, 1))}, ["x: expected 3×n (n = 3), found 3×2"]),
        (
            {"b": (1, 2, 3), "x": ((1,), (2,), (3,))},
            ["b: expected m (m = 2), found 3", "x: expected 3×n (n = 3), found 3×1"],
        ),
    ],
    ids=["rows", "number", "too-few-times", "columns", "both"],
)
def test_sizes_must_agree(change: Mapping[str, Any], expected: list[str]) -> None:
    found = run(layer, changed(LAYER, change))
    assert found == expected


def changed(values: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**values, **change}.items() if value is not None}


def test_a_family_is_spread_from_its_first_index() -> None:
    values = worked(layer, LAYER).values
    assert [values[f"x^({t})"] for t in (1, 2, 3)] == [(1, 0, 0), (0, 1, 1), (1, -1, F(1, 2))]
    assert "x" not in values


def test_a_vector_of_one_entry_is_a_number() -> None:
    trace = worked(_single("d = a a"), {"a": 3})
    assert trace.values["d"] == 9

    @solver(r"v \in \mathbb{R}^{n}", notes="0.0")
    def squared(trace: Tracer) -> None:
        trace.step(r"d = v^\top v")

    assert [worked(squared, {"v": v}).values["d"] for v in ((3,), (3, 4))] == [9, 25]


@pytest.mark.parametrize(("k", "expected"), [(1, 0), (2, np.tanh(1 - 2 + 0.25))], ids=["off", "on"])
def test_a_whole_number_of_the_given_reaches_python(k: int, expected: float) -> None:
    assert float(worked(layer, {**LAYER, "k": k}).values["g"]) == pytest.approx(expected)


# ---- one text, many tables

numbers = st.integers(-20, 20).map(lambda n: F(n, 4))
instances = st.lists(
    st.fixed_dictionaries({"w": numbers, "x": st.tuples(numbers, numbers), "t": numbers}), min_size=1, max_size=5
)


@given(instances, st.sampled_from([None, "shifted", "halved"]))
def test_one_instance_is_a_row_of_the_batch(many: list[dict[str, Any]], mistake: str | None) -> None:
    arrays = {name: np.array([floats(each[name]) for each in many]) for name in ("w", "x", "t")}
    batch = worked(line, arrays, table=numpy_table(), mistake=mistake)
    for place, one in enumerate(many):
        alone = worked(line, one, mistake=mistake)
        for single, row in zip(alone.steps, batch.steps, strict=True):
            assert single.name == row.name
            found = np.broadcast_to(row.value, (len(many), *row.value.shape[1:]))[place]
            np.testing.assert_allclose(found, floats(single.value), rtol=1e-12, atol=1e-12)


@given(st.fixed_dictionaries({"w": numbers, "x": st.tuples(numbers, numbers, numbers), "t": numbers}))
def test_fractions_are_what_sympy_finds(one: dict[str, Any]) -> None:
    plain, exact = worked(line, one), worked(line, one, table=sympy_table())
    for a, b in zip(plain.steps, exact.steps, strict=True):
        assert isinstance(a.value, int | Fraction)
        assert F(int(b.value.p), int(b.value.q)) == a.value


def floats(value: Any) -> Any:
    return [floats(each) for each in value] if isinstance(value, tuple) else float(value)


def test_lists_are_the_same_given_as_tuples() -> None:
    lists = {name: listed(value) for name, value in LAYER.items()}
    assert worked(layer, lists).values == worked(layer, LAYER).values


def listed(value: Any) -> Any:
    return [listed(each) for each in value] if isinstance(value, tuple) else value
