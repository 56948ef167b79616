"""Dots and straight lines on the canvas."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.draw.braille import cells, segment

# The dot's number in Unicode's names, by (column, row): an independent route to the bits.
NUMBERS = {(0, 0): 1, (0, 1): 2, (0, 2): 3, (1, 0): 4, (1, 1): 5, (1, 2): 6, (0, 3): 7, (1, 3): 8}


@pytest.mark.parametrize("dot", NUMBERS, ids=str)
def test_a_dot_is_the_one_that_unicode_names(dot: tuple[int, int]) -> None:
    assert unicodedata.name(cells([dot], 1, 1)[0]) == f"BRAILLE PATTERN DOTS-{NUMBERS[dot]}"


def test_dots_outside_are_left_out_and_empty_cells_are_spaces() -> None:
    assert cells([(-1, 0), (0, -1), (4, 0), (0, 8)], 2, 2) == ["  ", "  "]


def test_dots_in_one_cell_add_up() -> None:
    assert cells(list(NUMBERS), 1, 1) == ["⣿"]


_places = st.tuples(st.integers(-50, 50), st.integers(-50, 50))


@given(_places, _places)
def test_a_segment_joins_its_ends_without_gaps(start: tuple[int, int], end: tuple[int, int]) -> None:
    dots = segment(start, end)
    assert (dots[0], dots[-1]) == (start, end)
    assert all(max(abs(a - c), abs(b - d)) <= 1 for (a, b), (c, d) in pairwise(dots))


@given(_places, _places)
def test_a_segment_stays_within_half_a_dot_of_the_line(start: tuple[int, int], end: tuple[int, int]) -> None:
    (x0, y0), (x1, y1) = start, end
    longest = max(abs(x1 - x0), abs(y1 - y0))
    for x, y in segment(start, end):
        assert abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) <= 0.5 * longest + 1e-9
