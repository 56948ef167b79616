"""The Transformer of notes 14: encoder and decoder blocks, the whole model, and generation with kept keys and values.

After each sub-layer comes LayerNorm(x + sub-layer(x)) (post, as in the notes), or x + sub-layer(LayerNorm(x)) (pre);
a stack of pre-norm blocks ends with one more LayerNorm. Rows are tokens, (..., n, d). There is no dropout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from solvers.models import decoding
from solvers.models.attention import MultiHead, padding_mask
from solvers.models.checks import check_at_least, check_shapes, check_symbols
from solvers.models.decoding import Decoded
from solvers.models.layer_norm import LayerNorm
from solvers.models.positional_encoding import PositionalEncoding, encode


@dataclass(frozen=True, slots=True)
class Sizes:
    """d = d_model, h heads, d_ff hidden units in the feed-forward part; `pre` norms before each sub-layer."""

    d: int = 512
    heads: int = 8
    d_ff: int = 2048
    pre: bool = False

    def __post_init__(self) -> None:
        check_at_least(1, d=self.d, heads=self.heads, d_ff=self.d_ff)


class FeedForward(nn.Module):
    """FFN(x) = max(0, x W1 + b1) W2 + b2, token by token: (..., d) -> (..., d)."""

    def __init__(self, d: int, d_ff: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, d=d, d_ff=d_ff)
        self.W1 = nn.Parameter(torch.randn(d, d_ff, generator=generator) * d**-0.5)
        self.b1 = nn.Parameter(torch.zeros(d_ff))
        self.W2 = nn.Parameter(torch.randn(d_ff, d, generator=generator) * d_ff**-0.5)
        self.b2 = nn.Parameter(torch.zeros(d))

    def forward(self, x: Tensor) -> Tensor:
        check_shapes(W1=(self.W1, "d d_ff"), x=(x, "d"))
        return torch.relu(x @ self.W1 + self.b1) @ self.W2 + self.b2


class EncoderBlock(nn.Module):
    """Self-attention, then the feed-forward part, each added and normed: (..., n, d) -> (..., n, d)."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.pre = sizes.pre
        self.attention = MultiHead(sizes.d, sizes.heads, generator=generator)
        self.feed_forward = FeedForward(sizes.d, sizes.d_ff, generator)
        self.norms = nn.ModuleList([LayerNorm(sizes.d) for _ in range(2)])

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = _add_and_norm(x, lambda seen: self.attention(seen, mask=mask), self.norms[0], self.pre)
        return _add_and_norm(x, self.feed_forward, self.norms[1], self.pre)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one decoder block remembers: keys and values, (N, h, m, d / h), of its own past and of the memory."""

    own: tuple[Tensor, Tensor] | None
    memory: tuple[Tensor, Tensor]


class DecoderBlock(nn.Module):
    """Masked self-attention, cross-attention over the memory, the feed-forward part: (..., n, d) -> (..., n, d)."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.pre = sizes.pre
        self.attention, self.cross = (MultiHead(sizes.d, sizes.heads, generator=generator) for _ in range(2))
        self.feed_forward = FeedForward(sizes.d, sizes.d_ff, generator)
        self.norms = nn.ModuleList([LayerNorm(sizes.d) for _ in range(3)])

    def forward(self, x: Tensor, memory: Tensor, memory_mask: Tensor | None = None) -> Tensor:
        x = _add_and_norm(x, lambda seen: self.attention(seen, causal=True), self.norms[0], self.pre)
        x = _add_and_norm(x, lambda seen: self.cross(seen, memory, memory_mask), self.norms[1], self.pre)
        return _add_and_norm(x, self.feed_forward, self.norms[2], self.pre)

    def begin(self, memory: Tensor) -> Kept:
        """The encoder's output is projected once: memory (N, m, d)."""
        return Kept(own=None, memory=self.cross.remember(memory))

    def step(self, x: Tensor, kept: Kept, memory_mask: Tensor | None = None) -> tuple[Tensor, Kept]:
        """One more token, (N, 1, d) -> (N, 1, d): the same values as the whole sequence gives in its last row."""
        grown = kept.own

        def look(seen: Tensor) -> Tensor:
            nonlocal grown
            new = self.attention.remember(seen)
            past = new if kept.own is None else tuple(torch.cat(pair, -2) for pair in zip(kept.own, new, strict=True))
            grown = (past[0], past[1])
            return self.attention.recall(seen, *grown)

        mask = None if memory_mask is None else memory_mask.unsqueeze(-3)  # the same for every head
        x = _add_and_norm(x, look, self.norms[0], self.pre)
        x = _add_and_norm(x, lambda seen: self.cross.recall(seen, *kept.memory, mask), self.norms[1], self.pre)
        return _add_and_norm(x, self.feed_forward, self.norms[2], self.pre), replace(kept, own=grown)


