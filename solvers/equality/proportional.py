"""Proportional: the ratio of the two sides must not depend on the variable that is meant.

Which variable is meant: what the caller says; else the arguments before the bar of the function on the left (h in
p(h | v)), or its free indices; for vectors, the entry. Without any of these the names that stand on both sides are
asked: if the ratio depends on some and not on others, the line is undecided, since the reader cannot know either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from solvers.equality.ground import COUNT, Ground, base_of, flat, rows
from solvers.equality.judgement import Judgement
from solvers.equality.sample import Points
from solvers.formula.context import Context, dimensions
from solvers.formula.nodes import Apply, Big, Call, Index, Member, Node, names, walk
from solvers.formula.operators import GREEK
from solvers.formula.tables.table import EvaluationError, ShapeMismatch

ROUNDS = (True, False, False)  # small whole numbers first
FILTER, SETTLED = 1e-10, Decimal("1e-20")
CONFIRMED = 3
VARIABLE_LETTERS = frozenset("hstuvwxyz")
MAX_NAMED = 12


@dataclass(slots=True)
class _Ratio:
    """What was seen of the ratio while some names were varied."""

    compared: int = 0
    confirmed: int = 0
    signs: set[int] = field(default_factory=set)
    only_zero: bool = True
    counterexample: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    left: Node
    right: Node
    ground: Ground
    batches: tuple[Points, ...]

    @property
    def sides(self) -> tuple[Node, Node]:
        return self.left, self.right


def judge_proportional(
    left: Node, right: Node, context: Context, seed: int, variables: Sequence[str] | None = None
) -> Judgement:
    """Whether left/right is constant in the variables meant; `notes` say in what it holds and what the factor is of."""
    ground = Ground(context, (left, right), seed)
    claim = _Claim(left, right, ground, tuple(ground.draw(small) for small in ROUNDS))
    free = _free(claim)
    everything = _varied(claim, free)
    if everything.counterexample is None:
        return _constant(everything, (), ())
    meant = tuple(variables) if variables is not None else _meant(left, free)
    if meant:
        return _judged_in(claim, meant, free, variables is not None)
    alone = _varied(claim, ())
    if alone.counterexample is not None:  # entries of one vector at one point
        return _refuted(claim, alone, "the ratio of the two sides is not the same for all entries")
    if _entries(claim) > 1:
        return _constant(alone, ("entry",), _dependent(claim, free))
    return _by_convention(claim, free)


def constant_ratio(left: Node, right: Node, context: Context, seed: int) -> bool:
    """Whether left = c right with one number c that is not zero, at every point tried. Not said of two numbers."""
    ground = Ground(context, (left, right), seed)
    claim = _Claim(left, right, ground, tuple(ground.draw(small) for small in ROUNDS))
    ratio = _varied(claim, _free(claim))
    return _changes(claim) and ratio.counterexample is None and ratio.compared >= COUNT and not ratio.only_zero


def _changes(claim: _Claim) -> bool:
    """Whether the right side is not the same number at all points."""
    import numpy as np  # 12 times the start of Python

    points = claim.batches[-1]
    for indices in claim.ground.assignments(points.sizes):
        (value,) = claim.ground.arrays((claim.right,), points, indices)
        if hasattr(value, "shape") and not np.allclose(value, value.reshape(-1)[0], rtol=1e-9, atol=0.0):
            return True
    return False


def _judged_in(claim: _Claim, meant: tuple[str, ...], free: tuple[str, ...], told: bool) -> Judgement:
    """The verdict where the variables are known."""
    unknown = [name for name in meant if name not in free]
    if unknown and len(unknown) == len(meant):
        return Judgement("undecided", f"{', '.join(unknown)} cannot be varied by itself here")
    chosen = tuple(name for name in meant if name in free)
    ratio = _varied(claim, chosen)
    if ratio.counterexample is None:
        return _constant(ratio, chosen, _dependent(claim, [n for n in free if n not in chosen]))
    failing = _dependent(claim, chosen)
    parameters = [name for name in failing if _greek(name)]
    if not told and len(parameters) == len(failing) < len(chosen):
        said = f"it holds unless {', '.join(failing)} is a variable too: the factor depends on it"
        return Judgement("undecided", said)
    if _of_separate_tables(claim):
        return Judgement("undecided", "the distributions are declared separately: they need not belong together")
    return _refuted(claim, ratio, f"the factor depends on {', '.join(failing or chosen)}")


def _by_convention(claim: _Claim, free: tuple[str, ...]) -> Judgement:
    """The verdict where only the names themselves tell which is the variable."""
    used = [claim.ground.used((side,)) for side in claim.sides]
    shared = [name for name in free if all(name in names for names in used)]
    plausible = [name for name in shared if _conventional(claim, name)] or shared
    dependent = _dependent(claim, free)
    held = tuple(name for name in plausible if name not in dependent)
    failing = [name for name in plausible if name in dependent]
    if held and not failing:
        ratio = _varied(claim, held)
        if ratio.counterexample is None:
            return _constant(ratio, held, dependent)
    if held:
        said = f"it holds as a function of {', '.join(held)}, and not of {', '.join(failing or dependent)}"
        return Judgement("undecided", f"{said}: which is the variable is not said")
    if _of_separate_tables(claim):
        return Judgement("undecided", "the distributions are declared separately: they need not belong together")
    moved = tuple(failing or dependent)
    return _refuted(claim, _varied(claim, moved), f"the factor depends on {', '.join(moved)}")


def _constant(ratio: _Ratio, held: Sequence[str], dependent: Sequence[str]) -> Judgement:
    if not ratio.compared:
        return Judgement("undecided", "no point was found where both sides have a value")
    if ratio.only_zero:
        return Judgement("undecided", "the left side is zero wherever it was tried")
    notes = []
    if held and dependent:
        what = "the same for all entries" if tuple(held) == ("entry",) else f"proportional in {', '.join(held)}"
        notes.append(f"{what}: the factor depends on {', '.join(dependent)}")
    if ratio.signs == {-1}:
        notes.append("the factor is negative")
    elif len(ratio.signs) == 2:
        notes.append("the factor changes its sign")
    return Judgement("valid", f"the ratio of the two sides is the same at {ratio.compared} points", notes=tuple(notes))


def _refuted(claim: _Claim, ratio: _Ratio, said: str) -> Judgement:
    return Judgement("wrong", said, ratio.counterexample)


# ---- which variable


def variables_meant(sides: Sequence[Node]) -> tuple[str, ...]:
    """What a chain of proportionalities is meant in: the arguments before the bar of its first side that has some.

    p(h | v) ∝ exp(a'v + b'h) ∝ exp(b'h): the second step is meant in h too, which only the first side says.
    """
    return next((tuple(sorted(found)) for side in sides if (found := _arguments(side))), ())


def _free(claim: _Claim) -> tuple[str, ...]:
    """What may be varied: the sampled names that the sides depend on, and the free indices."""
    used = claim.ground.used(claim.sides)
    declared = claim.ground.plan.declared
    sampled = {base_of(key) for key in claim.batches[0].values}
    tables = {n for n in sampled if (d := declared.get(n)) is not None and d.domain == "distribution"}
    shaped = {n for key in used & sampled if key in declared for size in dimensions(declared[key]) for n in names(size)}
    sizes = (used & set(claim.ground.plan.sizes)) - shaped
    return (*sorted(((used & sampled) - tables) | sizes), *(name for name, _ in claim.ground.plan.indices))


def _meant(left: Node, free: Sequence[str]) -> tuple[str, ...]:
    """The variables that the left side's own form names."""
    found = _arguments(left)
    if not found:
        found = {n for node in walk(left) if isinstance(node, (Index, Member)) for i in node.indices for n in names(i)}
        bound = {b.name.text for node in walk(left) for b in getattr(node, "binders", ())}
        found -= bound
    return tuple(name for name in free if name in found)


def _arguments(node: Node) -> set[str]:
    """The names before the bar: of p(h | v), of N(x; mu, s), and of p(v, h)/p(v) or p(v, h)/sum_h p(v, h): h."""
    if isinstance(node, Apply):
        return {n for arg in node.args for n in names(arg)}
    if isinstance(node, Call) and node.op == "gaussian":
        return set(names(node.args[0]))
    if isinstance(node, Call) and node.op == "div":
        above, below = (_arguments(arg) for arg in node.args)
        return above - below
    if isinstance(node, Big):
        return _arguments(node.body) - {binder.name.text for binder in node.binders}
    if isinstance(node, Call) and node.op in {"mul", "dot", "times"}:
        return set().union(*(_arguments(arg) for arg in node.args))
    return set()


def _conventional(claim: _Claim, name: str) -> bool:
    """Whether a name is a variable by custom: x, y, z, h, ..., or one with a finite set of values."""
    declared = claim.ground.plan.declared.get(name)
    finite = declared is not None and declared.domain.startswith("{")
    return finite or (name[0] in VARIABLE_LETTERS and not _greek(name))


def _greek(name: str) -> bool:
    return name.partition("_")[0] in GREEK


def _of_separate_tables(claim: _Claim) -> bool:
    """Whether distributions of one name are declared apart: nothing ties p(h | v) to p(v | h) and p(h)."""
    applied = {(n.name, n.args, n.given) for side in claim.sides for n in walk(side) if isinstance(n, Apply)}
    return any(
        name not in claim.ground.context.definitions and sum(other == name for other, _, _ in applied) > 1
        for name, _, _ in applied
    )


def _dependent(claim: _Claim, free: Iterable[str]) -> tuple[str, ...]:
    """The names that the ratio changes with, each varied alone."""
    return tuple(n for n in list(free)[:MAX_NAMED] if _varied(claim, (n,)).counterexample is not None)


def _entries(claim: _Claim) -> int:
    points = claim.batches[0]
    indices = next(claim.ground.assignments(points.sizes), {})
    (value,) = claim.ground.arrays((claim.left,), points, indices)
    return int(rows(value, COUNT).shape[1]) if hasattr(value, "shape") else 1


# ---- the ratio


def _varied(claim: _Claim, varied: Sequence[str]) -> _Ratio:
    """The ratio at points and at the same points with the names `varied` moved; entries are always compared."""
    ratio = _Ratio()
    for points in claim.batches:
        moved = _moved(points, varied)
        assignments = list(claim.ground.assignments(points.sizes))
        indexed = {name for name, _ in claim.ground.plan.indices} & set(varied)
        pools = [assignments] if indexed else [[indices] for indices in assignments]
        if indexed and len(claim.ground.plan.indices) > len(indexed):
            pools = _pools(assignments, indexed)
        for pool in pools:
            _observed(claim, ratio, [(p, indices) for p in (points, moved) for indices in pool], set(varied))
            if ratio.counterexample is not None:
                return ratio
    return ratio


def _pools(assignments: list[dict[str, int]], indexed: set[str]) -> list[list[dict[str, int]]]:
    """The assignments that agree in the indices that are not varied."""
    pools: dict[tuple[int, ...], list[dict[str, int]]] = {}
    for indices in assignments:
        key = tuple(value for name, value in indices.items() if name not in indexed)
        pools.setdefault(key, []).append(indices)
    return list(pools.values())


def _moved(points: Points, varied: Sequence[str]) -> Points:
    """Each point with the values that the next point has for some names; a size grows by one."""
    import numpy as np  # 12 times the start of Python

    values = {k: np.roll(a, 1, axis=0) if base_of(k) in varied else a for k, a in points.values.items()}
    sizes = {name: size + (name in varied) for name, size in points.sizes.items()}
    return Points(sizes, values)


def _observed(claim: _Claim, ratio: _Ratio, places: list[tuple[Points, dict[str, int]]], varied: set[str]) -> None:
    """Adds what the places say about the ratio at each of the points."""
    import numpy as np  # 12 times the start of Python

    lefts, rights = [], []
    allowed = np.ones(COUNT, dtype=bool)
    for points, indices in places:
        left, right = claim.ground.arrays(claim.sides, points, indices)
        _check(left, right)
        lefts.append(rows(left, COUNT))
        rights.append(rows(right, COUNT))
        allowed &= claim.ground.allowed(points)
    left, right = np.concatenate(lefts, axis=1), np.concatenate(rights, axis=1)
    gap = _gap(left, right)
    fine = np.isfinite(left).all(axis=1) & np.isfinite(right).all(axis=1) & allowed & np.isfinite(gap)
    for place in np.argsort(np.where(fine, -gap, 1.0)):
        if not fine[place]:
            continue
        ratio.only_zero &= bool((left[place] == 0).all())
        pivot = np.argmax(np.abs(right[place]))
        ratio.signs.add(int(np.sign(left[place, pivot] * right[place, pivot])) or 1)
        if gap[place] > FILTER or ratio.confirmed < CONFIRMED:
            if _differs(claim, places, int(place)):
                ratio.counterexample = _two_points(claim, places, int(place), varied)
                return
            ratio.confirmed += 1
        ratio.compared += 1


def _check(left: Any, right: Any) -> None:
    for side in (left, right):
        if isinstance(side, EvaluationError):
            raise side
        if not hasattr(side, "shape"):
            raise EvaluationError("a side is a matrix of unknown size")
    if left.shape[1:] != right.shape[1:]:
        raise ShapeMismatch("the two sides have different sizes, so that no factor relates them")


def _gap(left: Any, right: Any) -> Any:
    """How far from one ratio the entries of each row are, through products: 0 where left = c right."""
    import numpy as np  # 12 times the start of Python

    with np.errstate(all="ignore"):
        pivot = np.argmax(np.abs(right), axis=1)[:, None]
        a = left * np.take_along_axis(right, pivot, 1)
        b = np.take_along_axis(left, pivot, 1) * right
        gap = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300)
        gap = np.where(a == b, 0.0, gap).max(axis=1)
    vanishing = (right == 0).all(axis=1) & (left != 0).any(axis=1)
    return np.where(vanishing, 1.0, gap)


