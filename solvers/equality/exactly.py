"""A float64 point made exact: sums that are 1 to the last digit, matrices that are orthogonal or symmetric exactly.

At fifty digits a constraint that holds to sixteen does not hold, and a true identity that needs it would be refuted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from solvers.formula.nodes import Big, Call, Chain, Index, Name
from solvers.formula.tokens import Declaration


def exact_point(
    values: Mapping[str, Any], declared: Mapping[str, Declaration], constraints: Sequence[Chain]
) -> dict[str, Any]:
    """The point's Fractions in nested tuples, moved by less than rounding so that what is declared holds exactly."""
    found = dict(values)
    for name, value in values.items():
        domain = declared[name].domain if name in declared else ""
        if domain == "simplex":
            found[name] = _normalised(value)
        elif domain == "distribution":
            found[name] = tuple(_normalised(row) for row in value)
    for chain in constraints:
        _impose(chain, found)
    return found


def _normalised(entries: Any) -> Any:
    total = sum(entries, Fraction(0))
    if total == 0:
        return entries
    return tuple(entry / total for entry in entries)


def _impose(chain: Chain, values: dict[str, Any]) -> None:
    from solvers.equality.sample import of_length_one, orthogonal

    left, right = chain.sides[0], chain.sides[-1]
    if isinstance(left, Big) and isinstance(left.body, Index) and isinstance(left.body.base, Name):
        *rest, _ = values[left.body.base.text]
        values[left.body.base.text] = (*rest, 1 - sum(rest, Fraction(0)))
    unit = of_length_one(left, right)
    if unit is not None and unit in values:
        values[unit] = _on_the_sphere(values[unit])
    if isinstance(left, Name) and chain.relations[0] == "succ" and left.text in values:
        values[left.text] = _symmetric(values[left.text])
    name = orthogonal(left, right)
    if name is not None and name in values:
        values[name] = _nearest_orthogonal(values[name])
    if isinstance(left, Name) and isinstance(right, Call) and right.op == "transpose":
        values[left.text] = _symmetric(values[left.text])


def _symmetric(matrix: Any) -> Any:
    size = range(len(matrix))
    return tuple(tuple((matrix[i][j] + matrix[j][i]) / 2 for j in size) for i in size)


def _on_the_sphere(entries: Any) -> Any:
    """A rational vector of length exactly 1 close to one that has it up to rounding: by its stereographic image."""
    *rest, last = entries
    turned = last >= 0  # away from the pole that is projected from
    image = [entry / (1 + abs(last)) for entry in rest]
    square = sum((entry * entry for entry in image), Fraction(0))
    height = (1 - square) / (1 + square)
    return (*(2 * entry / (1 + square) for entry in image), height if turned else -height)


def _nearest_orthogonal(matrix: Any) -> Any:
    """An exactly orthogonal matrix close to one that is so up to rounding: through Cayley's transform and back."""
    size = range(len(matrix))
    eye = [[Fraction(int(i == j)) for j in size] for i in size]
    plus = [[eye[i][j] + matrix[i][j] for j in size] for i in size]
    minus = [[eye[i][j] - matrix[i][j] for j in size] for i in size]
    skew = _product(minus, _inverse(plus))
    exact = [[(skew[i][j] - skew[j][i]) / 2 for j in size] for i in size]
    turned = _product(
        [[eye[i][j] - exact[i][j] for j in size] for i in size],
        _inverse([[eye[i][j] + exact[i][j] for j in size] for i in size]),
    )
    return tuple(tuple(row) for row in turned)


def _product(a: list[list[Fraction]], b: list[list[Fraction]]) -> list[list[Fraction]]:
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in zip(*b, strict=True)]
        for row in a
    ]


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Gauss and Jordan over the rationals; raises ZeroDivisionError for a singular matrix."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column] != 0), column)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for other in range(size):
            if other != column and rows[other][column] != 0:
                factor = rows[other][column]
                rows[other] = [x - factor * y for x, y in zip(rows[other], rows[column], strict=True)]
    return [row[size:] for row in rows]
