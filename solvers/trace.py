"""Solvers and their traces: a problem worked step by step in formulas. The value comes from the formula that is
printed.

A solver is a function of a Tracer and of the whole numbers it needs in Python (sizes, times): everything else lives
in the
formulas, so that the same text runs on one instance (plain numbers, or exactly over sympy) and on thousands (numpy,
torch).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from solvers.formula.declare import declared
from solvers.formula.evaluate import Env, evaluate, key_of, whole
from solvers.formula.nodes import Chain, Derivative, Index, Member, Name, Node, children
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


_PARSED: dict[tuple[str, str], Node] = {}


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
        frozen = MappingProxyType(dict(integers))
        self._steps.append(Step(name, chain, left, value, reads, frozen, MappingProxyType(dict(wrong)), note))
        return value

    def _read(self, text: str) -> Node:
        key = (self._solver, text)
        if key not in _PARSED:
            _PARSED[key] = read(text, self._scope, latex=True)
        return _PARSED[key]

    def finish(self) -> Trace:
        return Trace(tuple(self._steps), MappingProxyType(self._values), MappingProxyType(self._integers))


def _reads(right: Node, integers: Mapping[str, int], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The names a right-hand side reads. Under a bound index every known member of the family counts as read."""
    found: dict[str, None] = {}
    todo: list[Node] = [right]
    while todo:
        node = todo.pop(0)
        keys = _keys(node, integers, values) if isinstance(node, (Name, Member, Derivative, Index)) else []
        found |= dict.fromkeys(keys)
        if not keys:  # the L inside dL/dW is not read: what has a value of its own is not looked into
            todo.extend(children(node))
    return tuple(found)


def _keys(node: Node, integers: Mapping[str, int], values: Mapping[str, Any]) -> list[str]:
    try:
        key = key_of(node, integers)
    except EvaluationError:
        # an index bound by a sum: everything of that family may be read
        base = key_of(node.base, integers) if isinstance(node, (Member, Index)) else None
        return [name for name in values if base and name.startswith((f"{base}^(", f"{base}_("))]
    return [key] if key is not None and key in values else []


def bind(solver: Solver, given: Mapping[str, Any], table: Table) -> Env | list[str]:
    """Checks the given against the solver's declarations and spreads families; sizes become whole numbers.

    `given` holds table values (families along the first axis). Problems are sentences that name the key.
    """
    known = {d.name for d in solver.given}
    problems = [
        f"{name}: not a given of {solver.name}; it takes {', '.join(sorted(known))}"
        for name in given
        if name not in known
    ]
    problems += [f"{name}: missing" for name in sorted(known - given.keys())]
    if problems:
        return problems
    integers: dict[str, int] = {}
    for declaration in solver.given:
        problems += _bind_sizes(declaration, table.shape(given[declaration.name]), integers)
    if problems:
        return problems
    values: dict[str, Any] = {}
    for declaration in solver.given:
        _spread(declaration, given[declaration.name], table, integers, values)
    for name in solver.wholes:
        if name not in integers:
            integers[name] = _whole_given(given[name])
    return Env(table, values, integers)


def _whole_given(value: Any) -> int:
    while hasattr(value, "ndim") and value.ndim:
        value = value[0]
    return int(value)


def _bind_sizes(declaration: Declaration, shape: tuple[int, ...], integers: dict[str, int]) -> list[str]:
    """Binds the size names of one declaration to the shape found, or says what does not fit."""
    expected: list[Node] = [high for _, _, high in declaration.family] + list(declaration.shape or ())
    if len(shape) != len(expected):
        return [f"{declaration.name}: expected {_dimensions(expected, integers)}, found {_found(shape)}"]
    for node, size in zip(expected, shape, strict=True):
        if isinstance(node, Name) and node.text not in integers:
            integers[node.text] = size
        elif whole(node, integers) != size:
            return [f"{declaration.name}: expected {_dimensions(expected, integers)}, found {_found(shape)}"]
    return []


def _dimensions(expected: list[Node], integers: Mapping[str, int]) -> str:
    from solvers.formula.to_plain import to_plain

    if not expected:
        return "a number"
    sizes = [to_plain(node) for node in expected]
    known = {s: integers[s] for s in sizes if s in integers}
    note = f" ({', '.join(f'{k} = {v}' for k, v in known.items())})" if known else ""
    return "×".join(sizes) + note


def _found(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape) if shape else "a number"


def _spread(
    declaration: Declaration, value: Any, table: Table, integers: Mapping[str, int], values: dict[str, Any]
) -> None:
    if not declaration.family:
        values[declaration.name] = _collapsed(value, table)
        return
    low = whole(declaration.family[0][1], integers)
    for place in range(table.shape(value)[0]):
        values[f"{declaration.name}^({low + place})"] = _collapsed(table.pick(value, (place,)), table)


def _collapsed(value: Any, table: Table) -> Any:
    """A vector or matrix of one entry is a number, as in every result (see `evaluate`)."""
    shape = table.shape(value)
    return table.reshape(value, ()) if shape and all(size == 1 for size in shape) else value


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
    solver.function(tracer, **{name: env.integers[name] for name in solver.wholes})
    return tracer.finish()
