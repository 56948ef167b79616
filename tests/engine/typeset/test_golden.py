"""Exam mathematics against the golden file, each entry of which was read by eye."""

from __future__ import annotations

import pytest

from engine.typeset import boxes, line, speech
from engine.typeset.cells import cell_width, cells, clusters
from tests.engine.typeset.golden import Golden, entries

ENTRIES = entries()
golden = pytest.mark.parametrize("entry", ENTRIES, ids=[e.latex for e in ENTRIES])


def test_the_file_is_large_and_has_no_doubles() -> None:
    assert len(ENTRIES) >= 110
    assert len({e.latex for e in ENTRIES}) == len(ENTRIES)


@golden
def test_box(entry: Golden) -> None:
    box = boxes(entry.latex)
    assert box.rows == entry.rows
    assert box.baseline == entry.baseline


@golden
def test_line(entry: Golden) -> None:
    assert line(entry.latex) == entry.line


@golden
def test_speech(entry: Golden) -> None:
    assert speech(entry.latex) == entry.speech


@golden
def test_every_cell_is_one_wide(entry: Golden) -> None:
    for row in (*boxes(entry.latex).rows, line(entry.latex)):
        assert all(cell_width(cluster[0]) == 1 for cluster in clusters(row))
        assert cells(row) == len(clusters(row))


@golden
def test_ascii_is_ascii(entry: Golden) -> None:
    box = boxes(entry.latex, ascii=True)
    shown = (*box.rows, line(entry.latex, ascii=True))
    assert all(row.isascii() and row.isprintable() for row in shown)
    assert all(len(row) == box.width for row in box.rows)
    assert "?" not in "".join(shown)  # every symbol has its own fallback


@golden
def test_inks_point_into_the_source(entry: Golden) -> None:
    box = boxes(entry.latex)
    for ink in box.inks:
        assert "".join(clusters(box.rows[ink.row])[ink.column : ink.column + cells(ink.text)]) == ink.text
        assert 0 <= ink.span[0] < ink.span[1] <= len(entry.latex)


@golden
def test_speech_is_words(entry: Golden) -> None:
    assert not set(speech(entry.latex)) & set("\\{}^_|/=<>∑√αβ²₁[]")
