"""The policy of equality: random points in float64 as a filter, fifty digits as the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal, final

from solvers.equality.bounds import Known
from solvers.equality.closeness import difference, gap, hides, meet, plain
from solvers.equality.coverage import branches
from solvers.equality.domains import where
from solvers.equality.holes import is_hole, of_holes
from solvers.equality.independence import independent
from solvers.equality.one_shape import errors, of_one_shape
from solvers.equality.sample import POINTS, index_declarations
from solvers.equality.saturation import TELLING, agree_in_a_thousand, all_hidden, is_approached
from solvers.equality.seen import Found, Lopsided
from solvers.equality.shown import shown
from solvers.equality.sizes import counts, too_large_to_try
from solvers.equality.trials import MORE_ROUNDS, Cut, Trial, Trials, is_discrete, told_covariance
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.env import TOO_MUCH, Budget, TooMuchWork
from solvers.formula.nodes import Big, Node, walk
from solvers.formula.remembered import remembered
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.precise import CERTAIN, FIRST, certain_table, precise_table
from solvers.formula.tables.table import (
    EvaluationError,
    NoEntry,
    Open,
    OutOfRange,
    Pole,
    ShapeMismatch,
    TooLarge,
    Undefined,
    written,
)

COARSE: Final = 1e-9  # of sizes that are large, where small ones agree already
PLAIN: Final = 1e-3  # a gap, of numbers that are no smaller, that rounding hardly ever makes
ENOUGH: Final = 8  # points at which both sides have a value
SEEN: Final = 2  # rounds of values on mixed scales that must be had: more may be too costly
MOST_CUT: Final = 6  # rounds without points, until no more are looked for
TOO_FEW: Final = 10  # points that agree to one at which a side alone is too large
MANY: Final = 50  # points kept to say where a side is undefined
CONFIRMED: Final = 2  # points settled at fifty digits even where float64 sees no difference; one of small numbers
BRANCH_ROUNDS: Final = 8  # tried for a branch
BESIDE: Final = 3  # rounds beside the numbers in branches
SETTLED: Final = 1e-45  # what rounding leaves of a difference that is none
NEARLY: Final = 1e-20  # what quadrature and infinite sums leave, where the bounds on their errors meet
UNDEFINED: Final = 24  # points without a value that are looked at in many digits
_TORN: Final = "whether they are at the edge of a branch cannot be told"
Verdict = Literal["same", "different", "undecided"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict, what it rests on, and for "different" a point with the two values, by name.

    `domain`: they are equal wherever both are defined, and differ in where they are. `tried`: their shapes fit, and
    values were looked at.
    """

    verdict: Verdict
    evidence: str
    counterexample: Mapping[str, Any] | None = None
    domain: bool = False
    tried: bool = False


def compare(a: Node, b: Node, context: Context, seed: int = 0, work: Budget | None = None) -> Comparison:
    """Whether `a` and `b` have one value wherever the declared names may lie. The same seed gives the same verdict.

    `work` bounds the steps of several comparisons together.
    """
    return ComparedChain(Trials((a, b), context, seed, work)).between(0, 1)


@remembered
def compare_chain(sides: Sequence[Node], context: Context, seed: int = 0) -> ComparedChain:
    """The sides of a derivation, any two of which can be compared: all at the same points, each evaluated once."""
    return ComparedChain(Trials(sides, context, seed))


