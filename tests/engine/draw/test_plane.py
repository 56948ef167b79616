"""Points and fields in the plane."""

from __future__ import annotations

import pytest

from engine.draw.plane import plane

BOUNDS = (0.0, 2.0, 0.0, 2.0)


@pytest.mark.parametrize(
    ("point", "row", "column"),
    [
        pytest.param((0.0, 2.0), 1, 1, id="top-left"),
        pytest.param((2.0, 2.0), 1, 2, id="top-right"),
        pytest.param((0.0, 0.0), 2, 1, id="bottom-left"),
        pytest.param((2.0, 0.0), 2, 2, id="bottom-right"),
        pytest.param((1.5, 0.5), 2, 2, id="inside"),
    ],
)
def test_a_point_lands_where_it_belongs(point: tuple[float, float], row: int, column: int) -> None:
    rows = plane([("x", [point])], BOUNDS, width=4, height=4)
    assert [(r, c) for r, line in enumerate(rows[:4]) for c, mark in enumerate(line) if mark == "x"] == [(row, column)]


def test_points_outside_are_left_out() -> None:
    assert "x" not in "".join(plane([("x", [(3.0, 1.0), (1.0, -1.0)])], BOUNDS, width=8, height=6)[:6])


def test_the_field_is_shaded_top_row_first() -> None:
    rows = plane([], BOUNDS, [[1.0, 0.0], [0.0, 0.0]], width=6, height=6, ascii=True)
    assert [row[1:-1] for row in rows[1:5]] == ["##  ", "##  ", "    ", "    "]


def test_a_later_group_hides_an_earlier_one() -> None:
    rows = plane([("o", [(1.0, 1.0)]), ("x", [(1.0, 1.0)])], BOUNDS, width=8, height=6)
    assert ("o" in "".join(rows[:6]), "x" in "".join(rows[:6])) == (False, True)


def test_the_frame_says_its_bounds() -> None:
    rows = plane([], BOUNDS, width=20, height=5)
    assert rows[-1] == "x from 0 to 2, y from 0 to 2"
    assert {len(row) for row in rows[:-1]} == {20}
