"""Variants made by hand over the solvers of back-propagation through time, for the tests of grading."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.records import Option, Question, Value, Variant, VariantPart
from solvers.formula.tables.nested import PLAIN
from solvers.registry import find
from solvers.trace import Solver, Trace, run

GIVEN: dict[str, Value] = {
    "U": ((Fraction(1, 2), Fraction(-1, 4)), (Fraction(1, 4), Fraction(3, 4))),
    "W": ((Fraction(1, 4), Fraction(1, 2)), (Fraction(-1, 2), Fraction(1, 4))),
    "V": ((1, Fraction(-1, 2)),),
    "b": (Fraction(1, 4), 0),
    "c": 1,
    "x": ((1, 2), (-1, 1), (2, Fraction(1, 2))),
    "y": (1, -1, 1),
}


def worked(name: str = "bptt.gradients", **changes: Any) -> Trace:
    """The right working over GIVEN."""
    solver = find(name)
    assert isinstance(solver, Solver)
    trace = run(solver, GIVEN, PLAIN, **changes)
    assert isinstance(trace, Trace)
    return trace


def part(
    name: str, kind: str, answer: str | None = None, key: Value | None = None, places: int | None = None,
    by_element: bool = False, points: int = 2, **more: Any,
) -> VariantPart:  # fmt: skip
    """A part that asks for a step of the trace; its key is what the solver gives."""
    value = key if key is not None else worked().values[answer or ""]
    return VariantPart(name, "?", kind, Fraction(points), value, answer, places, by_element, **more)


def variant(
    *parts: VariantPart, solver: str | None = "bptt.gradients", mistakes: tuple[str, ...] | None = None
) -> Variant:
    question = Question(
        "bptt/by-hand", "bptt", "By hand", "12.1", 4, 20, ("bptt",), "Text.", (), "bptt.yaml:1", "0", solver,
        mistakes=mistakes,
    )  # fmt: skip
    return Variant(question, 0, GIVEN if solver else {}, "Text.", parts)


def options(*holds: bool) -> tuple[Option, ...]:
    """Options that hold or do not, with reasons."""
    return tuple(Option(f"Option {i}", h, f"Reason {i}.") for i, h in enumerate(holds, start=1))
