"""What needs no app: pasted lines, carets, letters, points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import wording
from tui.widgets.answer import joined
from tui.widgets.part import caret_rows


@pytest.mark.parametrize(
    ("pasted", "kind", "line"),
    [
        ("1 2\n3 4\n", "matrix", "1 2; 3 4"),
        ("1 2;\n3 4", "matrix", "1 2; 3 4"),
        ("[[1, 2],\n [3, 4]]", "matrix", "[[1, 2], [3, 4]]"),
        ("[\n1 2\n3 4\n]", "matrix", "[ 1 2; 3 4 ]"),
        ("1\r\n2\r\n3", "vector", "1; 2; 3"),
        ("a +\n b", "expression", "a + b"),
        ("", "matrix", ""),
    ],
    ids=["rows", "semicolons", "nested", "bracket-lines", "windows", "expression", "nothing"],
)
def test_pasted_lines(pasted: str, kind: str, line: str) -> None:
    assert joined(pasted, kind) == line


@given(st.lists(st.lists(st.integers(-99, 99), min_size=2, max_size=2), min_size=1, max_size=6))
def test_no_row_is_lost(rows: list[list[int]]) -> None:
    line = joined("\n".join(" ".join(map(str, row)) for row in rows), "matrix")
    assert [[int(entry) for entry in row.split()] for row in line.split(";")] == rows


@pytest.mark.parametrize(
    ("column", "room", "rows"),
    [(3, 40, "   ^ no such name"), (20, 30, "       no such name ^"), (5, 12, "     ^\nno such name")],
    ids=["beside", "before", "below"],
)
def test_caret(column: int, room: int, rows: str) -> None:
    assert caret_rows(column, "no such name", room) == rows
    assert max(map(len, rows.splitlines())) <= max(room, column + 1)


@given(st.sets(st.integers(0, 8)))
def test_ticked_options_are_typed_and_read_back(ticked: set[int]) -> None:
    assert set(wording.indices_of(wording.letters_of(sorted(ticked)), 9)) == ticked


@pytest.mark.parametrize(
    ("points", "text"),
    [(Fraction(2), "2"), (Fraction(3, 2), "1.5"), (Fraction(1, 3), "1/3"), (Fraction(0), "0")],
    ids=str,
)
def test_points(points: Fraction, text: str) -> None:
    assert wording.number(points) == text
