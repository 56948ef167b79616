"""What is known around a formula: declarations, definitions and constraints, read from texts in the order they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from solvers.formula.declare import MEMBERSHIP, speak, split_range
from solvers.formula.evaluate import Definition
from solvers.formula.functions import signature
from solvers.formula.nodes import Apply, Big, Call, Chain, Index, Member, Name, Node, Num, map_children, names, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.scripts import SIZED
from solvers.formula.targets import function
from solvers.formula.tokens import MAX_LENGTH, Declaration, Scope, Unreadable

_LABELLED = re.compile(r"([A-Za-z]+)_([a-z])([a-z])?")


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
    """Reads declarations, definitions and constraints; the number of the first that cannot be read, and why.

    Declarations are read before definitions, whatever their order: L(w) = w_1 + w_2 needs to know that w is a vector.
    """
    context = start or Context()
    lines = [_math(" ".join(text.split())) for text in texts]
    labels = _labels(lines)
    known = [function(split_range(text)[0]) for text in lines]
    context = context.declared(*(said[0] for said in known if said is not None and said[1] == "="))
    order = sorted(range(len(lines)), key=lambda place: (_rank(lines[place]), place))
    for place in order:
        text = lines[place]
        if len(text) > MAX_LENGTH:
            return place, Unreadable(f"{len(text)} characters; at most {MAX_LENGTH} are read", MAX_LENGTH, len(text))
        extended = _extended(context, text, labels)
        if isinstance(extended, Unreadable):
            return place, extended
        context = extended
    return context


def _math(text: str) -> str:
    """The text without the dollars or brackets of a formula in running text."""
    match = re.fullmatch(r"\$\$?([^$]*)\$\$?[.,;]?|\\\((.*)\\\)[.,;]?|\\\[(.*)\\\][.,;]?", text.strip())
    return next((g for g in match.groups() if g is not None), text) if match else text


def _rank(text: str) -> int:
    """Declarations of sets first, then laws and relations, then what is defined."""
    if _EQUALS.search(split_range(text)[0]):
        return 2
    return 0 if MEMBERSHIP.search(text) or _SHAPED.match(text) else 1


_EQUALS = re.compile(r"(?<![<>!:=])=(?![=>])|:=|\\coloneqq|\\triangleq|\\equiv")
_SHAPED = re.compile(r"[^:=]+:(?!=)")


def _labels(lines: Sequence[str]) -> frozenset[str]:
    """Names such as W_f and W_i that are declared with several letters below: labels, not an index."""
    letters: dict[str, set[str]] = {}
    for text in lines:
        if _rank(text) == 2:
            continue
        for stem, letter in _LOWERED.findall(MEMBERSHIP.split(text)[0]):
            letters.setdefault(stem, set()).add(letter)
    return frozenset(f"{stem}_{letter}" for stem, found in letters.items() if len(found) > 1 for letter in found)


_LOWERED = re.compile(r"([A-Za-z]+)\}?_\{?([a-z])\}?(?![A-Za-z_])")


def _extended(context: Context, text: str, labels: frozenset[str] = frozenset()) -> Context | Unreadable:
    body, _ = split_range(text)
    known = function(body)
    if known is not None and known[1] == "=":
        return _function(context, known[0], body)
    if _rank(text) == 2:
        context = _with_family(context, body)
        parsed = parse(body, context.scope)
        if isinstance(parsed, Parsed) and isinstance(parsed.node, Chain):
            if parsed.node.relations[0] in {"=", ":="}:
                return _each_equation(context, parsed.node, body)
            return replace(context, constraints=(*context.constraints, parsed.node))
    definite = _definite(body, context.scope)
    if definite is not None:
        return replace(context, constraints=(*context.constraints, definite))
    spoken = speak(text, context.scope, labels)
    if isinstance(spoken, Unreadable):
        parsed = parse(body, context.scope)
        return parsed if isinstance(parsed, Unreadable) and not _looks_declared(text) else spoken
    for declaration in spoken.declarations:
        context = context.declared(*_with_known(declaration, context))
    for name, inputs, outputs in spoken.maps:
        context = _unknown_map(context, name, inputs, outputs)
    for constraint in spoken.constraints:
        parsed = parse(constraint, context.scope)
        if isinstance(parsed, Unreadable):
            return parsed
        if not isinstance(parsed.node, Chain):
            return Unreadable("expected a declaration (with ∈ or >) or a definition (with =)", 0, len(text))
        context = replace(context, constraints=(*context.constraints, parsed.node))
    return context


def _definite(body: str, scope: Scope) -> Chain | None:
    """A > 0 of a declared matrix, written as a definite one is: no statement about its entries."""
    parsed = parse(body, scope)
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain) or set(chain.relations) != {"succ"}:
        return None
    declared = [scope.names.get(side.text) for side in chain.sides[:-1] if isinstance(side, Name)]
    return chain if declared and all(d is not None and len(d.shape or ()) == 2 for d in declared) else None


def _each_equation(context: Context, chain: Chain, body: str) -> Context | Unreadable:
    """a = b = c: what a defines, and that b is c."""
    if len(chain.sides) == 2 or not set(chain.relations) <= {"=", ":="}:
        return _defined(context, chain, body)
    left = chain.sides[0]
    if isinstance(left, (Name, Member, Index, Apply)):
        pairs = list(zip(chain.sides, chain.sides[1:], strict=False))
    else:
        pairs = [(side, chain.sides[-1]) for side in chain.sides[:-1]]
    for a, b in pairs:
        extended = _defined(context, Chain((a, b), ("=",)), body)
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def _function(context: Context, declaration: Declaration, body: str) -> Context | Unreadable:
    """f(x) = ...: the parameters are known on its right side, of whatever shape if nothing declares them."""
    context = context.declared(declaration)
    parameters = (*(declaration.parameters or ((), ()))[0], *(declaration.parameters or ((), ()))[1])
    unknown = [Declaration(n, None, (), "parameter") for n in parameters if n not in context.scope.names]
    parsed = parse(body, context.scope.with_names(unknown))
    if isinstance(parsed, Unreadable):
        return parsed
    if not isinstance(parsed.node, Chain) or not isinstance(parsed.node.sides[0], Apply) or len(parsed.node.sides) != 2:
        return Unreadable("expected a definition such as f(x) = x^2", 0, len(body))
    return _with_definition(context, parsed.node.sides[0], parsed.node.sides[1], declaration.name)


def _unknown_map(context: Context, name: str, inputs: tuple[Node, ...], outputs: tuple[Node, ...]) -> Context:
    """f: R^n -> R^m of which no more is known: a smooth function with random coefficients, the same at every use."""
    a, b, c, d = (f"{name}_{part}" for part in ("amplitude", "frequency", "phase", "slope"))
    hidden: tuple[Node, ...] = (Num("3"),)
    context = context.declared(
        Declaration(a, (*outputs, *hidden)), Declaration(b, (*hidden, *inputs)), Declaration(c, hidden),
        Declaration(d, (*outputs, *inputs)), Declaration(name, None, (), "function", False, (("x",), ())),
    )  # fmt: skip
    inner: Node = Call("add", (Call("mul", (Name(b), Name("x"))), Name(c)))
    wave: Node = Call("sin", (inner,))
    first: Node = Call("dot" if not outputs else "mul", (Name(a), wave))
    linear: Node = Call("dot" if not outputs and inputs else "mul", (Name(d), Name("x")))
    return _with_definition(context, Apply(name, (Name("x"),)), Call("add", (first, linear)), name)


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


def _looks_declared(text: str) -> bool:
    return "\\in" in text or "∈" in text or ">" in text or re.search(r"\bin\b", text) is not None


def _with_known(declaration: Declaration, context: Context) -> list[Declaration]:
    """`\\eta > 0` after `\\eta \\in R` keeps the shape it had."""
    before = context.scope.names.get(declaration.name)
    said = declaration.positive or declaration.low is not None or declaration.high is not None
    if before is not None and said and not declaration.shape and declaration.domain == "real":
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
    squared = isinstance(left, Call) and left.op == "pow" and left.args[1] == Num("2")
    if squared and isinstance(left, Call) and isinstance(left.args[0], Name) and len(chain.sides) == 2:
        symbol = left.args[0]  # \\sigma^2 = ... says what \\sigma is
        if symbol.text not in context.scope.names and symbol.text not in names(chain.sides[1]):
            return _with_definition(context, symbol, Call("sqrt", (chain.sides[1],)), symbol.text)
    base = left.base if isinstance(left, (Member, Index)) else left
    if isinstance(base, Member) and isinstance(left, Index):  # z_k^{(2)} = ...
        base = base.base
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
    labelled = re.compile(re.escape(base) + r"_(\d+)")
    kept = {n: d for n, d in context.scope.names.items() if not labelled.fullmatch(n)}
    for name, declaration in context.scope.names.items():  # h_0 \\in R^n: a free start
        if (match := labelled.fullmatch(name)) and declaration.domain != "defined":
            key = f"{base}^({match[1]})"
            kept[key] = replace(declaration, name=key)
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
    nodes = [p.node for p in (parse(text, context.scope, latex) for text in texts) if isinstance(p, Parsed)]
    nodes += [d.right for found in context.definitions.values() for d in found]
    ranks: dict[str, int] = {}
    for node in (inner for whole in nodes for inner in walk(whole)):
        if isinstance(node, Index) and isinstance(node.base, Name) and not _known(node.base.text, context):
            ranks[node.base.text] = len(node.indices)
    for name, rank in ranks.items():
        context = _inferred(context, name, rank, nodes)
    return context


def _known(name: str, context: Context) -> bool:
    return name in context.scope.names or name in SIZED


def _inferred(context: Context, name: str, rank: int, nodes: Sequence[Node]) -> Context:
    """An undeclared name with indices: a vector or matrix, or, where places are written out (w_0, h_2), a family."""
    labelled = re.compile(re.escape(name) + r"_\d+")
    known = [n for n in (*context.definitions, *context.scope.names) if labelled.fullmatch(n)]
    everywhere = [inner for whole in nodes for inner in walk(whole)]
    spelled = any(isinstance(n, Name) and labelled.fullmatch(n.text) for n in everywhere)
    whole_name = sum(isinstance(n, Name) and n.text == name for n in everywhere)
    indexed = sum(isinstance(n, Index) and n.base == Name(name) for n in everywhere)
    if rank != 1 or whole_name > indexed or not (known or spelled or _from_places(name, everywhere)):
        return context.declared(Declaration(name, tuple(Num("0") for _ in range(rank)), (), "inferred"))
    if known and not any(n in context.definitions for n in known):
        return context.declared(Declaration(name, (Num("0"),), (), "inferred"))
    context = _as_family(context, name, "i") if known else context
    if not known:
        context = context.declared(Declaration(name, (), (("i", Num("0"), Num("0")),), "inferred"))
    return replace(
        context, definitions={n: tuple(_relabelled(d, name) for d in ds) for n, ds in context.definitions.items()}
    )


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
