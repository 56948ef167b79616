"""Formulas as trees to be changed: every place with what stands around it, sums as terms, products as factors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from solvers.formula.nodes import (
    All,
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
    children,
    map_children,
)
from solvers.formula.operators import GREEK_LETTERS
from solvers.formula.to_plain import to_plain

PRODUCTS = frozenset({"mul", "dot", "times", "star", "hadamard"})
SUMS = frozenset({"add", "sub"})
MAX_PLACES = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a formula: `put` gives the formula with something else there; `above` holds the nodes around it."""

    node: Node
    put: Callable[[Node], Node]
    above: tuple[Node, ...] = ()

    @property
    def parent(self) -> Node | None:
        return self.above[-1] if self.above else None

    @property
    def binders(self) -> tuple[Binder, ...]:
        """What the big operators around this place run over, the outermost first."""
        return tuple(b for node in self.above if isinstance(node, Big) for b in node.binders)


def places(node: Node) -> list[Place]:
    """Every operand of a formula, parents first: not the binders of sums, nor what derivatives are taken by."""
    found: list[Place] = []
    _collect(Place(node, lambda new: new), found)
    return found


def _collect(place: Place, found: list[Place]) -> None:
    if len(found) >= MAX_PLACES or isinstance(place.node, (All, Binder)):
        return
    found.append(place)
    if isinstance(place.node, Derivative):
        return
    for number, child in enumerate(children(place.node)):
        if isinstance(place.node, (Index, Member)) and number:
            continue  # indices are not operands: `indices.py` changes them
        if isinstance(place.node, At) and child in place.node.names:
            continue
        _collect(_below(place, number, child), found)


def _below(place: Place, number: int, child: Node) -> Place:
    return Place(child, lambda new: place.put(with_child(place.node, number, new)), (*place.above, place.node))


def with_child(node: Node, number: int, new: Node) -> Node:
    """The node with its direct child number `number` (from 0, left to right) exchanged."""
    count = iter(range(10**6))
    return map_children(node, lambda child: new if next(count) == number else child)


def everywhere(node: Node, old: Node, new: Node) -> Node:
    """The formula with every `old` in it exchanged, but for the names of binders and what is differentiated by."""
    if node == old:
        return new
    if isinstance(node, Binder):
        low, high, domain = (p if p is None else everywhere(p, old, new) for p in (node.low, node.high, node.domain))
        return Binder(node.name, low, high, domain)
    if isinstance(node, At):
        return At(everywhere(node.body, old, new), node.names, tuple(everywhere(v, old, new) for v in node.values))
    if isinstance(node, Derivative) and not isinstance(new, (Name, Member, Index)):
        return Derivative(node.sign, everywhere(node.of, old, new), node.by)
    return map_children(node, lambda child: everywhere(child, old, new))


def occurrences(node: Node, wanted: Node) -> int:
    """How often a node stands in a formula."""
    return (node == wanted) + sum(occurrences(child, wanted) for child in children(node))


def size(node: Node) -> int:
    """How many nodes a formula has."""
    return 1 + sum(size(child) for child in children(node))


def terms(node: Node) -> list[tuple[int, Node]]:
    """A sum as its terms with their signs (1, -1): a - (b + c) has a, -b, -c."""
    if isinstance(node, Call) and node.op in SUMS:
        sign = 1 if node.op == "add" else -1
        return [*terms(node.args[0]), *((sign * s, t) for s, t in terms(node.args[1]))]
    if isinstance(node, Call) and node.op == "neg":
        return [(-s, t) for s, t in terms(node.args[0])]
    return [(1, node)]


def sum_of(parts: Sequence[tuple[int, Node]]) -> Node:
    """Terms with their signs as one sum; 0 if there are none."""
    if not parts:
        return Num("0")
    parts = [(-s, t.args[0]) if isinstance(t, Call) and t.op == "neg" else (s, t) for s, t in parts]
    (first_sign, first), *rest = parts
    total = first if first_sign > 0 else negative(first)
    return reduce(lambda t, part: Call("add" if part[0] > 0 else "sub", (t, part[1])), rest, total)


def negative(node: Node) -> Node:
    """-x; of -x, x."""
    return node.args[0] if isinstance(node, Call) and node.op == "neg" else Call("neg", (node,))


def factors(node: Node) -> list[Node]:
    """A product, written side by side, as its factors in order."""
    if isinstance(node, Call) and node.op in {"mul", "times"}:
        return [*factors(node.args[0]), *factors(node.args[1])]
    return [node]


def product_of(parts: Sequence[Node], op: str = "mul") -> Node:
    """Factors as one product; 1 if there are none."""
    return reduce(lambda a, b: Call(op, (a, b)), parts) if parts else Num("1")


def transposed(node: Node) -> Node:
    """x^T; of x^T, x."""
    return node.args[0] if isinstance(node, Call) and node.op == "transpose" else Call("transpose", (node,))


def is_sum(node: Node | None) -> bool:
    return isinstance(node, Call) and node.op in {*SUMS, "neg"}


def number(value: int) -> Node:
    return Num(str(value)) if value >= 0 else Call("neg", (Num(str(-value)),))


def show(node: Node) -> str:
    """A formula inside a sentence: as plain text, with Greek letters and without braces that say nothing."""
    text = _HATS.sub(lambda m: m[1] + _MARKS[m[2]], to_plain(node))
    text = _GREEK.sub(lambda m: _LETTERS[m[0]], text)
    text = _NORM.sub(lambda m: f"‖{m[2]}‖" + ("" if m[3] == "2" else f"_{m[3]}"), text)
    text = re.sub(r"\{(\w)\}", r"\1", text)
    text = re.sub(r"_\{(\w), (\w)\}", r"_\1\2", text)
    return re.sub(r"\^\((\w+) ([-+]) (\w+)\)", r"^(\1\2\3)", text)


_MARKS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}", "tilde": "\N{COMBINING TILDE}"}
_HATS = re.compile(rf"\b([A-Za-z]|{'|'.join(GREEK_LETTERS.values())})(hat|bar|tilde)(?![A-Za-z])")
_LETTERS = {word: letter for letter, word in GREEK_LETTERS.items() if word != "pi"} | {"pi": "π"}
_GREEK = re.compile(r"(?<![A-Za-z])(?:" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])")
_NORM = re.compile(r"(\()?norm\(([^(),]*), (\w+)\)(?(1)\))")


def signed(sign: int, node: Node) -> str:
    """A term with its sign inside a sentence: -(a + b)."""
    return show(node) if sign > 0 else "-" + show_factor(node)


def show_factor(node: Node) -> str:
    """A formula as a factor inside a sentence: a sum in brackets."""
    return f"({show(node)})" if is_sum(node) else show(node)


def show_divisor(node: Node) -> str:
    """A formula below a fraction bar inside a sentence: anything but one piece in brackets."""
    infix = isinstance(node, Call) and node.op in {*SUMS, *PRODUCTS, "neg", "div"}
    return f"({show(node)})" if infix else show(node)
