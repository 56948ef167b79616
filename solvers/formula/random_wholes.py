"""Random vectors by what stands beside them: m of m_i \\sim p in w^T (m \\odot x), the length of e \\sim N(0, I)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solvers.formula.families import entries_of
from solvers.formula.known import Context, of_entries_drawn
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, Num, children, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.ranks import shape_of
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Scope


def with_random_wholes(context: Context, *texts: str) -> Context:
    """The context in which such numbers are a vector, where its length is said, or all vectors have one length."""
    random = {n: d for n, d in context.scope.names.items() if d.law is not None}
    drawn = {n: d for n, d in random.items() if not d.shape and len(d.family) == 1}
    endless = [n for n, d in random.items() if not d.family and d.shape in ((), (UNKNOWN,)) and _of_identity(d.law)]
    if not drawn and not endless:
        return context
    nodes = [parsed.node for text in texts if isinstance(parsed := parse(text, context.scope), Parsed)]
    nodes += [d.right for found in context.definitions.values() for d in found]
    for name in endless:
        sizes = (_lengths_beside(inner, name, context.scope) for node in nodes for inner in walk(node))
        beside = {size for found in sizes for size in found}
        if len(beside) == 1:
            context = context.declared(replace(random[name], shape=(beside.pop(),)))
    alone = set().union(*map(_alone, nodes))
    lengths = {d.shape[0] for d in context.scope.names.values() if d.shape and len(d.shape) == 1} - {UNKNOWN}
    for name in sorted(drawn.keys() & alone):
        _, low, high = drawn[name].family[0]
        length = high if high != UNKNOWN else next(iter(lengths)) if len(lengths) == 1 else UNKNOWN
        if drawn[name].shape is None or length == UNKNOWN or low != Num("1"):
            continue
        context = context.declared(of_entries_drawn(replace(drawn[name], shape=(length,), family=())))
        definitions = {
            n: tuple(replace(d, right=entries_of(d.right, name)) for d in ds) for n, ds in context.definitions.items()
        }
        context = replace(context, definitions=definitions)
    return context


def _of_identity(law: Node | None) -> bool:
    return law is not None and Name("I") in walk(law)


_JOINING = frozenset({"add", "sub", "hadamard", "mul", "dot", "inner"})


def _lengths_beside(node: Node, name: str, scope: Scope) -> Iterator[Node]:
    """How long a vector is by what it is added to, or multiplied with."""
    if (
        not isinstance(node, Call)
        or len(node.args) != 2
        or node.op not in {"add", "sub", "hadamard", "mul", "dot", "inner"}
    ):
        return
    for side, other in (node.args, node.args[::-1]):
        if _scaled(side) != Name(name):
            continue
        shape = shape_of(other, scope)
        if shape is None or not shape or UNKNOWN in shape:
            continue
        if node.op != "mul" and len(shape) == 1:
            yield shape[0]
        elif node.op == "mul" and len(shape) == 2 and other is node.args[0]:
            yield shape[1]


def _scaled(node: Node) -> Node:
    """The name that is multiplied by a number, and its like: \\sigma e, -e."""
    if isinstance(node, Call) and node.op == "neg":
        return _scaled(node.args[0])
    if isinstance(node, Call) and node.op == "mul" and isinstance(node.args[0], (Name, Num)):
        return node.args[1]
    return node


def _alone(node: Node) -> set[str]:
    """The names that stand for a whole in a formula, what is drawn aside."""
    if isinstance(node, Name):
        return {node.text}
    inner = children(node)
    if isinstance(node, (Index, Member)) and isinstance(node.base, Name):
        inner = node.indices
    elif isinstance(node, Big):
        inner = (node.body,)
    return set().union(*map(_alone, inner))
