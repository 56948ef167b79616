"""The test bench: a few fixed points at which the true side is known, and every candidate is tried before it is judged.

It is a filter. A candidate that passes is still to be confirmed by `compare`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Literal

from engine.derivation.diagnosis.deadline import METER
from solvers.equality.constraints import constrained
from solvers.equality.sample import Plan, Points, draw, plan
from solvers.formula.context import Context
from solvers.formula.env import Budget
from solvers.formula.evaluate import Env, evaluate, whole
from solvers.formula.nodes import Call, Name, Node, Num, SetOf, names, walk
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.table import EvaluationError

POINTS, ROUNDS, ASSIGNMENTS, DRAWS = 4, 3, 3, 8
MAX_INDICES = 64
CALL = 2  # steps that an evaluation costs by itself
NEAR, CLOSE = 1e-8, 1e-13  # relative; the closer one where two sides differ by a small constant only
STEPS, MOST_STEPS = 100_000, 120_000  # of one evaluation; of the true side at all points together
Mode = Literal["calm", "positive", "wide"]
Values = list[Any]  # one array (points, *shape) for each of the bench's environments, or None where there is no value


@dataclass(slots=True)
class Bench:
    """Points, and what the true side is worth at them."""

    envs: list[Env]
    target: Values
    seen: dict[Node, Values] = field(default_factory=dict)
    tolerance: float = NEAR
    kept: list[dict[Node, Any]] = field(default_factory=list)

    def finite(self) -> float:
        """At which share of the points the true side has a value."""
        import numpy as np  # 12 times the start of Python

        found = [np.isfinite(wanted.reshape(wanted.shape[0], -1)).all(axis=1) for wanted in self.target]
        return float(np.concatenate(found).mean())

    def keep(self, side: Node) -> None:
        """Keeps what the sums and products on top of a side are made of: most candidates change one of them."""
        self.kept = [{part: value(part, env) for part in pieces(side)} for env in self.envs]

    def values(self, node: Node) -> Values:
        """The node's value in every environment, kept."""
        if node not in self.seen:
            self.seen[node] = [value(node, env) for env in self.envs]
        return self.seen[node]

    def matches(self, node: Node) -> bool:
        """Whether the node has the true side's value at every point; stops at the first where it has not."""
        targets = enumerate(self.target)
        return all(near(self._found(node, place), wanted, self.tolerance) for place, wanted in targets)

    def _found(self, node: Node, place: int) -> Any:
        """The node's value in one environment, from what was kept where that will do."""
        env = self.envs[place]
        known = self.kept[place] if self.kept else {}
        if node in known:
            return known[node]
        if not isinstance(node, Call) or node.op not in SPLIT or any(isinstance(arg, Num) for arg in node.args):
            return value(node, env)
        values = [self._found(arg, place) for arg in node.args]
        if any(found is None for found in values):
            return value(node, env)  # the identity, or zeros of any size, have no value by themselves
        stand_ins = tuple(Name(f"\x00{number}") for number in range(len(values)))
        held = {**env.values, **{name.text: found for name, found in zip(stand_ins, values, strict=True)}}
        return value(Call(node.op, stand_ins), replace(env, values=held))


SPLIT = frozenset({"add", "sub", "mul", "times", "hadamard"})


def pieces(side: Node) -> list[Node]:
    """A side, and the operands of the sums and products on top of it, down to what is neither."""
    found = [side]
    if isinstance(side, Call) and side.op in SPLIT:
        for arg in side.args:
            found += pieces(arg)
    return found


def bench(left: Node, right: Node, context: Context, seed: int = 0, mode: Mode = "calm") -> Bench | str:
    """The bench for a step: near 1, near 1 with every real number positive, or at every scale; a sentence if the true
    side has no value.
    """
    import numpy as np  # 12 times the start of Python

    generator = np.random.default_rng(seed)
    needed = plan(context, (left, right))
    envs: list[Env] = []
    before: list[Points] = []
    try:
        for _ in range(ROUNDS):
            points: Points | str = "no points"
            for drawn in _varied(needed, (left, right), before, generator):
                points = constrained(drawn if mode == "wide" else tamed(drawn, needed, mode == "positive"), context)
                if not isinstance(points, str):
                    break  # sizes may have to meet a condition: n > d
            if isinstance(points, str):
                return points
            before.append(points)
            envs += [environment(needed, points, indices) for indices in _assignments(needed, points.sizes)]
    except EvaluationError as error:
        return str(error)
    kept, spent = [], 0
    for env in envs:
        wanted = value(left, env)
        spent += STEPS - (env.budget.left if env.budget is not None else STEPS)
        if wanted is not None:
            kept.append((env, wanted))
        if spent > MOST_STEPS:
            break
    if not kept:
        return "the left side has no value"
    kept.sort(key=lambda pair: sum(pair[0].sizes.values()))  # most candidates fail at the first, the cheapest
    return Bench([env for env, _ in kept], [wanted for _, wanted in kept])


