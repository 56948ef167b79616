"""Two routes compared: how far apart they are, what a device is, what a worker is told."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from solvers.certify import AGREE, certify_given, device_problem, disagreement, exact_given, second_values
from solvers.registry import find, solvers_of, topics
from solvers.trace import Solver

STEP: dict[str, Any] = {"w": ["1", "2"], "b": "-1", "x": ["1", "-1/2"], "t": "-1", "eta": "1/2"}

APART = [
    pytest.param([1.0, 2.0], [1.0, 2.0], [0, 0], id="same"),
    pytest.param([1.0, 2.0], [1.0, 2.5], [0, 0.25], id="relative-above-1"),
    pytest.param([0.1, 0.2], [0.1, 0.3], [0, 0.1], id="absolute-below-1"),
    pytest.param([0.0], [np.nan], [np.inf], id="not-a-number"),
    pytest.param([np.nan], [np.nan], [np.inf], id="neither-a-number"),
    pytest.param([np.inf], [np.inf], [np.inf], id="both-infinite"),
    pytest.param([[1.0, 2.0]], [[1.0, 3.0]], [0.5], id="largest-entry"),
    pytest.param([[[1.0], [2.0]]], [[1.0, 2.0]], [0], id="sizes-of-1-do-not-count"),
    pytest.param([[1.0, 2.0]], [[1.0, 2.0, 3.0]], [np.inf], id="another-size"),
    pytest.param([1.0], [[1.0, 1.0]], [np.inf], id="a-number-and-a-vector"),
    pytest.param([5.0], [5.0, 5.0, 10.0], [0, 0, 1], id="a-constant-beside-instances"),
]


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(("first", "second", "expected"), APART)
def test_disagreement(first: list[Any], second: list[Any], expected: list[float]) -> None:
    assert disagreement(np.asarray(first), np.asarray(second)) == pytest.approx(np.asarray(expected))


@pytest.mark.parametrize(
    ("device", "said"),
    [
        pytest.param("cpu", "", id="cpu"),
        pytest.param("tpu", "there is no device 'tpu'; expected cpu or cuda", id="unknown"),
        pytest.param("", "there is no device ''; expected cpu or cuda", id="empty"),
        pytest.param("cuda:99", "there is no device 'cuda:99'; expected cpu or cuda", id="no-such-number"),
        pytest.param("meta", "there is no device 'meta'; expected cpu or cuda", id="without-values"),
        pytest.param("a\nb", "there is no device 'a\\nb'; expected cpu or cuda", id="nonsense"),
    ],
)
def test_devices(device: str, said: str) -> None:
    assert device_problem(device) == said


@pytest.mark.gpu
def test_cuda_is_a_device() -> None:
    assert device_problem("cuda") == ""


def test_the_second_route_of_a_batch() -> None:
    solver = find("perceptron.step")
    assert isinstance(solver, Solver)
    given = {
        "w": np.array([[1.0, 2.0], [0.0, 1.0]]), "b": np.array([-1.0, 0.0]), "x": np.array([[1.0, -0.5], [2.0, 3.0]]),
        "t": np.array([-1.0, 1.0]), "eta": np.array([0.5, 0.5]),
    }  # fmt: skip
    values = second_values(solver, given, {"n": 2})
    assert values["net^(0)"].reshape(-1) == pytest.approx([-1.0, 3.0])


def test_one_given_is_certified_step_by_step() -> None:
    found = certify_given("perceptron.step", STEP)
    assert found["routes"] == ["formulas of the trace", "torch: the perceptron shown one example"]
    assert {"net^(0)", "o^(0)", "wtilde^(1)", "net^(1)", "o^(1)"} <= found["steps"].keys()
    assert max(found["steps"].values()) <= AGREE


ERRORS: list[Any] = [
    pytest.param("perceptron.stp", STEP, "did you mean 'perceptron.step'?", id="unknown-solver"),
    pytest.param("perceptron.step", {**STEP, "x": ["1"]}, "x: expected n (n = 2), found 1", id="ill-shaped"),
    pytest.param("perceptron.step", {"w": ["1"]}, "b: missing", id="missing"),
]


@pytest.mark.parametrize(("name", "given", "said"), ERRORS)
def test_what_cannot_be_certified_says_why(name: str, given: Mapping[str, Any], said: str) -> None:
    found = certify_given(name, given)
    assert set(found) == {"error"}
    assert said in found["error"]


def test_exact_forms_are_exact() -> None:
    """sin(1/10000^(2/4)) = sin(1/100), which no decimal is."""
    found = exact_given("positional_encoding.entry", {"k": "1", "j": "2", "d": "4", "n": "10000"})
    values = {name: sympy.Rational(1, 100) if text == "1/100" else text for name, text in found.items()}
    assert "sin(1/100)" in values.values()


@pytest.mark.parametrize(
    ("name", "given"),
    [("perceptron.stp", STEP), ("perceptron.step", {**STEP, "x": ["1"]})],
    ids=["unknown-solver", "ill-shaped"],
)
def test_without_a_working_there_is_no_exact_form(name: str, given: Mapping[str, Any]) -> None:
    assert exact_given(name, given) == {}


def test_exact_forms_of_rationals_are_themselves() -> None:
    found = exact_given("perceptron.step", STEP)
    assert found["net^(0)"] == "-1"
    assert [Fraction(text) for text in found["wtilde^(1)"]] == [-1, 1, 2]


@pytest.mark.parametrize("topic", topics())
def test_every_solver_meets_its_model_through_a_small_adapter(topic: str) -> None:
    """A second route is a few lines that hand the given to a model: what takes more belongs into the model."""
    for each in solvers_of(topic):
        assert each.routes, f"{each.name} has no second route"
        for name, route in each.routes:
            assert len(inspect.getsource(route).splitlines()) <= 20, f"{each.name}: {name}"
