"""The exact form of a trace's values: rationals as they are, the rest over sympy where the solver says it makes
sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from engine.records import Value
from solvers.registry import find
from solvers.trace import Solver, Trace, run


def values_and_exact(name: str, given: Mapping[str, Value]) -> dict[str, tuple[Any, Any]]:
    """For each step of a solver: its value, and its exact form as text (nested lists of texts), or None."""
    solver = find(name)
    assert isinstance(solver, Solver), solver
    trace = run(solver, given)
    assert isinstance(trace, Trace), trace
    symbolic = _symbolic(solver, given) if solver.exact and not all(_rational(s.value) for s in trace.steps) else {}
    return {step.name: (step.value, _exact(step.value, symbolic.get(step.name))) for step in trace.steps}


def _symbolic(solver: Solver, given: Mapping[str, Value]) -> Mapping[str, Any]:
    from solvers.formula.tables.arrays import sympy_table  # sympy: 23 times the start of Python

    trace = run(solver, given, sympy_table())
    return trace.values if isinstance(trace, Trace) else {}


def _rational(value: Value) -> bool:
    return all(map(_rational, value)) if isinstance(value, tuple) else isinstance(value, (int, Fraction))


def _exact(value: Value, symbolic: Any) -> Any:
    if _rational(value):
        return _text(value)
    return None if symbolic is None else _text(symbolic)


def _text(value: Any) -> Any:
    return [_text(entry) for entry in value] if isinstance(value, tuple) else str(value)
