"""What all texts together say of families: shapes, recursions, undeclared names with indices."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from solvers.formula.defining import as_family
from solvers.formula.diagonal_entries import with_diagonals
from solvers.formula.evaluate import Definition
from solvers.formula.folding import with_parts_named
from solvers.formula.index_ranges import spoken_in
from solvers.formula.known import LABELLED, Context, dimensions
from solvers.formula.nodes import (
    Big,
    Call,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    children,
    map_children,
    names,
    walk,
)
from solvers.formula.ranks import shape_of
from solvers.formula.scripts import SIZED
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration, Scope


def completed(context: Context) -> Context:
    """The shapes of defined families, as far as their right sides say them, and which definitions lead back to
    themselves."""
    context = with_diagonals(context)
    definitions = {
        base: tuple(replace(d, right=_of_families(d.right, context.scope, d.indices)) for d in found)
        for base, found in context.definitions.items()
    }
    constraints = tuple(
        replace(chain, sides=tuple(_of_families(side, context.scope) for side in chain.sides))
        for chain in context.constraints
    )
    context = replace(context, definitions=definitions, constraints=constraints)
    for _ in range(3):
        for name, declaration in context.scope.names.items():
            if declaration.domain != "defined" or declaration.shape is not None or not declaration.family:
                continue
            for definition in context.definitions.get(name, ()):
                shape = shape_of(definition.right, context.scope) if definition.right != Num("0") else None
                if shape is not None and UNKNOWN not in shape and isinstance(definition.left, Member):
                    context = context.declared(replace(declaration, shape=shape))
                    break
    context = with_parts_named(context)
    leads = {base: frozenset(n for d in found for n in names(d.right)) & context.definitions.keys()
             for base, found in context.definitions.items()}  # fmt: skip
    around = {base for base in leads if base in _reached(base, leads)}
    started = {base for found in context.definitions.values() for d in found for base in _earlier(d)}
    marked = {
        base: tuple(
            replace(d, recursive=base in around and bool(d.indices) and not _of_starts(d, started, context))
            for d in found
        )
        for base, found in context.definitions.items()
    }
    return replace(context, definitions=marked)


def _of_families(node: Node, scope: Scope, letters: Collection[str] = ()) -> Node:
    """The same with h_{t-1} and h_1 as members where h is a family by now, and with N_{ik} as an entry where N has
    entries by now and a definition is for all `letters` i and k.
    """
    if isinstance(node, Name) and "_" in node.text and node.text not in scope.names:
        stem, _, label = node.text.partition("_")
        known = scope.names.get(stem)
        entries = known is not None and known.domain == "inferred" and not known.family
        if entries and set(label) <= set(letters) and known is not None and len(known.shape or ()) == len(label) > 1:
            return Index(Name(stem), tuple(map(Name, label)))
        if len(scope.names[stem].family if stem in scope.names else ()) == 1 and (label.isdecimal() or len(label) == 1):
            return Member(Name(stem), (Num(label) if label.isdecimal() else Name(label),))
    if isinstance(node, Index) and isinstance(node.base, Name) and len(node.indices) == 1:
        declared = scope.names.get(node.base.text)
        if declared is not None and len(declared.family) == 1:
            return Member(node.base, tuple(_of_families(i, scope, letters) for i in node.indices))
    return map_children(node, lambda child: _of_families(child, scope, letters))


def _earlier(definition: Definition) -> set[str]:
    """The families that a definition speaks of at an earlier place: h of h^(t) = f(h^(t-1))."""
    return {
        node.base.text
        for node in walk(definition.right)
        if isinstance(node, (Index, Member)) and isinstance(node.base, Name) and len(node.indices) == 1
        and isinstance(place := node.indices[0], Call) and place.op == "sub"
        and isinstance(place.args[0], Name) and place.args[0].text in definition.indices
    }  # fmt: skip


def _of_starts(definition: Definition, started: Collection[str], context: Context) -> bool:
    """Whether what a definition speaks of is known at the start, so that it holds there too: g_0 of g_t = f(w_t)."""
    members = {n.base.text for n in walk(definition.right) if isinstance(n, Member) and isinstance(n.base, Name)}
    if not isinstance(definition.left, Member) or not members or _earlier(definition):
        return False
    return all(name in started or name not in context.definitions for name in members)


def _reached(base: str, leads: Mapping[str, frozenset[str]]) -> set[str]:
    """What the definitions of a name lead to."""
    reached: set[str] = set()
    waiting = list(leads[base])
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += leads.get(name, frozenset())
    return reached


def with_members(context: Context, shape: tuple[Node, ...] | None = None) -> Context:
    """The x of the x_t in h_t = f(h_{t-1}, x_t), of which nothing is said, as families: x_t and x_2 are members."""
    rights = [d.right for found in context.definitions.values() for d in found if isinstance(d.left, Member)]
    new: dict[str, Declaration] = {}
    for node in (inner for right in rights for inner in walk(right) if isinstance(inner, Member)):
        base = node.base.text if isinstance(node.base, Name) else ""
        if not base or base in context.scope.names or base in context.definitions or len(node.indices) != 1:
            continue
        if any(re.fullmatch(re.escape(base) + r"_\d+", n) for n in (*context.scope.names, *context.definitions)):
            continue  # x_1, x_2 are declared: see below
        if any(f"{base}_{letter}" in context.scope.names for letter in _COUNTERS):
            continue  # x_j > 0 says it of each: see with_run_names
        letter = node.indices[0].text if isinstance(node.indices[0], Name) else "t"
        new[base] = Declaration(base, shape, ((letter, Num("0"), UNKNOWN),), "inferred")
    return context.declared(*new.values()) if new else context


def with_wholes(context: Context) -> Context:
    """d of D = diag(d), where d_i > 0 is all that is said of it: a vector of such numbers."""
    rights = [d.right for found in context.definitions.values() for d in found]
    alone = set().union(*map(alone_in, rights)) - context.definitions.keys()
    for name, declaration in list(context.scope.names.items()):
        match = LABELLED.fullmatch(name)
        stem = match[1] if match is not None and match[3] is None and match[2] in "ijkmn" else name
        numbers = declaration.shape == () and declaration.parameters is None and declaration.law is None
        family = len(declaration.family) == 1 and declaration.family[0][2] == UNKNOWN
        if (
            stem not in alone
            or not numbers
            or (stem == name) != family
            or (stem != name and stem in context.scope.names)
        ):
            continue
        kept = {n: d for n, d in context.scope.names.items() if n != name}
        whole = replace(declaration, name=stem, shape=(UNKNOWN,), family=())
        context = replace(context, scope=replace(context.scope, names=kept).with_names([whole]))
        definitions = {
            n: tuple(replace(d, right=entries_of(d.right, stem)) for d in ds) for n, ds in context.definitions.items()
        }
        chains = (replace(c, sides=tuple(entries_of(s, stem) for s in c.sides)) for c in context.constraints)
        context = replace(context, definitions=definitions, constraints=tuple(chains))
    return context


def alone_in(node: Node) -> set[str]:
    """The names that stand in a formula without an index."""
    if isinstance(node, Name):
        return {node.text}
    inner = node.indices if isinstance(node, (Index, Member)) and isinstance(node.base, Name) else children(node)
    return set().union(*map(alone_in, inner))


def entries_of(node: Node, name: str) -> Node:
    """The same with the entries of a vector where members of a family stood."""
    if isinstance(node, Member) and node.base == Name(name):
        return Index(node.base, node.indices, node.span)
    return map_children(node, lambda child: entries_of(child, name))


_COUNTERS = "ijklmnst"  # letters that number things


def with_run_names(context: Context, nodes: Sequence[Node]) -> Context:
    """u_w \\in R^d where something runs over w, and pi_j > 0 beside pi_k: a family, not one name."""
    everywhere = [inner for whole in (*nodes, *context.constraints) for inner in walk(whole)]
    running = {b.name.text for n in everywhere if isinstance(n, Big) for b in n.binders}
    for name, declaration in list(context.scope.names.items()):
        match = LABELLED.fullmatch(name)
        if match is None or match[3] or match[1] in context.scope.names:
            continue
        if match[2] not in running and not (match[2] in _COUNTERS and _counted(match[1], name, everywhere)):
            continue
        if name in context.definitions or declaration.parameters is not None:
            continue
        kept = {n: d for n, d in context.scope.names.items() if n != name}
        family = replace(declaration, name=match[1], family=((match[2], Num("1"), UNKNOWN),))
        context = replace(context, scope=replace(context.scope, names=kept).with_names([family]))
    return completed(context)


def _counted(stem: str, name: str, everywhere: Sequence[Node]) -> bool:
    """Whether a name stands with another index than in what was said of it."""
    other = re.compile(rf"{re.escape(stem)}_(?:[{_COUNTERS}]|[1-9]\d*)")
    return any(
        node.text != name and other.fullmatch(node.text) is not None
        if isinstance(node, Name)
        else isinstance(node, (Index, Member)) and node.base == Name(stem) and len(node.indices) == 1
        for node in everywhere
    )


def inferred(context: Context, name: str, rank: int, nodes: Sequence[Node], implied: bool) -> Context:
    """An undeclared name with indices: a vector or matrix, or, where places are written out (w_0, h_2), a family."""
    labelled = re.compile(re.escape(name) + r"_\d+")
    known = [n for n in (*context.definitions, *context.scope.names) if labelled.fullmatch(n)]
    everywhere = [inner for whole in nodes for inner in walk(whole)]
    spelled = any(isinstance(n, Name) and labelled.fullmatch(n.text) for n in everywhere)
    whole_name = sum(isinstance(n, Name) and n.text == name for n in everywhere)
    indexed = sum(isinstance(n, (Index, Member)) and n.base == Name(name) for n in everywhere)
    member = any(isinstance(n, Member) and n.base == Name(name) for n in everywhere)
    entry = any(isinstance(n, Index) and n.base == Name(name) for n in everywhere)
    places = known or spelled or member or _from_places(name, everywhere)
    if (member and not known and not spelled and not entry) or (rank != 1 and member):
        return context
    if rank != 1 or implied or whole_name > indexed or not places:
        return context.declared(Declaration(name, tuple(Num("0") for _ in range(rank)), (), "inferred"))
    like = next((context.scope.names[n] for n in known if n not in context.definitions), None)
    defined = any(n in context.definitions for n in known)
    context = as_family(context, name, "i") if known else context
    if like is not None:  # g_1, g_2 \\in R^n and g_t: one family
        context = context.declared(replace(like, name=name, family=(("i", Num("0"), UNKNOWN),)))
    elif not defined:
        context = context.declared(Declaration(name, (), (("i", Num("0"), UNKNOWN),), "inferred"))
    return replace(
        context, definitions={n: tuple(_relabelled(d, name) for d in ds) for n, ds in context.definitions.items()}
    )


def is_known(name: str, context: Context) -> bool:
    return name in context.scope.names or name in SIZED


def _from_places(name: str, everywhere: Sequence[Node]) -> bool:
    """Whether the name is taken at written places, or by an index that runs between written ends."""
    ends = {b.name.text for n in everywhere if isinstance(n, Big) for b in n.binders if isinstance(b.low, Num) and
            (isinstance(b.high, Num) or b.low == Num("0"))}  # fmt: skip
    places = [i for n in everywhere if isinstance(n, Index) and n.base == Name(name) for i in n.indices]
    return any(isinstance(i, Num) or (isinstance(i, Name) and i.text in ends) for i in places)


def _relabelled(definition: Definition, name: str) -> Definition:
    """The same definition with w_1 as a member of the family w."""

    def change(node: Node) -> Node:
        if isinstance(node, Name) and re.fullmatch(re.escape(name) + r"_\d+", node.text):
            return Member(Name(name), (Num(node.text.rpartition("_")[2]),))
        if isinstance(node, Index) and node.base == Name(name):
            return Member(node.base, node.indices)
        return map_children(node, change)

    return replace(definition, right=change(definition.right))


def with_fitted(context: Context) -> Context:
    """The context with shapes for what nothing declares in definitions of declared matrices: Q and L of W = Q L Q^{-1}.

    As numbers they would make W one.
    """
    for name, found in list(context.definitions.items()):
        declared = context.scope.names.get(name)
        if declared is None or not declared.shape or declared.family or len(found) != 1 or found[0].left != Name(name):
            continue
        known = {*context.scope.names, *context.definitions, *SIZED, "pi", "infty", "F"}
        known |= {n for d in context.scope.names.values() for size in dimensions(d) for n in names(size)}
        derived = any(isinstance(n, Derivative) for n in walk(found[0].right))  # of a loss that nothing defines
        if derived or not spoken_in(found[0].right) - known or _of_numbers(found[0].right, declared):
            continue
        from solvers.formula.fitting import fitted  # only where something is not declared

        fit = fitted(context, (Name(name), found[0].right))
        context = context if fit is None else fit.context
    return context


def _of_numbers(node: Node, declared: Declaration) -> bool:
    """Whether a matrix is written out entry by entry: L = [a, 0; b, c] for an L that is 2 x 2."""
    rows = node.rows if isinstance(node, Matrix) else ()
    return bool(rows) and dimensions(declared) == [Num(str(len(rows))), Num(str(len(rows[0])))]
