"""What a lab shows, as plain numbers: no drawing here, and no torch. A terminal, paper or a browser draws them."""

from __future__ import annotations

from dataclasses import dataclass

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines over a common axis, from `first` on in steps of one. `log`: the values are drawn as powers of ten."""

    title: str
    across: str
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    first: int = 0
    log: bool = False


@dataclass(frozen=True, slots=True)
class Heat:
    """Tables of numbers, each with its name (empty: none), the top row first, dark to light from `low` to `high`."""

    title: str
    tables: tuple[tuple[str, Rows], ...]
    low: float
    high: float
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Plane:
    """Points in the plane by group, over a field of values in [0, 1] sampled on a grid (top row first; may be empty).

    `bounds` are left, right, bottom, top.
    """

    title: str
    groups: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    bounds: tuple[float, float, float, float]
    field: Rows = ()
    caption: str = ""


Picture = Curves | Heat | Plane
