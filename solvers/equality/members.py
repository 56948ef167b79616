"""Which members of what definitions speak of are free: those that recursions start from, and names beside iterates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solvers.formula.context import Context
from solvers.formula.definitions import taken_apart
from solvers.formula.evaluate import Definition
from solvers.formula.functions import index_parameters
from solvers.formula.nodes import Apply, Big, Call, Index, Member, Name, Node, Num, names, walk
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration


def recursions(context: Context) -> dict[str, int]:
    """How far back the recursions reach that no definition gives a start: 2 for a_t = a_{t-1} + a_{t-2}."""
    steps = {name: _steps(definitions) for name, definitions in context.definitions.items()}
    found: dict[str, int] = {}
    for name, uses in steps.items():
        for base, back in uses:
            started = any(not d.indices for d in context.definitions.get(base, ()) if isinstance(d.left, Member))
            if back > 0 and base in steps and not started and _leads_to(base, name, steps):
                found[base] = max(found.get(base, 0), back)
    return found


def backwards(context: Context) -> list[str]:
    """The families that are defined by their own next member, where nothing says what the last one is."""
    found = []
    for name, definitions in context.definitions.items():
        steps = [d for d in definitions if isinstance(d.left, Member) and len(d.indices) == 1]
        ends = any(isinstance(d.left, Member) and not d.indices for d in definitions)
        if not ends and any(_ahead(name, d) for d in steps):
            found.append(name)
    return found


def _ahead(name: str, definition: Definition) -> bool:
    """Whether a definition speaks of a later member of its own family."""
    members = (n for n in walk(definition.right) if isinstance(n, (Member, Index)) and n.base == Name(name))
    places = (i for member in members for i in member.indices)
    return any(isinstance(i, Call) and i.op == "add" and i.args[0] == Name(definition.indices[0]) for i in places)


def _steps(definitions: Sequence[Definition]) -> set[tuple[str, int]]:
    """The members that definitions of members speak of, and how many steps before."""
    found: set[tuple[str, int]] = set()
    for definition in definitions:
        if not isinstance(definition.left, (Member, Index)) or len(definition.indices) != 1:
            continue
        index = Name(definition.indices[0])
        for node in walk(definition.right):
            if isinstance(node, (Member, Index)) and isinstance(node.base, Name) and len(node.indices) == 1:
                place = node.indices[0]
                if place == index:
                    found.add((node.base.text, 0))
                elif isinstance(place, Call) and place.op == "sub" and place.args[0] == index:
                    found |= {(node.base.text, int(n.value)) for n in place.args[1:] if isinstance(n, Num)}
    return found


def _leads_to(name: str, goal: str, steps: Mapping[str, set[tuple[str, int]]]) -> bool:
    seen, open_names = {name}, [name]
    while open_names:
        current = open_names.pop()
        if current == goal:
            return True
        new = {base for base, _ in steps.get(current, set())} - seen
        seen |= new
        open_names += new
    return False


def has_free(declaration: Declaration, iterated: bool) -> bool:
    """Whether a defined name may have members that nothing defines: of a family, or iterates of a declared name."""
    return declaration.shape is not None and (bool(declaration.family) or iterated)


def is_free(key: str, defined: Sequence[Definition], declaration: Declaration) -> bool:
    """Whether no definition says what a member of a family is, an iterate, or a name beside its iterates."""
    told = any(d.indices or not isinstance(d.left, Member) for d in defined)  # by more than single members: y_0 = 0
    if declaration.family and (declaration.domain == "defined" or told):
        return _before_start(key, defined)
    forms = {taken_apart(d.left)[1][-1:] for d in defined}
    if "^(" not in key:
        return forms == {("Member1",)}
    if not any(d.indices for d in defined):
        places = {",".join(map(to_plain, found)) for d in defined if (found := taken_apart(d.left)[2])}
        return key.partition("^(")[2].rstrip(")") not in places
    return _before_start(key, defined)


def _before_start(key: str, defined: Sequence[Definition]) -> bool:
    """Whether a member comes before those a recursion defines, and no start is given: it is free."""
    places = [int(place) for place in key.partition("^(")[2].rstrip(")").split(",") if place.lstrip("-").isdigit()]
    if not places or min(places) > 0 or not any(d.recursive for d in defined):
        return False
    reach = max((back for base, back in _steps(defined) if base == key.partition("^(")[0]), default=0)
    if len(places) == 1 and reach and places[0] <= -reach:
        return False  # no step goes back as far as h_{-1}
    starts = {
        tuple(int(i.value) for i in taken_apart(d.left)[2] if isinstance(i, Num)) for d in defined if not d.indices
    }
    return tuple(places) not in starts


def counting(formula: Node, context: Context) -> set[str]:
    """The arguments of functions with an index that count: the k of \\alpha_t(k), where an index of A is k."""
    bound = {b.name.text for inner in walk(formula) if isinstance(inner, Big) for b in inner.binders}
    found: set[str] = set()
    for node in (n for n in walk(formula) if isinstance(n, Apply) and n.indices):
        for definition in context.definitions.get(node.name, ()):
            counted, left = index_parameters(definition), definition.left
            if isinstance(left, Apply) and len(left.args) == len(node.args):
                pairs = zip(left.args, node.args, strict=True)
                found |= {n for p, arg in pairs if isinstance(p, Name) and p.text in counted for n in names(arg)}
    return found - bound
