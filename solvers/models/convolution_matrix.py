"""Cross-correlation by two more routes (notes 8.1.1, 8.1.3): as one large sparse matrix, and through Fourier space."""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_shapes
from solvers.models.convolution import PLAIN, Geometry, Pair, cross_correlation


def matrix(kernel: Tensor, size: Pair, geometry: Geometry = PLAIN) -> Tensor:
    """M with vec(S) = M vec(I), rows of places by channel: kernel (..., O, C, kh, kw) -> (..., O H' W', C H W).

    Stride 1 and one channel give a doubly blocked Toeplitz matrix: one kernel's numbers over and over, else zeros.
    """
    channels = check_shapes(kernel=(kernel, "out channels tall broad"))["channels"]
    count = channels * size[0] * size[1]
    # (C H W, C H W) -> (C H W, C, H, W)
    units = torch.eye(count, dtype=kernel.dtype, device=kernel.device).reshape(count, channels, *size)
    shared = kernel.unsqueeze(-5)  # every unit image meets the kernel of its instance: (..., 1, O, C, kh, kw)
    maps = cross_correlation(units, shared if kernel.ndim > 4 else kernel, geometry=geometry)
    return maps.flatten(-3).mT  # (..., C H W, O, H', W') -> (..., O H' W', C H W)


def convolution_by_fft(images: Tensor, kernel: Tensor) -> Tensor:
    """The full convolution as a product of spectra: (..., H, W), (..., kh, kw) -> (..., H + kh - 1, W + kw - 1)."""
    check_shapes(images=(images, "height width"), kernel=(kernel, "tall broad"))
    if 0 in images.shape or 0 in kernel.shape:
        raise BadInput(f"images {tuple(images.shape)} or kernel {tuple(kernel.shape)} has no instance.")
    size = [images.shape[axis] + kernel.shape[axis] - 1 for axis in (-2, -1)]
    spectrum = torch.fft.rfft2(images, s=size) * torch.fft.rfft2(kernel, s=size)
    return torch.fft.irfft2(spectrum, s=size)


def cross_correlation_by_fft(images: Tensor, kernel: Tensor) -> Tensor:
    """The valid cross-correlation: the flipped kernel's convolution, its inner part. (..., H - kh + 1, W - kw + 1)."""
    check_shapes(images=(images, "height width"), kernel=(kernel, "tall broad"))
    tall, broad = kernel.shape[-2:]
    if images.shape[-2] < tall or images.shape[-1] < broad:
        raise BadInput(f"The kernel {tall}x{broad} is larger than the image {tuple(images.shape[-2:])}: pad it first.")
    full = convolution_by_fft(images, kernel.flip(-2, -1))
    return full[..., tall - 1 : images.shape[-2], broad - 1 : images.shape[-1]]
