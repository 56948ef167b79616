"""Chains side by side: rows of an alignment whose second column goes on from the second column of the row before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from engine.derivation.source import Source

Cells = Sequence[Source]


def column_by_column(rows: Sequence[Cells], begins: Callable[[Source], bool]) -> list[Cells]:
    """The rows, those of the first column before those of the second where chains stand side by side; `begins` says
    whether a cell begins with a relation."""
    pairs = [[row[place : place + 2] for place in range(0, len(row), 2)] for row in rows]
    if not any(_goes_on(above, below, begins) for above, below in pairwise(pairs)):
        return list(rows)
    width = max(map(len, pairs))
    columns = [[row[column] for row in pairs if column < len(row)] for column in range(width)]
    return [pair for column in columns for pair in column if any(cell.text.strip() for cell in pair)]


def _goes_on(above: Sequence[Cells], below: Sequence[Cells], begins: Callable[[Source], bool]) -> bool:
    """Whether a column behind the first one goes on in the row below, with nothing before its relation."""
    beside = zip(above[1:], below[1:], strict=False)
    return any(
        len(one) == 2 and len(two) == 2 and one[0].text.strip() and not two[0].text.strip() and begins(two[1])
        for one, two in beside
    )
