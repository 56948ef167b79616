"""Assumptions that would make a step right: a matrix symmetric, probabilities that sum to 1, a number positive, n = 1.

Each is tried by moving the sampled points onto it, at fresh points and several sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from engine.derivation.diagnosis.bench import environment, near, tamed, value
from engine.derivation.diagnosis.record import Diagnosis
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import everywhere, show
from solvers.equality.sample import Plan, constrained, draw, plan
from solvers.formula.context import Context, dimensions
from solvers.formula.env import whole
from solvers.formula.nodes import Chain, Name, Node, Num
from solvers.formula.tables.table import EvaluationError
from solvers.formula.tokens import Declaration

POINTS, ROUNDS = 5, 4
Moved = Callable[[dict[str, Any]], bool]  # moves the values onto the assumption; whether it could


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed, for a sentence that begins with "right if"; and how values are moved onto it."""

    says: str
    move: Moved
    kind: str = "assumption"


def early(setting: Setting) -> Iterator[Diagnosis]:
    """Assumptions that are seldom true by accident: symmetric, orthonormal, commuting, summing to 1, positive."""
    yield from _tried(setting, [a for name, d in _free(setting) for a in _about(name, d)])
    yield from _tried(setting, list(_commuting(setting)))


def orthonormal(setting: Setting) -> Iterator[Diagnosis]:
    """Matrices with orthonormal rows or columns."""
    yield from _tried(setting, [a for name, d in _free(setting) for a in _orthonormal(name, d)])


def middle(setting: Setting) -> Iterator[Diagnosis]:
    """Assumptions that make whole terms vanish: better said after a missing term has been looked for."""
    yield from _tried(setting, [a for name, d in _free(setting) for a in _special_matrices(name, d)])


def late(setting: Setting) -> Iterator[Diagnosis]:
    """Special values and sizes: a name that is 0 or 1, a size of 1, two sizes that are equal."""
    special = [a for name, d in _free(setting) if d.shape == () and not d.family for a in _special(name)]
    yield from _tried(setting, special)
    for name in setting.sizes:
        if _right_with_size(setting, name, Num("1")):
            yield Diagnosis("size", f"holds only for {name} = 1")
    for one, other in combinations(setting.sizes, 2):
        if _right_with_size(setting, one, Name(other)):
            yield Diagnosis("size", f"holds only for {one} = {other}")


def _free(setting: Setting) -> list[tuple[str, Declaration]]:
    """The reachable names whose values are sampled, with what is declared of them."""
    scope = setting.context.scope
    return [
        (name, scope.names.get(name) or Declaration(name))
        for name in (*setting.symbols, *setting.families)
        if name not in setting.context.definitions
    ]


def _about(name: str, declared: Declaration) -> Iterator[Assumption]:
    rank = len(declared.shape or ())
    shown = show(Name(name))
    if rank == 2 and declared.shape is not None and declared.shape[0] == declared.shape[1]:
        yield Assumption(f"{shown} is symmetric: {shown}^T = {shown}", _on(name, _symmetric))
    if rank == 1 and declared.domain == "real":
        yield Assumption(f"the entries of {shown} sum to 1", _on(name, _summing_to_one))
    if declared.domain == "real" and not declared.positive and declared.low is None:
        entries = "" if rank == 0 else "every entry of "
        yield Assumption(f"{entries}{shown} is positive", _on(name, _positive))


def _orthonormal(name: str, declared: Declaration) -> Iterator[Assumption]:
    shown = show(Name(name))
    if len(declared.shape or ()) == 2:
        rows, columns = f"{shown} {shown}^T = I", f"{shown}^T {shown} = I"
        yield Assumption(f"the rows of {shown} are orthonormal: {rows}", _on(name, _orthonormal_rows))
        yield Assumption(f"the columns of {shown} are orthonormal: {columns}", _on(name, _orthonormal_columns))


def _special_matrices(name: str, declared: Declaration) -> Iterator[Assumption]:
    rank = len(declared.shape or ())
    shown = show(Name(name))
    if rank == 2 and declared.shape is not None and declared.shape[0] == declared.shape[1]:
        yield Assumption(f"{shown} is antisymmetric", _on(name, _antisymmetric))
        yield Assumption(f"{shown} is diagonal", _on(name, _diagonal))
    if rank == 1 and declared.domain == "real":
        yield Assumption(f"{shown} has length 1", _on(name, _unit))
        yield Assumption(f"the entries of {shown} sum to 0", _on(name, _centred))


def _special(name: str) -> Iterator[Assumption]:
    shown = show(Name(name))
    yield Assumption(f"{shown} = 0", _on(name, lambda array: array * 0))
    yield Assumption(f"{shown} = 1", _on(name, lambda array: array * 0 + 1))


def _commuting(setting: Setting) -> Iterator[Assumption]:
    square = [
        n for n, d in _free(setting) if d.shape and len(d.shape) == 2 and d.shape[0] == d.shape[1] and not d.family
    ]
    for a, b in combinations(square, 2):

        def move(values: dict[str, Any], a: str = a, b: str = b) -> bool:
            if a not in values or b not in values or values[a].shape[1:] != values[b].shape[1:]:
                return False
            values[b] = values[a] @ values[a] * 0.5 - values[a] * 0.8
            return True

        yield Assumption(f"{show(Name(a))} and {show(Name(b))} commute", move)


