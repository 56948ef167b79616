"""Long texts in segments (notes 15.2): chunks, and attention with the states of earlier segments kept at each layer.

With recurrence a layer's queries come from the segment, its keys and values from kept and new states. What is kept
does not learn (no gradient crosses into it). Positions must be relative or absent here: a table of places would repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models.attention import causal_mask
from solvers.models.checks import BadInput, check_at_least, check_shapes
from solvers.models.gpt import Block


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment gives (..., L, d), and what the next may look back at: the inputs of each layer (..., m, d)."""

    out: Tensor
    memory: tuple[Tensor, ...]


def chunks(tokens: int, length: int, overlap: int = 0) -> tuple[range, ...]:
    """Segments of this length, each beginning length - overlap after the last, until all tokens are in one."""
    check_at_least(1, tokens=tokens, length=length)
    check_at_least(0, overlap=overlap)
    if overlap >= length:
        raise BadInput(f"overlap is {overlap}, but less than the length {length} is needed, or nothing moves on.")
    found = [range(min(length, tokens))]
    while found[-1].stop < tokens:
        start = found[-1].start + length - overlap
        found.append(range(start, min(start + length, tokens)))
    return tuple(found)


def longest_dependency(layers: int, length: int, memory: int) -> int:
    """How far back the last token of a segment can see, itself not counted, in a text without end.

    A layer sees its own segment so far and `memory` states before it; the oldest of these saw on, one layer below,
    from where its own segment begins. For memories of whole segments that makes length - 1 + layers · memory.
    """
    check_at_least(1, layers=layers, length=length)
    check_at_least(0, memory=memory)
    back = 0
    for _ in range(layers):
        place = (length - 1 - back) % length  # where in its segment the oldest token seen so far stands
        back += place + memory
    return back


def recur(
    blocks: nn.ModuleList, x: Tensor, memory: tuple[Tensor, ...] | None = None, keep: int | None = None
) -> Segment:
    """One segment x (..., L, d) through causal blocks; each layer also sees its memory (..., m, d) of before.

    `keep` is how many of the newest states each layer keeps for the next segment: L unless given.
    """
    check_shapes(x=(x, "L d"))
    keep = x.shape[-2] if keep is None else keep
    check_at_least(0, keep=keep)
    if memory is not None and len(memory) != len(blocks):
        raise BadInput(f"memory is of {len(memory)} layers, but there are {len(blocks)}.")
    kept = []
    for k, block in enumerate(blocks):
        if not isinstance(block, Block):
            raise BadInput(f"blocks holds a {type(block).__name__}, but blocks of a GPT are needed.")
        past = x[..., :0, :] if memory is None else memory[k]
        whole = torch.cat([past, x], dim=-2)
        kept.append(whole[..., max(whole.shape[-2] - keep, 0) :, :].detach())
        x = _through(block, x, whole)
    return Segment(x, tuple(kept))


def recur_over(blocks: nn.ModuleList, x: Tensor, length: int, keep: int | None = None) -> Tensor:
    """A whole text (..., T, d), segment by segment: (..., T, d)."""
    check_shapes(x=(x, "T d"))
    memory, found = None, []
    for part in chunks(x.shape[-2], length):
        segment = recur(blocks, x[..., part.start : part.stop, :], memory, length if keep is None else keep)
        memory = segment.memory
        found.append(segment.out)
    return torch.cat(found, dim=-2)


def hierarchical(inner: nn.ModuleList, outer: nn.ModuleList, x: Tensor, length: int) -> Tensor:
    """Each chunk by itself through the inner blocks, its mean, and the means through the outer ones: all see all.

    x (..., T, d) -> one state for each chunk (..., ⌈T / length⌉, d). Costs T · length + (T / length)² in place of T².
    """
    check_shapes(x=(x, "T d"))
    means = []
    for part in chunks(x.shape[-2], length):
        seen = x[..., part.start : part.stop, :]
        for block in inner:
            seen = block(seen)
        means.append(seen.mean(dim=-2))
    summary = torch.stack(means, dim=-2)
    for block in outer:
        summary = block(summary)
    return summary


def _through(block: Block, x: Tensor, whole: Tensor) -> Tensor:
    """The block's own order of norms, with queries of x and keys and values of all that is seen."""
    mask = causal_mask(x.shape[-2], whole.shape[-2], device=x.device)
    if block.pre:
        x = x + block.attention(block.norms[0](x), block.norms[0](whole), mask)
        return x + block.feed_forward(block.norms[1](x))
    x = block.norms[0](x + block.attention(x, whole, mask))
    return block.norms[1](x + block.feed_forward(x))
