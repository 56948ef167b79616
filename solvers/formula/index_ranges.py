"""What indices run through, at the end of a declaration or alone: t = 1, ..., T; for i, j = 1, ..., n and i != j."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Final

from solvers.formula.definitions import with_numbers
from solvers.formula.nodes import Big, Chain, Index, Member, Name, Node, Num, free_names, names, walk
from solvers.formula.parser import parse
from solvers.formula.targets import UNKNOWN, Bound
from solvers.formula.tokens import Scope, Unreadable

MOST: Final = 8  # ranges in one text
MOST_PLACES: Final = 64
_EVERY = r"for(?:\s+(?:all|each|every|any))?"
_FOR = rf"(?:(?<![A-Za-z\\]){_EVERY}\s+|\\text\{{\s*{_EVERY}\s*\}}\s*|\\q?quad\s*|\\forall(?![A-Za-z])\s*)"
_DOTS = r"\\ldots|\\dotsc|\\dots|\\cdots|\.\.\.?|…"
_DOTTED = re.compile(rf"(?:{_DOTS})\s*,?\s*$")
_BETWEEN = r"(?:[,;\s]|(?<![A-Za-z\\])and\s|\\text\{\s*and\s*\})*"
_RANGE = re.compile(
    rf"(?:(?:^|[,;]|{_FOR})\s*{_FOR}?\$?\s*(?P<several>[A-Za-z](?:\s*,\s*[A-Za-z])+)"
    rf"|{_BETWEEN}{_FOR}?\$?\s*(?<![A-Za-z\\])(?P<one>[A-Za-z]))"
    r"\s*=\s*(?P<low>\w+)\s*,?\s*(?:(?<=,)\s*(?P<next>\w+)\s*,\s*)?"
    rf"(?:{_DOTS})\s*,?\s*(?P<high>\w+|\\[A-Za-z]+|\w+\s*[-+]\s*\d+)\s*\$?\s*$"
)
_BESIDE = re.compile(
    _BETWEEN + r"(?:with\s+|\\text\{\s*with\s*\}\s*)?"
    r"(?P<said>([A-Za-z])\s*(?:\\neq?(?![A-Za-z])|!=|≠|<=?|\\l(?:e|t|eq)(?![A-Za-z])|≤)\s*([A-Za-z]))\s*$"
)

_NEAR = re.compile(r"[<≤≠]|!=|\\(?:ne|l[et])")
_LESS = r"(?:\\(?:le|leq|lt|leqslant)(?![A-Za-z])|<=?|≤)"
_SYMBOL = r"\s*\\?[A-Za-z]\w*(?:_\{[^{}]*\})?\s*"
_LISTED = re.compile(
    rf"(?P<low>\s*-?[\d.]+\s*)(?P<first>{_LESS})(?P<names>{_SYMBOL}(?:,{_SYMBOL})+)(?P<last>{_LESS})(?P<high>[^,<>=≤≥]+)"
)


def split_range(text: str) -> tuple[str, tuple[Bound, ...]]:
    """The text without the ranges at its end, as in ", i = 1, ..., m, j = 1, ..., n", and those ranges."""
    found: tuple[Bound, ...] = ()
    if not any(dots in text for dots in ("dots", "..", "…")):  # most texts
        return text, found
    for _ in range(MOST):
        match = _RANGE.search(text)
        if match is None or not _follows(match["low"], match["next"]):
            break
        start, letters = match.start(), re.findall("[A-Za-z]", match["several"] or match["one"])
        if match["several"] and _DOTTED.search(text[: match.start("several")]):  # the m of i = 1, ..., m, j = 1, ..., n
            start, letters = match.start("several") + 1, letters[1:]
        low, high = _bound(match["low"]), _bound(match["high"])
        found = (*((letter, low, high) for letter in letters), *found)
        text = text[:start]
    return text, found


def split_conditions(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what is said of its indices behind their ranges (i, j = 1, ..., n, i != j), and that."""
    near = _NEAR.search(text[-40:])  # most texts end in no such relation, and are not gone through
    match = _BESIDE.search(text) if near else None
    if match is None:
        return text, ()
    before = text[: match.start()]
    known = {name for name, _, _ in split_range(before)[1]}
    return (before, (match["said"],)) if {match[2], match[3]} <= known else (text, ())


def within_bounds(text: str) -> list[str]:
    """0 < a, b < 1 as 0 < a < 1 and 0 < b < 1."""
    match = _LISTED.fullmatch(text)
    if match is None:
        return []
    names = [name.strip() for name in match["names"].split(",")]
    return [f"{match['low']} {match['first']} {name} {match['last']} {match['high']}" for name in names]


def each_of(chain: Chain, bounds: Sequence[Bound], scope: Scope) -> tuple[Chain, ...] | Unreadable:
    """What a relation says that holds for its ranges: itself where they leave no entry out, else one for each place."""
    indexed = {name for node in walk(chain) if isinstance(node, Index) for i in node.indices for name in names(i)}
    meant = [bound for bound in bounds if bound[0] in indexed]
    if all(_every_entry(chain, bound, scope) for bound in meant):
        return (chain,)
    ends = [(_whole(low), _whole(high)) for _, low, high in meant]
    ranges = [range(low, high + 1) for low, high in ends if low is not None and high is not None]
    if len(ranges) < len(meant) or prod(map(len, ranges)) > MOST_PLACES:
        said = f"a range that leaves entries out is read between numbers, {MOST_PLACES} places at most: i = 2, ..., 5"
        return Unreadable(said, 0, 1)
    letters = [name for name, _, _ in meant]
    each = (dict(zip(letters, places, strict=True)) for places in product(*ranges))
    return tuple(
        Chain(tuple(with_numbers(side, at) for side in chain.sides), chain.relations, chain.span) for at in each
    )


def _every_entry(chain: Node, bound: Bound, scope: Scope) -> bool:
    """Whether a range is all that its index can be, as far as sizes are known."""
    name, low, high = bound
    sizes: list[Node] = []
    for node in walk(chain):
        if isinstance(node, Index):
            declared = scope.names.get(node.base.text) if isinstance(node.base, Name) else None
            shape = () if declared is None else declared.shape or ()
            sizes += [size for size, index in zip(shape, node.indices, strict=False) if index == Name(name)]
            if shape and any(index != Name(name) and name in names(index) for index in node.indices):
                return False  # x_{i + 1} > x_i
    return not sizes or (low == Num("1") and all(size in (UNKNOWN, high) for size in sizes))


def _whole(node: Node) -> int | None:
    return int(node.value) if isinstance(node, Num) and node.value.denominator == 1 else None


def _follows(low: str, following: str | None) -> bool:
    """Whether 1, 2, ..., n goes up by ones."""
    return following is None or (low.isdecimal() and following.isdecimal() and int(following) == int(low) + 1)


def _bound(text: str) -> Node:
    if text.isdigit():
        return Num(text)
    parsed = parse(text)
    return Name(text) if isinstance(parsed, Unreadable) else parsed.node


def counting(node: Node) -> set[str]:
    """The names that stand in an index, or in the ends of a range: they are whole numbers."""
    found: set[str] = set()
    for inner in walk(node):
        places = inner.indices if isinstance(inner, (Index, Member)) else ()
        ends = [end for b in inner.binders for end in (b.low, b.high)] if isinstance(inner, Big) else []
        for place in (*places, *ends):
            found |= set() if place is None else free_names(place)
    return found
