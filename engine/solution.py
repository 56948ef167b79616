"""A trace -> a worked solution: each step's formula, the same with the numbers put in, and its value, as LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.numbers import PLACES, latex_value
from engine.put_in import with_indices, with_numbers
from engine.records import SolutionStep, Variant
from engine.workings import Workings
from solvers.formula.evaluate import Env
from solvers.formula.nodes import Chain
from solvers.formula.tables.nested import PLAIN
from solvers.formula.to_latex import to_latex
from solvers.trace import Step, Trace, bind


def worked_solution(variant: Variant) -> tuple[SolutionStep, ...]:
    """The steps that lead to the parts asked, in order; () without a solver, or where it comes to no value."""
    work = Workings(variant)
    if work.trace is None or work.solver is None:
        return ()
    asked = [step for part in variant.parts if (step := work.step_of(part)) is not None]
    needed = frozenset[str]().union(*(work.trace.upstream(step) for step in asked)) if asked else None
    env = bind(work.solver, {name: PLAIN.value(value) for name, value in work.given.items()}, PLAIN)
    return solution_of(work.trace, needed=needed, start=env.values if isinstance(env, Env) else {})


def solution_of(
    trace: Trace, places: int = PLACES, needed: frozenset[str] | None = None, start: Mapping[str, Any] | None = None
) -> tuple[SolutionStep, ...]:
    """The steps of a trace over plain numbers, of those named in `needed` (None: all), rounded to `places` decimals.

    `start` holds what was known before the first step; it is needed only where a step changes a given (w = w + ...).
    """
    assigned = {step.name for step in trace.steps}
    known = {name: value for name, value in trace.values.items() if name not in assigned} | dict(start or {})
    return tuple(_steps(trace, places, needed, known))


def _steps(trace: Trace, places: int, needed: frozenset[str] | None, known: dict[str, Any]) -> Iterator[SolutionStep]:
    for step in trace.steps:
        if needed is None or step.name in needed:
            yield _step(step, places, known)
        known = {**known, step.name: step.value}


def _step(step: Step, places: int, known: Mapping[str, Any]) -> SolutionStep:
    value = latex_value(step.value, places)
    left = with_indices(step.left, step.integers)
    if step.equation is None:
        return SolutionStep(step.name, to_latex(left), "", value, step.note)
    right = step.equation.sides[1]
    formula = to_latex(Chain((left, with_indices(right, step.integers)), ("=",)))
    numbers = to_latex(with_numbers(right, Env(PLAIN, known, step.integers), places))
    return SolutionStep(step.name, formula, "" if numbers == value else numbers, value, step.note)
