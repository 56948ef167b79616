"""Means over names of which a mean and a variance may be said, and no more; over families and vectors of them.

What holds for every law holds for one that nobody has seen (see `draws.py`). All values are computed at once, each
of the numbers that are drawn along an axis of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, final

from solvers.formula.draws import Atoms, Draws, Entry, any_member, apart, base_of
from solvers.formula.env import MAX_INSTANCES, Env
from solvers.formula.integration import has_steps
from solvers.formula.nodes import Big, Call, Name, Node, names
from solvers.formula.product_entries import by_entries
from solvers.formula.quadrature import OF_STEPS, agreed, close, of_floats, polynomial, primal
from solvers.formula.sums import law_of
from solvers.formula.tables.table import Deeper, EvaluationError, Open, Table
from solvers.formula.tokens import Declaration

WORK = 100  # steps that a mean is worth: it takes the time of so many operations


@dataclass(frozen=True, slots=True)
class _Axis:
    """One u with its values along an axis: the table there, how values come into it, its points and their weights."""

    deeper: Deeper
    points: Any
    weights: Any
    count: int


def joint_mean(node: Big, env: Env) -> Any:
    """The mean of a formula over all the names that it binds, as they are declared."""
    if env.budget is not None:
        env.budget.spend(WORK)
    random = {b.name.text: env.declared[b.name.text] for b in node.binders}
    node = replace(node, body=by_entries(node.body, env))
    traced = _Traced(env, random)
    replace(env, values=traced, memo={}).value(node.body)
    if not traced.seen:
        for name in sorted(names(node.body) & env.declared.keys() - env.definitions.keys()):
            if env.declared[name].domain == "inferred":
                raise EvaluationError(f"whether {name} is random is not said")
        return env.value(node.body)
    found = _Mean(env, random, 0).over(node.body, list(traced.seen))
    if isinstance(found, Open) or not any(_continuous(random[base_of(key)], env) for key in traced.seen):
        return found
    drawn = [name for name in random if any(base_of(key) == name for key in traced.seen)]
    rough = not all(polynomial(node.body, name, env) for name in drawn)
    if rough and any(_continuous(random[name], env) and has_steps(node.body, name, env) for name in drawn):
        raise EvaluationError(OF_STEPS)
    if not rough and not of_floats(found):
        return found
    other = _Mean(env, random, 1).over(node.body, list(traced.seen))
    if rough:
        size = _Mean(env, random, 0).over(Call("absolute", (node.body,)), list(traced.seen))
        return agreed(env.table, other, found, size)
    if not close(primal(other), primal(found)):
        raise EvaluationError("a mean under a continuous law is computed for polynomials of low degree")
    return found


def _continuous(declared: Declaration, env: Env) -> bool:
    """Whether a name is drawn by a law with a density, of which only low moments are computed."""
    law = law_of(declared.law, env) if isinstance(declared.law, Name) else declared.law
    return isinstance(law, Call) and law.op in {"normal", "uniform"}


@final
class _Traced(Mapping[str, Any]):
    """The values as they are, noting which of the random ones are asked for: whole, or entries of vectors."""

    def __init__(self, env: Env, random: Mapping[str, Declaration]) -> None:
        self._source, self._random, self._table = env.values, random, env.table
        self.seen: dict[str, None] = {}
        self._places: dict[str, tuple[str, tuple[int, ...] | None]] = {}  # asked for once: means stand inside means
        self._held: dict[str, bool] = {}

    def _sampled(self, key: str) -> tuple[str, tuple[int, ...] | None]:
        """Where a random value is found, and the place of the entry that is meant: w of many w_i is any one of them."""
        if key not in self._places:
            declared = self._random.get(key)
            whole = declared is not None and declared.family
            self._places[key] = (any_member(key), None) if whole else apart(key, self._source)
        return self._places[key]

    def __getitem__(self, key: str) -> Any:
        if base_of(key) not in self._random:
            return self._source[key]
        holder, place = self._sampled(key)
        value = self._source[holder] if place is None else self._table.pick(self._source[holder], place)
        self.seen[key] = None
        return value

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or base_of(key) not in self._random:
            return key in self._source
        if key not in self._held:
            self._held[key] = self._holds(key)
        return self._held[key]

    def _holds(self, key: str) -> bool:
        holder, place = self._sampled(key)
        if holder not in self._source:
            return False
        shape = self._table.shape(self._source[holder])
        return place is None or (
            len(place) == len(shape) and all(0 <= i < n for i, n in zip(place, shape, strict=True))
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)


@final
class _Known(Mapping[str, Any]):
    """The random values of all states, over the others, each of them brought to the same axes."""

    def __init__(self, source: Mapping[str, Any], own: Mapping[str, Any], random: frozenset[str], raised: Any) -> None:
        self._source, self._own, self._random, self._raised = source, dict(own), random, raised

    def __getitem__(self, key: str) -> Any:
        if key not in self._own:
            if base_of(key) in self._random:
                raise EvaluationError(f"which values {key} takes in a mean cannot be told")
            self._own[key] = self._raised(self._source[key])
        return self._own[key]

    def __contains__(self, key: object) -> bool:
        return key in self._own or key in self._source

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.keys() | self._own.keys())

    def __len__(self) -> int:
        return len(self._source.keys() | self._own.keys())


class _Mean:
    """One mean: the axes that are needed, the random values along them, and the sum with all weights."""

    def __init__(self, env: Env, random: Mapping[str, Declaration], place: int) -> None:
        self.env, self.random = env, random
        self.table: Table = env.table
        self.axes: list[_Axis] = []
        self.draws = Draws(env, random, place)

    def over(self, body: Node, keys: Sequence[str]) -> Any:
        """The mean of the body, which speaks of the random values under these keys."""
        parts = {key: self.draws.parts(key) for key in keys}
        units = dict.fromkeys(unit for entries, _ in parts.values() for entry in entries for unit in entry.units)
        count = prod(len(self.draws.wanted[unit]) for unit in units)
        if self.env.instances * count > MAX_INSTANCES:
            raise EvaluationError("a mean over so many random numbers is too much to compute")
        lifted = {unit: self._along(self.draws.wanted[unit]) for unit in units}
        top = self.table
        values = {unit: self._raised(axis.points, level + 1) for level, (unit, axis) in enumerate(lifted.items())}
        own = {key: self._value(entries, shape, values, top) for key, (entries, shape) in parts.items()}
        known = _Known(self.env.values, own, frozenset(self.random), lambda value: self._raised(value, 0))
        inner = replace(self.env, table=top, values=known, memo={}, instances=self.env.instances * count)
        return self._summed(inner.value(body))

    def _along(self, atoms: Atoms) -> _Axis:
        """One more axis: the points and their weights along it."""
        deeper = self.table.deeper()
        if deeper is None:
            raise EvaluationError("a mean over random numbers is computed with arrays only")
        points, weights = (
            deeper.along(self.table.stack([self._raised(atom[part], 0) for atom in atoms])) for part in (0, 1)
        )
        axis = _Axis(deeper, points, weights, len(atoms))
        self.axes.append(axis)
        self.table = deeper.table
        return axis

    def _raised(self, value: Any, level: int) -> Any:
        """A value of some level brought to all axes that there are by now."""
        if isinstance(value, Open):
            scale = value.scale
            return Open(value.kind, tuple(self._raised(s, level) for s in scale) if isinstance(scale, tuple)
                        else self._raised(scale, level))  # fmt: skip
        for axis in self.axes[level:]:
            value = axis.deeper.raised(value)
        return value

    def _summed(self, value: Any) -> Any:
        """The sum over all axes with their weights, the last one first."""
        if isinstance(value, Open):
            raise EvaluationError("the mean of a matrix of unknown size")
        tables = [self.env.table, *(axis.deeper.table for axis in self.axes)]
        for level in range(len(self.axes), 0, -1):
            axis, below = self.axes[level - 1], tables[level - 1]
            weighted = tables[level].lift("mul", axis.weights, value)
            terms = axis.deeper.lowered(weighted, axis.count)
            value = below.pick(terms, (0,))
            for place in range(1, axis.count):
                value = below.lift("add", value, below.pick(terms, (place,)))
        return value

    def _value(self, entries: Sequence[Entry], shape: tuple[int, ...], units: Mapping[str, Any], table: Table) -> Any:
        """A random value along all axes."""
        found = []
        for entry in entries:
            total = self._raised(entry.mean, 0)
            for part, factors in entry.terms:
                term = self._raised(part, 0)
                for unit in factors:
                    term = table.lift("mul", term, units[unit])
                total = table.lift("add", total, term)
            found.append(total)
        return table.reshape(table.stack(found), shape) if shape else found[0]


__all__ = ["joint_mean"]
