"""Names whose shape, or a size in it, nothing says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solvers.formula.env import Definition
from solvers.formula.index_ranges import counting, spoken_in
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Big, Call, Index, Member, Name, Node, Num, free_names, map_children, walk
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

CONSTANTS = frozenset({"I", "ones", "zeros", "pi", "infty", "e", "F"})


def entry_of(name: str, stem: str) -> bool:
    """Whether a name such as c_j or W_ij is an entry of c or W, by the stem "c_" or "W_"."""
    label = name.removeprefix(stem)
    return name.startswith(stem) and (label.isdecimal() or len(label) == 1 or _of_matrix(stem, label))


def _of_matrix(stem: str, label: str) -> bool:
    return len(label) == 2 and label[0] != label[1] and set(label) <= set("ijklmn") and stem[0].isupper()


def entries_apart(node: Node, parts: set[str]) -> Node:
    """c_j, read as a name, as an entry of c, which is spoken of too."""
    if isinstance(node, Name) and node.text in parts:
        stem, _, label = node.text.partition("_")
        indices = tuple(map(Name, label)) if _of_matrix(stem, label) else None
        return Index(Name(stem), indices or (Num(label) if label.isdecimal() else Name(label),))
    return map_children(node, lambda child: entries_apart(child, parts))


def is_new_size(size: Node) -> bool:
    """Whether a size is one that nothing else says."""
    return isinstance(size, Name) and size.text.startswith("size_")


def open_names(context: Context, nodes: Sequence[Node]) -> list[str]:
    """The names whose shape, or a size in it, nothing says."""
    declared = context.scope.names
    sizes = {n for d in declared.values() for size in d.shape or () for n in free_names(size)}
    rights = [d.right for ds in context.definitions.values() for d in ds]
    meant = {name for node in nodes for name in spoken_in(node)}
    own = {n for ds in context.definitions.values() for d in ds for n in _parameters(d)} - meant
    own |= {name for node in nodes for name in counting(node)}
    found: dict[str, None] = {}
    for node in (*nodes, *rights, *context.constraints):
        for name in sorted(spoken_in(node)):
            known = declared.get(name)
            shaped = known is not None and known.shape is not None and UNKNOWN not in known.shape
            shaped = shaped and not any(map(is_new_size, (known.shape if known is not None else None) or ()))
            made = known is not None and known.domain == "defined" and bool(known.family)  # by what may be open
            guessed = known is not None and (known.domain == "inferred" or (made and _rests_on_open(name, context)))
            fixed = name in context.definitions and (known is None or not (known.family or of_steps(known, context)))
            if (name in CONSTANTS and known is None) or name in sizes | own or fixed or (shaped and not guessed):
                continue
            if known is not None and known.parameters is not None:
                continue
            found[name] = None
        found |= dict.fromkeys(name for name in _drawn(node) if name not in declared)
    return list(found)


def _drawn(node: Node) -> Iterator[str]:
    """The vectors of a mean under N(0, I), of which that does not say how long they are."""
    for inner in walk(node):
        for binder in inner.binders if isinstance(inner, Big) else ():
            law = binder.domain
            if isinstance(law, Call) and law.op == "normal" and Name("I") in walk(law):
                yield binder.name.text


def of_steps(known: Declaration, context: Context) -> bool:
    """Whether a name was taken as a number for want of anything better, and is defined step by step."""
    steps = all(isinstance(d.left, Member) for d in context.definitions[known.name])
    return known.domain == "inferred" and steps


def _rests_on_open(name: str, context: Context) -> bool:
    """Whether a definition speaks, itself or by what it leads to, of names that nothing declares."""
    known = context.scope.names.keys() | context.definitions.keys() | CONSTANTS
    reached, waiting = set[str](), [name]
    while waiting:
        for definition in context.definitions.get(waiting.pop(), ()):
            spoken = spoken_in(definition.right, frozenset(definition.indices)) - reached
            if spoken - known:
                return True
            reached |= spoken
            waiting += spoken
    return False


def _parameters(definition: Definition) -> set[str]:
    left = definition.left
    if isinstance(left, Apply):
        return {n.text for n in (*left.args, *left.given) if isinstance(n, Name)}
    return set(definition.indices)
