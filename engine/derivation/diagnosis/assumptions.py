"""Assumptions that would make a step right: a matrix symmetric, probabilities that sum to 1, a number positive, n = 1.

How one is tried is in `assumed.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

from engine.derivation.diagnosis.assumed import Assumption, Moved, Step, kept, resized, substituted
from engine.derivation.diagnosis.record import Diagnosis
from engine.derivation.diagnosis.setting import Setting, behind
from engine.derivation.diagnosis.trees import show
from solvers.formula.nodes import Call, Chain, Name, Num
from solvers.formula.tokens import Declaration


def early(setting: Setting) -> Iterator[Diagnosis]:
    """Assumptions that are seldom true by accident: symmetric, summing to 1, positive, commuting."""
    yield from _said(setting, [a for name, d in _free(setting) for a in _about(name, d, setting)])
    yield from _said(setting, list(_commuting(setting)))


def orthonormal(setting: Setting) -> Iterator[Diagnosis]:
    """Matrices with orthonormal rows or columns."""
    yield from _said(setting, [a for name, d in _free(setting) for a in _orthonormal(name, d)])


def middle(setting: Setting) -> Iterator[Diagnosis]:
    """Assumptions that make whole terms vanish: better said after a missing term has been looked for."""
    yield from _said(setting, [a for name, d in _free(setting) for a in _special_matrices(name, d)])


def late(setting: Setting) -> Iterator[Diagnosis]:
    """A name that one side forgets as 0 or 1; a size of 1 or 2; two sizes that are equal."""
    forgotten = behind(setting.left, setting.context) ^ behind(setting.right, setting.context)
    plain = [name for name, d in _free(setting) if d.shape == () and not d.family and name in forgotten]
    yield from _said(setting, [a for name in plain for a in _special(name, setting)])
    for name in setting.sizes:
        for size in (Num("1"), Num("2")):
            if kept(resized(setting, name, size)):
                yield Diagnosis("size", f"holds only for {name} = {size.text}")
    for one, other in combinations(setting.sizes, 2):
        if kept(resized(setting, one, Name(other))):
            yield Diagnosis("size", f"holds only for {one} = {other}")


def _said(setting: Setting, assumptions: list[Assumption]) -> Iterator[Diagnosis]:
    for assumption in assumptions:
        if kept(Step(setting.left, setting.right, setting.context), assumption):
            yield Diagnosis("assumption", f"right if {assumption.says}; nothing says so")


def _free(setting: Setting) -> list[tuple[str, Declaration]]:
    """The reachable names whose values are sampled, with what is declared of them."""
    scope = setting.context.scope
    return [
        (name, scope.names.get(name) or Declaration(name))
        for name in (*setting.symbols, *setting.families)
        if name not in setting.context.definitions
    ]


def _about(name: str, declared: Declaration, setting: Setting) -> Iterator[Assumption]:
    rank = len(declared.shape or ())
    shown, context = show(Name(name)), setting.context
    if rank == 2 and declared.shape is not None and declared.shape[0] == declared.shape[1]:
        equation = Chain((Call("transpose", (Name(name),)), Name(name)), ("=",))
        exact = Step(setting.left, setting.right, replace(context, constraints=(*context.constraints, equation)))
        said = f"{shown} is symmetric: {shown}^T = {shown}"
        yield Assumption(said, _on(name, _symmetric), None if declared.family else exact)
    if rank == 1 and declared.domain == "real":
        yield Assumption(f"the entries of {shown} sum to 1", _on(name, _summing_to_one))
    if declared.domain == "real" and not declared.positive and declared.low is None:
        entries = "" if rank == 0 else "every entry of "
        exact = Step(setting.left, setting.right, context.declared(replace(declared, positive=True)))
        yield Assumption(f"{entries}{shown} is positive: {shown} > 0", _on(name, _positive), exact)


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
        yield Assumption(f"{shown} is diagonal", _on(name, _diagonal))
    if rank == 1 and declared.domain == "real":
        yield Assumption(f"{shown} has length 1", _on(name, _unit))
        yield Assumption(f"the entries of {shown} sum to 0", _on(name, _centred))


def _special(name: str, setting: Setting) -> Iterator[Assumption]:
    shown = show(Name(name))
    for number, move in ((Num("0"), _on(name, lambda a: a * 0)), (Num("1"), _on(name, lambda a: a * 0 + 1))):
        yield Assumption(f"{shown} = {number.text}", move, substituted(setting, name, number))


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
