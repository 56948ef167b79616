"""Back-propagation through time: the golden case of chapter 12, second routes, sympy, differences, mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
import torch

from solvers.formula.tables.arrays import numpy_table, sympy_table
from solvers.topics import bptt, recurrence
from solvers.trace import Solver
from tests.solvers.topics.working import worked

F = Fraction
GOLDEN: Mapping[str, Any] = {
    "U": ((F(1, 2), F(-3, 10)), (F(1, 5), F(2, 5))),
    "W": ((F(1, 10), F(1, 5)), (F(-3, 10), F(1, 2))),
    "V": ((1, -1),),
    "b": (0, 0),
    "c": 0,
    "x": ((1, 0), (F(1, 2), F(-1, 5)), (0, 1)),
    "y": (1, -1, 1),
}  # the notes' inputs and targets
SHORT = {**GOLDEN, "x": GOLDEN["x"][:1], "y": GOLDEN["y"][:1]}  # symbolic states grow with every step


def value(solver: Solver, given: Mapping[str, Any], name: str, mistake: str | None = None) -> Any:
    """The value of one step as a float array."""
    return np.asarray(worked(solver, given, mistake).values[name], dtype=np.float64)


# ---- the golden case


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("L", 4.652268515862),
        ("dL/dV", [[0.840545485, -0.933753188]]),
        ("dL/dU", [[0.075855415, -2.377494559], [-0.119140688, 2.451119209]]),
        ("dL/dW", [[-0.193518800, 0.299699556], [-0.009052078, -0.384037746]]),
        ("dL/db", [-1.388459074, 1.118835037]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_golden_case(name: str, expected: Any) -> None:
    np.testing.assert_allclose(value(bptt.gradients, GOLDEN, name), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ("tanh-for-slope", (-0.185, 0.422, 0.329, 0.606)),  # as the notes print it (MODELS, E28)
        ("cut-at-one-step", (-0.074, -2.522, 0.149, 2.577)),
    ],
)
def test_the_golden_case_with_a_known_slip(mistake: str, expected: tuple[float, ...]) -> None:
    found = value(bptt.gradients, GOLDEN, "dL/dU", mistake).flatten()
    np.testing.assert_allclose(found, expected, atol=5e-4)


def test_truncating_at_one_state_is_the_cut() -> None:
    cut = value(bptt.gradients, GOLDEN, "dL/dU", "cut-at-one-step")
    np.testing.assert_allclose(value(bptt.truncated, {**GOLDEN, "K": 1}, "G_U"), cut, rtol=1e-12)


# ---- the second routes, single instances and batches


def network(seed: int, H: int, D: int, T: int, count: int = 6) -> dict[str, Any]:
    draw = np.random.default_rng(seed).normal
    shapes = {"U": (H, D), "W": (H, H), "V": (1, H), "b": (H,), "c": (), "x": (T, D), "y": (T,)}
    return {name: 0.8 * draw(size=(count, *shape)) for name, shape in shapes.items()}


def extra(seed: int, **shapes: tuple[int, ...]) -> dict[str, Any]:
    draw = np.random.default_rng(seed).uniform
    return {name: draw(-0.9, 0.9, size=(6, *shape)) for name, shape in shapes.items()}


def wholes(**values: int) -> dict[str, Any]:
    return {name: np.full(6, float(each)) for name, each in values.items()}


def unit(seed: int, T: int) -> dict[str, Any]:
    return extra(seed, u=(), w=(), s=(), x=(T,), y=(T,))


SIZES = {"T": [2.0, 3, 5, 9, 9, 30], "H": [1.0, 2, 3, 7, 7, 8], "D": [1.0, 4, 2, 3, 3, 6]}
CASES = {
    "forward": (bptt.forward, network(1, 3, 2, 4)),
    "forward-one-unit": (bptt.forward, network(2, 1, 2, 3)),
    "forward-one-step": (bptt.forward, network(3, 2, 2, 1)),
    "gradients": (bptt.gradients, network(4, 3, 2, 5)),
    "gradients-square": (bptt.gradients, network(5, 2, 2, 3)),
    "gradients-one-unit": (bptt.gradients, network(6, 1, 3, 4)),
    "gradients-one-step": (bptt.gradients, network(7, 2, 3, 1)),
    "update": (bptt.update, {**network(8, 2, 3, 3), **extra(9, eta=())}),
    "truncated-1": (bptt.truncated, {**network(10, 2, 2, 4), **wholes(K=1)}),
    "truncated-2": (bptt.truncated, {**network(11, 3, 2, 4), **wholes(K=2)}),
    "truncated-beyond": (bptt.truncated, {**network(12, 2, 2, 3), **wholes(K=5)}),
    "jacobian": (recurrence.jacobian, {**extra(13, W=(3, 3), h=(4, 3)), **wholes(k=1)}),
    "jacobian-from-the-start": (recurrence.jacobian, {**extra(14, W=(2, 2), h=(3, 2)), **wholes(k=0)}),
    "jacobian-one-step": (recurrence.jacobian, {**extra(15, W=(2, 2), h=(3, 2)), **wholes(k=2)}),
    "linear-unit": (recurrence.linear_unit, unit(16, 4)),
    "tanh-unit": (recurrence.tanh_unit, unit(17, 4)),
    "cost": (recurrence.cost, {name: np.asarray(each) for name, each in SIZES.items()}),
}
each_case = pytest.mark.parametrize("case", CASES)


@each_case
def test_the_second_route_computes_every_step(case: str) -> None:
    solver, given = CASES[case]
    trace = worked(solver, given, table=numpy_table())
    tensors = {name: torch.as_tensor(each) for name, each in given.items()}
    ((_, route),) = solver.routes
    second = route(tensors, trace.integers)
    assert {step.name for step in trace.steps} <= set(second)
    for step in trace.steps:
        found = second[step.name].detach().numpy().reshape(6, -1)
        np.testing.assert_allclose(
            found, np.broadcast_to(step.value.reshape(len(step.value), -1), found.shape), atol=1e-9
        )


@each_case
def test_one_instance_is_a_row_of_the_batch(case: str) -> None:
    solver, given = CASES[case]
    batch = worked(solver, given, table=numpy_table())
    alone = worked(solver, {name: plain(each[3]) for name, each in given.items()})
    assert [step.name for step in alone.steps] == [step.name for step in batch.steps]
    for one, many in zip(alone.steps, batch.steps, strict=True):
        found = np.broadcast_to(many.value, (6, *many.value.shape[1:]))[3]
        np.testing.assert_allclose(np.asarray(one.value, dtype=np.float64), found, atol=1e-12)


def plain(array: Any) -> Any:
    return tuple(plain(each) for each in array) if np.ndim(array) else float(array)


@each_case
def test_every_mistake_changes_a_step_and_only_what_depends_on_it(case: str) -> None:
    solver, given = CASES[case]
    one = {name: plain(each[5]) for name, each in given.items()}
    right = worked(solver, one)
    for mistake in solver.mistakes:
        wrong = worked(solver, one, mistake.name)
        places = {step.name for step in right.steps if mistake.name in step.mistakes}
        changed = {a.name for a, b in zip(right.steps, wrong.steps, strict=True) if a.value != b.value}
        assert all(places & right.upstream(name) for name in changed), mistake.name
        assert mistake.says
        if "one" not in case:  # a single unit or step leaves some slips without effect
            assert bool(changed) == bool(places), mistake.name


@pytest.mark.parametrize(
    ("solver", "given"),
    [
        (bptt.forward, {**GOLDEN, "x": GOLDEN["x"][:2], "y": GOLDEN["y"][:2]}),
        (bptt.gradients, SHORT),
        (bptt.update, {**SHORT, "eta": F(1, 2)}),
        (bptt.truncated, {**SHORT, "K": 1}),
        (recurrence.jacobian, {"W": GOLDEN["W"], "h": ((0, F(1, 2)), (F(1, 5), F(3, 5)), (F(-1, 2), F(1, 5))), "k": 0}),
        (recurrence.linear_unit, {"u": 2, "w": F(1, 2), "s": 3, "x": (1, -1, 2), "y": (1, 0, 4)}),
        (recurrence.tanh_unit, {"u": 1, "w": F(1, 2), "s": F(1, 2), "x": (1, F(-1, 2)), "y": (1, -1)}),
        (recurrence.cost, {"T": 5, "H": 3, "D": 2}),
    ],
    ids=lambda each: each.name if isinstance(each, Solver) else "",
)
def test_exact_values_equal_floats(solver: Solver, given: Mapping[str, Any]) -> None:
    exact, floats = worked(solver, given, table=sympy_table()), worked(solver, given)
    for one, other in zip(exact.steps, floats.steps, strict=True):
        assert_equal_entries(one.value, other.value)


def assert_equal_entries(exact: Any, found: Any) -> None:
    if isinstance(exact, tuple):
        for one, other in zip(exact, found, strict=True):
            assert_equal_entries(one, other)
    else:
        assert float(sympy.N(exact)) == pytest.approx(float(found), abs=1e-12)


# ---- each mistake's value, worked by hand in numpy


def by_hand(given: Mapping[str, Any], mistake: str = "") -> dict[str, Any]:
    """The textbook's loop in numpy with one slip in it."""
    U, W, V, b, x, y = (np.asarray(given[name], dtype=np.float64) for name in ("U", "W", "V", "b", "x", "y"))
    v, c, T = V[0], float(given["c"]), len(x)
    into, over = (W, U) if mistake == "weights-swapped" else (U, W)
    over = 0 * over if mistake == "state-dropped" else over
    a, h, o = [np.zeros(len(b))], [np.zeros(len(b))], [0.0]
    nets = [0.0]
    for t in range(T):
        a.append(into @ x[t] + over @ h[-1] + b)
        h.append(a[-1] if mistake == "no-state-tanh" else np.tanh(a[-1]))
        nets.append(float(v @ h[-1] + c))
        o.append(nets[-1] if mistake == "no-output-tanh" else float(np.tanh(nets[-1])))
    slope = np.cosh(np.asarray(nets[1:])) ** -2.0 if mistake != "output-slope-lost" else np.ones(T)
    factor = {"factor-2-lost": -1, "sign-turned": 2}.get(mistake, -2)
    d_o = factor * (y - np.asarray(o[1:])) * slope
    back, d_h = np.zeros(len(b)), [np.zeros(len(b))] * T
    for t in range(T - 1, -1, -1):
        carried = W @ back if mistake == "not-transposed" else W.T @ back
        by_state = v * d_o[t] + (0 if mistake == "cut-at-one-step" else carried)
        back = (np.tanh(a[t + 1]) if mistake == "tanh-for-slope" else np.cosh(a[t + 1]) ** -2.0) * by_state
        d_h[t] = back
    before = h[1:] if mistake == "state-of-same-step" else h[:-1]
    first = T - 1 if mistake == "last-step-only" else 0
    dW: Any = sum(np.outer(d_h[t], before[t]) for t in range(first, T))
    return {
        "L": float(((y - np.asarray(o[1:])) ** 2).sum()) / (T if mistake == "loss-averaged" else 1),
        "dL/dV": sum(d_o[t] * h[t + 1] for t in range(first, T))[None, :],
        "dL/dc": d_o[first:].sum(),
        "dL/dU": sum(np.outer(d_h[t], x[t]) for t in range(first, T)),
        "dL/dW": dW.T if mistake == "gradient-transposed" else dW,
        "dL/db": sum(d_h[first:]),
    }


