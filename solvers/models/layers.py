"""Torch's own layers one after the other, which refuse what the first cannot read before any work."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from solvers.models.checks import check_examples


class Layers(nn.Sequential):
    """`reads`: the sizes of an example's axes, None where any fits; a part of the stack, `layers[:3]`, asks nothing."""

    def __init__(self, *layers: Any, reads: tuple[int | None, ...] | None = None) -> None:
        super().__init__(*layers)
        self.reads = reads

    def forward(self, x: Tensor) -> Tensor:
        if self.reads is not None:
            check_examples(x, self.reads, next(self.parameters()))
        for layer in self:
            x = layer(x)
        return x