@final
class ComparedChain:
    """What `compare_chain` returns; nothing is evaluated before it is asked for."""

    def __init__(self, trials: Trials) -> None:
        self._trials = trials
        self._known: dict[tuple[int, int], Comparison] = {}

    def between(self, i: int, j: int) -> Comparison:
        """The verdict on sides number `i` (left) and `j` (right), counted from 0."""
        if (i, j) not in self._known:
            found = self._unless_too_large(self._unless_a_limit(self._compared(i, j), i, j), i, j)
            self._known[i, j] = self._if_independent(i, j) or found if found.verdict == "different" else found
        return self._known[i, j]

    def _unless_a_limit(self, found: Comparison, i: int, j: int) -> Comparison:
        """Undecided where a side has no value since nobody can tell what its limit is, or whether there is one."""
        values = found.counterexample or {}
        if found.verdict != "different" or (values.get("left") is not None and values.get("right") is not None):
            return found
        known, spoken = self._trials.context.definitions, (self._trials.sides[i], self._trials.sides[j])
        rights = [d.right for node in spoken for name in reached(node, known) for d in known.get(name, ())]
        if not any(isinstance(n, Big) and n.op == "lim" for node in (*spoken, *rights) for n in walk(node)):
            return found
        return Comparison("undecided", "whether there is such a limit is not known")

    def _unless_too_large(self, found: Comparison, i: int, j: int) -> Comparison:
        """Undecided where a point has another size than is said, one too large to try, and numbers may come from it."""
        plan = self._trials.plan
        if found.verdict != "different" or isinstance(plan, Cut):
            return found
        sides = self._trials.sides[i], self._trials.sides[j]
        said = too_large_to_try(found.counterexample or {}, sides, plan.context)
        return found if said is None else Comparison("undecided", f"{said} is too large a size to try")

    def _if_independent(self, i: int, j: int) -> Comparison | None:
        """Undecided where different sides are the same as soon as random numbers are independent."""
        sides = self._trials.sides[i], self._trials.sides[j]
        assumed = independent(self._trials.context, sides)
        if assumed is None or compare(*sides, assumed[0]).verdict != "same":
            return None
        return Comparison("undecided", f"right if {assumed[1]} are independent, which is not said")

    def _compared(self, i: int, j: int) -> Comparison:
        if self._trials.sides[i] == self._trials.sides[j]:
            why = self._nowhere(i)
            return Comparison("same", "identical form") if why is None else Comparison("undecided", why)
        found = Found(i, j)
        for trials in self._trials:
            verdict = _round(found, trials)
            if verdict is not None:
                enough = verdict.evidence == TOO_MUCH and found.wide > SEEN  # of many terms, and no difference so far
                return self._covered(found) if enough else verdict
        return self._covered(found)

    def _nowhere(self, side: int) -> str | None:
        """Why a side has no value at any point, as 1/0 has none; None where it has one, or nobody can tell."""
        import numpy as np  # 12 times the start of Python

        why, cut = None, 0
        for trials in chain(self._trials, map(self._trials.beside, range(BRANCH_ROUNDS))):
            cut += isinstance(trials, Cut)
            if cut == MOST_CUT:
                return why
            for trial in () if isinstance(trials, Cut) else trials:
                value = trial.values[side]
                if isinstance(value, (EvaluationError, Open)):
                    return None
                if np.isfinite(value.reshape(value.shape[0], -1)).all(axis=1).any():
                    return None
                found = [trial.certain(side, place) for place in range(value.shape[0])]
                if not all(isinstance(error, Undefined) and not isinstance(error, TooLarge) for error in found):
                    return None
                why = f"neither side has a value: {found[0]}"
        return why

    def _covered(self, found: Found) -> Comparison:
        """The verdict on two sides that agree so far, once the points have been on every side of every branch."""
        plan = self._trials.plan
        assert not isinstance(plan, Cut)
        both = self._trials.sides[found.i], self._trials.sides[found.j]
        indices = index_declarations(plan)
        known = Known({**plan.declared, **indices}, plan.context.definitions, plan.context.constraints)
        reached = branches(both, known, plan.bound.union(plan.sizes, indices))
        turning = reached.beyond(plan.bound.union(indices))
        for number in range(MORE_ROUNDS):
            missing = reached.unreached(self._trials.watches())
            few = found.compared < ENOUGH
            if number >= (MORE_ROUNDS if few and found.compared else BRANCH_ROUNDS):
                break
            if not few and not missing and (number >= BESIDE or not turning):
                break
            trials = self._trials.beside(number)
            verdict = None if isinstance(trials, Cut) else _round(found, trials)
            if verdict is not None:
                return verdict
        for trial in self._trials.at_edges() if turning else ():
            verdict = _tried(found, trial)
            if verdict is not None and verdict.verdict == "different":
                return verdict
        for trials in self._trials.of_other_sizes() if counts(both, plan.context, plan.bound.union(plan.sizes)) else ():
            verdict = _round(Found(found.i, found.j, confirmed=CONFIRMED, near=COARSE), trials)
            if verdict is not None and verdict.verdict == "different":
                return verdict
        for trials in self._trials.further() if not found.varied and is_discrete(plan) else ():
            if (verdict := _round(found, trials)) is not None:
                return verdict
        missing = reached.unreached(self._trials.watches())
        if missing and not found.lopsided:
            said = f"equal at {found.compared} points, but the branch {missing[0]} was never reached"
            return Comparison("undecided", said, tried=True)
        return _conclusion(found, plan.literals, told_covariance(plan))


