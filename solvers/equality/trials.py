"""Formulas evaluated at shared random points, each once a point: in float64 over a batch, in many digits one by one.

A trial is a choice of sizes, some points and one assignment of the free indices. Sides of one trial share what their
definitions lead to; a side that has no value keeps its error to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import localcontext
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from itertools import permutations, product, zip_longest
from math import prod
from typing import Any, Final, final

from solvers.equality.constraints import constrained
from solvers.equality.exactly import exactly
from solvers.equality.kept import Asked, Kept
from solvers.equality.last_members import Beyond, all_there, next_members
from solvers.equality.one_shape import arrays_of
from solvers.equality.relevant import with_relevant
from solvers.equality.sample import POINTS, SIZES, Plan, Points, draw, index_values, plan
from solvers.equality.sizes import other_sizes, reaches_zero
from solvers.equality.space import permitted
from solvers.equality.values import Mode, written_out
from solvers.formula.context import Context
from solvers.formula.env import Budget, TooMuchWork
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.nodes import Node
from solvers.formula.tables.arrays import ArrayTable, numpy_table
from solvers.formula.tables.precise import CERTAIN, DIGITS, PreciseTable, certain_table, precise_table
from solvers.formula.tables.table import EvaluationError, Uncomputed
from solvers.formula.to_plain import to_plain
from solvers.formula.watch import CALM, Watch

SMALL_ROUNDS: Final = 2  # of small whole numbers
ROUNDS: Final = 3  # of values on mixed scales
FEW_ROUNDS: Final = 1, 2  # of each where nothing has a size: another round is no other case
BESIDE: Final[tuple[Mode, ...]] = ("above", "below", "far", "at")  # the numbers in branches
MORE_ROUNDS: Final = 24
ATTEMPTS: Final = 20
AT_EDGES: Final = -1  # the number of the round at the edges of branches
OF_OTHER_SIZES: Final = -1001  # of the first round of other sizes; the next ones follow downwards
STEPS: Final = 100_000  # a side
ALL_STEPS: Final = 1_000_000  # of all sides
MAX_INDICES: Final = 64
FEW_INDICES: Final = 12  # with other sizes


@dataclass(frozen=True, slots=True)
class Cut:
    """The points of a round cannot be had, or cost too much; `why` is one sentence."""

    why: str


@final
class Trials:
    """The rounds for some formulas; whatever is computed is kept. The same sides and seed give the same rounds."""

    def __init__(self, sides: Sequence[Node], context: Context, seed: int, work: Budget | None = None) -> None:
        """`work` bounds the steps of all sides and constraints together; without it each has its own budget."""
        self.sides = tuple(sides)
        self._seed = _seed(self.sides, seed)
        self.context = with_relevant(context, sides)
        self._drawing = work or Budget(STEPS)  # for the constraints
        self._budgets = [work or Budget(min(STEPS, ALL_STEPS // max(len(self.sides), 1))) for _ in sides]
        self._rounds: dict[int, tuple[Trial, ...] | Cut] = {}

    @cached_property
    def plan(self) -> Plan | Cut:
        """What has to be sampled; Cut where the declarations cannot be."""
        try:
            return plan(self.context, self.sides)
        except EvaluationError as error:
            return Cut(str(error))

    @cached_property
    def _next_members(self) -> Beyond:
        return () if isinstance(self.plan, Cut) else next_members(self.sides, self.plan)

    def __iter__(self) -> Iterator[tuple[Trial, ...] | Cut]:
        """Small whole numbers first: a difference is to be recomputed by hand if it can be."""
        few = not isinstance(self.plan, Cut) and _is_plain(self.plan)
        small, wide = FEW_ROUNDS if few else (SMALL_ROUNDS, ROUNDS)
        yield from (self.round(number) for number in range(small))
        yield from (self.round(SMALL_ROUNDS + number) for number in range(wide))

    def beside(self, number: int) -> tuple[Trial, ...] | Cut:
        """More rounds, beside the numbers that the formulas speak of and far out: for branches and narrow domains."""
        return self.round(SMALL_ROUNDS + ROUNDS + number)

    def at_edges(self) -> tuple[Trial, ...]:
        """Points at the edges of branches and between them (see `edges.py`); none where they cannot be found."""
        if AT_EDGES not in self._rounds:
            from solvers.equality.edges import at_edges, has_steps  # only where there are branches

            near = self.round(SMALL_ROUNDS)
            found = () if isinstance(near, Cut) else tuple(at_edges(near, self._seed, self._drawing))
            at = self.beside(BESIDE.index("at")) if found and has_steps(found[0]) else ()
            self._rounds[AT_EDGES] = found if isinstance(at, Cut) else (*found, *at)
        edges = self._rounds[AT_EDGES]
        return () if isinstance(edges, Cut) else edges

    def of_other_sizes(self) -> Iterator[tuple[Trial, ...]]:
        """Rounds of larger sizes, even and odd ones, for what small ones cannot tell: min(i, 6) in a sum up to n."""
        if isinstance(self.plan, Cut) or not self.plan.sizes:
            return
        for number, (among, alone) in enumerate(other_sizes(self.plan.literals, _may_be_empty(self.plan))):
            key = OF_OTHER_SIZES - number
            if key not in self._rounds:
                self._rounds[key] = self._unless_cut(key, among, alone)
            found = self._rounds[key]
            if not isinstance(found, Cut):
                yield found

    def further(self) -> Iterator[tuple[Trial, ...]]:
        """Larger sizes and more values: for what is hardly ever anything but 0, as the triangles of a small graph."""
        yield from self.of_other_sizes()
        for number in range(len(BESIDE), MORE_ROUNDS):
            if not isinstance(found := self.beside(number), Cut):
                yield found

    def watches(self) -> list[Watch]:
        """What was met in the rounds so far."""
        return [trial.watch for trials in self._rounds.values() if not isinstance(trials, Cut) for trial in trials]

    def round(self, number: int) -> tuple[Trial, ...] | Cut:
        """The trials of one round: one choice of sizes, every assignment of the free indices."""
        if number not in self._rounds:
            self._rounds[number] = self._unless_cut(number)
        return self._rounds[number]

    def _unless_cut(
        self, number: int, among: Sequence[int] = SIZES, alone: int | None = None
    ) -> tuple[Trial, ...] | Cut:
        try:
            return self._drawn(number, among, alone)
        except EvaluationError as error:
            return Cut(str(error))

    def _drawn(self, number: int, among: Sequence[int], alone: int | None) -> tuple[Trial, ...] | Cut:
        """Points and values of the indices that meet what is said of them: other sizes and signs until some do."""
        import numpy as np  # 12 times the start of Python

        needed = self.plan
        if isinstance(needed, Cut):
            return needed
        generator = np.random.default_rng([self._seed, abs(number)])
        other = number <= OF_OTHER_SIZES
        drawing = Budget(STEPS) if other else self._drawing
        budgets = [Budget(STEPS) for _ in self.sides] if other else self._budgets
        why = ""
        for attempt in range(ATTEMPTS):
            mode: Mode = _mode(number) if attempt < ATTEMPTS // 2 else "wide"  # small sizes leave no room for i > 3
            order = () if attempt or other else _order(self._seed, number, mode)
            points = constrained(draw(needed, generator, POINTS, mode, among, alone, order), self.context, drawing)
            if isinstance(points, str):
                why = points
                continue
            kept = Kept(small=mode == "small", written=mode == "at")
            found = tuple(
                Trial(self.sides, needed, points, indices, budgets, kept)
                for indices in _assignments(needed, points.sizes, FEW_INDICES if other else MAX_INDICES)
                if permitted(indices, points.sizes, self.context)
                and all_there(self._next_members, indices, points.sizes)
            )
            if found:
                return found
            why = "no values of the indices meet what is said of them"
        return Cut(why)


def _order(seed: int, number: int, mode: Mode) -> list[int]:
    """The sizes as the names get them in a round: each of them in its turn, small ones for small numbers."""
    order = _ORDERS[seed % len(_ORDERS)]
    turned = [order[(number + place) % len(order)] for place in range(len(order))]
    if mode != "small":
        return turned
    few = [size for size in order if size in SIZES[:2]]
    return few if number % 2 == 0 else few[::-1]


_ORDERS: Final = tuple(permutations(SIZES))


def _is_plain(needed: Plan) -> bool:
    """Whether every round draws from the same real numbers: no sizes, no indices, no sets of some values."""
    sized = needed.sizes or needed.indices or needed.members or needed.parts
    return not sized and all(declared.domain in {"real", "unit", "defined"} for declared in needed.declared.values())


def told_covariance(plan: Plan) -> str:
    """The name of random numbers whose covariances are told: not for all values are there such numbers."""
    return next((n for n, d in plan.declared.items() if d.dependence and d.dependence.covariance is not None), "")


def is_discrete(plan: Plan) -> bool:
    """Whether a name has some values only, as the entries of an adjacency matrix have."""
    return any(declared.domain.startswith("{") for declared in plan.declared.values())


def _may_be_empty(needed: Plan) -> bool:
    """Whether a sum may be over nothing: where it is of numbers, for of vectors it would be the number 0."""
    declared = needed.declared
    alone = not any(found.shape or found.family for found in declared.values())
    return alone and any(reaches_zero(declared.get(name)) for name in needed.sizes if name not in needed.dimensions)


def _mode(number: int) -> Mode:
    if number <= OF_OTHER_SIZES:
        return "wide"
    if number < SMALL_ROUNDS:
        return "small"
    more = number - SMALL_ROUNDS - ROUNDS
    return "wide" if more < 0 else BESIDE[more % len(BESIDE)]


def _seed(sides: Sequence[Node], seed: int) -> int:
    """The same for the same formulas in any order."""
    text = " | ".join((*sorted(to_plain(side) for side in sides), str(seed)))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def _assignments(needed: Plan, sizes: Mapping[str, int], most: int) -> Iterator[dict[str, int]]:
    """Every value of the free indices; of very many some, among them those where all are equal and where none are."""
    names = [name for name, _ in needed.indices]
    ranges = [index_values(name, high, sizes, needed.context) for name, high in needed.indices]
    chosen: Iterable[tuple[int, ...]] = product(*ranges)
    if prod(map(len, ranges)) > most:
        chosen = _stratified(ranges, most)
    yield from (dict(zip(names, places, strict=True)) for places in chosen)


def _stratified(ranges: Sequence[Sequence[int]], most: int) -> list[tuple[int, ...]]:
    """At most so many assignments: by every pattern of indices that are equal or not, then spread over the rest."""
    patterns: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for places in product(*ranges):
        patterns.setdefault(tuple(places.index(place) for place in places), []).append(places)
    shares = [found[:: max(1, len(found) * len(patterns) // most)] for found in patterns.values()]
    together = [places for share in zip_longest(*shares) for places in share if places is not None]
    return together[:most]


@final
class Trial:
    """Some points at one assignment of the free indices, and what the sides are there."""

    def __init__(
        self, sides: Sequence[Node], needed: Plan, points: Points, indices: Mapping[str, int],
        budgets: Sequence[Budget], kept: Kept,
    ) -> None:  # fmt: skip
        self.sides, self.plan, self.points, self.indices = sides, needed, points, indices
        self._budgets, self._kept = budgets, kept
        self._known: dict[tuple[PreciseTable, int, int], Any] = {}
        self.watch = Watch(kept.kinks, kept.exponents, kept.signs)

    @cached_property
    def values(self) -> tuple[Any, ...]:
        """Each side in float64 over all points, or the EvaluationError that it has instead."""
        import numpy as np  # 12 times the start of Python

        with np.errstate(all="ignore"):
            points, memo = self.points.values, self._kept.memo
            sides = range(len(self.sides))
            return tuple(self._value(side, numpy_table(), points, memo, self.watch) for side in sides)

    @property
    def small(self) -> bool:
        """Whether the points are small whole numbers."""
        return self._kept.small

    @property
    def exact(self) -> bool:
        """Whether every point counts in many digits: float64 may take the other branch there."""
        return self._kept.written

    @property
    def counted(self) -> int:
        """How many of the points count: the first ones."""
        return self._kept.counted

    def moved(self, points: Points, written: bool = False, counted: int = POINTS) -> Trial:
        """The same sides and indices at other points."""
        return Trial(self.sides, self.plan, points, self.indices, self._budgets, Kept(False, written, counted))

    def watched(self, points: Points, watch: Watch) -> bool:
        """Whether all sides have values at other points; the watch is told what is met there."""
        trial = Trial(self.sides, self.plan, points, self.indices, [Budget(STEPS) for _ in self.sides], Kept())
        trial.watch = watch
        return not any(isinstance(value, EvaluationError) for value in trial.values)

    def smooth(self) -> Any:
        """At which points no sign was taken of zero, and no derivative at a kink."""
        return ~(self._met(self.watch.kinks) | self.signless())

    def signless(self) -> Any:
        """At which points a sign was taken of zero: 0, or what a page takes it to be."""
        return self._met(self.watch.signs)

    def _met(self, masks: Sequence[Any]) -> Any:
        import numpy as np  # 12 times the start of Python

        assert self.values is not None
        met = np.zeros(POINTS, dtype=bool)
        for mask in masks:  # the points stand first, or there is one for all
            met |= mask.reshape(mask.shape[0], -1).any(axis=1)
        return met

    def largest_exponents(self) -> Any:
        """How large the exponents in the sides are at each point; 0 for those so small that no term is lost."""
        import numpy as np  # 12 times the start of Python

        assert self.values is not None
        found = np.zeros(POINTS)
        for exponents in self.watch.exponents:  # the points stand first, or there is one for all
            found = np.maximum(found, np.where(exponents > CALM, exponents, 0.0))
        return found

    def precise(self, side: int, place: int, digits: int = DIGITS) -> Any:
        """One side at one point: an array of Decimals of so many digits, or the EvaluationError that it has."""
        return self._settled(precise_table(digits), side, place)

    def certain(self, side: int, place: int, digits: int = CERTAIN) -> Any:
        """One side at one point: an array of balls of so many digits, or the EvaluationError that it has."""
        return self._settled(certain_table(digits), side, place)

    def _settled(self, table: PreciseTable, side: int, place: int) -> Any:
        key = (table, side, place)
        if key not in self._known:
            try:
                point = self.point(place)
            except TooMuchWork as error:
                return error
            if point is None:
                return Uncomputed("the constraints cannot be met exactly here")
            if (table, place) not in self._kept.values:
                self._kept.values[table, place] = {name: table.value(value) for name, value in point.items()}
            asked = Asked(self._kept.values[table, place], self._kept.asked.setdefault(place, set()))
            with localcontext(table.scalars.context):
                value = self._value(side, table, asked, self._kept.memos.setdefault((table, place), {}))
            if not isinstance(value, EvaluationError):
                value = next(filter(None, map(table.failure, arrays_of(value))), value)
            self._known[key] = value
        return self._known[key]

    def shown(self, place: int) -> dict[str, Any]:
        """The sizes, the indices and what the sides that were settled at this point asked for."""
        asked = {
            name.removesuffix("_const"): value  # g of g_t = g
            for name, value in (self.point(place) or {}).items()
            if name in self._kept.asked.get(place, ())
        }
        return {**self.points.sizes, **self.indices, **asked}

    def point(self, place: int) -> dict[str, Any] | None:
        """The names' values at one point, as they are computed with; None if the constraints cannot be met exactly."""
        if place not in self._kept.points:
            arrays = self.points.values.items()
            take = written_out if self._kept.written else Fraction
            chosen = {name: _nested(array[place if array.shape[0] > 1 else 0], take) for name, array in arrays}
            self._kept.points[place] = exactly(chosen, self.plan.context, self.points.sizes, self._budgets[0])
        return self._kept.points[place]

    def _value(
        self, side: int, table: ArrayTable, values: Mapping[str, Any], memo: dict[Any, Any], watch: Watch | None = None
    ) -> Any:
        """A side at these values; the EvaluationError where there is none."""
        sizes, context, budget = dict(self.points.sizes), self.plan.context, self._budgets[side]
        env = Env(
            table.metered(budget), values, {**sizes, **self.indices}, context.definitions, sizes, self.plan.declared,
            memo, budget, watch, entrywise=context.entrywise,
        )  # fmt: skip
        try:
            return evaluate(self.sides[side], env)
        except EvaluationError as error:
            return error


def _nested(array: Any, take: Callable[[float], Fraction]) -> Any:
    return tuple(_nested(entry, take) for entry in array) if getattr(array, "ndim", 0) else take(float(array))
