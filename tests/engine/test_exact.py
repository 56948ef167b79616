"""Exact forms: rationals as they are, closed forms over sympy, and never the bits of a rounded number."""

from __future__ import annotations

from fractions import Fraction
from math import sin, sqrt
from typing import Any

import pytest

from engine.exact import values_and_exact
from solvers import worker

STEP: dict[str, Any] = {"w": (1, Fraction(1, 3)), "b": -1, "x": (1, 3), "t": -1, "eta": Fraction(1, 2)}
ENTRY: dict[str, Any] = {"k": 1, "j": 2, "d": 4, "n": 10000}


def test_rationals_need_no_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.worker.call", None)
    found = values_and_exact("perceptron.step", STEP)
    assert found["net^(0)"] == (1, "1")
    assert found["wtilde^(0)"] == ((-1, 1, Fraction(1, 3)), ["-1", "1", "1/3"])


def test_closed_forms_are_symbols() -> None:
    found = values_and_exact("positional_encoding.entry", ENTRY)
    values = {exact: value for value, exact in found.values() if isinstance(exact, str)}
    assert values["sin(1/100)"] == pytest.approx(sin(0.01), rel=1e-15)


def test_from_rounded_numbers_nothing_follows_exactly() -> None:
    found = values_and_exact("perceptron.step", STEP | {"b": sqrt(2) / 2})
    assert found["net^(0)"] == (pytest.approx(2 + sqrt(2) / 2), None)
    assert found["o^(0)"] == (1, "1")


def test_a_symbolic_working_that_takes_too_long_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.worker.call", lambda *_: worker.WorkerFailed("it was stopped", late=True))
    found = values_and_exact("positional_encoding.entry", ENTRY)
    assert any(exact is None for _, exact in found.values())
    assert all(exact is not None for value, exact in found.values() if isinstance(value, int | Fraction))


def test_a_solver_that_gives_no_exact_forms_is_not_asked_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.worker.call", None)
    given: dict[str, Any] = {"u": 1, "w": 1, "s": 0, "x": (1,), "y": (1,)}
    found = values_and_exact("recurrence.tanh_unit", given)
    assert any(exact is None for _, exact in found.values())
