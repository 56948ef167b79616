"""Transductions from their formulas, against the same ones written in Python and nudged input by input."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from solvers.models import transduction
from solvers.models.checks import BadInput
from solvers.models.transduction import Kind

Sequence = list[float]
T = 9


def at(x: Sequence, t: int) -> float:
    """x(t), counted from 1, and 0 outside."""
    return x[t - 1] if 1 <= t <= len(x) else 0.0


def recursive(x: Sequence) -> Sequence:
    h = [0.0]
    for value in x:
        h.append(math.tanh(0.9 * h[-1] + value))
    return h[1:]


def times(x: Sequence) -> range:
    return range(1, len(x) + 1)


CASES: dict[str, tuple[tuple[str, ...], Callable[[Sequence], Sequence], Kind]] = {
    "squares": (("o^(t) = x^(t)^2 + 1",), lambda x: [v * v + 1 for v in x], Kind(True, 0, True)),
    "window": (
        ("o^(t) = x^(t) - 2 x^(t-3)",),
        lambda x: [at(x, t) - 2 * at(x, t - 3) for t in times(x)],
        Kind(True, 3, True),
    ),
    "moving average": (
        (r"o^{(t)} = \frac{1}{3} \sum_{k=0}^{2} x^{(t-k)}",),
        lambda x: [sum(at(x, t - k) for k in range(3)) / 3 for t in times(x)],
        Kind(True, 2, True),
    ),
    "anticausal": (
        ("o^(t) = x^(t) x^(t+1)",),
        lambda x: [at(x, t) + 3 * at(x, t + 1) for t in times(x)],
        Kind(False, None, True),
    ),
    "running sum": (
        ("o^(t) = sum_{k=1}^{t} x^(k)",),
        lambda x: [sum(x[:t]) for t in times(x)],
        Kind(True, None, True),
    ),
    "recurrent": (
        ("h^(t) = tanh(w h^(t-1) + x^(t))", "o^(t) = v h^(t)"),
        lambda x: [2 * v for v in recursive(x)],
        Kind(True, None, True),
    ),
    "two windows": (
        ("a^(t) = x^(t-1) + x^(t)", "o^(t) = a^(t-2)"),
        lambda x: [at(x, t - 3) + at(x, t - 2) for t in times(x)],
        Kind(True, 3, True),
    ),
    "whole sequence": (
        ("o^(t) = x^(t) - sum_{k=1}^{T} x^(k)",),
        lambda x: [v - sum(x) / 2 for v in x],
        Kind(False, None, True),
    ),
    "bidirectional": (
        ("h^(t) = tanh(h^(t-1) + x^(t))", "g^(t) = tanh(g^(t+1) + x^(t))", "o^(t) = h^(t) + g^(t)"),
        lambda x: [a + b for a, b in zip(recursive(x), recursive(x[::-1])[::-1], strict=True)],
        Kind(False, None, True),
    ),
    "weighed by time": (("o^(t) = t x^(t)",), lambda x: [t * at(x, t) for t in times(x)], Kind(True, 0, False)),
    "first": (("o^(t) = x^(1) + x^(t)",), lambda x: [x[0] + v for v in x], Kind(True, None, False)),
    "stretched": (("o^(t) = x^(2 t)",), lambda x: [at(x, 2 * t) for t in times(x)], Kind(False, None, False)),
    "nothing": (("o^(t) = 3",), lambda x: [3.0 for _ in x], Kind(True, 0, True)),
}  # fmt: skip
each_case = pytest.mark.parametrize("name", CASES)


@each_case
def test_dependence_is_what_nudging_shows(name: str) -> None:
    equations, run, _ = CASES[name]
    x = [0.1 * k + 0.3 for k in range(T)]
    expected = torch.zeros(T, T, dtype=torch.bool)
    for s in range(T):
        nudged = run([v + (0.5 if k == s else 0) for k, v in enumerate(x)])
        expected[:, s] = torch.tensor([a != b for a, b in zip(run(x), nudged, strict=True)])
    assert torch.equal(transduction.dependence(transduction.read(*equations), T), expected)


@each_case
def test_kinds(name: str) -> None:
    equations, _, kind = CASES[name]
    found = transduction.classify(transduction.read(*equations))
    assert found == kind
    assert found.algebraic == (kind.memory == 0)


@pytest.mark.parametrize("equation", ["o^(t) = o^(t-1) + x^(t)", "o^(t) = o^(t+1) + x^(t)"])
def test_long_recursions_are_followed(equation: str) -> None:
    table = transduction.dependence(transduction.read(equation), transduction.LONGEST)
    assert int(table.sum()) == transduction.LONGEST * (transduction.LONGEST + 1) // 2


def test_long_windows_are_not_taken_for_endless() -> None:
    assert transduction.classify(transduction.read("o^(t) = x^(t-40)")).memory == 40


@pytest.mark.parametrize(
    ("equations", "message"),
    [
        ((), "equations is empty"),
        (("x^(t-1) + 1",), "no equation of the form"),
        (("o^(t) = x^(t",), "cannot be read"),
        (("o^(t) = o^(t) + x^(t)",), r"o\^\(\d\) depends on itself"),
        (("h^(t) = h^(t-1) + o^(t)", "o^(t) = h^(t) + x^(t)"), "depends on itself"),
        (("o^(t) = x^(t)", "o^(t) = x^(t-1)"), "each sequence has one equation"),
        (("o^(t) = x^(m)",), "m stands in an index"),
        (("o^(t) = x^(t/2)",), "must be a whole number"),
        (("o^(t) = x^(t-100000)",), "too large"),
    ],
    ids=["empty", "form", "unreadable", "loop", "loop of two", "twice", "index", "half", "large"],
)
def test_bad_input_is_named(equations: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        transduction.classify(transduction.read(*equations))


@pytest.mark.parametrize("length", [0, 10_000])
def test_lengths_are_bounded(length: int) -> None:
    with pytest.raises(BadInput, match=f"length is {length}"):
        transduction.dependence(transduction.read("o^(t) = x^(t)"), length)