def _varied(needed: Plan, sides: tuple[Node, ...], before: list[Points], generator: Any) -> list[Points]:
    """Several draws; first those whose sizes differ from those before, and are small where a sum runs over all vectors
    of 0 and 1.
    """
    over_sets = {
        name
        for node in walk_all(needed, sides)
        if isinstance(node, Call) and node.op == "pow" and isinstance(node.args[0], SetOf)
        for name in names(node.args[1])
    } | {n for d in needed.declared.values() if d.support is not None for n in names(d.support)}
    drawn = [draw(needed, generator, POINTS) for _ in range(DRAWS if needed.sizes else 1)]

    def cost(points: Points) -> int:
        seen = sum(other.sizes.get(n) == size for other in before for n, size in points.sizes.items())
        return seen + 2 * sum(points.sizes.get(name, 0) for name in over_sets)

    return sorted(drawn, key=lambda points: (cost(points), sum(points.sizes.values())))


def walk_all(needed: Plan, sides: tuple[Node, ...]) -> Iterator[Node]:
    """Every node of the formulas and definitions that are sampled for."""
    for node in (*sides, *(d.right for ds in needed.context.definitions.values() for d in ds)):
        yield from walk(node)


def environment(needed: Plan, points: Points, indices: Mapping[str, int]) -> Env:
    """Where a formula has a value: one choice of sizes, some points, one value of the free indices."""
    sizes = dict(points.sizes)
    definitions = needed.context.definitions
    return Env(
        numpy_table(), points.values, {**sizes, **indices}, definitions, sizes, needed.declared,
        budget=Budget(STEPS), entrywise=needed.context.entrywise,
    )  # fmt: skip


def tamed(points: Points, needed: Plan, positive: bool = False) -> Points:
    """The same points with real values near 1: far out a sigmoid is flat, and everything about it looks right."""
    import numpy as np  # 12 times the start of Python

    values = dict(points.values)
    for key, array in points.values.items():
        declared = needed.declared.get(key.partition("^(")[0])
        if (
            declared is None
            or declared.domain not in {"real", "inferred"}
            or declared.low is not None
            or declared.high is not None
        ):
            continue
        scale = np.sqrt(np.mean(np.square(array), axis=tuple(range(1, array.ndim)), keepdims=True))
        wanted = 0.7 + 0.1 * (np.arange(array.shape[0]) % 4).reshape(scale.shape)
        if array.ndim == 1:  # one number a point: keep some of how they differ
            wanted = wanted * np.clip(scale, 0.4, 1.6)
        values[key] = array / np.maximum(scale, 1e-3) * wanted
        if positive:
            values[key] = np.abs(values[key]) + 0.05
    return Points(points.sizes, values)


def _assignments(needed: Plan, sizes: Mapping[str, int]) -> list[dict[str, int]]:
    """A few values of the free indices: all different first, then all alike."""
    ranges = [range(1, 4) if high is None else range(1, whole(high, sizes) + 1) for _, high in needed.indices]
    chosen = [places for places, _ in zip(product(*ranges), range(MAX_INDICES), strict=False)]
    chosen.sort(key=lambda places: -len(set(places)))
    picked = [*chosen[: ASSIGNMENTS - 1], chosen[-1]] if len(chosen) > ASSIGNMENTS else chosen
    return [{name: place for (name, _), place in zip(needed.indices, places, strict=True)} for places in picked]


def value(node: Node, env: Env) -> Any:
    """The node's array in an environment; None where it has none."""
    import numpy as np  # 12 times the start of Python

    if env.budget is not None:
        env.budget.left = STEPS
    try:
        with np.errstate(all="ignore"):
            found = evaluate(node, env)
    except (EvaluationError, RecursionError, OverflowError):
        return None
    finally:
        METER.spent += CALL + (STEPS - env.budget.left if env.budget is not None else 0)
    return found if hasattr(found, "ndim") else None


def near(found: Any, wanted: Any, tolerance: float = NEAR) -> bool:
    """Whether two arrays agree wherever `wanted` is finite, and are finite somewhere."""
    import numpy as np  # 12 times the start of Python

    if found is None or wanted is None or found.shape[1:] != wanted.shape[1:]:
        return False
    rows = max(found.shape[0], wanted.shape[0])
    a, b = (np.broadcast_to(v, (rows, *v.shape[1:])).reshape(rows, -1) for v in (found, wanted))
    finite = np.isfinite(b).all(axis=1)
    if not finite.any() or not np.isfinite(a[finite]).all():
        return False
    scale = np.abs(b[finite]).max(axis=1, keepdims=True)
    return bool((np.abs(a[finite] - b[finite]) <= tolerance * scale + 1e-4 * tolerance).all())
