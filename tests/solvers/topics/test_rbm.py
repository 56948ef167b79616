"""Solvers of the restricted Boltzmann machine: brute force, second routes, batches, and what each mistake gives."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from solvers.certify import AGREE
from solvers.formula.tables.arrays import numpy_table, sympy_table
from solvers.registry import find
from solvers.trace import Solver, Trace, run
from tests.solvers.topics.working import apart, worked

BATCH = 40
Array = Any


def solver(name: str) -> Solver:
    found = find(f"rbm.{name}")
    assert isinstance(found, Solver), found
    return found


def work(name: str, given: dict[str, Any], mistake: str | None = None) -> dict[str, Any]:
    return {step.name: step.value for step in worked(solver(name), given, mistake).steps}


def batches(n: int = 3, m: int = 2, seed: int = 0) -> dict[str, dict[str, Any]]:
    """A batch of random givens for each solver, layers of n visible and m hidden units."""
    rng = np.random.default_rng(seed)
    machine = {
        "b": rng.normal(size=(BATCH, n)), "c": rng.normal(size=(BATCH, m)), "W": rng.normal(size=(BATCH, n, m)),
    }  # fmt: skip
    v, w, h = (rng.integers(0, 2, (BATCH, size)).astype(float) for size in (n, n, m))
    uniforms = {"alpha": rng.uniform(size=(BATCH, m)), "beta": rng.uniform(size=(BATCH, n))}
    return {
        **{name: {**machine, "v": v, "h": h} for name in ("energy", "joint", "conditionals")},
        "free_energy": {**machine, "v": v, "w": w},
        "likelihood": {**machine, "v": v},
        "contrastive_divergence": {**machine, "v": v, **uniforms, "eta": rng.uniform(0.1, 1, BATCH)},
    }


NAMES = sorted(batches())


@pytest.mark.parametrize(("n", "m"), [(3, 2), (2, 2), (2, 1), (1, 3)])
@pytest.mark.parametrize("name", NAMES)
def test_the_second_route_agrees_on_a_batch(name: str, n: int, m: int) -> None:
    given = batches(n, m)[name]
    found = apart(solver(name), given)
    assert found
    assert all(each <= AGREE for each in found.values()), found


@pytest.mark.parametrize("name", NAMES)
def test_one_instance_is_what_the_batch_says(name: str) -> None:
    given = batches(seed=1)[name]
    batch = worked(solver(name), given, table=numpy_table())
    single = work(name, {key: value[3].tolist() for key, value in given.items()})
    for key, value in single.items():
        there = batch.values[key]
        np.testing.assert_allclose(np.asarray(value, dtype=float), there[min(3, len(there) - 1)], atol=1e-9)


@pytest.mark.parametrize("name", ["energy", "joint"])
def test_exact_values_are_the_same(name: str) -> None:
    given = {key: (np.round(value[5] * 2) / 2).tolist() for key, value in batches(2, 2, seed=2)[name].items()}
    plain, exact = work(name, given), worked(solver(name), given, table=sympy_table())
    assert solver(name).exact
    for key, value in plain.items():
        assert np.asarray(exact.values[key], dtype=float) == pytest.approx(np.asarray(value, dtype=float), rel=1e-12)


# ---- brute force and properties

B, C, W = np.array([0.5, -1.0]), np.array([1.0, -0.25]), np.array([[1.0, -2.0], [0.5, 1.5]])
V, H = np.array([1, 0]), np.array([0, 1])
OTHER = np.array([1, 1])
ALPHA, BETA, ETA = np.array([0.9, 0.05]), np.array([0.6, 0.3]), 0.5
MACHINE = {"b": B.tolist(), "c": C.tolist(), "W": W.tolist()}
STATES = [np.array(bits) for bits in product((0, 1), repeat=2)]
GIVEN: dict[str, dict[str, Any]] = {
    **{name: {**MACHINE, "v": [1, 0], "h": [0, 1]} for name in ("energy", "joint", "conditionals")},
    "free_energy": {**MACHINE, "v": [1, 0], "w": [1, 1]},
    "likelihood": {**MACHINE, "v": [1, 0]},
    "contrastive_divergence": {**MACHINE, "v": [1, 0], "alpha": [0.9, 0.05], "beta": [0.6, 0.3], "eta": 0.5},
}


def weight(v: Array, h: Array, b: Array = B, c: Array = C) -> float:
    return float(np.exp(b @ v + c @ h + v @ W @ h))


def logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


Z = sum(weight(v, h) for v in STATES for h in STATES)
PV = sum(weight(V, h) for h in STATES) / Z
P = logistic(C + W.T @ V)
MODEL = sum(weight(v, h) * np.outer(v, h) for v in STATES for h in STATES) / Z
DATA = np.outer(V, P)


def test_tables_by_brute_force() -> None:
    values = work("joint", GIVEN["joint"])
    assert values["E"] == pytest.approx(1.75)  # -0.5 + 0.25 + 2
    assert values["Z"] == pytest.approx(Z)
    assert values["joint"] == pytest.approx(weight(V, H) / Z)
    assert values["marginal"] == pytest.approx(PV)


def test_a_machine_without_parameters_is_uniform() -> None:
    given = {"b": [0] * 3, "c": [0] * 2, "W": [[0] * 2] * 3, "v": [1, 0, 1], "h": [1, 1]}
    values = work("joint", given)
    assert (values["Z"], values["joint"], values["marginal"]) == (32, 1 / 32, 1 / 8)


def test_the_probabilities_of_all_states_add_up_to_one() -> None:
    total = sum(work("joint", {**GIVEN["joint"], "v": v.tolist()})["marginal"] for v in STATES)
    assert total == pytest.approx(1)
    for layer, name in (("h", "up"), ("v", "down")):
        given = GIVEN["conditionals"]
        total = sum(work("conditionals", {**given, layer: state.tolist()})[name] for state in STATES)
        assert total == pytest.approx(1)


def test_the_gradient_by_finite_differences() -> None:
    values, step = work("likelihood", GIVEN["likelihood"]), 1e-5
    for i, j in product((0, 1), repeat=2):
        ends = []
        for sign in (1, -1):
            moved = W.copy()
            moved[i, j] += sign * step
            ends.append(work("likelihood", {**GIVEN["likelihood"], "W": moved.tolist()})["J"])
        assert values["dJ/dW"][i][j] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-7)


def test_the_gradient_is_zero_on_average_under_the_model() -> None:
    """The model's own distribution as data: the expected gradient vanishes."""
    runs = [work("likelihood", {**GIVEN["likelihood"], "v": v.tolist()}) for v in STATES]
    mean = sum(run["marginal"] * np.array(run["dJ/dW"]) for run in runs)
    np.testing.assert_allclose(mean, np.zeros((2, 2)), atol=1e-12)


