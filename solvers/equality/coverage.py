"""Which sides of branches the points have reached: relu and min(relu, 6) agree wherever x is below 6.

A side that is never reached leaves the verdict open, unless its form shows that it cannot be: |p| of a probability has
one side only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Final

from solvers.equality.bounds import Known, bounds
from solvers.formula.definitions import reached
from solvers.formula.domains import constant
from solvers.formula.nodes import Call, Cases, Chain, Node, Num, children, names, walk
from solvers.formula.to_plain import to_plain
from solvers.formula.watch import ONE_SIDED, PICKING, STEPPED, Watch

FAR_OUT: Final = 3  # a number that few random points are beyond
_OF_POSITIVE: Final = frozenset({"sqrt", "log", "log2", "log10"})
_NOT: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a branch: all of these relations hold, and not all of any of `before` (earlier cases)."""

    holds: tuple[tuple[Node, str, Node], ...]
    before: tuple[tuple[tuple[Node, str, Node], ...], ...] = ()

    def __str__(self) -> str:
        if not self.holds:
            return "otherwise"
        return " and ".join(f"{to_plain(a)} {relation} {to_plain(b)}" for a, relation, b in self.holds)

    def possible(self, known: Known) -> bool:
        """False if the form of the formulas shows that no point can be on this side."""
        if not all(_possible(relation, known) for relation in self.holds):
            return False
        return all(any(_possible((a, _NOT[r], b), known) for a, r, b in earlier) for earlier in self.before)


def _possible(relation: tuple[Node, str, Node], known: Known) -> bool:
    a, sign, b = relation
    return bounds(Call("sub", (a, b)), known).allows(sign)


def sides_of(node: Node) -> tuple[Side, ...]:
    """The sides of a branch, in the order in which `Watch` notes them."""
    zero = Num("0")
    if isinstance(node, Call) and node.op.rstrip("'") in ONE_SIDED:
        return tuple(Side(((node.args[0], sign, zero),)) for sign in (">", "<"))
    if isinstance(node, Call) and node.op in PICKING:
        return tuple(Side(((a, sign, b),)) for a, b in combinations(node.args, 2) for sign in (">", "<"))
    if isinstance(node, Chain):
        relations = [(a, r, b) for (a, b), r in zip(pairwise(node.sides), node.relations, strict=True)]
        return tuple(Side((way,)) for a, r, b in relations if r in _NOT for way in ((a, r, b), (a, _NOT[r], b)))
    if isinstance(node, Cases):
        return tuple(_of_cases(node))
    return ()


def _of_cases(node: Cases) -> Iterator[Side]:
    before: list[tuple[tuple[Node, str, Node], ...]] = []
    for _, condition in node.branches:
        if isinstance(condition, Chain):
            pairs = zip(pairwise(condition.sides), condition.relations, strict=True)
            relations = tuple((a, r, b) for (a, b), r in pairs)
            yield Side(relations, tuple(before))
            before.append(relations)
        elif condition is None:
            yield Side((), tuple(before))


@dataclass(frozen=True, slots=True)
class Branches:
    """The branch nodes of some formulas and of what their definitions lead to, by id."""

    nodes: Mapping[int, Node]
    known: Known
    counting: frozenset[str] = frozenset()  # indices and sizes: a batch has one value of them

    def beyond(self, counted: frozenset[str]) -> bool:
        """Whether any branch hangs on more than these names, all values of which are tried anyway."""
        return any(not names(node) <= counted for node in self.nodes.values())

    def unreached(self, watches: Sequence[Watch]) -> list[Side]:
        """The sides that no point was on, of the branches that were evaluated at more than one number; not those that
        cannot be.
        """
        varied = set().union(*(watch.varied for watch in watches))
        varied |= {key for key, node in self.nodes.items() if names(node) & self.counting}
        reached: dict[int, list[bool]] = {}
        for watch in watches:
            for key, (_, masks) in watch.sides.items():
                now = [bool(mask.any()) for mask in masks]
                before = reached.get(key, [False] * len(now))
                reached[key] = [a or b for a, b in zip(before, now, strict=True)]
        missing = [
            side for key, node in self.nodes.items() if key in reached and key in varied
            for side, seen in zip(sides_of(node), reached[key], strict=False) if not seen
        ]  # fmt: skip
        return [side for side in missing if side.possible(self.known)]


def branches(formulas: Sequence[Node], known: Known, counting: frozenset[str] = frozenset()) -> Branches:
    """The branches that decide about the formulas; `counting` are the names of indices and sizes."""
    found: dict[int, Node] = {}
    reached_names = frozenset().union(*(reached(formula, known.definitions) for formula in formulas))
    defining = (d.right for name in sorted(reached_names) for d in known.definitions.get(name, ()))
    for node in (*formulas, *defining):
        _collect(node, found)
    return Branches(found, known, counting)


def _turns_far_out(node: Node) -> bool:
    """Whether a root, or a logarithm, is of something that vanishes at a number that random points seldom are beyond:
    the root of (x - 50)^2 is 50 - x up to there.
    """
    if not isinstance(node, Call) or node.op not in _OF_POSITIVE | {"pow"}:
        return False
    if node.op == "pow" and _is_whole(node.args[1]):
        return False
    inside = list(walk(node.args[0]))
    summed = any(isinstance(inner, Call) and inner.op in {"add", "sub"} for inner in inside)
    return summed and any(isinstance(inner, Num) and inner.value >= FAR_OUT for inner in inside)


def _is_whole(exponent: Node) -> bool:
    value = constant(exponent)
    return value is None or value.denominator == 1


def _collect(node: Node, found: dict[int, Node]) -> None:
    """Every branch node, every floor, and what turns far out; the conditions of cases count as their cases do."""
    if sides_of(node) or (isinstance(node, Call) and node.op in STEPPED) or _turns_far_out(node):
        found[id(node)] = node
    inner: Any = [value for value, _ in node.branches] if isinstance(node, Cases) else children(node)
    if isinstance(node, Cases):
        inner += [side for _, c in node.branches if isinstance(c, Chain) for side in c.sides]
    for child in inner:
        _collect(child, found)
