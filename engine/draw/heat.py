"""Tables of numbers as grey fields: half blocks with 24-bit colour where there is colour, else shades, two a number."""

from __future__ import annotations

from collections.abc import Sequence

SHADES = "·░▒▓█"  # the lowest is no space: a dark corner must show where the table ends
ASCII_SHADES = ".:+*#"
RESET = "\x1b[0m"


def heat_map(
    table: Sequence[Sequence[float]], low: float, high: float, *, colour: bool = False, ascii: bool = False
) -> list[str]:
    """Rows of text, the first row of the table on top; `low` is dark, `high` light, what lies beyond is cut there."""
    levels = [[_level(value, low, high) for value in row] for row in table]
    if colour and not ascii:
        return _half_blocks(levels)
    shades = ASCII_SHADES if ascii else SHADES
    return ["".join(2 * shades[round(level * (len(shades) - 1))] for level in row) for row in levels]


def beside(blocks: Sequence[tuple[str, list[str]]], cell: int, width: int, gap: int = 2) -> list[str]:
    """Named blocks in rows that fit `width`; every line of a block shows `cell` columns. Names stand above."""
    each = max(1, (width + gap) // (cell + gap))
    rows: list[str] = []
    for start in range(0, len(blocks), each):
        group = blocks[start : start + each]
        if any(name for name, _ in group):
            rows.append((" " * gap).join(name[:cell].ljust(cell) for name, _ in group).rstrip())
        # Lines are not padded: all are as wide as the cell, in columns, though colour codes make them longer.
        rows += [(" " * gap).join(lines) for lines in zip(*(lines for _, lines in group), strict=True)]
    return rows


def _half_blocks(levels: list[list[float]]) -> list[str]:
    """Two rows of the table a line of text: ▀ with the upper value as its colour, the lower as its background."""
    lines = []
    for upper, lower in zip(levels[::2], [*levels[1::2], None][: len(levels[::2])], strict=True):
        under = ["" if lower is None else f"\x1b[48;2;{_grey(level)}m" for level in lower or upper]
        lines.append("".join(f"\x1b[38;2;{_grey(a)}m{b}▀" for a, b in zip(upper, under, strict=True)) + RESET)
    return lines


def _grey(level: float) -> str:
    return ";".join([str(round(20 + 225 * level))] * 3)


def _level(value: float, low: float, high: float) -> float:
    """Where the value lies between low and high, from 0 to 1; 0 for what is no number."""
    if not value > low:
        return 0.0
    return min((value - low) / (high - low), 1.0) if high > low else 1.0
