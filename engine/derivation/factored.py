"""Decompositions of a matrix that was declared: "diagonalise H = Q L Q^T", of a symmetric H, says what H is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, written
from engine.derivation.report import Note
from engine.derivation.source import Source
from solvers.formula.context import Context
from solvers.formula.env import Definition
from solvers.formula.matrix_words import factors_of, under
from solvers.formula.nodes import Big, Call, Chain, Name, Node, Num, names, walk
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_WORDS = re.compile(
    r"diagonali[sz]|eigen-?\s?(?:value|vector|decomp|bas)|spectral\s+(?:theorem|decomp)|decompos|orthogonal|orthonormal",
    re.IGNORECASE,
)
_SINGULAR = re.compile(r"\bSVD\b|singular[ -]?value", re.IGNORECASE)
_LAST = re.compile(r"diag\W.*dots.*_\s*\{?\s*([A-Za-z])\s*\}?\W*$")
_POSITIVE, _MIDDLE = "positive factor", "middle factor"


def factored(checker: Checker, sides: Sequence[Source], words: str) -> bool:
    """Whether H = Q L Q^T decomposes a symmetric H that was declared; from here on H is that, Q orthogonal, L diagonal.

    Whatever is said of H holds for such a product and for nothing else, so that nothing is lost.
    """
    if len(sides) != 2 or not (
        (_MIDDLE in dict(checker.context.said)) or _WORDS.search(words) or _SINGULAR.search(words)
    ):
        return False
    left, right = (checker.read(side).node for side in sides)
    if not isinstance(left, Name) or right is None or left.text in checker.context.definitions:
        return False
    if (_MIDDLE, left.text) in checker.context.said:
        found = extended(checker.context, f"{sides[0].text} = {sides[1].text}")
        checker.context = found if isinstance(found, Context) else checker.context
        return isinstance(found, Context)
    declared = checker.context.scope.names.get(left.text)
    factors = factors_of(right)
    if declared is None or len(factors) != 3:
        return False
    singular = _SINGULAR.search(words) is not None and _singular(checker, left, right, factors)
    if singular or _symmetric(checker, left, right, factors):
        checker.note(sides[0], f"{written(sides[0])} is taken as what it is decomposed into")
        return True
    return False


def _symmetric(checker: Checker, left: Name, right: Node, factors: Sequence[Node]) -> bool:
    """Whether H = Q L Q^T is the eigendecomposition of an H that was declared symmetric, or definite, and no more."""
    declared = checker.context.scope.names[left.text]
    square = len(declared.shape or ()) == 2 and len(set(declared.shape or ())) == 1
    if not square or declared.family:
        return False
    basis, middle = factors[:2]
    if factors[2] != Call("transpose", (basis,)) or not isinstance(basis, Name) or not isinstance(middle, Name):
        return False
    about = [chain for chain in checker.context.constraints if left.text in names(chain)]
    symmetric, definite = _is_symmetric(left), any("succ" in chain.relations for chain in about)
    if not about or not all(
        _is_definite(chain, left) or symmetric in (chain.sides, chain.sides[::-1]) for chain in about
    ):
        return False
    kept = tuple(chain for chain in checker.context.constraints if chain not in about)
    definitions = {**checker.context.definitions, left.text: (Definition(left, right),)}
    context = replace(checker.context, constraints=kept, definitions=definitions)
    context = context.declared(replace(declared, domain="defined", positive=False))
    context = _columns(checker, _orthogonal(context, basis, (declared.shape or ())[0]), basis)
    checker.context = _diagonal(checker, context, middle, (declared.shape or ())[0], definite)
    return True


def _singular(checker: Checker, left: Name, right: Node, factors: Sequence[Node]) -> bool:
    """Whether X = U S V^T is the singular value decomposition of an X that was declared as any matrix; U and V have
    orthonormal columns, and S is diagonal."""
    context, declared = checker.context, checker.context.scope.names[left.text]
    basis, middle, other = factors[0], factors[1], under(factors[2])
    plain = len(declared.shape or ()) == 2 and not declared.family and declared.domain in {"real", "inferred"}
    if not plain or any(left.text in names(chain) for chain in context.constraints):
        return False
    if factors[2] != Call("transpose", (other,)) or basis == other:
        return False
    if not isinstance(basis, Name) or not isinstance(middle, Name) or not isinstance(other, Name):
        return False
    sized = re.compile(rf"(?<![A-Za-z]){re.escape(middle.text)}\}}?\s*\\in\b.*\^\s*\{{?\s*(\w+)\s*\\times")
    ends = (match for text in checker.texts if (match := _LAST.search(text.strip()) or sized.search(text)))
    last = next((match[1] for match in ends), "")
    inner, (rows, columns) = Name(last or "rank"), declared.shape or ()
    context = replace(context, definitions={**context.definitions, left.text: (Definition(left, right),)})
    context = context.declared(replace(declared, domain="defined"))
    for matrix, size in ((basis, rows), (other, columns)):
        if matrix.text not in context.scope.names:
            context = context.declared(Declaration(matrix.text, (size, inner)))
        found = extended(context, f"{to_latex(matrix)}^\\top {to_latex(matrix)} = I")
        context = found if isinstance(found, Context) else context
    checker.context = _diagonal(checker, context, middle, inner, definite=False)
    return True


def _is_symmetric(matrix: Name) -> tuple[Node, ...]:
    return (Call("transpose", (matrix,)), matrix)


def _is_definite(chain: Chain, matrix: Name) -> bool:
    return chain.relations == ("succ",) and chain.sides[0] == matrix


def _orthogonal(context: Context, basis: Name, size: Node) -> Context:
    known = context.scope.names.get(basis.text)
    if known is None or known.domain == "inferred":
        context = context.declared(Declaration(basis.text, (size, size)))
    text = to_latex(basis)
    found = extended(context, f"{text}^\\top {text} = I")
    return found if isinstance(found, Context) else context


def _columns(checker: Checker, context: Context, basis: Name) -> Context:
    """The context with q_i as the columns of Q, where the write-up speaks of them and nothing says what q is."""
    letter = basis.text.lower()
    known = context.scope.names.keys() | context.definitions.keys()
    spoken = re.compile(rf"(?<![A-Za-z\\]){letter}_\{{?[ijkl1](?![A-Za-z])")
    if len(letter) != 1 or letter in known or not any(spoken.search(text) for text in checker.texts):
        return context
    size = (context.scope.names[basis.text].shape or (basis,))[0]
    named = context.declared(Declaration(letter, (size,), (("i", Num("1"), size),), "defined"))
    found = extended(named, f"{letter}_{{i}} = {to_latex(basis)}_{{:, i}}\\,")
    if isinstance(found, Context):
        checker.notes.append(Note(0, f"{letter}_i is taken as column i of {basis.text}"))
    return found if isinstance(found, Context) else context


def _diagonal(checker: Checker, context: Context, middle: Name, size: Node, definite: bool) -> Context:
    """The context with a diagonal matrix: as the write-up says elsewhere, or of entries of its own."""
    told = context.told(_POSITIVE, middle.text) if definite else context
    if middle.text in context.definitions:
        return _positive(told, middle.text) if definite else told
    if any("diag" in text and re.search(r"dots|,", text) for text in checker.texts):
        return told.told(_MIDDLE, middle.text)  # L = diag(l_1, ..., l_d), which is to come
    entries = Declaration(f"{middle.text}_diag", (size,), positive=definite)
    made = Definition(middle, Call("diag", (Name(entries.name),)))
    context = context.declared(entries, Declaration(middle.text, (size, size), domain="defined"))
    return replace(context, definitions={**context.definitions, middle.text: (made,)})


def settle_factors(checker: Checker) -> None:
    """The entries of the diagonal matrix of a positive definite one are positive, once it is said what they are."""
    for role, name in checker.context.said:
        if role == _POSITIVE and name in checker.context.definitions:
            checker.context = _positive(checker.context, name)


def _positive(context: Context, name: str) -> Context:
    rights = [definition.right for definition in context.definitions[name]]
    lists = [node.body for right in rights for node in walk(right) if isinstance(node, Big) and node.op == "list"]
    diagonals = [
        node.args[0] for right in rights for node in walk(right) if isinstance(node, Call) and node.op == "diag"
    ]
    spoken = {n for node in (*lists, *diagonals) for n in names(node)}
    known = [context.scope.names[n] for n in spoken if n in context.scope.names]
    plain = [d for d in known if len(d.shape or ()) == 1 and d.domain in {"real", "inferred"} and not d.positive]
    return context.declared(*(replace(d, domain="real", positive=True) for d in plain)) if plain else context
