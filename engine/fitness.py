"""Works a question's given, and says what would make it unfit to ask. One text for one instance and for thousands.

Everything here goes through a number table: with PLAIN a truth is 0 or 1, with numpy it is an array over instances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from engine.records import Part, Question
from solvers import registry
from solvers.formula.evaluate import Env, evaluate, truth
from solvers.formula.parser import read
from solvers.formula.tables.table import EvaluationError, Table
from solvers.formula.tokens import Declaration, Scope
from solvers.trace import Solver, Trace, run

LARGEST = 10**6
MOST_TIMES = 1000  # of a number that says how often a solver's Python does something: epochs, sizes
APART = 10  # tolerances between a key and a mistake's value
_SLACK = 1.0000001  # so that a distance of exactly ten tolerances falls on one side in every arithmetic


@dataclass(frozen=True, slots=True)
class Worked:
    """A question worked on a given: the trace, the key of each part, which options hold, and what is unfit.

    `formulas` has, for each expression part, the value of its formula. `holds` has, for each choice part, the truth of
    every option. `faults` are reasons with the truth that they apply.
    """

    trace: Trace
    keys: Mapping[str, Any]
    formulas: Mapping[str, Any]
    holds: Mapping[str, tuple[Any, ...]]
    faults: tuple[tuple[str, Any], ...]


def solver_of(question: Question) -> Solver | None:
    """The question's solver; raises LookupError, with a sentence, if the bank names one that does not exist."""
    if question.solver is None:
        return None
    found = registry.find(question.solver)
    if isinstance(found, str):
        raise LookupError(f"{question.origin}: {found}")
    return found