@pytest.mark.parametrize("mistake", ["", *(each.name for each in bptt.gradients.mistakes)])
def test_a_mistake_gives_what_the_same_slip_gives_by_hand(mistake: str) -> None:
    given = {**GOLDEN, "b": (F(1, 10), F(-1, 5)), "c": F(3, 10)}
    expected, right = by_hand(given, mistake), by_hand(given)
    trace = worked(bptt.gradients, given, mistake or None)
    for name, each in expected.items():
        np.testing.assert_allclose(np.asarray(trace.values[name], dtype=np.float64), each, atol=1e-12)
    moved = max(float(np.abs(expected[name] - right[name]).max()) for name in expected)
    assert (moved > 0.05) == bool(mistake)


@pytest.mark.parametrize("name", ["U", "W", "V", "b", "c"])
def test_gradients_are_central_differences(name: str) -> None:
    given = {**GOLDEN, "b": (F(1, 10), F(-1, 5)), "c": F(3, 10)}
    found, step = value(bptt.gradients, given, f"dL/d{name}"), 1e-6
    base = np.asarray(given[name], dtype=np.float64)
    for place in np.ndindex(*base.shape):
        bump = np.zeros_like(base)
        bump[place] = step
        up, down = (by_hand({**given, name: base + sign * bump})["L"] for sign in (1, -1))
        assert float(found[place]) == pytest.approx((up - down) / (2 * step), abs=1e-7)


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ("", lambda W, g: W - 0.5 * g),
        ("ascent", lambda W, g: W + 0.5 * g),
        ("rate-lost", lambda W, g: W - g),
    ],
    ids=["right", "ascent", "rate-lost"],
)
@pytest.mark.parametrize("name", ["V", "c", "U", "W", "b"])
def test_an_update(name: str, mistake: str, expected: Callable[[Any, Any], Any]) -> None:
    given = {**GOLDEN, "eta": F(1, 2)}
    old, gradient = np.asarray(GOLDEN[name], dtype=np.float64), by_hand(GOLDEN)[f"dL/d{name}"]
    found = value(bptt.update, given, f"{name}tilde", mistake or None)
    np.testing.assert_allclose(found, expected(old, gradient), atol=1e-12)


