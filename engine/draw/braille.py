"""A canvas of dots, eight a character cell: Unicode's braille patterns U+2800 to U+28FF."""

from __future__ import annotations

from collections.abc import Iterable

# The bit of each dot in its cell, by row (four) and column (two), as Unicode numbers them.
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def cells(dots: Iterable[tuple[int, int]], width: int, height: int) -> list[str]:
    """Dots (column, row), row 0 at the top, on a canvas of `width` x `height` characters; dots outside are left out."""
    patterns = [[0] * width for _ in range(height)]
    for column, row in dots:
        if 0 <= column < 2 * width and 0 <= row < 4 * height:
            patterns[row // 4][column // 2] |= _BITS[row % 4][column % 2]
    return ["".join(chr(0x2800 + pattern) if pattern else " " for pattern in line) for line in patterns]


def segment(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """The dots of a straight line, both ends among them, as many as the longer side has."""
    (x0, y0), (x1, y1) = start, end
    steps = max(abs(x1 - x0), abs(y1 - y0), 1)
    return [(x0 + round(k * (x1 - x0) / steps), y0 + round(k * (y1 - y0) / steps)) for k in range(steps + 1)]
