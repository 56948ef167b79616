"""A variant worked by its solver: rightly, with each known mistake, with a student's own values; each run made once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, final

from engine.fitness import solver_given
from engine.numbers import sizes
from engine.records import Value, Variant, VariantPart
from solvers.formula.evaluate import key_of
from solvers.formula.parser import parse
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration, Scope, Unreadable
from solvers.registry import find
from solvers.trace import Mistake, Solver, Trace, run


@final
class Workings:
    """The traces of one variant, made when they are first asked for. Without a solver there are none."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant

    @cached_property
    def solver(self) -> Solver | None:
        name = self.variant.question.solver
        found = find(name) if name is not None else None
        return found if isinstance(found, Solver) else None

    @cached_property
    def given(self) -> Mapping[str, Value]:
        """What of the drawn given the solver takes; the rest are sizes and numbers of the text."""
        return {} if self.solver is None else solver_given(self.solver, self.variant.given)

    @cached_property
    def trace(self) -> Trace | None:
        """The right working; None without a solver, or where the given does not fit it."""
        return self._run()

    @cached_property
    def mistakes(self) -> tuple[tuple[Mistake, Trace], ...]:
        """Each known mistake the question looks for, with the working that makes it, where that has a value."""
        wanted, solver = self.variant.question.mistakes, self.solver
        known = solver.mistakes if solver is not None else ()
        looked_for = [mistake for mistake in known if wanted is None or mistake.name in wanted]
        runs = [(mistake, self._run(mistake=mistake.name)) for mistake in looked_for]
        return tuple((mistake, trace) for mistake, trace in runs if trace is not None)

    def carried(self, overrides: Mapping[str, Value]) -> Trace | None:
        """The working with other values in place of steps'; None where it comes to no value."""
        return self._run(overrides=overrides)

    def _run(self, mistake: str | None = None, overrides: Mapping[str, Any] | None = None) -> Trace | None:
        if self.solver is None:
            return None
        try:
            found = run(self.solver, self.given, mistake=mistake, overrides=overrides)
        except EvaluationError:
            return None
        return found if isinstance(found, Trace) else None

    def step_of(self, part: VariantPart) -> str | None:
        """The name of the step that the part asks for, as the trace keeps it."""
        if part.answer is None or self.trace is None:
            return None
        return step_name(self.trace, part.answer)

    def value_in(self, trace: Trace, part: VariantPart) -> Value | None:
        """What the part's key would be by this trace."""
        step = self.step_of(part)
        if step is None or step not in trace.values:
            return None
        value: Value = trace.values[step]
        return sizes(value) if part.kind == "shape" else value


def step_name(trace: Trace, text: str) -> str | None:
    r"""The key of a step written as "h^(2)", "h^{(2)}", "dL/dW" or \frac{\partial L}{\partial W}, or None."""
    if text in trace.values:
        return text
    bases = {name.partition("^(")[0].partition("_(")[0] for name in trace.values}
    scope = Scope().with_names([Declaration(base, None) for base in bases])
    found = parse(text, scope)
    if isinstance(found, Unreadable):
        return None
    try:
        key = key_of(found.node, trace.integers)
    except EvaluationError:
        return None
    return key if key in trace.values else None
