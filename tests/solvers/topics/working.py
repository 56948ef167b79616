"""A solver at work in a test: its trace, and how far its second route is from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solvers.certify import disagreement, second_values
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.nested import PLAIN
from solvers.trace import Solver, Trace, run


def worked(solver: Solver, given: Mapping[str, Any], mistake: str | None = None, table: Any = PLAIN) -> Trace:
    """The trace, for a given that the solver must be able to work."""
    trace = run(solver, given, table, mistake=mistake)
    assert isinstance(trace, Trace), trace
    return trace


def apart(solver: Solver, given: Mapping[str, Any]) -> dict[str, float]:
    """Each step that the second route has a value of -> the largest disagreement over a batch, instance axis first."""
    trace = worked(solver, given, table=numpy_table())
    second = second_values(solver, given, trace.integers)
    return {step: float(disagreement(trace.values[step], value).max()) for step, value in second.items()}
