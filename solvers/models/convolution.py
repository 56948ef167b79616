"""Convolution and cross-correlation, in one and two dimensions, forward and backward (notes 8.1.1 to 8.1.12).

`cross_correlation` is the fast form; `by_windows` is the same written as its sum over windows. `windows` and `fold` are
adjoint: every backward pass here is a fold. Images are (..., channels, height, width) with any instance axes in front;
kernels (..., outputs, channels, height, width). Dilation d leaves d - 1 zeros between taps (the notes count the zeros).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_number,
    check_one_of,
    check_pair,
    check_shapes,
    instance_axes,
)

Pair = tuple[int, int]
Border = Literal["zero", "replicate"]


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a window moves: (vertical, horizontal) stride, padding on either side, dilation; what the frame holds."""

    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    border: Border = "zero"

    def __post_init__(self) -> None:
        for name, low in (("stride", 1), ("padding", 0), ("dilation", 1)):
            check_pair(name, getattr(self, name), low)
        check_one_of("border", self.border, ("zero", "replicate"))

    def output(self, size: Pair, kernel: Pair) -> Pair:
        """(height, width) of the map that a kernel makes of an image."""
        high, wide = (
            output_size(size[axis], kernel[axis], self.stride[axis], self.padding[axis], self.dilation[axis])
            for axis in (0, 1)
        )
        return high, wide


PLAIN = Geometry()


def effective_size(kernel: int, dilation: int = 1) -> int:
    """k + (k - 1)(d - 1): how far a dilated kernel reaches (8.1.7)."""
    check_at_least(1, kernel=kernel, dilation=dilation)
    return kernel + (kernel - 1) * (dilation - 1)


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """⌊(n + 2p - k_eff) / s⌋ + 1 along one side (8.1.6, 8.1.9)."""
    check_at_least(1, size=size, kernel=kernel, stride=stride, dilation=dilation)
    check_at_least(0, padding=padding)
    reach = effective_size(kernel, dilation)
    if reach > size + 2 * padding:
        raise BadInput(
            f"The kernel reaches over {reach} entries, but the padded input has only {size + 2 * padding}: "
            "pad more or take a smaller kernel."
        )
    return (size + 2 * padding - reach) // stride + 1


def same_padding(kernel: int, dilation: int = 1) -> int:
    """The padding that keeps the size at stride 1: (k_eff - 1) / 2, for odd reach only (8.1.9)."""
    check_at_least(1, kernel=kernel, dilation=dilation)
    reach = effective_size(kernel, dilation)
    if reach % 2 == 0:
        raise BadInput(
            f"The kernel reaches over {reach} entries, but only an odd reach can be padded alike on both sides."
        )
    return (reach - 1) // 2


def pad(images: Tensor, geometry: Geometry, fill: float = 0.0) -> Tensor:
    """A frame of zeros (or `fill`), or of the nearest edge entry: (..., H, W) -> (..., H + 2p, W + 2q)."""
    check_shapes(images=(images, "height width"))
    check_number(fill=fill if fill != -math.inf else 0.0)  # -∞ is what a maximum overlooks
    high, wide = geometry.padding
    if geometry.border == "zero":
        return F.pad(images, (wide, wide, high, high), value=fill)
    for axis, width in ((-2, high), (-1, wide)):
        images = images.index_select(axis, _nearest(images.shape[axis], width, images.device))
    return images


def unpad(gradient: Tensor, geometry: Geometry) -> Tensor:
    """The adjoint of `pad`: what reached the frame is dropped, or flows to the edge entry that was copied there."""
    check_shapes(gradient=(gradient, "height width"))
    for axis, width in zip((-2, -1), geometry.padding, strict=True):
        size = gradient.shape[axis] - 2 * width
        check_at_least(1, **{"what is left of gradient inside the frame": size})
        inner = gradient.narrow(axis, width, size)
        if geometry.border == "replicate":
            source = _nearest(size, width, gradient.device)
            inner = torch.zeros_like(inner).index_add(axis, source, gradient)
        gradient = inner
    return gradient


def windows(images: Tensor, kernel: Pair, geometry: Geometry = PLAIN, fill: float = 0.0) -> Tensor:
    """Every window of the padded images: (..., C, H, W) -> (..., C, H', W', kh, kw)."""
    check_shapes(images=(images, "channels height width"))
    geometry.output((images.shape[-2], images.shape[-1]), kernel)
    reach = [effective_size(size, rate) for size, rate in zip(kernel, geometry.dilation, strict=True)]
    padded = pad(images, geometry, fill)
    rows = padded.unfold(-2, reach[0], geometry.stride[0])  # (..., C, H', W + 2q, reach)
    both = rows.unfold(-2, reach[1], geometry.stride[1])  # (..., C, H', W', reach, reach)
    return both[..., :: geometry.dilation[0], :: geometry.dilation[1]]


