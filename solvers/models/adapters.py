"""Adaptation (notes 15.2): a trained model is left as it is, and small new parts learn the task: adapters, low rank.

An adapter is x + ReLU(x W1 + b1) W2 + b2, narrow in the middle; a low-rank update is
W + (α / r) A B. At first neither changes anything.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes
from solvers.models.gpt import Block


class Adapter(nn.Module):
    """x + ReLU(x W1 + b1) W2 + b2, the identity at first: (..., d) -> (..., d)."""

    def __init__(self, d: int, middle: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, d=d, middle=middle)
        self.W1 = nn.Parameter(torch.randn(d, middle, generator=generator) * d**-0.5)
        self.b1 = nn.Parameter(torch.zeros(middle))
        self.W2, self.b2 = nn.Parameter(torch.zeros(middle, d)), nn.Parameter(torch.zeros(d))

    def forward(self, x: Tensor) -> Tensor:
        check_shapes(W1=(self.W1, "d middle"), x=(x, "d"))
        return x + torch.relu(x @ self.W1 + self.b1) @ self.W2 + self.b2


class AdaptedBlock(nn.Module):
    """A block whose own parameters stand still, with an adapter after each sub-layer, before it is added."""

    def __init__(self, block: Block, middle: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.block = block.requires_grad_(False)
        d = block.W1.shape[0]
        self.adapters = nn.ModuleList([Adapter(d, middle, generator) for _ in range(2)])

    def forward(self, x: Tensor, mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
        block = self.block
        if block.pre:
            x = x + self.adapters[0](block.attention(block.norms[0](x), mask=mask, causal=causal))
            return x + self.adapters[1](block.feed_forward(block.norms[1](x)))
        x = block.norms[0](x + self.adapters[0](block.attention(x, mask=mask, causal=causal)))
        return block.norms[1](x + self.adapters[1](block.feed_forward(x)))


class LowRank(nn.Module):
    """x (W + (α / r) A B) with W standing still, A (d, r), and B (r, d') zero at first: (..., d) -> (..., d')."""

    W: Tensor

    def __init__(self, W: Tensor, rank: int, alpha: float = 1.0, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, rank=rank)
        check_number(alpha=alpha)
        check_shapes(W=(W, "= d outputs"))
        if rank > min(W.shape):
            raise BadInput(f"rank is {rank} for W of shape {tuple(W.shape)}, but at most its smaller size is of use.")
        self.register_buffer("W", W.detach().clone())
        self.scale = alpha / rank
        first = torch.randn(W.shape[0], rank, generator=generator) * W.shape[0] ** -0.5
        self.A, self.B = nn.Parameter(first.to(W)), nn.Parameter(W.new_zeros(rank, W.shape[1]))

    def forward(self, x: Tensor) -> Tensor:
        check_shapes(W=(self.W, "d outputs"), x=(x, "d"))
        return x @ self.W + self.scale * (x @ self.A @ self.B)

    def merged(self) -> Tensor:
        """One matrix that does the same: (d, d')."""
        return self.W + self.scale * self.A @ self.B


def adapt(blocks: nn.ModuleList, middle: int, generator: torch.Generator | None = None) -> nn.ModuleList:
    """Adapters into every block; only these (and nothing of the blocks) will learn."""
    found = []
    for block in blocks:
        if not isinstance(block, Block):
            raise BadInput(f"A {type(block).__name__} is among the blocks, but adapters fit into Block alone.")
        found.append(AdaptedBlock(block, middle, generator))
    return nn.ModuleList(found)


def adapter_parameters(d: int, middle: int, blocks: int = 1) -> int:
    """Two adapters a block of 2 d m + m + d numbers each."""
    check_at_least(1, d=d, middle=middle, blocks=blocks)
    return blocks * 2 * (2 * d * middle + middle + d)


def low_rank_parameters(rows: int, columns: int, rank: int) -> int:
    """r (d + d') in place of d d'."""
    check_at_least(1, rows=rows, columns=columns, rank=rank)
    return rank * (rows + columns)
