"""The ten digits as 8x8 pictures of our own, and a short text of our own for the language model."""

from __future__ import annotations

from typing import Final

_DRAWN: Final = """
..####.. ...##... ..####.. ..####.. ....##.. .######. ..####.. .######. ..####.. ..####..
.##..##. ..###... .##..##. .##..##. ...###.. .##..... .##..... .##..##. .##..##. .##..##.
.##..##. .####... .....##. .....##. ..####.. .##..... .##..... ....##.. .##..##. .##..##.
.##..##. ...##... ....##.. ...###.. .##.##.. .#####.. .#####.. ....##.. ..####.. ..#####.
.##..##. ...##... ...##... .....##. .######. .....##. .##..##. ...##... .##..##. .....##.
.##..##. ...##... ..##.... .....##. ....##.. .....##. .##..##. ...##... .##..##. .....##.
.##..##. ...##... .##..... .##..##. ....##.. .##..##. .##..##. ..##.... .##..##. .....##.
..####.. .######. .######. ..####.. ....##.. ..####.. ..####.. ..##.... ..####.. ..####..
"""

TEXT: Final = (
    "the network reads a line and learns what comes next. a gradient flows back through every step, "
    "and every step adds its share. the error at the end of the line is split among the weights that made it. "
    "a weight that helped is kept, a weight that hurt is moved. small steps down the slope, one after the other, "
    "lead to a valley. if the steps are too long the loss jumps from wall to wall; if they are too short the night "
    "is over before the loss is low. a gate decides what the cell keeps and what the cell forgets. attention asks "
    "every word how much it matters, and the words that matter most are heard. the student works the sum by hand, "
    "checks the sign, checks the shape, and finds the line where the sum went wrong. then the student works it again. "
)


def digits() -> tuple[tuple[tuple[float, ...], ...], ...]:
    """Ten pictures of eight rows of eight, 0 background and 1 ink, in the order 0 to 9."""
    lines = [line.split() for line in _DRAWN.split("\n") if line]
    return tuple(
        tuple(tuple(float(mark == "#") for mark in line[digit]) for line in lines) for digit in range(10)
    )  # fmt: skip
