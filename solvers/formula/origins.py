"""Vectors that count from 0: x_0, ..., x_{n-1}, \\sum_{i=0}^{n-1} x_i^2 of an x in R^n, y_i = \\sum_j w_j x_{i+j}.

A declared vector counts from 0 where the texts take it from 0 to its size - 1, and nowhere from 1 to its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from solvers.formula.env import Definition
from solvers.formula.index_ranges import split_range
from solvers.formula.known import Context
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, Num, children, map_children
from solvers.formula.parser import Parsed, parse
from solvers.formula.targets import UNKNOWN, Bound
from solvers.formula.tokens import Declaration

Polynomial: TypeAlias = Mapping[tuple[str, ...], Fraction]  # by the names of each product, with repeats
Ends: TypeAlias = Mapping[str, tuple[Polynomial, Polynomial]]
MOST_TERMS: Final = 24
_INDEXED: Final = lazily(r"[_\[]")
_OTHER_ZEROS: Final = lazily(r"(?:>=?|≥|\\g(?:eq?|t)(?![a-z]))\s*0(?!\d)|\d*\.\d+|[1-9]\d+")


@dataclass(slots=True)
class _Uses:
    """The names that are taken from 0 to their size - 1, up to their size, at 0, and at their size - 1. `mixed`: those
    of the first beside one of the second of the same size in one sum, w_i x_{i+1}: which is meant, nobody can tell.
    """

    from_zero: set[str] = field(default_factory=set)
    from_one: set[str] = field(default_factory=set)
    at_zero: set[str] = field(default_factory=set)
    before_last: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)

    @property
    def zero_based(self) -> frozenset[str]:
        return frozenset((self.from_zero | (self.at_zero & self.before_last)) - self.from_one - self.mixed)

    def add(self, other: _Uses) -> None:
        for name in ("from_zero", "from_one", "at_zero", "before_last", "mixed"):
            getattr(self, name).update(getattr(other, name))


def counted_from_zero(context: Context, texts: Iterable[str], latex: bool | None = None) -> frozenset[str]:
    """The declared vectors and matrices that the texts, which may end in ranges, take from 0 on."""
    read: list[tuple[Node, tuple[Bound, ...]]] = []
    alone: dict[str, set[Bound]] = {}  # the one range of a letter holds for it everywhere
    for text in texts:
        body, bounds = split_range(text)
        parsed = parse(body, context.scope, latex) if _INDEXED.search(body) else None
        if isinstance(parsed, Parsed):
            read.append((parsed.node, bounds))
        for bound in bounds:
            alone.setdefault(bound[0], set()).add(bound)
    for name, known in context.scope.names.items():
        if isinstance(known.support, Call) and known.support.op == "range" and known.parameters is None:
            alone.setdefault(name, set()).add((name, known.support.args[0], known.support.args[1]))
    everywhere = [bound for found in alone.values() if len(found) == 1 for bound in found]
    uses = _Uses()
    for node, bounds in read:
        ends: dict[str, tuple[Polynomial, Polynomial]] = {}
        for bound in (*everywhere, *bounds):
            _run(bound, ends)
        _look(node, ends, context.scope.names, uses)
    return uses.zero_based


def with_origins(context: Context, texts: Sequence[str], latex: bool | None = None) -> Context:
    """The context in which vectors count from 0 that the texts take from there."""
    from_zero = any("0" in text and "0" in _OTHER_ZEROS.sub("", text) for text in texts)
    zero = counted_from_zero(context, texts, latex) if from_zero else frozenset()
    zero -= {name for name, around in context.scope.outside.items() if around.below == Num("0")}  # they begin at 1
    return counting(context, zero) if zero else context


def counting(context: Context, zero: frozenset[str]) -> Context:
    """The context in which these names count from 0, now and when they are declared."""
    known = {n: replace(d, origin=0) if n in zero and d.shape else d for n, d in context.scope.names.items()}
    return replace(context, scope=replace(context.scope, names=MappingProxyType(known), zero_based=zero))


def _run(bound: Bound, ends: dict[str, tuple[Polynomial, Polynomial]]) -> None:
    """One more letter with the least and the greatest value that it takes."""
    name, low, high = bound
    if high == UNKNOWN:
        return
    least, greatest = polynomial(low), polynomial(high)
    if least is not None and greatest is not None:
        ends[name] = (_extreme(least, ends, 0) or least, _extreme(greatest, ends, 1) or greatest)


def _look(node: Node, ends: Ends, declared: Mapping[str, Declaration], uses: _Uses) -> None:
    """Notes which places of declared vectors a formula takes, under what its indices run through."""
    if isinstance(node, Big):
        inside = dict(ends)
        for binder in node.binders:
            inside.pop(binder.name.text, None)
            if binder.low is not None and binder.high is not None and binder.domain is None:
                _run((binder.name.text, binder.low, binder.high), inside)
        inner = _Uses()
        for child in children(node):
            _look(child, inside, declared, inner)
        ones = {declared[name].shape for name in inner.from_one - inner.from_zero}
        inner.mixed |= {name for name in inner.from_zero - inner.from_one if declared[name].shape in ones}
        uses.add(inner)
        return
    if isinstance(node, Index):
        base = node.base.base if isinstance(node.base, Member) else node.base
        known = declared.get(base.text) if isinstance(base, Name) else None
        if isinstance(base, Name) and known is not None and len(known.shape or ()) == len(node.indices):
            for size, index in zip(known.shape or (), node.indices, strict=True):
                _note(base.text, size, index, ends, uses)
    for child in children(node):
        _look(child, ends, declared, uses)


def _note(name: str, size: Node, index: Node, ends: Ends, uses: _Uses) -> None:
    whole, place = polynomial(size), polynomial(index)
    if whole is None or place is None or size == UNKNOWN:
        return
    least, greatest = _extreme(place, ends, 0), _extreme(place, ends, 1)
    last = _sum(whole, {(): Fraction(-1)})
    if greatest == whole:
        uses.from_one.add(name)
    if least is not None and not least and greatest == last:
        uses.from_zero.add(name)
    if least is not None and not least:
        uses.at_zero.add(name)
    if greatest == last:
        uses.before_last.add(name)


def same_whole(a: Node, b: Node, definitions: Mapping[str, Sequence[Definition]]) -> bool:
    """Whether two sizes are the same one, whatever they are: m + 1 and n - k + 2, where m = n - k + 1."""
    first, second = (polynomial(_written_out(node, definitions)) for node in (a, b))
    return first is not None and first == second


def _written_out(node: Node, definitions: Mapping[str, Sequence[Definition]], depth: int = 3) -> Node:
    """A size with what is defined put in."""
    if isinstance(node, Name):
        found = definitions.get(node.text, ())
        plain = depth > 0 and len(found) == 1 and found[0].left == node
        return _written_out(found[0].right, definitions, depth - 1) if plain else node
    return map_children(node, lambda child: _written_out(child, definitions, depth))


def polynomial(node: Node) -> Polynomial | None:
    """A whole number as a polynomial in names; None if it is none, or a long one."""
    if isinstance(node, Num):
        return _clean({(): node.value})
    if isinstance(node, Name):
        return {(node.text,): Fraction(1)}
    if not isinstance(node, Call) or node.op not in {"add", "sub", "mul", "dot", "neg", "div"}:
        return None
    parts = [polynomial(arg) for arg in node.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.op == "neg":
        return _scaled(known[0], Fraction(-1))
    first, second = known
    if node.op in {"add", "sub"}:
        return _sum(first, _scaled(second, Fraction(1 if node.op == "add" else -1)))
    if node.op == "div":
        return _scaled(first, 1 / second[()]) if second.keys() == {()} else None
    return _times(first, second)


def _extreme(place: Polynomial, ends: Ends, which: int) -> Polynomial | None:
    """The least (0) or greatest (1) value where letters run; None where that is not clear by the signs."""
    found: Polynomial | None = {}
    for product, factor in place.items():
        letters = [name for name in product if name in ends]
        if len(letters) > 1 or found is None:
            return None
        term: Polynomial = {product: factor}
        if letters:
            rest = tuple(name for name in product if name != letters[0])
            term = _scaled(
                _times({rest: Fraction(1)}, ends[letters[0]][which if factor > 0 else 1 - which]) or {}, factor
            )
        found = _sum(found, term)
    return found


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    return _clean({product: a.get(product, Fraction(0)) + b.get(product, Fraction(0)) for product in {*a, *b}})


def _scaled(a: Polynomial, factor: Fraction) -> Polynomial:
    return _clean({product: factor * value for product, value in a.items()})


def _times(a: Polynomial, b: Polynomial) -> Polynomial | None:
    found: dict[tuple[str, ...], Fraction] = {}
    if len(a) * len(b) > MOST_TERMS:
        return None
    for p, x in a.items():
        for q, y in b.items():
            both = tuple(sorted((*p, *q)))
            found[both] = found.get(both, Fraction(0)) + x * y
    return _clean(found)


def _clean(a: Polynomial) -> Polynomial:
    return {product: value for product, value in a.items() if value}
