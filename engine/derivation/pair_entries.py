"""Derivatives by the weight of a pair, \\partial E/\\partial w_{ij} of a sum over i < j, are meant for i < j."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.judging import Fact, Judged, depends, judge_step
from solvers.formula.context import Context
from solvers.formula.nodes import Big, Chain, Derivative, Index, Name, Node, walk

_ORDERED = frozenset({"<", ">"})


def of_pairs(
    chain: Chain, context: Context, judged: Judged, facts: Sequence[Fact], undeclared: Sequence[str]
) -> Judged:
    """The verdict for i < j, where a step is wrong for other pairs alone."""
    if judged.verdict != "wrong" or chain.relations not in {("=",), (":=",)}:
        return judged
    left, right = chain.sides[:2]
    for entry in _entries(chain):
        first, second = entry.indices
        summed = _order_of_sum(entry, chain, context)
        if summed is None:
            continue
        pair = Chain((first, second), (summed,))
        around = replace(context, constraints=(*context.constraints, pair))
        again = judge_step("=", left, right, around, facts, undeclared)
        if again.verdict == "valid":
            said = "read for each pair once, as the sum over pairs runs"
            return replace(again, notes=(*again.notes, said))
    return judged


def _entries(chain: Chain) -> Iterator[Index]:
    """The w_{ij} that derivatives are taken by."""
    for node in (inner for side in chain.sides for inner in walk(side)):
        for by in node.by if isinstance(node, Derivative) else ():
            letters = isinstance(by, Index) and len(by.indices) == 2 and len({*map(type, by.indices)}) == 1
            if isinstance(by, Index) and letters and all(isinstance(place, Name) for place in by.indices):
                yield by


def _order_of_sum(entry: Index, chain: Chain, context: Context) -> str | None:
    """< where every sum over the entries runs over pairs i < j; None where one does not, or none is there."""
    names = frozenset().union(*(depends(side, context) for side in chain.sides))
    rights = [d.right for name in names for d in context.definitions.get(name, ())]
    signs = {sign for right in rights for sign in _signs(right, entry.base)}
    return signs.pop() if len(signs) == 1 else None


def _signs(node: Node, base: Node) -> Iterator[str | None]:
    for big in (inner for inner in walk(node) if isinstance(inner, Big)):
        inside = [n for n in walk(big.body) if isinstance(n, Index) and n.base == base and len(n.indices) == 2]
        if not inside:
            continue
        order = next((b.domain for b in big.binders if isinstance(b.domain, Chain)), None)
        ordered = order is not None and len(order.sides) == 2 and set(order.relations) <= _ORDERED
        if order is None or not ordered or inside[0].indices not in {order.sides, order.sides[::-1]}:
            yield None
            continue
        yield order.relations[0] if inside[0].indices == order.sides else {"<": ">", ">": "<"}[order.relations[0]]


__all__ = ["of_pairs"]
