"""What a row of values is: a constant that people write, or a power of a name times one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import log, pi, sqrt
from typing import Any

from engine.derivation.diagnosis.bench import POINTS
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import number, product_of
from solvers.formula.nodes import Call, Name, Node, Num

MAX_DENOMINATOR, MAX_NUMERATOR, MAX_PAIRED = 12, 64, 24
CONSTANT = 1e-8


@dataclass(frozen=True, slots=True)
class Multiple:
    """coefficient · base^power: what has to be multiplied by. `base` is None for a plain number."""

    coefficient: Fraction
    base: Node | None = None
    power: Fraction = Fraction(1)

    @property
    def node(self) -> Node:
        """As a formula; a fraction where the power is negative."""
        if self.base is None:
            return rational(self.coefficient)
        raised = power_of(self.base, abs(self.power))
        if self.power > 0:
            return raised if self.coefficient == 1 else product_of([rational(self.coefficient), raised])
        return Call("div", (rational(self.coefficient), raised))


def rational(value: Fraction) -> Node:
    """2, -2, 1/2 as a formula."""
    if value.denominator == 1:
        return number(int(value))
    inner = Call("div", (Num(str(abs(value.numerator))), Num(str(value.denominator))))
    return inner if value > 0 else Call("neg", (inner,))


def power_of(base: Node, power: Fraction) -> Node:
    if power == 1:
        return base
    return Call("sqrt", (base,)) if power == Fraction(1, 2) else Call("pow", (base, rational(power)))


def ratio(a: Any, b: Any) -> Any:
    """a / b where all entries of a point have one and the same: one number a point, NaN where
    both are zero; None if they have not.
    """
    import numpy as np  # 12 times the start of Python

    if a is None or b is None or a.shape[1:] != b.shape[1:]:
        return None
    rows = max(a.shape[0], b.shape[0])
    top, below = (np.broadcast_to(v, (rows, *v.shape[1:])).reshape(rows, -1) for v in (a, b))
    if not (np.isfinite(top).all() and np.isfinite(below).all()) or top.shape[1] == 0:
        return None
    size = np.abs(below).max(axis=1)
    zero = size < 1e-9
    if zero.sum() * 2 > rows:
        return None
    place = np.abs(below).argmax(axis=1)
    each = np.arange(rows)
    found = top[each, place] / np.where(zero, 1.0, below[each, place])
    gap = np.abs(top - np.where(zero, 0.0, found)[:, None] * below).max(axis=1)
    fits = (gap <= CONSTANT * np.maximum(np.abs(top).max(axis=1), size) + 1e-12).all()
    return np.where(zero, np.nan, found) if fits else None


def constant(values: Any) -> Fraction | None:
    """The number that people write, if all values are that one."""
    import numpy as np  # 12 times the start of Python

    flat = np.asarray(values, dtype=float).reshape(-1)
    flat = flat[~np.isnan(flat)]
    if not flat.size or not np.isfinite(flat).all() or np.ptp(flat) > CONSTANT * max(abs(flat[0]), 1e-3):
        return None
    found = Fraction(float(flat[0])).limit_denominator(MAX_DENOMINATOR)
    nice = found != 0 and abs(found.numerator) <= MAX_NUMERATOR
    return found if nice and abs(float(found) - flat[0]) <= CONSTANT * abs(flat[0]) else None


def multiples(values: list[Any], setting: Setting, paired: bool = False) -> Iterator[Multiple]:
    """What the values (one array a bench environment) are: a number; a number times a power of a scalar of the step, or
    times two of them (`paired`).
    """
    import numpy as np  # 12 times the start of Python

    flat = row_of(values)
    plain = constant(flat)
    if plain is not None:
        yield Multiple(plain)
        return
    rows = usable_rows(setting)
    all_rows = [*rows, *((base, np.full(flat.shape, size)) for base, size in IRRATIONAL.items())]
    table = np.array([row for _, row in all_rows])
    with np.errstate(all="ignore"):
        for power in POWERS:
            for place, left in steady(flat / table ** float(power)):
                yield Multiple(left, all_rows[place][0], power)
        count = min(len(rows), MAX_PAIRED) if paired else 0
        chosen = [(i, j) for i in range(count) for j in range(i + 1, count)]
        if chosen:
            first, second = (table[list(side)] for side in zip(*chosen, strict=True))
            for place, left in steady(flat / first / second):
                i, j = chosen[place]
                yield Multiple(left, product_of([rows[i][0], rows[j][0]]))


def steady(values: Any) -> list[tuple[int, Fraction]]:
    """The rows that are one number people write all along, with that number."""
    import numpy as np  # 12 times the start of Python

    clean = values[:, ~np.isnan(values).all(axis=0)]
    if not clean.size:
        return []
    with np.errstate(all="ignore"):
        spread = clean.max(axis=1) - clean.min(axis=1)
        places = np.flatnonzero(spread <= CONSTANT * np.maximum(np.abs(clean[:, 0]), 1e-3))
    found = ((int(place), constant(clean[place])) for place in places)
    return [(place, number) for place, number in found if number is not None]


def usable_rows(setting: Setting) -> list[tuple[Node, Any]]:
    """The scalars of the step that can be divided by, with their values, all environments in one row."""
    import numpy as np  # 12 times the start of Python

    if setting.rows is None:
        rows = scalar_rows(setting)
        setting.rows = [(n, r) for n, r in rows if np.isfinite(r).all() and (np.abs(r) > 1e-9).all()]
    return setting.rows


IRRATIONAL: dict[Node, float] = {
    Call("log", (Num("2"),)): log(2), Call("log", (Num("10"),)): log(10), Call("sqrt", (Num("2"),)): sqrt(2),
    Name("pi"): pi,
}  # fmt: skip
POWERS = (Fraction(1), Fraction(-1), Fraction(2), Fraction(-2), Fraction(1, 2), Fraction(-1, 2))


def scalar_rows(setting: Setting) -> list[tuple[Node, Any]]:
    """The scalars of the step with their values, all environments in one row."""
    found = []
    for atom in setting.scalars:
        values = setting.bench.values(atom)
        if all(v is not None and v.ndim == 1 for v in values):
            found.append((atom, row_of(values)))
    return found


def row_of(values: list[Any]) -> Any:
    """Numbers at all points of all environments in one row; a constant stands for every point."""
    import numpy as np  # 12 times the start of Python

    return np.concatenate([np.broadcast_to(v, (POINTS,)) for v in values])
