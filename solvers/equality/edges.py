"""Points at the edges of branches: no random point lies where 0.5001 < x < 0.5002, or just below a whole number, where
alone floor(x + 0.95) is not ceil(x).

One number of a point is moved along at a time. Where a comparison turns over, or a floor steps, the place is found by
narrowing; points are then put at these places and between neighbouring ones, and at the ends of closed intervals. Many
points of all sizes are looked at besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, Final, final

from solvers.equality.constraints import constrained
from solvers.equality.sample import POINTS, Plan, Points, draw
from solvers.equality.space import permitted
from solvers.equality.values import PLAIN_DENOMINATOR, bounds, closed_ends
from solvers.formula.definitions import reached
from solvers.formula.env import Budget
from solvers.formula.nodes import Call, Cases, names, walk
from solvers.formula.watch import ONE_SIDED, PICKING, STEPPED, Watch, array_of

if TYPE_CHECKING:
    from solvers.equality.trials import Trial

COORDINATES: Final = 4  # numbers that are moved along
GRID: Final = 96
EDGED: Final = 1_000  # beside the seed, for a generator of its own
REACH: Final = 12.0
INSIDE: Final = 16  # points within a bracket at a time
MOST_EDGES: Final = 8  # of one number
MOST_BRACKETS: Final = 24
WHOLES: Final = 40  # that are tried of a whole number
PASSES: Final = 48
SCATTERED: Final = 256  # points of all sizes
PLAINLY: Final = 1e-6
AT_ONCE: Final = 6  # of them at edges: where all are at a kink, the kink is taken for what is asked
NEAR: Final = 1e-13
TOLD: Final = 7  # numbers at which each number is put
_STEPS: Final = STEPPED | {"sign", "indicator"}
_SAMPLED: Final = frozenset({"real", "unit", "inferred"})
Row = tuple["Coordinate", float]  # a number of a point, and what it is set to
States = Callable[[Sequence[Row]], Any]  # which way all comparisons go there, a row for each; None if that is not known


@final
class Edges(Watch):
    """Which way each comparison goes at each point, and on which step each floor is."""

    closer = True

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Any] = []

    def call(self, node: Call, arguments: Sequence[Any]) -> None:
        """Notes what relu, |.|, sign, max, min, floor, ceil and mod take their branch by."""
        import numpy as np  # 12 times the start of Python

        op = node.op.rstrip("'")
        arrays = [array_of(argument) for argument in arguments] if op in ONE_SIDED | PICKING | STEPPED else []
        if not arrays or any(array is None for array in arrays):
            return
        if op in ONE_SIDED:
            self._note(np.sign(arrays[0]))
        elif op in STEPPED:
            stepped = arrays[0] / arrays[1] if op == "mod" else arrays[0]
            self._note(np.ceil(stepped) if op == "ceil" else np.floor(stepped))
        elif len({array.ndim for array in arrays}) == 1:
            for a, b in combinations(arrays, 2):
                self._note(np.sign(a - b))

    def apart(self, difference: Any) -> None:
        """Notes which way a relation goes."""
        import numpy as np  # 12 times the start of Python

        if (array := array_of(difference)) is not None:
            self._note(np.sign(array))

    def _note(self, state: Any) -> None:
        self._found.append(state.reshape(state.shape[0], -1))

    def states(self, count: int) -> Any:
        """A row for each of so many points; None where nothing was compared."""
        import numpy as np  # 12 times the start of Python

        if not self._found or any(state.shape[0] not in {1, count} for state in self._found):
            return None
        return np.concatenate([np.broadcast_to(state, (count, state.shape[1])) for state in self._found], axis=1)


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One number of a point: the name, the place of the entry, which of the points, between which bounds, whether it is
    a whole number, whether it is a probability whose neighbours give way, and which of the bounds it may be.
    """

    key: str
    entry: int
    point: int
    low: float
    high: float
    whole: bool = False
    shared: bool = False
    reached: tuple[float, ...] = ()


def coordinates(plan: Plan, points: Points, generator: Any) -> list[Coordinate]:
    """Some of the numbers that may be anything between bounds."""
    said = {n for c in plan.context.constraints if not set(c.relations).isdisjoint({"=", "succ"}) for n in names(c)}
    found: list[Coordinate] = []
    for key, array in points.values.items():
        base = key.partition("^(")[0].partition("_(")[0]
        declared = plan.declared.get(base)
        shared = declared is not None and declared.domain == "simplex" and array.ndim == 2 and array.shape[1] > 1
        whole = declared is not None and declared.domain in {"natural", "integer"} and declared.support is None
        if declared is None or not (declared.domain in _SAMPLED or shared or whole) or base in said:
            continue
        count = array[0].size
        for entry in generator.permutation(count)[:COORDINATES]:
            point = len(found) % array.shape[0]
            reached = () if whole or shared else closed_ends(declared)
            found.append(Coordinate(key, int(entry), point, *bounds(declared), whole, shared, reached))
    chosen = generator.permutation(len(found))[:COORDINATES]
    return [found[int(place)] for place in sorted(chosen)]


