"""The places that a letter below a line runs through where no sum says so: d_i of diag(d_i)."""

from __future__ import annotations

from solvers.formula.nodes import All, Big, Binder, Call, Index, Member, Name, Node, Tuple, walk
from solvers.formula.ranks import rank_of
from solvers.formula.reader import Reader


def over_places(items: list[Node], reader: Reader) -> list[Node]:
    """The d_i of diag(d_i), which is no number but what stands at each place, or those of diag(2, 3, 2): the vector of
    them.
    """
    node, scope = items[0], reader.scope
    if len(items) > 1 and all(rank_of(item, scope) in {0, None} for item in items):
        return [Tuple(tuple(items), node.span)]
    bound = {*reader.bound, *(b.name.text for inner in walk(node) if isinstance(inner, Big) for b in inner.binders)}
    letters = {
        index.text for inner in walk(node) if isinstance(inner, (Index, Member)) for index in inner.indices
        if isinstance(index, Name) and len(index.text) == 1 and index.text not in bound
        and (isinstance(inner, Index) or index.text in "ijkn")  # the members f_t are states, and no numbers
        and (index.text not in scope.names or scope.names[index.text].domain == "natural")
    }  # fmt: skip
    whole = any(isinstance(inner, Index) and any(isinstance(i, All) for i in inner.indices) for inner in walk(node))
    whole = whole or any(isinstance(inner, Call) and inner.op == "hadamard" for inner in walk(node))  # h_k \\odot h_k
    if len(items) > 1 or len(letters) != 1 or whole or rank_of(node, scope) not in {0, None}:
        return items
    return [Big("list", (Binder(Name(letters.pop())),), node)]