@examples(st.lists(st.floats(-3, 3), min_size=8, max_size=8), st.lists(st.booleans(), min_size=4, max_size=4))
def test_free_energies_give_the_ratio_of_the_marginals(numbers: list[float], bits: list[bool]) -> None:
    machine = {"b": numbers[:2], "c": numbers[2:4], "W": [numbers[4:6], numbers[6:]]}
    v, w = [int(bit) for bit in bits[:2]], [int(bit) for bit in bits[2:]]
    ratio = work("free_energy", {**machine, "v": v, "w": w})["ratio"]
    first, second = (work("joint", {**machine, "v": state, "h": [0, 0]})["marginal"] for state in (v, w))
    assert ratio == pytest.approx(first / second, rel=1e-9)


def test_cd_by_hand() -> None:
    """p = σ(2), σ(-2.25) = 0.881, 0.095 gives h = (0, 1); q = σ(-1.5), σ(0.5) = 0.182, 0.622 gives r = (0, 1)."""
    values = work("contrastive_divergence", GIVEN["contrastive_divergence"])
    assert (values["h"], values["r"]) == ((0, 1), (0, 1))
    np.testing.assert_allclose(values["p"], [0.880797, 0.095349], atol=1e-6)
    np.testing.assert_allclose(values["z"], logistic(np.array([1.5, 1.25])), atol=1e-12)
    np.testing.assert_allclose(values["D"], [values["p"], -np.array(values["z"])], atol=1e-12)
    np.testing.assert_allclose(values["W^(1)"], W + ETA * np.array(values["D"]), atol=1e-12)
    np.testing.assert_allclose(values["b^(1)"], B + ETA * np.array([1, -1]), atol=1e-12)
    np.testing.assert_allclose(values["c^(1)"], C + ETA * (P - logistic(np.array([1.5, 1.25]))), atol=1e-12)


# ---- mistakes: each value by an independent computation

