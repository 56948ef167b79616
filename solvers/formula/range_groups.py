"""The binders of a sum, in groups, and the conditions beside their ranges: i, j = 1, i < j; 1 <= i != j <= n."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from solvers.formula.nodes import Binder, Call, Chain, Name, Node, Num, plus
from solvers.formula.reader import Reader
from solvers.formula.tokens import Token

ORDER = {"<", "<=", ">", ">="}
_CONVERSE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}


@dataclass(slots=True)
class Groups:
    """The binders read so far, outermost first; those of one group have one range. `free` waits for a range."""

    found: list[tuple[Binder, ...]] = field(default_factory=list)
    free: list[Name] = field(default_factory=list)

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
    groups.found.append((*(Binder(v, span=v.span) for v in dict.fromkeys(free)), Binder(last, None, None, condition)))


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
    names = sides[1:-1]
    if not names or not set(relations) <= {"<", "<="} or not all(isinstance(n, Name) for n in names):
        raise reader.fail("expected the name of an index", first)
    high = sides[-1] if relations[-1] == "<=" else Call("sub", (sides[-1], Num("1")))
    low = sides[0]
    for name, relation in zip(names, relations, strict=False):
        start = plus(low, 1) if relation == "<" else low
        assert isinstance(name, Name)
        groups.found.append((Binder(name, start, high, None, name.span),))
        low = name


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
