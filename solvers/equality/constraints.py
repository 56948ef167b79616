"""Points moved onto constraints: A^T = A, U^T U = I, ||w|| = 1, A > 0, and whatever is linear in one of its names.

Each form moves a point as little as it can, so that one that is met already stays: the same code makes random floats
meet a constraint, and makes a float point meet it to the last of very many digits (see `exactly.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Final

from solvers.equality.equation_forms import by_form, definite, domain
from solvers.equality.inequalities import fit_bounds
from solvers.equality.linear import Rows, correction, least_squares
from solvers.equality.made_definite import is_made, keep_definite, made_definite
from solvers.equality.sample import Points
from solvers.equality.space import INEQUALITIES, Space, of_indices
from solvers.equality.values import bounds
from solvers.formula.context import Context
from solvers.formula.env import Budget
from solvers.formula.evaluate import truth
from solvers.formula.nodes import Big, Call, Chain, Member, Name, Node, map_children, names, walk
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.to_plain import to_plain

CLOSE: Final = 1e-9
EXACT: Final = 1e-150
RUNAWAY: Final = 1e12  # a number that is moved further has no solution: x + u = u
MAX_UNKNOWNS: Final = 36


def constrained(points: Points, context: Context, budget: Budget | None = None) -> Points | str:
    """The points moved onto the constraints; a sentence if there is no point, or no way is known to find one.

    TooMuchWork when the budget of steps is used up.
    """
    import numpy as np  # 12 times the start of Python

    if not context.constraints:
        return points
    table = numpy_table() if budget is None else numpy_table().metered(budget)
    space = Space(table, dict(points.values), points.sizes, context, least_squares, budget=budget)
    with np.errstate(all="ignore"):
        constraints = [c for c in context.constraints if not of_indices(c, points.values, points.sizes, context)]
        problem = impose(constraints, space)
        if problem:
            return problem
        fit_bounds(constraints, space)
        for chain in constraints:
            if set(chain.relations) <= INEQUALITIES:
                for assignment in space.assignments(chain):
                    holds = truth(chain, space.env(assignment)) != 0
                    space.keep(holds.reshape(holds.shape[0], -1).all(axis=1))
    return _kept(points, space) or f"no point was found where {' and '.join(map(to_plain, context.constraints))}"


def _kept(points: Points, space: Space) -> Points | None:
    """The points that meet the constraints, repeated as often as there were points."""
    import numpy as np  # 12 times the start of Python

    if space.kept is None:
        return Points(points.sizes, space.values)
    count = max((array.shape[0] for array in points.values.values()), default=1)
    places = np.flatnonzero(np.broadcast_to(space.kept, (count,)))
    if not len(places):
        return None
    chosen = np.resize(places, count)
    values = {n: array[chosen] if array.shape[0] == count else array for n, array in space.values.items()}
    return Points(points.sizes, values)


def impose(constraints: Sequence[Chain], space: Space) -> str:
    """Moves the points onto the equations; what cannot be met is said in one sentence."""
    pending: list[_Equation] = []
    turned: list[_Equation] = []  # A^T = A, which stays so where A is solved for
    for chain in sorted(constraints, key=lambda chain: any(is_made(side, space) for side in chain.sides)):
        pairs = [(side, chain.sides[-1]) for side in chain.sides[:-1]]
        if set(chain.relations) == {"="}:
            for pair in pairs:
                equation = _Equation(pair, tuple(space.assignments(*pair)))
                if isinstance(pair[0], Call) and pair[0].op == "transpose":
                    turned.append(equation)
                if not equation.met(space) and not by_form(pair, space) and not _of_members(equation, space):
                    pending += equation.apart()
        elif not set(chain.relations) <= INEQUALITIES and not (
            set(chain.relations) == {"succ"}
            and all(_definite(left, space) or made_definite(left, space) for left, _ in pairs)
        ):
            return f"the constraint {to_plain(chain)} is of a form that cannot be sampled"
    if not space.exact:
        _with_equal_eigenvalues(pending, space)
    for place, equation in enumerate(pending):
        if not _solved(pending[: place + 1], pending, turned, space):
            return f"the constraint {equation} is of a form that cannot be sampled"
    for chain in constraints:
        if set(chain.relations) == {"succ"} and is_made(chain.sides[0], space):
            keep_definite(chain, space)
    return _unmet(constraints, space)


def _of_members(equation: _Equation, space: Space) -> bool:
    """Meets an equation that is said of each member of a family, A_i^T = A_i, where its form is known."""
    apart = [[_at_member(side, place, space) for side in equation.sides] for place in equation.assignments]
    return all(left is not None and right is not None and by_form((left, right), space) for left, right in apart)


def _definite(left: Node, space: Space) -> bool:
    """A > 0, or A_i > 0 of each member of a family."""
    if definite(left, space):
        return True
    members = [_at_member(left, place, space) for place in space.assignments(left)]
    return bool(members) and all(member is not None and definite(member, space) for member in members)


def _at_member(node: Node, places: Mapping[str, int], space: Space) -> Node | None:
    """The formula with the sampled name A^(2) for A^(i) at i = 2; None where it speaks of the index in another way."""
    letters: dict[Node, int] = {Name(letter): place for letter, place in places.items()}

    def named(part: Node) -> Node:
        if isinstance(part, Member) and isinstance(part.base, Name) and len(part.indices) == 1:
            key = f"{part.base.text}^({letters.get(part.indices[0], '')})"
            return Name(key) if key in space.values else part
        return map_children(part, named)

    found = named(node)
    return None if not letters or names(found) & places.keys() else found


def _with_equal_eigenvalues(equations: Sequence[_Equation], space: Space) -> None:
    """The square matrices of the equations as a I + u v^T at every other point: all that commutes with a matrix of
    different eigenvalues commutes.
    """
    import numpy as np  # 12 times the start of Python

    for name in {n for equation in equations for side in equation.sides for n in names(side)}:
        array = space.values.get(name)
        if array is not None and array.ndim == 3 and array.shape[1] == array.shape[2] and name not in space.moved:
            plain = np.round(array * 256) / 256  # so that the products are exact
            special = plain[:, :1, :1] * np.eye(array.shape[1]) + plain[:, :, :1] * plain[:, :1, :]
            odd = (np.arange(array.shape[0]) % 2 == 1)[:, None, None]
            space.values[name] = np.where(odd, special, array)


@dataclass(frozen=True, slots=True)
class _Equation:
    """left = right, for each of the assignments of its free indices."""

    sides: tuple[Node, Node]
    assignments: tuple[dict[str, int], ...]

    def __str__(self) -> str:
        return f"{to_plain(self.sides[0])} = {to_plain(self.sides[1])}"

    def apart(self) -> list[_Equation]:
        """One equation for each assignment, where members of a family are picked: each is a number of its own."""
        picked = (n for side in self.sides for n in walk(side) if isinstance(n, Member))
        free = {name for assignment in self.assignments for name in assignment}
        if len(self.assignments) < 2 or not any(names(i) & free for n in picked for i in n.indices):
            return [self]
        return [_Equation(self.sides, (assignment,)) for assignment in self.assignments]

    def gaps(self, space: Space, **changed: Any) -> list[Any]:
        """The differences, None where there is none."""
        node = Call("sub", self.sides)
        return [space.value(node, assignment, **changed) for assignment in self.assignments]

    def met(self, space: Space) -> bool:
        """Whether it holds at all points as they are: it may recall what is known, such as H(p) = -sum p log p."""
        return all(gap is not None and _close(gap, space).all() for gap in self.gaps(space))


def _unmet(constraints: Sequence[Chain], space: Space) -> str:
    """Which equation does not hold after all, because one that came later undid it."""
    for chain in constraints:
        if set(chain.relations) == {"="}:
            for side in chain.sides[:-1]:
                pair = (side, chain.sides[-1])
                if not all(_met(gap, space) for gap in _Equation(pair, tuple(space.assignments(*pair))).gaps(space)):
                    return f"the constraint {to_plain(chain)} cannot be met together with the others"
    return ""


def _met(gap: Any, space: Space) -> bool:
    """Whether a difference is zero at some of the points that are kept; the others are let go."""
    import numpy as np  # 12 times the start of Python

    if gap is None:
        return False
    space.keep(_close(gap, space))
    return bool(np.any(space.kept))


def _close(gap: Any, space: Space) -> Any:
    """At which points a difference is zero up to rounding."""
    import numpy as np  # 12 times the start of Python

    sizes = [np.abs(array.astype(float)) for array in space.values.values() if array.size]
    largest = max((float(np.max(array, where=np.isfinite(array), initial=1.0)) for array in sizes), default=1.0)
    apart = np.abs(gap.reshape(gap.shape[0], -1)).max(axis=1).astype(float)
    return np.isfinite(apart) & (apart <= (EXACT if space.exact else CLOSE) * largest * largest)


def _solved(
    equations: Sequence[_Equation], everything: Sequence[_Equation], turned: Sequence[_Equation], space: Space
) -> bool:
    """Meets equations that are linear in the entries of a name: the first that the last can be solved for, if it can
    be with those of `turned` that speak of it. One that only zeros solve, as C in C U = C, comes after the others.
    """
    zeros: list[str] = []
    for name in itertools.chain(_candidates(equations[-1].sides, everything, space), zeros):  # as they are noted
        base = name.partition("^(")[0]
        mine = [equation for equation in equations if any(base in names(side) for side in equation.sides)]
        also = [equation for equation in turned if base in names(equation.sides[1]) and equation not in mine]
        if (also and _solved_for(name, [*mine, *also], space, zeros)) or _solved_for(name, mine, space, zeros):
            return True
    return False


def _candidates(pair: tuple[Node, Node], everything: Sequence[_Equation], space: Space) -> list[str]:
    """The names that an equation may be solved for: real ones, those that nothing has moved or bounds first, and then
    those that the fewest equations speak of.
    """
    bound = {b.name.text for side in pair for node in walk(side) if isinstance(node, Big) for b in node.binders}
    spoken = (names(pair[0]) | names(pair[1])) - bound
    fitting = [
        key for key, array in space.values.items()
        if key.partition("^(")[0] in spoken and 0 < array.size <= MAX_UNKNOWNS * array.shape[0]
        and (domain(key, space) in {"real", "inferred", "vector"} or _is_distribution(key, space))
    ]  # fmt: skip

    def free(key: str) -> tuple[bool, bool, int, int]:
        spoken_of = sum(key.partition("^(")[0] in names(side) for equation in everything for side in equation.sides)
        return key in space.moved, _inside(key, space) is not None, spoken_of, space.values[key].size

    return sorted(fitting, key=free)


def _is_distribution(key: str, space: Space) -> bool:
    """Whether a name is a vector of probabilities, which stays one where it is solved for: A p = p."""
    return domain(key, space) == "simplex" and key in space.values and space.values[key].ndim == 2


def _inside(key: str, space: Space) -> Any:
    """At which points a name lies between the bounds it is declared with; None if there are none."""
    if _is_distribution(key, space):
        return (space.values[key].astype(float) > 0).all(axis=1)
    declared = space.context.scope.names.get(key) or space.context.scope.names.get(key.partition("^(")[0])
    if declared is None or not (declared.positive or declared.low is not None or declared.high is not None):
        return None
    array = space.values[key].astype(float)
    low, high = bounds(declared)
    return ((array > low) & (array < high)).reshape(array.shape[0], -1).all(axis=1)


def _solved_for(name: str, equations: Sequence[_Equation], space: Space, zeros: list[str]) -> bool:
    """Whether the equations are linear in a name, with one move of it that meets them at some point. A name that
    would be nothing but zeros there is noted in `zeros`, and moved only if it has been noted before.
    """
    import numpy as np  # 12 times the start of Python

    array = space.values[name]

    def gaps(value: Any) -> list[Any]:
        found = [gap for equation in equations for gap in equation.gaps(space, **{name: value})]
        return [*found, value.sum(axis=1) - 1] if _is_distribution(name, space) else found

    rows = Rows.of(gaps, array, space.table)
    if rows is None:
        return False
    space.values[name] = correction(rows, array, space.solve)
    found = gaps(space.values[name])
    good = None if any(gap is None for gap in found) else reduce(and_, (_close(gap, space) for gap in found))
    inside = _inside(name, space)
    good = good if inside is None or good is None else good & inside
    reach = np.abs(space.values[name].astype(float)).reshape(array.shape[0], -1).max(axis=1)
    good = None if good is None else good & (reach <= RUNAWAY)
    if good is None or not good.any():
        space.values[name] = array
        return False
    before, now = (np.abs(each.astype(float)[good]).max() for each in (array, space.values[name]))
    if now <= CLOSE * before and name not in zeros:
        zeros.append(name)
        space.values[name] = array
        return False
    space.moved.add(name)
    space.keep(good)
    return True