def put(points: Points, rows: Sequence[Row]) -> Points:
    """The points, each with one number set."""
    import numpy as np  # 12 times the start of Python

    places = np.array([coordinate.point for coordinate, _ in rows])
    values = {key: array[places % array.shape[0]] for key, array in points.values.items()}
    for place, (coordinate, value) in enumerate(rows):
        flat = values[coordinate.key].reshape(len(rows), -1)[place]
        if coordinate.shared:
            flat *= (1 - value) / (1 - flat[coordinate.entry])
        flat[coordinate.entry] = value
    return Points(points.sizes, values)


def edges(found: Sequence[Coordinate], literals: Sequence[float], states: States) -> dict[Coordinate, list[float]]:
    """Where something turns over, by the number that is moved, in order."""
    grid = _grid(literals)
    rows = [(c, value) for c in found if not c.whole for value in grid if c.low < value < c.high]
    at = states(rows) if rows else None
    places: dict[Coordinate, set[float]] = {}
    if at is None:
        return {}
    brackets = [
        (one, other) for one, other in pairwise(range(len(rows)))
        if rows[one][0] == rows[other][0] and (at[one] != at[other]).any()
    ]  # fmt: skip
    brackets = sorted(brackets, key=lambda pair: abs(rows[pair[0]][1]))[:MOST_BRACKETS]
    opened = [(rows[a][0], rows[a][1], rows[b][1], at[a], at[b]) for a, b in brackets]
    for _ in range(PASSES):
        if not opened:
            break
        opened = _narrowed(opened, states, places)
    return {c: _few(values) for c, values in places.items()}


def wholes(found: Sequence[Coordinate], literals: Sequence[float], states: States) -> list[Row]:
    """A whole number for each way in which the comparisons go."""
    spoken = {int(sign * n) + more for n in literals for sign in (-1, 1) for more in (-1, 0, 1)}
    rows: list[Row] = []
    for c in (c for c in found if c.whole):
        first = int(c.low) + 1 if c.low > -REACH else -int(REACH)
        rows += [(c, float(n)) for n in sorted({*range(first, first + WHOLES), *spoken}) if c.low < n < c.high]
    at = states(rows) if rows else None
    kinds = {} if at is None else {(row[0], at[place].tobytes()): row for place, row in enumerate(rows)}
    return list(kinds.values())[: 2 * MOST_EDGES]


def told(found: Sequence[Coordinate], literals: Sequence[float]) -> list[Row]:
    """Each number at 0, at 1 and at what the formulas speak of: floor(exp(-x^2)) is 1 at a single place."""
    signed = sorted({0.0, *(sign * n for n in (1.0, *literals) for sign in (-1.0, 1.0))}, key=abs)
    free = [c for c in found if not c.whole and not c.shared]
    return [(c, value) for c in free for value in signed[:TOLD] if c.low < value < c.high]


def has_steps(trial: Trial) -> bool:
    """Whether what is compared is a step somewhere."""
    known = trial.plan.context.definitions
    rights = [d.right for side in trial.sides for name in reached(side, known) for d in known.get(name, ())]
    every = [node for whole in (*trial.sides, *rights) for node in walk(whole)]
    return any(isinstance(n, Cases) or (isinstance(n, Call) and n.op in _STEPS) for n in every)


def _few(values: set[float]) -> list[float]:
    return sorted(sorted(values, key=abs)[:MOST_EDGES])


def _grid(literals: Sequence[float]) -> list[float]:
    """Numbers from far below to far above, a little off whole ones, and on both sides of those that are spoken of."""
    even = [REACH * (2 * k / GRID - 1) + 0.0137 for k in range(GRID + 1)]
    wide = [sign * size for sign in (-1, 1) for size in (30.1, 101.3, 303.7, 1.003e-2, 1.07e-4)]
    beside = [sign * n * away for n in literals if n for sign in (-1, 1) for away in (0.9993, 1.0007)]
    return sorted({*even, *wide, *beside})


_Bracket = tuple[Coordinate, float, float, Any, Any]


