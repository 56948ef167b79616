"""Parts of a formula that have a name of their own: n = tanh(W x + b) beside a = W x + b is tanh(a).

The values stay what they are. But a derivative by a is then one through n, as whoever names a part of it means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.env import Definition
from solvers.formula.known import Context
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, map_children, names

_PLAIN = frozenset({"neg", "transpose"})


def with_parts_named(context: Context) -> Context:
    """The context in which definitions speak of the named parts that they are made of."""
    definitions = {**context.definitions}
    spoken = {name: _spoken(found) for name, found in definitions.items()}
    for base in context.definitions:
        if len(definitions[base]) != 1 or not _is_part(definitions[base][0]):
            continue
        part = definitions[base][0]
        of = names(part.right)
        for name in [n for n, others in spoken.items() if of <= others and n != base]:
            definitions[name] = tuple(_told(other, part, name) for other in definitions[name])
            spoken[name] = _spoken(definitions[name])
    return replace(context, definitions=definitions)


def _spoken(found: Sequence[Definition]) -> frozenset[str]:
    """All names that definitions speak of."""
    return frozenset().union(*(names(d.right) for d in found))


def _is_part(definition: Definition) -> bool:
    """Whether a definition names what is made of something: no number, no other name, no -x."""
    right = definition.right
    made = isinstance(right, Call) and right.op not in _PLAIN and bool(names(right))
    return made and isinstance(definition.left, (Name, Index, Member))


def _told(other: Definition, part: Definition, name: str) -> Definition:
    """The definition with the name of the part in place of it, where that leaves nothing else of what it is made of."""
    around = name in names(part.right) and not part.indices  # of steps it may speak of the one before
    own = names(part.left) - {*part.indices}
    if around or other.right == part.right or not {*part.indices} <= {*other.indices} or own & names(other.right):
        return other
    right = _put(other.right, part)
    rest = names(right) & names(part.right) - {*part.indices}
    return other if rest else replace(other, right=right)


def _put(node: Node, part: Definition) -> Node:
    if node == part.right:
        return part.left
    if isinstance(node, (Index, Member)):
        return replace(node, base=_put(node.base, part))
    bound = {binder.name.text for binder in node.binders} if isinstance(node, Big) else set()
    if bound & names(part.right) - {*part.indices}:
        return node  # the n of p_n = f(x_n) is none that a sum runs over
    return map_children(node, lambda child: _put(child, part))
