"""Solvers and their traces: a problem worked step by step in formulas. The value comes from the formula that is
printed.

A solver is a function of a Tracer and of the whole numbers it needs in Python (sizes, times): everything else lives
in the
formulas, so that the same text runs on one instance (plain numbers, or exactly over sympy) and on thousands (numpy,
torch).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from solvers.formula.bind import bind_given
from solvers.formula.declare import declared
from solvers.formula.evaluate import Env, evaluate, key_of
from solvers.formula.nodes import Big, Chain, Derivative, Index, Member, Name, Node, children
from solvers.formula.parser import read
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.table import EvaluationError, Table
from solvers.formula.tokens import Declaration, Scope

Route = Callable[[Mapping[str, Any], Mapping[str, int]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake: its name, and one sentence that tells a student what was done."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the equation it was computed by, what it read, its value. `mistakes` are wrong right-hand sides."""

    name: str
    equation: Chain | None
    left: Node
    value: Any
    reads: tuple[str, ...]
    integers: Mapping[str, int]
    mistakes: Mapping[str, Node]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps a solver took, in order, and the values of everything by name."""

    steps: tuple[Step, ...]
    values: Mapping[str, Any]
    integers: Mapping[str, int]

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def upstream(self, name: str) -> frozenset[str]:
        """Every name that the step `name` depends on, itself included."""
        found: set[str] = set()
        todo = [name]
        reads = {step.name: step.reads for step in self.steps}
        while todo:
            current = todo.pop()
            if current not in found:
                found.add(current)
                todo.extend(reads.get(current, ()))
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Solver:
    """A named way to work a problem. `wholes` are the whole numbers its Python asks for, beyond the formulas."""

    name: str
    function: Callable[..., None]
    given: tuple[Declaration, ...]
    mistakes: tuple[Mistake, ...]
    notes: str
    exact: bool
    wholes: tuple[str, ...]
    declarations: tuple[str, ...] = ()
    routes: list[tuple[str, Route]] = field(default_factory=list)

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.function) or ""

    def second_route(self, name: str) -> Callable[[Route], Route]:
        """Registers the independent route: batched torch tensors of the given -> tensors by step name."""

        def register(route: Route) -> Route:
            self.routes.append((name, route))
            return route

        return register


def solver(
    *given: str, notes: str, mistakes: Mapping[str, str] | None = None, exact: bool = True
) -> Callable[[Callable[..., None]], Solver]:
    """Makes a solver of a function; `given` are declarations, `mistakes` maps names to sentences for the student."""

    def make(function: Callable[..., None]) -> Solver:
        topic = function.__module__.rpartition(".")[2]
        wholes = tuple(inspect.signature(function).parameters)[1:]
        known = tuple(Mistake(name, says) for name, says in (mistakes or {}).items())
        return Solver(f"{topic}.{function.__name__}", function, declared(*given), known, notes, exact, wholes, given)

    return make


_PARSED: dict[tuple[str, str, str], Node] = {}  # what is read depends on the names known by then


class Tracer:
    """What a solver writes its steps to: it evaluates, applies the mistake or overrides asked for, and remembers."""

    def __init__(
        self, solver: Solver, env: Env, mistake: str | None = None, overrides: Mapping[str, Any] | None = None
    ) -> None:
        self._solver, self._mistake, self._overrides = solver.name, mistake, overrides or {}
        self._table, self._integers = env.table, dict(env.integers)
        self._values = dict(env.values)
        self._given = frozenset(env.values)
        self._scope = Scope().with_names(solver.given)
        self._known = ""
        self._steps: list[Step] = []

    def step(self, equation: str, *, mistakes: Mapping[str, str] | None = None, note: str = "", **indices: int) -> Any:
        """Computes "left = right" and keeps it under the left side's name; `indices` are the times and counters in it.

        A mistake is a wrong right-hand side. Raises EvaluationError where the right-hand side has no value.
        """
        chain = self._read(equation)
        assert isinstance(chain, Chain), equation
        left, right = chain.sides
        wrong = {name: self._read(text) for name, text in (mistakes or {}).items()}
        integers = {**self._integers, **indices}
        used = wrong.get(self._mistake or "", right)
        value = evaluate(used, Env(self._table, self._values, integers))
        return self._keep(left, chain, value, _reads(right, integers, self._values), integers, wrong, note)

    def let(self, left: str, value: Any, *, note: str = "", **indices: int) -> Any:
        """Keeps a plain Python value (a start value, a constant) under the name written as `left`."""
        integers = {**self._integers, **indices}
        return self._keep(self._read(left), None, self._table.value(value), (), integers, {}, note)

    def _keep(
        self, left: Node, chain: Chain | None, value: Any, reads: tuple[str, ...], integers: Mapping[str, int],
        wrong: Mapping[str, Node], note: str,
    ) -> Any:  # fmt: skip
        name = key_of(left, integers)
        if name is None:
            raise ValueError("the left side of a step must be a name")
        value = self._overrides.get(name, value)
        self._values[name] = value
        base = left
        while isinstance(base, (Member, Index)):
            base = base.base
        if isinstance(base, Name) and base.text not in self._scope.names:
            self._scope = self._scope.with_names([Declaration(base.text, None)])
            self._known += f" {base.text}"
        frozen = MappingProxyType(dict(integers))
        self._steps.append(Step(name, chain, left, value, reads, frozen, MappingProxyType(dict(wrong)), note))
        return value

    def _read(self, text: str) -> Node:
        key = (self._solver, text, self._known)
        if key not in _PARSED:
            _PARSED[key] = read(text, self._scope, latex=True)
        return _PARSED[key]

    def finish(self) -> Trace:
        """The trace; raises ValueError if a value was put in place of a step that was never taken."""
        unknown = self._overrides.keys() - {step.name for step in self._steps}
        if unknown:
            raise ValueError(f"{self._solver} has no step {', '.join(sorted(unknown))}")
        return Trace(tuple(self._steps), MappingProxyType(self._values), MappingProxyType(self._integers))


def _reads(right: Node, integers: Mapping[str, int], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The names a right-hand side reads. Under a bound index every known member of the family counts as read."""
    found: dict[str, None] = {}

    def visit(node: Node, free: Mapping[str, int], bound: frozenset[str]) -> None:
        if isinstance(node, Big):
            bound = bound | {binder.name.text for binder in node.binders}
            free = {name: value for name, value in free.items() if name not in bound}
        keys: list[str] = []
        if isinstance(node, (Name, Member, Derivative, Index)) and not (isinstance(node, Name) and node.text in bound):
            keys = _keys(node, free, values)
        found.update(dict.fromkeys(keys))
        if not keys:  # the L inside dL/dW is not read: what has a value of its own is not looked into
            for child in children(node):
                visit(child, free, bound)

    visit(right, integers, frozenset())
    return tuple(found)


