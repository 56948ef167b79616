"""Families whose members are vectors because a text speaks of their entries: c_{t,k} of c_t = f_t ⊙ c_{t-1} + g_t.

Nobody declares them, and as numbers their definitions would be read just as well. Whatever a definition joins to them
entry by entry is as wide as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from solvers.formula.families import alone_in
from solvers.formula.known import Context
from solvers.formula.nodes import Call, Index, Member, Name, Node, Num, walk
from solvers.formula.operators import elementwise
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

WIDTH, COUNT = Name("width"), Name("examples")
_JOINING = frozenset({"hadamard", "add", "sub", "neg"})


def of_vectors(context: Context, nodes: Sequence[Node]) -> Context:
    """The context with such families declared as vectors of one width; the same where there are none, or where a
    definition joins them otherwise than entry by entry.
    """
    context = _of_examples(context, nodes)
    wide = {name for node in nodes for inner in walk(node) for name in _lengthened(inner, context)}
    if not wide:
        return context
    waiting = list(wide)
    while waiting:
        name = waiting.pop()
        for base, found in context.definitions.items():
            for definition in found:
                joined = {*_members(definition.right), base}
                if name not in joined or joined <= wide:
                    continue
                if not isinstance(definition.left, Member) or not _entrywise(definition.right):
                    return context
                waiting += joined - wide
                wide |= joined
    if any(d.shape for n, d in context.scope.names.items() if n in wide):
        return context
    new = Declaration("", (WIDTH,), (("t", Num("0"), UNKNOWN),), "inferred")
    known = context.scope.names
    return context.declared(*(replace(known.get(n, new), name=n, shape=(WIDTH,)) for n in sorted(wide)))


def _lengthened(node: Node, context: Context) -> Iterator[str]:
    """The defined family that a node takes an entry of a member of, where nothing says that they are vectors."""
    member = node.base if isinstance(node, Index) else node
    if not isinstance(member, Member) or not isinstance(member.base, Name):
        return
    declared = context.scope.names.get(member.base.text)
    if declared is None or declared.shape or declared.domain != "defined" or len(declared.family) != 1:
        return
    if len(member.indices) + (len(node.indices) if isinstance(node, Index) else 0) == 2:
        yield member.base.text


def _members(node: Node) -> set[str]:
    return {n.base.text for n in walk(node) if isinstance(n, Member) and isinstance(n.base, Name)}


def _entrywise(node: Node) -> bool:
    """Whether members are joined entry by entry only."""
    if isinstance(node, Call):
        return (node.op in _JOINING or elementwise(node.op)) and all(map(_entrywise, node.args))
    return isinstance(node, (Member, Num))


def _of_examples(context: Context, nodes: Sequence[Node]) -> Context:
    """The context where the w and the examples x_n of a w^T x_n, of which nothing says what they are, are vectors."""
    inside = [inner for node in nodes for inner in walk(node)]
    bare = {n.text for n in inside if isinstance(n, Name)} - {""}
    indexed = [n for n in inside if isinstance(n, (Index, Member)) and isinstance(n.base, Name)]
    several = {n.base.text for n in indexed if len(n.indices) > 1 and isinstance(n.base, Name)}
    alone = set().union(*map(alone_in, nodes))
    for weights, example in dict.fromkeys(pair for node in inside for pair in _weighted(node)):
        base = example.base
        assert isinstance(base, Name)
        known = [context.scope.names.get(name) for name in (weights.text, base.text)]
        told = any(
            d is not None or n in context.definitions for d, n in zip(known, (weights.text, base.text), strict=True)
        )
        if told or base.text in several or base.text in alone or weights.text not in bare or base.text == weights.text:
            continue
        letter = example.indices[0].text if isinstance(example.indices[0], Name) else "n"
        context = context.declared(
            Declaration(weights.text, (WIDTH,), (), "inferred"),
            Declaration(base.text, (WIDTH,), ((letter, Num("0"), UNKNOWN),), "inferred"),
        )
    return context


def _weighted(node: Node) -> Iterator[tuple[Name, Index | Member]]:
    """The w and the x_n of w^T x_n or x_n^T w."""
    if not isinstance(node, Call) or node.op not in {"mul", "dot", "inner"}:
        return
    first, second = node.args[:2]
    turned = isinstance(first, Call) and first.op == "transpose"
    if turned and isinstance(first, Call):
        first = first.args[0]
    elif node.op != "inner":
        return
    for weights, example in ((first, second), (second, first)):
        single = isinstance(example, (Index, Member)) and isinstance(example.base, Name) and len(example.indices) == 1
        plain = isinstance(weights, Name) and (weights.text in {"theta", "beta"} or re.fullmatch("[a-z]", weights.text))
        if isinstance(weights, Name) and plain and single and isinstance(example, (Index, Member)):
            yield weights, example
