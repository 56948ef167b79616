"""Data augmentation (notes 6.4): images shifted, mirrored, turned, enlarged, cropped; chance comes in as uniforms."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes, check_uniforms


def shift(images: Tensor, down: int, right: int) -> Tensor:
    """Moved by whole pixels, zeros coming in: (..., H, W), negative numbers move up and left."""
    sizes = check_shapes(images=(images, "height width"))
    for name, moved, most in (("down", down, sizes["height"]), ("right", right, sizes["width"])):
        check_at_least(-most, **{name: moved})
        check_number(f"[{-most}, {most}]", **{name: moved})
    return F.pad(images, (right, -right, down, -down))


def mirror(images: Tensor) -> Tensor:
    """Left and right changed over: (..., H, W)."""
    check_shapes(images=(images, "height width"))
    return images.flip(-1)


def turn(images: Tensor, quarters: int) -> Tensor:
    """Anticlockwise by quarter turns: (..., H, W)."""
    check_shapes(images=(images, "height width"))
    check_at_least(-(2**62), quarters=quarters)
    return torch.rot90(images, quarters, (-2, -1))


def enlarge(images: Tensor, factor: int) -> Tensor:
    """Each pixel becomes factor x factor pixels, and the middle of the original size is kept: (..., H, W)."""
    sizes = check_shapes(images=(images, "height width"))
    check_at_least(1, factor=factor)
    large = images.repeat_interleave(factor, -2).repeat_interleave(factor, -1)
    top, left = (large.shape[-2] - sizes["height"]) // 2, (large.shape[-1] - sizes["width"]) // 2
    return crop(large, top, left, sizes["height"], sizes["width"])


def crop(images: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    """The part of this size from row `top` and column `left`."""
    check_shapes(images=(images, "height width"))
    check_at_least(0, top=top, left=left)
    check_at_least(1, height=height, width=width)
    if top + height > images.shape[-2] or left + width > images.shape[-1]:
        raise BadInput(f"The crop ends outside an image of {tuple(images.shape[-2:])}.")
    return images[..., top : top + height, left : left + width]


def random_shift(images: Tensor, uniforms: Tensor, most: int) -> Tensor:
    """Every image (..., N, C, H, W) moved by up to `most` pixels either way: uniforms (..., N, 2), down and right.

    ⌊u (2·most + 1)⌋ - most, so each of the 2·most + 1 shifts is as likely.
    """
    check_shapes(images=(images, "examples channels height width"), uniforms=(uniforms, "examples two"))
    check_uniforms(uniforms=uniforms)
    check_at_least(0, most=most)
    check_one_of("the last axis of uniforms", uniforms.shape[-1], (2,))
    moves = (uniforms * (2 * most + 1)).floor().long() - most  # (..., N, 2)
    for axis, length in ((0, images.shape[-2]), (1, images.shape[-1])):
        source = torch.arange(length, device=images.device) - moves[..., axis].unsqueeze(-1)  # (..., N, length)
        inside = (source >= 0) & (source < length)
        dim = axis - 2
        shape = (*source.shape[:-1], 1, length, 1) if axis == 0 else (*source.shape[:-1], 1, 1, length)
        # (..., N, length) -> (..., N, 1, length, 1) or (..., N, 1, 1, length)
        index = source.clamp(0, length - 1).reshape(shape)
        leading = torch.broadcast_shapes(images.shape[:-3], source.shape[:-1])
        whole = images.expand(*leading, *images.shape[-3:])
        # as the index: (..., N, 1, length, 1) or (..., N, 1, 1, length)
        images = whole.gather(dim, index.expand(whole.shape)) * inside.reshape(shape)
    return images


def random_mirror(images: Tensor, uniforms: Tensor, chance: float = 0.5) -> Tensor:
    """Each image (..., N, C, H, W) mirrored where its uniform (..., N) is below the chance."""
    check_number("[0, inf)", chance=chance)
    check_shapes(images=(images, "examples channels height width"), uniforms=(uniforms, "examples"))
    check_uniforms(uniforms=uniforms)
    return torch.where((uniforms < chance)[..., None, None, None], mirror(images), images)
