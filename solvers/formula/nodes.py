"""The nodes of a formula: a closed set of frozen records with source spans. They mean nothing by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeAlias, get_args

from solvers.formula.by_identity import by_identity
from solvers.formula.records import record


@record
class Span:
    """Where in the source text a node was read: characters start..end-1, counted from 0."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@lru_cache(4096)
def _exact(text: str) -> Fraction:
    return Fraction(text)


@record
class Num:
    """A number as written ("0.50", "3", "2e-3"); `value` is exact."""

    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def value(self) -> Fraction:
        return _exact(self.text)


@record
class Name:
    """A symbol by its canonical name: "W", "alpha", "yhat", "W_hh", "net"."""

    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Call:
    """An operator of the table (`operators.py`) applied to its arguments: a + b, W^T, tanh(a), tanh'(a)."""

    op: str
    args: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Member:
    """One member of a family indexed by time or example: h^(t), x^(s)."""

    base: Node
    indices: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class All:
    """The colon in W_{:,j}: the whole row or column."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Index:
    """An element, row or column: W_{ij}, x_i, W_{:,j}. Indices count from 1 unless the declaration says otherwise."""

    base: Node
    indices: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Matrix:
    """A matrix literal, row by row; one row is 1 x n, one column is a vector."""

    rows: tuple[tuple[Node, ...], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Tuple:
    """(a, b, c): a vector by its components, or a shape."""

    items: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class SetOf:
    """{a, b, c}."""

    items: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Binder:
    """What a big operator runs over: `name` from low to high, or through the elements of `domain`."""

    name: Name
    low: Node | None = None
    high: Node | None = None
    domain: Node | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Big:
    """A big operator (sum, prod, max, ...) over binders, applied to a body."""

    op: str
    binders: tuple[Binder, ...]
    body: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Cases:
    """{value if condition, ..., otherwise}: the first branch whose condition holds; None is "otherwise"."""

    branches: tuple[tuple[Node, Node | None], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Derivative:
    """d of / d by, written with `sign` "partial", "d" or "nabla"; several `by` are taken one after the other."""

    sign: str
    of: Node
    by: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Apply:
    """A declared function at its arguments: f(x), q(h | v), f_i(x) with an index of the function itself."""

    name: str
    args: tuple[Node, ...]
    given: tuple[Node, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    indices: tuple[Node, ...] = ()


@record
class At:
    """A formula at a point: the bar with x = 0 below it."""

    body: Node
    names: tuple[Name, ...]
    values: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class Chain:
    """Relations between neighbouring sides: a = b <= c."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Node: TypeAlias = (
    Num
    | Name
    | Call
    | Member
    | Index
    | All
    | Matrix
    | Tuple
    | SetOf
    | Binder
    | Big
    | Cases
    | Derivative
    | Apply
    | At
    | Chain
)


_PARTS: dict[type, tuple[str, ...]] = {  # the names of a node's fields, but for its span
    kind: tuple(f.name for f in fields(kind) if f.name != "span") for kind in get_args(Node)
}


def _rebuild(item: Any, change: Callable[[Node], Node]) -> Any:
    kind = type(item)
    if kind is tuple:
        return tuple([_rebuild(inner, change) for inner in item])
    return change(item) if kind in _PARTS else item


def map_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with `change` applied to each direct child; the node itself where that changes none."""
    kind = type(node)
    if kind in _LEAVES:
        return node
    before = [getattr(node, name) for name in _PARTS[kind]]
    after = [_rebuild(item, change) for item in before]
    if all(_unchanged(old, new) for old, new in zip(before, after, strict=True)):
        return node
    return kind(**dict(zip(_PARTS[kind], after, strict=True)), span=node.span)


def _unchanged(old: Any, new: Any) -> bool:
    if type(new) is tuple:
        return len(old) == len(new) and all(map(_unchanged, old, new))
    return old is new


def children(node: Node) -> tuple[Node, ...]:
    """The direct children, left to right."""
    return _CHILDREN[type(node)](node)


def _flat(items: tuple[Any, ...]) -> tuple[Node, ...]:
    """The nodes among fields, which may be nodes, tuples of them, tuples of tuples, or nothing."""
    found: list[Node] = []
    for item in items:
        if isinstance(item, tuple):
            found += _flat(item)
        elif type(item) in _PARTS:
            found.append(item)
    return tuple(found)


def _of_all_parts(kind: type) -> Callable[[Any], tuple[Node, ...]]:
    parts = _PARTS[kind]
    return lambda node: _flat(tuple(getattr(node, name) for name in parts))


_LEAVES: Final = frozenset({Num, Name})
_CHILDREN: dict[type, Callable[[Any], tuple[Node, ...]]] = {kind: _of_all_parts(kind) for kind in _PARTS} | {
    Num: lambda node: (),
    Name: lambda node: (),
    Call: lambda node: node.args,
    Index: lambda node: (node.base, *node.indices),
    Member: lambda node: (node.base, *node.indices),
    Big: lambda node: (*node.binders, node.body),
    Apply: lambda node: (*node.args, *node.given, *node.indices),
    Derivative: lambda node: (node.of, *node.by),
    Chain: lambda node: node.sides,
}


@by_identity
def walk(node: Node) -> tuple[Node, ...]:
    """The node and everything below it, parents first."""
    stack, found = [node], list[Node]()
    while stack:
        inner = stack.pop()
        found.append(inner)
        if type(inner) not in _LEAVES:  # most of every formula
            stack.extend(reversed(children(inner)))
    return tuple(found)


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names that no big operator around them binds."""
    if isinstance(node, Name):
        return frozenset() if node.text in bound else frozenset({node.text})
    if isinstance(node, Big):
        bound = bound | {binder.name.text for binder in node.binders}
    return frozenset().union(*(free_names(child, bound) for child in children(node)))


@by_identity
def names(node: Node) -> frozenset[str]:
    """Every name that occurs in the node, bound or free."""
    return frozenset([inner.text for inner in walk(node) if type(inner) is Name])


def is_whole(node: Node) -> bool:
    """Whether it is a whole number that is written out."""
    return isinstance(node, Num) and node.value.denominator == 1


def is_quotient(node: Node) -> bool:
    return isinstance(node, Call) and node.op == "div"


def plus(node: Node, more: int) -> Node:
    """A whole number with some more, written as people do: n - 1, 2."""
    if isinstance(node, Num) and node.value.denominator == 1 and node.value + more >= 0:
        return Num(str(node.value + more))
    if more == 0:
        return node
    if isinstance(node, Call) and node.op in {"add", "sub"} and isinstance(node.args[1], Num):
        now = node.args[1].value if node.op == "add" else -node.args[1].value
        return plus(node.args[0], int(now) + more) if now.denominator == 1 else Call("add", (node, Num(str(more))))
    return Call("add" if more > 0 else "sub", (node, Num(str(abs(more)))))
