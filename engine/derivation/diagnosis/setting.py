"""What the edits of one wrong step may use: the names around it, their shapes, and a pool of formulas to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.derivation.diagnosis.bench import Bench, value
from engine.derivation.diagnosis.trees import Place, everywhere, factors, product_of, size, transposed
from solvers.formula.context import Context, dimensions
from solvers.formula.env import Definition, whole
from solvers.formula.nodes import (
    All,
    Apply,
    Big,
    Binder,
    Call,
    Chain,
    Index,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    names,
    walk,
)  # fmt: skip
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration

MAX_ATOMS = 90
MAX_ATOM = 14  # nodes of a formula that is tried as a missing piece
CONSTANTS = frozenset({"I", "ones", "pi", "infty", "e", "F"})
Shape = tuple[int, ...] | None
SQUASHING = ("tanh", "sigmoid", "relu", "softplus", "exp", "log", "sin", "cos", "sqrt", "abs")


@dataclass
class Setting:
    """One wrong step: left is right, right is wrong; `bench` knows what left is worth."""

    left: Node
    right: Node
    context: Context
    bench: Bench
    facts: tuple[Node, ...] = ()  # the sides of the equation that the step is meant to follow from
    shapes: dict[tuple[Node, tuple[Binder, ...]], Shape] = field(default_factory=dict)

    rows: list[tuple[Node, Any]] | None = None  # the scalars with their values, once they are asked for

    def shape(self, node: Node, binders: tuple[Binder, ...] = ()) -> Shape:
        """The node's shape where `binders` are bound; None if it cannot be told."""
        key = (node, binders)
        if key not in self.shapes:
            self.shapes[key] = self._shape(node, binders)
        return self.shapes[key]

    def _shape(self, node: Node, binders: tuple[Binder, ...]) -> Shape:
        env = self.bench.envs[0]
        for binder in binders:
            try:
                low = 1 if binder.low is None else whole(binder.low, env.integers)
            except EvaluationError:
                return None
            if binder.domain is None or isinstance(binder.domain, Chain):
                env = env.binding(binder.name.text, low)
            elif isinstance(binder.domain, Call) and binder.domain.op == "pow":
                held = value(Call("mul", (Num("0"), binder.domain.args[1])), env)
                if held is None:
                    return None
                import numpy as np  # 12 times the start of Python

                length = whole(binder.domain.args[1], env.integers)
                env = env.holding(binder.name.text, np.zeros((1, length) if length > 1 else (1,)))
            else:
                env = env.binding(binder.name.text, 1)
        found = value(node, env)
        return None if found is None else tuple(found.shape[1:])

    def copies_left(self, tree: Node) -> bool:
        """Whether the left side, if it is more than a name, stands inside a formula, and did not in the right side."""
        if isinstance(self.left, (Name, Num, Member, Index)) or tree == self.left:
            return False
        return self.left in walk(tree) and self.left not in walk(self.right)

    def turned(self, node: Node, binders: tuple[Binder, ...] = ()) -> Node:
        """The transpose, written as people do: (A b)^T is b^T A^T, that of a sum the sum of transposes."""
        shape = self.shape(node, binders)
        if shape == () or node == Name("I"):
            return node
        if isinstance(node, Call) and node.op == "transpose":
            return node.args[0]
        if isinstance(node, Call) and node.op in {"add", "sub", "neg"}:
            return Call(node.op, tuple(self.turned(arg, binders) for arg in node.args))
        if isinstance(node, Big) and node.op == "sum":
            return replace(node, body=self.turned(node.body, (*binders, *node.binders)))
        chain = factors(node)
        if len(chain) == 1:
            return transposed(node)
        scalars = [f for f in chain if self.shape(f, binders) == ()]
        return product_of([*scalars, *(self.turned(f, binders) for f in reversed(chain) if f not in scalars)])

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Every name that either side speaks of, or a definition that it leads to."""
        return frozenset().union(*(behind(side, self.context) for side in (self.left, self.right, *self.facts)))

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The names of sizes, in order."""
        limits = {n for d in self.context.scope.names.values() for s in dimensions(d) for n in names(s)}
        for side in (self.left, self.right):
            for node in walk(side):
                if isinstance(node, Big):
                    limits |= {n for b in node.binders for x in (b.low, b.high) if x is not None for n in names(x)}
        return tuple(sorted(n for n in limits if n in self.bench.envs[0].sizes))

    @cached_property
    def free_indices(self) -> tuple[str, ...]:
        """The names of free indices: p_i on both sides."""
        return tuple(sorted(self.bench.envs[0].integers.keys() - self.bench.envs[0].sizes.keys()))

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The free indices, and those that sums on the right side run over."""
        binders = [b for n in walk(self.right) if isinstance(n, Big) for b in n.binders]
        bound = {b.name.text for b in binders if b.domain is None or isinstance(b.domain, (Chain, Name))}
        return (*self.free_indices, *sorted(bound))

    @cached_property
    def bound_vectors(self) -> frozenset[str]:
        """What sums on the right side run over, where that is a set of vectors or numbers: h in {0,1}^m."""
        binders = [b for n in walk(self.right) if isinstance(n, Big) for b in n.binders]
        return frozenset(b.name.text for b in binders if isinstance(b.domain, (Call, SetOf)))

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The reachable names that have a value of their own: no index, no size, no family, no function."""
        scope = self.context.scope
        bound = {b.name.text for s in self.formulas for n in walk(s) if isinstance(n, Big) for b in n.binders}
        skipped = CONSTANTS | bound | set(self.free_indices) | set(self.sizes)
        return tuple(
            sorted(
                n for n in self.reachable
                if n not in skipped and not scope.family(n) and not scope.function(n)
                and (n in scope.names or value(Name(n), self.bench.envs[0]) is not None)
            )
        )  # fmt: skip

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The reachable names of families: h in h^(t)."""
        return tuple(sorted(n for n in self.reachable if self.context.scope.family(n)))

    @cached_property
    def formulas(self) -> tuple[Node, ...]:
        """Both sides, those of the facts, and the right sides of the definitions they lead to."""
        defined = [
            d.right for n in sorted(self.reachable & self.context.definitions.keys())
            for d in self.context.definitions[n]
        ]  # fmt: skip
        return (self.right, self.left, *self.facts, *defined)

    def declared(self, name: str) -> Declaration | None:
        return self.context.scope.names.get(name)

    @cached_property
    def times(self) -> tuple[Node, ...]:
        """The indices that members of families have in the two sides, and their neighbours where they are numbers."""
        found: dict[Node, None] = {}
        for side in (self.right, self.left):
            for node in walk(side):
                if isinstance(node, Member):
                    found.update(dict.fromkeys(node.indices))
        for index in [i for i in found if isinstance(i, Num)]:
            for other in (int(index.value) - 1, int(index.value) + 1):
                if other > 0:
                    found.setdefault(Num(str(other)))
        return tuple(found)

    @cached_property
    def atoms(self) -> tuple[Node, ...]:
        """Formulas that may be missing somewhere: names, members, entries, what the two sides and definitions are made
        of, and the derivatives of their functions; the simplest first.
        """
        found: dict[Node, None] = {}
        for node in self._pieces():
            if node != self.left and node != self.right:
                found.setdefault(node)
        ranked = sorted(found, key=lambda node: size(node) + (4 if isinstance(node, Big) else 0))
        return tuple(ranked[:MAX_ATOMS])

    def _pieces(self) -> Iterator[Node]:
        yield from (Name(n) for n in self.symbols)
        yield from (Name(n) for n in self.sizes)
        yield from (Name(n) for n in sorted(self.bound_vectors))
        for side in self.formulas:
            yield from (n for n in walk(side) if isinstance(n, (Member, Index)) and All() not in n.indices)
        for base in self.families:
            yield from (Member(Name(base), (time,)) for time in self.times)
        yield from self._entries()
        yield from self._parts()

    def _entries(self) -> Iterator[Node]:
        """Entries by the free indices, of what is known to be a vector."""
        if len(self.free_indices) == 2:
            i, j = (Name(letter) for letter in self.free_indices)
            yield Call("indicator", (Chain((i, j), ("=",)),))
        for letter in self.letters:
            for symbol in self.symbols:
                if len(self.shape(Name(symbol)) or ()) == 1:
                    yield Index(Name(symbol), (Name(letter),))

    def _parts(self) -> Iterator[Node]:
        for side in self.formulas:
            for node in (x for inner in walk(side) for x in (inner, *stretches(inner))):
                if not isinstance(node, (Call, Big, Apply, Index, Member)) or size(node) > MAX_ATOM:
                    continue
                for instance in self._at_times(node):
                    yield instance
                    yield from slopes(instance)
        yield from self._normalisers()
        for name in self.symbols:
            yield from self._slopes_of_defined(Name(name), self.context.definitions.get(name, ()))
        for base in self.families:
            for time in self.times:
                yield from self._slopes_of_defined(Member(Name(base), (time,)), self.context.definitions.get(base, ()))

    def _normalisers(self) -> Iterator[Node]:
        """The sums on the right side with one of their factors alone: what a softmax is divided by."""
        for node in walk(self.right):
            if isinstance(node, Big) and node.op == "sum" and len(chain := factors(node.body)) > 1:
                yield from (replace(node, body=factor) for factor in chain if not isinstance(factor, Num))
                for place, factor in enumerate(chain):
                    if isinstance(factor, Call) and factor.op == "pow":  # the cross term of a square
                        yield replace(node, body=product_of([*chain[:place], factor.args[0], *chain[place + 1 :]]))

    def _at_times(self, node: Node) -> Iterator[Node]:
        """The node, and, where a definition left its index open, the node at the times that the step speaks of."""
        yield node
        wanted = open_indices(node) - set(self.free_indices) - set(self.sizes)
        if len(wanted) == 1:
            letter = wanted.pop()
            for time in self.times:
                if time != Name(letter):
                    yield everywhere(node, Name(letter), time)

    def _slopes_of_defined(self, h: Node, definitions: Sequence[Definition]) -> Iterator[Node]:
        """1 - h ⊙ h, where h is defined as a tanh."""
        for definition in definitions:
            if isinstance(definition.right, Call):
                shape = self.shape(h)
                yield from slope_by_value(definition.right.op, h, shape)
                for letter in self.letters if shape is not None and len(shape) == 1 else ():
                    yield from slope_by_value(definition.right.op, Index(h, (Name(letter),)), ())

    @cached_property
    def images(self) -> tuple[Node, ...]:
        """W v and W^T v for the matrices and vectors that have names."""
        named = [atom for atom in self.atoms if isinstance(atom, (Name, Member))]
        matrices = [m for m in named if len(self.shape(m) or ()) == 2]
        vectors = [v for v in named if len(self.shape(v) or ()) == 1]
        tried = (Call("mul", (m, v)) for n in matrices for m in (n, transposed(n)) for v in vectors)
        return tuple(image for image in tried if self.shape(image) is not None and image not in self.atoms)

    @cached_property
    def scalars(self) -> tuple[Node, ...]:
        """The atoms that are numbers."""
        return tuple(atom for atom in self.atoms if self.shape(atom) == ())

    def usable(self, atom: Node, place: Place) -> bool:
        """Whether every index in the atom is bound at the place, or free in the step."""
        bound = {b.name.text for b in place.binders}
        if not names(atom) & self.bound_vectors <= bound:
            return False
        return open_indices(atom) <= bound | set(self.free_indices) | set(self.sizes)


def spoken_of(node: Node) -> frozenset[str]:
    """The names in a formula, those of functions too."""
    return names(node) | {inner.name for inner in walk(node) if isinstance(inner, Apply)}


def behind(side: Node, context: Context) -> frozenset[str]:
    """The names a side speaks of, and those that their definitions lead to."""
    found = spoken_of(side)
    while True:
        rights = [d.right for name in found & context.definitions.keys() for d in context.definitions[name]]
        more = found.union(*map(spoken_of, rights))
        if more == found:
            return found
        found = more


def stretches(node: Node) -> Iterator[Node]:
    """The neighbours in a product of three or four, which is read from the left: W x in W^T W x."""
    chain = factors(node)
    for length in range(2, len(chain)) if len(chain) <= 4 else ():
        for start in range(1, len(chain) - length + 1):
            yield product_of(chain[start : start + length])


def slopes(node: Node) -> Iterator[Node]:
    """f'(u) for a function f at u, entry by entry."""
    if isinstance(node, Call) and node.op in SQUASHING[:4]:
        yield Call(node.op + "'", node.args)


def slope_by_value(op: str, h: Node, shape: Shape) -> Iterator[Node]:
    """The derivative of a tanh or sigmoid by its value h."""
    if op not in {"tanh", "sigmoid"} or shape is None:
        return
    times = "hadamard" if shape else "mul"
    if op == "tanh":
        yield Call("sub", (Num("1"), Call(times, (h, h)) if shape else Call("pow", (h, Num("2")))))
    else:
        yield Call(times, (h, Call("sub", (Num("1"), h))))


def open_indices(node: Node) -> set[str]:
    """The names in the indices of a formula that it does not bind itself."""
    found: set[str] = set()
    if isinstance(node, (Index, Member)):
        found = {n for i in node.indices for n in names(i)}
        return found | open_indices(node.base)
    if isinstance(node, Chain):
        return {n for side in node.sides for n in names(side)}
    if isinstance(node, Big):
        inner = open_indices(node.body) - {b.name.text for b in node.binders}
        limits = {n for b in node.binders for x in (b.low, b.high) if x is not None for n in names(x)}
        return inner | limits
    from solvers.formula.nodes import children

    for child in children(node):
        found |= open_indices(child)
    return found
