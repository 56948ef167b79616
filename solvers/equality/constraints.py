"""Points moved onto constraints: A^T = A, U^T U = I, ||w|| = 1, A > 0, and whatever is linear in one of its names.

Each form moves a point as little as it can, so that one that is met already stays: the same code makes random floats
meet a constraint, and makes a float point meet it to the last of very many digits (see `exactly.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Final

from solvers.equality.linear import Rows, correction, least_squares
from solvers.equality.sample import Points
from solvers.equality.space import INEQUALITIES, Space, of_indices
from solvers.equality.values import bounds
from solvers.formula.context import Context
from solvers.formula.env import Budget
from solvers.formula.evaluate import truth
from solvers.formula.nodes import Big, Call, Chain, Index, Name, Node, Num, names, walk
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.to_plain import to_plain

CLOSE: Final = 1e-9
EXACT: Final = 1e-150
MAX_UNKNOWNS: Final = 36


def constrained(points: Points, context: Context, budget: Budget | None = None) -> Points | str:
    """The points moved onto the constraints; a sentence if there is no point, or no way is known to find one.

    TooMuchWork when the budget of steps is used up.
    """
    import numpy as np  # 12 times the start of Python

    if not context.constraints:
        return points
    space = Space(numpy_table(), dict(points.values), points.sizes, context, least_squares, budget=budget)
    with np.errstate(all="ignore"):
        constraints = [c for c in context.constraints if not of_indices(c, points.values, points.sizes, context)]
        problem = impose(constraints, space)
        if problem:
            return problem
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
    for chain in constraints:
        pairs = [(side, chain.sides[-1]) for side in chain.sides[:-1]]
        if set(chain.relations) == {"="}:
            for pair in pairs:
                equation = _Equation(pair, tuple(space.assignments(*pair)))
                if not equation.met(space) and not _by_form(pair, space):
                    pending.append(equation)
        elif not set(chain.relations) <= INEQUALITIES and not (
            set(chain.relations) == {"succ"} and all(_definite(left, space) for left, _ in pairs)
        ):
            return f"the constraint {to_plain(chain)} is of a form that cannot be sampled"
    if not space.exact:
        _with_equal_eigenvalues(pending, space)
    for place, equation in enumerate(pending):
        if not _solved(pending[: place + 1], pending, space):
            return f"the constraint {equation} is of a form that cannot be sampled"
    return _unmet(constraints, space)


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


def _by_form(pair: tuple[Node, Node], space: Space) -> bool:
    """Meets an equation whose form is known, whichever side stands on the left."""
    return any(form(a, b, space) for form in _FORMS for a, b in (pair, pair[::-1]))


def _matrix(node: Node, space: Space) -> tuple[str, Any] | None:
    """A sampled matrix by its name."""
    if isinstance(node, Name) and node.text in space.values and space.values[node.text].ndim == 3:
        return node.text, space.values[node.text]
    return None


def _symmetric(left: Node, right: Node, space: Space) -> bool:
    """A^T = A, A^T = -A."""
    import numpy as np  # 12 times the start of Python

    if not (isinstance(left, Call) and left.op == "transpose"):
        return False
    sign = -1 if right == Call("neg", left.args) else 1
    found = _matrix(left.args[0], space)
    if found is None or found[1].shape[1] != found[1].shape[2] or (sign > 0 and right != left.args[0]):
        return False
    name, matrix = found
    total = _add(space, matrix, sign * np.swapaxes(matrix, 1, 2))
    whole = not space.exact and np.all(matrix == np.floor(matrix))
    space.move(name, total if whole and name not in space.moved else _add(space, total / 2, 0 * total))
    return True


def _add(space: Space, a: Any, b: Any) -> Any:
    return space.table.lift("add", a, b)


def _orthonormal(left: Node, right: Node, space: Space) -> bool:
    """U^T U = I: the columns of U are orthonormal; W W^T = I: the rows of W."""
    import numpy as np  # 12 times the start of Python

    name, rows = orthogonal(left, right)
    found = _matrix(Name(name), space) if name else None
    if found is None:
        return False
    matrix = np.swapaxes(found[1], 1, 2) if rows else found[1]
    if matrix.shape[1] < matrix.shape[2]:
        space.keep(np.zeros(matrix.shape[0], dtype=bool))  # more columns than entries: not at these sizes
        return True
    columns: list[Any] = []
    for place in range(matrix.shape[2]):
        column = matrix[:, :, place]
        for _ in range(2):  # twice, against rounding
            for other in columns:
                column = _minus_part(space, column, other)
        columns.append(_unit(space, column, space.table.number(Num("1").value)))
    done = space.table.stack(columns)
    space.move(found[0], done if rows else np.swapaxes(done, 1, 2))
    return True


def orthogonal(left: Node, right: Node) -> tuple[str, bool]:
    """The name U in U^T U = I, and whether it is U U^T = I instead."""
    if isinstance(left, Call) and left.op == "mul" and Name("I") in (right, getattr(right, "base", None)):  # I, I_k
        a, b = left.args
        for one, two, rows in ((a, b, False), (b, a, True)):
            if isinstance(one, Call) and one.op == "transpose" and one.args[0] == two and isinstance(two, Name):
                return two.text, rows
    return "", False


def _minus_part(space: Space, column: Any, other: Any) -> Any:
    table = space.table
    along = _inner(space, column, other)
    return table.lift("sub", column, table.lift("mul", along, other))


def _inner(space: Space, a: Any, b: Any) -> Any:
    table = space.table
    both = table.lift("mul", a, b)
    total = table.pick(both, (0,))
    for place in range(1, both.shape[1]):
        total = table.lift("add", total, table.pick(both, (place,)))
    return total


def _unit(space: Space, vector: Any, length: Any) -> Any:
    table = space.table
    norm = table.lift("sqrt", _inner(space, vector, vector))
    return table.lift("mul", vector, table.lift("div", length, norm))


def _of_length(left: Node, right: Node, space: Space) -> bool:
    """||w|| = c, ||w||^2 = c, w^T w = c for a vector w."""
    vector, square = _normed(left)
    name = vector.text if isinstance(vector, Name) else ""
    length = space.value(right)
    if name not in space.values or space.values[name].ndim != 2 or name in names(right) or length is None:
        return False
    if length.ndim != 1:
        return False
    space.move(name, _unit(space, space.values[name], space.table.lift("sqrt", length) if square else length))
    return True


def _normed(node: Node) -> tuple[Node | None, bool]:
    """The vector whose length is spoken of, and whether it is the square of it."""
    if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2"):
        inner, square = _normed(node.args[0])
        return (None, False) if square else (inner, True)
    if isinstance(node, Call) and node.op == "norm" and node.args[1] in (Num("2"), Name("F")):
        return node.args[0], False
    if isinstance(node, Call) and node.op in {"mul", "dot", "inner"} and len(node.args) == 2:
        a, b = node.args
        if a == Call("transpose", (b,)) or (node.op != "mul" and a == b):
            return b, True
    return None, False


def _rooted(left: Node, right: Node, space: Space) -> bool:
    """x^2 = ... for a number x: the root, with the sign that x had."""
    if not (isinstance(left, Call) and left.op == "pow" and left.args[1] == Num("2")):
        return False
    name = left.args[0].text if isinstance(left.args[0], Name) else ""
    square = space.value(right)
    if name not in space.values or space.values[name].ndim != 1 or name in names(right) or square is None:
        return False
    if square.ndim != 1:
        return False
    root = space.table.lift("sqrt", square)
    space.move(name, space.table.lift("mul", space.table.lift("sign", space.values[name]), root))
    space.keep(_finite(root))
    return True


def _finite(array: Any) -> Any:
    import numpy as np  # 12 times the start of Python

    return np.isfinite(array.astype(float))


def _definite(left: Node, space: Space) -> bool:
    """A > 0: A A^T + I, which stays as it is to the last digit but for its symmetry."""
    import numpy as np  # 12 times the start of Python

    found = _matrix(left, space)
    if found is None or found[1].shape[1] != found[1].shape[2]:
        return False
    name, matrix = found
    if not space.exact:
        matrix = matrix @ np.swapaxes(matrix, 1, 2) + np.eye(matrix.shape[-1])
    space.move(name, _add(space, matrix, np.swapaxes(matrix, 1, 2)) / 2)
    return True


def _one_of(left: Node, right: Node, space: Space) -> bool:
    """Entries of 0 and 1 that sum to 1: one of them is 1."""
    import numpy as np  # 12 times the start of Python

    if not (isinstance(left, Big) and left.op == "sum" and right == Num("1") and isinstance(left.body, Index)):
        return False
    base = left.body.base
    name = base.text if isinstance(base, Name) else ""
    if name not in space.values or not np.all((space.values[name] == 0) | (space.values[name] == 1)):
        return False
    array = space.values[name]
    if not space.exact:
        ones = np.argmax(array + np.arange(array.shape[-1]) / 100 * array, axis=-1)
        space.move(name, np.eye(array.shape[-1])[ones])
    return True


_FORMS: Final[tuple[Callable[[Node, Node, Space], bool], ...]] = (
    _symmetric, _orthonormal, _of_length, _one_of, _rooted,
)  # fmt: skip


def _solved(equations: Sequence[_Equation], everything: Sequence[_Equation], space: Space) -> bool:
    """Meets equations that are linear in the entries of a name: the first that the last can be solved for."""
    for name in _candidates(equations[-1].sides, everything, space):
        base = name.partition("^(")[0]
        mine = [equation for equation in equations if any(base in names(side) for side in equation.sides)]
        if _solved_for(name, mine, space):
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
        and _domain(key, space) in {"real", "inferred", "vector"}
    ]  # fmt: skip

    def free(key: str) -> tuple[bool, bool, int, int]:
        spoken_of = sum(key.partition("^(")[0] in names(side) for equation in everything for side in equation.sides)
        return key in space.moved, _inside(key, space) is not None, spoken_of, space.values[key].size

    return sorted(fitting, key=free)


def _domain(key: str, space: Space) -> str:
    declared = space.context.scope.names.get(key) or space.context.scope.names.get(key.partition("^(")[0])
    return "real" if declared is None else declared.domain


def _inside(key: str, space: Space) -> Any:
    """At which points a name lies between the bounds it is declared with; None if there are none."""
    declared = space.context.scope.names.get(key) or space.context.scope.names.get(key.partition("^(")[0])
    if declared is None or not (declared.positive or declared.low is not None or declared.high is not None):
        return None
    array = space.values[key].astype(float)
    low, high = bounds(declared)
    return ((array > low) & (array < high)).reshape(array.shape[0], -1).all(axis=1)


def _solved_for(name: str, equations: Sequence[_Equation], space: Space) -> bool:
    """Whether the equations are linear in a name, with one move of it that meets them at some point."""
    array = space.values[name]

    def gaps(value: Any) -> list[Any]:
        return [gap for equation in equations for gap in equation.gaps(space, **{name: value})]

    rows = Rows.of(gaps, array, space.table)
    if rows is None:
        return False
    space.values[name] = correction(rows, array, space.solve)
    found = gaps(space.values[name])
    good = None if any(gap is None for gap in found) else reduce(and_, (_close(gap, space) for gap in found))
    inside = _inside(name, space)
    good = good if inside is None or good is None else good & inside
    if good is None or not good.any():
        space.values[name] = array
        return False
    space.moved.add(name)
    space.keep(good)
    return True
