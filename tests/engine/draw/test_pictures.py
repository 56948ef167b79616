"""Each kind of picture as text: title first, caption last, within the width."""

from __future__ import annotations

import pytest

from engine.draw.pictures import drawn
from solvers.lab.picture import Curves, Heat, Picture, Plane

PICTURES: dict[str, Picture] = {
    "curves": Curves("Title", "t", (("first", (1.0, 2.0)), ("second", (3.0, 1.0)))),
    "log": Curves("Title", "t", (("falls", (1.0, 0.1, 0.0)),), 1, log=True),
    "heat": Heat("Title", (("a", ((0.0, 1.0),)), ("b", ((1.0, 0.0),))), 0, 1, "Caption"),
    "plane": Plane("Title", (("x", ((0.5, 0.5),)),), (0, 1, 0, 1), ((0.0, 1.0),), "Caption"),
}


@pytest.mark.parametrize("ascii", [False, True], ids=["unicode", "ascii"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_its_title_and_caption_and_keeps_its_width(name: str, ascii: bool) -> None:
    rows = drawn(PICTURES[name], 60, ascii=ascii)
    assert rows[0] == "Title"
    assert (rows[-1] == "Caption") == (name in {"heat", "plane"})
    assert all(len(row) <= 60 for row in rows)
    assert not ascii or "".join(rows).isascii()


def test_every_line_is_named() -> None:
    rows = drawn(PICTURES["curves"], 60)
    assert rows.index("first") < rows.index("second")


def test_a_logarithm_of_nothing_is_a_gap() -> None:
    rows = drawn(PICTURES["log"], 60, ascii=True)
    assert sum(row.count("*") for row in rows) == 2
    assert rows[2].split("|")[0].strip() == "0"
    assert rows[9].split("|")[0].strip() == "-1"
