"""LeNet-5 (LeCun et al. 1998): the original with its connection table and trainable pooling, and the modern form."""

from __future__ import annotations

from typing import Final, final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models.checks import BadInput, check_at_least, check_dtype, check_examples
from solvers.models.layers import Layers
from solvers.models.seeding import seeded

# Which of the six maps of S2 each of the sixteen maps of C3 sees (the paper's Table I).
CONNECTIONS: Final = (
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (0, 4, 5),
    (0, 1, 5),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (0, 3, 4, 5),
    (0, 1, 4, 5),
    (0, 1, 2, 5),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)


def squash(net: Tensor) -> Tensor:
    """1.7159 tanh(2/3 net), the paper's unit: f(±1) = ±1."""
    check_dtype("net", net)
    return 1.7159 * torch.tanh(2 / 3 * net)


@final
class Subsampling(nn.Module):
    """Each map has one coefficient and one bias: coefficient · (sum of a 2x2 window) + bias, squashed."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        check_at_least(1, maps=maps)
        self.coefficient = nn.Parameter(torch.full((maps,), 0.25))
        self.bias = nn.Parameter(torch.zeros(maps))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H/2, W/2)."""
        check_examples(x, (len(self.bias), None, None), self.bias)
        check_at_least(2, height=x.shape[-2], width=x.shape[-1])
        total = 4 * F.avg_pool2d(x, 2)
        return squash(self.coefficient[:, None, None] * total + self.bias[:, None, None])  # (C) -> (C, 1, 1)


@final
class PartialConvolution(nn.Module):
    """5x5 kernels between the maps that the connection table joins, and no others."""

    def __init__(
        self,
        table: tuple[tuple[int, ...], ...] = CONNECTIONS,
        kernel: int = 5,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        check_at_least(1, kernel=kernel)
        self.table, self.inputs = table, 1 + max(max(row) for row in table)
        fans = [len(row) * kernel**2 for row in table]
        self.kernels = nn.ParameterList(
            [
                fan**-0.5 * (2 * torch.rand(len(row), kernel, kernel, generator=generator) - 1)
                for row, fan in zip(table, fans, strict=True)
            ]
        )
        self.bias = nn.Parameter(torch.zeros(len(table)))

    def dense(self) -> Tensor:
        """The same kernels with zeros where there is no connection: (outputs, inputs, k, k)."""
        rows = []
        for seen, kernel in zip(self.table, self.kernels, strict=True):
            places = torch.tensor(seen, device=kernel.device)
            rows.append(kernel.new_zeros(self.inputs, *kernel.shape[1:]).index_copy(0, places, kernel))
        return torch.stack(rows)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H - k + 1, W - k + 1)."""
        check_examples(x, (self.inputs, None, None), self.bias)
        check_at_least(self.kernels[0].shape[-1], height=x.shape[-2], width=x.shape[-1])
        return F.conv2d(x, self.dense(), self.bias)


@final
class LeNet5(nn.Module):
    """The 1998 network: 60,000 parameters to train; the codes that the output units compare with are given."""

    codes: Tensor

    def __init__(self, codes: Tensor | None = None, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.c1, self.s2 = nn.Conv2d(1, 6, 5), Subsampling(6)
        self.c3, self.s4 = PartialConvolution(generator=generator), Subsampling(16)
        self.c5, self.f6 = nn.Conv2d(16, 120, 5), nn.Linear(120, 84)
        if codes is None:
            # The paper draws each class as a 7x12 picture of -1 and +1; signs of cosines tell classes apart as well.
            codes = torch.cos(torch.outer(torch.arange(1.0, 11.0), torch.arange(1.0, 85.0))).sign()
        elif codes.shape != (10, 84):
            raise BadInput(f"codes has shape {tuple(codes.shape)}, but (10, 84) is needed: a row of 84 a class.")
        self.register_buffer("codes", codes)
        seeded(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        """Penalties y_i = Σ_j (h_j - code_ij)², the lowest wins: (N, 1, 32, 32) -> (N, 10)."""
        check_examples(x, (1, 32, 32), self.f6.weight)
        x = self.s2(squash(self.c1(x)))  # (N, 6, 28, 28) -> (N, 6, 14, 14)
        x = self.s4(squash(self.c3(x)))  # (N, 16, 10, 10) -> (N, 16, 5, 5)
        x = squash(self.c5(x)).flatten(1)  # (N, 120, 1, 1) -> (N, 120)
        h = squash(self.f6(x))
        return ((h.unsqueeze(-2) - self.codes) ** 2).sum(dim=-1)  # (N, 1, 84) - (10, 84) -> (N, 10)


def connections() -> dict[str, int]:
    """The paper's count of connections, layer by layer: multiplications and bias additions for one image.

    A layer of maps has (taps + bias) · places connections; a subsampling unit joins four inputs and a bias.
    """
    c3 = sum(len(row) * 25 + 1 for row in CONNECTIONS)
    return {
        "C1": 6 * (25 + 1) * 28**2,
        "S2": 6 * (4 + 1) * 14**2,
        "C3": c3 * 10**2,
        "S4": 16 * (4 + 1) * 5**2,
        "C5": 120 * (16 * 25 + 1),
        "F6": 84 * (120 + 1),
        "output": 10 * 84,
    }


def modern(classes: int = 10, generator: torch.Generator | None = None) -> Layers:
    """LeNet as it is taught today: all maps of C3 see all of S2, average pooling, tanh, a linear last layer."""
    check_at_least(1, classes=classes)
    layers = Layers(
        nn.Conv2d(1, 6, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),  # (N, 16, 5, 5) -> (N, 400)
        nn.Linear(400, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, classes),
        reads=(1, 32, 32),
    )
    return seeded(layers, generator)
