"""Joint probabilities of what is said to be independent, and claims that P(X, Y) is a sum, which define no P."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.derivation.declaring import extended
from engine.derivation.rows import Statement
from solvers.formula.context import Context

_OF = re.compile(r"(?P<name>\\Pr|\\mathbb\s*\{?P\}?|[PpQq])\s*(?:\\left)?\((?P<args>[^()|]*?)(?:\\right)?\)")


def adds_marginals(statement: Statement) -> bool:
    """Whether the right side adds what the same P has of fewer variables."""
    left, right = (side.text.strip() for side in statement.sides[:2])
    head = _OF.fullmatch(left)
    variables = {part.strip() for part in head["args"].split(",")} if head is not None else set[str]()
    parts = [m["args"].strip() for m in _OF.finditer(right) if head is not None and m["name"] == head["name"]]
    return len(variables) > 1 and bool({*parts} & variables) and re.search(r"[+-]", _OF.sub("", right)) is not None


def independent(context: Context, name: str, variables: Sequence[str]) -> Context | None:
    """The context with P(X, Y) as the product of a table each, of binary X and Y that are said to be independent."""
    said = [set(what.split(", ")) for role, what in context.said if role == "apart together"]
    declared = [context.scope.names.get(variable) for variable in variables]
    if any(d is None or d.domain != "{0, 1}" for d in declared):
        return None
    if len(variables) < 2 or not any({*variables} <= together for together in said):
        return None
    tables = [f"{name}_{{{variable}}}({variable})" for variable in variables]
    product = " ".join(tables)
    for text in (
        *(rf"{table} \in \Delta(\{{0, 1\}})" for table in tables),
        f"{name}({', '.join(variables)}) = {product}",
    ):
        found = extended(context, text)
        if not isinstance(found, Context):
            return None
        context = found
    return context


__all__ = ["adds_marginals", "independent"]