def _on(name: str, change: Callable[[Any], Any]) -> Moved:
    def move(values: dict[str, Any]) -> bool:
        keys = [key for key in values if key.partition("^(")[0] == name]
        for key in keys:
            changed = change(values[key])
            if changed is None:
                return False
            values[key] = changed
        return bool(keys)

    return move


def _symmetric(a: Any) -> Any:
    return (a + a.swapaxes(-1, -2)) / 2 if a.ndim == 3 and a.shape[1] == a.shape[2] else None


def _antisymmetric(a: Any) -> Any:
    return (a - a.swapaxes(-1, -2)) / 2 if a.ndim == 3 and a.shape[1] == a.shape[2] else None


def _diagonal(a: Any) -> Any:
    import numpy as np  # 12 times the start of Python

    return a * np.eye(a.shape[-1]) if a.ndim == 3 and a.shape[1] == a.shape[2] else None


def _orthonormal_columns(a: Any) -> Any:
    import numpy as np  # 12 times the start of Python

    return np.linalg.qr(a)[0] if a.ndim == 3 and a.shape[1] >= a.shape[2] else None


def _orthonormal_rows(a: Any) -> Any:
    turned = _orthonormal_columns(a.swapaxes(-1, -2)) if a.ndim == 3 else None
    return None if turned is None else turned.swapaxes(-1, -2)


def _summing_to_one(a: Any) -> Any:
    return a + (1 - a.sum(axis=-1, keepdims=True)) / a.shape[-1]


def _centred(a: Any) -> Any:
    return a - a.mean(axis=-1, keepdims=True)


def _unit(a: Any) -> Any:
    return a / (a**2).sum(axis=-1, keepdims=True) ** 0.5


def _positive(a: Any) -> Any:
    return abs(a) + 1e-3


def _tried(setting: Setting, assumptions: list[Assumption]) -> Iterator[Diagnosis]:
    for assumption in assumptions:
        if _holds(setting.left, setting.right, setting.context, assumption.move):
            yield Diagnosis(assumption.kind, f"right if {assumption.says}; nothing says so")


def _holds(left: Node, right: Node, context: Context, move: Moved) -> bool:
    """Whether both sides agree at fresh points on the assumption, in several choices of sizes."""
    import numpy as np  # 12 times the start of Python

    needed = plan(context, (left, right))
    generator = np.random.default_rng(7)
    seen = 0
    for _ in range(ROUNDS):
        try:
            points = constrained(tamed(draw(needed, generator, POINTS), needed), context.constraints)
            if isinstance(points, str):
                return False
            values = dict(points.values)
            if not move(values):
                continue
            for indices in _all_indices(needed, points.sizes):
                env = environment(needed, replace(points, values=values), indices)
                with np.errstate(all="ignore"):
                    wanted, found = value(left, env), value(right, env)
                if not near(found, wanted):
                    return False
                seen += 1
        except (EvaluationError, np.linalg.LinAlgError):
            return False
    return seen > 0


def _all_indices(needed: Plan, sizes: Mapping[str, int]) -> list[dict[str, int]]:
    from itertools import product

    ranges = [range(1, 4) if high is None else range(1, whole(high, sizes) + 1) for _, high in needed.indices]
    found = [{n: i for (n, _), i in zip(needed.indices, chosen, strict=True)} for chosen in product(*ranges)]
    return found[:16]


def _right_with_size(setting: Setting, name: str, size: Node) -> bool:
    """Whether the step is right where a size is another."""
    old = Name(name)
    scope = setting.context.scope
    declared = {n: _resized(d, old, size) for n, d in scope.names.items() if n != name}
    definitions = {
        base: tuple(replace(d, left=everywhere(d.left, old, size), right=everywhere(d.right, old, size)) for d in found)
        for base, found in setting.context.definitions.items()
    }
    constraints = tuple(
        c for c in (everywhere(c, old, size) for c in setting.context.constraints) if isinstance(c, Chain)
    )
    context = Context(replace(scope, names=declared), definitions, constraints)
    left, right = everywhere(setting.left, old, size), everywhere(setting.right, old, size)
    return _holds(left, right, context, lambda values: True)


def _resized(declared: Declaration, old: Node, new: Node) -> Declaration:
    if not any(old == s or old in _names(s) for s in dimensions(declared)):
        return declared
    shape = None if declared.shape is None else tuple(everywhere(s, old, new) for s in declared.shape)
    family = tuple((n, everywhere(low, old, new), everywhere(high, old, new)) for n, low, high in declared.family)
    support = None if declared.support is None else everywhere(declared.support, old, new)
    return replace(declared, shape=shape, family=family, support=support)


def _names(node: Node) -> list[Node]:
    from solvers.formula.nodes import walk

    return list(walk(node))
