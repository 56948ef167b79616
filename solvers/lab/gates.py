"""A lab of what an LSTM's gates are for: the whole cell, and each of the variants that leave something out."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, numbers, ratio, side_by_side, stream
from solvers.lab.picture import Curves, Picture
from solvers.models.lstm import Lstm, Variant

LENGTH, HIDDEN, BATCH, HELD = 40, 12, 32, 300
VARIANTS: Final = MappingProxyType(
    {
        "whole": Variant(),
        "no input gate": Variant(input_gate=False),
        "no forget gate": Variant(forget_gate=False),
        "no output gate": Variant(output_gate=False),
        "no input activation": Variant(input_activation=False),
        "no output activation": Variant(output_activation=False),
        "coupled gates": Variant(coupled=True),
    }
)


class Reading(nn.Module):
    """A cell and a linear output at every step: (N, T, 2) -> (N, T)."""

    def __init__(self, variant: Variant, generator: torch.Generator) -> None:
        super().__init__()
        self.cell = Lstm(2, HIDDEN, variant, generator=generator)
        self.V = nn.Parameter(torch.randn(HIDDEN, 1, generator=generator) * HIDDEN**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        read: Tensor = self.cell(x) @ self.V
        return read.squeeze(-1)


def variants(setting: Setting) -> Experiment:
    """Sums that begin anew at every mark: what cannot forget is off the most. All start from the same weights."""
    length = LENGTH if setting.length is None else setting.length

    def drawn(generator: torch.Generator, count: int) -> tuple[Tensor, Tensor]:
        x, y = data.sums_since_marks(generator, count, length)
        return x.float().to(setting.device), y.float().to(setting.device)

    models = {
        way: Reading(variant, stream(setting.seed, "lstm-variants", "weights")).to(setting.device)
        for way, variant in VARIANTS.items()
    }
    x, y = drawn(stream(setting.seed, "lstm-variants", "held"), HELD)

    def loss(way: str) -> Callable[[torch.Generator], Tensor]:
        def value(generator: torch.Generator) -> Tensor:
            seen, wanted = drawn(generator, BATCH)
            error: Tensor = ((models[way](seen) - wanted) ** 2).mean()
            return error

        return value

    @torch.no_grad()
    def errors(way: str) -> Tensor:
        """At each step: (T,)."""
        error: Tensor = ((models[way](x) - y) ** 2).mean(dim=0)
        return error

    def measure() -> dict[str, float]:
        found = {way: float(errors(way).mean()) for way in VARIANTS}
        return {"no forget gate over whole": ratio(found["no forget gate"], found["whole"])} | found

    def picture() -> Picture:
        lines = tuple((way, numbers(errors(way).clamp(min=1e-30))) for way in VARIANTS)
        return Curves("LSTM variants: log10 of the squared error over time", "t", lines, 1, log=True)

    return side_by_side({way: (models[way], loss(way)) for way in VARIANTS}, 1e-2, measure, picture)
