"""What a network is made of, layer by layer: output shapes, parameters, multiply-adds; also on torch.device("meta")."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from solvers.models.checks import check_at_least


@dataclass(frozen=True, slots=True)
class Row:
    """One layer: its name, kind, output shape without the batch axis, own parameters, multiply-adds an example."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


def parameters(model: nn.Module) -> int:
    """Numbers that training moves."""
    return sum(each.numel() for each in model.parameters())


def rows(model: nn.Module, shape: tuple[int, ...]) -> tuple[Row, ...]:
    """Every layer that one example of this shape passes, in order. Nothing is computed for a model on meta."""
    check_at_least(1, axes=len(shape), smallest=min(shape, default=1))
    found: list[Row] = []
    names = {module: name for name, module in model.named_modules()}

    def note(module: nn.Module, _: object, out: Tensor) -> None:
        size = tuple(out.shape[1:])
        own = sum(each.numel() for each in module.parameters())
        found.append(Row(names[module], type(module).__name__, size, own, _products(module, out)))

    leaves = [each for each in model.modules() if not any(True for _ in each.children())]
    handles: list[RemovableHandle] = [each.register_forward_hook(note) for each in leaves]
    first = next(model.parameters())
    try:
        with torch.no_grad():
            model(torch.zeros(1, *shape, dtype=first.dtype, device=first.device))
    finally:
        for handle in handles:
            handle.remove()
    return tuple(found)


def multiply_adds(model: nn.Module, shape: tuple[int, ...]) -> int:
    """Of the convolutions and linear layers, for one example."""
    return sum(row.multiply_adds for row in rows(model, shape))


def _products(module: nn.Module, out: Tensor) -> int:
    """Each output of a linear map costs one product a weight that it sees."""
    weight = getattr(module, "weight", None)
    if isinstance(module, (nn.Conv2d, nn.Linear)) and isinstance(weight, Tensor):
        return int(out[0].numel() * weight[0].numel())
    return 0
