"""An encoder-decoder as in T5 (notes 15.3.3): pre-norm by the root mean square, no biases, relative positions.

Scores are Q Kᵀ + a bias for each head and each bucket of distances, unscaled; the first layer's biases serve all layers
of a stack. The embedding is shared by both sides and, scaled by 1/√d, is the output matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from solvers.models.attention import causal_mask
from solvers.models.checks import BadInput, check_at_least, check_shapes
from solvers.models.gpt import check_tokens

EPS: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Sizes:
    """V tokens, d, heads of d_k, d_ff, so many blocks each side, buckets of distances up to `farthest`."""

    vocabulary: int
    d: int
    heads: int
    d_k: int
    d_ff: int
    blocks: int
    buckets: int = 32
    farthest: int = 128

    def __post_init__(self) -> None:
        check_at_least(1, vocabulary=self.vocabulary, d=self.d, heads=self.heads, d_k=self.d_k, d_ff=self.d_ff)
        check_at_least(1, blocks=self.blocks, buckets=self.buckets, farthest=self.farthest)


SMALL: Final = Sizes(32_128, 512, 8, 64, 2048, 6)
BASE: Final = Sizes(32_128, 768, 12, 64, 3072, 12)


class RmsNorm(nn.Module):
    """γ ⊙ x / √(mean x² + ε): no mean is taken off, nothing added. (..., d)"""

    def __init__(self, d: int) -> None:
        super().__init__()
        check_at_least(1, d=d)
        self.gamma = nn.Parameter(torch.ones(d))

    def forward(self, x: Tensor) -> Tensor:
        check_shapes(x=(x, "d"), gamma=(self.gamma, "d"))
        return self.gamma * x * torch.rsqrt((x**2).mean(dim=-1, keepdim=True) + EPS)


def bucket(distance: Tensor, buckets: int = 32, farthest: int = 128, *, both: bool = True) -> Tensor:
    """The bucket of key place - query place: one each while short, then growing by a factor, one for all beyond.

    With `both`, half of the buckets are for keys that come later; without, those share bucket 0.
    """
    check_at_least(4, buckets=buckets)
    check_at_least(buckets // 2 + 1, farthest=farthest)
    offset = torch.zeros_like(distance)
    if both:
        buckets //= 2
        offset = (distance > 0) * buckets
        away = distance.abs()
    else:
        away = (-distance).clamp(min=0)
    exact = buckets // 2
    share = torch.log(away.clamp(min=1).double() / exact) / math.log(farthest / exact)
    grown = (exact + (share * (buckets - exact)).long()).clamp(max=buckets - 1)
    return offset + torch.where(away < exact, away, grown)


class Attention(nn.Module):
    """Heads of d_k over queries x (N, n, d) and memory y (N, m, d), with biases (h, n, m) added to the scores."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None) -> None:
        super().__init__()
        inner = sizes.heads * sizes.d_k
        self.heads = sizes.heads
        self.Q = _drawn(generator, sizes.d, inner, scale=(sizes.d * sizes.d_k) ** -0.5)  # in place of dividing scores
        self.K, self.V = (_drawn(generator, sizes.d, inner) for _ in range(2))
        self.O = _drawn(generator, inner, sizes.d)

    def forward(self, x: Tensor, y: Tensor, bias: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        out = self.weights(x, y, bias, mask) @ self._split(y @ self.V)
        return out.transpose(-3, -2).flatten(-2) @ self.O  # (N, h, n, d_k) -> (N, n, h, d_k) -> (N, n, h d_k)

    def weights(self, x: Tensor, y: Tensor, bias: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """The attention matrices (N, h, n, m)."""
        q, k = self._split(x @ self.Q), self._split(y @ self.K)
        scores = q @ k.mT if bias is None else q @ k.mT + bias
        scores = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
        return torch.softmax(scores, dim=-1)

    def _split(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(-1, (self.heads, -1)).transpose(-3, -2)  # (N, n, h d_k) -> (N, h, n, d_k)


class Block(nn.Module):
    """x + attention(norm x), in a decoder + cross-attention, + ReLU(norm x W1) W2: (N, n, d)."""

    def __init__(self, sizes: Sizes, *, decoder: bool, generator: torch.Generator | None) -> None:
        super().__init__()
        self.own = Attention(sizes, generator)
        self.cross = Attention(sizes, generator) if decoder else None
        self.W1 = _drawn(generator, sizes.d, sizes.d_ff)
        self.W2 = _drawn(generator, sizes.d_ff, sizes.d)
        self.norms = nn.ModuleList([RmsNorm(sizes.d) for _ in range(3 if decoder else 2)])

    def forward(self, x: Tensor, bias: Tensor, mask: Tensor | None, memory: Tensor | None = None) -> Tensor:
        seen = self.norms[0](x)
        x = x + self.own(seen, seen, bias, mask)
        if self.cross is not None and memory is not None:
            x = x + self.cross(self.norms[1](x), memory)
        return x + torch.relu(self.norms[-1](x) @ self.W1) @ self.W2


class Stack(nn.Module):
    """Blocks with one table of distance biases, and a norm at the end."""

    def __init__(self, sizes: Sizes, *, decoder: bool, generator: torch.Generator | None) -> None:
        super().__init__()
        self.sizes, self.decoder = sizes, decoder
        self.biases = _drawn(generator, sizes.buckets, sizes.heads)
        self.blocks = nn.ModuleList([Block(sizes, decoder=decoder, generator=generator) for _ in range(sizes.blocks)])
        self.end = RmsNorm(sizes.d)

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        bias = self.bias(x.shape[-2])
        mask = causal_mask(x.shape[-2], device=x.device) if self.decoder else None
        for block in self.blocks:
            x = block(x, bias, mask, memory)
        return self.end(x)

    def bias(self, n: int) -> Tensor:
        """(h, n, n)."""
        place = torch.arange(n, device=self.biases.device)
        distance = place - place.unsqueeze(-1)  # [i, j] = j - i
        which = bucket(distance, self.sizes.buckets, self.sizes.farthest, both=not self.decoder)
        return self.biases[which].movedim(-1, 0)  # (n, n, h) -> (h, n, n)


class T5(nn.Module):
    """Source (N, m) and target prefixes (N, n) -> logits (N, n, V) of the symbol after each prefix."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, vocabulary=sizes.vocabulary, d=sizes.d, heads=sizes.heads, d_k=sizes.d_k, d_ff=sizes.d_ff)
        check_at_least(1, blocks=sizes.blocks)
        check_at_least(4, buckets=sizes.buckets)
        if sizes.farthest <= sizes.buckets // 2:
            raise BadInput(
                f"farthest is {sizes.farthest}, but more than half of the {sizes.buckets} buckets is needed."
            )
        self.tokens = _drawn(generator, sizes.vocabulary, sizes.d, scale=1.0)
        self.encoder = Stack(sizes, decoder=False, generator=generator)
        self.decoder = Stack(sizes, decoder=True, generator=generator)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        for tokens in (source, target):
            check_tokens(tokens, self.tokens.shape[0], 1)
        states = self.decoder(self.tokens[target], self.encoder(self.tokens[source]))
        return states * self.tokens.shape[-1] ** -0.5 @ self.tokens.T


def parameter_count(sizes: Sizes) -> int:
    """V d + 2 h·buckets + L (4 d·h·d_k + 2 d·d_ff + 2 d) + L (8 d·h·d_k + 2 d·d_ff + 3 d) + 2 d."""
    d, attention, ffn = sizes.d, 4 * sizes.d * sizes.heads * sizes.d_k, 2 * sizes.d * sizes.d_ff
    blocks = sizes.blocks * (attention + ffn + 2 * d + 2 * attention + ffn + 3 * d)
    return sizes.vocabulary * d + 2 * sizes.heads * sizes.buckets + blocks + 2 * d


def _drawn(generator: torch.Generator | None, rows: int, columns: int, scale: float | None = None) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, columns, generator=generator) * (rows**-0.5 if scale is None else scale))
