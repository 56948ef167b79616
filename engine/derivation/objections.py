"""What stands against a write-up that would reach its goal: what it assumes, redefines, gets wrong or leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from engine.derivation.declaring import target
from engine.derivation.given import Seen, clean, same_meaning, seen_in
from engine.derivation.judging import depends
from engine.derivation.trail import Link, Trail, stripped
from solvers.formula.context import Context
from solvers.formula.nodes import Chain, Derivative, Index, Node, names


def refusals(trail: Trail) -> Iterator[tuple[int | None, str]]:
    """Reasons for which nothing is earned: what is assumed, defined anew, or wrong."""
    yield from ((line, f"line {line} assumes what is to be shown") for line in _assumed(trail))
    yield from _anew(trail)
    yield from _unasked(trail)
    for link in trail.links:
        spoken = depends(link.left.node, link.left.context) | depends(link.right.node, link.left.context)
        if link.verdict == "wrong" and spoken & trail.reach:
            yield link.right.line, f"line {link.right.line} is wrong"


def unsettled(trail: Trail) -> Iterator[tuple[int, str]]:
    """Lines on the way that were not judged."""
    for link in trail.links:
        if link.verdict in {"undecided", "unreadable"} and _matters(trail, link):
            yield link.right.line, f"line {link.right.line} is {link.verdict}"


def _matters(trail: Trail, link: Link) -> bool:
    """Whether a link stands in a chain that works on the goal."""
    chain = [each for each in trail.links if each.chain == link.chain]
    sides = [side for each in chain for side in (each.left, each.right)]
    if trail.asked.condition is not None:
        return any(names(side.node) & names(trail.left) for side in sides)
    joined = trail.component | trail.entries
    return any(s.form in joined or _names_factor(trail, s) for s in sides)


def _names_factor(trail: Trail, seen: Seen) -> bool:
    bare = stripped(seen.node)
    if isinstance(bare, Derivative):
        return trail.is_factor(bare, seen.context)
    base = target(bare)
    return base in trail.reach and base in trail.asked.context.definitions


def _assumed(trail: Trail) -> Iterator[int]:
    """Lines that take the goal itself as given."""
    for said in trail.stated:
        if said.given and said.relation in {"=", ":="} and _is_goal(trail, said.left, said.right, said.context):
            yield said.line
    for link in trail.links:
        if link.verdict == "set" and trail.solves(link):
            yield link.right.line


def _is_goal(trail: Trail, left: Node, right: Node, context: Context) -> bool:
    own = clean(context, trail.asked.context)
    sides = [seen_in(node, 0, own, trail.asked.context) for node in (left, right)]
    for one, other in (sides, sides[::-1]):
        begins = trail.is_start(one) or trail.entry(one.node) is not None
        wanted = trail.right if trail.is_start(one) else Index(trail.right, trail.entry(one.node) or ())
        if begins and not trail.is_closed(other, not trail.is_start(one)) and trail.equals(other, wanted):
            return True
    return False


def _unasked(trail: Trail) -> Iterator[tuple[int, str]]:
    """Conditions that are set and do not follow from the question's."""
    if trail.asked.condition is None:
        return
    from solvers.equality.relations import follows  # numpy comes with it: 12 times the start of Python

    for link in trail.links:
        if link.verdict == "set":
            chain = Chain((link.left.node, link.right.node), (link.relation,))
            if follows([trail.asked.condition], chain, link.left.context).verdict != "valid":
                yield link.right.line, f"line {link.right.line} sets a condition that the question does not give"


def _anew(trail: Trail) -> Iterator[tuple[int | None, str]]:
    """Symbols of the question that the write-up gives another meaning."""
    for context in trail.contexts:
        for name, line in _redefined(trail, context):
            where = f" in line {line}" if line else ""
            yield line, f"{name} is defined anew{where}"


def _redefined(trail: Trail, context: Context) -> Iterator[tuple[str, int | None]]:
    known = trail.asked.context
    for name in sorted(known.scope.names.keys() | known.definitions.keys()):
        old, new = known.definitions.get(name, ()), context.definitions.get(name, ())
        if old != new and not same_meaning(old, new, clean(context, known)):
            line = next((s.line for s in trail.stated if target(s.left) == name), None)
            yield name, line
