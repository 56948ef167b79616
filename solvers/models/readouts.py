"""From node states to one vector a graph (notes 11.5): sum, mean, maximum, and the universal readout ρ(Σ φ(h_v))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from solvers.models import mlp
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes
from solvers.models.mlp import Layer, Mlp

Kind = Literal["sum", "mean", "max"]
KINDS = ("sum", "mean", "max")


def read(H: Tensor, kind: Kind, real: Tensor | None = None) -> Tensor:
    """Over the nodes: (..., h, n) -> (..., h). `real` (..., n), of 0 and 1, leaves out nodes that only fill up."""
    check_shapes(H=(H, "h n"))
    check_one_of("kind", kind, KINDS)
    real = torch.ones_like(H[..., 0, :]) if real is None else real
    _check_real(H, real)
    if kind == "max":
        return torch.where(real.unsqueeze(-2) == 1, H, -torch.inf).amax(dim=-1)
    total = (H * real.unsqueeze(-2)).sum(dim=-1)
    return total if kind == "sum" else total / real.sum(dim=-1, keepdim=True)


def deep_sets(phi: Sequence[Layer], rho: Sequence[Layer], H: Tensor, real: Tensor | None = None) -> Tensor:
    """ρ(Σ_v φ(h_v)), φ and ρ multilayer perceptrons: (..., h, n) -> (..., K). Sums tell multisets apart, with φ apt."""
    check_shapes(H=(H, "h n"))
    inner = mlp.forward(phi, H.mT).out[-1].mT  # nodes are φ's examples: (..., n, h) -> (..., n, m)
    total = read(inner, "sum", real).unsqueeze(-2)  # (..., m) -> (..., 1, m)
    return mlp.forward(rho, total).out[-1].squeeze(-2)


def told_apart(first: Tensor, second: Tensor, kind: Kind, gap: float = 1e-9) -> Tensor:
    """Whether the readout differs between two sets of node states, (..., h, n) and (..., h, m): (...)."""
    check_number("[0, inf)", gap=gap)
    check_shapes(first=(first, "h n"), second=(second, "h m"))
    return ((read(first, kind) - read(second, kind)).abs() > gap).any(dim=-1)


class DeepSets(nn.Module):
    """The universal readout as a trainable module: (..., h, n) -> (..., K). The last layers of φ and ρ are linear."""

    def __init__(
        self, phi: Sequence[int], rho: Sequence[int], unit: str = "tanh", generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(2, phi=len(phi), rho=len(rho))
        if phi[-1] != rho[0]:
            raise BadInput(f"φ ends with {phi[-1]} units and ρ begins with {rho[0]}, but they must be as many.")
        self.phi, self.rho = (Mlp(sizes, unit, "squared", generator) for sizes in (phi, rho))

    def forward(self, H: Tensor, real: Tensor | None = None) -> Tensor:
        return deep_sets(self.phi.layers(), self.rho.layers(), H, real)


def _check_real(H: Tensor, real: Tensor) -> None:
    check_shapes(H=(H, "h n"), real=(real, "n"))
    if not bool(((real == 0) | (real == 1)).all()) or not bool((real.sum(dim=-1) >= 1).all()):
        raise BadInput("real must hold 0 and 1 only, and at least one 1 a graph: the nodes that are there.")
