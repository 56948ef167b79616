"""How an assumption is tried: both sides at points that were moved onto it, near 1 and far out, in several sizes; and,
where it can be put as a declaration, a constraint or a number in place of a name, by `compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from engine.derivation.diagnosis.bench import environment, near, tamed, value
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import everywhere
from solvers.equality.compare import compare
from solvers.equality.constraints import constrained
from solvers.equality.sample import Plan, draw, plan
from solvers.formula.context import Context, dimensions
from solvers.formula.env import whole
from solvers.formula.nodes import Chain, Name, Node, walk
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration

POINTS, ROUNDS, MAX_INDICES = 5, 4, 16
Moved = Callable[[dict[str, Any]], bool]  # moves the values onto the assumption; whether it could


@dataclass(frozen=True, slots=True)
class Step:
    """Two sides and what is known around them."""

    left: Node
    right: Node
    context: Context


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed, for a sentence that begins with "right if"; how values are moved onto it; the step in which it
    is said, if it can be said.
    """

    says: str
    move: Moved
    exact: Step | None = None


def kept(step: Step, assumption: Assumption | None = None) -> bool:
    """Whether the step is right under the assumption, and not because both sides vanish."""
    move = assumption.move if assumption is not None else (lambda values: True)
    exact = assumption.exact if assumption is not None else step
    import numpy as np  # 12 times the start of Python

    with np.errstate(all="ignore"):
        if not _agree(step, move, calm=True):
            return False
        if exact is None:
            return _agree(step, move, calm=False)
    return compare(exact.left, exact.right, exact.context).verdict == "same"


def _agree(step: Step, move: Moved, calm: bool) -> bool:
    """Whether both sides agree at fresh points on the assumption, and are not zero at all of them."""
    import numpy as np  # 12 times the start of Python

    needed = plan(step.context, (step.left, step.right))
    generator = np.random.default_rng(7)
    seen, something = 0, False
    for _ in range(ROUNDS):
        try:
            drawn = draw(needed, generator, POINTS)
            points = constrained(tamed(drawn, needed) if calm else drawn, step.context)
            if isinstance(points, str):
                return False
            values = dict(points.values)
            if not move(values):
                continue
            for indices in _indices(needed, points.sizes):
                env = environment(needed, replace(points, values=values), indices)
                wanted, found = value(step.left, env), value(step.right, env)
                if not near(found, wanted):
                    return False
                seen += 1
                something |= bool((np.abs(wanted) > 1e-9).any())
        except (EvaluationError, np.linalg.LinAlgError):
            return False
    return seen > 0 and something


def _indices(needed: Plan, sizes: Mapping[str, int]) -> list[dict[str, int]]:
    ranges = [range(1, 4) if high is None else range(1, whole(high, sizes) + 1) for _, high in needed.indices]
    chosen = zip(range(MAX_INDICES), product(*ranges), strict=False)
    return [{n: i for (n, _), i in zip(needed.indices, places, strict=True)} for _, places in chosen]


def substituted(setting: Setting, name: str, new: Node) -> Step:
    """The step with a formula in place of a name, in the definitions too."""
    old = Name(name)
    context = setting.context
    definitions = {
        base: tuple(replace(d, left=everywhere(d.left, old, new), right=everywhere(d.right, old, new)) for d in found)
        for base, found in context.definitions.items()
    }
    changed = [everywhere(c, old, new) for c in context.constraints]
    constraints = tuple(c for c in changed if isinstance(c, Chain))
    left, right = everywhere(setting.left, old, new), everywhere(setting.right, old, new)
    return Step(left, right, replace(context, definitions=definitions, constraints=constraints))


def resized(setting: Setting, name: str, size: Node) -> Step:
    """The step with another size in place of one that has a name, in the declarations too."""
    step = substituted(setting, name, size)
    scope = step.context.scope
    declared = {n: _resized(d, Name(name), size) for n, d in scope.names.items() if n != name}
    return replace(step, context=replace(step.context, scope=replace(scope, names=declared)))


def _resized(declared: Declaration, old: Node, new: Node) -> Declaration:
    if not any(old in walk(size) for size in dimensions(declared)):
        return declared
    shape = None if declared.shape is None else tuple(everywhere(s, old, new) for s in declared.shape)
    family = tuple((n, everywhere(low, old, new), everywhere(high, old, new)) for n, low, high in declared.family)
    support = None if declared.support is None else everywhere(declared.support, old, new)
    return replace(declared, shape=shape, family=family, support=support)
