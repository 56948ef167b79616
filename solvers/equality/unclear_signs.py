"""Signs that mean one thing to some and another to others: what holds for the other meaning is open.

I \\in R^{n x n} is an image or the identity, w * x of vectors that nothing declares a convolution or a product entry by
entry, x \\otimes y an outer or a Kronecker product, e^A one of the matrix or of its entries, and \\sum_n a_n + b_n may
sum both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from solvers.equality.compare import Comparison, compare
from solvers.equality.index_use import free_indices
from solvers.formula.context import Context
from solvers.formula.env import Budget
from solvers.formula.nodes import Big, Call, Index, Name, Node, Num, map_children, names, walk
from solvers.formula.product_ends import reaching_on
from solvers.formula.ranks import rank_of


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
    if (op := next((node.op for node in every if _is_of_square(node, context)), None)) is not None:
        return Comparison("undecided", f"whether {op} of a square matrix is taken of each entry is not said")
    counted = any(isinstance(node, Big) and Name("i") in [b.name for b in node.binders] for node in every)
    if "i" not in context.scope.names and not counted and any(map(_is_imaginary, every)):
        return Comparison("undecided", "whether i is the imaginary unit is not said: complex numbers are not read")
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


def _reaching_on(node: Node) -> Node:
    """The formula with every product over all that stands behind it."""
    if not any(isinstance(inner, Big) for inner in walk(node)):
        return node
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


def _is_of_square(node: Node, context: Context) -> TypeGuard[Call]:
    return _is_of(node, {"exp", "sqrt", "log"}) and is_square(node.args[0], context)


def _is_imaginary(node: Node) -> bool:
    """Whether i is a factor in an exponent of e, or is squared: as an index it is not."""
    i = Name("i")
    if _is_of(node, {"exp"}):
        return node.args[0] == i or any(_is_of(n, {"mul", "div", "neg"}) and i in n.args for n in walk(node.args[0]))
    return node == Call("pow", (i, Num("2")))


def is_square(node: Node, context: Context) -> bool:
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
