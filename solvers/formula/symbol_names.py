"""The names of symbols as they are written: x of x, of x_i and of x_{i}^{(t)}; and their letters below."""

from __future__ import annotations

from solvers.formula.domains import Domain
from solvers.formula.nodes import Index, Member, Name, Node
from solvers.formula.targets import declaration_of_target, target_of
from solvers.formula.tokens import Unreadable


def name_of(node: Node) -> str | None:
    """The name of a symbol; that of the family where it has a letter below."""
    made = declaration_of_target(node, Domain("real"), ()) if isinstance(node, (Name, Index, Member)) else None
    return None if made is None else made.name


def symbol_of(text: str) -> str | None:
    """The name of a symbol as it is written; None of anything else."""
    node = target_of(text)
    return None if isinstance(node, Unreadable) else name_of(node)


def indices_of(node: Node) -> list[tuple[Node, ...]]:
    """The indices of a symbol, those of its member first; the letter of x_i, where that is one name."""
    if isinstance(node, (Index, Member)):
        return [*indices_of(node.base), node.indices]
    label = node.text.partition("_")[2] if isinstance(node, Name) else ""
    return [tuple(map(Name, label))] if label.isalpha() and len(label) <= 2 else []


__all__ = ["indices_of", "name_of", "symbol_of"]
