"""Batch, mini-batch and stochastic training of a multilayer perceptron (notes 5.1), with a log of every update.

One driver: the three differ only in how many examples an update sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models import mlp
from solvers.models.checks import BadInput, check_at_least, check_number, check_shapes
from solvers.models.descent import schedule
from solvers.models.heads import Head
from solvers.models.mlp import Backward, Layer


@dataclass(frozen=True, slots=True)
class Update:
    """What one update saw and did: places of the examples, their loss (...) before it, the gradient, the new layers."""

    examples: tuple[int, ...]
    loss: Tensor
    gradient: Backward
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """Every update in order, and the loss of the whole set before the first epoch and after each: (..., epochs+1)."""

    updates: tuple[Update, ...]
    losses: Tensor

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The trained network."""
        return self.updates[-1].layers


def train(
    layers: Sequence[Layer],
    x: Tensor,
    y: Tensor,
    using: Head | str,
    eta: float,
    *,
    batch: int,
    epochs: int,
    factor: float = 1.0,
    mean: bool = True,
    order: Sequence[int] | None = None,
) -> Log:
    """x (..., N, n), y (..., N, k); an update lowers factor · the mean (or sum) of the head's loss over its examples.

    Examples are shown as they stand, or in `order`, the same every epoch. The last batch may be short: it is used.
    """
    size = check_shapes(x=(x, "examples inputs"), y=(y, "examples targets"))["examples"]
    check_number(eta=eta, factor=factor)
    shown = _order(order, size)
    check_at_least(1, batch=batch, epochs=epochs)
    updates: list[Update] = []
    now, losses = tuple(layers), [_whole(layers, x, y, using, factor, mean)]
    for _ in range(epochs):
        for part in schedule(size, batch, 1):
            places = [shown[index] for index in part]
            seen, target = x[..., places, :], y[..., places, :]
            weight = factor / len(places) if mean else factor
            run = mlp.forward(now, seen)
            gradient = mlp.backward(now, run, target, using, weight)
            before = mlp.total_loss(run, target, using, weight)
            now = mlp.descend(now, gradient, eta)
            updates.append(Update(tuple(places), before, gradient, now))
        losses.append(_whole(now, x, y, using, factor, mean))
    return Log(tuple(updates), torch.stack(losses, dim=-1))


def batch(layers: Sequence[Layer], x: Tensor, y: Tensor, using: Head | str, eta: float, epochs: int) -> Log:
    """One update an epoch, by the mean gradient of all examples."""
    examples = check_shapes(x=(x, "examples inputs"))["examples"]
    return train(layers, x, y, using, eta, batch=examples, epochs=epochs)


def stochastic(layers: Sequence[Layer], x: Tensor, y: Tensor, using: Head | str, eta: float, epochs: int) -> Log:
    """N updates an epoch, one an example."""
    return train(layers, x, y, using, eta, batch=1, epochs=epochs)


def mini_batch(
    layers: Sequence[Layer], x: Tensor, y: Tensor, using: Head | str, eta: float, epochs: int, size: int
) -> Log:
    """⌈N / size⌉ updates an epoch, by the mean gradient of `size` examples each."""
    return train(layers, x, y, using, eta, batch=size, epochs=epochs)


def _whole(layers: Sequence[Layer], x: Tensor, y: Tensor, using: Head | str, factor: float, mean: bool) -> Tensor:
    return mlp.total_loss(mlp.forward(layers, x), y, using, factor / x.shape[-2] if mean else factor)


def _order(order: Sequence[int] | None, size: int) -> Sequence[int]:
    shown = range(size) if order is None else order
    if sorted(shown) != list(range(size)):
        raise BadInput(f"order is {list(shown)}, but every example from 0 to {size - 1} must be shown once an epoch.")
    return shown
