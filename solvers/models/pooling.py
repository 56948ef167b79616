"""Pooling forward and backward, receptive fields, and what layers cost (notes 8.1.2, 8.1.3, 8.1.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_pair, check_shapes
from solvers.models.convolution import PLAIN, Geometry, Pair, fold, output_size, windows


@dataclass(frozen=True, slots=True)
class MaxPool:
    """Values (..., C, H', W') and, for each, the index within its window, row by row, of the first maximum."""

    values: Tensor
    winners: Tensor


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer along one axis, for receptive fields."""

    kernel: int
    stride: int = 1
    dilation: int = 1

    def __post_init__(self) -> None:
        check_at_least(1, kernel=self.kernel, stride=self.stride, dilation=self.dilation)


@dataclass(frozen=True, slots=True)
class Field:
    """After a layer: how many inputs one unit sees, and how many inputs two neighbouring units lie apart."""

    size: int
    jump: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Numbers stored, and floating-point multiplications and additions, for one linear map (table of notes 8.1.3)."""

    stored: int
    operations: int


def max_pool(images: Tensor, kernel: Pair, geometry: Geometry = PLAIN) -> MaxPool:
    """The largest entry of each window (ties: the first, row by row): (..., C, H, W) -> (..., C, H', W').

    A frame of padding never wins, unless its border replicates the edge.
    """
    seen = _windows(images, kernel, geometry, fill=-torch.inf)
    winners = seen.argmax(dim=-1, keepdim=True)
    return MaxPool(values=seen.gather(-1, winners).squeeze(-1), winners=winners.squeeze(-1))


def max_pool_gradient(
    winners: Tensor, upstream: Tensor, size: Pair, kernel: Pair, geometry: Geometry = PLAIN
) -> Tensor:
    """∂L/∂I: each place sends its gradient to the entry that won it; overlapping windows add up. (..., C, H, W)."""
    _check_upstream(upstream, size, kernel, geometry)
    if winners.shape[-3:] != upstream.shape[-3:]:
        raise BadInput(
            f"winners is {tuple(winners.shape)} and upstream {tuple(upstream.shape)}, but one each is needed."
        )
    places = torch.arange(kernel[0] * kernel[1], device=winners.device)
    routed = (winners.unsqueeze(-1) == places) * upstream.unsqueeze(-1)  # (..., C, H', W', kh kw)
    return fold(routed.unflatten(-1, kernel), size, geometry)  # (..., kh kw) -> (..., kh, kw)


def average_pool(images: Tensor, kernel: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """The mean of each window: (..., C, H, W) -> (..., C, H', W')."""
    return _windows(images, kernel, geometry).mean(dim=-1)


def average_pool_gradient(upstream: Tensor, size: Pair, kernel: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """∂L/∂I: each place gives every entry of its window an equal share. (..., C, H, W)."""
    _check_upstream(upstream, size, kernel, geometry)
    share = upstream[..., None, None] / (kernel[0] * kernel[1])  # (..., C, H', W') -> (..., C, H', W', 1, 1)
    return fold(share.expand(*upstream.shape, *kernel), size, geometry)


def _check_upstream(upstream: Tensor, size: Pair, kernel: Pair, geometry: Geometry) -> None:
    check_shapes(upstream=(upstream, "channels rows columns"))
    if geometry.output(size, kernel) != tuple(upstream.shape[-2:]):
        raise BadInput(f"upstream has shape {tuple(upstream.shape)}, which is not what pooling makes of {size}.")


def receptive_fields(layers: Sequence[Layer]) -> tuple[Field, ...]:
    """After each layer: r <- r + (k - 1) d j, then j <- j s, from r = j = 1 (8.1.2)."""
    fields = [Field(1, 1)]
    for layer in layers:
        last = fields[-1]
        fields.append(Field(last.size + (layer.kernel - 1) * layer.dilation * last.jump, last.jump * layer.stride))
    return tuple(fields[1:])


def support(layers: Sequence[Layer], size: int, unit: int) -> Tensor:
    """Which of `size` inputs reach the given unit of the last layer, (size,) of bool.

    A second route to receptive fields: ones convolved with ones, and where the gradient of the unit is not zero.
    """
    check_at_least(1, size=size)
    check_at_least(0, unit=unit)
    signal = torch.ones(1, 1, size, dtype=torch.float64, requires_grad=True)
    out: Tensor = signal
    for layer in layers:
        output_size(out.shape[-1], layer.kernel, layer.stride, 0, layer.dilation)
        ones = torch.ones(1, 1, layer.kernel, dtype=torch.float64)
        out = torch.nn.functional.conv1d(out, ones, stride=layer.stride, dilation=layer.dilation)
    if unit >= out.shape[-1]:
        raise BadInput(f"unit is {unit}, but the last layer has units 0 to {out.shape[-1] - 1}.")
    (gradient,) = torch.autograd.grad(out[0, 0, unit], signal)
    return gradient[0, 0] != 0


def parameters(inputs: int, outputs: int, kernel: Pair, *, groups: int = 1, bias: bool = True) -> int:
    """Weights and biases of a convolutional layer: O (C / groups) kh kw, and O (8.1.10)."""
    check_at_least(1, inputs=inputs, outputs=outputs, groups=groups)
    check_pair("kernel", kernel)
    if inputs % groups or outputs % groups:
        raise BadInput(f"groups is {groups}, but it must divide both {inputs} inputs and {outputs} outputs.")
    return outputs * (inputs // groups) * kernel[0] * kernel[1] + (outputs if bias else 0)


def multiply_adds(inputs: int, outputs: int, kernel: Pair, size: Pair, *, groups: int = 1) -> int:
    """Multiplications paired with an addition to make a map of the given (height, width): one a weight and place."""
    check_pair("size", size)
    return parameters(inputs, outputs, kernel, groups=groups, bias=False) * size[0] * size[1]


def convolution_cost(outputs: int, taps: int) -> Cost:
    """A shared kernel: its taps are stored; each output takes `taps` products and `taps` - 1 sums."""
    check_at_least(1, outputs=outputs, taps=taps)
    return Cost(stored=taps, operations=outputs * (2 * taps - 1))


def sparse_cost(outputs: int, taps: int) -> Cost:
    """The same map as a sparse matrix: its nonzero entries are stored, the sums are the same."""
    operations = convolution_cost(outputs, taps).operations
    return Cost(stored=outputs * taps, operations=operations)


def dense_cost(inputs: int, outputs: int) -> Cost:
    """The same map as a full matrix: a product and a sum an entry, as the notes count."""
    check_at_least(1, inputs=inputs, outputs=outputs)
    return Cost(stored=inputs * outputs, operations=2 * inputs * outputs)


def _windows(images: Tensor, kernel: Pair, geometry: Geometry, fill: float = 0.0) -> Tensor:
    """(..., C, H, W) -> (..., C, H', W', kh kw)."""
    check_shapes(images=(images, "channels height width"))
    return windows(images, kernel, geometry, fill).flatten(-2)  # (..., kh, kw) -> (..., kh kw)
