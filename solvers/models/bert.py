"""BERT (notes 15.3.2): an encoder over tokens, positions and segments, with heads for masked words and next sentences.

Tokens are masked by `masking`. The head for words ties its matrix to the embedding. Published sizes build on
torch.device("meta"), where nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from solvers.models.attention import padding_mask
from solvers.models.checks import BadInput, check_at_least
from solvers.models.gpt import Block, check_tokens
from solvers.models.layer_norm import LayerNorm

EPS: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Sizes:
    """V tokens, P positions, 2 segments, d, heads, blocks; d_ff is 4 d."""

    vocabulary: int
    positions: int
    d: int
    heads: int
    blocks: int

    def __post_init__(self) -> None:
        check_at_least(1, vocabulary=self.vocabulary, positions=self.positions, d=self.d, heads=self.heads)
        check_at_least(1, blocks=self.blocks)


BASE: Final = Sizes(30_522, 512, 768, 12, 12)
LARGE: Final = Sizes(30_522, 512, 1024, 16, 24)


class Bert(nn.Module):
    """Tokens (N, n) -> states (N, n, d); both sides of a token are seen."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, vocabulary=sizes.vocabulary, positions=sizes.positions, blocks=sizes.blocks)
        d = sizes.d

        def drawn(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(shape, generator=generator) * 0.02)

        self.tokens, self.places, self.segments = drawn(sizes.vocabulary, d), drawn(sizes.positions, d), drawn(2, d)
        self.start = LayerNorm(d, EPS)
        self.blocks = nn.ModuleList(
            [
                Block(d, sizes.heads, 4 * d, pre=False, tanh=False, eps=EPS, generator=generator)
                for _ in range(sizes.blocks)
            ]
        )
        self.pooler, self.pooler_bias = drawn(d, d), nn.Parameter(torch.zeros(d))

    def forward(self, tokens: Tensor, segments: Tensor | None = None, lengths: Tensor | None = None) -> Tensor:
        """Segments (N, n) are 0 or 1, all 0 unless given; only the first `lengths` (N) tokens are real."""
        check_tokens(tokens, self.tokens.shape[0], self.places.shape[0])
        segments = torch.zeros_like(tokens) if segments is None else segments
        if not bool(((segments == 0) | (segments == 1)).all()):
            raise BadInput("segments holds something else than 0 and 1, the first and the second sentence.")
        x = self.start(self.tokens[tokens] + self.places[: tokens.shape[-1]] + self.segments[segments])
        mask = None if lengths is None else padding_mask(lengths, tokens.shape[-1])
        for block in self.blocks:
            x = block(x, mask)
        return x

    def pool(self, states: Tensor) -> Tensor:
        """tanh(W h_1 + b) of the first token, for sentence tasks: (N, n, d) -> (N, d)."""
        return torch.tanh(states[..., 0, :] @ self.pooler + self.pooler_bias)


class PreTraining(nn.Module):
    """BERT with the two heads it is pre-trained by: logits of words (N, n, V), and of "the sentences follow" (N, 2)."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.bert, d = Bert(sizes, generator), sizes.d
        self.W = nn.Parameter(torch.randn(d, d, generator=generator) * d**-0.5)
        self.b, self.norm = nn.Parameter(torch.zeros(d)), LayerNorm(d, EPS)
        self.word_bias = nn.Parameter(torch.zeros(sizes.vocabulary))
        self.follows = nn.Parameter(torch.randn(d, 2, generator=generator) * 0.02)
        self.follows_bias = nn.Parameter(torch.zeros(2))

    def forward(
        self, tokens: Tensor, segments: Tensor | None = None, lengths: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        states = self.bert(tokens, segments, lengths)
        words = self.norm(gelu(states @ self.W + self.b)) @ self.bert.tokens.T + self.word_bias
        return words, self.bert.pool(states) @ self.follows + self.follows_bias


def parameter_count(sizes: Sizes, *, pre_training: bool = False) -> int:
    """(V + P + 2) d + 2 d + L (12 d² + 13 d) + d² + d with the pooler; the heads add d² + d + 2 d + V + 2 d + 2."""
    d = sizes.d
    body = (sizes.vocabulary + sizes.positions + 2) * d + 2 * d + sizes.blocks * (12 * d**2 + 13 * d) + d**2 + d
    return body + (d**2 + 5 * d + sizes.vocabulary + 2) * pre_training