def _differs(claim: _Claim, places: list[tuple[Points, dict[str, int]]], place: int) -> bool:
    """Whether the ratio differs at one point, at fifty and at two hundred digits."""
    for digits in (50, 200):
        left: list[Any] = []
        right: list[Any] = []
        for points, indices in places:
            point = claim.ground.point(points, place)
            sides = claim.ground.exactly(claim.sides, point, points, indices, digits)
            if any(isinstance(side, EvaluationError) for side in sides):
                return False
            left += flat(sides[0])
            right += flat(sides[1])
        pivot = max(range(len(right)), key=lambda k: abs(right[k]))
        vanishing = right[pivot] == 0 and any(entry != 0 for entry in left)
        products = [(x * right[pivot], left[pivot] * y) for x, y in zip(left, right, strict=True)]
        if not vanishing and all(abs(a - b) <= SETTLED * max(abs(a), abs(b)) for a, b in products):
            return False
    return True


def _two_points(
    claim: _Claim, places: list[tuple[Points, dict[str, int]]], place: int, varied: set[str]
) -> dict[str, Any]:
    """A point, and what is different at the second one under "second ..."."""
    found: dict[str, Any] = {}
    for points, indices in (places[0], places[-1]):
        point = claim.ground.point(points, place)
        left, right = claim.ground.exactly(claim.sides, point, points, indices, 50)
        shown = claim.ground.shown(claim.sides, point, points, indices, left, right)
        more = {f"second {n}": v for n, v in shown.items() if found and found.get(n) != v}
        found = {**found, **more} if found else shown
    return found
