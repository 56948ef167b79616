"""What nothing declares in two formulas: taken as real numbers, unless it stands where no number can."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.formula.context import Context
from solvers.formula.nodes import Node
from solvers.formula.nodes import names as names_of
from solvers.formula.scripts import SIZED


def taken(names: Sequence[str]) -> tuple[str, ...]:
    """The remark on such names."""
    return (f"not declared, taken as real (or as an index): {', '.join(names)}",) if names else ()


def undeclared(a: Node, b: Node, context: Context) -> list[str]:
    """The names that no declaration speaks of."""
    known = {n for n, d in context.scope.names.items() if d.domain != "inferred"}
    sizes = {n for d in context.scope.names.values() for s in (d.shape or ()) for n in names_of(s)}
    return sorted((names_of(a) | names_of(b)) - known - sizes - SIZED - {"pi", "infty", "e", "F", "bbR"})
