"""Signs that mean one thing to some and another to others: what holds for the other meaning is open.

I \\in R^{n x n} is an image or the identity, w * x of vectors that nothing declares a convolution or a product entry by
entry, x \\otimes y an outer or a Kronecker product, e^A one of the matrix or of its entries, and \\sum_n a_n + b_n may
sum both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeGuard

from solvers.equality.compare import Comparison, compare
from solvers.equality.index_use import free_indices
from solvers.formula.context import Context
from solvers.formula.env import Budget
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, Num, map_children, names, walk
from solvers.formula.product_ends import reaching_on
from solvers.formula.ranks import rank_of
from solvers.formula.tokens import Declaration

POWER_OR_NOT = ("is a power or a transpose", "T")  # said of texts that write the letter, and not \\top
ONLY_ABOVE = ("is used above only", "T")
UNSAID_POWER = "whether ^T is a power or a transpose is not said: write \\top, or declare what is below it"


def unless_unclear(found: Comparison, a: Node, b: Node, context: Context, seed: int, work: Budget) -> Comparison:
    """The verdict; undecided where the sides differ, and a sign in them may mean something else."""
    if found.verdict != "different":
        return found
    rights = (definition.right for several in context.definitions.values() for definition in several)
    every = [inner for node in (a, b, *rights) for inner in walk(node)]
    if any(_may_convolve(node, context) for node in every):
        return Comparison("undecided", "whether * is a convolution or a product entry by entry is not said")
    if any(_is_of(node, {"tensor"}) and {rank_of(arg, context.scope) for arg in node.args} == {1} for node in every):
        return Comparison("undecided", "whether ⊗ of two vectors is their outer or their Kronecker product is not said")
    if any(_is_of(node, {"exp"}) and _is_square(node.args[0], context) for node in every):
        return Comparison("undecided", "whether exp of a square matrix is taken of each entry is not said")
    if (letter := next(filter(None, map(_goes_on, every)), None)) is not None:
        said = f"whether the sum over {letter} goes on behind its first term is not said: write it with brackets"
        return Comparison("undecided", said)
    if (apart := _written_apart(every, context)) is not None:
        return Comparison("undecided", f"whether {apart[1]} is an entry of {apart[0]} is not said: declare {apart[0]}")
    left, right = _reaching_on(a), _reaching_on(b)
    if (left, right) != (a, b) and compare(left, right, context, seed, work).verdict == "same":
        return Comparison(
            "undecided", "whether what stands behind a product is one of its factors is not said: use brackets"
        )
    return _unless_identity(found, a, b, context, seed, work)


def unless_a_power(
    found: Comparison, nodes: tuple[Node, Node], context: Context, seed: int, taken: Collection[str]
) -> Comparison:
    """The verdict; undecided where the sides agree for numbers that are transposed, as gamma^T and gamma, and would not
    with T as a power; and where T is declared, used nowhere else, and the verdict of square matrices hangs on it.
    `taken` are the names that are taken as numbers, though nothing says so.
    """
    alone = ONLY_ABOVE in context.said
    if (found.verdict != "same" or POWER_OR_NOT not in context.said) and not (alone and found.verdict != "undecided"):
        return found
    entries = [inner.base for node in nodes for inner in walk(node) if isinstance(inner, (Index, Member))]
    open_names = set(taken).difference(*map(names, entries))
    left, right = (_raised(node, context, open_names, alone) for node in nodes)
    if (left, right) == nodes:
        return found
    counted = context if "T" in context.scope.names else context.declared(Declaration("T", domain="natural"))
    again = compare(left, right, counted, seed).verdict
    if again == found.verdict or (found.verdict == "different" and again == "undecided"):
        return found
    return Comparison("undecided", UNSAID_POWER)


def _raised(node: Node, context: Context, taken: Collection[str], matrices: bool) -> Node:
    """The formula with what is made of numbers to the power T where it is transposed; square `matrices` too."""
    found = map_children(node, lambda child: _raised(child, context, taken, matrices))
    if not _is_of(found, {"transpose"}):
        return found
    inside, scope = found.args[0], context.scope
    numbers = all(
        isinstance(part, Num)
        or _is_of(part, {"add", "sub", "mul", "div", "neg", "pow"})
        or (isinstance(part, Name) and part.text in taken and part.text[0].islower())  # a capital may be a matrix
        or (isinstance(part, Name) and part.text in scope.names and rank_of(part, scope) == 0)
        for part in walk(inside)
    )
    return Call("pow", (inside, Name("T"))) if numbers or (matrices and _is_square(inside, context)) else found


def _reaching_on(node: Node) -> Node:
    """The formula with every product over all that stands behind it."""
    whole = reaching_on(node)
    return map_children(node if whole is None else whole, _reaching_on)


def _written_apart(every: Sequence[Node], context: Context) -> tuple[str, str] | None:
    """A name that nothing declares beside another that looks like an entry of it: A and a_ij, x . y and x_1."""
    spoken = {node.text for node in every if isinstance(node, Name)}
    fresh = {n for n in spoken if (d := context.scope.names.get(n)) is None or d.domain == "inferred"}
    fresh -= context.definitions.keys()
    products = [node for node in every if _is_of(node, {"dot", "norm"})]
    vectors = {arg.text for node in products for arg in node.args if isinstance(arg, Name)} & fresh
    entries = {n: n[:-2] for n in spoken if n[-2:] == "_1" and n[:-2] in vectors}
    for node in every:
        if isinstance(node, Index) and isinstance(node.base, Name) and len(node.indices) == 2:
            entries[node.base.text] = node.base.text.upper()
    entries |= {n: n[0].upper() for n in spoken if re.fullmatch(r"[a-z]_[i-n]{2}", n)}
    return min(((whole, entry) for entry, whole in entries.items() if whole in fresh and whole != entry), default=None)


def _may_convolve(node: Node, context: Context) -> bool:
    """Whether a star stands between two vectors of which nothing is said."""
    if not isinstance(node, Call) or node.op != "star" or not all(isinstance(arg, Name) for arg in node.args):
        return False
    known = [context.scope.names.get(arg.text) for arg in node.args if isinstance(arg, Name)]
    return all(declared is not None and declared.domain == "inferred" for declared in known)


def _goes_on(node: Node) -> str | None:
    """The letter of a sum that stands free in a term behind it: \\sum_n a_n + b_n."""
    if not _is_of(node, {"add", "sub"}):
        return None
    last = node.args[0].args[-1] if _is_of(node.args[0], {"add", "sub"}) else node.args[0]
    while _is_of(last, {"neg", "mul", "div"}):
        last = last.args[-1 if last.op == "mul" else 0]
    letters = {b.name.text for b in last.binders} if isinstance(last, Big) and last.op in {"sum", "prod"} else set()
    labels = {name.rpartition("_")[2] for name in names(node.args[1]) if "_" in name}
    return min(letters & (free_indices(node.args[1]) | labels), default=None)


def _is_square(node: Node, context: Context) -> bool:
    declared = context.scope.names.get(node.text) if isinstance(node, Name) else None
    shape = () if declared is None else declared.shape or ()
    return len(shape) == 2 and shape[0] == shape[1]


def _is_of(node: Node, operations: set[str]) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.op in operations


def _unless_identity(found: Comparison, a: Node, b: Node, context: Context, seed: int, work: Budget) -> Comparison:
    """The verdict; undecided where the sides are the same if a square I is the identity."""
    declared = context.scope.names.get("I")
    square = declared is not None and len(declared.shape or ()) == 2 and len(set(declared.shape or ())) == 1
    told = "I" in context.definitions or any("I" in names(constraint) for constraint in context.constraints)
    if not square or told:
        return found
    kept = {name: known for name, known in context.scope.names.items() if name != "I"}
    plain = replace(context, scope=replace(context.scope, names=kept))
    if compare(a, b, plain, seed, work).verdict != "same":
        return found
    return Comparison("undecided", "right if I is the identity, which is not said")
