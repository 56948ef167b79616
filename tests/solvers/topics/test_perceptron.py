"""The perceptron's solvers: hand-worked cases, plain loops, second routes, exact numbers, and every mistake by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import floor, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.formula.tables.arrays import numpy_table, sympy_table
from solvers.formula.tables.table import EvaluationError
from solvers.topics import perceptron
from solvers.trace import Solver, run
from tests.solvers.topics.working import apart, worked

F = Fraction
INSTANCES = 150
Given = Mapping[str, Any]


def value(solver: Solver, given_: Given, name: str, mistake: str | None = None) -> Any:
    return worked(solver, given_, mistake).values[name]


# ----- an independent run: no augmented vectors, plain loops -----


def sign(net: Any, zero: int = 1) -> int:
    return zero if net == 0 else (1 if net > 0 else -1)


def net_of(b: Any, w: Sequence[Any], x: Sequence[Any]) -> Any:
    return b + sum(a * c for a, c in zip(w, x, strict=True))


def by_hand(g: Given, zero: int = 1, factor: int = 2) -> tuple[list[tuple[Any, ...]], list[bool]]:
    """Weights before and after every example, and whether it moved them; a wrong output moves by factor eta t x."""
    b, w, eta = g["b"], list(g["w"]), g["eta"]
    log, moved = [(b, *w)], []
    for _ in range(g["epochs"]):
        for x, t in zip(g["x"], g["t"], strict=True):
            wrong = sign(net_of(b, w, x), zero) != t
            if wrong:
                b, w = b + factor * eta * t, [a + factor * eta * t * c for a, c in zip(w, x, strict=True)]
            log.append((b, *w))
            moved.append(wrong)
    return log, moved


small, label = st.integers(-4, 4), st.sampled_from([-1, 1])
point = st.tuples(small, small)
runs = st.fixed_dictionaries(
    {
        "w": point, "b": small, "eta": st.sampled_from([F(1, 4), F(1, 2), F(1)]), "epochs": st.integers(1, 3),
        "x": st.tuples(point, point, point), "t": st.tuples(label, label, label),
    }
)  # fmt: skip


@given(runs)
def test_a_run_is_what_plain_loops_give(g: Given) -> None:
    log, moved = by_hand(g)
    trace = worked(perceptron.train, g)
    assert [trace.values[f"wtilde^({k})"] for k in range(len(log))] == log
    assert [trace.values[f"u^({k + 1})"] for k in range(len(moved))] == moved
    wrong = sum(sign(net_of(log[-1][0], log[-1][1:], x)) != t for x, t in zip(g["x"], g["t"], strict=True))
    assert (trace.values["M"], trace.values["E"], trace.values["c"]) == (sum(moved), wrong, wrong == 0)
    assert [trace.values[f"m^({e + 1})"] for e in range(g["epochs"])] == [
        sum(moved[3 * e : 3 * e + 3]) for e in range(g["epochs"])
    ]


@given(runs)
def test_ties_and_the_factor_2_as_mistakes_are_other_runs(g: Given) -> None:
    for mistake, changed in (("tie-down", by_hand(g, zero=-1)), ("factor-2-lost", by_hand(g, factor=1))):
        last = value(perceptron.train, g, f"wtilde^({3 * g['epochs']})", mistake)
        assert last == changed[0][-1]


@given(runs)
def test_without_the_last_epoch_moving_it_has_converged(g: Given) -> None:
    trace = worked(perceptron.train, g)
    if trace.values[f"m^({g['epochs']})"] == 0:
        assert trace.values["c"] == 1


# ----- golden cases -----

STEP: Given = {"w": (1, F(1, 2)), "b": 1, "x": (2, -1), "t": -1, "eta": F(1, 4)}
RUN: Given = {
    "w": (0, 0), "b": 0, "x": ((1, 2), (2, -1), (-1, 1)), "t": (1, -1, -1), "eta": F(1, 2), "epochs": 1,
}  # fmt: skip
RISK: Given = {"w": (1, 1), "b": -1, "x": ((1, 0), (2, 1), (0, 0), (-1, 3), (3, -4)), "t": (-1, 1, 1, 1, 1)}
BOUND: Given = {"w": (3, 4), "b": F(1, 2), "x": ((1, 0), (-1, -1), (0, 2))}
LINE: Given = {"w": (3, -4), "b": 6, "x": (1, 1)}
XOR: Given = {"x": ((0, 0), (1, 1), (0, 1), (1, 0)), "t": (1, 1, -1, -1)}
SOLVERS: Mapping[str, tuple[Solver, Given]] = {
    "step": (perceptron.step, STEP), "train": (perceptron.train, RUN), "risk": (perceptron.risk, RISK),
    "bound": (perceptron.bound, BOUND), "line": (perceptron.line, LINE), "separable": (perceptron.separable, XOR),
    "truth_table": (perceptron.truth_table, {"w": (1, 1), "b": F(-3, 2)}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("solver", "name", "expected"),
    [
        # net = 2 - 1/2 + 1 = 5/2, so o = +1, t - o = -2, and w~ moves by -1/2 x~
        ("step", "net^(0)", F(5, 2)), ("step", "o^(0)", 1), ("step", "wtilde^(1)", (F(1, 2), 0, 1)),
        ("step", "net^(1)", F(-1, 2)), ("step", "o^(1)", -1),
        # the first net is 0 and its output +1 right; the second is 0 and wrong; the third is (-1)(-1)+(-2)(-1)+1 > 0
        ("train", "wtilde^(1)", (0, 0, 0)), ("train", "wtilde^(2)", (-1, -2, 1)), ("train", "wtilde^(3)", (-2, -1, 0)),
        ("train", "M", 2), ("train", "E", 1), ("train", "c", 0),
        # nets 0, 2, -1, 1, -2
        ("risk", "o", (1, 1, -1, 1, -1)), ("risk", "m", 3), ("risk", "rho", F(3, 5)),
        # nets 7/2, -13/2, 17/2; w~·w~ = 101/4; the longest x~ is (1, 0, 2)
        ("bound", "t", (1, -1, 1)), ("bound", "g", F(7, 2)), ("bound", "Q", 5), ("bound", "B", F(505, 49)),
        ("bound", "U", 10),
        ("line", "p", (-2, F(3, 2))), ("line", "a", F(3, 4)), ("line", "ell", 5), ("line", "D", 1), ("line", "o", 1),
        ("separable", "c", (1, 1, 1, 1)), ("separable", "v", 0),
        ("truth_table", "o", (-1, -1, -1, 1)), ("truth_table", "f", 8),
    ],
    ids=str,
)  # fmt: skip
def test_cases_by_hand(solver: str, name: str, expected: Any) -> None:
    found = SOLVERS[solver]
    assert value(*found, name) == expected


def test_the_bound_does_not_hold_from_far_away() -> None:
    """MODELS, E3: from zero at most R²/γ² updates; from (0, -100) one example, whose bound is 1, takes forty."""
    data = {"x": ((F(1, 2),),), "t": (1,), "eta": F(1, 2), "epochs": 50}
    assert value(perceptron.bound, {"w": (F(1, 2),), "b": 1, "x": data["x"]}, "B") == 1
    assert value(perceptron.train, {**data, "w": (0,), "b": 0}, "M") <= 1
    assert value(perceptron.train, {**data, "w": (-100,), "b": 0}, "M") == 40


@given(st.tuples(*[point] * 4), st.sampled_from([-3, -1, 2, 3]), st.sampled_from([-2, 1, 3]), st.sampled_from([1, 3]))
def test_from_zero_the_bound_holds(x: Any, first: int, second: int, odd: int) -> None:
    separating = {"w": (first, second), "b": F(odd, 2), "x": x}
    trace = worked(perceptron.bound, separating)
    training = {"w": (0, 0), "b": 0, "x": x, "t": trace.values["t"], "eta": F(1, 2), "epochs": 6}
    assert value(perceptron.train, training, "M") <= trace.values["U"]


@pytest.mark.parametrize("scale", [F(1, 10), 7])
def test_scaling_the_weights_changes_neither_margin_nor_bound(scale: Any) -> None:
    scaled = {**BOUND, "w": tuple(scale * a for a in BOUND["w"]), "b": scale * BOUND["b"]}
    assert value(perceptron.bound, scaled, "B") == value(perceptron.bound, BOUND, "B")
    assert float(value(perceptron.bound, scaled, "gamma")) == pytest.approx(3.5 / sqrt(25.25))


def test_a_point_on_the_line_has_no_bound() -> None:
    with pytest.raises(EvaluationError, match="division by zero"):
        run(perceptron.bound, {"w": (1, 1), "b": 0, "x": ((1, -1),)})


def test_fourteen_of_the_sixteen_functions_have_weights() -> None:
    """Small weights reach every function of two inputs except XOR (6) and its opposite (9)."""
    weights = [(a, c, F(n, 2)) for a in (-2, -1, 1, 2) for c in (-2, -1, 1, 2) for n in range(-5, 6, 2)]
    grid = np.asarray(weights, dtype=np.float64)
    trace = worked(perceptron.truth_table, {"w": grid[:, :2], "b": grid[:, 2]}, table=numpy_table())
    assert set(trace.values["f"]) == set(range(16)) - {6, 9}


# ----- separability: against a search over all lines near pairs of points -----


def separated(x: Any, t: Any) -> bool:
    """Whether some line through two of the points, turned a little either way, separates the labels."""
    for (ax, ay), (bx, by) in combinations(x, 2):
        for tilt in (-1e-4, 0.0, 1e-4):
            normal = (ay - by + tilt * (bx - ax), bx - ax + tilt * (by - ay))
            shadow = [normal[0] * px + normal[1] * py for px, py in x]
            high = [s for s, label_ in zip(shadow, t, strict=True) if label_ > 0]
            low = [s for s, label_ in zip(shadow, t, strict=True) if label_ < 0]
            if min(high) > max(low) or min(low) > max(high):
                return True
    return False


@given(st.tuples(*[st.tuples(st.integers(-20, 20), st.integers(-20, 20))] * 4), st.permutations([1, 1, -1, -1]))
def test_separability_is_what_a_search_finds(x: Any, t: list[int]) -> None:
    crossed = [(b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]) for a, b, c in combinations(x, 3)]
    if 0 in crossed:
        return
    trace = worked(perceptron.separable, {"x": x, "t": tuple(t)})
    c = trace.values["c"]
    for row in ((1, 1, 1, 1), [px for px, _ in x], [py for _, py in x]):
        assert sum(a * s * entry for a, s, entry in zip(c, t, row, strict=True)) == 0
    assert trace.values["v"] == separated(x, t)


# ----- batches: one by one, second routes, exact -----


def batch(name: str) -> dict[str, Any]:
    rng = np.random.default_rng(sum(map(ord, name)))

    def whole(*size: int) -> Any:
        return rng.integers(-4, 5, size=(INSTANCES, *size)).astype(np.float64)

    def signs(*size: int) -> Any:
        return rng.choice([-1.0, 1.0], size=(INSTANCES, *size))

    half = whole() + 0.5
    slow = rng.choice([0.25, 0.5, 1.0], size=INSTANCES)
    return {
        "step": lambda: {"w": whole(3), "b": whole(), "x": whole(3), "t": signs(), "eta": slow},
        "train": lambda: {
            "w": whole(2), "b": whole(), "x": whole(4, 2), "t": signs(4), "eta": slow,
            "epochs": np.full(INSTANCES, 3.0),
        },
        "risk": lambda: {"w": whole(2), "b": whole(), "x": whole(6, 2), "t": signs(6)},
        "bound": lambda: {"w": whole(2), "b": half, "x": whole(4, 2)},
        "line": lambda: {"w": signs(2) * (1 + np.abs(whole(2))), "b": half, "x": whole(2)},
        "separable": lambda: {"x": rng.normal(size=(INSTANCES, 4, 2)), "t": signs(4)},
        "truth_table": lambda: {"w": whole(2), "b": whole()},
    }[name]()  # fmt: skip


@pytest.mark.parametrize("name", SOLVERS)
def test_the_second_route_agrees(name: str) -> None:
    found = apart(SOLVERS[name][0], batch(name))
    assert found
    assert all(each < 1e-9 for each in found.values()), found


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("mistaken", [False, True], ids=["right", "mistaken"])
def test_one_instance_is_a_row_of_the_batch(name: str, mistaken: bool) -> None:
    solver, given_ = SOLVERS[name][0], batch(name)
    mistake = solver.mistakes[0].name if mistaken else None
    many = worked(solver, given_, mistake, numpy_table())
    for place in (0, 17, 101):
        one = {key: plain(array[place]) for key, array in given_.items()}
        for step, found in worked(solver, one, mistake).values.items():
            row = many.values[step][min(place, len(many.values[step]) - 1)]
            np.testing.assert_allclose(np.asarray(found, dtype=np.float64), row, atol=1e-12, err_msg=step)


def plain(entry: Any) -> Any:
    return tuple(map(plain, entry)) if getattr(entry, "ndim", 0) else F(float(entry))


@pytest.mark.parametrize("name", SOLVERS)
def test_exact_values_are_the_floats(name: str) -> None:
    solver, given_ = SOLVERS[name]
    exact = worked(solver, given_, table=sympy_table())
    for step, found in worked(solver, given_).values.items():
        one, two = (np.asarray(each, dtype=np.float64) for each in (exact.values[step], found))
        np.testing.assert_allclose(one, two, atol=1e-12, err_msg=step)


# ----- mistakes: each by a calculation of its own -----


def risk_with(net: Callable[[Any, Any], Any], zero: int = 1) -> Fraction:
    wrong = [sign(net(x, RISK), zero) != t for x, t in zip(RISK["x"], RISK["t"], strict=True)]
    return F(sum(wrong), 5)


@pytest.mark.parametrize(
    ("solver", "mistake", "step", "expected"),
    [
        ("step", "bias-lost", "net^(0)", F(3, 2)),
        ("step", "factor-2-lost", "wtilde^(1)", (F(3, 4), F(1, 2), F(3, 4))),
        ("step", "sign-turned", "wtilde^(1)", (F(3, 2), 2, 0)),
        ("step", "bias-not-moved", "wtilde^(1)", (1, 0, 1)),
        ("step", "delta-rule", "wtilde^(1)", (1 - F(7, 8), 1 - F(7, 4), F(1, 2) + F(7, 8))),
        ("risk", "accuracy", "rho", F(2, 5)),
        ("risk", "not-averaged", "rho", 3),
        ("risk", "bias-lost", "rho", risk_with(lambda x, g: net_of(0, g["w"], x))),
        ("risk", "tie-down", "rho", risk_with(lambda x, g: net_of(g["b"], g["w"], x), -1)),
        ("bound", "not-normalised", "B", F(5, 1) / F(49, 4)),
        ("bound", "not-normalised", "gamma", F(7, 2)),
        ("bound", "bias-lost-in-radius", "B", F(4) * F(101, 4) / F(49, 4)),
        ("bound", "bias-lost-in-length", "B", F(5) * 25 / F(49, 4)),
        ("bound", "largest-margin", "B", F(5) * F(101, 4) / F(289, 4)),
        ("bound", "not-squared", "U", floor(sqrt(505 / 49))),
        ("line", "sign-lost", "p", (2, F(-3, 2))),
        ("line", "sign-lost", "a", F(-3, 4)),
        ("line", "axes-swapped", "p", (F(3, 2), -2)),
        ("line", "slope-turned", "a", F(4, 3)),
        ("line", "not-normalised", "D", 5),
        ("line", "bias-in-length", "D", 5 / sqrt(61)),
        ("line", "bias-lost", "D", F(-1, 5)),
        ("separable", "labels-forgotten", "c", (1, 1, -1, -1)),
        ("separable", "signs-not-alternating", "c", (1, -1, 1, -1)),
        ("truth_table", "bias-lost", "f", 15),
        ("train", "stopped-early", "wtilde^(3)", (0, 0, 0)),
        ("train", "old-weights", "wtilde^(3)", (-2, -1, 0)),
        # shown as (-1, 1), (2, -1), (1, 2): nets 0, -1+2+1 and -2-1 are all wrong
        ("train", "reversed-order", "wtilde^(2)", (-2, -1, 0)),
        ("train", "reversed-order", "M", 3),
        ("train", "sign-turned", "wtilde^(3)", (1, 2, -1)),
        ("train", "bias-not-moved", "wtilde^(3)", (0, -1, 0)),
        ("train", "moved-though-right", "wtilde^(3)", (-1, 0, 2)),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_mistakes_by_hand(solver: str, mistake: str, step: str, expected: Any) -> None:
    found = value(*SOLVERS[solver], step, mistake)
    np.testing.assert_allclose(np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64), atol=1e-12)


def test_the_delta_rule_moves_on_right_examples_too() -> None:
    """eta (t - net) x each time: 0 + 1/2 (1, 1, 2); net 1/2 gives -3/4 (1, 2, -1); net 5/2 gives -7/4 (1, -1, 1)."""
    assert value(perceptron.train, RUN, "wtilde^(1)", "delta-rule") == (F(1, 2), F(1, 2), 1)
    assert value(perceptron.train, RUN, "wtilde^(2)", "delta-rule") == (F(-1, 4), -1, F(7, 4))
    assert value(perceptron.train, RUN, "wtilde^(3)", "delta-rule") == (-2, F(3, 4), 0)


def test_a_right_example_moved_anyway() -> None:
    right = {**STEP, "t": 1}
    assert value(perceptron.step, right, "wtilde^(1)") == (1, 1, F(1, 2))
    assert value(perceptron.step, right, "wtilde^(1)", "moved-though-right") == (F(3, 2), 2, 0)


@pytest.mark.parametrize("name", SOLVERS)
def test_every_mistake_changes_something(name: str) -> None:
    solver, given_ = SOLVERS[name][0], batch(name)
    right = worked(solver, given_, table=numpy_table())
    for mistake in solver.mistakes:
        wrong = worked(solver, given_, mistake.name, numpy_table())
        assert any(not np.array_equal(wrong.values[s.name], s.value, equal_nan=True) for s in right.steps), mistake.name
