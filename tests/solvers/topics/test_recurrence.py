"""Jacobians of states, one unit, and the cost of two algorithms: numpy, sympy and hand counts against the traces.

Their second routes, batches and exact values are tested with those of the network, in `test_bptt`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

from solvers.topics import recurrence
from solvers.trace import Solver
from tests.solvers.topics.test_bptt import F, value
from tests.solvers.topics.working import worked

# ---- Jacobians of states

STATES = {
    "W": ((F(1, 2), F(-1, 5)), (F(2, 5), F(4, 5))),
    "h": ((F(1, 2), 0), (F(3, 5), F(-4, 5)), (F(1, 2), F(-3, 5))),
    "k": 1,
}


def factors() -> tuple[Any, Any, Any]:
    W, h = (np.asarray(STATES[name], dtype=np.float64) for name in ("W", "h"))
    return W, np.diag(1 - h[1] ** 2), np.diag(1 - h[2] ** 2)


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ("", lambda W, D2, D3: D3 @ W @ D2 @ W),
        ("slope-lost", lambda W, D2, D3: W @ W),
        ("tanh-for-slope", lambda W, D2, D3: np.diag([0.5, -0.6]) @ W @ np.diag([0.6, -0.8]) @ W),
        ("order-turned", lambda W, D2, D3: D2 @ W @ D3 @ W),
        ("not-transposed", lambda W, D2, D3: D3 @ W.T @ D2 @ W.T),
        ("one-step-only", lambda W, D2, D3: D3 @ W),
    ],
    ids=["right", "slope-lost", "tanh-for-slope", "order-turned", "not-transposed", "one-step-only"],
)
def test_the_jacobian_and_its_slips(mistake: str, expected: Callable[[Any, Any, Any], Any]) -> None:
    found = value(recurrence.jacobian, STATES, "dh^(3)/dh^(1)", mistake or None)
    np.testing.assert_allclose(found, expected(*factors()), atol=1e-14)


def test_the_norm_and_its_bound() -> None:
    W = factors()[0]
    trace = worked(recurrence.jacobian, STATES)
    assert trace.values["size"] == pytest.approx(np.linalg.norm(value(recurrence.jacobian, STATES, "J^(3)")))
    assert trace.values["bound"] == pytest.approx(np.linalg.norm(W) ** 2)
    assert trace.values["size"] <= trace.values["bound"]
    assert value(recurrence.jacobian, STATES, "bound", "power-one-short") == pytest.approx(np.linalg.norm(W))


def test_rational_states_have_a_rational_jacobian() -> None:
    found = worked(recurrence.jacobian, STATES).values["J^(2)"]
    assert found == ((F(8, 25), F(-16, 125)), (F(18, 125), F(36, 125)))


# ---- one unit

UNIT = {"u": 2, "w": 3, "s": -1, "x": (1, 2), "y": (1, 0)}
# h1 = -3 + 2 = -1, h2 = -3 + 4 = 1; by w: -1, then h1 + 3 (-1) = -4; by u: 1, then 2 + 3 = 5


@pytest.mark.parametrize(
    ("mistake", "by_w", "by_u"),
    [
        (None, -2 * 2 * -1 - 2 * -1 * -4, -2 * 2 * 1 - 2 * -1 * 5),
        ("indirect-path-lost", 4 + 2 * -1, -4 + 2 * 2),
        ("direct-path-lost", 4 + 2 * -3, -4 + 2 * 3),
        ("weight-lost", 4 + 2 * (-1 - 1), -4 + 2 * (2 + 1)),
        ("factor-2-lost", -2, 3),
        ("sign-turned", 4, -6),
        ("last-step-only", -8, 10),
    ],
)
def test_the_linear_unit_by_hand(mistake: str | None, by_w: int, by_u: int) -> None:
    values = worked(recurrence.linear_unit, UNIT, mistake).values
    assert (values["dL/dw"], values["dL/du"]) == (by_w, by_u)


@pytest.mark.parametrize(
    ("solver", "squash"),
    [(recurrence.linear_unit, lambda a: a), (recurrence.tanh_unit, sympy.tanh)],
    ids=["linear", "tanh"],
)
def test_a_unit_is_the_symbolic_gradient(solver: Solver, squash: Callable[[Any], Any]) -> None:
    """sympy differentiates the unrolled loss."""
    u, w = sympy.symbols("u w")
    given = {"u": F(1, 2), "w": F(-3, 5), "s": F(4, 5), "x": (1, F(-1, 2), 2), "y": (1, -1, F(1, 2))}
    h, loss = sympy.Rational(4, 5), sympy.Integer(0)
    for seen, wanted in ((1, 1), (sympy.Rational(-1, 2), -1), (2, sympy.Rational(1, 2))):
        h = squash(w * h + u * seen)
        loss += (wanted - h) ** 2
    at = {u: sympy.Rational(1, 2), w: sympy.Rational(-3, 5)}
    values = worked(solver, given).values
    for symbol in (u, w):
        assert float(values[f"dL/d{symbol}"]) == pytest.approx(float(loss.diff(symbol).subs(at)), abs=1e-12)


@pytest.mark.parametrize(
    ("mistake", "slope"), [("slope-lost", lambda h: 1), ("tanh-for-slope", lambda h: h)], ids=["lost", "tanh"]
)
def test_the_slips_of_the_tanh_unit(mistake: str, slope: Callable[[float], float]) -> None:
    given = {"u": 1, "w": 0.5, "s": 0.8, "x": (0.5, -1), "y": (1, -1)}
    first = float(np.tanh(0.5 * 0.8 + 0.5))
    second = float(np.tanh(0.5 * first - 1))
    by_first = slope(first) * 0.8
    by_second = slope(second) * (first + 0.5 * by_first)
    expected = -2 * (1 - first) * by_first - 2 * (-1 - second) * by_second
    assert float(value(recurrence.tanh_unit, given, "dL/dw", mistake)) == pytest.approx(expected)


# ---- what it costs


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        (None, {"P": 18, "states": 15, "sensitivities": 54, "backward": 36, "onward": 648, "ratio": 18}),
        ("biases-lost", {"P": 15, "sensitivities": 45, "onward": 540}),
        ("units-lost", {"sensitivities": 18, "onward": 216}),
        ("cubed", {"backward": 108, "onward": 1944}),
        ("all-steps", {"backward": 45, "onward": 810}),
        ("one-state-kept", {"states": 3}),
    ],
)
def test_the_cost_of_five_steps_of_three_units_and_two_inputs(mistake: str | None, expected: dict[str, int]) -> None:
    values = worked(recurrence.cost, {"T": 5, "H": 3, "D": 2}, mistake).values
    assert {name: values[name] for name in expected} == expected
