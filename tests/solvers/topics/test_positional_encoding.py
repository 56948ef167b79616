"""Positional encodings: the notes' table, the definition in plain floats, second routes, exact sines, every mistake."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from solvers.formula.tables.arrays import numpy_table, sympy_table
from solvers.topics import positional_encoding as pe
from solvers.trace import Solver
from tests.solvers.topics.working import apart, worked

F = Fraction
INSTANCES = 60
Given = Mapping[str, Any]


def value(solver: Solver, given_: Given, name: str, mistake: str | None = None) -> Any:
    return np.asarray(worked(solver, given_, mistake).values[name], dtype=np.float64)


def code(k: float, d: int, n: float) -> list[float]:
    """One row, from the definition."""
    return [wave(k / n ** (2 * i / d)) for i in range(d // 2) for wave in (math.sin, math.cos)]


# ----- golden cases -----

ROBOT: list[list[float]] = [[0, 1, 0, 1], [0.84, 0.54, 0.10, 1.0], [0.91, -0.42, 0.20, 0.98], [0.14, -0.99, 0.30, 0.96]]
ENTRY = {"k": 3, "j": 2, "d": 4, "n": 100}
ODD = {"k": 5, "j": 3, "d": 8, "n": 10_000}
ROW = {"k": 3, "d": 4, "n": 100, "x": (1, F(1, 2), -1, 2)}
TABLE = {"L": 4, "d": 4, "n": 100}
DOT = {"k": 7, "m": 5, "d": 4, "n": 100}
TURN = {"k": 3, "phi": 2, "d": 4, "n": 100}
WAVES = {"L": 100, "d": 4, "n": 100}
BACK = {"theta": F(3, 10), "i": 1, "d": 4, "n": 100}
LAYOUT = {"j": 5, "d": 8}
SOLVERS: Mapping[str, tuple[Solver, Given]] = {
    "entry": (pe.entry, ENTRY), "row": (pe.row, ROW), "table": (pe.table, TABLE), "dot": (pe.dot, DOT),
    "rotation": (pe.rotation, TURN), "wavelength": (pe.wavelength, WAVES), "position": (pe.position, BACK),
    "layout": (pe.layout, LAYOUT),
}  # fmt: skip


def test_the_notes_table() -> None:
    """'I am a robot', d = 4, n = 100: all sixteen entries as printed, to two places (notes 14.3)."""
    np.testing.assert_allclose(value(pe.table, TABLE, "PE"), ROBOT, atol=0.0051)


@pytest.mark.parametrize(
    ("solver", "name", "expected"),
    [
        ("entry", "i", 1), ("entry", "theta", 0.3), ("entry", "PE", math.sin(0.3)),
        ("row", "omega", (1, 0.1)), ("row", "N", 2),
        ("row", "z", (1 + math.sin(3), 0.5 + math.cos(3), -1 + math.sin(0.3), 2 + math.cos(0.3))),
        ("dot", "S", math.cos(2) + math.cos(0.2)), ("dot", "Delta", 4 - 2 * math.cos(2) - 2 * math.cos(0.2)),
        ("dot", "C", (math.cos(2) + math.cos(0.2)) / 2),
        ("rotation", "T^(1)", ((math.cos(0.2), math.sin(0.2)), (-math.sin(0.2), math.cos(0.2)))),
        ("rotation", "p", code(3, 4, 100)), ("rotation", "q", code(5, 4, 100)),
        ("wavelength", "lambda", (2 * math.pi, 20 * math.pi)), ("wavelength", "C", 2), ("wavelength", "j", 4),
        ("position", "k", 3), ("position", "j", 2),
        ("layout", "h", 6),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_cases_by_hand(solver: str, name: str, expected: Any) -> None:
    np.testing.assert_allclose(value(*SOLVERS[solver], name), expected, atol=1e-12)


# ----- properties -----

widths, bases = st.integers(1, 5).map(lambda half: 2 * half), st.sampled_from([2, 16, 100, 10_000])
positions = st.integers(0, 200)


@given(positions, widths, bases, st.data())
def test_rows_and_entries_are_the_definition(k: int, d: int, n: int, data: st.DataObject) -> None:
    expected = code(k, d, n)
    found = value(pe.row, {"k": k, "d": d, "n": n, "x": (0,) * d}, "PE")
    np.testing.assert_allclose(found, expected, atol=1e-11)
    j = data.draw(st.integers(0, d - 1))
    assert float(value(pe.entry, {"k": k, "j": j, "d": d, "n": n}, "PE")) == pytest.approx(expected[j], abs=1e-11)


@given(positions, positions, st.integers(1, 500), widths, bases)
def test_the_dot_product_knows_the_offset_only(k: int, m: int, shift: int, d: int, n: int) -> None:
    here = {"k": k, "m": m, "d": d, "n": n}
    moved = {**here, "k": k + shift, "m": m + shift}
    assert float(value(pe.dot, here, "S")) == pytest.approx(float(value(pe.dot, moved, "S")), abs=1e-10)
    assert float(value(pe.dot, here, "S")) == pytest.approx(float(np.dot(code(k, d, n), code(m, d, n))), abs=1e-10)


@given(positions, st.integers(-50, 50), widths, bases)
def test_the_matrix_of_a_shift_is_a_rotation(k: int, phi: int, d: int, n: int) -> None:
    here = {"k": k, "phi": phi, "d": d, "n": n}
    M = value(pe.rotation, here, "M")
    np.testing.assert_allclose(M.T @ M, np.eye(d), atol=1e-12)
    np.testing.assert_allclose(M, value(pe.rotation, {**here, "k": k + 7}, "M"), atol=0)
    np.testing.assert_allclose(value(pe.rotation, here, "q"), code(k + phi, d, n), atol=1e-11)


@given(st.integers(1, 10).map(lambda half: 2 * half))
def test_the_layouts_are_a_permutation(d: int) -> None:
    """Column j of the one order goes to a place of its own in the other, sines before cosines."""
    places = [int(value(pe.layout, {"j": j, "d": d}, "h")) for j in range(d)]
    assert [places.index(h) for h in range(d)] == [*range(0, d, 2), *range(1, d, 2)]


@given(st.integers(1, 60), st.sampled_from([100, 400, 2500]))
def test_a_position_is_read_back(tenths: int, n: int) -> None:
    theta = F(tenths, 10)
    k = float(value(pe.position, {"theta": theta, "i": 2, "d": 8, "n": n}, "k"))
    assert k == theta * math.isqrt(n)
    assert code(k, 8, n)[4:6] == pytest.approx([math.sin(theta), math.cos(theta)], abs=1e-12)


# ----- batches: one by one, second routes, exact -----


def batch(name: str) -> dict[str, Any]:
    rng = np.random.default_rng(sum(map(ord, name)))

    def whole(low: int, high: int) -> Any:
        return rng.integers(low, high + 1, size=INSTANCES).astype(np.float64)

    def same(number: float) -> Any:
        return np.full(INSTANCES, float(number))

    n = rng.choice([16.0, 100.0, 625.0], size=INSTANCES)
    return {
        "entry": {"k": whole(0, 40), "j": whole(0, 7), "d": same(8), "n": n},
        "row": {"k": whole(1, 40), "d": same(6), "n": n, "x": rng.normal(size=(INSTANCES, 6))},
        "table": {"L": same(3), "d": same(4), "n": n},
        "dot": {"k": whole(0, 90), "m": whole(0, 90), "d": same(6), "n": n},
        "rotation": {"k": whole(0, 30), "phi": whole(-9, 9), "d": same(4), "n": n},
        "wavelength": {"L": whole(5, 3000), "d": same(8), "n": n},
        "position": {
            "theta": whole(1, 60) / 10, "i": same(1), "d": same(4), "n": rng.choice([100.0, 400.0], INSTANCES),
        },
        "layout": {"j": whole(0, 11), "d": same(12)},
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", SOLVERS)
def test_the_second_route_agrees(name: str) -> None:
    found = apart(SOLVERS[name][0], batch(name))
    assert found
    assert all(each < 1e-9 for each in found.values()), found


def plain(entry: Any) -> Any:
    return tuple(map(plain, entry)) if getattr(entry, "ndim", 0) else F(float(entry))


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("mistaken", [False, True], ids=["right", "mistaken"])
def test_one_instance_is_a_row_of_the_batch(name: str, mistaken: bool) -> None:
    solver, given_ = SOLVERS[name][0], batch(name)
    mistake = solver.mistakes[-1].name if mistaken else None
    many = worked(solver, given_, mistake, numpy_table())
    for place in (0, 17, 41):
        one = {key: plain(array[place]) for key, array in given_.items()}
        for step, found in worked(solver, one, mistake).values.items():
            row = many.values[step][min(place, len(many.values[step]) - 1)]
            np.testing.assert_allclose(np.asarray(found, dtype=np.float64), row, atol=1e-11, err_msg=step)


@pytest.mark.parametrize("name", SOLVERS)
def test_exact_values_are_the_floats(name: str) -> None:
    solver, given_ = SOLVERS[name]
    exact = worked(solver, given_, table=sympy_table())
    for step, found in worked(solver, given_).values.items():
        one, two = (np.asarray(each, dtype=np.float64) for each in (exact.values[step], found))
        np.testing.assert_allclose(one, two, atol=1e-12, err_msg=step)


def test_exact_entries_are_sines_of_fractions() -> None:
    tenth = sympy.Rational(1, 10)
    PE = worked(pe.table, TABLE, table=sympy_table()).values["PE"]
    assert PE[1] == (sympy.sin(1), sympy.cos(1), sympy.sin(tenth), sympy.cos(tenth))
    assert worked(pe.row, ROW, table=sympy_table()).values["N"].equals(2)


# ----- mistakes: each by a calculation of its own -----


@pytest.mark.parametrize(
    ("solver", "given_", "mistake", "step", "expected"),
    [
        ("entry", ENTRY, "i-for-2i", "PE", math.sin(3 / 100**0.25)),
        ("entry", ENTRY, "base-10000", "PE", math.sin(3 / 100)),
        ("entry", ENTRY, "column-as-i", "PE", math.sin(3 / 100)),
        ("entry", ENTRY, "position-from-1", "PE", math.sin(0.4)),
        ("entry", ENTRY, "degrees", "PE", math.sin(math.radians(0.3))),
        ("entry", ENTRY, "sin-cos-swapped", "PE", math.cos(0.3)),
        ("entry", ODD, "odd-exponent", "PE", math.cos(5 / 10_000**0.375)),
        ("entry", ODD, "column-as-i", "PE", math.cos(5 / 10_000**0.75)),
        ("row", ROW, "column-as-i", "PE", [math.sin(3), math.cos(0.3), math.sin(0.03), math.cos(0.003)]),
        ("row", ROW, "odd-exponent", "PE", [math.sin(3), math.cos(3 / 10**0.5), math.sin(0.3), math.cos(3 / 10**1.5)]),
        ("row", ROW, "i-for-2i", "omega", [1, 100**-0.25]),
        ("row", ROW, "position-from-1", "PE", code(4, 4, 100)),
        ("row", ROW, "base-10000", "PE", code(3, 4, 10_000)),
        ("row", ROW, "degrees", "PE", code(math.radians(3), 4, 100)),
        ("row", ROW, "sin-cos-swapped", "PE", [math.cos(3), math.sin(3), math.cos(0.3), math.sin(0.3)]),
        ("row", ROW, "sines-first", "PE", [math.sin(3), math.sin(0.3), math.cos(3), math.cos(0.3)]),
        ("row", ROW, "multiplied", "z", [math.sin(3), math.cos(3) / 2, -math.sin(0.3), 2 * math.cos(0.3)]),
        ("table", TABLE, "position-from-1", "PE", [code(k, 4, 100) for k in (1, 2, 3, 4)]),
        ("table", TABLE, "sines-first", "PE", [[code(k, 4, 100)[j] for j in (0, 2, 1, 3)] for k in range(4)]),
        ("dot", DOT, "positions-added", "S", math.cos(12) + math.cos(1.2)),
        ("dot", DOT, "sines-summed", "S", math.sin(2) + math.sin(0.2)),
        ("dot", DOT, "first-pair-only", "S", 2 * math.cos(2)),
        ("dot", DOT, "halved-length", "Delta", 8 - 2 * math.cos(2) - 2 * math.cos(0.2)),
        ("dot", DOT, "halved-length", "C", (math.cos(2) + math.cos(0.2)) / 4),
        ("rotation", TURN, "turned-back", "q", code(1, 4, 100)),
        ("rotation", TURN, "target-angle", "q", code(8, 4, 100)),
        ("rotation", TURN, "first-pair-only", "q", [*code(5, 4, 100)[:2], math.sin(2.3), math.cos(2.3)]),
        ("wavelength", WAVES, "turn-lost", "lambda", [1, 10]),
        ("wavelength", WAVES, "i-for-2i", "lambda", [2 * math.pi, 2 * math.pi * 100**0.25]),
        ("wavelength", WAVES, "base-10000", "C", 1),
        ("position", BACK, "divided", "k", 0.03),
        ("position", BACK, "i-for-2i", "k", 0.3 * 100**0.25),
        ("position", BACK, "base-10000", "k", 30),
        ("layout", LAYOUT, "column-as-i", "h", 9),
        ("layout", LAYOUT, "second-half-lost", "h", 2),
        ("layout", LAYOUT, "not-halved", "h", 10),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_mistakes_by_hand(solver: str, given_: Given, mistake: str, step: str, expected: Any) -> None:
    right = value(SOLVERS[solver][0], given_, step)
    found = value(SOLVERS[solver][0], given_, step, mistake)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert not np.allclose(found, right, atol=1e-3)


@pytest.mark.parametrize("name", SOLVERS)
def test_every_mistake_changes_something(name: str) -> None:
    solver, given_ = SOLVERS[name][0], batch(name)
    right = worked(solver, given_, table=numpy_table())
    for mistake in solver.mistakes:
        wrong = worked(solver, given_, mistake.name, numpy_table())
        assert any(not np.array_equal(wrong.values[s.name], s.value) for s in right.steps), mistake.name
