"""What words in a sentence say without "Let": what is a matrix, of which size, and on which condition a claim is made.

`kinds.txt` holds the pages, apart by lines of ====; the first line of each has the verdicts of its steps.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.derivation.check import check

PAGES = (Path(__file__).parent / "kinds.txt").read_text("utf-8").split("\n====\n")


@pytest.mark.parametrize("page", PAGES, ids=range(1, len(PAGES) + 1))
def test_conditions_and_kinds_are_heeded(page: str) -> None:
    verdicts, _, text = page.partition("\n")
    assert [step.verdict for step in check(text).steps] == verdicts.split()
