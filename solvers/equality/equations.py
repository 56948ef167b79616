"""Equations from equations: points that solve the premises are found, and the conclusion is tried there.

An implication is no identity: 0 = 2 X^T (X w - y) holds for no random w, and says everything about one that solves it.
Refuted is certain (a point that solves the premises to forty digits and not the conclusion); valid means that the
conclusion held on every solution found, from random starts, for each name as the unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from solvers.equality.borders import (
    beside_roots,
    beside_tiny,
    divides_by_nothing,
    divides_by_zero,
    hangs_on_digits,
    in_whole_numbers,
    jumps,
    met_by_rounding,
)
from solvers.equality.extremes import around, at_bounds, extreme, movable_keys, speaks_of_far, wide
from solvers.equality.ground import ORDER, Ground, base_of, exact_arithmetic, flat, said_of
from solvers.equality.judgement import Judgement
from solvers.equality.proportional import constant_ratio
from solvers.equality.refine import as_drawn, refined
from solvers.equality.sample import Points
from solvers.equality.scanned import missed
from solvers.equality.solve import System, distinct, movable, solved, within
from solvers.equality.standing import (
    EQUALITIES,
    KNOWN,
    Relation,
    Standing,
    admitted,
    doubts,
    relations_of,
    stands,
    worst,
)
from solvers.equality.whole_counts import whole_solutions, with_large_counts
from solvers.formula.context import Context
from solvers.formula.env import TooMuchWork
from solvers.formula.nodes import Call, Chain, Name, Node, free_names, walk
from solvers.formula.remembered import remembered
from solvers.formula.tables.table import EvaluationError, ShapeMismatch

MAX_NAMES = 8
TRIED, TRUSTED = 3, 2  # solutions of a batch that are taken to many digits: doubtful ones, and all
DOUBTFUL = 1e-7
PATIENT = 1  # of them, how many roots of higher order are followed
SHOWN = 50  # digits of the two sides in a counterexample
ENOUGH = 2
LOST = 3  # one in so many solutions without a value of the conclusion may be a branch of them that is lost
BORDERS = 3  # points on a border that are looked around at


@dataclass(slots=True)
class _Seen:
    """How the conclusion stood at the solutions found: "unclear" is lost in rounding, "level" may be equal."""

    searches: int = 0
    held: int = 0
    undefined: int = 0
    lost: float = 0.0
    found: float = 0.0
    unclear: int = 0
    level: int = 0
    without: dict[str, Any] | None = None  # a solution, known exactly, at which the conclusion divides by zero


@dataclass(frozen=True, slots=True)
class _Case:
    """Premises and conclusion on one ground."""

    system: System
    conditions: tuple[Relation, ...]
    conclusion: tuple[Relation, ...]
    ground: Ground

    @property
    def nodes(self) -> list[Node]:
        found = list(self.system.equations)
        return found + [side for r in (*self.conditions, *self.conclusion) for side in (r.left, r.right)]


def follows(premises: Sequence[Chain], conclusion: Chain, context: Context, seed: int = 0) -> Judgement:
    """Whether the conclusion holds at every point where all the premises do."""
    return _guarded(premises, conclusion, context, seed)[0]


def equivalent(first: Chain, second: Chain, context: Context, seed: int = 0) -> Judgement:
    """Whether two equations (or inequalities) have the same solutions."""
    if first == second:
        return Judgement("valid", "identical form")
    there, forth = _guarded((first,), second, context, seed)
    if there.verdict == "wrong":
        return replace(there, evidence=f"the first does not imply the second: {there.evidence}")
    back, reverse = _guarded((second,), first, context, seed)
    if back.verdict == "wrong":
        said = back.evidence.replace("the first holds and the second", "the second holds and the first")
        return replace(back, evidence=f"the second does not imply the first: {said}")
    notes = tuple(dict.fromkeys((*there.notes, *back.notes)))
    for verdict, text in (
        (there, "whether the second follows from the first"),
        (back, "whether the first follows back"),
    ):
        if verdict.verdict == "undecided":
            return replace(verdict, evidence=f"{text} is open: {verdict.evidence}", notes=notes)
    said = f"each holds wherever the other was found to hold: at {forth} and {reverse} points"
    said = said if forth and reverse else there.evidence
    return Judgement("valid", said, None, there.domain or back.domain, notes)


@remembered
def _guarded(premises: Sequence[Chain], conclusion: Chain, context: Context, seed: int) -> tuple[Judgement, int]:
    """The judgement, and at how many points the conclusion held; what cannot be sampled or solved is undecided."""
    try:
        with exact_arithmetic():
            return _followed(premises, conclusion, context, seed)
    except EvaluationError as error:
        return Judgement("undecided", str(error)), 0
    except RecursionError:
        return Judgement("undecided", "the formulas and definitions are nested too deep"), 0


def _followed(premises: Sequence[Chain], conclusion: Chain, context: Context, seed: int) -> tuple[Judgement, int]:
    facts = [relation for chain in (*premises, *_tied(context)) for relation in relations_of(chain)]
    wanted = relations_of(conclusion, KNOWN | {"~="})
    sides = [side for relation in (*facts, *wanted) for side in (relation.left, relation.right)]
    ground = Ground(context, sides, seed)
    if not ground.within_range(sides):
        raise EvaluationError("how far the index runs is not said: declare its range")
    equations = tuple(r.gap for r in facts if r.sign in EQUALITIES)
    conditions = tuple(r for r in facts if r.sign not in EQUALITIES)
    case = _Case(System(equations, ground), conditions, tuple(wanted), ground)
    seen = _Seen()
    spent = ""
    for system, points, unknown in _searches(case):
        if not ground.all_indices(points.sizes):
            continue  # a premise must hold for every index before it is said to hold
        try:
            verdict = _tried(replace(case, system=system), points, unknown, seen)
        except TooMuchWork as error:
            spent = str(error)
            break
        if verdict is not None:
            return verdict, seen.held
        seen.searches += 1
    if spent and seen.searches < _first(case):
        return Judgement("undecided", spent), seen.held
    if not seen.held and _same_equation(facts, wanted, context, seed):
        if not seen.undefined:
            return Judgement("valid", "the sides differ by the same in both, up to a constant factor"), 0
        if seen.without is not None:
            return Judgement("wrong", "at this point the first holds and the second divides by zero", seen.without), 0
    return _concluded(case, premises, seen), seen.held


def _same_equation(facts: Sequence[Relation], wanted: Sequence[Relation], context: Context, seed: int) -> bool:
    """Whether one equation is the other with terms moved, or multiplied by a number: so even without a solution."""
    if len(facts) != 1 or len(wanted) != 1 or not {facts[0].sign, wanted[0].sign} <= EQUALITIES:
        return False
    return constant_ratio(wanted[0].gap, facts[0].gap, context, seed)


def _tied(context: Context) -> list[Chain]:
    """The constraints that are equations: a solution must keep to them."""
    return [chain for chain in context.constraints if set(chain.relations) <= EQUALITIES]


def _searches(case: _Case) -> Iterator[tuple[System, Points, tuple[str, ...]]]:
    """Points to start from, and the keys that are unknown: each name alone, then all together."""
    ground, system = case.ground, case.system
    names = {base_of(key) for key in movable(ground, system.equations, ground.draw(small=True))}
    isolated = _isolated(case.conclusion)
    for small in (True, False, True, False) if not names else ():
        points = ground.draw(small)
        yield system, points, ()
        yield system, extreme(ground, points), ()
        if (ends := at_bounds(ground, points)) is not None:
            yield system, ends, ()
    if not names and speaks_of_far(ground):
        points = ground.draw()
        yield system, wide(ground, points, movable_keys(ground, points)), ()
    asked = frozenset().union(*map(_free, case.conditions))
    if not names and (large := with_large_counts(ground, asked, ground.draw())) is not None:
        yield system, large, ()
    for found in whole_solutions(system, ground.draw()) if not names else ():
        yield system, found, ()
    groups = [{name} for name in sorted(names, key=lambda n: (n not in isolated, n))[:MAX_NAMES]]
    groups += [names] if len(names) > 1 else []
    for group in groups:  # the least that a verdict rests on (see `_first`)
        points = ground.draw(small=True)
        yield system, points, _keys(case, points, group)
    for group in groups:
        points = ground.draw()
        yield system, points if group != names else extreme(ground, points), _keys(case, points, group)
    for group in groups:
        points = ground.draw()
        keys = _keys(case, points, group)
        yield system, wide(ground, points, keys), keys
    yield from _boundaries(case)
    if names:
        points = ground.draw()
        numbers = [key for group in groups if len(group) == 1 for key in _keys(case, points, group)]
        yield from missed(system, case.conclusion, points, numbers)


def _first(case: _Case) -> int:
    """How many searches must be done before the work runs out: each name as the unknown, and all together."""
    names = {base_of(key) for key in movable(case.ground, case.system.equations, case.ground.draw(small=True))}
    return min(len(names), MAX_NAMES) + (len(names) > 1) if names else ENOUGH


def _keys(case: _Case, points: Points, names: set[str]) -> tuple[str, ...]:
    return tuple(key for key in movable(case.ground, case.system.equations, points) if base_of(key) in names)


def _boundaries(case: _Case) -> Iterator[tuple[System, Points, tuple[str, ...]]]:
    """Where an inequality is an equality, and on both sides of it: there it is that regions stick out."""
    for relation in (*case.conditions, *case.conclusion):
        if relation.sign not in ORDER:
            continue
        border = System((*case.system.equations, relation.gap), case.ground)
        if jumps(case.conclusion, case.ground.context):
            yield from in_whole_numbers(border, MAX_NAMES)
        if not case.system.equations:
            yield from ((case.system, points, ()) for points in beside_tiny(border))
        for small in (True, False):
            points = case.ground.draw(small)
            keys = movable(case.ground, (relation.gap,), points)
            yield border, points, tuple(keys)
            starts = solved(border, points, keys) if not case.system.equations else []
            if starts:
                found = starts[0].points
                for scale in (0.3, 0.01):
                    yield (
                        case.system,
                        around(case.ground, found, [start.place for start in distinct(starts, BORDERS)], scale),
                        (),
                    )
    for relation in (*case.conditions, *case.conclusion) if not case.system.equations else ():
        if relation.sign in ORDER:
            border = System((relation.gap,), case.ground)
            yield from ((case.system, points, ()) for points in beside_roots(border))


def _isolated(relations: Sequence[Relation]) -> set[str]:
    return {side.text for r in relations for side in (r.left, r.right) if isinstance(side, Name)}


# ---- at the solutions


def _tried(case: _Case, points: Points, unknown: tuple[str, ...], seen: _Seen) -> Judgement | None:
    """Solves from these points and tries the conclusion; a Judgement if a solution breaks it."""
    broken: list[dict[str, Any]] = []
    for solution, at, weight in _solutions(case, points, unknown):
        if not _admitted(case, solution, at, unknown):
            continue
        try:
            outcome = _outcome(case, solution, at)
        except ShapeMismatch as error:
            return case.ground.mismatched(error, case.nodes, at)
        if isinstance(outcome, dict):
            broken.append(outcome)
            continue
        seen.held += outcome == "held"
        seen.undefined += outcome == "undefined"
        if outcome == "undefined" and divides_by_zero(case.conclusion, case.ground, solution, at):
            seen.without = seen.without or case.ground.shown(case.nodes, solution, at, {})
        seen.lost += weight * (outcome == "undefined")
        seen.found += weight
        seen.unclear += outcome == "unclear"
        seen.level += outcome == "level"
    if not broken:
        return None
    plainest = max(broken, key=_plainness)
    return Judgement("wrong", "at this point the first holds and the second does not", plainest)


def _solutions(case: _Case, points: Points, unknown: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], Points, float]]:
    """Exact points that satisfy the equations of the premises, and how many of those found each stands for.

    Those where float64 doubts the conclusion go first, and a few of the others.
    """
    if not unknown:
        points, found = as_drawn(case.system, points)
        yield from ((point, points, 1.0) for point in found)
        return
    starts = solved(case.system, points, unknown)
    apart = doubts(case.ground, case.conclusion, starts[0].points) if starts else []
    doubtful = [start for start in starts if apart[start.place] > DOUBTFUL]
    others = [start for start in starts if apart[start.place] <= DOUBTFUL]
    for group, most in ((doubtful, TRIED), (others, TRUSTED)):
        chosen = distinct(group, most)
        for number, start in enumerate(chosen):
            root = refined(case.system, start, unknown, patient=number < PATIENT)
            if root is not None:
                yield root, start.points, len(group) / len(chosen)


def _admitted(case: _Case, point: Mapping[str, Any], points: Points, unknown: tuple[str, ...]) -> bool:
    """Whether a solution lies in the declared domains and meets the premises that are inequalities."""
    if not within(case.ground, point, unknown) or not admitted(case.ground, point, points):
        return False
    return all(stands(case.ground, relation, point, points)[0] == "held" for relation in case.conditions)


def _outcome(case: _Case, point: dict[str, Any], points: Points) -> Standing | dict[str, Any]:
    """How the conclusion stands at a solution, or the point that breaks it, for people."""
    outcomes: list[Standing] = []
    for relation in case.conclusion:
        standing, indices = stands(case.ground, relation, point, points)
        if standing == "broken" and (
            divides_by_nothing(relation, case.ground, point, points, indices)
            or hangs_on_digits(relation, case.ground, point, points, indices)
            or met_by_rounding(case.conditions, relation, case.ground, point, points)
        ):
            outcomes.append("unclear")
            continue
        if standing == "broken":
            sides = case.ground.exactly((relation.left, relation.right), point, points, indices, SHOWN)
            left, right = (None if hasattr(side, "kind") else side for side in sides)
            return case.ground.shown(case.nodes, point, points, indices, left, right)
        outcomes.append(standing)
    return worst(outcomes)


def _free(relation: Relation) -> frozenset[str]:
    return free_names(relation.left) | free_names(relation.right)


def _plainness(point: Mapping[str, Any]) -> int:
    return sum(isinstance(e, int) for v in point.values() for e in flat(_tupled(v)))


def _tupled(value: Any) -> Any:
    return tuple(_tupled(entry) for entry in value) if isinstance(value, list) else value


# ---- the verdict


def _concluded(case: _Case, premises: Sequence[Chain], seen: _Seen) -> Judgement:
    total = seen.held + seen.undefined + seen.unclear + seen.level
    if not total:
        where = " and ".join(said_of(chain) for chain in premises) or "the premises"
        return Judgement("undecided", f"no point was found where {where} holds")
    if seen.level or seen.unclear * 4 > total:
        return Judgement("undecided", f"too close to call at {seen.level + seen.unclear} of {total} points")
    if seen.held < ENOUGH:
        return Judgement(
            "undecided", f"the second has a value at {seen.held} of {total} points where the first holds: too few"
        )
    said = f"the second holds at all {seen.held} points found where the first does"
    region = seen.undefined * 4 > total and any(premise.sign in ORDER for premise in case.conditions)  # log x <= 1
    if seen.lost * LOST <= seen.found and not region:
        notes = (f"at {seen.undefined} of {total} points the second has no value",) if seen.undefined else ()
        return Judgement("valid", said, None, seen.undefined > 0, notes)
    if any(_inverts(node, case.ground.context) for r in case.conclusion for node in (r.left, r.right)):
        return Judgement("valid", said, None, True, ("where the inverse exists",))
    said = f"at {seen.undefined} of {total} points where the first holds the second has no value: solutions may be lost"
    return Judgement("undecided", said, domain=True)


def _inverts(node: Node, context: Context) -> bool:
    """Whether a matrix is inverted: that it can be is then taken for granted."""
    for inner in walk(node):
        if isinstance(inner, Call) and inner.op == "inv":
            return True
        if (
            isinstance(inner, Call)
            and inner.op == "pow"
            and isinstance(inner.args[1], Call)
            and inner.args[1].op == "neg"
        ):
            declared = [context.scope.names.get(n.text) for n in walk(inner.args[0]) if isinstance(n, Name)]
            if any(d is not None and d.shape is not None and len(d.shape) == 2 for d in declared):
                return True
    return False
