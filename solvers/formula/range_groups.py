"""The binders of a sum, in groups, and the conditions beside their ranges: i, j = 1, i < j; 1 <= i != j <= n."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeGuard

from solvers.formula.nodes import Binder, Call, Chain, Name, Node, Num, names, plus
from solvers.formula.reader import Reader
from solvers.formula.tokens import Token

ORDER = {"<", "<=", ">", ">="}
_INDICES = frozenset("ijkl")  # the usual ones: an n that nothing says more of is a size
_CONVERSE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}


@dataclass(slots=True)
class Groups:
    """The binders read so far, outermost first; those of one group have one range. `free` waits for a range.

    `below`: the names that stand below a line in what is summed; `spoken`: all names there. `where`: the conditions on
    values, of the terms that count.
    """

    below: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    found: list[tuple[Binder, ...]] = field(default_factory=list)
    free: list[Name] = field(default_factory=list)
    where: list[Node] = field(default_factory=list)

    def close(self, low: Node | None = None, high: Node | None = None, domain: Node | None = None) -> None:
        if self.free:
            self.found.append(tuple(Binder(v, low, high, domain, v.span) for v in self.free))
            self.free = []


def conditioned(condition: Chain, variables: list[Name], groups: Groups, reader: Reader) -> None:
    """A condition on a name that has its range already, or on one that runs freely."""
    last, other = variables[-1], condition.sides[1]
    ranged = [binder.name for group in groups.found for binder in group]
    if last in ranged:
        if other in ranged and ranged.index(last) < ranged.index(other):  # i, j = 1, i < j: what runs inside is bound
            assert isinstance(other, Name)
            last, condition = other, Chain(condition.sides[::-1], (_CONVERSE[condition.relations[0]],))
        _restricted(last, condition, groups, reader)
        return
    free = [v for v in (*groups.free, *variables) if v != last]
    if isinstance(other, Name) and last in groups.free and other in groups.free:  # i, j: i != j
        free = [v for v in groups.free if v != last]
    groups.free = []
    place = next((k for k, group in enumerate(groups.found) if _hangs(group, last)), len(groups.found))
    before = (Binder(v, span=v.span) for v in dict.fromkeys(free))
    groups.found.insert(place, (*before, Binder(last, None, None, condition)))


def _hangs(group: tuple[Binder, ...], name: Name) -> bool:
    """Whether a condition speaks of a name, which then runs outside of it: i < j, j < k."""
    return any(isinstance(binder.domain, Chain) and name in binder.domain.sides for binder in group)


def _restricted(name: Name, condition: Chain, groups: Groups, reader: Reader) -> None:
    """Puts a condition on a name that has its range."""
    place = next(k for k, group in enumerate(groups.found) if any(b.name == name for b in group))
    group = groups.found[place]
    at = next(k for k, binder in enumerate(group) if binder.name == name)
    if group[at].domain is not None:
        raise reader.fail("one condition on an index is read, besides its range")
    apart = (group[:at], (replace(group[at], domain=condition),), group[at + 1 :])
    groups.found[place : place + 1] = [part for part in apart if part]


def ordered(reader: Reader, sides: list[Node], relations: list[str], groups: Groups, first: Token) -> None:
    """1 <= i < j <= n: each name from the one before it up to the end."""
    if relations[0] in {">", ">="}:
        sides, relations = sides[::-1], [{">": "<", ">=": "<="}.get(r, r) for r in reversed(relations)]
    inner = [side for side in sides[1:-1] if isinstance(side, Name)]
    if not inner or not set(relations) <= {"<", "<="} or len(inner) < len(sides) - 2:
        raise reader.fail("expected the name of an index", first)
    if any(one == other for one, other in pairwise(side for side in sides if isinstance(side, Name))):
        raise reader.fail("an index is said to be beyond itself", first)
    alone = groups.below.isdisjoint(name.text for name in inner)  # what is summed does not speak of the indices
    if _runs(sides[-1], groups, reader, alone) and sides[-1].text in groups.below | _INDICES:
        _all_running(sides, relations, groups)
        return
    high = sides[-1] if relations[-1] == "<=" else Call("sub", (sides[-1], Num("1")))
    low = sides[0]
    if _runs(low, groups, reader, alone):  # i < j <= n
        first_name, *inner = inner
        condition = Chain((low, first_name), (relations[0],))
        groups.found.append((Binder(first_name, Num("1"), high, condition, first_name.span),))
        low, relations = first_name, relations[1:]
    for name, relation in zip(inner, relations, strict=False):
        start = plus(low, 1) if relation == "<" else low
        groups.found.append((Binder(name, start, high, None, name.span),))
        low = name


def _runs(end: Node, groups: Groups, reader: Reader, alone: bool) -> TypeGuard[Name]:
    """Whether an end of a chain of bounds may be an index that runs too: nothing says what it is, and what is summed
    has it below a line, or speaks of none of the indices.
    """
    if not isinstance(end, Name) or end.text in reader.bound or end.text in reader.scope.names:
        return False
    sizes = (size for declared in reader.scope.names.values() for size in declared.shape or ())
    used = end.text in groups.below or (alone and end.text not in groups.spoken)
    return used and not any(end.text in names(size) for size in sizes)


def _all_running(sides: list[Node], relations: list[str], groups: Groups) -> None:
    """i < j < k: each name between the one before it and the last, which run too if they mean nothing elsewhere."""
    for place in range(1, len(sides) - 1):
        name, last = sides[place], place == len(sides) - 2
        assert isinstance(name, Name)
        chain = Chain((sides[place - 1], name, sides[-1]), (relations[place - 1], relations[-1] if last else "<="))
        groups.found.append((Binder(name, None, None, chain, name.span),))


def differing(reader: Reader, sides: list[Node], relations: list[str], groups: Groups, first: Token) -> None:
    """1 <= i != j <= n: two names between the same bounds."""
    low, one, other, high = sides
    for name in (one, other):
        ordered(reader, [low, name, high], [relations[0], relations[2]], groups, first)
    assert isinstance(other, Name)
    _restricted(other, Chain((other, one), ("!=",)), groups, reader)


def variables_of(node: Node) -> list[Name]:
    """i, or i j of \\sum_{ij}."""
    if isinstance(node, Name):
        return [node]
    if isinstance(node, Call) and node.op == "mul" and isinstance(node.args[1], Name):
        before = variables_of(node.args[0])
        return [*before, node.args[1]] if before else []
    return []


__all__ = ["ORDER", "Groups", "conditioned", "differing", "ordered", "variables_of"]
