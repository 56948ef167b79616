"""The form of a formula, with what is trivial about it taken out: order, brackets, transposes, + 0, times 1, notation.

Two formulas of one form say the same in the same way. Values play no part: that is `solvers.equality`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from solvers.formula.env import Definition
from solvers.formula.nodes import (
    Apply,
    At,
    Big,
    Binder,
    Call,
    Derivative,
    Index,
    Member,
    Name,
    Node,
    Num,
    map_children,
    walk,
)

Atom: TypeAlias = tuple[Any, ...]  # a factor that is looked into no further
MOST_NODES = 4000  # of an expanded formula
_PRODUCTS = frozenset({"mul", "dot", "times", "star", "hadamard", "tensor", "outer", "inner"})
_UNWRITTEN = frozenset({"transpose", "diag", "tr"})  # notation around a product
_INVERSE = {("log", "exp"), ("exp", "log"), ("inv", "inv"), ("sqrt", "square")}


@dataclass(frozen=True, slots=True)
class Term:
    """A number times factors, each with its exponent."""

    factor: Fraction
    atoms: frozenset[tuple[Atom, Fraction]]


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of terms in no order."""

    terms: frozenset[Term]


def form_of(node: Node) -> Form:
    """The form of a formula."""
    return Form(frozenset(Term(c, atoms) for atoms, c in _sum(node, {}).items()))


def contains(outer: Form, inner: Form, deep: bool = True) -> bool:
    """Whether `inner` stands whole in `outer`: as some of its terms or factors of one, or (deep) within a factor."""
    if not inner.terms or inner in (ONE, ZERO):
        return False
    if (
        inner.terms <= outer.terms
        or Form(frozenset(Term(-t.factor, t.atoms) for t in inner.terms)).terms <= outer.terms
    ):
        return True
    return any(_in_term(term, inner, deep) for term in outer.terms)


def mentions(outer: Form, inner: Form) -> bool:
    """Whether all factors of `inner` stand somewhere in `outer`, at any depth and with any exponent."""
    atoms = {atom for term in inner.terms for atom, _ in term.atoms}
    return bool(atoms) and all(any(_within(o, atom) for t in outer.terms for o, _ in t.atoms) for atom in atoms)


def _in_term(term: Term, inner: Form, deep: bool) -> bool:
    if len(inner.terms) == 1:
        (wanted,) = inner.terms
        own = dict(term.atoms)
        if deep and any(_within(atom, wanted.atoms) for atom, _ in term.atoms):
            return bool(wanted.atoms)
        return bool(wanted.atoms) and all(_reaches(own.get(atom, Fraction(0)), power) for atom, power in wanted.atoms)
    whole = _atom_of_sum({t.atoms: t.factor for t in inner.terms})[0]
    return any(_within(atom, whole) if deep else atom == whole for atom, _ in term.atoms)


def _reaches(own: Fraction, wanted: Fraction) -> bool:
    return own >= wanted > 0 or own <= wanted < 0


def _within(atom: object, whole: object) -> bool:
    return atom == whole or (isinstance(atom, (tuple, frozenset)) and any(_within(inner, whole) for inner in atom))


Sum: TypeAlias = dict[frozenset[tuple[Atom, Fraction]], Fraction]
Bound: TypeAlias = Mapping[str, int]


def _sum(node: Node, bound: Bound) -> Sum:
    """The terms of a formula: factors -> number."""
    if isinstance(node, Num):
        return {frozenset(): node.value} if node.value else {}
    if node == Name("I") and "I" not in bound:
        return {frozenset(): Fraction(1)}  # the identity matrix, which changes no product
    if isinstance(node, Call):
        row = _SUMS.get(node.op)
        if row is not None:
            return row(node, bound)
        if node.op in _PRODUCTS:
            return _product([_sum(arg, bound) for arg in node.args])
        if node.op in _UNWRITTEN:
            return _sum(node.args[0], bound)
    if isinstance(node, Derivative):
        return _derivative(node, bound)
    if isinstance(node, Index):
        return _entry(node, bound)
    if isinstance(node, Big):
        inner = _big(node, bound)
        if inner is not None:
            return inner
    return {frozenset({(_atom(node, bound), Fraction(1))}): Fraction(1)}


def _added(parts: list[Sum]) -> Sum:
    total: Counter[frozenset[tuple[Atom, Fraction]]] = Counter()
    for part in parts:
        for atoms, factor in part.items():
            total[atoms] += factor  # type: ignore[assignment]
    return {atoms: Fraction(factor) for atoms, factor in total.items() if factor}


def _scaled(part: Sum, factor: Fraction) -> Sum:
    return {atoms: value * factor for atoms, value in part.items()} if factor else {}


def _product(parts: list[Sum]) -> Sum:
    """The product as one term: a factor that is a sum of several terms stays whole."""
    factor, powers = Fraction(1), dict[Atom, Fraction]()
    for part in parts:
        if not part:
            return {}
        own, atoms = _as_term(part)
        factor *= own
        for atom, power in atoms:
            powers[atom] = powers.get(atom, Fraction(0)) + power
    return {frozenset((atom, power) for atom, power in powers.items() if power): factor}


