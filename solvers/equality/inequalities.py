"""Points moved to where inequalities hold: R of ||x_i|| <= R, g of g <= t_i u^T x_i, a number that bounds the rest.

What such a number is bounded by is drawn first; it follows where it does not fit. All else is left to chance: points at
which an inequality does not hold are let go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from solvers.equality.equation_forms import domain
from solvers.equality.space import INEQUALITIES, Space
from solvers.equality.values import bounds
from solvers.formula.evaluate import key_of
from solvers.formula.nodes import Chain, Member, Name, Node, names, walk
from solvers.formula.tokens import Declaration

JUST: Final = 2.0**-20  # of a bound: more than rounding, which would undo what holds with equality
_UP, _DOWN = {"<=", "<"}, {">=", ">"}


def fit_bounds(constraints: Sequence[Chain], space: Space) -> None:
    """Moves the numbers that stand alone on one side of an inequality, and in no equation, to where it holds."""
    equated = {n for chain in constraints if not set(chain.relations) <= INEQUALITIES for n in names(chain)}
    for name, other, above in _bounds(constraints):
        if name in equated or not _is_free(name, space) or name in names(other):
            continue
        declared = space.context.scope.names.get(name)
        if not above and bounds(declared)[0] >= 0:
            _turn_signs(other, space)
        found = [space.value(other, assignment) for assignment in space.assignments(other)]
        if found and all(value is not None and value.ndim == 1 for value in found):
            space.values[name] = _moved(space.values[name], found, above, declared)


def _bounds(constraints: Sequence[Chain]) -> Iterator[tuple[str, Node, bool]]:
    """Each name that bounds a formula, and whether from above."""
    for chain in constraints:
        for (a, b), relation in zip(pairwise(chain.sides), chain.relations, strict=True):
            if relation in _UP | _DOWN:
                for one, other, above in ((a, b, relation in _DOWN), (b, a, relation in _UP)):
                    if isinstance(one, Name) and names(other):
                        yield one.text, other, above


def _turn_signs(node: Node, space: Space) -> None:
    """Turns t_i in {-1, 1} where what is to be bounded from below, t_i u^T x_i, is negative."""
    import numpy as np  # 12 times the start of Python

    bases = (inner.base if isinstance(inner, Member) else inner for inner in walk(node))
    if not any(isinstance(base, Name) and domain(base.text, space) in _SIGNS for base in bases):
        return
    for assignment in space.assignments(node):
        value = space.value(node, assignment)
        for inner in walk(node) if value is not None and value.ndim == 1 else ():
            key = key_of(inner, {**space.sizes, **assignment}) if isinstance(inner, (Name, Member)) else None
            if key is not None and key in space.values and domain(key, space) in _SIGNS:
                space.values[key] = np.where(value < 0, -space.values[key], space.values[key])
                break


_SIGNS = {"{-1, 1}", "{1, -1}"}


def _is_free(name: str, space: Space) -> bool:
    """Whether a name is a sampled real number that nothing has moved."""
    array = space.values.get(name)
    return array is not None and array.ndim == 1 and name not in space.moved and domain(name, space) == "real"


def _moved(array: Any, others: Sequence[Any], above: bool, declared: Declaration | None) -> Any:
    """The numbers, where they do not fit, just beyond the largest (or least) of what they bound, or by its half; as
    they are where that is outside of what they are declared in.
    """
    import numpy as np  # 12 times the start of Python

    count = max(array.shape[0], *(other.shape[0] for other in others))
    limit = np.broadcast_to((np.maximum if above else np.minimum).reduce(np.broadcast_arrays(*others)), (count,))
    array = np.broadcast_to(array, (count,))
    by = np.where(np.arange(count) % 2 == 0, JUST, 0.5) * np.maximum(np.abs(limit), JUST)
    beyond = limit + by if above else limit - by
    low, high = (-np.inf, np.inf) if declared is None else bounds(declared)
    moves = ((array <= limit) if above else (array >= limit)) & (low < beyond) & (beyond < high)
    return np.where(moves, beyond, array)