def _narrowed(opened: Sequence[_Bracket], states: States, places: dict[Coordinate, set[float]]) -> list[_Bracket]:
    """Brackets around the first place at which the state is no longer that of the left end; narrow ones are noted, and
    what is behind them is looked at next.
    """
    inside = [(c, low + (high - low) * k / INSIDE) for c, low, high, _, _ in opened for k in range(1, INSIDE)]
    at = states(inside)
    if at is None:
        return []
    left: list[_Bracket] = []
    for number, (c, low, high, before, behind) in enumerate(opened):
        ends = [low, *(value for _, value in inside[number * (INSIDE - 1) : (number + 1) * (INSIDE - 1)]), high]
        passed = [*at[number * (INSIDE - 1) : (number + 1) * (INSIDE - 1)], behind]
        first = next(k for k, state in enumerate(passed) if (state != before).any())
        if ends[first + 1] - ends[first] > NEAR * max(1.0, abs(high)):
            left.append((c, ends[first], ends[first + 1], before, passed[first]))
        else:
            places.setdefault(c, set()).add(_plain(ends[first], ends[first + 1]))
        if (passed[first] != behind).any() and len(opened) + len(left) < 2 * MOST_BRACKETS:
            left.append((c, ends[first + 1], high, passed[first], behind))
    return left


def _plain(low: float, high: float) -> float:
    """A small fraction between, or as good as between, two numbers that are very close; else the upper one."""
    fraction = float(Fraction(high).limit_denominator(PLAIN_DENOMINATOR))
    return fraction if low - 10 * (high - low) <= fraction <= high + 10 * (high - low) else high


def _as_drawn(coordinate: Coordinate, points: Points) -> Row:
    """A number as it is."""
    array = points.values[coordinate.key]
    return coordinate, float(array[coordinate.point % array.shape[0]].reshape(-1)[coordinate.entry])


def between(at: Mapping[Coordinate, Sequence[float]]) -> list[Row]:
    """Points between neighbouring places, and beyond the first and the last."""
    found: list[Row] = []
    for c, places in at.items():
        middle = [(a + b) / 2 for a, b in pairwise(places)]
        found += [(c, v) for v in (places[0] - 0.5, *middle, places[-1] + 0.5) if c.low < v < c.high]
    return found


def _apart(trial: Trial, generator: Any, budget: Budget) -> Iterator[Trial]:
    """Points at which sides differ among many of all sizes: floor(n + n/100) is n up to 99."""
    import numpy as np  # 12 times the start of Python

    made = constrained(draw(trial.plan, generator, SCATTERED, "scattered"), trial.plan.context, budget)
    if isinstance(made, str) or not permitted(trial.indices, made.sizes, trial.plan.context):
        return
    values = trial.moved(made).values
    arrays = [value.reshape(value.shape[0], -1) for value in values if hasattr(value, "reshape")]
    with np.errstate(all="ignore"):
        for one, other in combinations(arrays, 2):
            if one.shape[1] != other.shape[1] or SCATTERED not in {one.shape[0], other.shape[0]}:
                continue
            away = abs(one - other) > PLAINLY * np.maximum(abs(one), abs(other))
            places = np.flatnonzero(away.any(axis=1))[:POINTS]
            if places.size:
                chosen = np.resize(places, POINTS)
                there = {key: array[chosen % array.shape[0]] for key, array in made.values.items()}
                yield trial.moved(Points(made.sizes, there), True, places.size)


def at_edges(near: Sequence[Trial], seed: int, budget: Budget) -> Iterator[Trial]:
    """Trials at the edges, which count exactly, and between them."""
    import numpy as np  # 12 times the start of Python

    generator = np.random.default_rng([seed, EDGED])
    yield from _apart(near[0], generator, budget)
    for trial in near[:: max(1, len(near) - 1)]:
        points = trial.points
        moved = coordinates(trial.plan, points, generator)

        def states(rows: Sequence[Row], trial: Trial = trial) -> Any:
            watch = Edges()
            return watch.states(len(rows)) if trial.watched(put(trial.points, rows), watch) else None

        at = edges(moved, trial.plan.literals, states) if moved else {}
        on = [(c, value) for c, values in at.items() for value in values] + wholes(moved, trial.plan.literals, states)
        on += [(c, end) for c in moved for end in c.reached]
        on += told(moved, trial.plan.literals) if has_steps(trial) else []
        for rows, written in ((on, True), (between(at), False)):
            for first in range(0, len(rows), AT_ONCE):
                batch = rows[first : first + AT_ONCE]
                filled = [*batch, *(_as_drawn(moved[0], points) for _ in range(POINTS - len(batch)))]
                made = constrained(put(points, filled), trial.plan.context, budget)
                if not isinstance(made, str):
                    yield trial.moved(made, written, len(batch))
