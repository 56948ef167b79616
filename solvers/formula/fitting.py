"""Shapes for names of which nothing is said, so that the sizes in all formulas fit: W of W x + b with x in R^n.

Only where numbers do not fit: what was read with numbers keeps its meaning. Ranks are tried (capitals as matrices
first, small letters as vectors), sizes follow by unification; what stays open is a size of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import final

from solvers.formula.customary import by_custom
from solvers.formula.env import Definition
from solvers.formula.known import Context
from solvers.formula.moments import UNKNOWN_LAW
from solvers.formula.nodes import (
    All,
    Apply,
    Big,
    Call,
    Cases,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    Tuple,
    walk,
)  # fmt: skip
from solvers.formula.open_names import CONSTANTS, entries_apart, entry_of, of_steps, open_names
from solvers.formula.operators import elementwise
from solvers.formula.orthogonal_matrices import square_by_products
from solvers.formula.scripts import SIZED
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

TRIES = 500  # combinations of ranks
MAX_NAMES = 24
ONE = Num("1")
Dims = tuple[Node, ...]
_NUMBERS = set(
    "norm tr det binom kl entropy gaussian total mean logsumexp argmax argmin inner range normal bernoulli "
    "categorical uniform finite eigmax eigmin opnorm".split()
)
LOSSES = frozenset({"ell", "L", "J", "calL", "calJ", "C", "calC"})
_SQUARE = {"tr", "det", "inv", "eigmax", "eigmin", "eigenvalues"}
_ALIKE = {"neg", "softmax", "inv", "max", "min", "leakyrelu"}


class _Misfit(Exception):
    """Two sizes that are not one."""


@dataclass(frozen=True, slots=True)
class _Literal:
    """A number written out, which fits beside everything."""


Shape = Dims | _Literal | None  # None: nothing is known of it


@dataclass(frozen=True, slots=True)
class Fitted:
    """The context with the shapes that were found, the names that have them, and the formulas with entries of these."""

    context: Context
    names: tuple[str, ...]
    nodes: tuple[Node, ...]


def fitted(context: Context, nodes: Sequence[Node], also: Sequence[Node] = ()) -> Fitted | None:
    """Shapes for names that have none, so that `nodes` have one shape and `also` have any; None if there are none."""
    return next(fits(context, nodes, also), None)


def fits(context: Context, nodes: Sequence[Node], also: Sequence[Node] = ()) -> Iterator[Fitted]:
    """All such shapes, the customary ones first, as far as they are tried."""
    names = open_names(context, (*nodes, *also))
    apart = {f"{name}_" for name in names}
    parts = {n for n in names if n not in context.scope.names and any(entry_of(n, stem) for stem in apart)}
    nodes = tuple(entries_apart(node, parts) for node in nodes)
    names = [name for name in names if name not in parts]
    if not names or len(names) > MAX_NAMES:
        return
    for ranks in islice(by_custom(names, context), TRIES):
        fit = _Fit(context)
        try:
            fit.suppose(names, ranks)
            for node in nodes:
                fit.same(fit.shape(nodes[0]), fit.shape(node))
            for node in also:
                fit.shape(node)
            fit.check((*nodes, *also))
        except _Misfit:
            continue
        changed, said = fit.context_of(names)
        yield Fitted(changed, said, nodes)


@final
@dataclass(slots=True)
class _Fit:
    """Sizes under unification: `bound` says what an open size is."""

    context: Context
    shapes: dict[str, Dims] = field(default_factory=dict)
    bound: dict[Node, Node] = field(default_factory=dict)
    count: int = 0
    defined: dict[str, Shape] = field(default_factory=dict)
    runs: dict[str, Node] = field(default_factory=dict)  # along what letters run
    within: tuple[str, ...] = ()  # the functions whose definitions are gone through

    def suppose(self, names: Sequence[str], ranks: Sequence[int]) -> None:
        for name, rank in zip(names, ranks, strict=True):
            known = self.context.scope.names.get(name)
            sizes = known.shape if known is not None and known.shape and not known.family else ()
            self.shapes[name] = tuple(
                size if size != UNKNOWN else self.fresh() for size in (sizes or (UNKNOWN,) * rank)
            )

    def fresh(self) -> Node:
        self.count += 1
        return Name(f"size_{self.count}")

    def open(self, size: Node) -> bool:
        return isinstance(size, Name) and size.text.startswith("size_")

    def found(self, size: Node) -> Node:
        while size in self.bound:
            size = self.bound[size]
        return size

    def one(self, a: Node, b: Node) -> None:
        a, b = self.found(a), self.found(b)
        if a == b:
            return
        if self.open(a):
            self.bound[a] = b
        elif self.open(b):
            self.bound[b] = a
        else:
            raise _Misfit

    def same(self, a: Shape, b: Shape) -> Shape:
        """The shape of two values that stand beside each other."""
        if a is None or b is None or isinstance(a, _Literal):
            return b if isinstance(a, _Literal) else a if b is None else None
        if isinstance(b, _Literal):
            return a
        if len(a) != len(b):
            raise _Misfit
        for x, y in zip(a, b, strict=True):
            self.one(x, y)
        return a

    def check(self, nodes: Sequence[Node]) -> None:
        """All definitions and constraints; a loss that is differentiated is a number."""
        rights = (d.right for found in self.context.definitions.values() for d in found)
        inside = (inner for node in (*nodes, *rights) for inner in walk(node))
        losses = {n.of for n in inside if isinstance(n, Derivative) and isinstance(n.of, Name) and n.of.text in LOSSES}
        if any(self.shape(loss) not in {(), None, _Literal()} for loss in losses):
            raise _Misfit
        for base, found in self.context.definitions.items():
            for definition in found:
                self.runs = {}
                left = self.left(base, definition)
                self.same(left, self.shape(definition.right) if definition.right != Num("0") else None)
        for name in square_by_products(self.context.constraints) & {n for n, d in self.shapes.items() if len(d) == 2}:
            self.one(*self.shapes[name])
        for chain in self.context.constraints:
            if set(chain.relations) == {"="}:
                for side in chain.sides[1:]:
                    self.same(self.shape(chain.sides[0]), self.shape(side))
            else:
                shapes = [self.shape(side) for side in chain.sides]
                alone = [shape for side, shape in zip(chain.sides, shapes, strict=True) if isinstance(side, Name)]
                if () in shapes and any(alone):
                    raise _Misfit  # ||x|| <= R

    def left(self, base: str, definition: Definition) -> Shape:
        left = definition.left
        known = self.context.scope.names.get(base)
        made = known is not None and (
            (known.domain == "defined" and bool(known.family)) or of_steps(known, self.context)
        )
        if isinstance(left, Apply) or (
            made and base not in self.shapes
        ):  # what nothing speaks of is as its right side is
            return None
        return self.shape(left) if isinstance(left, (Member, Index)) else self.named(base)

    def named(self, name: str) -> Shape:
        if name in self.shapes:
            return self.shapes[name]
        if name == "I":
            size = self.fresh()
            return size, size
        if name == "ones":
            return (self.fresh(),)
        if name in CONSTANTS - self.context.scope.names.keys():
            return _Literal() if name in {"pi", "e"} else None
        known = self.context.scope.names.get(name)
        if known is not None and known.shape is not None and UNKNOWN not in known.shape:
            taken = known.shape == () and isinstance(known.law, Call) and known.law.op == UNKNOWN_LAW
            return None if taken and not known.family else known.shape  # the noise v may be a vector
        if name not in self.context.definitions:
            return ()
        if name not in self.defined:
            self.defined[name] = None  # a recursion says nothing of itself
            found = [d for d in self.context.definitions[name] if isinstance(d.left, Name)]
            self.defined[name] = self.shape(found[0].right) if found else self.of_entries(name)
        return self.defined[name]

    def of_entries(self, name: str) -> Shape:
        """The sizes of what is defined entry by entry: along what its indices run on the right side."""
        first, *others = self.context.definitions[name]
        indices = first.left.indices if isinstance(first.left, Index) and first.left.base == Name(name) else ()
        if others or not indices or not all(isinstance(index, Name) for index in indices):
            return None
        saved, self.runs = self.runs, {}
        self.shape(first.right)
        sizes = [self.runs.get(index.text) for index in indices if isinstance(index, Name)]
        self.runs = saved
        return None if None in sizes else tuple(size for size in sizes if size is not None)

    def shape(self, node: Node) -> Shape:
        if isinstance(node, Num):
            return _Literal()
        if isinstance(node, Name):
            return self.named(node.text)
        if isinstance(node, Member):
            return self.named(node.base.text) if isinstance(node.base, Name) else None
        if isinstance(node, Index) and isinstance(node.base, Name) and node.base.text in SIZED:  # I_k, 1_n
            sizes = node.indices[:1] * 2 if node.base.text == "I" and len(node.indices) == 1 else node.indices
            return sizes if node.base.text != "I" or len(node.indices) == 1 else ()
        if isinstance(node, Index):
            base = self.shape(node.base)
            if base is None or isinstance(base, _Literal):
                return base
            self.run(base, node.indices)
            kept = [size for size, i in zip(base, node.indices, strict=False) if isinstance(i, All)]
            return (*kept, *base[len(node.indices) :]) if len(node.indices) <= len(base) else None
        if isinstance(node, Big):
            return self.summed(node)
        if isinstance(node, Apply):
            return self.applied(node)
        if isinstance(node, Derivative):
            return self.derived(node)
        if isinstance(node, (Tuple, Matrix, Cases, Chain, SetOf)) or not isinstance(node, Call):
            return None
        return self.called(node)

    def run(self, base: Dims, indices: Sequence[Node]) -> None:
        """What runs along several axes makes open sizes one: y_k log p_k."""
        for size, index in zip(base, indices, strict=False):
            if isinstance(index, Name):
                known = self.found(self.runs.setdefault(index.text, size))
                if self.open(known) or self.open(self.found(size)):
                    self.one(known, size)

    def summed(self, node: Big) -> Shape:
        saved, runs = dict(self.shapes), dict(self.runs)
        for binder in node.binders:
            domain = binder.domain
            self.runs.pop(binder.name.text, None)
            if isinstance(domain, Call) and domain.op == "pow" and isinstance(domain.args[0], SetOf):
                self.shapes[binder.name.text] = (domain.args[1],)
            elif binder.low is not None:
                self.shapes[binder.name.text] = ()
                if binder.low == ONE and binder.high is not None:
                    self.runs[binder.name.text] = binder.high
        found = self.shape(node.body)
        self.shapes, self.runs = saved, runs
        if node.op == "list" and isinstance(found, tuple) and len(found) < 2:
            binder = node.binders[0]
            length = binder.high if binder.low == ONE and binder.high is not None else self.fresh()
            return (*found, length)  # numbers one below the other, vectors side by side
        return found if node.op in {"sum", "E", "max", "min"} else None

    def applied(self, node: Apply) -> Shape:
        if node.name in self.within:
            return None  # it is defined by itself
        for definition in self.context.definitions.get(node.name, ()):
            left = definition.left
            if isinstance(left, Apply) and len(left.args) == len(node.args) and len(left.given) == len(node.given):
                saved = dict(self.shapes)
                for name, arg in zip((*left.args, *left.given), (*node.args, *node.given), strict=True):
                    found = self.shape(arg)
                    if isinstance(name, Name) and isinstance(found, tuple):
                        self.shapes[name.text] = found
                self.within = (*self.within, node.name)
                found = self.shape(definition.right)
                self.shapes, self.within = saved, self.within[:-1]
                return found
        return ()

    def derived(self, node: Derivative) -> Shape:
        of, by = self.shape(node.of), self.shape(node.by[0])
        if not isinstance(of, tuple) or not isinstance(by, tuple) or len(node.by) > 1:
            return None
        return by if of == () else (*of, *by) if len(of) == len(by) == 1 else of if by == () else None

    def compared(self, condition: Node) -> Shape:
        """1[W x + b > 0] has the entries of what is compared."""
        found: Shape = ()
        for side in condition.sides if isinstance(condition, Chain) else ():
            shape = self.shape(side)
            if shape and isinstance(shape, tuple):
                found = self.same(found, shape) if found else shape
        return found

    def called(self, node: Call) -> Shape:
        if node.op == "indicator":
            return self.compared(node.args[0])
        shapes = [self.shape(arg) for arg in node.args]
        first, last = shapes[0], shapes[-1]
        if node.op in _SQUARE and isinstance(first, tuple):
            if node.op not in {"det", "inv"} and len(first) != 2:
                raise _Misfit
            self.one(first[0], first[-1]) if first else None
            if node.op == "eigenvalues":
                return first[:1]
        if node.op in _NUMBERS:
            self.same(first, last) if node.op == "inner" else None
            return ()
        if node.op in {"add", "sub", "hadamard"} or (node.op in {"max", "min"} and len(shapes) == 2):
            return self.same(first, last)
        if node.op in _ALIKE or elementwise(node.op) or node.op == "pow":
            return first
        if node.op == "div":
            return self.quotient(first, last)
        if node.op in {"transpose", "pinv"} and isinstance(first, tuple):
            return (ONE, *first) if len(first) == 1 else first[::-1]
        if node.op == "diag" and isinstance(first, tuple) and first:
            return (first[0], first[0]) if len(first) == 1 else first[:1]
        if node.op in {"mul", "dot", "times", "star"}:
            return self.product(node.op, first, last)
        return None

    def quotient(self, a: Shape, b: Shape) -> Shape:
        if isinstance(b, tuple) and len(b) == 2:
            raise _Misfit
        if b in ((), _Literal()):
            return () if isinstance(a, _Literal) and b == () else a
        return self.same(a, b) if isinstance(b, tuple) else None

    def product(self, op: str, a: Shape, b: Shape) -> Shape:
        for one, other in ((a, b), (b, a)):
            if one == () or isinstance(one, _Literal):
                return () if isinstance(other, _Literal) and one == () else other
        if not isinstance(a, tuple) or not isinstance(b, tuple):
            return None
        if len(a) == len(b) == 1:
            if op != "dot":
                raise _Misfit
            self.one(a[0], b[0])
            return ()
        if len(a) == 1:
            if b[0] != ONE:
                raise _Misfit
            return (a[0], b[1])
        self.one(a[1], b[0])
        if len(b) == 1:
            return () if a[0] == ONE else a[:1]
        return () if (a[0], b[1]) == (ONE, ONE) else (a[0], b[1])

    def context_of(self, names: Sequence[str]) -> tuple[Context, tuple[str, ...]]:
        """The context with the shapes that were found."""
        said: list[str] = []
        context = self.context
        for name in names:
            shape = tuple(self.found(size) for size in self.shapes[name])
            known = context.scope.names.get(name) or Declaration(name, domain="inferred")
            context = context.declared(replace(known, shape=shape))
            if shape:
                said.append(name)
        return self.made(context), tuple(said)

    def made(self, context: Context) -> Context:
        """The context with the shapes of what is defined by what has some now: z of z = W x."""
        for name, found in context.definitions.items():
            known = context.scope.names.get(name)
            whole = len(found) == 1 and found[0].left == Name(name)
            if whole and known is not None and known.domain == "defined" and known.shape is None and not known.family:
                shape = self.named(name)
                if isinstance(shape, tuple):
                    context = context.declared(replace(known, shape=tuple(map(self.found, shape))))
        return context


__all__ = ["Fitted", "fits", "fitted"]