def _as_term(part: Sum) -> tuple[Fraction, frozenset[tuple[Atom, Fraction]]]:
    if len(part) == 1:
        ((atoms, factor),) = part.items()
        return factor, atoms
    atom, factor = _atom_of_sum(part)
    return factor, frozenset({(atom, Fraction(1))})


def _atom_of_sum(part: Sum) -> tuple[Atom, Fraction]:
    """A sum as a factor, and the number taken out of it, so that 2 a - 2 b and a - b are one."""
    first = min(part, key=lambda atoms: sorted(map(repr, atoms)))
    content = part[first]
    return ("sum", frozenset((atoms, value / content) for atoms, value in part.items())), content


def _power(node: Call, bound: Bound) -> Sum:
    base, exponent = _sum(node.args[0], bound), _sum(node.args[1], bound)
    if len(exponent) > 1 or (exponent and frozenset() not in exponent) or not base:
        return {frozenset({(("pow", _key(base), _key(exponent)), Fraction(1))}): Fraction(1)}
    return _raised(base, exponent.get(frozenset(), Fraction(0)))


def _raised(base: Sum, power: Fraction) -> Sum:
    factor, atoms = _as_term(base)
    if power.denominator == 1 and abs(power) <= 64:
        number = factor ** int(power)
    elif factor == 1:
        number = Fraction(1)
    else:
        atoms, number = atoms | {(("num", factor), Fraction(1))}, Fraction(1)
    out = dict[Atom, Fraction]()
    for atom, own in atoms:
        _norm_or(atom, own * power, out)
    return {frozenset(out.items()): number} if power else {frozenset(): Fraction(1)}


def _norm_or(atom: Atom, power: Fraction, out: dict[Atom, Fraction]) -> None:
    """A Euclidean norm squared is the product of what it is of with itself."""
    if atom[0] == "norm" and power.denominator == 1 and power % 2 == 0:
        factor = dict(atom[1])
        if len(factor) == 1:
            for inner, own in next(iter(factor)):
                out[inner] = out.get(inner, Fraction(0)) + own * power
            return
        whole = _atom_of_sum(factor)[0]
        out[whole] = out.get(whole, Fraction(0)) + power
        return
    out[atom] = out.get(atom, Fraction(0)) + power


def _norm(node: Call, bound: Bound) -> Sum:
    if node.args[1] not in (Num("2"), Name("F")):
        return {
            frozenset({(("norm of", _key(_sum(node.args[0], bound)), repr(node.args[1])), Fraction(1))}): Fraction(1)
        }
    inner = _sum(node.args[0], bound)
    if not inner:
        return {}
    factor, atoms = _as_term(inner)
    return {frozenset({(("norm", frozenset({(atoms, Fraction(1))})), Fraction(1))}): abs(factor)}


def _functioned(node: Call, bound: Bound) -> Sum:
    inner = node.args[0]
    if isinstance(inner, Call) and (node.op, inner.op) in _INVERSE:
        return _sum(inner.args[0], bound)
    argument = _sum(inner, bound)
    if node.op == "exp" and not argument:
        return {frozenset(): Fraction(1)}
    if node.op == "log" and argument == {frozenset(): Fraction(1)}:
        return {}
    return {frozenset({((node.op, _key(argument)), Fraction(1))}): Fraction(1)}


def _derivative(node: Derivative, bound: Bound) -> Sum:
    """Numbers stand before a derivative; how it is written does not count."""
    by = tuple(sorted((_key(_sum(name, bound)) for name in node.by), key=repr))
    inner = _sum(node.of, bound)
    if not inner:
        return {}
    factor, atoms = _as_term(inner)
    return {frozenset({(("derivative", frozenset({(atoms, Fraction(1))}), by), Fraction(1))}): factor}


def _entry(node: Index, bound: Bound) -> Sum:
    """An entry of a sum is the sum of the entries; numbers stand before it."""
    indices = tuple(_key(_sum(index, bound)) for index in node.indices)
    parts = _sum(node.base, bound).items()
    return {frozenset({(("entry", atoms, indices), Fraction(1))}): factor for atoms, factor in parts}


def _big(node: Big, bound: Bound) -> Sum | None:
    """A sum or expectation with the numbers taken out and its index without a name; None for other ones."""
    if node.op not in {"sum", "E"}:
        return None
    inside = {**bound, **{b.name.text: len(bound) + k for k, b in enumerate(node.binders)}}
    inner = _sum(node.body, inside)
    if not inner:
        return {}
    factor, atoms = _as_term(inner)
    ranges = tuple(_range(b, inside) for b in node.binders)
    return {frozenset({(("big", node.op, ranges, frozenset({(atoms, Fraction(1))})), Fraction(1))}): factor}


def _range(binder: Binder, inside: Bound) -> Atom:
    ends = (binder.low, binder.high, binder.domain)
    return tuple(None if end is None else _key(_sum(end, inside)) for end in ends)


