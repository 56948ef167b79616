"""Probabilities that satisfy linear equations: exact points of the polytope that they form.

An identity between their probabilities that holds for all mixtures of a few points in general position holds for all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

Row: TypeAlias = tuple[list[Fraction], Fraction]  # the coefficients of an equation, and its right side
ZERO, ONE = Fraction(0), Fraction(1)
STEPS, FINE = 60, 1 << 24
MANY = 5  # directions in which points are taken


@dataclass(frozen=True, slots=True)
class Solved:
    """x = start + sum of t_k times direction k, over the variables that are not zero."""

    start: list[Fraction]
    directions: list[list[Fraction]]


def mixed(size: int, rows: Sequence[Row]) -> list[list[Fraction]] | None:
    """Points in general position with entries that are not negative, all mixtures of which satisfy the equations; one
    point if there is one solution only, None if there is none (or none was found).
    """
    every = [*rows, ([ONE] * size, ONE)]
    zero = _zeros(size, every)
    kept = [place for place in range(size) if place not in zero]
    reduced = [([coefficients[place] for place in kept], right) for coefficients, right in every]
    solved = _solved(len(kept), reduced)
    if solved is None:
        return None
    points = [solved.start] if not solved.directions else _around(solved, reduced)
    if points is None or any(entry < 0 for point in points for entry in point):
        return None
    return [[dict(zip(kept, point, strict=True)).get(place, ZERO) for place in range(size)] for point in points]


def _zeros(size: int, rows: Sequence[Row]) -> set[int]:
    """The places where only zero can stand: a sum of what is not negative is zero."""
    zero: set[int] = set()
    while True:
        before = len(zero)
        for coefficients, right in rows:
            live = [place for place in range(size) if place not in zero and coefficients[place] != 0]
            if right == 0 and len({coefficients[place] > 0 for place in live}) == 1:
                zero.update(live)
        if len(zero) == before:
            return zero


def _solved(size: int, rows: Sequence[Row]) -> Solved | None:
    """All solutions of the equations; None if they contradict each other."""
    table = [[*coefficients, right] for coefficients, right in rows]
    pivots: list[int] = []
    for place in range(size):
        rank = len(pivots)
        pivot = next((row for row in range(rank, len(table)) if table[row][place] != 0), None)
        if pivot is None:
            continue
        table[rank], table[pivot] = table[pivot], table[rank]
        table[rank] = [entry / table[rank][place] for entry in table[rank]]
        for row in range(len(table)):
            if row != rank and table[row][place] != 0:
                factor = table[row][place]
                table[row] = [a - factor * b for a, b in zip(table[row], table[rank], strict=True)]
        pivots.append(place)
    if any(row[-1] != 0 for row in table[len(pivots) :]):
        return None
    free = [place for place in range(size) if place not in pivots]
    start, directions = [ZERO] * size, []
    for row, place in enumerate(pivots):
        start[place] = table[row][-1]
    for chosen in free:
        direction = [ONE if place == chosen else ZERO for place in range(size)]
        for row, place in enumerate(pivots):
            direction[place] = -table[row][chosen]
        directions.append(direction)
    return Solved(start, directions)


def _around(solved: Solved, rows: Sequence[Row]) -> list[list[Fraction]] | None:
    """Points around an inner one."""
    inner = _inner(solved, rows)
    if inner is None:
        return None
    directions = solved.directions if len(solved.directions) <= MANY else _some(solved.directions)
    reach = [_reach(inner, direction) for direction in directions]
    steps = [[Fraction(4, 5) * far * entry for entry in d] for far, d in zip(reach, directions, strict=True)]
    points = [[a + b for a, b in zip(inner, step, strict=True)] for step in steps]
    back = [-sum(column) for column in zip(*steps, strict=True)]
    far = min(Fraction(4, 5) * _reach(inner, [Fraction(b) for b in back]), ONE)
    return [*points, [a + far * b for a, b in zip(inner, back, strict=True)]]


def _some(directions: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """A few directions for many: mixtures of all of them, with random numbers, the same every time."""
    drawn = random.Random(len(directions))
    found = []
    for _ in range(MANY):
        shares = [drawn.randint(-9, 9) for _ in directions]
        found.append(
            [
                sum((k * e for k, e in zip(shares, column, strict=True)), ZERO)
                for column in zip(*directions, strict=True)
            ]
        )
    return found


def _reach(inner: Sequence[Fraction], direction: Sequence[Fraction]) -> Fraction:
    """How far one can go in a direction until an entry is zero."""
    return min((a / -b for a, b in zip(inner, direction, strict=True) if b < 0), default=ONE)


def _inner(solved: Solved, rows: Sequence[Row]) -> list[Fraction] | None:
    """A solution all of whose entries are positive: close to the one with the largest product of entries."""
    import numpy as np  # 12 times the start of Python

    matrix = np.array([[float(entry) for entry in coefficients] for coefficients, _ in rows])
    right = np.array([float(value) for _, value in rows])
    found = _centre(matrix, right)
    if found is None:
        return None
    start = np.array([float(entry) for entry in solved.start])
    directions = np.array([[float(entry) for entry in direction] for direction in solved.directions]).T
    steps, *_ = np.linalg.lstsq(directions, found - start, rcond=None)
    exact = [Fraction(round(float(step) * FINE), FINE) for step in steps]
    point = [
        entry + sum((t * d[place] for t, d in zip(exact, solved.directions, strict=True)), ZERO)
        for place, entry in enumerate(solved.start)
    ]
    return point if all(entry > 0 for entry in point) else None


def _centre(matrix: Any, right: Any) -> Any:
    """Newton's steps to the x > 0 with A x = b whose logarithms have the largest sum; None where they lead nowhere."""
    import numpy as np  # 12 times the start of Python

    size = matrix.shape[1]
    x = np.full(size, 1.0 / size)
    for _ in range(STEPS):
        scaled = matrix * (x * x)
        dual, *_ = np.linalg.lstsq(scaled @ matrix.T, 2 * matrix @ x - right, rcond=None)
        step = x - (x * x) * (matrix.T @ dual)
        down = step < 0
        length = min(1.0, 0.9 * float(np.min(-x[down] / step[down]))) if down.any() else 1.0
        x = x + length * step
        if not np.isfinite(x).all():
            return None
    return x if np.abs(matrix @ x - right).max() < 1e-9 else None
