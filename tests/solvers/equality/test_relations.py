"""The tables of ≈, ∝, ≤ and ⇒ that stand in the files beside this one: the verdict of each row, whatever the seed."""

from __future__ import annotations

import pytest

from tests.solvers.equality import (
    test_relations_approximate,
    test_relations_equations,
    test_relations_order,
    test_relations_proportional,
)
from tests.solvers.equality.judged import Row, W, judged

ROWS: list[tuple[Row, tuple[str, ...] | None]] = [
    *((row, None) for row in test_relations_approximate.ROWS),
    *((row, None) for row in test_relations_equations.ROWS),
    *((row, None) for row in test_relations_order.ROWS),
    *((row[:3], row[3]) for row in test_relations_proportional.ROWS),
]
IDS = [
    f"{line}, {len(lets)}: {verdict}" + (f" in {variables}" if variables else "")
    for (line, lets, verdict), variables in ROWS
]


@pytest.mark.parametrize(("row", "variables"), ROWS, ids=IDS)
@pytest.mark.parametrize("seed", range(3))
def test_verdicts(row: Row, variables: tuple[str, ...] | None, seed: int) -> None:
    line, lets, verdict = row
    found = judged(line, lets, seed, variables)
    assert found.verdict == verdict, found
    assert found.evidence
    assert (found.counterexample is None) or found.verdict == W
