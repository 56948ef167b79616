"""Derivatives with a path left out: something was held still that depends on what the derivative is taken by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.derivation.diagnosis.bench import near, value
from engine.derivation.diagnosis.record import Diagnosis
from engine.derivation.diagnosis.setting import Setting, slope_by_value
from engine.derivation.diagnosis.trees import everywhere, show
from solvers.formula.definitions import right_side
from solvers.formula.env import Definition, Env, key_of
from solvers.formula.nodes import Call, Derivative, Member, Name, Node, Num, map_children, walk
from solvers.formula.operators import elementwise
from solvers.formula.tables.table import EvaluationError

TIMES = range(1, 7)


def paths(setting: Setting) -> Iterator[Diagnosis]:
    """Holds each defined name of the derivative still, one at a time, then all of them."""
    derivative = next((n for n in walk(setting.left) if isinstance(n, Derivative)), None)
    if derivative is None:
        return
    by = show(derivative.by[0])
    for node in _intermediates(derivative, setting):
        if _right_when_held(node, setting):
            said = f"the term through {show(node)} is missing: right only if {show(node)} did not depend on {by}"
            yield Diagnosis("missing-term", said)
    for later, earlier in _edges(setting):
        if _right_when_cut(later, earlier, setting):
            said = (
                f"the term through {show(earlier)} in {show(later)} is missing: right only if it were held still there"
            )
            yield Diagnosis("missing-term", said)
    if derivative.sign != "partial+":
        said = f"right only as the immediate derivative by {by}: the terms through what depends on {by} are missing"
        if _same_with(setting, "partial+"):
            yield Diagnosis("total", said)
    elif _same_with(setting, "partial"):
        yield Diagnosis("total", f"right as the total derivative by {by}; the immediate one is asked for")


def _intermediates(derivative: Derivative, setting: Setting) -> list[Node]:
    found: list[Node] = []
    for base in sorted(setting.reachable & setting.context.definitions.keys()):
        if base in setting.families:
            found += [Member(Name(base), (Num(str(time)),)) for time in TIMES]
        elif not setting.context.scope.function(base):
            found.append(Name(base))
    return [node for node in found if node not in (derivative.of, *derivative.by)]


def _right_when_held(node: Node, setting: Setting) -> bool:
    """Whether the wrong side is what the left one would be with the node held still."""
    held = [_held(node, env) for env in setting.bench.envs]
    wrong = setting.bench.values(setting.right)
    return all(
        env is not None and wanted is not None and near(value(setting.left, env), wanted)
        for env, wanted in zip(held, wrong, strict=True)
    )


def _edges(setting: Setting) -> Iterator[tuple[Member, Member]]:
    """Members of families with the members that their definitions speak of: h^(2) with h^(1)."""
    for base in setting.families:
        for definition in setting.context.definitions.get(base, ()):
            if len(definition.indices) != 1 or not isinstance(definition.left, Member):
                continue
            inner = [n for n in walk(definition.right) if isinstance(n, Member) and n.base == Name(base)]
            for time in TIMES if inner else ():
                later = everywhere(definition.left, Name(definition.indices[0]), Num(str(time)))
                back = Member(Name(base), (Num(str(time - 1)),))
                if isinstance(later, Member) and time > 1:
                    yield later, back


def _right_when_cut(later: Member, earlier: Member, setting: Setting) -> bool:
    """Whether the wrong side is what the left one would be if `later` did not depend on `earlier`."""
    wrong = setting.bench.values(setting.right)
    for env, wanted in zip(setting.bench.envs, wrong, strict=True):
        held, right = value(earlier, env), right_side(later, env)
        if held is None or right is None or wanted is None:
            return False
        base = later.base
        assert isinstance(base, Name)
        kept = Name("\x00held")
        cut = Definition(later, _exchanged(right, earlier, kept, env))
        definitions = {**env.definitions, base.text: (cut, *env.definitions[base.text])}
        inner = replace(env, values={**env.values, kept.text: held}, definitions=definitions, memo={})
        if not near(value(setting.left, inner), wanted):
            return False
    return True


def _exchanged(node: Node, member: Member, new: Node, env: Env) -> Node:
    """The formula with a member exchanged, however its index is written: h^(2 - 1) is h^(1)."""
    if isinstance(node, Member):
        try:
            same = key_of(node, env.integers) == key_of(member, env.integers)
        except EvaluationError:
            same = False
        return new if same else node
    return map_children(node, lambda child: _exchanged(child, member, new, env))


def _held(node: Node, env: Env) -> Env | None:
    try:
        key = key_of(node, env.integers)
    except EvaluationError:
        return None
    found = value(node, env)
    if key is None or found is None:
        return None
    return replace(env, values={**env.values, key: found}, memo={})


def _same_with(setting: Setting, sign: str) -> bool:
    other = _with_sign(setting.left, sign)
    wrong = setting.bench.values(setting.right)
    mine = [value(other, env) for env in setting.bench.envs]
    return all(w is not None and near(m, w) for m, w in zip(mine, wrong, strict=True))


def _with_sign(node: Node, sign: str) -> Node:
    node = map_children(node, lambda child: _with_sign(child, sign))
    return replace(node, sign=sign) if isinstance(node, Derivative) else node


def linear(setting: Setting) -> Iterator[Diagnosis]:
    """Each function that is applied entry by entry as the identity: its derivative is what is missing."""
    used = {n.op.rstrip("'") for side in setting.formulas for n in walk(side) if isinstance(n, Call)}
    for op in sorted(op for op in used if elementwise(op) and op in {"tanh", "sigmoid", "relu", "softplus"}):
        if all(near(a, b) for a, b in zip(*_as_identity(op, setting), strict=True)):
            name = "σ" if op == "sigmoid" else op
            said = f"right only if {name} were linear: the factor {name}' (the inner derivative) is missing"
            yield Diagnosis("inner-derivative", said)


def _as_identity(op: str, setting: Setting) -> tuple[list[Any], list[Any]]:
    definitions = {
        base: tuple(replace(d, right=_identity(d.right, op)) for d in found)
        for base, found in setting.context.definitions.items()
    }
    envs = [replace(env, definitions=definitions, memo={}) for env in setting.bench.envs]
    left, right = (_identity(side, op) for side in (setting.left, setting.right))
    return [value(left, env) for env in envs], [value(right, env) for env in envs]


def _identity(node: Node, op: str) -> Node:
    node = map_children(node, lambda child: _identity(child, op))
    if isinstance(node, Call) and node.op == op:
        return node.args[0]
    return Num("1") if isinstance(node, Call) and node.op == op + "'" else node


def is_inner(factor: Node, setting: Setting) -> bool:
    """Whether a factor is the derivative of something inside: f'(u), or du/dx where the step differentiates by x."""
    if isinstance(factor, Call) and factor.op.endswith("'"):
        return True
    slopes = {s for side in setting.formulas for n in walk(side) for s in _slopes_by_value(n, setting)}
    if factor in slopes:
        return True
    wanted = setting.bench.values(factor)
    for node in (n for n in walk(setting.left) if isinstance(n, Derivative)):
        for inner in {a for side in setting.formulas for n in walk(side) if isinstance(n, Call) for a in n.args}:
            if isinstance(inner, (Num, Name)) or len(node.by) != 1:
                continue
            if any(v is None for v in setting.bench.values(inner)):
                continue
            found = setting.bench.values(Derivative("d", inner, node.by))
            if all(near(f, w) for f, w in zip(found, wanted, strict=True)):
                return True
    return False


def _slopes_by_value(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, (Name, Member)):
        for op in ("tanh", "sigmoid"):
            yield from slope_by_value(op, node, setting.shape(node))
