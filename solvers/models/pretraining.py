"""Greedy layer-wise pre-training (notes 7.4.1): each layer learns to code the codes below it, a start for a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import check_at_least, check_shapes
from solvers.models.mlp import Mlp
from solvers.models.norm_penalties import TiedAutoencoder
from solvers.models.optimizers import Optimizer, Rule


@dataclass(frozen=True, slots=True)
class Stage:
    """One layer's autoencoder, trained on the codes of the stages below, and its reconstruction error at each step."""

    coder: TiedAutoencoder
    errors: Tensor


def greedy(x: Tensor, widths: Sequence[int], rule: Rule, steps: int, generator: torch.Generator) -> tuple[Stage, ...]:
    """Unsupervised: x (N, n), a tied tanh autoencoder of each width in turn. A finished layer is not touched again."""
    inputs = check_shapes(x=(x, "examples inputs"))["inputs"]
    check_at_least(1, layers=len(widths), steps=steps, **{f"width_{k}": width for k, width in enumerate(widths)})
    stages: list[Stage] = []
    seen = x
    for width in widths:
        coder = TiedAutoencoder(inputs, width, generator).to(x)
        optimizer = Optimizer(coder.parameters(), rule)
        errors = [_step(optimizer, coder, seen) for _ in range(steps)]
        stages.append(Stage(coder, torch.stack(errors)))
        seen, inputs = coder.code(seen).detach(), width
    return tuple(stages)


def codes(stages: Sequence[Stage], x: Tensor) -> Tensor:
    """x (..., N, n) through every encoder: (..., N, last width)."""
    for stage in stages:
        x = stage.coder.code(x)
    return x


def stacked(stages: Sequence[Stage], outputs: int, using: str, generator: torch.Generator) -> Mlp:
    """The network that starts from the encoders' W and b under a new head, to be fine-tuned; decoders are dropped."""
    check_at_least(1, stages=len(stages), outputs=outputs)
    first = stages[0].coder.W
    sizes = [first.shape[1], *(stage.coder.W.shape[0] for stage in stages), outputs]
    model = Mlp(sizes, "tanh", using, generator).to(first)
    with torch.no_grad():
        for W, b, stage in zip(model.W, model.b, stages, strict=False):
            W.copy_(stage.coder.W)
            b.copy_(stage.coder.b)
    return model


def _step(optimizer: Optimizer, coder: TiedAutoencoder, seen: Tensor) -> Tensor:
    return optimizer.step(lambda: coder.loss(seen))
