"""R_{nn} = f_n of a matrix that is said to be diagonal: what stands on its diagonal, and zeros elsewhere."""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.evaluate import Definition
from solvers.formula.known import Context
from solvers.formula.nodes import Big, Binder, Call, Index, Name


def with_diagonals(context: Context) -> Context:
    """The context with R = diag(f_n) for an R = diag(diag(R)) of which only R_{nn} = f_n is defined."""
    for chain in context.constraints:
        matrix = chain.sides[0]
        if not isinstance(matrix, Name) or chain.sides[1:] != (Call("diag", (Call("diag", (matrix,)),)),):
            continue
        found = context.definitions.get(matrix.text, ())
        left = found[0].left if len(found) == 1 else None
        places = left.indices if isinstance(left, Index) else ()
        if len(places) == 2 and places[0] == places[1] and isinstance(places[0], Name):
            entries = Big("list", (Binder(places[0]),), found[0].right)
            told = {**context.definitions, matrix.text: (Definition(matrix, Call("diag", (entries,))),)}
            kept = tuple(other for other in context.constraints if other is not chain)
            context = replace(context, definitions=told, constraints=kept)
    return context
