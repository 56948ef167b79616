"""What is known around a formula: declarations, definitions and constraints, read from texts in the order they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from solvers.formula.declare import declare, function, split_range
from solvers.formula.evaluate import Definition
from solvers.formula.functions import signature
from solvers.formula.listed import listed
from solvers.formula.nodes import Apply, Chain, Index, Member, Name, Node, Num, names, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.tokens import MAX_LENGTH, Declaration, Scope, Unreadable

_LABELLED = re.compile(r"([A-Za-z]+)_([ijklmnpqrstuv])([ijklmnpqrstuv])?")


@dataclass(frozen=True, slots=True)
class Context:
    """Declarations by name (in the scope), definitions by base name, and constraints as chains."""

    scope: Scope = field(default_factory=Scope)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    constraints: tuple[Chain, ...] = ()

    def declared(self, *declarations: Declaration) -> Context:
        known = {d.name: d for d in declarations} | {signature(d): d for d in declarations if d.parameters is not None}
        names = {**self.scope.names, **known}
        return replace(self, scope=replace(self.scope, names=MappingProxyType(names)))


def read_context(texts: Iterable[str], start: Context | None = None) -> Context | tuple[int, Unreadable]:
    """Reads declarations, definitions and constraints; the number of the first that cannot be read, and why."""
    context = start or Context()
    for place, text in enumerate(texts):
        if len(text) > MAX_LENGTH:
            return place, Unreadable(f"{len(text)} characters; at most {MAX_LENGTH} are read", MAX_LENGTH, len(text))
        extended = _each(context, " ".join(text.split()))
        if isinstance(extended, Unreadable):
            return place, extended
        context = extended
    return context


def _each(context: Context, text: str) -> Context | Unreadable:
    """The context with every declaration of a text that may list several names."""
    parts = listed(text)
    for part in parts:
        extended = _extended(context, part)
        if isinstance(extended, Unreadable):
            alone = len(parts) == 1
            return extended if alone else Unreadable(f"{extended.message} (in {part.strip()})", 0, len(text))
        context = extended
    return context


def _extended(context: Context, text: str) -> Context | Unreadable:
    body, _ = split_range(text)
    known = function(body)
    if known is not None and known[1] == "=" and known[0].name not in context.scope.names:
        context = context.declared(known[0])
    context = _with_family(context, body)
    parsed = parse(body, context.scope)
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain) or chain.relations[0] in {"in", "<", "<=", ">", ">=", "!="}:
        declaration = declare(text)
        if isinstance(declaration, Declaration):
            return _with_start(context.declared(*_with_known(declaration, context)), declaration, chain)
        if isinstance(chain, Chain) and chain.relations[0] != "in":  # a relation between names
            return replace(context, constraints=(*context.constraints, chain))
        return parsed if isinstance(parsed, Unreadable) and not _looks_declared(text) else declaration
    if chain.relations[0] == "succ":
        return replace(context, constraints=(*context.constraints, chain))
    if chain.relations[0] not in {"=", ":="}:
        return Unreadable("expected a declaration (with ∈ or >) or a definition (with =)", 0, len(text))
    return _defined(context, chain, body)


_PLAIN_FAMILY = re.compile(r"\s*([A-Za-z]\w*)\s*\^\s*(?:\(\s*([a-z]|\d+)\s*\)|([a-z]))\s*(?::?=|∈|in\b)(.*)", re.DOTALL)


def _with_family(context: Context, body: str) -> Context:
    """Plain text on a left side, h^(t) or h^t: a family, if it is not known to be something else."""
    match = _PLAIN_FAMILY.fullmatch(body)
    if match is None or "\\" in body.split("=")[0] or match[1] in context.scope.names:
        return context
    if match[3] and f"{match[1]}^({match[3]}" not in match[4].replace(" ", ""):
        return context  # h^t is a member only if h^(t-1) is on the right
    index = next((g for g in match.groups()[1:3] if g and g.isalpha()), "t")
    return context.declared(Declaration(match[1], None, ((index, Num("0"), Num("5")),), "defined"))


def _with_start(context: Context, declaration: Declaration, chain: Node | None) -> Context:
    """h^{(0)} \\in R^n: one member is free, whatever recursion defines the others."""
    member = chain.sides[0] if isinstance(chain, Chain) else None
    if not isinstance(member, Member) or not all(isinstance(index, Num) for index in member.indices):
        return context
    leaf = f"{declaration.name}^{','.join(index.text for index in member.indices if isinstance(index, Num))}"
    known = context.definitions.get(declaration.name, ())
    definitions = {**context.definitions, declaration.name: (*known, Definition(member, Name(leaf)))}
    return replace(context.declared(replace(declaration, name=leaf, family=())), definitions=definitions)


def _looks_declared(text: str) -> bool:
    return "\\in" in text or "∈" in text or ">" in text or re.search(r"\bin\b", text) is not None


def _with_known(declaration: Declaration, context: Context) -> list[Declaration]:
    """`\\eta > 0` after `\\eta \\in R` keeps the shape it had."""
    before = context.scope.names.get(declaration.name)
    if before is not None and not declaration.shape and declaration.domain == "real":
        return [replace(before, positive=declaration.positive, low=declaration.low, high=declaration.high)]
    return [declaration]


def _defined(context: Context, chain: Chain, body: str) -> Context | Unreadable:
    """A definition if the left side is a name that nothing is known of yet; else a constraint."""
    left = chain.sides[0]
    if isinstance(left, Name) and (match := _LABELLED.fullmatch(left.text)) and _recurs(match, chain):
        context = _as_family(context, match[1], match[2])
        return _defined_again(context, body)
    if isinstance(left, Name) and (match := _LABELLED.fullmatch(left.text)) and _is_index(match, chain):
        rank = 1 + (match[3] is not None)
        context = context.declared(Declaration(match[1], (Num("0"),) * rank))
        return _defined_again(context, body)
    if isinstance(left, Apply) and len(chain.sides) == 2:
        return _with_definition(context, left, chain.sides[1], left.name)
    base = left.base if isinstance(left, (Member, Index)) else left
    about_itself = base is left and isinstance(base, Name) and base.text in names(chain.sides[1])
    if not isinstance(base, Name) or len(chain.sides) != 2 or about_itself:
        return replace(context, constraints=(*context.constraints, chain))
    return _with_definition(context, left, chain.sides[1], base.text)


def _defined_again(context: Context, body: str) -> Context | Unreadable:
    """The same definition, read once more now that more is known of its left side."""
    parsed = parse(body, context.scope)
    if isinstance(parsed, Unreadable):
        return parsed
    if not isinstance(parsed.node, Chain) or isinstance(parsed.node.sides[0], Name):
        return Unreadable("expected a definition", 0, len(body))
    return _defined(context, parsed.node, body)


def _recurs(match: re.Match[str], chain: Chain) -> bool:
    """Whether h_t is defined by another member of its own family: h_{t-1}."""
    return match[3] is None and any(
        isinstance(node, Index) and node.base == Name(match[1]) and len(node.indices) == 1
        and node.indices[0] != Name(match[2]) and match[2] in names(node.indices[0])
        for node in walk(chain.sides[1])
    )  # fmt: skip


def _as_family(context: Context, base: str, index: str) -> Context:
    """`base` declared as a family; a start value given before (h_0 = 0) becomes its member."""
    definitions = dict(context.definitions)
    for name in [n for n in definitions if re.fullmatch(re.escape(base) + r"_\d+", n)]:
        member = Member(Name(base), (Num(name.rpartition("_")[2]),))
        definitions[base] = (*definitions.get(base, ()), *(replace(d, left=member) for d in definitions.pop(name)))
    kept = {n: d for n, d in context.scope.names.items() if not re.fullmatch(re.escape(base) + r"_\d+", n)}
    scope = replace(context.scope, names=kept)
    family = Declaration(base, None, ((index, Num("0"), Num("5")),), "defined")
    return replace(context, scope=scope.with_names([family]), definitions=definitions)


def _is_index(match: re.Match[str], chain: Chain) -> bool:
    """Whether the label of s_i is an index: the letter indexes something on the right side too."""
    letter = match[2]
    for node in walk(chain.sides[1]):
        if isinstance(node, (Index, Member)) and any(isinstance(i, Name) and i.text == letter for i in node.indices):
            return True
        if isinstance(node, Name) and (other := _LABELLED.fullmatch(node.text)) and letter in other.groups():
            return True
    return False


def _with_definition(context: Context, left: Node, right: Node, base: str) -> Context:
    indices = left.indices if isinstance(left, (Member, Index)) else ()
    fixed = {n for d in context.scope.names.values() for size in dimensions(d) for n in names(size)}
    free = tuple(
        i.text for i in indices if isinstance(i, Name) and i.text not in context.scope.names and i.text not in fixed
    )
    before = context.scope.names.get(base)
    if before is None or (isinstance(left, Index) and before.shape == (Num("0"),) * len(indices)):
        shape = _sizes(left, right, context) if isinstance(left, Index) else None
        family = tuple((n, Num("0"), Num("5")) for n in (free or ("t",))) if isinstance(left, Member) else ()
        context = context.declared(Declaration(base, shape, family, "defined"))
    definition = Definition(left, right, free)
    return replace(context, definitions={**context.definitions, base: (*context.definitions.get(base, ()), definition)})


def dimensions(declaration: Declaration) -> list[Node]:
    """The sizes a declaration names: of its shape, and the bounds of its index."""
    family = [limit for _, low, high in declaration.family for limit in (low, high)]
    over = [] if declaration.support is None else [declaration.support]
    return [*(declaration.shape or ()), *family, *over]


def _sizes(left: Index, right: Node, context: Context) -> tuple[Node, ...] | None:
    """How long a vector is that is defined entry by entry: as long as what the same index runs over on the right."""
    found: list[Node] = []
    for index in left.indices:
        size = next((s for s in _uses(index, right, context)), None)
        if size is None:
            return (Num("0"),) * len(left.indices)
        found.append(size)
    return tuple(found)


def _uses(index: Node, right: Node, context: Context) -> Sequence[Node]:
    sizes: list[Node] = []
    for node in walk(right):
        if isinstance(node, Index):
            base = node.base.base if isinstance(node.base, Member) else node.base
            declared = context.scope.names.get(base.text) if isinstance(base, Name) else None
            if declared is not None and declared.shape:
                sizes += [s for i, s in zip(node.indices, declared.shape, strict=False) if i == index]
    return sizes


def infer(context: Context, *texts: str, latex: bool | None = None) -> Context:
    """The context with undeclared names declared by how the texts use them: x in \\sum_i x_i is a vector.

    Texts that cannot be read are passed over: reading them properly says why.
    """
    ranks: dict[str, int] = {}
    for text in texts:
        parsed = parse(text, context.scope, latex)
        if isinstance(parsed, Parsed):
            for node in walk(parsed.node):
                if isinstance(node, Index) and isinstance(node.base, Name):
                    ranks[node.base.text] = len(node.indices)
    unknown = {name: rank for name, rank in ranks.items() if name not in context.scope.names}
    return context.declared(
        *(Declaration(n, tuple(Num("0") for _ in range(r)), (), "inferred") for n, r in unknown.items())
    )