def _conclusion(found: Found, literals: Sequence[float], told: str) -> Comparison:
    total = found.compared + found.undefined + found.unsettled + len(found.lopsided)
    if not total and found.outside is not None:
        return Comparison("undecided", f"there is no point at which both sides have a value: {found.outside}")
    if found.compared < ENOUGH or found.unsettled > found.compared:
        said = f"both sides have a value at {found.compared} of {total} points only: they are not defined at enough"
        return Comparison("undecided", said, tried=bool(total))
    if found.lopsided:
        said = f"whether what is told of {told} is a covariance is not said"
        return Comparison("undecided", said, tried=True) if told else _domain(found, literals)
    if TOO_FEW * found.beyond > found.compared:
        said = f"equal at {found.compared} points, but one side alone is too large to compute at {found.beyond}"
        return Comparison("undecided", said, tried=True)
    if (holes := of_holes(found)) is not None:
        return Comparison("undecided", holes, tried=True)
    if found.one_outside is not None:
        said = f"equal at {found.compared} points where both have a value, but one side alone has none elsewhere"
        return Comparison("undecided", f"{said}: {found.one_outside}", tried=True)
    if (lost := _lost(found)) is not None:
        return lost
    if found.signed or found.torn:
        why = "not where a sign is taken of 0, if that is 0: say what it is" if found.signed else _TORN
        return Comparison("undecided", f"equal at {found.compared} points, but {why}", tried=True)
    indices = f", for all {found.index_values} values of the free indices" if found.index_values else ""
    return Comparison("same", f"equal at {found.compared} random points in {found.rounds} choices of sizes{indices}")


def _lost(found: Found) -> Comparison | None:
    """A verdict where exponents are so large at every point that a small difference is lost, as in σ(x) for x > 100."""
    said = f"equal at {found.compared} points, but with exponents so large that a small difference would not be seen"
    if found.calmest is None or found.calmest[0] == 0:
        return Comparison("undecided", said, tried=True) if all_hidden(found) else None
    largest, trial, place = found.calmest
    if is_approached(trial, found.i, found.j):
        return None
    told = _settled(Found(found.i, found.j), trial, place, apart=True)
    if told is None and largest <= TELLING and agree_in_a_thousand(trial, found.i, found.j, place):
        return None
    return told or Comparison("undecided", said, tried=True)


def _domain(found: Found, literals: Sequence[float]) -> Comparison:
    """Equal where both are defined: which side is undefined where the other is not, at the first such point."""
    first = found.lopsided[0]
    alike = [lopsided.point for lopsided in found.lopsided if lopsided.side == first.side]
    place = where(alike, [*found.defined, *found.agreeing()], literals)
    said = f"the {first.side} side is undefined{place} where the other is not ({first.why})"
    counterexample = shown({**first.point, first.side: None})
    return Comparison(
        "different", f"equal at {found.compared} points where both are defined, but {said}", counterexample, domain=True
    )


def _round(found: Found, trials: tuple[Trial, ...] | Cut) -> Comparison | None:
    """Compares over the trials of a round; a Comparison if they settle it."""
    if isinstance(trials, Cut):
        return Comparison("undecided", trials.why)
    found.rounds += 1
    found.wide += not (trials and trials[0].small)
    found.index_values = max(found.index_values, len(trials) if trials and trials[0].indices else 0)
    for trial in trials:
        verdict = _tried(found, trial)
        if verdict is not None:
            return verdict
    return None


def _tried(found: Found, trial: Trial) -> Comparison | None:
    sides = of_one_shape((trial.values[found.i], trial.values[found.j]), numpy_table())
    outside = next((side for side in sides if isinstance(side, OutOfRange)), None)
    if outside is not None:
        found.outside = found.outside or outside
        if isinstance(outside, NoEntry) and not all(isinstance(side, EvaluationError) for side in sides):
            found.one_outside = found.one_outside or outside
        return None
    verdict = _by_shapes(sides, trial)
    return _by_values(found, sides, trial) if verdict is None else verdict


def _by_shapes(sides: tuple[Any, Any], trial: Trial) -> Comparison | None:
    """A verdict if the shapes of both sides, or their having a value at all, settle it."""
    failed = errors(sides)
    if len(failed) == 2 and all(isinstance(error, ShapeMismatch) for error in failed):
        return Comparison("undecided", f"neither side has a value: {failed[0]}")
    for error in failed:
        if not isinstance(error, ShapeMismatch):
            return Comparison("undecided", str(error))
    if failed:
        side = "left" if sides[0] is failed[0] else "right"
        return Comparison("different", f"the {side} side has no value: {failed[0]}", dict(trial.points.sizes))
    shapes = [numpy_table().shape(side) for side in sides]
    if shapes[0] != shapes[1]:
        said = f"the left side is {written(shapes[0])}, the right side {written(shapes[1])}"
        return Comparison("different", said, dict(trial.points.sizes))
    return None


