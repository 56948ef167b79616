"""An L of which nothing is said but its derivatives: some smooth function of what they are taken by.

As a number of its own its derivatives would all be zero, and everything said of them true. Where it may depend on more
than it is derived by, there are two such functions: one of the last of these alone, one of all that they lead to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from solvers.formula.definitions import reached
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Big, Binder, Derivative, Index, Member, Name, Node, Num, names, walk
from solvers.formula.targets import UNKNOWN
from solvers.formula.unknown import MARK, with_number


def with_losses(context: Context, nodes: Sequence[Node], settled: bool = False) -> tuple[Context, ...]:
    """The contexts in which each such L is a function; the one that there is where no derivative is of any.

    `settled`: a definition G = \\partial L/\\partial H says that L depends on nothing but H and what its other
    derivatives are by.
    """
    everywhere = [*(d.right for ds in context.definitions.values() for d in ds), *nodes]
    by = _taken(everywhere, context)
    inside = [node for each in everywhere for node in walk(each)]
    members = {name for node in inside if isinstance(node, Member) for name in names(node.base)}
    narrow = wide = context
    for name in sorted(by, key=lambda name: any(name in bases for bases in by.values()), reverse=True):
        last = _last(by[name], narrow)
        narrow = with_number(narrow, name, [_end(base, narrow, members) for base in last])
        if settled and _is_given(name, context):
            wide = with_number(wide, name, [_whole(base, narrow, members) for base in last])
            continue
        every = dict.fromkeys([*by[name], *_ends(name, by[name], context)])
        wide = with_number(wide, name, [_whole(base, wide, members) for base in _last(every, context)])
    return (narrow,) if narrow.definitions == wide.definitions else (narrow, wide)


def _is_given(name: str, context: Context) -> bool:
    """Whether a definition gives a derivative of L a name."""
    rights = [d.right for found in context.definitions.values() for d in found]
    return any(isinstance(right, Derivative) and right.of == Name(name) for right in rights)


def _end(base: str, context: Context, members: Collection[str]) -> Node:
    """What stands for a name that nothing else is made of: of a recursion the last member."""
    last = _last_index(base, context)
    recurs = last is not None and base in _leads(base, context)
    return Member(Name(base), (last,)) if recurs and last is not None else _whole(base, context, members)


def _whole(base: str, context: Context, members: Collection[str]) -> Node:
    """A name as a formula: of a family all its members, each with a factor of its own."""
    last, letter = _last_index(base, context), Name(f"t{MARK}")
    if last is None and base in members and base not in context.definitions:
        last = Num("5")
    if last is None:
        return Name(base)
    return Big("list", (Binder(letter, Num("1"), last),), Member(Name(base), (letter,)))


def _last_index(base: str, context: Context) -> Node | None:
    """How far the members of a family with one index go; None of what is no family."""
    declared = context.scope.names.get(base)
    if declared is not None and len(declared.family) == 1:
        high = declared.family[0][2]
        return Num("5") if high == UNKNOWN else high
    lefts = [d.left for d in context.definitions.get(base, ()) if d.indices]
    return Num("5") if any(isinstance(left, Member) and len(left.indices) == 1 for left in lefts) else None


def _taken(nodes: Iterable[Node], context: Context) -> dict[str, list[str]]:
    """What each L is derived by: the names of vectors and families, not those of entries and members."""
    found: dict[str, dict[str, None]] = {}
    for node in (inner for each in nodes for inner in walk(each) if isinstance(inner, Derivative)):
        if isinstance(node.of, Name) and is_unsaid(node.of.text, context):
            roots = [root.text for v in node.by if isinstance(root := _root(v), Name)]
            found.setdefault(node.of.text, {}).update(dict.fromkeys(roots))
    return {name: list(roots) for name, roots in found.items() if roots}


def is_unsaid(name: str, context: Context) -> bool:
    """Whether nothing says what a name is, or only that it is a number."""
    declared = context.scope.names.get(name)
    plain = declared is None or (
        declared.shape == () and not declared.family and declared.domain in {"real", "inferred"}
    )
    return plain and name not in context.definitions


def _root(node: Node) -> Node:
    while isinstance(node, (Index, Member)):
        node = node.base
    return node


def _last(bases: Iterable[str], context: Context) -> list[str]:
    """Those that no other one is defined by; of several that lead to each other the first."""
    found, leads = list(bases), {base: _leads(base, context) for base in bases}

    def behind(base: str, other: str) -> bool:
        return base in leads[other] and not (other in leads[base] and found.index(base) < found.index(other))

    return [base for base in found if not any(behind(base, other) for other in found if other != base)]


def _ends(name: str, bases: Sequence[str], context: Context) -> list[str]:
    """What is defined by what L is derived by, and defines nothing."""
    found: list[str] = []
    used = {n for base, ds in context.definitions.items() for d in ds for n in names(d.right) if n != base}
    of_loss = {
        base for base, ds in context.definitions.items()
        if any(isinstance(i, Derivative) and i.of == Name(name) for d in ds for i in walk(d.right))
    }  # fmt: skip
    for base, definitions in context.definitions.items():
        leads = _leads(base, context)
        functions = any(isinstance(d.left, Apply) for d in definitions)
        if not (functions or base in used or of_loss & {base, *leads}) and set(bases) & leads:
            found.append(base)
    return found


def _leads(name: str, context: Context) -> frozenset[str]:
    """The names that a definition leads to."""
    rights = [d.right for d in context.definitions.get(name, ())]
    return frozenset().union(*(reached(right, context.definitions) for right in rights))
