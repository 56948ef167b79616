"""Heat maps in shades and in half blocks, and blocks side by side."""

from __future__ import annotations

import re

import pytest

from engine.draw.heat import ASCII_SHADES, SHADES, beside, heat_map

CODE = re.compile(r"\x1b\[([0-9;]*)m")


@pytest.mark.parametrize("ascii", [False, True], ids=["shades", "ascii"])
def test_levels_are_shades_two_columns_each(ascii: bool) -> None:
    shades = ASCII_SHADES if ascii else SHADES
    assert heat_map([[0, 0.25, 0.5, 0.75, 1]], 0, 1, ascii=ascii) == ["".join(2 * shade for shade in shades)]


@pytest.mark.parametrize(
    ("value", "shade"),
    [pytest.param(-9, "·", id="below"), pytest.param(9, "█", id="above"), pytest.param(float("nan"), "·", id="nan")],
)
def test_what_lies_beyond_is_cut(value: float, shade: str) -> None:
    assert heat_map([[value]], 0, 1) == [2 * shade]


def test_a_half_block_shows_two_rows_upper_in_front() -> None:
    (line,) = heat_map([[1.0], [0.0]], 0, 1, colour=True)
    assert CODE.findall(line) == ["38;2;245;245;245", "48;2;20;20;20", "0"]
    assert CODE.sub("", line) == "▀"


def test_an_odd_last_row_has_no_background() -> None:
    lines = heat_map([[0.0, 1.0], [0.0, 1.0], [1.0, 1.0]], 0, 1, colour=True)
    assert len(lines) == 2
    assert "48;2" not in lines[1]
    assert CODE.sub("", lines[1]) == "▀▀"


def test_equal_bounds_are_no_division_by_zero() -> None:
    assert heat_map([[1.0, 2.0]], 1, 1) == ["··██"]


def test_blocks_go_below_where_the_width_ends() -> None:
    blocks = [(name, ["ab", "cd"]) for name in ("1", "2", "3")]
    assert beside(blocks, 2, 6) == ["1   2", "ab  ab", "cd  cd", "3", "ab", "cd"]


def test_nameless_blocks_have_no_heading() -> None:
    assert beside([("", ["ab"])], 2, 6) == ["ab"]
