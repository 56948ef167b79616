"""Whether formulas speak of vectors or matrices whose shape nothing says."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.equality.compare import Comparison
from solvers.formula.context import Context
from solvers.formula.nodes import Call, Member, Name, Node, walk
from solvers.formula.nodes import names as names_of
from solvers.formula.ranks import between_vectors, rank_of
from solvers.formula.scripts import SIZED
from solvers.formula.targets import UNKNOWN
from solvers.formula.to_plain import to_plain


def speaks_of_shapes(nodes: tuple[Node, Node], context: Context) -> bool:
    """Whether something that is not declared is transposed, or stands behind a declared matrix: it is no number; or
    a matrix is spoken of whose sizes are not said, other than by its indices.
    """
    spoken = {name for node in nodes for name in names_of(node)} & context.scope.names.keys()
    known = [context.scope.names[name] for name in spoken]
    if any((d.shape or ()).count(UNKNOWN) == 2 and d.domain != "inferred" for d in known):
        return True
    rights = [d.right for found in context.definitions.values() for d in found]
    if any(_is_open(name, context) for node in (*nodes, *rights) for name in between_vectors(node, context.scope)):
        return True
    for node in (inner for whole in (*nodes, *rights) for inner in walk(whole) if isinstance(inner, Call)):
        if node.op == "transpose" and any(_is_open(name, context) for name in names_of(node.args[0])):
            return True
        part = node.args[1] if node.op == "mul" else None
        base = part.base if isinstance(part, Member) else part
        if isinstance(base, Name) and _is_open(base.text, context) and rank_of(node.args[0], context.scope) == 2:
            return True
    return False


def speaks_of_open_sizes(nodes: tuple[Node, Node], context: Context) -> bool:
    """Whether a matrix is spoken of whose sizes are not said: drawn as a square one, it may be none."""
    spoken = {name for node in nodes for name in names_of(node)} & context.scope.names.keys()
    return any((context.scope.names[name].shape or ()).count(UNKNOWN) == 2 for name in spoken)


def _is_open(name: str, context: Context) -> bool:
    """Whether nothing says that a name is a number, or anything else."""
    declared = context.scope.names.get(name)
    if declared is None:
        return name not in SIZED and name not in {"pi", "infty", "e"}
    return declared.domain in {"inferred", "defined"} and not declared.shape


def written_shape(context: Context, name: str) -> str:
    """How large a name is, for people: a vector of n, m × n."""
    sizes = [to_plain(size) for size in context.scope.names[name].shape or ()]
    return f"a vector of {sizes[0]}" if len(sizes) == 1 else " × ".join(sizes)


__all__ = ["speaks_of_open_sizes", "speaks_of_shapes", "written_shape"]


def doubted(result: Comparison, a: Node, b: Node, unheard: Sequence[str], zeros: Sequence[str] = ()) -> Comparison:
    """Undecided, where sizes do not fit and something is not declared that may be no number."""
    from solvers.formula.index_ranges import spoken_in  # only where sizes do not fit

    open_names = [*(name for name in unheard if name in spoken_in(a) | spoken_in(b)), *zeros]
    return (
        Comparison("undecided", f"{result.evidence}; not declared: {', '.join(open_names)}") if open_names else result
    )
