"""Definitions from equations: of names, of families and their starts, of vectors entry by entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.definitions import taken_apart
from solvers.formula.evaluate import Definition, key_of
from solvers.formula.iterates import moved, stepped
from solvers.formula.known import LABELLED, Context, dimensions, with_own
from solvers.formula.mixtures import is_mixture
from solvers.formula.nodes import (
    Apply,
    Big,
    Call,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    Tuple,
    is_whole,
    map_children,
    names,
    plus,
    walk,
)
from solvers.formula.operators import LAWS
from solvers.formula.parser import parse
from solvers.formula.parts import with_run
from solvers.formula.ranks import shape_of
from solvers.formula.targets import UNKNOWN, Bound, is_parameter
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration, Scope, Unreadable
from solvers.formula.unknown import without_unknown


def defined_by(context: Context, chain: Chain, body: str, bounds: Sequence[Bound] = ()) -> Context | Unreadable:
    """A definition if the left side is a name that nothing is known of yet; else a constraint.

    `bounds` are the ranges behind it: y_i = ..., i = 1, ..., n has n entries.
    """
    moved = _unshifted(chain)
    if moved is not chain and (stepped := _stepped(context, moved)) is not None:
        return stepped
    left = moved.sides[0]
    return _defined(without_unknown(context, left.text) if isinstance(left, Name) else context, moved, body, bounds)


def _defined(context: Context, chain: Chain, body: str, bounds: Sequence[Bound]) -> Context | Unreadable:
    left = chain.sides[0]
    if (unwound := _unwound(context, chain)) is not None:
        return _defined(context, unwound, body, bounds)
    if (labelled := _by_label(context, chain, body, bounds)) is not None:
        return labelled
    if (own := _other_name(left, chain, context)) is not None:
        return with_definition(
            context.declared(Declaration(own.text, None, (), "defined")), own, chain.sides[1], own.text
        )
    at_numbers = isinstance(left, Apply) and bool(left.indices) and all(isinstance(a, (Num, Name)) for a in left.args)
    if (
        isinstance(left, Apply)
        and len(chain.sides) == 2
        and (at_numbers or all(map(is_parameter, (*left.args, *left.given))))
    ):
        return with_definition(context, left, chain.sides[1], left.name)
    squared = isinstance(left, Call) and left.op == "pow" and left.args[1] == Num("2")
    if squared and isinstance(left, Call) and isinstance(left.args[0], Name) and len(chain.sides) == 2:
        symbol = left.args[0]  # \\sigma^2 = ... says what \\sigma is, and Q^2 = I not what Q is
        if (
            symbol.text[:1].islower()
            and symbol.text not in context.scope.names
            and symbol.text not in names(chain.sides[1])
        ):
            return with_definition(context, symbol, Call("sqrt", (chain.sides[1],)), symbol.text)
    base = left.base if isinstance(left, (Member, Index)) else left
    if isinstance(base, Member) and isinstance(left, Index):  # z_k^{(2)} = ...
        if isinstance(base.base, Name) and base.base.text not in context.scope.names and len(left.indices) == 1:
            highs = _sizes(left, chain.sides[1], context) or (UNKNOWN,)
            letters = [i.text if isinstance(i, Name) else "t" for i in (*base.indices, *left.indices)]
            ends = [*[Num("5")] * len(base.indices), highs[0]]
            family = tuple((n, Num("0"), end) for n, end in zip(letters, ends, strict=True))
            return _defined_again(context.declared(Declaration(base.base.text, None, family, "defined")), body)
        base = base.base
    about_itself = base is left and isinstance(base, Name) and base.text in names(chain.sides[1])
    if not isinstance(base, Name) or len(chain.sides) != 2 or about_itself:
        return replace(context, constraints=(*context.constraints, chain))
    return with_definition(context, left, chain.sides[1], base.text)


def _unwound(context: Context, chain: Chain) -> Chain | None:
    """x = e^{...} for a log x = ... of an x that nothing is known of; log p/(1 - p) = ... is turned round as well."""
    left, right = chain.sides[0], chain.sides[-1]
    if not isinstance(left, Call) or left.op != "log" or chain.relations != ("=",):
        return None
    inner, value = left.args[0], Call("exp", (right,))
    if isinstance(inner, Call) and inner.op == "div" and inner.args[1] == Call("sub", (Num("1"), inner.args[0])):
        inner, value = inner.args[0], Call("sigmoid", (right,))
    base = inner.base if isinstance(inner, (Member, Index)) else inner
    if isinstance(base, Call) and base.op == "pow" and base.args[1] == Num("2"):
        base = base.args[0]
    if not isinstance(base, Name) or base.text in context.definitions or base.text in names(right):
        return None
    declared = context.scope.names.get(base.text)
    open_entries = declared is not None and isinstance(inner, Index) and UNKNOWN in (declared.shape or ())
    free = declared is None or declared.domain in {"defined", "inferred"} or open_entries
    return Chain((inner, value), ("=",)) if free else None


def _by_label(context: Context, chain: Chain, body: str, bounds: Sequence[Bound]) -> Context | Unreadable | None:
    """What h_t = f(h_{t-1}), o_t = V h_t and s_i = ... of entries define; None where the label is part of a name."""
    left = chain.sides[0]
    match = LABELLED.fullmatch(left.text) if isinstance(left, Name) and left.text not in context.scope.own else None
    if match is None:
        return None
    if _recurs(match, chain) or _is_time(match, chain) or chain.sides[1:] == (Name(match[1]),):  # g_t = g
        return _defined_again(as_family(context, match[1], match[2]), body)
    if _is_index(match, chain):
        return _defined_again(context.declared(_entries(match, bounds)), body)
    return None


def _other_name(left: Node, chain: Chain, context: Context) -> Name | None:
    """x_p of x_p = x - b w, or u_1 = (1, 2)^T, beside a vector x: a vector too, and no entry of x."""
    base = left.base if isinstance(left, Index) and len(left.indices) == 1 else None
    if not isinstance(left, Index) or not isinstance(base, Name) or len(chain.sides) != 2:
        return None
    place, shape = left.indices[0], shape_of(base, context.scope)
    letter = isinstance(place, Name) and place.text not in names(chain.sides[1]) | context.scope.names.keys()
    vectors = shape is not None and len(shape) == 1 and shape_of(chain.sides[1], context.scope) not in {None, ()}
    numbered = isinstance(place, Num) and place.text.isdecimal()
    return Name(f"{base.text}_{to_plain(place)}", left.span) if vectors and (letter or numbered) else None


def _stepped(context: Context, chain: Chain) -> Context | None:
    """The recursion w_{k+1} = f(w_k) of a name that is not known; None of other definitions."""
    left = chain.sides[0]
    if not isinstance(left, Index) or not isinstance(left.base, Name) or len(chain.sides) != 2:
        return None
    name, right = left.base.text, chain.sides[1]
    if name not in names(right) or name in context.scope.names:
        return None
    context = as_family(context, name, to_plain(left.indices[0]))
    return with_definition(context, Member(left.base, left.indices), right, name)


def _unshifted(chain: Chain) -> Chain:
    """w_{k+1} = f(w_k) as w_k = f(w_{k-1}): the same recursion, by the index of what it defines."""
    left = chain.sides[0]
    place = left.indices[0] if isinstance(left, (Index, Member)) and len(left.indices) == 1 else None
    if not isinstance(left, (Index, Member)) or not isinstance(place, Call) or place.op not in {"add", "sub"}:
        return chain
    letter, by = place.args
    if not isinstance(letter, Name) or not isinstance(by, Num) or by.value.denominator != 1:
        return chain
    away = -int(by.value) if place.op == "add" else int(by.value)
    sides = tuple(moved(_labels_apart(side, letter.text), letter.text, away) for side in chain.sides[1:])
    return replace(chain, sides=(replace(left, indices=(letter,)), *sides))


def _labels_apart(node: Node, letter: str) -> Node:
    """w_k, read as a name, as a member."""
    match = LABELLED.fullmatch(node.text) if isinstance(node, Name) else None
    if match is not None and match[2] == letter and match[3] is None:
        return Index(Name(match[1]), (Name(letter),))
    return map_children(node, lambda child: _labels_apart(child, letter))


def _defined_again(context: Context, body: str) -> Context | Unreadable:
    """The same definition, read once more now that more is known of its left side."""
    parsed = parse(body, context.scope)
    if isinstance(parsed, Unreadable):
        return parsed
    if not isinstance(parsed.node, Chain) or isinstance(parsed.node.sides[0], Name):
        return Unreadable("expected a definition", 0, len(body))
    return defined_by(context, parsed.node, body)


def _recurs(match: re.Match[str], chain: Chain) -> bool:
    """Whether h_t is defined by another member of its own family: h_{t-1}."""
    return match[3] is None and any(
        isinstance(node, Index) and node.base == Name(match[1]) and len(node.indices) == 1
        and node.indices[0] != Name(match[2]) and match[2] in names(node.indices[0])
        for node in walk(chain.sides[1])
    )  # fmt: skip


def as_family(context: Context, base: str, index: str) -> Context:
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
    start = next((d for n, d in kept.items() if n.startswith(f"{base}^(")), None)
    family = Declaration(base, start.shape if start else None, ((index, Num("0"), Num("5")),), "defined")
    return replace(context, scope=scope.with_names([family]), definitions=definitions)


def _entries(match: re.Match[str], bounds: Sequence[Bound]) -> Declaration:
    """The vector or matrix whose entries are defined: as large as the ranges of its indices say."""
    letters = [letter for letter in match.groups()[1:] if letter is not None]
    ends = {name: (low, high) for name, low, high in bounds}
    known = [ends[letter] for letter in letters if letter in ends and ends[letter][1] != UNKNOWN]
    if len(known) < len(letters) or len({low for low, _ in known}) > 1 or known[0][0] not in (Num("0"), Num("1")):
        return Declaration(match[1], (UNKNOWN,) * len(letters))
    first = int(known[0][0] == Num("1"))
    return Declaration(match[1], tuple(plus(high, 1 - first) for _, high in known), (), "defined", origin=first)


def _is_time(match: re.Match[str], chain: Chain) -> bool:
    """Whether the label of o_t names members of families on the right side, and entries of nothing."""
    letter, found = Name(match[2]), [n for n in walk(chain.sides[1]) if isinstance(n, (Index, Member))]
    used = [n for n in found if letter in n.indices]
    if match[3] is not None:
        return False
    labels = [m for n in walk(chain.sides[1]) if isinstance(n, Name) and (m := LABELLED.fullmatch(n.text))]
    steps = [m for m in labels if m[2] == "t" and m[3] is None]
    if not used and match[2] == "t" and steps and all(m[1] != "t" for m in steps):  # o_t = V h_t
        return True
    if not used:  # \\mu_i = g + i \\delta
        return (
            match[2] in "ijklmnst"
            and match[2] in names(chain.sides[1])
            and letter not in [n.base for n in found]
            and not any(letter_in(n, match[2]) for n in found)
        )
    return all(isinstance(n, Member) for n in used)


def letter_in(node: Node, letter: str) -> bool:
    """Whether a letter stands in the indices of a member or entry."""
    return isinstance(node, (Index, Member)) and any(letter in names(i) for i in node.indices)


def _is_index(match: re.Match[str], chain: Chain) -> bool:
    """Whether the label of s_i, or of r_{nk}, is an index: a letter of it indexes something on the right side too."""
    letters = {letter for letter in match.groups()[1:] if letter is not None}
    for node in walk(chain.sides[1]):
        if isinstance(node, (Index, Member)) and any(letters & names(i) for i in node.indices):
            return True
        if isinstance(node, Name) and (other := LABELLED.fullmatch(node.text)) and letters & {*other.groups()[1:]}:
            return True
    return False


def with_definition(context: Context, left: Node, right: Node, base: str) -> Context:
    """The context with left = right; g_t = g says that all g_t are one value, which is called g."""
    if isinstance(left, (Member, Index)) and left.base == right == Name(base) and base not in context.definitions:
        known = context.scope.names.get(base)
        value = Declaration(f"{base}_const", () if known is None else known.shape, (), "inferred")
        context = with_definition(context.declared(value), left, Name(value.name), base)
        of_all = (*context.definitions[base], Definition(Name(base), Name(value.name)))
        return replace(context, definitions={**context.definitions, base: of_all})
    left, right = stepped(left, right)
    context = with_run(context, right)
    context = with_own(context, _beside(left, right))
    if isinstance(left, (Member, Index)):
        right = _with_index(right, left.indices, context.scope, isinstance(left, Member))
    if isinstance(left, Apply) and left.indices:
        context, right = _with_families(context, left, right)
    places = (*left.args, *left.given) if isinstance(left, Apply) else (left,)
    every = dict.fromkeys(index for place in places for index in taken_apart(place)[2])
    indices = left.indices if isinstance(left, (Member, Index)) else ()
    fixed = {
        n for d in context.scope.names.values() if d.shape or d.family for size in dimensions(d) for n in names(size)
    }
    free = tuple(dict.fromkeys(name for i in every if (name := _runner(i, context)) is not None and name not in fixed))
    before = context.scope.names.get(base)
    if before is None or (isinstance(left, Index) and before.shape == (Num("0"),) * len(indices)):
        origin = before.origin if before is not None else 1
        shape = _of_numbers(left, right, context)
        if isinstance(left, Index):
            shape = _sizes(left, right, context)
            origin = min([origin, *(_origins(left, right, context) if UNKNOWN not in (shape or ()) else ())])
        family = tuple((n, Num("0"), Num("5")) for n in (free or ("t",))) if isinstance(left, Member) else ()
        law = right if isinstance(right, Call) and right.op in LAWS and not family else None  # p = N(m, s^2)
        context = context.declared(Declaration(base, shape, family, "defined", law=law, origin=origin if shape else 1))
    if not isinstance(left, Apply) and _sums_to_one(left, right, context):
        context = context.declared(replace(context.scope.names[base], normalized=True))
    definition = Definition(left, right, free)
    context = _not_its_own(context, left)
    return replace(context, definitions={**context.definitions, base: (*context.definitions.get(base, ()), definition)})


def _not_its_own(context: Context, left: Node) -> Context:
    """a^(0), of which a shape was said, where a definition says what it is: it has no value of its own."""
    key = key_of(left, {}) if isinstance(left, Member) and all(map(is_whole, left.indices)) else None
    if key is None or key not in context.scope.names:
        return context
    kept = {name: declaration for name, declaration in context.scope.names.items() if name != key}
    return replace(context, scope=replace(context.scope, names=kept))


def _sums_to_one(left: Node, right: Node, context: Context) -> bool:
    """softmax(z); (p + q)/2; e^{z_i}/sum_j e^{z_j}: the entries of a probability vector."""
    if isinstance(left, Name):
        return (isinstance(right, Call) and right.op == "softmax") or is_mixture(right, context.scope)
    letter = left.indices[0] if isinstance(left, Index) and len(left.indices) == 1 else None
    if not isinstance(left, Index) or not isinstance(left.base, Name) or not isinstance(letter, Name):
        return False
    below = right.args[1] if isinstance(right, Call) and right.op == "div" else None
    if not isinstance(right, Call) or not isinstance(below, Big) or below.op != "sum" or len(below.binders) != 1:
        return False
    above = right.args[0]
    exponential = isinstance(above, Call) and above.op == "exp"
    return exponential and _with(below.body, below.binders[0].name, letter) == above


def _with(node: Node, old: Name, new: Name) -> Node:
    return new if node == old else map_children(node, lambda child: _with(child, old, new))


def _beside(left: Node, right: Node) -> frozenset[str]:
    """c_0 of c = f c_0: another name, and no entry of c; the x_1 of x = (x_1, x_2) is one."""
    stem = f"{left.text}_" if isinstance(left, Name) else " "
    inner = right.args[0] if isinstance(right, Call) and right.op == "transpose" else right
    rows = inner.rows if isinstance(inner, Matrix) else ()
    items = inner.items if isinstance(inner, Tuple) else rows[0] if len(rows) == 1 else [row[0] for row in rows]
    entries = {f"{stem}{place}" for place, item in enumerate(items, 1) if item == Name(f"{stem}{place}")}
    return frozenset(name for name in names(right) if name.startswith(stem) and name not in entries)


def _runner(index: Node, context: Context) -> str | None:
    """The letter that runs in an index of a left side: i of y_i, and of p_{2i + 1}."""
    if isinstance(index, Name):
        return index.text
    found = names(index) - context.scope.names.keys() if isinstance(index, Call) else frozenset()
    return next(iter(found)) if len(found) == 1 else None


def _of_numbers(left: Node, right: Node, context: Context) -> tuple[Node, ...] | None:
    """() for a name that is defined from numbers alone: lambda_1 is then another name, and no entry of lambda."""
    declared = [context.scope.names.get(n) for n in names(right) - {"pi"}]
    alone = isinstance(left, Name) and all(d is not None and d.shape == () and not d.family for d in declared)
    if isinstance(left, Name) and isinstance(right, Derivative) and len(right.by) == 1:  # of a loss, by a number
        by = context.scope.names.get(right.by[0].text) if isinstance(right.by[0], Name) else None
        return () if by is not None and by.shape == () and not by.family and right.of in _LOSSES else None
    return () if alone and shape_of(right, context.scope) == () else None


_LOSSES = frozenset(map(Name, ("E", "L", "J", "C")))


def _with_index(node: Node, indices: tuple[Node, ...], scope: Scope, member: bool) -> Node:
    """g_t on the right side of v_t = ...: a member, not a name of its own."""
    match = LABELLED.fullmatch(node.text) if isinstance(node, Name) and node.text not in scope.names else None
    if match is not None and match[3] is None and Name(match[2]) in indices:
        return (Member if member else Index)(Name(match[1]), (Name(match[2]),))
    return map_children(node, lambda child: _with_index(child, indices, scope, member))


def _with_families(context: Context, left: Apply, right: Node) -> tuple[Context, Node]:
    """f_i(x) = a_i x of an a that nothing declares: its a_i are the members of a family."""
    indices = tuple(i for i in left.indices if isinstance(i, Name))
    found = _with_index(right, indices, context.scope, True)
    bases = {n.base.text for n in walk(found) if isinstance(n, Member) and isinstance(n.base, Name)}
    new = [(base, index.text) for base in bases - context.scope.names.keys() for index in indices[:1]]
    return context.declared(*(Declaration(b, (), ((i, Num("1"), UNKNOWN),), "inferred") for b, i in new)), found


def _sizes(left: Index, right: Node, context: Context) -> tuple[Node, ...] | None:
    """How long a vector is that is defined entry by entry: as long as what the same index runs over on the right."""
    found: list[Node] = []
    for index in left.indices:
        size = next((s for s in _uses(index, right, context)), None)
        if size is None:
            return (Num("0"),) * len(left.indices)
        found.append(size)
    return tuple(found)


def _origins(left: Index, right: Node, context: Context) -> list[int]:
    """Where what the same indices run over on the right side begins."""
    bases = (n.base.base if isinstance(n.base, Member) else n.base for n in walk(right) if isinstance(n, Index)
             and any(index in left.indices for index in n.indices))  # fmt: skip
    declared = (context.scope.names.get(base.text) for base in bases if isinstance(base, Name))
    return [d.origin for d in declared if d is not None and d.shape]


def _uses(index: Node, right: Node, context: Context) -> Sequence[Node]:
    sizes: list[Node] = []
    for node in walk(right):
        if isinstance(node, Index):
            base = node.base.base if isinstance(node.base, Member) else node.base
            declared = context.scope.names.get(base.text) if isinstance(base, Name) else None
            if declared is not None and declared.shape:
                sizes += [s for i, s in zip(node.indices, declared.shape, strict=False) if i == index]
    return sizes
