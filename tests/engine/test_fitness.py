"""Fitness: the same judgement of one instance in plain Python and of thousands in numpy, and each reason by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from engine.bank import load
from engine.drawing import draw_given
from engine.fitness import APART, Worked, holds, solver_of, tolerance, too_often, work
from engine.records import Part, Question
from engine.variant import required
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.nested import PLAIN
from tests.engine import fake_solvers

LIBRARY = load()


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_solvers.install(monkeypatch)


def question(name: str, kind: str = "number", places: int | None = None) -> Question:
    part = Part("a", "And?", kind, Fraction(1), "out", places)
    return Question("t/q", "t", "Q", "1", 1, 1, ("s",), "", (part,), "bank.yaml:7", "d", f"fake_solvers.{name}")


def reasons(asked: Question, given: Mapping[str, Any]) -> list[str]:
    worked = work(asked, given, PLAIN)
    assert isinstance(worked, Worked), worked
    return [reason for reason, applies in worked.faults if applies]


# `double` gives 2x, its mistake x: they are x apart, and two places allow ten hundredths.
NEAR = [
    pytest.param("double", Fraction(1), 2, [], id="far-from-the-mistake"),
    pytest.param("double", Fraction(1, 10), 2, ["part a: the mistake late gives the key"], id="ten-tolerances"),
    pytest.param("double", Fraction(11, 100), 2, [], id="eleven-tolerances"),
    pytest.param("double", Fraction(-1, 10), 2, ["part a: the mistake late gives the key"], id="below"),
    pytest.param("double", Fraction(1, 1000), None, [], id="exact-parts-are-told-apart"),
    pytest.param("alone", Fraction(1, 1000), 2, ["part a: rounds to 0"], id="rounds-to-0"),
    pytest.param("alone", Fraction(0), 2, [], id="is-0"),
    pytest.param("alone", Fraction(501, 1000), 2, ["part a: rounds to 1"], id="rounds-to-1"),
    pytest.param("alone", Fraction(1, 2), 2, [], id="is-1"),
    pytest.param("alone", Fraction(-501, 1000), 2, ["part a: rounds to -1"], id="rounds-to-minus-1"),
    pytest.param("alone", Fraction(505, 1000), 2, [], id="is-1.01"),
    pytest.param("alone", Fraction(500_000), 2, [], id="a-million"),
    pytest.param("alone", Fraction(500_001), 2, ["part a: a number above 1000000"], id="above-a-million"),
    pytest.param("alone", Fraction(-500_001), 2, ["part a: a number above 1000000"], id="below-minus-a-million"),
]


@pytest.mark.parametrize(("name", "x", "places", "expected"), NEAR)
def test_what_makes_a_draw_unfit(name: str, x: Fraction, places: int | None, expected: list[str]) -> None:
    asked = question(name, places=places)
    assert reasons(asked, {"x": x}) == expected
    batch = work(asked, {"x": np.array([float(x), 0.7])}, numpy_table())
    assert isinstance(batch, Worked)
    hit = [reason for reason, applies in batch.faults if np.broadcast_to(applies, 2)[0]]
    assert hit == expected


def test_the_certified_are_not_looked_at_again() -> None:
    worked = work(question("blind"), {"x": 3}, PLAIN, fit=True)
    assert isinstance(worked, Worked)
    assert (worked.faults, worked.keys) == ((), {"a": 6})


def test_a_mistake_that_the_question_does_not_look_for_does_no_harm() -> None:
    asked = question("blind")
    assert reasons(asked, {"x": 3}) == ["part a: the mistake same gives the key"]
    assert reasons(replace(asked, mistakes=()), {"x": 3}) == []


def test_a_vector_of_zeros_is_unfit() -> None:
    part = Part("a", "?", "vector", Fraction(1), "wtilde^(1)")
    asked = replace(question("double"), solver="perceptron.step", parts=(part,), mistakes=())
    given = {"w": (0, 0), "b": 0, "x": (1, 2), "t": 1, "eta": 1}  # right already: the weights stay 0
    assert reasons(asked, given) == ["part a: all entries are zero"]


def test_tolerance_is_one_unit_in_the_last_place() -> None:
    assert tolerance(Part("a", "?", "number", Fraction(1), "out", 3)) == 1e-3
    assert tolerance(Part("a", "?", "exact", Fraction(1), "out")) == 0.0
    assert APART == 10


def test_a_solver_that_does_not_exist() -> None:
    with pytest.raises(LookupError, match=r"^bank\.yaml:7: no solver is called 'fake_solvers\.nope'"):
        solver_of(question("nope"))


@pytest.mark.parametrize(("times", "said"), [(1000, ""), (1001, "times: expected at most 1000, found 1001")])
def test_counts_are_bounded(times: int, said: str) -> None:
    assert too_often(fake_solvers.again, {"x": 1, "times": times}) == said
    assert too_often(fake_solvers.again, {"x": np.ones(3), "times": np.full(3, times)}) == said


def test_counts_of_other_solvers_are_their_own() -> None:
    assert too_often(fake_solvers.double, {"x": 10**9}) == ""


@pytest.mark.parametrize(
    ("condition", "values", "truth"),
    [(True, {}, 1), (False, {}, 0), ("x > 2", {"x": 3}, 1), ("x > 2", {"x": 1}, 0), ("x_2 = 5", {"x": (4, 5)}, 1)],
)
def test_conditions(condition: bool | str, values: dict[str, Any], truth: int) -> None:
    assert holds(condition, values, {}, PLAIN) == truth


@pytest.mark.parametrize("asked", LIBRARY.questions[1::6], ids=lambda asked: asked.id)
def test_one_instance_and_a_batch_are_judged_alike(asked: Question) -> None:
    """Two routes: plain Python with fractions, numpy with float64."""
    table = numpy_table()
    for seed in range(3):
        given = draw_given(asked, seed, 0, required)
        if isinstance(given, str) or asked.solver is None:
            continue
        one = work(asked, given, PLAIN)
        arrays = {name: np.asarray([_floats(value)], dtype=np.float64) for name, value in given.items()}
        with np.errstate(all="ignore"):
            batch = work(asked, arrays, table)
        assert isinstance(one, Worked)
        assert isinstance(batch, Worked)
        assert [bool(applies) for _, applies in one.faults] == [bool(np.all(applies)) for _, applies in batch.faults]
        for name, key in one.keys.items():
            assert np.asarray(_floats(key)).reshape(-1) == pytest.approx(np.asarray(batch.keys[name]).reshape(-1))


def _floats(value: Any) -> Any:
    return [_floats(entry) for entry in value] if isinstance(value, tuple) else float(value)
