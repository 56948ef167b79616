"""What is wrong with a question beyond its YAML: solver, steps, formulas, mistakes, mathematics, and whether it can
be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.drawing import Holds, draw_given
from engine.fitness import holds, too_often
from engine.near import did_you_mean
from engine.records import Derivation, Problem, Question, Unfit, Value
from engine.variant import make_variant, required
from solvers import registry
from solvers.formula.parser import Parsed, parse
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration, Scope
from solvers.trace import Solver, Trace, run

TRIED = range(5)


def lint_question(question: Question) -> list[Problem]:
    """The problems of one question, at the line where it begins; those of a derivation at the line of the entry."""
    from engine.text_lint import text_problems

    if question.derivation is not None:
        return [*_derivation(question, question.derivation), *text_problems(question)]
    file, _, line = question.origin.rpartition(":")
    found = [Problem(file, int(line), f"{question.id}: {message}") for message in _messages(question)]
    return [*found, *text_problems(question)]


def _derivation(question: Question, said: Derivation) -> Iterator[Problem]:
    """What cannot be read in a derivation question, or where its model solution does not hold or not reach the goal."""
    from engine.derivation.goals import (
        Flaw,
        judged,
        read_derivation,
    )  # numpy comes with it: 12 times the start of Python

    file = question.origin.rpartition(":")[0]
    asked = read_derivation(said)
    if isinstance(asked, Flaw):
        yield Problem(file, said.line(asked.entry), f"{question.id}: {asked.message}")
        return
    report, first = judged(asked, said.solution), said.line("solution")
    bad = [step for step in report.steps if step.verdict != "valid"]
    for step in bad:
        where = f"line {step.line} of the model solution is {step.verdict}"
        yield Problem(file, first + step.line - 1, f"{question.id}: {where}: {step.evidence}")
    if not bad and report.goal is not None and not report.goal.reached:
        line = first + (report.goal.line or 1) - 1
        yield Problem(file, line, f"{question.id}: the model solution does not reach the goal: {report.goal.reason}")


def _messages(question: Question) -> Iterator[str]:
    formulas = list(_formulas(question))
    found = [*formulas, *_solver(question, _anything if formulas else required)]
    yield from found
    if not found:
        yield from _variants(question)


def _anything(formula: str, given: Mapping[str, Value]) -> bool:
    """Requires nothing: what is drawn while the formulas themselves are wrong."""
    return True


def _formulas(question: Question) -> Iterator[str]:
    drawn = [draw_given(question, seed, 0, _anything) for seed in TRIED]
    givens = [given for given in drawn if not isinstance(given, str)]
    for formula in question.require:
        parsed = parse(formula, Scope().with_names([Declaration(rule.name, None) for rule in question.given]))
        if not isinstance(parsed, Parsed):
            yield f"the formula `{formula}` cannot be read: {parsed}"
            continue
        failures = [said for said in (_no_value(formula, given) for given in givens) if said]
        if failures and len(failures) == len(givens):
            yield f"the formula `{formula}` cannot be computed: {failures[0]}"


def _no_value(formula: str, given: Mapping[str, Value]) -> str:
    """Why a formula has no value for a given; nothing if it has one."""
    try:
        holds(formula, given, {}, PLAIN)
    except (EvaluationError, ValueError) as error:
        return str(error)
    return ""


def _conditions(question: Question, values: Mapping[str, Value], integers: Mapping[str, int]) -> Iterator[str]:
    """Options decided by a formula that cannot be read or computed over the trace."""
    for part in question.parts:
        for option in part.options:
            try:
                holds(option.holds, values, integers, PLAIN)
            except (EvaluationError, ValueError) as error:
                yield f"part {part.name}: the condition `{option.holds}` cannot be computed: {error}"


def _solver(question: Question, needed: Holds) -> Iterator[str]:
    if question.solver is None:
        return
    solver = registry.find(question.solver)
    if isinstance(solver, str):
        yield solver
        return
    names = [mistake.name for mistake in solver.mistakes]
    for name in question.mistakes or ():
        if name not in names:
            yield f"{solver.name} knows no mistake `{name}`: {did_you_mean(name, names)}"
    given = next((g for g in (draw_given(question, s, 0, needed) for s in range(50)) if not isinstance(g, str)), None)
    if given is None:
        yield "`require` refused 50 draws of 50: no variant can be drawn"
        return
    yield from _steps(question, solver, given)


def _steps(question: Question, solver: Solver, given: Mapping[str, Value]) -> Iterator[str]:
    takes = [declaration.name for declaration in solver.given]
    missing = [name for name in takes if name not in given]
    if missing:
        yield f"{solver.name} takes {', '.join(takes)}; `given` has no {', '.join(missing)}"
        return
    often = too_often(solver, given)
    if often:
        yield f"{solver.name} does not take what is drawn: {often}"
        return
    try:
        trace = run(solver, {name: given[name] for name in takes}, PLAIN)
    except EvaluationError as error:
        yield f"{solver.name} has no value for a drawn given: {error}"
        return
    if not isinstance(trace, Trace):
        yield f"{solver.name} does not take what is drawn: {'; '.join(trace)}"
        return
    steps = [step.name for step in trace.steps]
    for part in question.parts:
        if part.answer is not None and part.answer not in trace.values:
            yield f"part {part.name}: {solver.name} has no step `{part.answer}`: {did_you_mean(part.answer, steps)}"
    yield from _conditions(question, trace.values, trace.integers)


def _variants(question: Question) -> Iterator[str]:
    for seed in TRIED:
        made = make_variant(question, seed)
        if isinstance(made, Unfit):
            reasons = "; ".join(f"{why} ({count} draws)" for why, count in made.reasons.items())
            yield f"no fit variant at seed {seed}: {reasons}"
            return
