"""ResNet (He et al. 2015) of 18, 34, 50, 101 and 152 layers: out = ReLU(F(x) + shortcut(x)), batch-normalised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, final

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_examples, check_one_of
from solvers.models.layers import Layers
from solvers.models.seeding import seeded


@dataclass(frozen=True, slots=True)
class Plan:
    """Blocks in each of the four stages, and whether a block is a bottleneck (1x1, 3x3, 1x1 to 4 times the width)."""

    blocks: tuple[int, int, int, int]
    bottleneck: bool


PLANS: Final[Mapping[int, Plan]] = MappingProxyType(
    {
        18: Plan((2, 2, 2, 2), bottleneck=False),
        34: Plan((3, 4, 6, 3), bottleneck=False),
        50: Plan((3, 4, 6, 3), bottleneck=True),
        101: Plan((3, 4, 23, 3), bottleneck=True),
        152: Plan((3, 8, 36, 3), bottleneck=True),
    }
)


@final
class Block(nn.Module):
    """Two 3x3 convolutions, or a bottleneck. The shortcut is the identity, or a 1x1 convolution where shapes change.

    A bottleneck that halves the map does so in its first 1x1, as in the paper, or (v1.5) in its 3x3.
    """

    def __init__(self, inputs: int, width: int, stride: int, *, bottleneck: bool, stride_in_3x3: bool = False) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, width=width, stride=stride)
        self.inputs, self.outputs = inputs, 4 * width if bottleneck else width
        if bottleneck:
            first, second = (1, stride) if stride_in_3x3 else (stride, 1)
            self.body = nn.Sequential(
                *_normalised(inputs, width, 1, first),
                nn.ReLU(),
                *_normalised(width, width, 3, second),
                nn.ReLU(),
                *_normalised(width, self.outputs, 1, 1),
            )
        else:
            self.body = nn.Sequential(
                *_normalised(inputs, width, 3, stride), nn.ReLU(), *_normalised(width, width, 3, 1)
            )
        same = inputs == self.outputs and stride == 1
        self.shortcut: nn.Module = (
            nn.Identity() if same else nn.Sequential(*_normalised(inputs, self.outputs, 1, stride))
        )
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride)."""
        check_examples(x, (self.inputs, None, None), next(self.parameters()))
        out: Tensor = self.relu(self.body(x) + self.shortcut(x))
        return out


def resnet(
    depth: int, classes: int = 1000, *, stride_in_3x3: bool = False, generator: torch.Generator | None = None
) -> Layers:
    """The network of the paper's Table 1: (N, 3, 224, 224), or any size, -> (N, classes)."""
    check_at_least(1, classes=classes)
    check_at_least(1, depth=depth)
    check_one_of("depth", depth, PLANS)
    stem = [*_normalised(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)]
    plan = PLANS[depth]
    stages, last = _stages(64, (64, 128, 256, 512), plan.blocks, plan.bottleneck, stride_in_3x3)
    return seeded(Layers(*stem, *stages, *_head(last, classes), reads=(3, None, None)), generator)


def small_resnet(
    depth: int,
    classes: int = 10,
    *,
    width: int = 16,
    inputs: int = 3,
    generator: torch.Generator | None = None,
) -> Layers:
    """The paper's networks for 32x32 images: 6n + 2 layers, n blocks in each of three stages, no pooling at first."""
    check_at_least(1, classes=classes, width=width, inputs=inputs)
    check_at_least(8, depth=depth)
    if (depth - 2) % 6:
        raise BadInput(f"depth is {depth}, but 6n + 2 layers are needed, 8 or 14 or more.")
    count = (depth - 2) // 6
    stages, last = _stages(width, (width, 2 * width, 4 * width), (count,) * 3, bottleneck=False, stride_in_3x3=False)
    first = _normalised(inputs, width, 3, 1)
    layers = Layers(*first, nn.ReLU(), *stages, *_head(last, classes), reads=(inputs, None, None))
    return seeded(layers, generator)


def _stages(
    inputs: int, widths: tuple[int, ...], blocks: tuple[int, ...], bottleneck: bool, stride_in_3x3: bool
) -> tuple[list[Block], int]:
    """All blocks, and the channels of the last; the first block of every stage but the first halves the map."""
    found: list[Block] = []
    for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
        for place in range(count):
            stride = 2 if stage > 0 and place == 0 else 1
            found.append(Block(inputs, width, stride, bottleneck=bottleneck, stride_in_3x3=stride_in_3x3))
            inputs = found[-1].outputs
    return found, inputs


def _normalised(inputs: int, outputs: int, kernel: int, stride: int) -> list[nn.Module]:
    """A convolution without bias, which the normalisation's β replaces."""
    return [
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]


def _head(channels: int, classes: int) -> list[nn.Module]:
    """Global average pooling, so any size of image fits: (N, C, H, W) -> (N, C) -> (N, classes)."""
    # (N, C, 1, 1) -> (N, C)
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
