"""Matrices and vectors written out, and plain numbers: which entries are wrong, and how."""

from __future__ import annotations

from typing import Any

from engine.derivation.diagnosis.bench import near, value
from engine.derivation.diagnosis.record import Diagnosis
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import show
from solvers.formula.evaluate import Env
from solvers.formula.nodes import Call, Matrix, Name, Node, Num, Tuple, names, walk
from solvers.formula.to_latex import to_latex

ROUNDED = 0.02  # relative: what a rounded number may be off


def entries(setting: Setting) -> Diagnosis | None:
    """Which entries of a matrix or vector that is written out are wrong; for a plain number, whether it is rounded."""
    rows = _rows(setting.right)
    if rows is None:
        return _rounded(setting)
    wrong: list[tuple[int, int]] = []
    shape = setting.bench.target[0].shape[1:]
    wide = len(rows[0])
    expected = (len(rows),) if wide == 1 else (len(rows), wide)
    if shape != expected:
        return None
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            place = (i,) if wide == 1 else (i, j)
            if not all(
                _agrees(entry, env, t, place) for env, t in zip(setting.bench.envs, setting.bench.target, strict=True)
            ):
                wrong.append((i, j))
    if not wrong or len(wrong) == len(rows) * wide or len(wrong) > 3:
        return None
    return _said(setting, rows, wrong, wide)


def _said(setting: Setting, rows: list[list[Node]], wrong: list[tuple[int, int]], wide: int) -> Diagnosis:
    said, changed = [], [list(row) for row in rows]
    for i, j in wrong:
        where = f"row {i + 1}, column {j + 1}" if wide > 1 and len(rows) > 1 else f"entry {max(i, j) + 1}"
        right = _exact(setting, (i,) if wide == 1 else (i, j))
        if right is None:
            said.append(where)
            continue
        changed[i][j] = right
        turned = setting.bench.values(Call("neg", (rows[i][j],)))[0]
        sign = turned is not None and near(turned, setting.bench.values(right)[0])
        said.append(f"{where}: {show(right)}, not {show(rows[i][j])}" + (" (the sign is turned)" if sign else ""))
    which = "one entry is wrong: " if len(wrong) == 1 else f"{len(wrong)} entries are wrong: "
    known = all(_exact(setting, (i,) if wide == 1 else (i, j)) is not None for i, j in wrong)
    repaired = to_latex(_like(setting.right, changed)) if known else ""
    return Diagnosis("entry", which + "; ".join(said) + "; the others are right", repaired)


def _rows(node: Node) -> list[list[Node]] | None:
    if isinstance(node, Matrix):
        return [list(row) for row in node.rows]
    if isinstance(node, Tuple) and node.items:
        return [[item] for item in node.items]
    return None


def _like(node: Node, rows: list[list[Node]]) -> Node:
    return Tuple(tuple(row[0] for row in rows)) if isinstance(node, Tuple) else Matrix(tuple(map(tuple, rows)))


def _agrees(entry: Node, env: Env, target: Any, place: tuple[int, ...]) -> bool:
    return near(value(entry, env), target[(slice(None), *place)])


def _exact(setting: Setting, place: tuple[int, ...]) -> Node | None:
    """What an entry should be, where that is a number that can be written exactly."""
    from engine.derivation.diagnosis.constants import constant, rational

    values = [target[(slice(None), *place)] for target in setting.bench.target]
    import numpy as np  # 12 times the start of Python

    flat = np.concatenate([v.reshape(-1) for v in values])
    if (flat == 0).all():
        return Num("0")
    found = constant(flat)
    return None if found is None else rational(found)


def _rounded(setting: Setting) -> Diagnosis | None:
    """A decimal that is nearly right."""
    plain = all(not isinstance(n, Name) or n.text in {"pi", "e"} for n in walk(setting.right))
    if not plain or names(setting.left) - {"pi", "e"}:
        return None
    decimals = [n for n in walk(setting.right) if isinstance(n, Num) and "." in n.text]
    wanted, found = setting.bench.target[0], setting.bench.values(setting.right)[0]
    if not decimals or found is None or found.shape[1:] != wanted.shape[1:]:
        return None
    off = abs(found - wanted).max() / max(abs(wanted).max(), 1e-300)
    if off > ROUNDED:
        return None
    return Diagnosis("rounding", f"right but for rounding: a relative difference of {off:.1g}; write ≈ where you round")
