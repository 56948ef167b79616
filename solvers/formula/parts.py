"""Names for the parts of a matrix: A = (a_{ij}) calls its entries, H = [h_1, ..., h_T] its columns.

Entries are no symbols of their own: a_{ij} is read as A_{ij}, wherever it stands, so that it can be derived by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from solvers.formula.env import Definition
from solvers.formula.index_ranges import ends_before
from solvers.formula.joined_bounds import with_bounds_of
from solvers.formula.known import Context, is_entry_of, of_entries_drawn
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Big, Call, Chain, Index, Name, Node, Num, map_children, names, plus, walk
from solvers.formula.ranks import rank_of
from solvers.formula.targets import UNKNOWN, function_name, target_of
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration

_SYMBOL = r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|mathcal|mathsf)\s*\{?\s*)?\\?[A-Za-z]+\s*\}?"
_STEP = r"(?:\s*\^\s*\{?\s*(?:\(\s*\w+\s*\)|\[\s*\w+\s*\])\s*\}?)?"  # of which layer
_PLACES = r"\{\s*(?:[a-z]\s*,?\s*[a-z])\s*\}|[a-z]{2}(?![a-z])"
_ENTRY = rf"({_SYMBOL}){_STEP}\s*_\s*(?:{_PLACES}){_STEP}"
_OPEN = r"(?:\\left|\\[Bb]igg?l?)?\s*(?:\(|\[|\\\{)\s*"
_CLOSE = r"\s*(?:\\right|\\[Bb]igg?r?)?\s*(?:\)|\]|\\\})"
_LISTED = lazily(rf"\s*{_OPEN}{_ENTRY}{_CLOSE}\s*(_.+)?\s*")  # (a_{ij}), [a_{ij}]_{i,j=1}^n
_ALONE = lazily(rf"\s*{_ENTRY}\s*")
_OF_MATRIX = lazily(  # A_{ij}, (A)_{ij}, [A]_{ij}
    rf"\s*(?:{_OPEN}({_SYMBOL}){_STEP}{_CLOSE}|({_SYMBOL}){_STEP})\s*_\s*(?:{_PLACES}){_STEP}\s*"
)
_WHOLE = lazily(rf"\s*({_SYMBOL}){_STEP}\s*")
_SIZES = (
    re.compile(r"_\{\s*[a-z]\s*,\s*[a-z]\s*=\s*1\s*(?:\}\s*\^\s*\{?\s*(?P<n>\w+)\s*\}?|,?\s*\\[lc]?dots\s*,?\s*(?P<m>\w+)\s*\})"),
    re.compile(r"_\{\s*1\s*\\leq?\s*[a-z]\s*,\s*[a-z]\s*\\leq?\s*(?P<n>\w+)\s*\}"),
    re.compile(r"_\{\s*(?P<n>\w+)\s*\\times\s*(?P<m>\w+)\s*\}"),
)  # fmt: skip
_FIXED = frozenset({"I", "ones", "zeros", "delta"})


def entries_named(left: str, right: str) -> tuple[str, str] | None:
    """The name of the entries and the matrix they are of: (a, A) in A = (a_{ij}) and (A)_{ij} = a_{ij}."""
    for one, other in ((left, right), (right, left)):
        listed, whole = _LISTED.fullmatch(other), _WHOLE.fullmatch(one)
        if listed is not None and whole is not None and one is left:
            return _pair(listed[1], whole[1])
        alone, of = _ALONE.fullmatch(other), _OF_MATRIX.fullmatch(one)
        if alone is not None and of is not None:
            found = _pair(alone[1], of[1] or of[2])
            if found is not None and found[0].lower() == found[0] and (of[1] or found[1].lower() == found[0]):
                return found
    return None


def _pair(entry: str, matrix: str) -> tuple[str, str] | None:
    names = function_name(entry), function_name(matrix)
    if names[0] is None or names[1] is None or names[0] == names[1] or _FIXED & {*names}:
        return None
    if "\\" not in matrix and len(names[1]) > 1 and names[1].isupper():  # c_{ij} = (AB)_{ij}: of a product
        return None
    return names[0], names[1]


def sized(left: str, right: str) -> str | None:
    """The declaration that A = (a_{ij})_{i,j=1}^n holds; None if it gives no size."""
    listed = _LISTED.fullmatch(right)
    match = (
        next((m for size in _SIZES if (m := size.fullmatch(listed[2].strip()))), None) if listed and listed[2] else None
    )
    if match is None:
        return None
    ends = match.groupdict()
    rows = ends.get("n") or ends["m"]
    return rf"{left.strip()} \in \mathbb{{R}}^{{{rows} \times {ends.get('m') or rows}}}"


def with_entries(context: Context, pairs: Iterable[tuple[str, str]]) -> Context:
    """The context in which a_{ij} is A_{ij} for each pair (a, A), unless a is declared to be something else."""
    known = context.scope.names
    new = {a: matrix for a, matrix in pairs if a not in known and a not in context.definitions}
    if not new:
        return context
    entries = MappingProxyType({**context.scope.entries, **new})
    return replace(context, scope=replace(context.scope, entries=entries))


def with_run(context: Context, right: Node) -> Context:
    """s_1, ..., s_d within a definition, where nothing declares s: a vector of d numbers; s_i > 0 speaks of them."""
    for node in walk(right):
        entry = node.body if isinstance(node, Big) and node.op == "list" else None
        if not isinstance(node, Big) or not isinstance(entry, Index) or not isinstance(entry.base, Name):
            continue
        name, binder = entry.base.text, node.binders[0]
        known = context.scope.names.get(name)
        new = known is None or known.domain == "inferred"
        if not new or name in context.definitions or binder.high is None:
            continue
        first = 1 if binder.low == Num("1") else 0 if binder.low == Num("0") and ends_before(binder.high) else None
        if first is None:
            continue
        if entry.indices != (binder.name,):
            continue
        label = f"{name}_{binder.name.text}"
        labelled = next(
            (d for n, d in context.scope.names.items() if re.fullmatch(rf"{re.escape(name)}_[a-z]", n)), None
        )
        kept = {n: d for n, d in context.scope.names.items() if labelled is None or d is not labelled}
        like = labelled if labelled is not None and labelled.shape == () else Declaration(label)
        context = replace(context, scope=replace(context.scope, names=MappingProxyType(kept)))
        context = context.declared(replace(like, name=name, shape=(plus(binder.high, 1 - first),), origin=first))
    return context


def with_orthogonal(context: Context, chain: Chain) -> Context:
    """Q^T Q = I of a Q that nothing declares: a matrix."""
    identity = next((s for s in chain.sides if Name("I") in (s, getattr(s, "base", None))), None)  # I, I_k
    if identity is None:
        return context
    for name in sorted(names(chain) - names(identity)):  # Q^T Q = Q Q^T: it is square
        turned = Call("transpose", (Name(name),))
        both = [Call("mul", pair) in chain.sides for pair in ((turned, Name(name)), (Name(name), turned))]
        if all(both) and name not in {*context.scope.names, *context.definitions}:
            context = context.declared(Declaration(name, (Name(f"size_{name}"),) * 2))
    for side in chain.sides:
        factors = side.args if isinstance(side, Call) and side.op in {"mul", "dot", "times"} else ()
        for a, b in (factors, factors[::-1]) if len(factors) == 2 else ():
            known = {*context.scope.names, *context.definitions}
            if isinstance(a, Name) and b == Call("transpose", (a,)) and a.text not in known:
                context = context.declared(Declaration(a.text, (Num("0"), Num("0"))))
    return context


def symmetric(chain: Chain) -> Name | None:
    """The matrix of which a_{ij} = a_{ji} is said; None of any other equation."""
    a, b = chain.sides[:2]
    if chain.relations[0] == "=" and isinstance(a, Name) and isinstance(b, Name):  # of a matrix not declared yet
        (stem, _, places), (other, _, turned) = a.text.partition("_"), b.text.partition("_")
        letters = len(places) == 2 and places.isalpha() and places.islower() and places[0] != places[1]
        return Name(stem) if letters and stem == other and turned == places[::-1] else None
    if chain.relations[0] != "=" or not isinstance(a, Index) or not isinstance(b, Index) or a.base != b.base:
        return None
    plain = len(a.indices) == 2 and a.indices[0] != a.indices[1] and all(isinstance(i, Name) for i in a.indices)
    return a.base if plain and b.indices == a.indices[::-1] and isinstance(a.base, Name) else None


_TWICE = lazily(  # a_{ij}, \\alpha_{ij}, and the a of \\sum_ja_{ij}
    r"(?:(?<![A-Za-z\\}])|(?<=_[a-z]))(\\[a-z]+|[a-z](?![a-z])|(?<!_)[a-z]{2,})\}?\s*_\s*"
    r"(?:\{\s*[a-z]\s*,?\s*[a-z]\s*\}|[a-z]{2}(?![a-zA-Z]))"
)


def _is_matrix(context: Context, name: str) -> bool:
    """Whether a name is a declared matrix, or is defined as one: W = x x^T - I."""
    declared = context.scope.names.get(name)
    if declared is not None and len(declared.shape or ()) == 2:
        return True
    made = [d.right for d in context.definitions.get(name, ()) if isinstance(d.left, Name)]
    return len(made) == 1 and rank_of(made[0], context.scope) == 2


def customary(context: Context, texts: Iterable[str]) -> list[tuple[str, str]]:
    """(a, A) where a_{ij} is spoken of, A is a declared matrix, and nothing says what a is: the entries of A."""
    known = context.scope.names
    taken = {name for name, declared in known.items() if declared.domain != "inferred"} | context.definitions.keys()
    found: dict[str, str] = {}
    for text in texts:
        for match in _TWICE.finditer(text):
            name = match[1].removeprefix("\\")
            matrix = name.upper() if len(name) == 1 else name.capitalize()
            if name not in taken and _is_matrix(context, matrix):
                found[name] = matrix
    return list(found.items())


_COLUMNS = lazily(
    rf"\s*(?:\\left)?\s*[\[(]\s*({_SYMBOL})_\{{?1\}}?\s*(?:[,&|]|\\mid|\\;|\\,|\s)*(?:({_SYMBOL})_\{{?2\}}?\s*(?:[,&|]|\\mid|\s)*)?"
    rf"(?:\\[lc]?dots|\.\.\.|…)\s*(?:[,&|]|\\mid|\\;|\\,|\s)*({_SYMBOL})_\{{?(\w+)\}}?\s*(?:\\right)?\s*[\])]\s*"
    r"(\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?)\s*\}?)?\s*"
)


def columns_declared(context: Context, left: str, right: str) -> Context:
    """H = [h_1, ..., h_T] of a matrix H with T columns: its columns are declared, where nothing is known of h."""
    match, whole = _COLUMNS.fullmatch(right), target_of(left)
    declared = context.scope.names.get(whole.text) if isinstance(whole, Name) else None
    if match is None or declared is None or len(declared.shape or ()) != 2 or declared.family:
        return context
    names = {function_name(match[k]) for k in (1, 2, 3) if match[k]}
    base = names.pop() if len(names) == 1 else None
    if base is None or base in context.scope.names or base in context.definitions:
        return context
    rows, columns = declared.shape or ()
    size, count = (columns, rows) if match[5] else (rows, columns)
    if to_latex(count) != match[4]:
        return context
    return context.declared(Declaration(base, (size,), (("i", Num("1"), count),)))


_LABELLED = lazily(r"(?P<base>[A-Za-z]+)_(?P<row>[a-z])(?P<column>[a-z])?")


def orthonormal_members(name: str, context: Context) -> str:
    """What says that the vectors u_1, ..., u_r are orthonormal; "" of what is no family of vectors."""
    declared = context.scope.names.get(name)
    if declared is None or len(declared.family) != 1 or len(declared.shape or ()) != 1:
        return ""
    return rf"{to_latex(Name(name))}_i^\top {to_latex(Name(name))}_j = \delta_{{ij}}"


def as_known(declaration: Declaration, context: Context) -> Declaration:
    """What is declared together with what was known: `\\eta > 0` after `\\eta \\in R` keeps the shape it had."""
    if (whole := _of_entries(declaration, context)) is not None:
        return whole
    before = context.scope.names.get(declaration.name)
    told = before is not None and (before.shape is not None or before.domain != "inferred")
    if told and before is not None and declaration.law is not None and not declaration.domain.startswith("{"):
        drawn = replace(before, law=declaration.law)  # z \sim N(0, I) after z \in R^k
        return of_entries_drawn(drawn) if is_entry_of(before, declaration) else drawn
    said = declaration.positive or declaration.low is not None or declaration.high is not None
    if before is not None and said and not declaration.shape and declaration.domain == "real":
        return with_bounds_of(before, declaration)
    return declaration


def with_said_entries(context: Context, name: str) -> Context:
    """The context where a_ij >= 0, said before the words that A = (a_ij) is a matrix, is of its entries and no name."""
    whole = context.scope.names.get(name)
    called = [letter for letter, matrix in context.scope.entries.items() if matrix == name]
    if whole is None or len(whole.shape or ()) != 2 or not called:
        return context
    label = re.compile(rf"(?:{'|'.join(map(re.escape, called))})_[a-z]{{2}}")
    kept = context.definitions.keys() | context.scope.own
    said = {n: d for n, d in context.scope.names.items() if label.fullmatch(n) and n not in kept and n[-1] != n[-2]}
    for declared in said.values():
        whole = replace(
            whole, domain=declared.domain, positive=declared.positive, low=declared.low, high=declared.high,
            ends=declared.ends,
        )  # fmt: skip
    names_ = {n: d for n, d in context.scope.names.items() if n not in said}
    return replace(context, scope=replace(context.scope, names=MappingProxyType({**names_, name: whole})))


def rebound(context: Context) -> Context:
    """The context with p_i as an entry of p in definitions for every i, and A_ij as one of A, where p is a vector and A
    a matrix only after them.
    """
    known = frozenset(context.scope.names.keys() | context.definitions.keys() | context.scope.own)
    found = {
        name: tuple(_rebound(definition, context, known) for definition in several)
        for name, several in context.definitions.items()
    }
    return context if found == context.definitions else replace(context, definitions=found)


def _rebound(definition: Definition, context: Context, known: frozenset[str]) -> Definition:
    entries = {}
    for name in names(definition.right) - known if definition.indices else ():
        base, _, letter = name.rpartition("_")
        vector = context.scope.names.get(base)
        if letter in definition.indices and vector is not None and len(vector.shape or ()) == 1 and not vector.family:
            entries[name] = Index(Name(base), (Name(letter),))
        if len(letter) == 2 and {*letter} <= {*definition.indices} and _is_matrix(context, base):
            entries[name] = Index(Name(base), (Name(letter[0]), Name(letter[1])))
    return replace(definition, right=_put(definition.right, entries)) if entries else definition


def _put(node: Node, entries: Mapping[str, Node]) -> Node:
    if isinstance(node, Name):
        return entries.get(node.text, node)
    return map_children(node, lambda child: _put(child, entries))


def _of_entries(declaration: Declaration, context: Context) -> Declaration | None:
    """The declared vector or matrix with what is said of all its entries, x_i in {0, 1} and A_ij > 0; None where it is
    said of something else."""
    if declaration.shape != () or declaration.law is not None or declaration.parameters is not None:
        return None
    match = _LABELLED.fullmatch(declaration.name)
    letters = len(declaration.family) or (0 if match is None else 2 if match["column"] else 1)
    if match is not None and match["row"] == match["column"]:
        return None
    name = declaration.name if declaration.family or match is None else match["base"]
    name = context.scope.entries.get(name, name)
    before = context.scope.names.get(name)
    if before is None or before.family or before.law is not None or len(before.shape or ()) != letters or not letters:
        return None
    sizes = zip(declaration.family, before.shape or (), strict=bool(declaration.family))
    if name in context.definitions or any(high not in (UNKNOWN, size) for (_, _, high), size in sizes):
        return None
    return replace(
        before, domain=declaration.domain, positive=declaration.positive, support=declaration.support,
        low=declaration.low, high=declaration.high, ends=declaration.ends,
    )  # fmt: skip
