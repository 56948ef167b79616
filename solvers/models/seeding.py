"""Starting values of torch's own layers from a given generator, so that a model is the same wherever it is made."""

from __future__ import annotations

import math
from typing import TypeVar

import torch
from torch import nn

Model = TypeVar("Model", bound=nn.Module)
DRAWN = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


def seeded(model: Model, generator: torch.Generator | None) -> Model:
    """Weights and biases of linear and convolution layers uniform in ±1/√fan, fan the numbers that one output sums.

    Without a generator the model keeps what torch's own generator gave it. Norms start at 1 and 0 in any case.
    """
    if generator is None:
        return model
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, DRAWN):
                bound = 1 / math.sqrt(_fan(layer))
                for each in layer.parameters(recurse=False):
                    drawn = torch.rand(each.shape, generator=generator) * 2 * bound - bound
                    each.copy_(drawn)
    return model


def _fan(layer: nn.Module) -> int:
    """Inputs times the kernel's taps; a transposed convolution has its outputs on the second axis, the others first."""
    weight = layer.get_parameter("weight")
    if isinstance(layer, nn.ConvTranspose2d):
        return weight.numel() // weight.shape[1]
    return weight.numel() // weight.shape[0]
