"""VGG (Simonyan and Zisserman 2014): stacks of 3x3 convolutions, columns A, B, D and E of the paper's table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import torch
from torch import nn

from solvers.models.checks import BadInput, check_at_least, check_one_of
from solvers.models.dropout import Dropout
from solvers.models.layers import Layers
from solvers.models.seeding import seeded

# How many 3x3 convolutions stand in each of the five stacks; a 2x2 max-pool ends each.
COLUMNS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {"A": (1, 1, 2, 2, 2), "B": (2, 2, 2, 2, 2), "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)}
)
WIDTHS: Final = (64, 128, 256, 512, 512)


def vgg(
    column: str,
    classes: int = 1000,
    *,
    side: int = 224,
    widths: tuple[int, ...] = WIDTHS,
    dense: int = 4096,
    inputs: int = 3,
    generator: torch.Generator | None = None,
) -> Layers:
    """(N, inputs, side, side) -> (N, classes). Smaller sides, widths and dense layers make one to train here."""
    check_one_of("column", column, COLUMNS)
    check_at_least(1, classes=classes, dense=dense, inputs=inputs)
    if len(widths) != 5 or side % 32:
        raise BadInput(f"{len(widths)} widths and side {side}, but 5 and a multiple of 32 are needed: five poolings.")
    layers: list[nn.Module] = []
    seen = inputs
    for count, width in zip(COLUMNS[column], widths, strict=True):
        for _ in range(count):
            layers += [nn.Conv2d(seen, width, 3, padding=1), nn.ReLU()]
            seen = width
        layers.append(nn.MaxPool2d(2))
    flat = seen * (side // 32) ** 2
    found = Layers(
        *layers,
        nn.Flatten(),  # (N, C, side/32, side/32) -> (N, flat)
        nn.Linear(flat, dense),
        nn.ReLU(),
        Dropout(0.5, generator),
        nn.Linear(dense, dense),
        nn.ReLU(),
        Dropout(0.5, generator),
        nn.Linear(dense, classes),
        reads=(inputs, side, side),
    )
    return seeded(found, generator)
