"""Multi-task and transfer learning (notes 6.6, 6.7): a shared trunk with a head a task; a new head on an old body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from solvers.models import heads
from solvers.models.activations import activation
from solvers.models.checks import BadInput, check_at_least, check_shapes
from solvers.models.mlp import Mlp


@dataclass(frozen=True, slots=True)
class Task:
    """What one head answers: how many outputs, and under which distribution (a name of `heads`)."""

    outputs: int
    using: str

    def __post_init__(self) -> None:
        check_at_least(1, outputs=self.outputs)
        heads.head(self.using)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many parameters training moves, and how many it leaves."""

    trainable: int
    frozen: int


class MultiTask(nn.Module):
    """Trunk layers (in, shared…), every one activated, then a linear head for each task."""

    def __init__(
        self, sizes: Sequence[int], hidden: str, tasks: Sequence[Task], generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(2, trunk=len(sizes))
        check_at_least(1, **{f"size_{place}": size for place, size in enumerate(sizes)})
        check_at_least(1, tasks=len(tasks))
        activation(hidden)
        self.hidden, self.tasks = hidden, tuple(tasks)
        pairs = list(pairwise(sizes))
        self.W = nn.ParameterList([torch.randn(out, n, generator=generator) * n**-0.5 for n, out in pairs])
        self.b = nn.ParameterList([torch.zeros(out) for _, out in pairs])
        width = sizes[-1]
        self.V = nn.ParameterList([torch.randn(t.outputs, width, generator=generator) * width**-0.5 for t in tasks])
        self.c = nn.ParameterList([torch.zeros(task.outputs) for task in tasks])

    def trunk(self, x: Tensor) -> Tensor:
        """The representation all tasks read: (..., N, in) -> (..., N, shared)."""
        check_shapes(W=(self.W[0], "outputs inputs"), x=(x, "examples inputs"))
        for W, b in zip(self.W, self.b, strict=True):
            x = activation(self.hidden).value(x @ W.mT + b)
        return x

    def forward(self, x: Tensor) -> list[Tensor]:
        """What each head reads off, (..., N, outputs of the task)."""
        h = self.trunk(x)
        return [h @ V.mT + c for V, c in zip(self.V, self.c, strict=True)]

    def losses(self, x: Tensor, targets: Sequence[Tensor]) -> Tensor:
        """The mean loss of each task over its examples: (tasks)."""
        if len(targets) != len(self.tasks):
            raise BadInput(f"{len(targets)} targets for {len(self.tasks)} tasks, but one a task is needed.")
        found = zip(self.tasks, self(x), targets, strict=True)
        return torch.stack([heads.loss(task.using, z, y).mean() for task, z, y in found])


def transfer(
    source: Mlp, outputs: int, using: str, generator: torch.Generator, *, freeze: bool, keep: int | None = None
) -> Mlp:
    """The first `keep` layers of a trained network (default: all but its last) under a new linear head (6.6).

    freeze: only the head is trained; otherwise everything is fine-tuned from there. The source is not touched.
    """
    kept = len(source.W) - 1 if keep is None else keep
    check_at_least(1, keep=kept, outputs=outputs)
    if kept >= len(source.W):
        raise BadInput(f"keep is {kept}, but the network has {len(source.W)} layers and its last is replaced.")
    sizes = [source.W[0].shape[1], *(W.shape[0] for W in list(source.W)[:kept]), outputs]
    model = Mlp(sizes, source.hidden, using, generator).to(source.W[0])
    with torch.no_grad():
        for ours, theirs in zip([*model.W[:-1], *model.b[:-1]], [*source.W[:kept], *source.b[:kept]], strict=True):
            ours.copy_(theirs)
            ours.requires_grad_(not freeze)
    return model


def counts(model: nn.Module) -> Counts:
    """Parameters with and without a gradient."""
    sizes = [(each.numel(), each.requires_grad) for each in model.parameters()]
    return Counts(sum(n for n, moves in sizes if moves), sum(n for n, moves in sizes if not moves))
