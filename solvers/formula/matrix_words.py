"""Words for matrices: X with rows x_i^T, X = U S V^T (thin SVD), D the degree matrix of A."""

from __future__ import annotations

import re
from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Big, Call, Name, Node, Num, walk
from solvers.formula.operators import GREEK
from solvers.formula.parts import entries_named, with_entries
from solvers.formula.phrases import Said
from solvers.formula.said_of import Extend, SaidOf, named, targets_of
from solvers.formula.targets import UNKNOWN, function_name, target_of
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration, Unreadable


def adjacency(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context:
    for target, _ in named(clause):
        context = context.told("adjacency", target)
    return context


def degree(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """The degree matrix of A, or of the one adjacency matrix there is."""
    of = clause.find("of")
    known = [what for role, what in context.said if role == "adjacency"]
    matrix = of.argument if of is not None and of.argument else known[0] if len(known) == 1 else ""
    if not matrix or len(clause.targets) != 1 or not named(clause):
        return Unreadable("of which matrix it is the degree matrix is not said: D = diag(A 1)", 0, 1)
    _, name = named(clause)[0]
    kept = {n: d for n, d in context.scope.names.items() if n != name}
    context = replace(context, scope=replace(context.scope, names=kept))
    return extend(context, f"{clause.targets[0]} = \\operatorname{{diag}}({matrix} \\mathbf{{1}})")


def decomposed(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """X = U S V^T (thin SVD), A = Q L Q^T (eigendecomposition): orthonormal columns, and a diagonal between."""
    name = next((name for _, name in named(clause)), "")
    found = context.definitions.get(name, ())
    factors = factors_of(found[-1].right) if found else []
    if len(factors) != 3 or not all(isinstance(f, Name) for f in (*factors[:2], under(factors[2]))):
        return Unreadable("a decomposition is written X = U S V^T", 0, 1)
    left, middle, right = (under(factor) for factor in factors)
    alike = left == right
    if alike is (row.phrase.role == "svd"):
        return Unreadable("a decomposition is written X = U S V^T, or A = Q L Q^T", 0, 1)
    shape = (context.scope.names[name].shape if name in context.scope.names else None) or ()
    inner = _length_of(middle, context) or (Name("rank") if not alike else UNKNOWN)
    rows = shape[0] if len(shape) == 2 else inner if alike else Name("rows")
    columns = shape[1] if len(shape) == 2 else Name("columns")
    for matrix, size in ((left, rows), (right, columns))[: 1 if alike else 2]:
        context = _if_new(context, matrix, (size, inner))
        if factors[2] == Call("transpose", (right,)):
            extended = extend(context, f"{to_latex(matrix)}^\\top {to_latex(matrix)} = I")
            if isinstance(extended, Unreadable):
                return extended
            context = extended
    if isinstance(middle, Name) and middle.text not in context.definitions:
        context = _if_new(context, middle, (inner, inner))
        text = to_latex(middle)
        return extend(context, f"{text} = \\operatorname{{diag}}(\\operatorname{{diag}}({text}))")
    return context


def factors_of(node: Node) -> list[Node]:
    if isinstance(node, Call) and node.op in {"mul", "dot", "times"}:
        return [*factors_of(node.args[0]), node.args[1]]
    return [node]


def under(node: Node) -> Node:
    """The matrix of a transpose or an inverse."""
    inverse = isinstance(node, Call) and node.op == "pow" and node.args[1] == Call("neg", (Num("1"),))
    return node.args[0] if isinstance(node, Call) and (node.op in {"transpose", "inv"} or inverse) else node


def _length_of(node: Node, context: Context) -> Node | None:
    """The size of a diagonal matrix: as declared, or as the vector on it is written, diag(s_1, ..., s_r)."""
    if not isinstance(node, Name):
        return None
    for definition in context.definitions.get(node.text, ()):
        for inner in walk(definition.right):
            if isinstance(inner, Big) and inner.op == "list":
                return inner.binders[0].high
    shape = context.scope.names[node.text].shape if node.text in context.scope.names else None
    return shape[0] if shape and shape[0] != UNKNOWN else None


def _if_new(context: Context, matrix: Node, shape: tuple[Node, ...]) -> Context:
    """A matrix declared, unless something is known of its shape."""
    known = context.scope.names.get(matrix.text) if isinstance(matrix, Name) else None
    new = isinstance(matrix, Name) and (known is None or UNKNOWN in (known.shape or ()))
    return context.declared(Declaration(matrix.text, shape)) if new and isinstance(matrix, Name) else context


def rowwise(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """The softmax of a matrix is taken of each row anyway."""
    softmax = re.search(r"softmax", clause.formula, re.IGNORECASE)
    return context if softmax else Unreadable("what is done to each row is read for a softmax only", 0, 1)


def ranked(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """Full column rank: no fewer rows than columns; full row rank the other way round."""
    which = re.search("column|row", row.words)
    for _, name in named(clause, context):
        declared = context.scope.names.get(name)
        shape = () if which is None or declared is None else declared.shape or ()
        if which is None or len(shape) != 2 or UNKNOWN in shape or shape[0] == shape[1]:
            continue
        more, less = shape if which.group() == "column" else shape[::-1]
        extended = extend(context, f"{to_latex(more)} \\ge {to_latex(less)}")
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def turned(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """B the transpose (or the inverse) of A; W' is the transpose of W anyway."""
    name = clause.targets[0] if len(clause.targets) == 1 else ""
    transposed = "transpose" in row.words
    if not name or not row.argument or not row.words.rstrip().endswith("of"):
        return Unreadable("of what it is that is not clear: say it as in B = A^\\top", 0, 1)
    if transposed and re.fullmatch(rf"{re.escape(row.argument.strip('$ '))}\s*(?:'|\^\s*\{{?\\prime\}}?)", name):
        return context
    return extend(context, f"{name} = {row.argument}{'^T' if transposed else '^{-1}'}")


def entries(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """A with entries a_{ij}; w_{ij} are the entries of W."""
    whole, parts = clause.targets, targets_of(row.argument)
    if row.words.endswith("of"):
        whole, parts = parts, whole
    pairs = [entries_named(a, f"({b})") for a, b in zip(whole, parts, strict=False)]
    if len(whole) != len(parts) or None in pairs:
        return Unreadable("expected a name with two indices for the entries, as in a_{ij}", 0, 1)
    return with_entries(context, (pair for pair in pairs if pair is not None))


_RUN = re.compile(r"(.+?)_\{?1\}?(\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?)\s*\}?)?")


def _of_run(parts: tuple[str, ...]) -> tuple[str, ...]:
    """u_i for u_1, ..., u_n."""
    first = _RUN.fullmatch(parts[0]) if len(parts) > 2 else None
    dots = any(re.fullmatch(r"\\[lc]?dots|\.\.\.|…", part) for part in parts)
    return (f"{first[1]}_i",) if first is not None and dots else parts


def _of_vectors(context: Context, matrix: str, base: str) -> tuple[Node, Node] | None:
    """How many rows (or columns) a matrix has, and how long they are: of one that nothing declares, as many as there
    are vectors x_n of which it is made. None where neither is declared.
    """
    declared, vectors = context.scope.names.get(matrix), context.scope.names.get(base)
    if declared is not None:
        return (declared.shape[0], declared.shape[1]) if len(declared.shape or ()) == 2 and declared.shape else None
    if vectors is None or len(vectors.shape or ()) != 1 or len(vectors.family) != 1 or not vectors.shape:
        return None
    end = vectors.family[0][2]
    return (Name(f"rows_{matrix}") if end == UNKNOWN else end), vectors.shape[0]


_LETTER = rf"(\\?(?:{'|'.join(GREEK)})|[A-Za-z])"
_BELOW = re.compile(rf"(.+?)_\{{?\s*{_LETTER}\s*\}}?")
_ABOVE = re.compile(rf"(.+?)\^\s*\{{?\(\s*{_LETTER}\s*\)\}}?")


def rows(context: Context, clause: SaidOf, row: Said, extend: Extend) -> Context | Unreadable:
    """X with rows x_i^T, or x_1^T, ..., x_n^T; x_i, y_i are the rows of X, Y."""
    whole, parts = clause.targets, targets_of(row.argument)
    if re.search(r"rows? of|columns? of", row.words):
        whole, parts = parts, whole
    whole, parts = _of_run(whole), _of_run(parts)
    if len(whole) != len(parts):
        return Unreadable("expected as many matrices as names for their rows", 0, 1)
    for matrix, part in zip(whole, parts, strict=True):
        member = re.sub(r"\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?|⊤)\s*\}?\s*$", "", part).strip()
        match = _BELOW.fullmatch(member) or _ABOVE.fullmatch(member)
        node = target_of(matrix)
        if match is None or not isinstance(node, Name):
            return Unreadable("expected a name with an index for the rows, as in x_i", 0, 1)
        base, letter = function_name(match[1]) or match[1], match[2].removeprefix("\\")
        by_rows = row.phrase.role == "rows"
        sizes = _of_vectors(context, node.text, base)
        if sizes is None:
            return Unreadable(f"declare {matrix} before its rows", 0, 1)
        if node.text not in context.scope.names:
            context = context.declared(Declaration(node.text, sizes if by_rows else sizes[::-1]))
        shape = context.scope.names[node.text].shape or ()
        count, size = shape if by_rows else shape[::-1]
        place = f"{{{match[2]}, :}}^\\top" if by_rows else f"{{:, {match[2]}}}"
        kept = {n: d for n, d in context.scope.names.items() if n not in {base, f"{base}_{letter}"}}
        context = replace(context, scope=replace(context.scope, names=kept))
        family = Declaration(base, (size,), ((letter, Num("1"), count),), "defined")
        context = context.declared(family)
        extended = extend(context, f"{match[1]}_{{{match[2]}}} = {matrix}_{place}\\,")
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context