R = np.array([0, 1])
RECONSTRUCTED = np.outer(R, logistic(C + W.T @ R))
Q_DOWN = logistic(B + W @ H)
SOFT = np.log1p(np.exp(C + W.T @ V)).sum()
MISTAKES: list[tuple[str, str, str, Callable[[], Any]]] = [
    ("energy", "sign-turned", "E", lambda: -1.75),
    ("energy", "biases-dropped", "E", lambda: 2.0),
    ("energy", "interaction-dropped", "E", lambda: -0.25),
    ("energy", "exponent-turned", "Ptilde", lambda: np.exp(1.75)),
    ("joint", "sign-turned", "joint", lambda: np.exp(1.75) / Z),
    ("joint", "exponent-turned", "joint", lambda: np.exp(1.75) / Z),
    ("joint", "interaction-dropped", "joint", lambda: np.exp(0.25) / Z),
    ("joint", "biases-dropped", "joint", lambda: weight(V, H, 0 * B, 0 * C) / Z),
    ("joint", "visible-only", "Z", lambda: sum(weight(v, 0 * H) for v in STATES)),
    ("joint", "zero-state-lost", "Z", lambda: Z - 1),
    ("joint", "hidden-not-summed", "marginal", lambda: np.exp(0.5) / Z),
    ("conditionals", "hidden-bias-dropped", "p", lambda: logistic(W.T @ V)),
    ("conditionals", "visible-bias-dropped", "q", lambda: logistic(W @ H)),
    ("conditionals", "biases-swapped", "p", lambda: logistic(B + W.T @ V)),
    ("conditionals", "transpose-slipped", "q", lambda: logistic(B + W.T @ H)),
    ("conditionals", "sign-turned", "p", lambda: 1 - P),
    ("conditionals", "bits-ignored", "up", lambda: P[0] * P[1]),
    ("conditionals", "zeros-skipped", "down", lambda: Q_DOWN[0]),
    ("free_energy", "logarithm-lost", "F", lambda: -0.5 - (2.0 - 2.25)),
    ("free_energy", "hidden-bias-dropped", "F", lambda: -0.5 - np.log1p(np.exp(W[0])).sum()),
    ("free_energy", "sign-turned", "F", lambda: 0.5 + SOFT),
    (
        "free_energy", "ratio-inverted", "ratio",
        lambda: sum(weight(OTHER, h) for h in STATES) / sum(weight(V, h) for h in STATES),
    ),
    ("likelihood", "visible-only", "Z", lambda: sum(weight(v, 0 * H) for v in STATES)),
    ("likelihood", "zero-state-lost", "marginal", lambda: PV * Z / (Z - 1)),
    ("likelihood", "hidden-not-summed", "J", lambda: 0.5 - np.log(Z)),
    ("likelihood", "hidden-bias-dropped", "p", lambda: logistic(W.T @ V)),
    ("likelihood", "phases-swapped", "dJ/dW", lambda: MODEL - DATA),
    ("likelihood", "phases-swapped", "dJ/db", lambda: sum(weight(v, h) * v for v in STATES for h in STATES) / Z - V),
    ("likelihood", "model-term-lost", "dJ/dW", lambda: DATA),
    ("likelihood", "model-term-lost", "dJ/dc", lambda: P),
    ("likelihood", "not-normalised", "Q", lambda: MODEL * Z),
    ("contrastive_divergence", "comparison-turned", "h", lambda: [1, 0]),
    ("contrastive_divergence", "reconstruction-not-sampled", "r", lambda: Q_DOWN),
    ("contrastive_divergence", "samples-for-probabilities", "D", lambda: np.outer(V, H) - RECONSTRUCTED),
    ("contrastive_divergence", "phases-swapped", "D", lambda: RECONSTRUCTED - DATA),
    ("contrastive_divergence", "phases-swapped", "b^(1)", lambda: B - ETA * (V - R)),
    ("contrastive_divergence", "descent-for-ascent", "W^(1)", lambda: W - ETA * (DATA - RECONSTRUCTED)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "mistake", "step", "wrong"), [pytest.param(*row, id=f"{row[0]} {row[1]} {row[2]}") for row in MISTAKES]
)
def test_a_mistake_gives_its_own_number(name: str, mistake: str, step: str, wrong: Callable[[], Any]) -> None:
    right, found = (np.asarray(work(name, GIVEN[name], which)[step], dtype=float) for which in (None, mistake))
    np.testing.assert_allclose(found, wrong(), rtol=1e-12)
    assert np.abs(found - right).max() > 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_stands_at_a_step_and_is_tested(name: str) -> None:
    trace = run(solver(name), GIVEN[name])
    assert isinstance(trace, Trace)
    placed = {mistake for step in trace.steps for mistake in step.mistakes}
    declared = {mistake.name for mistake in solver(name).mistakes}
    assert placed == declared
    assert declared == {row[1] for row in MISTAKES if row[0] == name}


def test_sizes_that_do_not_fit_are_said() -> None:
    found = run(solver("energy"), {**GIVEN["energy"], "h": [0, 1, 1]})
    assert found == ["h: expected m (m = 2), found 3"]
