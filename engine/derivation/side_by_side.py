"""Chains side by side: rows of an alignment each of whose columns goes on from its own column of the row before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from engine.derivation.source import Source

Cells = Sequence[Source]
_OPERATOR = re.compile(r"(?:\\q?quad(?![A-Za-z])|\\[,;:! ]|[\s{}])*[-+−]")


def column_by_column(rows: Sequence[Cells], begins: Callable[[Source], bool]) -> list[Cells]:
    """The rows, those of the first column before those of the second where chains stand side by side and go on;
    `begins` says whether a cell begins with a relation."""
    blocks: list[list[list[Cells]]] = []
    for row in rows:
        pairs = [row[place : place + 2] for place in range(0, len(row), 2)]
        if blocks and _goes_on(blocks[-1], pairs, begins):
            blocks[-1].append(pairs)
        else:
            blocks.append([pairs])
    kept = iter(rows)
    return [cells for block in blocks for cells in _in_turn(block, [next(kept) for _ in block])]


def _in_turn(block: Sequence[Sequence[Cells]], rows: Sequence[Cells]) -> Iterator[Cells]:
    """The rows of chains that stand side by side, one column behind the other."""
    if len(block) == 1:
        yield from rows
        return
    for column in range(max(map(len, block))):
        pairs = [row[column] for row in block if column < len(row)]
        yield from (pair for pair in pairs if any(cell.text.strip() for cell in pair))


def _goes_on(block: Sequence[Sequence[Cells]], below: Sequence[Cells], begins: Callable[[Source], bool]) -> bool:
    """Whether a column goes on in the row below, with nothing before its relation: one behind the first, or the first
    where another chain stands beside it in a row above."""
    first = any(len(pair) == 2 and pair[0].text.strip() and begins(pair[1]) for row in block for pair in row[1:])
    for column, two in enumerate(below):
        above = [row[column] for row in block if column < len(row) and any(cell.text.strip() for cell in row[column])]
        if (column == 0 and not first) or not above or len(above[0]) != 2 or len(two) != 2:
            continue
        goes = begins(two[1]) or (column == 0 and _OPERATOR.match(two[1].text) is not None)
        if above[0][0].text.strip() and not two[0].text.strip() and goes:
            return True
    return False