def _key(part: Sum) -> frozenset[tuple[frozenset[tuple[Atom, Fraction]], Fraction]]:
    return frozenset(part.items())


def _atom(node: Node, bound: Bound) -> Atom:
    """A factor that no rule takes apart: its kind and what it is made of."""
    if isinstance(node, Name):
        return ("bound", bound[node.text]) if node.text in bound else ("name", node.text)
    if isinstance(node, Big):
        inside = {**bound, **{b.name.text: len(bound) + k for k, b in enumerate(node.binders)}}
        ranges = tuple(_range(b, inside) for b in node.binders)
        return ("big", node.op, ranges, _key(_sum(node.body, inside)))
    parts: list[Any] = [type(node).__name__]
    parts += [_frozen(getattr(node, name), bound) for name in node.__dataclass_fields__ if name != "span"]
    return tuple(parts)


def _frozen(item: object, bound: Bound) -> object:
    if isinstance(item, tuple):
        return tuple(_frozen(inner, bound) for inner in item)
    if isinstance(item, Node):
        return _key(_sum(item, bound))
    return item


_SUMS: dict[str, Callable[[Call, Bound], Sum]] = {
    "add": lambda node, bound: _added([_sum(arg, bound) for arg in node.args]),
    "sub": lambda node, bound: _added([_sum(node.args[0], bound), _scaled(_sum(node.args[1], bound), Fraction(-1))]),
    "neg": lambda node, bound: _scaled(_sum(node.args[0], bound), Fraction(-1)),
    "div": lambda node, bound: _product([_sum(node.args[0], bound), _raised_or(node.args[1], bound)]),
    "inv": lambda node, bound: _raised_or(node.args[0], bound),
    "hadamard": lambda node, bound: _product([_sum(arg, bound) for arg in node.args if arg != Name("ones")]),
    "pow": _power,
    "norm": _norm,
    **dict.fromkeys(("exp", "log"), _functioned),
}


def _raised_or(node: Node, bound: Bound) -> Sum:
    below = _sum(node, bound)
    return _raised(below, Fraction(-1)) if below else {frozenset({(("zero",), Fraction(-1))}): Fraction(1)}


ONE, ZERO = form_of(Num("1")), form_of(Num("0"))


# ----- definitions put in -----


def expanded(node: Node, definitions: Mapping[str, tuple[Definition, ...]]) -> Node:
    """The formula with the right sides of `definitions` in the place of what they define, as far as they go."""
    for _ in range(12):
        again = _expanded_once(node, definitions)
        if again == node or sum(1 for _ in walk(again)) > MOST_NODES:
            return node
        node = again
    return node


def _expanded_once(node: Node, definitions: Mapping[str, tuple[Definition, ...]]) -> Node:
    found = _right_side(node, definitions)
    if found is not None:
        return found
    if isinstance(node, Big):  # an index is no name that is defined
        bound = {binder.name.text for binder in node.binders}
        inner = {name: found for name, found in definitions.items() if name not in bound}
        return map_children(node, lambda child: _expanded_once(child, inner))
    return map_children(node, lambda child: _expanded_once(child, definitions))


def _right_side(node: Node, definitions: Mapping[str, tuple[Definition, ...]]) -> Node | None:
    name = node.name if isinstance(node, Apply) else node.text if isinstance(node, Name) else _base(node)
    for definition in definitions.get(name or "", ()):
        bound = _matched(definition, node)
        if bound is not None:
            return put_in(definition.right, bound)
    return None


def _base(node: Node) -> str | None:
    return node.base.text if isinstance(node, (Member, Index)) and isinstance(node.base, Name) else None


def _matched(definition: Definition, node: Node) -> dict[str, Node] | None:
    """What the index names and arguments of a definition stand for where it defines `node`; None where it does not."""
    left = definition.left
    if isinstance(left, Name) and isinstance(node, Name):
        return {} if left == node else None
    if isinstance(left, Apply) and isinstance(node, Apply):
        pairs = list(zip((*left.args, *left.given), (*node.args, *node.given), strict=False))
        same = (len(left.args), len(left.given)) == (len(node.args), len(node.given))
        named = [(a.text, b) for a, b in pairs if isinstance(a, Name)]
        return dict(named) if same and len(named) == len(pairs) else None
    if isinstance(left, (Member, Index)) and type(left) is type(node) and len(left.indices) == len(node.indices):
        bound: dict[str, Node] = {}
        for index, place in zip(left.indices, node.indices, strict=True):
            if isinstance(index, Name) and index.text in definition.indices:
                bound[index.text] = place
            elif index != place:
                return None
        return bound
    return None


def put_in(node: Node, values: Mapping[str, Node]) -> Node:
    """The formula with nodes in the place of names; names that a big operator binds stay."""
    if isinstance(node, Name):
        return values.get(node.text, node)
    if isinstance(node, Big):
        bound = {binder.name.text for binder in node.binders}
        values = {name: value for name, value in values.items() if name not in bound}
    if isinstance(node, At):
        return node
    return map_children(node, lambda child: put_in(child, values))
