"""A Transformer-XL (notes 15.2): segments that look back at kept states, with attention by distance.

A table of places would repeat in every segment, so that scores know only how far a key lies behind its query: with r_d
the sinusoids of distance d, ((q + u)·k + (q + v)·(r_d W^R)) / √d_k. The states kept do not learn; see `segments`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models import segments
from solvers.models.attention import Heads, concatenate, masked, project
from solvers.models.checks import BadInput, check_at_least, check_shapes
from solvers.models.gpt import Block, check_tokens
from solvers.models.layer_norm import LayerNorm
from solvers.models.positional_encoding import encode


@dataclass(frozen=True, slots=True)
class Sizes:
    """V tokens, d, so many heads of d / heads, and blocks with 4 d units between."""

    vocabulary: int
    d: int
    heads: int
    blocks: int


class RelativeHeads(nn.Module):
    """Heads of d / h over queries x (..., n, d), the last n of the tokens y (..., m, d): (..., n, d)."""

    def __init__(self, d: int, heads: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, d=d, heads=heads)
        if d % heads:
            raise BadInput(f"heads is {heads}, but it must divide d = {d}.")
        each = (heads, d, d // heads)
        self.Q, self.K, self.V, self.R, self.O = (
            nn.Parameter(torch.randn(shape, generator=generator) * d**-0.5) for shape in (*[each] * 4, (d, d))
        )
        self.u, self.v = (nn.Parameter(torch.zeros(heads, 1, d // heads)) for _ in range(2))

    def forward(self, x: Tensor, y: Tensor, mask: Tensor | None = None) -> Tensor:
        q, k, v = project(Heads(self.Q, self.K, self.V, self.O), x, y)
        weights = torch.softmax(masked(self.scores(q, k), mask), dim=-1)
        return concatenate(weights @ v) @ self.O

    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        """(..., h, n, d_k), (..., h, m, d_k) -> (..., h, n, m)."""
        sizes = check_shapes(q=(q, "heads n d_k"), k=(k, "heads m d_k"), u=(self.u, "heads one d_k"))
        n, m = sizes["n"], sizes["m"]
        if n > m:
            raise BadInput(f"x has {n} tokens, but y only {m}: the queries are the last of what is looked at.")
        here = torch.arange(m, device=q.device)
        behind = here[m - n :].unsqueeze(-1) - here  # (n, m): how far key j lies behind query i
        every = torch.arange(1 - n, m, device=q.device)  # the distances there are
        r = encode(every.to(q.dtype), self.R.shape[-2]) @ self.R  # (n + m - 1, d) -> (h, n + m - 1, d_k)
        by_distance = (q + self.v) @ r.mT  # (..., h, n, n + m - 1)
        places = (behind + n - 1).expand(*by_distance.shape[:-1], m)
        return ((q + self.u) @ k.mT + by_distance.gather(-1, places)) * k.shape[-1] ** -0.5


class TransformerXl(nn.Module):
    """Tokens of a segment (N, L) -> logits of the next one after each (N, L, V), and what the next segment may see."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, vocabulary=sizes.vocabulary, d=sizes.d, heads=sizes.heads, blocks=sizes.blocks)
        d = sizes.d
        self.tokens = nn.Parameter(torch.randn(sizes.vocabulary, d, generator=generator) * d**-0.5)
        self.blocks = nn.ModuleList(
            [Block(d, sizes.heads, 4 * d, pre=True, generator=generator) for _ in range(sizes.blocks)]
        )
        for block in self.blocks:
            block.attention = RelativeHeads(d, sizes.heads, generator)
        self.end = LayerNorm(d)

    def forward(
        self, tokens: Tensor, memory: tuple[Tensor, ...] | None = None, keep: int | None = None
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """`keep` is how many states each layer keeps for the next segment: L unless given."""
        check_tokens(tokens, self.tokens.shape[0], 1)
        segment = segments.recur(self.blocks, self.tokens[tokens], memory, keep)
        return self.end(segment.out) @ self.tokens.T, segment.memory

    def read(self, tokens: Tensor, length: int, keep: int | None = None) -> Tensor:
        """The logits (N, T, V) of a whole text (N, T), read in segments of this length."""
        check_tokens(tokens, self.tokens.shape[0], 1)
        out = segments.recur_over(self.blocks, self.tokens[tokens], length, keep)
        return self.end(out) @ self.tokens.T


def parameter_count(sizes: Sizes) -> int:
    """V d + L (13 d² + 11 d) + 2 d: five matrices d², u and v, 8 d² + 5 d between, two norms; and the last norm."""
    d = sizes.d
    return sizes.vocabulary * d + sizes.blocks * (13 * d**2 + 11 * d) + 2 * d
