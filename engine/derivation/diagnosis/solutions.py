"""The test bench for what follows from an equation: points that satisfy it, found by Newton's steps."""

from __future__ import annotations

from typing import Any

from engine.derivation.diagnosis.bench import POINTS, Bench, environment, tamed, value
from solvers.equality.ground import Ground, base_of, difference
from solvers.equality.relations import follows
from solvers.equality.sample import Points
from solvers.equality.solve import System, movable, solved
from solvers.formula.context import Context
from solvers.formula.env import Env
from solvers.formula.nodes import Chain, Name, Node, Num, names
from solvers.formula.tables.table import EvaluationError

ROUNDS, TRIES = 3, 8
FRESH = (100, 200, 300)
EXACT, TOLERANCE = 1e-10, 1e-5


def at_solutions(left: Node, right: Node, fact: Chain, context: Context, seed: int) -> Bench | None:
    """The bench of a step at points where a fact holds; None if none are found."""
    import numpy as np  # 12 times the start of Python

    if fact.relations != ("=",):
        return None
    gap = difference(*fact.sides)
    spoken = [left.text] if isinstance(left, Name) else sorted(names(left) | names(right))
    envs: list[Env] = []
    for place in range(TRIES):
        ground = Ground(context, (*fact.sides, left, right), seed + place)
        try:
            found = next((p for name in spoken if (p := _solved(System((gap,), ground), name)) is not None), None)
            indices = next(iter(ground.assignments(found.sizes)), {}) if found is not None else {}
        except EvaluationError:  # no point meets the constraints in these sizes
            continue
        if found is not None:
            envs.append(environment(ground.plan, found, indices))
        if len(envs) == ROUNDS:
            break
    target = [value(left, env) for env in envs]
    if left == Num("0"):  # zero of whatever shape
        others = [value(right, env) for env in envs]
        target = [None if other is None else np.zeros_like(other) for other in others]
    kept = [(env, wanted) for env, wanted in zip(envs, target, strict=True) if wanted is not None]
    return Bench([env for env, _ in kept], [wanted for _, wanted in kept], tolerance=TOLERANCE) if kept else None


def _solved(system: System, name: str) -> Points | None:
    """Points on the solutions, with this name unknown; None if they were not found to rounding."""
    import numpy as np  # 12 times the start of Python

    points = tamed(system.ground.draw(), system.ground.plan)  # no small whole numbers: they make singular matrices
    unknown = [key for key in movable(system.ground, system.equations, points) if base_of(key) == name]
    if not unknown:
        return None
    starts = solved(system, points, unknown)
    if not starts:
        return None
    found = starts[0].points
    residual = np.abs(system.residuals(found, unknown)).max(axis=1)
    places = [start.place for start in starts if residual[start.place] <= EXACT]
    if not places:
        return None
    rows = np.resize(np.array(places), POINTS)

    def chosen(array: Any) -> Any:
        return array[rows] if array.shape[0] > 1 else array

    return Points(found.sizes, {name: chosen(array) for name, array in found.values.items()})


def follows_from(fact: Chain, left: Node, right: Node, context: Context) -> bool:
    """Whether `left = right` holds wherever the fact does; where too few solutions are found to settle it, whether it
    does at fresh ones.
    """
    judged = follows((fact,), Chain((left, right), ("=",)), context)
    if judged.verdict != "undecided":
        return judged.verdict == "valid"
    trials = [at_solutions(left, right, fact, context, seed) for seed in FRESH]
    return all(trial is not None and trial.matches(right) for trial in trials)
