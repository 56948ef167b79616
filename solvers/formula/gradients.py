"""The gradient and the Hessian of a function of several numbers, \\nabla f(x, y): by its arguments, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.formula.nodes import Apply, At, Derivative, Matrix, Name, Node
from solvers.formula.ranks import rank_of

if TYPE_CHECKING:
    from solvers.formula.reader import Reader
    from solvers.formula.tokens import Token


def of_several(reader: Reader, applied: Node, order: int, token: Token) -> Node | None:
    """The derivatives by all arguments of a declared function, as a column or, for the second ones, as a matrix; None
    of other formulas, and where an argument may be a vector.
    """
    if not isinstance(applied, Apply) or applied.given or applied.indices or order > 2:
        return None
    declared = reader.scope.names.get(applied.name)
    parameters = () if declared is None or declared.parameters is None else declared.parameters[0]
    numbers = (*applied.args, *map(Name, parameters))
    plain = all(rank_of(argument, reader.scope) in {0, None} for argument in numbers)
    if len(parameters) < 2 or len(parameters) != len(applied.args) or not plain:
        return None
    names = tuple(map(Name, parameters))
    moved = applied.args if all(isinstance(arg, Name) for arg in applied.args) else names
    by = [arg for arg in moved if isinstance(arg, Name)]
    of, span = Apply(applied.name, moved, span=applied.span), reader.span(token.start)
    others = [(other,) for other in by] if order == 2 else [()]
    rows = tuple(tuple(Derivative("partial", of, (one, *other), span) for other in others) for one in by)
    found = Matrix(rows, span)
    return found if moved == applied.args else At(found, names, applied.args, span)


__all__ = ["of_several"]
