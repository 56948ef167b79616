"""Exponents so large that fifty digits lose what differs: σ(x) for x > 100 is 1 there. A thousand digits tell more."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Final

from solvers.equality.one_shape import errors, of_one_shape
from solvers.equality.seen import Found
from solvers.equality.trials import Trial
from solvers.formula.definitions import reached
from solvers.formula.nodes import Big, Name, Node, walk
from solvers.formula.tables.decimals import context
from solvers.formula.tables.precise import precise_table

THOUSAND: Final = 1000  # digits, in which e^-x is seen beside a 1 for x up to TELLING
TELLING: Final = 1500.0
NOTHING: Final = Decimal("1e-750")  # what so many digits leave of a difference that is none
COUNTED: Final = frozenset({"sum", "prod", "max", "min", "list"})


def agree_in_a_thousand(trial: Trial, i: int, j: int, place: int) -> bool:
    """Whether sides `i` and `j` are equal at a point in a thousand digits."""
    table = precise_table(THOUSAND)
    left, right = of_one_shape((trial.precise(i, place, THOUSAND), trial.precise(j, place, THOUSAND)), table)
    if errors((left, right)):
        return False
    with localcontext(context(THOUSAND)):
        pairs = zip(left.reshape(-1).tolist(), right.reshape(-1).tolist(), strict=True)
        return all(abs(x - y) <= NOTHING * max(abs(x), abs(y), Decimal(1)) for x, y in pairs)


def all_hidden(found: Found) -> bool:
    """Whether at all points the numbers are so large that a small difference would be lost, also in a thousand digits:
    e^x and e^x + 1 for x > 2000.
    """
    if len(found.hidden) < found.compared or not found.hidden or found.calmest is not None:
        return False
    trial, place = found.hidden[0]
    if is_approached(trial, found.i, found.j):
        return False
    return trial.largest_exponents()[place] > TELLING or not agree_in_a_thousand(trial, found.i, found.j, place)


def is_approached(trial: Trial, i: int, j: int) -> bool:
    """Whether a side stands on an integral, a limit or a sum without end, which no thousand digits are computed of."""
    sides, known = (trial.sides[i], trial.sides[j]), trial.plan.context.definitions
    spoken = [*sides, *(d.right for side in sides for name in reached(side, known) for d in known.get(name, ()))]
    return any(_has_no_end(node) for each in spoken for node in walk(each))


def _has_no_end(node: Node) -> bool:
    if not isinstance(node, Big):
        return False
    return node.op not in COUNTED or any(Name("infty") in (binder.low, binder.high) for binder in node.binders)
