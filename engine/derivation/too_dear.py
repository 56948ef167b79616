"""Equations under which points cannot be had: each point takes so many steps that the work is over before one is found.

Whether a step is right under such an equation cannot be told, and finding that out takes as long for every step. So
it is tried once for a page.
"""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.env import TooMuchWork
from solvers.formula.nodes import Chain
from solvers.formula.remembered import remembered
from solvers.formula.tables.table import EvaluationError


def too_dear(equation: Chain, context: Context) -> bool:
    """Whether no point that meets an equation can be drawn with the work that a judgement may take."""
    from solvers.equality.relevant import with_relevant  # numpy comes with its package: 12 times the start of Python

    relevant = with_relevant(replace(context, constraints=(*context.constraints, equation)), equation.sides)
    return _drawn_out(_Question(relevant))


class _Question:
    """A context, of which only that counts what its constraints speak of."""

    def __init__(self, context: Context) -> None:
        spoken = sorted({n for chain in context.constraints for n in reached(chain, context.definitions)})
        said = [(name, context.definitions.get(name), context.scope.names.get(name)) for name in spoken]
        self.context, self._about = context, (context.constraints, said, context.entrywise)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self._about == other._about

    def __hash__(self) -> int:
        return hash(self.context.constraints)


@remembered
def _drawn_out(question: _Question) -> bool:
    from solvers.equality.ground import Ground, exact_arithmetic  # as above

    sides = [side for chain in question.context.constraints for side in chain.sides]
    try:
        with exact_arithmetic():
            Ground(question.context, sides, 0).draw()
    except TooMuchWork:
        return True
    except EvaluationError:
        return False
    return False


__all__ = ["too_dear"]
