"""Grading over a solver: named mistakes, rivals of the key, follow-through and its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F
from math import tanh

import pytest

from engine.answers import KINDS
from engine.grading import grade, grade_part
from engine.numbers import plain_value, sizes
from engine.records import PartVerdict, Value, Variant, VariantPart, Verdict
from engine.workings import Workings, step_name
from solvers.formula.tables.table import EvaluationError
from solvers.trace import Trace
from tests.engine.variants import GIVEN, part, variant, worked

NET, OUT = part("net", "number", "a_o^(1)", places=4), part("out", "number", "o^(1)", places=4)
STATE, NEXT = part("state", "vector", "h^(1)", places=4), part("next", "vector", "a_h^(2)", places=4)
GRADIENT = part("grad", "matrix", "dL/dW", places=4, by_element=True, points=4)
LOSS = part("loss", "number", "L", places=4)
SHAPE = part("shape", "shape", "dL/dV", key=(1, 2))
ALL = variant(NET, OUT, STATE, NEXT, LOSS, GRADIENT, SHAPE)
WORK = Workings(ALL)


def of(found: Mapping[str, str], asked: Variant = ALL) -> dict[str, PartVerdict]:
    return {each.name: each for each in grade(asked, found).parts}


MISTAKEN = [
    (mistake.name, asked, value)
    for mistake, trace in WORK.mistakes
    for asked in ALL.parts
    if (value := WORK.value_in(trace, asked)) not in (None, asked.key, sizes(worked().values[asked.answer or ""]))
]


def test_every_mistake_is_run() -> None:
    assert {name for name, *_ in MISTAKEN} == {mistake.name for mistake, _ in WORK.mistakes}
    assert len(MISTAKEN) > len(WORK.mistakes)


@pytest.mark.parametrize(("name", "asked", "value"), MISTAKEN, ids=[f"{n}:{a.name}" for n, a, _ in MISTAKEN])
def test_the_value_of_a_mistake_is_not_right_and_is_named(name: str, asked: VariantPart, value: Value) -> None:
    for text in (plain_value(value, 4), KINDS[asked.kind].show(asked, value)[0]):
        found = grade_part(ALL, asked, text)
        assert found.verdict in {Verdict.WRONG, Verdict.PARTIAL}, found
        assert found.verdict is Verdict.WRONG or asked.by_element
        assert found.mistake == name, found
        assert found.message[:1].isalpha()


@pytest.mark.parametrize("asked", ALL.parts, ids=lambda p: p.name)
def test_the_key_is_right(asked: VariantPart) -> None:
    for text in KINDS[asked.kind].show(asked, asked.key):
        assert grade_part(ALL, asked, text).verdict is Verdict.CORRECT, text


def test_a_mistake_that_the_question_does_not_look_for_is_not_named() -> None:
    narrow = variant(OUT, mistakes=("state-dropped",))
    found = grade_part(narrow, OUT, plain_value(worked().values["a_o^(1)"], 4))
    assert (found.verdict, found.mistake) == (Verdict.WRONG, "other-step")


# ---- a mistake whose value lies within the tolerance of the key

CROWDED = part("out", "number", "o^(1)", places=0)


def test_an_answer_nearer_to_a_mistake_than_to_the_key_is_not_right() -> None:
    """To 0 places both 0.65 (the key) and 0.77 (tanh left out) would pass; 0.77 is told apart."""
    near_key, near_mistake = plain_value(CROWDED.key, 4), plain_value(worked().values["a_o^(1)"], 4)
    assert grade_part(variant(CROWDED), CROWDED, near_key).verdict is Verdict.CORRECT
    found = grade_part(variant(CROWDED), CROWDED, near_mistake)
    assert (found.verdict, found.mistake) == (Verdict.WRONG, "no-output-tanh")


def test_a_coarse_answer_nearer_to_a_mistake_earns_nothing() -> None:
    found = grade_part(ALL, OUT, "0.7")
    assert (found.verdict, found.points) == (Verdict.WRONG, F(0))


# ---- follow-through


def test_right_given_the_students_own_value() -> None:
    found = of({"net": "0.31", "out": plain_value(tanh(0.31), 4)})
    assert found["net"].verdict is Verdict.WRONG
    out = found["out"]
    assert (out.verdict, out.points, out.follow_through, out.mistake) == (Verdict.CORRECT, F(2), True, None)
    assert out.message == "Right, given your answer to part net."


def test_coarse_given_the_students_own_value() -> None:
    out = of({"net": "0.31", "out": "0.30"})["out"]
    assert (out.verdict, out.points, out.follow_through) == (Verdict.PARTIAL, F(1), True)
    assert "give 4 places" in out.message


def test_a_vector_is_carried() -> None:
    carried = worked(overrides={"h^(1)": (F(1, 2), F(1, 4))}).values["a_h^(2)"]
    for typed in ("0.5, 0.25", "[0.5; 0.25]"):
        found = of({"state": typed, "next": plain_value(carried, 4)})
        assert (found["next"].verdict, found["next"].follow_through) == (Verdict.CORRECT, True)


def test_several_earlier_values_are_carried_together() -> None:
    overrides = {"h^(1)": (F(1, 2), F(1, 4)), "a_h^(2)": (F(1, 3), 2)}
    carried = worked(overrides=overrides).values["dL/dW"]
    found = of({"state": "0.5, 0.25", "next": "1/3, 2", "grad": plain_value(carried, 6)})
    assert (found["grad"].verdict, found["grad"].follow_through, found["grad"].points) == (Verdict.CORRECT, True, F(4))
    assert "part state and part next" in found["grad"].message


def test_what_follows_and_is_wrong_stays_wrong() -> None:
    out = of({"net": "0.31", "out": "0.9"})["out"]
    assert (out.verdict, out.follow_through) == (Verdict.WRONG, False)


def test_a_right_answer_after_a_wrong_one_is_simply_right() -> None:
    out = of({"net": "0.31", "out": plain_value(OUT.key, 4)})["out"]
    assert (out.verdict, out.follow_through) == (Verdict.CORRECT, False)


def test_follow_through_is_not_the_name_of_a_mistake() -> None:
    """net by a known mistake, out right given that: out is followed, though the same mistake gives this very out."""
    net, out = (WORK.value_in(trace, p) for trace in [mistaken("weights-swapped")] for p in (NET, OUT))
    assert net is not None
    assert out is not None
    found = of({"net": plain_value(net, 6), "out": plain_value(out, 6)})
    assert (found["net"].mistake, found["out"].follow_through) == ("weights-swapped", True)


def mistaken(name: str) -> Trace:
    return next(trace for mistake, trace in WORK.mistakes if mistake.name == name)


REFUSALS = {
    "zeros": ({"state": "0, 0", "next": plain_value(worked(overrides={"h^(1)": (0, 0)}).values["a_h^(2)"], 4)}, "next"),
    "zero": ({"net": "0", "out": "0"}, "out"),
    "saturated": ({"net": "50", "out": "1"}, "out"),
    "wrong-shape": ({"state": "1, 2, 3", "next": "1, 2"}, "next"),
    "unreadable": ({"net": "x", "out": plain_value(tanh(0.31), 4)}, "out"),
    "shape-is-no-value": ({"shape": "2x1", "grad": "[1 2; 3 4]"}, "grad"),
    "later-part": ({"out": "0.31", "net": "0.32"}, "net"),
    "alone": ({"out": plain_value(tanh(0.31), 4)}, "out"),
}


@pytest.mark.parametrize(("answers", "name"), REFUSALS.values(), ids=REFUSALS)
def test_follow_through_is_refused(answers: dict[str, str], name: str) -> None:
    found = of(answers)[name]
    assert (found.verdict, found.follow_through, found.points) == (Verdict.WRONG, False, F(0)), found


# ---- what cannot be judged


def test_an_evaluation_error_spoils_its_own_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise EvaluationError("the logarithm of -1")

    monkeypatch.setattr("engine.grading.rival", lambda p, a, w: failing() if p.name == "net" else None)
    found = of({"net": plain_value(NET.key, 4), "out": plain_value(OUT.key, 4)})
    assert (found["net"].verdict, found["net"].points) == (Verdict.UNDECIDED, F(0))
    assert "the logarithm of -1" in found["net"].message
    assert found["out"].verdict is Verdict.CORRECT


@pytest.mark.parametrize("solver", [None, "bptt.no_such", "no_such.solver"])
def test_without_a_solver_answers_are_compared_all_the_same(solver: str | None) -> None:
    asked = variant(NET, OUT, solver=solver)
    found = of({"net": "0.31", "out": plain_value(OUT.key, 4)}, asked)
    assert [each.verdict for each in found.values()] == [Verdict.WRONG, Verdict.CORRECT]


def test_numbers_of_the_text_are_not_given_to_the_solver() -> None:
    asked = Variant(ALL.question, 0, {**GIVEN, "n": 3}, "Text.", ALL.parts)
    assert grade_part(asked, OUT, plain_value(worked().values["a_o^(1)"], 4)).mistake == "no-output-tanh"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("h^(2)", "h^(2)"), ("h^{(2)}", "h^(2)"), (r"\delta_o^{(1)}", "delta_o^(1)"), ("dL/dW", "dL/dW"), ("L", "L"),
        (r"\frac{\partial L}{\partial W}", "dL/dW"), ("h^{(T)}", "h^(3)"), ("h^(9)", None), ("q", None), ("h^(", None),
    ],
)  # fmt: skip
def test_steps_are_found_by_what_they_are_called(text: str, name: str | None) -> None:
    assert step_name(worked(), text) == name


def test_verdicts_are_the_same_every_time() -> None:
    answers = {"net": "0.31", "out": "0.3004", "state": "1, 2", "grad": "[1 2; 3 4]", "shape": "1x2"}
    assert grade(ALL, answers) == grade(ALL, dict(reversed(answers.items())))
