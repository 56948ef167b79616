"""A gradient written by hand in the place of autograd's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Tensors = tuple[Tensor, ...]


@dataclass(frozen=True)
class Hand:
    """What is differentiated, at which inputs, and by whom."""

    inputs: Tensors
    value: Callable[..., Tensor]
    back: Callable[[Tensors, Tensor], tuple[Tensor, ...]]


class ByHand(torch.autograd.Function):
    """A row's value as an operation of autograd whose backward pass is the row's."""

    @staticmethod
    def forward(ctx: Any, hand: Hand, *inputs: Tensor) -> Tensor:
        ctx.hand = hand
        ctx.save_for_backward(*inputs)
        return hand.value(*inputs)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        return None, *ctx.hand.back(ctx.saved_tensors, upstream)


def scaled(slope: Callable[..., Tensor | Tensors]) -> Callable[[Tensors, Tensor], tuple[Tensor, ...]]:
    """Of a single number, or one an instance: its slope times what flows back."""

    def back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
        found = slope(*inputs)
        parts = (found,) if isinstance(found, Tensor) else found
        return tuple(each * upstream.reshape(*upstream.shape, *[1] * (each.ndim - upstream.ndim)) for each in parts)

    return back
