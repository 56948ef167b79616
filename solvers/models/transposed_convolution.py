"""Transposed convolution by hand, and a fully convolutional network that labels pixels (notes 8.1.12).

The transposed convolution is the adjoint of cross-correlation: each entry spreads its kernel over the larger map.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_examples, check_shapes, check_symbols, picked
from solvers.models.convolution import PLAIN, Geometry, Pair, cross_correlation, effective_size, fold, kernel_gradient
from solvers.models.seeding import seeded


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """(n - 1) s - 2p + k_eff along one side: the smallest map that cross-correlation brings back to n."""
    check_at_least(1, size=size, kernel=kernel, stride=stride, dilation=dilation)
    check_at_least(0, padding=padding)
    found = (size - 1) * stride - 2 * padding + effective_size(kernel, dilation)
    if found < 1:
        raise BadInput(f"padding {padding} cuts away the whole output of {found + 2 * padding} entries: take less.")
    return found


def transposed(maps: Tensor, kernel: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN) -> Tensor:
    """T(c, i s + a d, j s + b d) += Σ_o K(o, c, a, b) S(o, i, j), a frame of `padding` cut off:

    maps (..., O, H, W), kernel (..., O, C, kh, kw), bias (..., C) -> (..., C, H', W').
    """
    expected = {"maps": (maps, "out height width"), "kernel": (kernel, "out channels tall broad")}
    if bias is not None:
        expected["bias"] = (bias, "channels")
    check_shapes(**expected)
    _check_border(geometry)
    pieces = torch.einsum("...ohw,...ocij->...chwij", maps, kernel)
    image = fold(pieces, _size(maps, kernel, geometry), geometry)
    return image if bias is None else image + bias[..., None, None]  # (..., C) -> (..., C, 1, 1)


def maps_gradient(kernel: Tensor, upstream: Tensor, geometry: Geometry = PLAIN) -> Tensor:
    """∂L/∂S: cross-correlation of ∂L/∂T with the kernel, (..., C, H', W') -> (..., O, H, W)."""
    return cross_correlation(upstream, kernel, geometry=geometry)


def transposed_kernel_gradient(maps: Tensor, upstream: Tensor, kernel: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """∂L/∂K (..., O, C, kh, kw): as for cross-correlation, with input and upstream in each other's place."""
    return kernel_gradient(upstream, maps, kernel, geometry)


def pixel_labels(scores: Tensor) -> Tensor:
    """The likeliest class of every pixel: (..., classes, H, W) -> (..., H, W) of int64; the first on ties."""
    check_shapes(scores=(scores, "classes height width"))
    return scores.argmax(dim=-3)


def pixel_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """The mean of -log softmax over all pixels: (..., classes, H, W), labels (..., H, W) of int64 -> (...)."""
    classes = check_shapes(scores=(scores, "classes height width"))["classes"]
    wanted = (*scores.shape[:-3], *scores.shape[-2:])
    check_symbols("labels", labels, classes, "height width")
    if tuple(labels.shape) != wanted:
        raise BadInput(f"labels has shape {tuple(labels.shape)}, but {wanted}, a class a pixel, is needed.")
    right = picked("labels", labels, torch.log_softmax(scores, dim=-3).movedim(-3, -1))
    return -right.mean(dim=(-2, -1))


@final
class FullyConvolutional(nn.Module):
    """Each width halves the map (3x3, stride 2), then 4x4 transposed convolutions of stride 2 double it back.

    Scores of the height and width of the image, which 2^depth divides: (N, inputs, H, W) -> (N, classes, H, W).
    """

    def __init__(
        self, inputs: int, widths: Sequence[int], classes: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, depth=len(widths), narrowest=min(widths, default=1))
        check_at_least(2, classes=classes)
        self.inputs, down = inputs, [inputs, *widths]
        up = [*reversed(widths)]
        self.down = nn.ModuleList([nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(down, widths, strict=False)])
        self.up = nn.ModuleList([nn.ConvTranspose2d(a, b, 4, 2, 1) for a, b in zip(up, [*up[1:], up[-1]], strict=True)])
        self.scores = nn.Conv2d(up[-1] + inputs, classes, 1)
        seeded(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        """The image itself joins before the scores, so that edges stay where they are."""
        check_examples(x, (self.inputs, None, None), self.scores.weight)
        factor = 2 ** len(self.down)
        if x.shape[-2] % factor or x.shape[-1] % factor:
            raise BadInput(f"The image is {tuple(x.shape[-2:])}, but height and width must be multiples of {factor}.")
        h = x
        for layer in self.down:
            h = torch.relu(layer(h))
        for layer in self.up:
            h = torch.relu(layer(h))
        out: Tensor = self.scores(torch.cat([h, x], dim=-3))
        return out


def _size(maps: Tensor, kernel: Tensor, geometry: Geometry) -> Pair:
    high, wide = (
        output_size(
            maps.shape[axis - 2],
            kernel.shape[axis - 2],
            geometry.stride[axis],
            geometry.padding[axis],
            geometry.dilation[axis],
        )
        for axis in (0, 1)
    )
    return high, wide


def _check_border(geometry: Geometry) -> None:
    if geometry.border != "zero":
        raise BadInput(f"border is {geometry.border!r}, but a transposed convolution cuts a frame of zeros: 'zero'.")