def test_the_error_through_weights_that_are_already_new() -> None:
    """Only the last state at T = 1: V - eta dV stands for V."""
    right = by_hand(SHORT)
    new = np.asarray(GOLDEN["V"], dtype=np.float64)[0] - 0.5 * right["dL/dV"][0]
    expected = right["dL/db"] / np.asarray([1, -1]) * new
    found = value(bptt.update, {**SHORT, "eta": F(1, 2)}, "dL/db", "new-weights-used")
    np.testing.assert_allclose(found, expected, atol=1e-12)


# ---- truncation


def longer(T: int = 5) -> dict[str, Any]:
    return {name: plain(each[0]) for name, each in network(21, 2, 2, T).items()}


@pytest.mark.parametrize(
    ("mistake", "window"),
    [("window-one-short", 1), ("window-one-long", 3), ("nothing-cut", 5)],
    ids=lambda each: str(each),
)
def test_a_wrong_window_is_the_truncation_to_another_length(mistake: str, window: int) -> None:
    given = longer()
    wrong = value(bptt.truncated, {**given, "K": 2}, "G_U", mistake)
    np.testing.assert_allclose(wrong, value(bptt.truncated, {**given, "K": window}, "G_U"), atol=1e-14)
    assert np.abs(wrong - value(bptt.truncated, {**given, "K": 2}, "G_U")).max() > 1e-3


@pytest.mark.parametrize(
    ("window", "exact"), [(5, {"G_U", "G_W", "G_b"}), (4, {"G_W"}), (3, set())], ids=["T", "T-1", "T-2"]
)
def test_which_gradients_a_window_leaves_whole(window: int, exact: set[str]) -> None:
    """With h(0) = 0 the path from the last error to the first state adds nothing to the gradient of W."""
    given = longer()
    full, cut = worked(bptt.gradients, given), worked(bptt.truncated, {**given, "K": window})
    for name in ("G_U", "G_W", "G_b"):
        gap = np.abs(np.subtract(cut.values[name], full.values[name.replace("G_", "dL/d")])).max()
        assert (gap < 1e-14) == (name in exact)
