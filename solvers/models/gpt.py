"""GPT (notes 15.3.1): a stack of causal blocks over h0 = U W_e + W_p, P(u) = softmax(h_n W_eᵀ), with W_e tied.

L1(U) = Σ_i log P(u_i | u_{i-k}, …, u_{i-1}). Published sizes build on torch.device("meta"), where nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from solvers.models import decoding, sparse_attention
from solvers.models.attention import MultiHead
from solvers.models.checks import BadInput, check_at_least, check_shapes, check_symbols, picked
from solvers.models.decoding import Decoded
from solvers.models.layer_norm import EPS, LayerNorm


@dataclass(frozen=True, slots=True)
class Sizes:
    """V tokens, P positions, d, heads, blocks; d_ff is 4 d. `pre` norms before each sub-layer and once at the end."""

    vocabulary: int
    positions: int
    d: int
    heads: int
    blocks: int
    pre: bool = True

    def __post_init__(self) -> None:
        check_at_least(1, vocabulary=self.vocabulary, positions=self.positions, d=self.d, heads=self.heads)
        check_at_least(1, blocks=self.blocks)


GPT1: Final = Sizes(40_478, 512, 768, 12, 12, pre=False)
GPT2: Final[Mapping[str, Sizes]] = MappingProxyType(
    {
        "small": Sizes(50_257, 1024, 768, 12, 12),
        "medium": Sizes(50_257, 1024, 1024, 16, 24),
        "large": Sizes(50_257, 1024, 1280, 20, 36),
        "xl": Sizes(50_257, 1024, 1600, 25, 48),
    }
)
# Table 2.1 of the GPT-3 paper. Its 13B row says d = 5140, which 40 heads of 128 do not make; 5120 do.
GPT3: Final[Mapping[str, Sizes]] = MappingProxyType(
    {
        "125M": Sizes(50_257, 2048, 768, 12, 12),
        "350M": Sizes(50_257, 2048, 1024, 16, 24),
        "760M": Sizes(50_257, 2048, 1536, 16, 24),
        "1.3B": Sizes(50_257, 2048, 2048, 32, 24),
        "2.7B": Sizes(50_257, 2048, 2560, 32, 32),
        "6.7B": Sizes(50_257, 2048, 4096, 32, 32),
        "13B": Sizes(50_257, 2048, 5120, 40, 40),
        "175B": Sizes(50_257, 2048, 12_288, 96, 96),
    }
)


Pair = tuple[Tensor, Tensor]  # keys and values


class Block(nn.Module):
    """Self-attention and GELU(x W1 + b1) W2 + b2, each added and normed, before (`pre`) or after: (..., n, d)."""

    def __init__(
        self,
        d: int,
        heads: int,
        d_ff: int,
        *,
        pre: bool,
        tanh: bool = True,
        eps: float = EPS,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.pre, self.approximate = pre, "tanh" if tanh else "none"
        self.attention = MultiHead(d, heads, generator=generator)
        self.W1 = nn.Parameter(torch.randn(d, d_ff, generator=generator) * d**-0.5)
        self.W2 = nn.Parameter(torch.randn(d_ff, d, generator=generator) * d_ff**-0.5)
        self.b1, self.b2 = nn.Parameter(torch.zeros(d_ff)), nn.Parameter(torch.zeros(d))
        self.norms = nn.ModuleList([LayerNorm(d, eps) for _ in range(2)])

    def forward(self, x: Tensor, mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
        if self.pre:
            x = x + self.attention(self.norms[0](x), mask=mask, causal=causal)
            return x + self.feed_forward(self.norms[1](x))
        x = self.norms[0](x + self.attention(x, mask=mask, causal=causal))
        return self.norms[1](x + self.feed_forward(x))

    def feed_forward(self, x: Tensor) -> Tensor:
        """Token by token: (..., d) -> (..., d)."""
        return gelu(x @ self.W1 + self.b1, approximate=self.approximate) @ self.W2 + self.b2

    def step(self, x: Tensor, past: Pair | None) -> tuple[Tensor, Pair]:
        """One more token (N, 1, d) after those whose keys and values are kept: the last row of the whole sequence."""
        seen = self.norms[0](x) if self.pre else x
        new = self.attention.remember(seen)
        kept = new if past is None else (torch.cat([past[0], new[0]], dim=-2), torch.cat([past[1], new[1]], dim=-2))
        looked = x + self.attention.recall(seen, *kept)
        if self.pre:
            return looked + self.feed_forward(self.norms[1](looked)), kept
        looked = self.norms[0](looked)
        return self.norms[1](looked + self.feed_forward(looked)), kept


@dataclass(frozen=True, slots=True)
class Cache:
    """Keys and values of each block (N, h, m, d / h), and how many tokens they come from."""

    blocks: tuple[Pair | None, ...]
    position: int

    def pick(self, rows: Tensor) -> Cache:
        """The given instances, in this order."""
        return Cache(
            tuple(None if each is None else (each[0][rows], each[1][rows]) for each in self.blocks), self.position
        )


class Gpt(nn.Module):
    """Tokens (N, n) -> logits of the next one after each prefix (N, n, V)."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, vocabulary=sizes.vocabulary, positions=sizes.positions, blocks=sizes.blocks)
        d = sizes.d
        self.tokens = nn.Parameter(torch.randn(sizes.vocabulary, d, generator=generator) * 0.02)
        self.places = nn.Parameter(torch.randn(sizes.positions, d, generator=generator) * 0.02)
        self.blocks = nn.ModuleList(
            [Block(d, sizes.heads, 4 * d, pre=sizes.pre, generator=generator) for _ in range(sizes.blocks)]
        )
        self.end = LayerNorm(d) if sizes.pre else nn.Identity()

    def states(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """h_n before the last matrix: (N, n) -> (N, n, d). `mask` (n, n) keeps some of the causal pairs alone."""
        check_tokens(tokens, self.tokens.shape[0], self.places.shape[0])
        mask = mask if mask is None else sparse_attention.causal(mask)
        x = self.tokens[tokens] + self.places[: tokens.shape[-1]]
        for block in self.blocks:
            x = block(x, mask, causal=mask is None)
        return self.end(x)

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        return self.states(tokens, mask) @ self.tokens.T

    def begin(self) -> Cache:
        """Nothing seen yet."""
        return Cache((None,) * len(self.blocks), 0)

    def step(self, symbols: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        """Logits after one more token, (N,) -> (N, V): as `forward` gives them in its last row."""
        check_tokens(symbols, self.tokens.shape[0], 1)
        if cache.position >= self.places.shape[0]:
            raise BadInput(f"The sequence would be longer than the {self.places.shape[0]} positions there are.")
        x = (self.tokens[symbols] + self.places[cache.position]).unsqueeze(-2)  # (N, d) -> (N, 1, d)
        kept = []
        for block, past in zip(self.blocks, cache.blocks, strict=True):
            x, more = block.step(x, past)  # type: ignore[operator]
            kept.append(more)
        return (self.end(x) @ self.tokens.T).squeeze(-2), Cache(tuple(kept), cache.position + 1)

    def generate(self, prompt: Tensor, end: int, length: int, width: int = 1) -> Decoded:
        """Go on from a prompt (N, n): beam search of this width, 1 is greedy -> symbols (N, B, L) after the prompt."""
        check_symbols("prompt", prompt, self.tokens.shape[0], "= examples places")
        cache = self.begin()
        for symbols in prompt[:, :-1].unbind(-1):
            _, cache = self.step(symbols, cache)
        return decoding.beam(self.step, Cache.pick, cache, prompt[:, -1], end, length, width)


def token_log_probabilities(logits: Tensor, tokens: Tensor) -> Tensor:
    """log P(u_i | before) of the second token on: logits (..., n, V), tokens (..., n) -> (..., n - 1)."""
    check_shapes(logits=(logits, "tokens vocabulary"))
    check_symbols("tokens", tokens, logits.shape[-1], "tokens")
    return picked("tokens", tokens[..., 1:], torch.log_softmax(logits[..., :-1, :], dim=-1))


def windowed(model: Gpt, tokens: Tensor, k: int) -> Tensor:
    """log P(u_i | the k tokens before it, or those there are), windows from position 0: (N, n) -> (N, n - 1)."""
    check_at_least(1, k=k)
    check_symbols("tokens", tokens, model.tokens.shape[0], "= examples tokens")
    check_at_least(2, tokens=tokens.shape[-1])
    found = []
    for i in range(1, tokens.shape[-1]):
        seen = tokens[:, max(0, i - k) : i + 1]
        found.append(token_log_probabilities(model(seen), seen)[:, -1])
    return torch.stack(found, dim=-1)


def perplexity(log_probabilities: Tensor) -> Tensor:
    """exp(-mean log P) of natural logs (..., n): as unsure as a fair choice among so many. (...)"""
    check_shapes(log_probabilities=(log_probabilities, "tokens"))
    return torch.exp(-log_probabilities.mean(dim=-1))


def parameter_count(sizes: Sizes) -> int:
    """V d + P d + L (12 d² + 13 d), and 2 d for the norm at the end where there is one."""
    d = sizes.d
    return (sizes.vocabulary + sizes.positions) * d + sizes.blocks * (12 * d**2 + 13 * d) + 2 * d * sizes.pre


def check_tokens(tokens: Tensor, vocabulary: int, positions: int) -> None:
    """Whole numbers of the vocabulary, and no more than there are positions (for one token each, say 1)."""
    check_symbols("tokens", tokens, vocabulary, "places")
    if positions > 1 and tokens.shape[-1] > positions:
        raise BadInput(f"tokens has {tokens.shape[-1]} places, but the model has {positions} positions.")
