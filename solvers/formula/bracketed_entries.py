"""(a + b)_i beside a_i and b_i: a and b are vectors, of which brackets take an entry, though nothing declares them."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.formula.known import Context
from solvers.formula.nodes import Index, Member, Name, Node, walk
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration


def with_bracketed(context: Context, nodes: Sequence[Node]) -> Context:
    """The context with such names as vectors, or as matrices where there are two indices."""
    inside = [inner for node in nodes for inner in walk(node)]
    spoken = {inner.text for inner in inside if isinstance(inner, Name)}
    ranks: dict[str, int] = {}
    for node in inside:
        if not isinstance(node, Index) or isinstance(node.base, (Name, Member, Index)):
            continue
        label = "".join(index.text for index in node.indices if isinstance(index, Name))
        for name in {inner.text for inner in walk(node.base) if isinstance(inner, Name)}:
            if f"{name}_{label}" in spoken and len(label) == len(node.indices):
                ranks[name] = len(label)
    known = context.scope.names.keys() | context.definitions.keys()
    new = {name: rank for name, rank in ranks.items() if name not in known}
    return context.declared(*(Declaration(name, (UNKNOWN,) * rank, (), "inferred") for name, rank in new.items()))
