"""What a formula still holds that is to be worked out: derivatives, expectations, sums, and names that hide them."""

from __future__ import annotations

from engine.derivation.judging import depends
from solvers.formula.context import Context, dimensions
from solvers.formula.nodes import Apply, At, Big, Call, Derivative, Name, Node, free_names, names, walk

_BIG = {"sum": "a sum", "prod": "a product", "E": "an expectation", "max": "a maximum", "min": "a minimum"}
_CALLS = {
    "kl": "a divergence", "entropy": "an entropy", "argmax": "an argmax", "argmin": "an argmin", "det": "a determinant",
    "mean": "a mean", "total": "a sum",
}  # fmt: skip
CONSTANTS = frozenset({"e", "pi", "I", "ones", "zeros", "F", "infty"})


def unclosed(node: Node) -> frozenset[str]:
    """The kinds of what is to be worked out in a formula: "a derivative", "a sum", ..."""
    found = set[str]()
    for inner in walk(node):
        if isinstance(inner, Derivative) or (isinstance(inner, Call) and inner.op.endswith("'")):
            found.add("a derivative")
        elif isinstance(inner, Big):
            found.add(_BIG.get(inner.op, f"a {inner.op}"))
        elif isinstance(inner, At):
            found.add("a value at a point")
        elif isinstance(inner, Call) and inner.op in _CALLS:
            found.add(_CALLS[inner.op])
    return frozenset(found)


def closed_names(node: Node, left: Node, right: Node, context: Context, entries: bool) -> str:
    """What `node` holds that the goal's right side does not: a kind of `unclosed`, or a name; nothing if it is closed.

    `entries`: it is an entry, in which a sum stands for a product of the goal.
    """
    allowed = unclosed(right) | ({"a sum"} if entries else set())
    open_kinds = sorted(unclosed(node) - allowed)
    if open_kinds:
        return open_kinds[0]
    strange = sorted((free_names(node) | applied(node)) - _known(left, right, context) - _indices(node, entries))
    return strange[0] if strange else ""


def applied(node: Node) -> frozenset[str]:
    """The functions and distributions that are applied in a formula."""
    return frozenset(inner.name for inner in walk(node) if isinstance(inner, Apply))


def _indices(node: Node, entries: bool) -> frozenset[str]:
    from solvers.formula.nodes import Index

    if not entries:
        return frozenset()
    return frozenset(n for inner in walk(node) if isinstance(inner, Index) for i in inner.indices for n in names(i))


def _known(left: Node, right: Node, context: Context) -> frozenset[str]:
    """The names that may stand at the end: what the goal's right side depends on, and what is made of the same."""
    spoken = names(right) | applied(right)
    given = depends(right, context) | spoken
    sizes = {n for d in context.scope.names.values() for size in dimensions(d) for n in names(size)}
    asked = (names(left) | applied(left)) - spoken
    made = {
        name
        for name, definitions in context.definitions.items()
        if name not in asked
        and depends(Name(name), context) - {name} <= given
        and not any(unclosed(d.right) - unclosed(right) or name in names(d.right) for d in definitions)
    }
    return frozenset((given | made) - (asked - spoken)) | sizes | CONSTANTS