def solver_given(solver: Solver, given: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a drawn given that the solver takes (the rest are sizes and numbers of the text)."""
    known = {declaration.name for declaration in solver.given}
    return {name: value for name, value in given.items() if name in known}


def too_often(solver: Solver, given: Mapping[str, Any]) -> str:
    """Why a solver would not come to an end soon: the first of its counts that is too large; nothing if none is."""
    for name in solver.wholes:
        value = given.get(name, 0)
        while getattr(value, "ndim", 0):  # arrays over instances, all of which have the same counts
            value = value[0]
        if value > MOST_TIMES:
            return f"{name}: expected at most {MOST_TIMES}, found {value}"
    return ""


def tolerance(part: Part) -> float:
    """How far from the key a number may be: one unit in the last place asked; nothing where no places are asked."""
    return 0.0 if part.places is None else 10.0**-part.places


def work(question: Question, given: Mapping[str, Any], table: Table, fit: bool = False) -> Worked | str:
    """Runs the solver, its relevant mistakes and the options; a sentence where the given has no worked answer.

    `fit`: a certificate says that this given is fit, so nothing is looked for (no mistakes are run).
    """
    solver = solver_of(question)
    if solver is None:
        return Worked(Trace((), {}, {}), {}, {}, dict(_options(question, given, {}, table)), ())
    often = too_often(solver, given)
    if often:
        return often
    try:
        trace = run(solver, solver_given(solver, given), table)
        if isinstance(trace, list):
            return "; ".join(trace)
        keys = {part.name: trace.values[part.answer or ""] for part in _keyed(question)}
        formulas = dict(_formulas(question, solver, trace, table))
        holds = dict(_options(question, {**trace.values}, trace.integers, table))
    except EvaluationError as error:
        return str(error)
    except KeyError as error:
        return f"{question.solver} has no step named {error}"
    if fit:
        return Worked(trace, keys, formulas, holds, ())
    faults = (
        *_unequal(keys, formulas, table),
        *_degenerate(question, keys, table),
        *_confusable(question, solver, given, trace, table),
    )
    return Worked(trace, keys, formulas, holds, faults)


def _keyed(question: Question) -> list[Part]:
    return [part for part in question.parts if part.answer is not None]


def symbols_scope(solver: Solver) -> Scope:
    """The scope of formulas in a solver's own symbols."""
    return Scope().with_names(solver.given)


def _formulas(question: Question, solver: Solver, trace: Trace, table: Table) -> Iterator[tuple[str, Any]]:
    """The value of each expression part's formula, in the given's symbols alone."""
    steps = {step.name for step in trace.steps}
    given = {name: value for name, value in trace.values.items() if name not in steps}
    for part in question.parts:
        if part.formula:
            node = read(part.formula, symbols_scope(solver))
            yield part.name, evaluate(node, Env(table, given, trace.integers))


def _options(
    question: Question, values: Mapping[str, Any], integers: Mapping[str, int], table: Table
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for part in question.parts:
        if part.options:
            yield part.name, tuple(holds(option.holds, values, integers, table) for option in part.options)


def holds(condition: bool | str, values: Mapping[str, Any], integers: Mapping[str, int], table: Table) -> Any:
    """The truth (0 or 1) of an option's condition, or of a bank's requirement, under some values."""
    if isinstance(condition, bool):
        return table.number(Fraction(int(condition)))
    whole = {name: size for name, size in integers.items() if name not in values}
    return truth(read(condition, scope_of(values, table)), Env(table, values, whole))


def scope_of(values: Mapping[str, Any], table: Table) -> Scope:
    """The scope in which a bank's formulas over these values are read."""
    from solvers.formula.nodes import Num

    def declared(key: str, value: Any) -> Declaration:
        name, _, member = key.partition("^(")
        family = (("t", Num("0"), Num("0")),) if member else ()
        return Declaration(name, tuple(Num(str(n)) for n in table.shape(value)), family)

    return Scope().with_names(declared(key, value) for key, value in values.items())


def _unequal(keys: Mapping[str, Any], formulas: Mapping[str, Any], table: Table) -> Iterator[tuple[str, Any]]:
    """An expression part whose formula does not give the value of its step."""
    for name, value in formulas.items():
        if table.shape(value) != table.shape(keys[name]):
            yield f"part {name}: the formula has another shape than the step", table.number(Fraction(1))
            continue
        gap = _largest_entry(table, table.lift("sub", value, keys[name]))
        allowed = table.lift("mul", table.number(Fraction(1, 10**9)), table.lift("max", table.number(Fraction(1)), gap))
        yield f"part {name}: the formula does not give the step", table.lift(">", gap, allowed)


def _largest_entry(table: Table, value: Any) -> Any:
    shape = table.shape(value)
    size = 1
    for length in shape:
        size *= length
    flat = table.reshape(value, (size,))
    largest = table.lift("abs", table.pick(flat, (0,)))
    for place in range(1, size):
        largest = table.lift("max", largest, table.lift("abs", table.pick(flat, (place,))))
    return largest


def _degenerate(question: Question, keys: Mapping[str, Any], table: Table) -> Iterator[tuple[str, Any]]:
    zero = table.number(Fraction(0))
    for part in _keyed(question):
        largest = _largest_entry(table, keys[part.name])
        if part.kind in {"vector", "matrix"}:
            yield f"part {part.name}: all entries are zero", table.lift("=", largest, zero)
        yield f"part {part.name}: a number above {LARGEST}", table.lift(">", largest, table.number(Fraction(LARGEST)))
        if part.places is not None:
            for near in (0, 1, -1):
                yield f"part {part.name}: rounds to {near}", _rounds_to(near, keys[part.name], part.places, table)


def _rounds_to(near: int, value: Any, places: int, table: Table) -> Any:
    """Whether some entry is not `near`, but cannot be told from it at the places asked: zero, or saturated."""
    half = table.number(Fraction(1, 2 * 10**places))
    gap = table.lift("abs", table.lift("sub", value, table.number(Fraction(near))))
    noise = table.number(Fraction(1, 10**12))
    close = table.lift("mul", table.lift("<", gap, half), table.lift(">", gap, noise))
    return _largest_entry(table, close)


def relevant_mistakes(question: Question, solver: Solver, trace: Trace) -> dict[str, tuple[Part, ...]]:
    """The mistakes that can reach an asked part, each with the parts it reaches, by the trace's dependencies."""
    reach: dict[str, tuple[Part, ...]] = {}
    upstream = {part.name: trace.upstream(part.answer or "") for part in _keyed(question)}
    for mistake in solver.mistakes:
        if question.mistakes is not None and mistake.name not in question.mistakes:
            continue
        places = {step.name for step in trace.steps if mistake.name in step.mistakes}
        parts = tuple(part for part in _keyed(question) if places & upstream[part.name])
        if parts:
            reach[mistake.name] = parts
    return reach


def _confusable(
    question: Question, solver: Solver, given: Mapping[str, Any], trace: Trace, table: Table
) -> Iterator[tuple[str, Any]]:
    """Mistakes that give the key, or the value of another mistake, within ten tolerances."""
    reach = relevant_mistakes(question, solver, trace)
    wrong: dict[str, Trace] = {}
    for name, parts in reach.items():
        mistaken = _mistaken(solver, given, table, name)
        if mistaken is None:  # the wrong formula has no value here: nobody can answer with it
            continue
        wrong[name] = mistaken
        for part in parts:
            close = _close(part, trace, mistaken, table)
            if close is not None:
                yield f"part {part.name}: the mistake {name} gives the key", close
    for (one, first), (two, second) in combinations(wrong.items(), 2):
        shared = [part for part in reach[one] if part in reach[two]]
        if len(shared) < max(len(reach[one]), len(reach[two])):
            continue  # they differ in a part that only one of them reaches
        same = table.number(Fraction(1))
        for part in shared:
            close = _close(part, first, second, table)
            same = table.lift("mul", same, table.number(Fraction(0)) if close is None else close)
        yield f"the mistakes {one} and {two} give the same", same


def _mistaken(solver: Solver, given: Mapping[str, Any], table: Table, mistake: str) -> Trace | None:
    try:
        trace = run(solver, solver_given(solver, given), table, mistake=mistake)
    except EvaluationError:
        return None
    return None if isinstance(trace, list) else trace


def _close(part: Part, one: Trace, two: Trace, table: Table) -> Any | None:
    """Whether two traces give the same answer to a part, within ten tolerances; None if their shapes differ."""
    a, b = one.values.get(part.answer or ""), two.values.get(part.answer or "")
    if a is None or b is None or table.shape(a) != table.shape(b):
        return None
    gap = _largest_entry(table, table.lift("sub", a, b))
    allowed = max(APART * tolerance(part), 1e-9) * _SLACK
    return table.lift("<=", gap, table.number(Fraction(allowed)))