def fold(pieces: Tensor, size: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """The adjoint of `windows`: each piece is added where it was taken, (..., C, H', W', kh, kw) -> (..., C, H, W)."""
    check_shapes(pieces=(pieces, "channels rows columns height width"))
    (high, wide), (tall, broad) = pieces.shape[-4:-2], pieces.shape[-2:]
    check_one_of("the rows and columns of pieces", (high, wide), (geometry.output(size, (tall, broad)),))
    (down, right), (row_step, column_step) = geometry.stride, geometry.dilation
    padded = [length + 2 * width for length, width in zip(size, geometry.padding, strict=True)]
    total = pieces.new_zeros(*pieces.shape[:-4], *padded)
    for i in range(tall):
        for j in range(broad):
            rows = slice(i * row_step, i * row_step + down * (high - 1) + 1, down)
            columns = slice(j * column_step, j * column_step + right * (wide - 1) + 1, right)
            total[..., rows, columns] += pieces[..., i, j]
    return unpad(total, geometry)


def cross_correlation(images: Tensor, kernel: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN) -> Tensor:
    """S(o, i, j) = c_o + Σ_c Σ_a Σ_b K(o, c, a, b) I(c, i s + a d, j s + b d): (..., C, H, W) -> (..., O, H', W').

    Kernel (..., O, C, kh, kw) and bias (..., O) may differ from instance to instance.
    """
    leading = _check(images, kernel, bias, geometry)
    framed = geometry.padding if geometry.border == "zero" else (0, 0)  # the library pads with zeros as it goes
    images = images if geometry.border == "zero" else pad(images, geometry)
    if kernel.ndim == 4:
        maps = _shared(images, kernel, geometry, framed)
    else:
        maps = _grouped(images, kernel, geometry, framed, leading)
    return maps if bias is None else maps + bias[..., None, None]  # (..., O) -> (..., O, 1, 1)


def by_windows(images: Tensor, kernel: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN) -> Tensor:
    """`cross_correlation` as it is written: each window times the kernel, summed, all windows in one product."""
    _check(images, kernel, bias, geometry)
    seen = windows(images, (kernel.shape[-2], kernel.shape[-1]), geometry).movedim((-2, -1), (-4, -3))
    columns = seen.flatten(-5, -3).flatten(-2)  # (..., C, kh, kw, H', W') -> (..., C kh kw, H' W')
    maps = (kernel.flatten(-3) @ columns).unflatten(-1, seen.shape[-2:])  # (..., O, H' W') -> (..., O, H', W')
    return maps if bias is None else maps + bias[..., None, None]  # (..., O) -> (..., O, 1, 1)


def convolution(images: Tensor, kernel: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN) -> Tensor:
    """The convolution of mathematics: cross-correlation with the kernel flipped along both axes (8.1.1)."""
    check_shapes(kernel=(kernel, "out channels tall broad"))
    return cross_correlation(images, flip(kernel), bias, geometry)


def flip(kernel: Tensor) -> Tensor:
    """K(a, b) -> K(-a, -b)."""
    check_shapes(kernel=(kernel, "height width"))
    return kernel.flip(-2, -1)


def cross_correlation_1d(
    signal: Tensor, kernel: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN
) -> Tensor:
    """The same along a line, geometry's horizontal part: (..., C, n), (..., O, C, k) -> (..., O, n')."""
    check_shapes(signal=(signal, "channels steps"), kernel=(kernel, "out channels taps"))
    return cross_correlation(signal.unsqueeze(-2), kernel.unsqueeze(-2), bias, geometry).squeeze(-2)


def convolution_1d(signal: Tensor, kernel: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN) -> Tensor:
    """s(t) = Σ_a x(a) w(t - a): (..., C, n), (..., O, C, k) -> (..., O, n'); padding k - 1 gives the full sum."""
    check_shapes(kernel=(kernel, "out channels taps"))
    return cross_correlation_1d(signal, kernel.flip(-1), bias, geometry)


def locally_connected(
    images: Tensor, kernels: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN
) -> Tensor:
    """Unshared convolution (8.1.11), a kernel of its own at each place: kernels (..., O, H', W', C, kh, kw)."""
    expected = {
        "images": (images, "channels height width"),
        "kernels": (kernels, "out rows columns channels tall broad"),
    }
    check_shapes(**expected if bias is None else {**expected, "bias": (bias, "out rows columns")})
    seen = windows(images, (kernels.shape[-2], kernels.shape[-1]), geometry)
    if seen.shape[-4:-2] != kernels.shape[-5:-3]:
        raise BadInput(
            f"kernels stand at {tuple(kernels.shape[-5:-3])} places, but the windows at {tuple(seen.shape[-4:-2])}."
        )
    maps = torch.einsum("...chwij,...ohwcij->...ohw", seen, kernels)
    return maps if bias is None else maps + bias


def locally_connected_1d(
    signal: Tensor, kernels: Tensor, bias: Tensor | None = None, geometry: Geometry = PLAIN
) -> Tensor:
    """The same along a line: signal (..., C, n), kernels (..., O, n', C, k), bias (..., O, n') -> (..., O, n')."""
    expected = {"signal": (signal, "channels steps"), "kernels": (kernels, "out places channels taps")}
    check_shapes(**expected if bias is None else {**expected, "bias": (bias, "out places")})
    rows = None if bias is None else bias.unsqueeze(-2)  # (..., O, n') -> (..., O, 1, n')
    flat = kernels.unsqueeze(-4).unsqueeze(-2)  # (..., O, n', C, k) -> (..., O, 1, n', C, 1, k)
    return locally_connected(signal.unsqueeze(-2), flat, rows, geometry).squeeze(-2)


def kernel_gradient(images: Tensor, upstream: Tensor, kernel: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """∂L/∂K from ∂L/∂S: each window weighed by what flows back to its place, (..., O, C, kh, kw)."""
    seen = windows(images, kernel, geometry)
    check_shapes(windows=(seen, "channels rows columns tall broad"), upstream=(upstream, "out rows columns"))
    return torch.einsum("...chwij,...ohw->...ocij", seen, upstream)


def input_gradient(kernel: Tensor, upstream: Tensor, size: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """∂L/∂I from ∂L/∂S: each place spreads its gradient through the kernel over its window, (..., C, H, W)."""
    sizes = check_shapes(kernel=(kernel, "out channels tall broad"), upstream=(upstream, "out rows columns"))
    if geometry.output(size, (sizes["tall"], sizes["broad"])) != (sizes["rows"], sizes["columns"]):
        raise BadInput(f"upstream has shape {tuple(upstream.shape)}, which is not what the kernel makes of {size}.")
    return fold(torch.einsum("...ohw,...ocij->...chwij", upstream, kernel), size, geometry)


def bias_gradient(upstream: Tensor) -> Tensor:
    """∂L/∂c: the sum over all places, (..., O, H', W') -> (..., O)."""
    check_shapes(upstream=(upstream, "out rows columns"))
    return upstream.sum(dim=(-2, -1))


def _shared(images: Tensor, kernel: Tensor, geometry: Geometry, framed: Pair) -> Tensor:
    """One kernel (O, C, kh, kw) for all instances."""
    flat = images.reshape(-1, *images.shape[-3:])  # (..., C, H, W) -> (B, C, H, W)
    maps = F.conv2d(flat, kernel, stride=geometry.stride, padding=framed, dilation=geometry.dilation)
    return maps.reshape(*images.shape[:-3], *maps.shape[1:])  # (B, O, H', W') -> (..., O, H', W')


def _grouped(images: Tensor, kernel: Tensor, geometry: Geometry, framed: Pair, leading: torch.Size) -> Tensor:
    """A kernel an instance, (..., O, C, kh, kw), all in one call: the instances are the groups of one wide image."""
    images, kernels = images.expand(*leading, -1, -1, -1), kernel.expand(*leading, -1, -1, -1, -1)
    wide = images.reshape(1, -1, *images.shape[-2:])  # (..., C, H, W) -> (1, B C, H, W)
    weight = kernels.reshape(-1, *kernels.shape[-3:])  # (..., O, C, kh, kw) -> (B O, C, kh, kw)
    count = leading.numel()
    maps = F.conv2d(wide, weight, stride=geometry.stride, padding=framed, dilation=geometry.dilation, groups=count)
    return maps.reshape(*leading, -1, *maps.shape[-2:])  # (1, B O, H', W') -> (..., O, H', W')


def _check(images: Tensor, kernel: Tensor, bias: Tensor | None, geometry: Geometry) -> torch.Size:
    expected = {"images": (images, "channels height width"), "kernel": (kernel, "out channels tall broad")}
    if bias is not None:
        expected["bias"] = (bias, "out")
    sizes = check_shapes(**expected)
    geometry.output((sizes["height"], sizes["width"]), (sizes["tall"], sizes["broad"]))
    return instance_axes(images=(images, 3), kernel=(kernel, 4))


def _nearest(size: int, width: int, device: torch.device) -> Tensor:
    """The index of the nearest real entry, for each place of a padded axis."""
    return torch.arange(-width, size + width, device=device).clamp(0, size - 1)
