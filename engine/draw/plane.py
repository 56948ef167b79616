"""Points in the plane, a letter a group, over a shaded field: decision boundaries and clouds of samples."""

from __future__ import annotations

from collections.abc import Sequence

from engine.draw.lines import number

FIELD, ASCII_FIELD = " ·░▒▓", " .:*#"  # no full block: letters must stay readable beside it
Groups = Sequence[tuple[str, Sequence[tuple[float, float]]]]


def plane(
    groups: Groups,
    bounds: tuple[float, float, float, float],
    field: Sequence[Sequence[float]] = (),
    *,
    width: int = 72,
    height: int = 24,
    ascii: bool = False,
) -> list[str]:
    """Rows of text: a frame, inside it the field's shade (0 to 1) at each cell, and over it the points' letters.

    `bounds` are left, right, bottom, top; points outside are left out. A later group hides an earlier one.
    """
    across, down = max(width - 2, 2), max(height - 2, 2)
    cells = [[_shade(field, row / down, column / across, ascii) for column in range(across)] for row in range(down)]
    left, right, bottom, top = bounds
    for letter, points in groups:
        for x, y in points:
            if left <= x <= right and bottom <= y <= top:
                column = min(int((x - left) / ((right - left) or 1) * across), across - 1)
                cells[min(int((top - y) / ((top - bottom) or 1) * down), down - 1)][column] = letter
    corner, rule, side = "+-|" if ascii else "·─│"
    edge = corner + rule * across + corner
    ends = f"x from {number(left)} to {number(right)}, y from {number(bottom)} to {number(top)}"
    return [edge, *(side + "".join(row) + side for row in cells), edge, ends]


def _shade(field: Sequence[Sequence[float]], down: float, across: float, ascii: bool) -> str:
    """The shade at a place given as shares of the height and the width."""
    if not field:
        return " "
    row = field[int(down * len(field))]
    value = min(max(row[int(across * len(row))], 0.0), 1.0)
    shades = ASCII_FIELD if ascii else FIELD
    return shades[round(value * (len(shades) - 1))]
