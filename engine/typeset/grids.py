"""Matrices, cases and aligned lines: cells that are already boxes, set in rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from engine.typeset.box import EMPTY, Lay, beside, blank, framed, leaf, shift
from engine.typeset.fences import fence
from engine.typeset.rows import kind_of
from engine.typeset.tree import Grid, Node, Row, Sym

_GAPS = {"matrix": 2, "array": 2, "small": 1, "cases": 3, "aligned": 0, "gathered": 0, "substack": 0}


def grid_box(node: Grid, cells: Sequence[Sequence[Lay]], ascii: bool) -> Lay:
    """A grid of boxes with its fences and rules, its baseline in the middle row."""
    if node.kind == "aligned":
        cells = [_joined(row, boxes) for row, boxes in zip(node.cells, cells, strict=True)]
    count = max(map(len, cells))
    widths = [max((row[c].width for row in cells if c < len(row)), default=0) for c in range(count)]
    columns = _columns(node, widths)
    aligns = [_align(node, c) for c in range(count)]
    tops, heights, total = _rows(node, cells)
    parts = [
        (top + height[0] - box.baseline, columns[c] + shift(widths[c] - box.width, aligns[c]), box)
        for row, top, height in zip(cells, tops, heights, strict=True)
        for c, box in enumerate(row)
    ]
    width = columns[-1] + widths[-1]
    parts += _ruled(node, columns, widths, tops, total, ascii)
    pad = 1 if node.kind == "matrix" and (node.left or node.right) else 0
    if len(node.rules) and node.kind == "array" and count in node.rules:
        width += 2
    baseline = tops[len(cells) // 2] + heights[len(cells) // 2][0] if len(cells) % 2 else (total - 1) // 2
    body = framed(width, total, baseline, *parts)
    left, right = (fence(g, total, baseline, node.span, ascii) for g in (node.left, node.right))
    pad = 1 if node.kind == "cases" else pad
    return beside(left, blank(pad), body, blank(pad), right) if node.left or node.right else body


def _columns(node: Grid, widths: list[int]) -> list[int]:
    """Where each column begins. Pairs of aligned columns have a gap between them; a rule takes its own cell."""
    found, at = [], 0
    for index, width in enumerate(widths):
        if index and node.kind == "aligned":
            at += 4 if index % 2 == 0 else 0
        elif index:
            at += _GAPS[node.kind]
        if index in node.rules:
            at += 1 if index else 2
        found.append(at)
        at += width
    return found


def _rows(node: Grid, cells: Sequence[Sequence[Lay]]) -> tuple[list[int], list[tuple[int, int]], int]:
    """The first row of each line, its (rows above, rows below) the baseline, and the number of rows in all."""
    tops: list[int] = []
    heights: list[tuple[int, int]] = []
    at = 0
    for index, row in enumerate(cells):
        above, below = max(b.baseline for b in row), max(b.depth for b in row)
        if index in node.lines or (index and _airy(node, heights[-1], above)):
            at += 1
        tops.append(at)
        heights.append((above, below))
        at += above + below + 1
    return tops, heights, at + (1 if len(cells) in node.lines else 0)


def _airy(node: Grid, before: tuple[int, int], above: int) -> bool:
    """An empty row keeps tall lines apart; in a matrix any tall row does, so that its rows are seen as rows."""
    if node.kind in ("matrix", "array", "small"):
        return before[1] + above > 0
    return before[1] > 0 and above > 0


def _align(node: Grid, column: int) -> str:
    if node.kind == "array":
        return node.aligns[column] if column < len(node.aligns) else "l"
    if node.kind == "aligned":
        return "r" if column % 2 == 0 else "l"
    if node.kind == "cases":
        return "l"
    numbers = all(_number(row[column]) for row in node.cells if column < len(row))
    return "r" if node.kind in ("matrix", "small") and numbers else "c"


def _number(cell: Node) -> bool:
    """A number or letter with or without a sign: columns of these are set flush right."""
    items = cell.items if isinstance(cell, Row) else (cell,)
    if items and isinstance(items[0], Sym) and items[0].text in ("-", "+"):
        items = items[1:]
    return len(items) <= 1 and all(isinstance(i, Sym) and _plain(i.text) for i in items)


def _plain(text: str) -> bool:
    return len(text) == 1 or text.replace(".", "").isdigit()


def _joined(row: Sequence[Node], boxes: Sequence[Lay]) -> list[Lay]:
    """Relations at the & keep their cell of room on both sides, as if the line were not cut there."""
    found = []
    for index, (cell, box) in enumerate(zip(row, boxes, strict=True)):
        items = cell.items if isinstance(cell, Row) else (cell,)
        first = _edge(items[0]) and index % 2 == 1 if items else False
        last = _edge(items[-1]) and index % 2 == 0 and index + 1 < len(row) if items else False
        found.append(beside(*[EMPTY] * (not items), *[blank(1)] * first, box, *[blank(1)] * last))
    return found


def _edge(node: Node) -> bool:
    """A relation, or an operator that the & has cut from its left operand (and so reads like a sign)."""
    return kind_of(node) in ("rel", "bin")


def _ruled(
    node: Grid, columns: list[int], widths: list[int], tops: list[int], total: int, ascii: bool
) -> list[tuple[int, int, Lay]]:
    """The lines of an array, with crosses where they meet."""
    width = columns[-1] + widths[-1] + (2 if len(columns) in node.rules else 0)
    upright, flat, cross = ("|", "-", "+") if ascii else ("│", "─", "┼")
    places = [columns[c] - 2 if c < len(columns) else width - 1 for c in node.rules if c <= len(columns)]
    rows = {(tops[r] - 1 if r < len(tops) else total - 1) for r in node.lines}
    found: list[tuple[int, int, Lay]] = []
    for row in sorted(rows):
        line = "".join(cross if at in places else flat for at in range(width))
        found.append((row, 0, leaf(line, node.span)))
    for at in places:
        found += [(row, at, leaf(upright, node.span)) for row in range(total) if row not in rows]
    return found