def _keys(
    node: Name | Member | Derivative | Index, integers: Mapping[str, int], values: Mapping[str, Any]
) -> list[str]:
    try:
        key = key_of(node, integers)
    except EvaluationError:  # an index bound by a sum: everything of that family may be read
        pattern = _family_pattern(node)
        return [name for name in values if pattern.fullmatch(name)]
    return [key] if key is not None and key in values else []


def _family_pattern(node: Node) -> re.Pattern[str]:
    """What the names of a family's members look like, whatever the index."""
    if isinstance(node, Member):
        return re.compile(_family_pattern(node.base).pattern + r"\^\([-0-9,]+\)")
    if isinstance(node, Index):
        return re.compile(_family_pattern(node.base).pattern + r"(_\([-0-9,]+\))?")
    if isinstance(node, Derivative):
        below = "".join("d" + _family_pattern(variable).pattern for variable in node.by)
        return re.compile(r"d(\^\d)?" + _family_pattern(node.of).pattern + "/" + below)
    return re.compile(re.escape(node.text) if isinstance(node, Name) else r"(?!)")


def bind(solver: Solver, given: Mapping[str, Any], table: Table) -> Env | list[str]:
    """Checks the given against the solver's declarations and spreads families; sizes become whole numbers.

    `given` holds table values (families along the first axis). Problems are sentences that begin with the key.
    """
    return bind_given(solver.name, solver.given, solver.wholes, given, table)


def run(
    solver: Solver,
    given: Mapping[str, Any],
    table: Table = PLAIN,
    mistake: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Trace | list[str]:
    """Works the problem. `given` holds plain values, or arrays of the table; a list of sentences says what does not
    fit.

    `mistake` runs every step that has it with the wrong formula; `overrides` puts other values in place of steps'.
    Raises EvaluationError where a formula has no value for this given.
    """
    env = bind(solver, {name: table.value(value) for name, value in given.items()}, table)
    if isinstance(env, list):
        return env
    tracer = Tracer(solver, env, mistake, overrides)
    if mistake is not None and mistake not in {known.name for known in solver.mistakes}:
        raise ValueError(f"{solver.name} knows no mistake {mistake!r}")
    solver.function(tracer, **{name: env.integers[name] for name in solver.wholes})
    return tracer.finish()
