"""Line plots: where values land, what the labels say, gaps, and the room they keep to."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.draw.lines import GUTTER, line_plot

_values = st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1, max_size=300)


@given(_values, st.integers(20, 120), st.integers(2, 20), st.booleans())
def test_a_plot_keeps_to_its_room(values: list[float], width: int, height: int, ascii: bool) -> None:
    rows = line_plot(values, width, height, ascii=ascii)
    assert all(len(row) <= width for row in rows)
    assert len(rows) == (height + 1 if any(map(math.isfinite, values)) else 1)
    assert not ascii or "".join(rows).isascii()


def test_a_falling_line_runs_from_top_left_to_bottom_right() -> None:
    rows = line_plot([2.0, 1.0, 0.0], GUTTER + 8, 3, ascii=True)
    assert [row.strip() for row in rows[:3]] == ["2|*", "|   *", "0|      *"]


def test_corners_are_labelled() -> None:
    rows = line_plot([0.25, 8.5], 60, 5, first=1, across="update")
    assert rows[0].split("│")[0].strip() == "8.5"
    assert rows[4].split("│")[0].strip() == "0.25"
    assert rows[5].split() == ["1", "update", "2"]


def test_a_constant_is_a_level_line_with_one_label() -> None:
    rows = line_plot([3.0, 3.0, 3.0], 40, 5, ascii=True)
    assert sum("*" in row for row in rows) == 1
    assert sum("3" in row.split("|")[0] for row in rows[:5]) == 1


@pytest.mark.parametrize("hole", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_not_finite_leaves_a_gap(hole: float) -> None:
    whole = "".join(line_plot([0.0] * 21, 60, 3))
    gapped = "".join(line_plot([0.0] * 10 + [hole] + [0.0] * 10, 60, 3))
    assert gapped.count("⠤") + gapped.count("⠒") + gapped.count("⠉") + gapped.count("⣀") < len(whole)
    assert gapped != whole


def test_nothing_finite_says_so() -> None:
    assert line_plot([math.nan]) == ["(nothing to plot)"]
