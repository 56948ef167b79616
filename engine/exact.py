"""The exact form of a trace's values: rationals as they are, the rest over sympy where the solver says it makes
sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.records import Value
from solvers import worker
from solvers.certify import is_rational, written
from solvers.registry import find
from solvers.trace import Solver, Trace, run

SECONDS = 20  # for the symbolic working; a form that takes longer is not one that a person reads


def values_and_exact(name: str, given: Mapping[str, Value]) -> dict[str, tuple[Any, Any]]:
    """For each step of a solver: its value, and its exact form as text (nested lists of texts), or None.

    From numbers that are rounded already (floats) nothing follows exactly but what is rational.
    """
    solver = find(name)
    assert isinstance(solver, Solver), solver
    trace = run(solver, given)
    assert isinstance(trace, Trace), trace
    rational = all(is_rational(step.value) for step in trace.steps)
    usable = solver.exact and not rational and all(map(is_rational, given.values()))
    symbolic = _symbolic(name, given) if usable else {}
    return {step.name: (step.value, _exact(step.value, symbolic.get(step.name))) for step in trace.steps}


def _symbolic(name: str, given: Mapping[str, Value]) -> Mapping[str, Any]:
    """The exact forms from a process of its own, which can be stopped; none where it had to be."""
    found = worker.call("exact", [name, {key: written(value) for key, value in given.items()}], SECONDS)
    return {} if isinstance(found, worker.WorkerFailed) else dict(found)


def _exact(value: Value, symbolic: Any) -> Any:
    return written(value) if is_rational(value) else symbolic
