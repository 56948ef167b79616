"""What a layer over T tokens of width D costs (notes 15.1): multiply-adds, steps that must wait, longest paths.

Self-attention: 4 T D² for the projections and 2 T² D for scores and weighted sum; the feed-forward part 2 T D d_ff,
8 T D² with d_ff = 4 D. The number of heads changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from solvers.models.checks import BadInput, check_at_least, check_one_of

Layer = Literal["self-attention", "recurrent", "convolution", "restricted"]
LAYERS = ("self-attention", "recurrent", "convolution", "restricted")


@dataclass(frozen=True, slots=True)
class Cost:
    """Orders of growth without constants: multiply-adds, steps one after the other, longest path between two tokens."""

    operations: int
    sequential: int
    path: int


@dataclass(frozen=True, slots=True)
class BlockCost:
    """Multiply-adds of one Transformer block."""

    projections: int
    scores: int  # Q Kᵀ and A V together
    feed_forward: int

    @property
    def attention(self) -> int:
        return self.projections + self.scores


def block(tokens: int, d: int, d_ff: int | None = None) -> BlockCost:
    """Without biases, norms and softmax: 4 T D², 2 T² D, 2 T D d_ff."""
    check_at_least(1, tokens=tokens, d=d)
    d_ff = 4 * d if d_ff is None else d_ff
    check_at_least(1, d_ff=d_ff)
    return BlockCost(4 * tokens * d**2, 2 * tokens**2 * d, 2 * tokens * d * d_ff)


def crossover(d: int, d_ff: int | None = None, *, projections: bool = False) -> Fraction:
    """The T at which attention costs as much as the feed-forward part: d_ff, or d_ff - 2 D with the projections.

    With d_ff = 4 D that is 4 D and 2 D. At most 0 where attention always costs more.
    """
    check_at_least(1, d=d)
    d_ff = 4 * d if d_ff is None else d_ff
    check_at_least(1, d_ff=d_ff)
    return Fraction(d_ff - 2 * d * projections)


def layer(kind: Layer, tokens: int, d: int, *, kernel: int = 3, neighbours: int = 1) -> Cost:
    """Table 1 of the Transformer paper: T² D, 1, 1; T D², T, T; k T D², 1, ⌈log_k T⌉ (dilated); r T D, 1, ⌈T / r⌉."""
    check_one_of("kind", kind, LAYERS)
    check_at_least(1, tokens=tokens, d=d, neighbours=neighbours)
    check_at_least(2, kernel=kernel)
    rows = {
        "self-attention": Cost(tokens**2 * d, 1, 1),
        "recurrent": Cost(tokens * d**2, tokens, tokens),
        "convolution": Cost(kernel * tokens * d**2, 1, _logarithm(tokens, kernel)),
        "restricted": Cost(neighbours * tokens * d, 1, math.ceil(tokens / neighbours)),
    }
    if kind == "restricted" and neighbours > tokens:
        raise BadInput(f"neighbours is {neighbours}, but there are only {tokens} tokens.")
    return rows[kind]


def _logarithm(tokens: int, kernel: int) -> int:
    """⌈log_k T⌉ in whole numbers, at least 1."""
    layers, seen = 1, kernel
    while seen < tokens:
        layers, seen = layers + 1, seen * kernel
    return layers
