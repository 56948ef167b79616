"""What was any matrix so far is given at last: "tied weights: put V = W^T". What was solved for it holds no longer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import target
from engine.derivation.tables import spoken_declared
from solvers.formula.nodes import Name, Node, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker
    from engine.derivation.rows import Statement

_REDEFINES = re.compile(r"[\W_]*(?:\w+,?\s+)*?(?:let|define|suppose|denote|consider|now let)\b", re.IGNORECASE)
_SUPPOSES = re.compile(r"[\W_]*(?:now\s+|but\s+)?(?:if|when|whenever)\b", re.IGNORECASE)
_TIED = re.compile(
    r"\b(?:tied|tie|tying|shared?|sharing)\b[^⟦.]*⟦\d+⟧$|(?:^|[.:;,])[\W_]*(?:(?:now|and|so|we|then)\s+)*put\s+⟦\d+⟧$",
    re.IGNORECASE,
)


def redefines(words: str) -> bool:
    """Whether a sentence gives anew what is known already."""
    return bool(_REDEFINES.match(words))


def supposes(words: str) -> bool:
    """Whether words suppose the equation behind them, or put it in place of what was free."""
    return bool(_SUPPOSES.match(words) or _TIED.search(words))


def anew(checker: Checker, statement: Statement, left: Node | None) -> None:
    """Before left = right is taken as a definition: the tables its right side speaks of, and what was solved for a
    symbol that was free and is made of known ones now.
    """
    spoken_declared(checker, statement)
    right, name = checker.read(statement.sides[1]).node, None if left is None else target(left)
    known = checker.context.scope.names.keys() | checker.context.definitions.keys()
    if not isinstance(left, Name) or right is None or name in checker.context.definitions or not names(right) <= known:
        return
    checker.facts = [fact for fact in checker.facts if name not in names(fact.chain)]


__all__ = ["anew", "redefines", "supposes"]
