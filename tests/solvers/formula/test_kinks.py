"""Integrals in parts between kinks, against sums over many points, and means against sums under the density."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.formula.evaluate import Env, evaluate
from solvers.formula.kinks import in_parts
from solvers.formula.nodes import Name, Num
from solvers.formula.parser import read
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tokens import scope

COUNT = 200_000
WHERE = st.integers(-6, 6)
TERMS = {
    "abs(x - ({a})/2)": lambda x, a: abs(x - a / 2),
    "max(x, ({a})/2)": lambda x, a: np.maximum(x, a / 2),
    "min(1 - 2 x, {a})": lambda x, a: np.minimum(1 - 2 * x, a),
    "relu({a} - x)": lambda x, a: np.maximum(a - x, 0),
    "sign(3 x - ({a}))": lambda x, a: np.sign(3 * x - a),
}


@st.composite
def _sums(draw: st.DrawFn) -> tuple[str, list[tuple[str, int]]]:
    terms = draw(st.lists(st.tuples(st.sampled_from(sorted(TERMS)), WHERE), min_size=1, max_size=3))
    return " + ".join(term.format(a=a) for term, a in terms), terms


@settings(max_examples=60, deadline=None)
@given(_sums(), st.integers(-3, 3), st.integers(1, 4))
def test_a_sum_of_kinks_is_integrated_as_by_many_points(
    sums: tuple[str, list[tuple[str, int]]], low: int, length: int
) -> None:
    text, terms = sums
    body = read(f"({text}) x", scope(x=0), latex=False)
    ends = [read(str(end), scope(), latex=False) for end in (low, low + length)]
    parts = in_parts("x", body, ends[0], ends[1])
    assert parts is not None
    with np.errstate(all="ignore"):
        found = float(evaluate(parts, Env(numpy_table())).reshape(-1)[0])
    x = low + length * (np.arange(COUNT) + 0.5) / COUNT
    wanted = float((sum(TERMS[term](x, a) for term, a in terms) * x).sum() * length / COUNT)
    assert found == pytest.approx(wanted, abs=1e-4 * (1 + abs(wanted)))


@pytest.mark.parametrize(
    "text", ["floor(x)", "max(x^2, 1)", "abs(a x)", "abs(x - a) + abs(x - b)", "max(abs(x), 1)", "max(x, 0, 1)"]
)
def test_what_cannot_be_told_is_left(text: str) -> None:
    body = read(text, scope(x=0, a=0, b=0), latex=False)
    assert in_parts("x", body, Num("0"), Num("2")) is None


def test_limits_that_are_no_numbers_are_left() -> None:
    body = read("abs(x)", scope(x=0), latex=False)
    assert in_parts("x", body, Num("0"), Name("a")) is None
    assert in_parts("x", body, Num("2"), Num("1")) is None
