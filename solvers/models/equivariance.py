"""Equivariance and invariance tried out (notes 8.1.4, 8.1.8): does f(g(x)) = g(f(x)), or f(g(x)) = f(x)?

Agreement on samples is no proof; a disagreement is: it comes with the instance that shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from solvers.models.checks import check_shapes

Map = Callable[[Tensor], Tensor]  # instances first: (N, …) -> (N, …)
Kind = Literal["both", "equivariant", "invariant", "neither"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What held on every sample, and for what did not the largest gap and the sample (its place) that shows it."""

    kind: Kind
    equivariance_gap: float
    invariance_gap: float
    against_equivariance: int | None
    against_invariance: int | None


def tried(f: Map, move: Map, x: Tensor, moved_output: Map | None = None, tolerance: float = 1e-9) -> Verdict:
    """Try f on samples x (N, …) and on g(x) = move(x). Outputs are moved by `moved_output`, as the inputs unless told.

    Where f changes the size (stride 2 halves a shift by two into a shift by one), the outputs' own move is needed.
    """
    check_shapes(x=(x, "samples axis"))
    after, plain = f(move(x)), f(x)
    moved = (move if moved_output is None else moved_output)(plain)
    equivariance, invariance = _gap(after, moved), _gap(after, plain)
    holds = equivariance[0] <= tolerance, invariance[0] <= tolerance
    kinds: dict[tuple[bool, bool], Kind] = {
        (True, True): "both", (True, False): "equivariant", (False, True): "invariant", (False, False): "neither"
    }  # fmt: skip
    return Verdict(
        kinds[holds], equivariance[0], invariance[0],
        None if holds[0] else equivariance[1], None if holds[1] else invariance[1],
    )  # fmt: skip


def _gap(a: Tensor, b: Tensor) -> tuple[float, int]:
    """The largest difference and its sample; infinite where the shapes differ."""
    if a.shape != b.shape:
        return float("inf"), 0
    each = (a - b).abs().flatten(1).amax(dim=-1)  # (samples, …) -> (samples, numbers)
    worst = int(each.argmax())
    return float(each[worst]), worst
