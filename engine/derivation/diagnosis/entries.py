"""Matrices and vectors written out, and plain numbers: which entries are wrong, and what they should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.derivation.diagnosis.bench import near
from engine.derivation.diagnosis.constants import constant, rational
from engine.derivation.diagnosis.record import Diagnosis
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import show
from solvers.formula.nodes import Call, Index, Matrix, Name, Node, Num, Tuple, walk
from solvers.formula.to_latex import to_latex

ROUNDED = 0.02  # relative: what a rounded number may be off
LAST_UNITS = 3.0  # of the last digit printed: more is a slip, as 0.521 for 0.512
MOST = 3  # wrong entries that are told one by one
Explain = Callable[[Node, Node], Diagnosis | None]


def entries(setting: Setting, explain: Explain) -> Diagnosis | None:
    """Which entries of a matrix or vector that is written out are wrong, and how (`explain` says it for one entry); for
    a plain number, what it should be.
    """
    rows = _rows(setting.right)
    if rows is None:
        return plain_number(setting)
    shape = setting.bench.target[0].shape[1:]
    wide = len(rows[0])
    if shape != ((len(rows),) if wide == 1 else (wide,) if len(rows) == 1 and len(shape) == 1 else (len(rows), wide)):
        return None
    wrong = [(i, j) for i, row in enumerate(rows) for j, _ in enumerate(row) if not _agrees(setting, rows, (i, j))]
    if not wrong or len(wrong) == len(rows) * wide or len(wrong) > MOST:
        return None
    said, changed = [], [list(row) for row in rows]
    for i, j in wrong:
        where = f"row {i + 1}, column {j + 1}" if wide > 1 and len(rows) > 1 else f"entry {max(i, j) + 1}"
        exact = _exact(setting, rows, (i, j))
        if exact is not None:
            changed[i][j] = exact
            turned = setting.bench.values(Call("neg", (rows[i][j],)))[0]
            sign = turned is not None and near(turned, setting.bench.values(exact)[0])
            said.append(f"{where}: {show(exact)}, not {show(rows[i][j])}" + (" (the sign is turned)" if sign else ""))
        elif len(wrong) == 1 and (found := explain(_asked(setting, rows, (i, j)), rows[i][j])) is not None:
            return Diagnosis(found.kind, f"one entry is wrong: {where}: {found.sentence}; the others are right")
        else:
            said.append(where)
    which = "one entry is wrong: " if len(wrong) == 1 else f"{len(wrong)} entries are wrong: "
    known = all(changed[i][j] is not rows[i][j] for i, j in wrong)
    repaired = to_latex(_like(setting.right, changed)) if known else ""
    return Diagnosis("entry", which + "; ".join(said) + "; the others are right", repaired)


def _asked(setting: Setting, rows: list[list[Node]], place: tuple[int, int]) -> Node:
    """The entry of the left side at a place."""
    i, j = (Num(str(p + 1)) for p in place)
    if len(rows[0]) == 1:
        return Index(setting.left, (i,))
    return Index(setting.left, (j,) if len(rows) == 1 and setting.bench.target[0].ndim == 2 else (i, j))


def _rows(node: Node) -> list[list[Node]] | None:
    if isinstance(node, Matrix):
        return [list(row) for row in node.rows]
    if isinstance(node, Tuple) and node.items:
        return [[item] for item in node.items]
    return None


def _like(node: Node, rows: list[list[Node]]) -> Node:
    return Tuple(tuple(row[0] for row in rows)) if isinstance(node, Tuple) else Matrix(tuple(map(tuple, rows)))


def _target(target: Any, rows: list[list[Node]], place: tuple[int, int]) -> Any:
    i, j = place
    if target.ndim == 2:
        return target[:, max(i, j)]
    return target[:, i, j]


def _agrees(setting: Setting, rows: list[list[Node]], place: tuple[int, int]) -> bool:
    entry = rows[place[0]][place[1]]
    pairs = zip(setting.bench.values(entry), setting.bench.target, strict=True)
    return all(near(mine, _target(target, rows, place)) for mine, target in pairs)


def _exact(setting: Setting, rows: list[list[Node]], place: tuple[int, int]) -> Node | None:
    """What an entry should be, where that is a number that people would write."""
    import numpy as np  # 12 times the start of Python

    flat = np.concatenate([_target(target, rows, place).reshape(-1) for target in setting.bench.target])
    return written_number(flat)


def plain_number(setting: Setting) -> Diagnosis | None:
    """A number for which the other side has another value: rounded, or another number altogether."""
    import numpy as np  # 12 times the start of Python

    plain = all(
        isinstance(n, (Num, Call)) or (isinstance(n, Name) and n.text in {"pi", "e"}) for n in walk(setting.right)
    )
    if not plain or any(target.ndim > 1 for target in setting.bench.target):
        return None
    flat = np.concatenate([target.reshape(-1) for target in setting.bench.target])
    found = setting.bench.values(setting.right)[0]
    if found is None or found.ndim > 1 or not np.isfinite(flat).all() or np.ptp(flat) > 1e-9 * max(abs(flat[0]), 1e-9):
        return None
    off = abs(found[0] - flat[0]) / max(abs(flat[0]), 1e-300)
    places = [len(n.text.partition(".")[2]) for n in walk(setting.right) if isinstance(n, Num) and "." in n.text]
    if off <= ROUNDED and places and abs(found[0] - flat[0]) <= LAST_UNITS / 10 ** min(places):
        return Diagnosis(
            "rounding", f"right but for rounding: a relative difference of {off:.1g}; write ≈ where you round"
        )
    if sum(isinstance(n, Num) for n in walk(setting.right)) > 1:
        return None  # not one number: an edit says more
    return Diagnosis("number", f"the value is {_value(flat)}, not {show(setting.right)}")


def two_numbers(setting: Setting) -> Diagnosis | None:
    """Two sides that are two numbers, whatever they are made of."""
    import numpy as np  # 12 times the start of Python

    sides = [setting.bench.target, setting.bench.values(setting.right)]
    if any(value is None or value.ndim > 1 for side in sides for value in side):
        return None
    left, right = (np.concatenate([value.reshape(-1) for value in side]) for side in sides)
    steady = all(np.isfinite(f).all() and np.ptp(f) <= 1e-9 * max(abs(f[0]), 1e-3) for f in (left, right))
    return Diagnosis("number", f"the value is {_value(left)}, not {_value(right)}") if steady else None


def _value(flat: Any) -> str:
    exact = written_number(flat)
    return f"about {flat[0]:.6g}" if exact is None else show(exact)


def written_number(flat: Any) -> Node | None:
    """The number that all values are, as people write it: a whole number, a simple fraction, a short decimal."""
    import numpy as np  # 12 times the start of Python

    if not np.isfinite(flat).all() or np.ptp(flat) > 1e-9 * max(abs(flat[0]), 1e-9):
        return None
    value = float(flat[0])
    if abs(value) < 1e-12:
        return Num("0")
    simple = constant(flat)
    if simple is not None:
        return rational(simple)
    short = f"{abs(value):.6g}"
    if "e" in short or abs(float(short) - abs(value)) > 1e-10 * abs(value):
        return None
    return Num(short) if value > 0 else Call("neg", (Num(short),))
