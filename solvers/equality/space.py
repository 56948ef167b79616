"""The values of a batch of points while they are moved onto constraints."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from solvers.equality.index_use import free_indices, is_ranged, range_of
from solvers.equality.sample import index_values
from solvers.formula.context import Context
from solvers.formula.env import Budget, TooMuchWork
from solvers.formula.evaluate import Env, evaluate, truth
from solvers.formula.nodes import Chain, Member, Name, Node, names, walk
from solvers.formula.tables.arrays import ArrayTable, numpy_table
from solvers.formula.tables.table import EvaluationError
from solvers.formula.targets import UNKNOWN

INEQUALITIES: Final = frozenset({"<", "<=", ">", ">=", "!="})

OPEN_RANGE = 6  # of an index that nothing bounds: a recursion is taken that far


@dataclass(slots=True)
class Space:
    """The values of one batch of points, which the forms change; `kept` says which points meet everything so far."""

    table: ArrayTable
    values: dict[str, Any]
    sizes: Mapping[str, int]
    context: Context
    solve: Callable[[Any, Any], Any]  # a change by a matrix and a right side, see `linear.py`
    exact: bool = False  # whether the points meet the constraints already, up to the rounding of floats
    moved: set[str] = field(default_factory=set)
    kept: Any = None
    budget: Budget | None = None

    def env(self, assignment: Mapping[str, int], **changed: Any) -> Env:
        known, declared = self.context.definitions, self.context.scope.names
        values = {**self.values, **changed}
        whole = {**self.sizes, **assignment}
        return Env(self.table, values, whole, known, self.sizes, declared, budget=self.budget)

    def value(self, node: Node, assignment: Mapping[str, int] | None = None, **changed: Any) -> Any:
        """A formula over all points; None where it has no value. TooMuchWork when the budget is used up."""
        try:
            value = evaluate(node, self.env(assignment or {}, **changed))
        except TooMuchWork:
            raise
        except EvaluationError:
            return None
        return value if hasattr(value, "ndim") else None

    def assignments(self, *nodes: Node) -> list[dict[str, int]]:
        """The values of the indices that a relation is said for all of, as i in b_i > 0."""
        indices = sorted({n for node in nodes for n in free_indices(node)} - self.sizes.keys() - self.values.keys())
        ranges = [self._range(index, nodes) for index in indices]
        return [dict(zip(indices, places, strict=True)) for places in product(*ranges)]

    def _range(self, index: str, nodes: Sequence[Node]) -> list[int]:
        """What an index runs through; where nothing says how far, all members of what it counts that are drawn."""
        limit = range_of(index, nodes, self.context)
        values = index_values(index, limit, self.sizes, self.context)
        if (limit is not None and limit != UNKNOWN) or values != [1, 2]:
            return values
        members = [n for node in nodes for n in walk(node) if isinstance(n, Member) and index in names(n)]
        if not all(member.indices == (Name(index),) and isinstance(member.base, Name) for member in members):
            return values
        bases = {member.base.text for member in members if isinstance(member.base, Name)}
        if any(definition.recursive for base in bases for definition in self.context.definitions.get(base, ())):
            return list(range(1, OPEN_RANGE + 1))
        drawn = dict.fromkeys((name for base in bases for name in self._made_of(base)), 0)
        for base in drawn:
            while f"{base}^({drawn[base] + 1})" in self.values:
                drawn[base] += 1
        return list(range(1, max(min(drawn.values(), default=0), 2) + 1))

    def _made_of(self, base: str) -> set[str]:
        """The families that the members of one are made of, at the same place: x and y of m_i = y_i x_i."""
        found, waiting = {base}, [base]
        while waiting:
            for definition in self.context.definitions.get(waiting.pop(), ()):
                letters = {(Name(letter),) for letter in definition.indices}
                inside = (n for n in walk(definition.right) if isinstance(n, Member) and n.indices in letters)
                new = {n.base.text for n in inside if isinstance(n.base, Name)} - found
                found |= new
                waiting += new
        return {name for name in found if name not in self.context.definitions} or {base}

    def move(self, name: str, value: Any) -> None:
        self.values[name] = value
        self.moved.add(name)

    def keep(self, met: Any) -> None:
        """Only the points where `met`."""
        self.kept = met if self.kept is None else self.kept & met


def of_indices(chain: Chain, values: Collection[str], sizes: Collection[str], context: Context) -> bool:
    """Whether a constraint speaks of free indices alone, as i != j does: it is on their values, not on the points."""
    open_names = names(chain) - set(sizes)
    declared = {name for name, said in context.scope.names.items() if not is_ranged(said)}
    known = {*values, *declared, *context.definitions}
    return bool(open_names) and not open_names & known


def permitted(indices: Mapping[str, int], sizes: Mapping[str, int], context: Context) -> bool:
    """Whether free indices with these values meet the constraints that speak of them alone."""
    known = {**sizes, **indices}
    env = Env(numpy_table(), {}, known, context.definitions, sizes, context.scope.names)
    return all(
        bool((truth(chain, env) != 0).all())
        for chain in context.constraints
        if set(chain.relations) <= INEQUALITIES | {"="}
        and names(chain) <= known.keys()
        and names(chain) & indices.keys()
    )
