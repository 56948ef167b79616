"""Reads the golden file: what each formula looks like as a box, in one row, and in words.

`python -m tests.engine.typeset.golden` writes it anew from the formulas in it; then read the difference by eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.typeset import boxes, line, speech

FILE = Path(__file__).parent / "golden" / "formulas.txt"


@dataclass(frozen=True)
class Golden:
    """One entry: the LaTeX source and what each writer is expected to make of it."""

    latex: str
    rows: tuple[str, ...]
    baseline: int
    line: str
    speech: str


def entries() -> tuple[Golden, ...]:
    """All entries, in the order of the file."""
    blocks = FILE.read_text(encoding="utf-8").split("\n## ")[1:]
    return tuple(_entry(block.rstrip("\n").split("\n")) for block in blocks)


def _entry(lines: list[str]) -> Golden:
    latex, *drawn, line, speech = lines
    assert all(row[0] in " >" and row[-1] == "|" for row in drawn), latex
    baseline = [i for i, row in enumerate(drawn) if row[0] == ">"]
    assert [line[:2], speech[:2], len(baseline)] == ["= ", ": ", 1], latex
    return Golden(latex, tuple(row[1:-1] for row in drawn), baseline[0], line[2:], speech[2:])


def written(latex: str) -> str:
    """One entry as the program sets it today."""
    box = boxes(latex)
    rows = [f"{'>' if index == box.baseline else ' '}{row}|" for index, row in enumerate(box.rows)]
    return "\n".join([f"## {latex}", *rows, f"= {line(latex)}", f": {speech(latex)}", ""])


if __name__ == "__main__":
    head = FILE.read_text(encoding="utf-8").split("\n## ")[0]
    FILE.write_text("\n".join([head, *(written(entry.latex) for entry in entries())]), encoding="utf-8")