@dataclass(frozen=True, slots=True)
class Cache:
    """What generation remembers: of each block, how many tokens there were, and where the memory is padding."""

    blocks: tuple[Kept, ...]
    position: int
    memory_mask: Tensor | None  # (N, 1, m)

    def pick(self, rows: Tensor) -> Cache:
        """The given instances, in this order."""

        def of(pair: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            return pair[0][rows], pair[1][rows]

        blocks = tuple(Kept(None if each.own is None else of(each.own), of(each.memory)) for each in self.blocks)
        mask = None if self.memory_mask is None else self.memory_mask[rows]
        return replace(self, blocks=blocks, memory_mask=mask)


class Transformer(nn.Module):
    """Embeddings times √d plus positions, N encoder and N decoder blocks, and a linear map to the target's logits."""

    def __init__(
        self,
        source: int,
        target: int,
        blocks: int = 6,
        sizes: Sizes | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        check_at_least(1, source=source, target=target, blocks=blocks)
        sizes = Sizes() if sizes is None else sizes
        self.source = nn.Parameter(torch.randn(source, sizes.d, generator=generator) * sizes.d**-0.5)
        self.target = nn.Parameter(torch.randn(target, sizes.d, generator=generator) * sizes.d**-0.5)
        self.positions = PositionalEncoding(sizes.d)
        self.encoder = nn.ModuleList([EncoderBlock(sizes, generator) for _ in range(blocks)])
        self.decoder = nn.ModuleList([DecoderBlock(sizes, generator) for _ in range(blocks)])
        self.ends = nn.ModuleList([LayerNorm(sizes.d) if sizes.pre else nn.Identity() for _ in range(2)])
        self.V = nn.Parameter(torch.randn(sizes.d, target, generator=generator) * sizes.d**-0.5)
        self.c = nn.Parameter(torch.zeros(target))

    def encode(self, source: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Symbols (N, m), the first `lengths` (N) of each real -> memory (N, m, d)."""
        check_symbols("source", source, self.source.shape[0], "places")
        x, mask = self.positions(self._embed(self.source, source)), _memory_mask(source, lengths)
        for block in self.encoder:
            x = block(x, mask)
        return self.ends[0](x)

    def decode(self, target: Tensor, memory: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Logits of the symbol after each prefix: target (N, n), memory (N, m, d) -> (N, n, V)."""
        check_symbols("target", target, self.target.shape[0], "places")
        check_shapes(V=(self.V, "d symbols"), memory=(memory, "places d"))
        x, mask = self.positions(self._embed(self.target, target)), _memory_mask(memory[..., 0], lengths)
        for block in self.decoder:
            x = block(x, memory, mask)
        return self.ends[1](x) @ self.V + self.c

    def forward(self, source: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Source (N, m) and target prefixes (N, n) -> logits (N, n, V)."""
        return self.decode(target, self.encode(source, lengths), lengths)

    def begin(self, source: Tensor, lengths: Tensor | None = None) -> Cache:
        """What `step` starts from: the encoder runs once."""
        memory = self.encode(source, lengths)
        blocks = tuple(block.begin(memory) for block in self.decoder)  # type: ignore[operator]
        return Cache(blocks=blocks, position=0, memory_mask=_memory_mask(source, lengths))

    def step(self, symbols: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
        """Logits after one more symbol: (N,) -> (N, V)."""
        check_symbols("symbols", symbols, self.target.shape[0])
        position = torch.full((1,), float(cache.position), dtype=self.target.dtype, device=symbols.device)
        x = self._embed(self.target, symbols.unsqueeze(-1)) + encode(position, self.target.shape[-1])  # (N, 1, d)
        grown = []
        for block, kept in zip(self.decoder, cache.blocks, strict=True):
            x, more = block.step(x, kept, cache.memory_mask)  # type: ignore[operator]
            grown.append(more)
        logits = self.ends[1](x).squeeze(-2) @ self.V + self.c
        return logits, replace(cache, blocks=tuple(grown), position=cache.position + 1)

    def generate(
        self, source: Tensor, first: int, end: int, length: int, width: int = 1, lengths: Tensor | None = None
    ) -> Decoded:
        """Beam search of this width (1 is greedy) from the symbol `first`: source (N, m) -> symbols (N, B, L)."""
        check_symbols("source", source, self.source.shape[0], "= examples places")
        check_at_least(0, first=first)
        start = source.new_full((source.shape[0],), first)
        return decoding.beam(self.step, Cache.pick, self.begin(source, lengths), start, end, length, width)

    def _embed(self, table: Tensor, symbols: Tensor) -> Tensor:
        return table[symbols] * table.shape[-1] ** 0.5


def block_parameters(d: int, d_ff: int, *, decoder: bool = False, bias: bool = True) -> int:
    """4 d² (and 4 d biases) an attention, 2 d d_ff + d_ff + d the feed-forward part, 2 d a LayerNorm.

    An encoder block has one attention and two norms, a decoder block two and three.
    """
    check_at_least(1, d=d, d_ff=d_ff)
    attentions = 2 if decoder else 1
    return attentions * 4 * d * (d + bias) + 2 * d * d_ff + d_ff + d + (attentions + 1) * 2 * d


def _add_and_norm(x: Tensor, sublayer: Callable[[Tensor], Tensor], norm: nn.Module, pre: bool) -> Tensor:
    return x + sublayer(norm(x)) if pre else norm(x + sublayer(x))


def _memory_mask(like: Tensor, lengths: Tensor | None) -> Tensor | None:
    """(N, 1, m) where there are lengths."""
    return None if lengths is None else padding_mask(lengths, like.shape[-1])
