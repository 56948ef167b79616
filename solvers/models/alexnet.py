"""AlexNet (Krizhevsky et al. 2012): two towers of grouped convolutions, and the one-tower form of 2014."""

from __future__ import annotations

import torch
from torch import nn

from solvers.models.checks import check_at_least
from solvers.models.dropout import Dropout
from solvers.models.layers import Layers
from solvers.models.seeding import seeded


def two_towers(classes: int = 1000, generator: torch.Generator | None = None) -> Layers:
    """(N, 3, 227, 227) -> (N, classes); maps of 55, 27, 13, 13, 13. Layers 2, 4 and 5 see half of the maps each.

    The paper writes 224, which gives 54: 227 without padding gives its 55.
    """
    check_at_least(1, classes=classes)
    layers = Layers(
        nn.Conv2d(3, 96, 11, stride=4),
        nn.ReLU(),
        nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0),  # torch divides α by the size: 1e-4 in the paper
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2),
        nn.ReLU(),
        nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0),
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(256, 384, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2),
        nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),
        *_classifier(classes, generator),
        reads=(3, 227, 227),
    )
    return seeded(layers, generator)


def one_tower(classes: int = 1000, generator: torch.Generator | None = None) -> Layers:
    """(N, 3, 224, 224) -> (N, classes), with 64, 192, 384, 256, 256 maps and no normalisation."""
    check_at_least(1, classes=classes)
    layers = Layers(
        nn.Conv2d(3, 64, 11, stride=4, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(64, 192, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(192, 384, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),
        *_classifier(classes, generator),
        reads=(3, 224, 224),
    )
    return seeded(layers, generator)


def _classifier(classes: int, generator: torch.Generator | None) -> list[nn.Module]:
    """Dropout stands before the first two dense layers, which keep half of what they read."""
    return [
        nn.Flatten(),  # (N, 256, 6, 6) -> (N, 9216)
        Dropout(0.5, generator),
        nn.Linear(9216, 4096),
        nn.ReLU(),
        Dropout(0.5, generator),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Linear(4096, classes),
    ]