def _by_values(found: Found, sides: tuple[Any, Any], trial: Trial) -> Comparison | None:
    """Point by point, those that float64 sees a difference at first; what is not plain is settled in many digits."""
    import numpy as np  # 12 times the start of Python

    left, right = (np.broadcast_to(s, (POINTS, *s.shape[1:])).reshape(POINTS, -1) for s in sides)
    fine = np.isfinite(left).all(axis=1) & np.isfinite(right).all(axis=1)
    with np.errstate(all="ignore"):
        away = np.abs(left - right)
        gap = away / np.maximum(np.maximum(np.abs(left), np.abs(right)), 1e-300)
        apart = fine & (np.minimum(gap, away) > PLAIN).any(axis=1)
        gap = np.where(left == right, 0.0, gap).max(axis=1)
    found.varied |= bool((left[fine] != 0).any())
    smooth, enough = trial.smooth(), 1 if trial.small else CONFIRMED
    found.signed |= bool((apart & trial.signless()).any())
    if found.calmest is None or found.calmest[0] > 0:
        _note_calmest(found, trial, fine & smooth)
    lost = [np.isnan(side).any(axis=1) for side in (left, right)]
    for place in map(int, np.argsort(np.where(fine, -gap, 1.0))):
        if not smooth[place] or place >= trial.counted:
            continue  # sign(0) is a convention, not a value to differ in
        if lost[0][place] and lost[1][place] and found.undefined >= UNDEFINED:
            found.undefined += 1  # as at so many points before, looked at in many digits
            continue
        if lost[0][place] != lost[1][place] and len(found.lopsided) >= UNDEFINED:
            continue
        if fine[place] and gap[place] <= found.near and found.confirmed >= enough and not trial.exact:
            found.compared += 1
            found.agreed += [(trial, place)] if len(found.agreed) < MANY else []
            continue
        before = found.compared
        verdict = _settled(found, trial, place, bool(apart[place]))
        found.confirmed += bool(fine[place]) and found.compared > before  # 1/(1/0) is 0 in float64, and nothing exactly
        if verdict is not None:
            return verdict
    return None


def _note_calmest(found: Found, trial: Trial, fine: Any) -> None:
    if fine.any():
        largest = trial.largest_exponents()
        place = min((place for place in range(POINTS) if fine[place]), key=lambda place: largest[place])
        if found.calmest is None or largest[place] < found.calmest[0]:
            found.calmest = (float(largest[place]), trial, place)


def _settled(found: Found, trial: Trial, place: int, apart: bool) -> Comparison | None:
    """One point at fifty digits. What is not equal there counts only if it is certain with a bound on all rounding;
    what plainly differs is looked at with that bound at once.
    """
    if not apart and _agree(found, trial, place):
        return None
    values = _certain(found, trial, place, apart)
    failed = errors(values)
    for error in failed:
        if isinstance(error, TooMuchWork):
            return Comparison("undecided", str(error))
    if len(failed) == 2 or (failed and isinstance(failed[0], Pole)):
        found.undefined += 1  # an isolated point, or one beyond two hundred digits, says nothing
        found.beyond += len(failed) == 1 and isinstance(failed[0], TooLarge)
        found.holes += failed if is_hole(failed, trial, place) else []
        found.torn |= apart and trial.exact
    elif failed:
        side = "left" if isinstance(values[0], EvaluationError) else "right"
        found.lopsided.append(Lopsided(side, failed[0], trial.shown(place)))
    elif meet(*values, moved=_moved(trial)):
        if _agree(found, trial, place, NEARLY):
            return None
        found.met(trial, place, hidden=hides(*values))
    else:
        left, right = (plain(value[0]) for value in values)
        point = shown({**trial.shown(place), "left": left, "right": right}, exact=_moved(trial))
        by = f", by {difference(*values)}" if point["left"] == point["right"] else ""
        return Comparison("different", f"the two sides differ at this point{by}", point)
    return None


def _certain(found: Found, trial: Trial, place: int, apart: bool) -> tuple[Any, Any]:
    """Both sides with bounds: where they seem apart of few digits first, and of many if few leave anything open."""
    for digits in (FIRST, CERTAIN) if apart else (CERTAIN,):
        table = certain_table(digits)
        values = of_one_shape((trial.certain(found.i, place, digits), trial.certain(found.j, place, digits)), table)
        if not errors(values) and not meet(*values):
            break
    return values


def _agree(found: Found, trial: Trial, place: int, within: float = SETTLED) -> bool:
    """Whether both sides are equal to fifty digits at a point, or nearly so."""
    values = of_one_shape((trial.precise(found.i, place), trial.precise(found.j, place)), precise_table())
    if errors(values) or gap(*values) > within or hides(*values):
        return False
    found.compared += 1
    if len(found.defined) < MANY:
        found.defined.append(trial.shown(place))
    return True


def _moved(trial: Trial) -> bool:
    """Whether the points were moved onto equations, to as many digits as are computed with."""
    return any({"=", "succ"} & set(chain.relations) for chain in trial.plan.context.constraints)
